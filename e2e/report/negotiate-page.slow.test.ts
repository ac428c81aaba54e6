// The report in a real browser: it draws without errors or requests, and one cursor moves everything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderNegotiateReport } from '../../packages/host/src/report/negotiate.ts';
import { type SampleOptions, sampleResult } from '../../packages/host/src/report/testing/sample-result.ts';
import { executablePath, launch } from '../chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridflock-report-'));
let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  readonly faults: string[];
}

async function open(html: string, width = 1440, colorScheme: 'light' | 'dark' = 'light', hash = ''): Promise<Opened> {
  const path = join(folder, `${Math.abs(html.length)}-${width}-${colorScheme}.html`);
  writeFileSync(path, html);
  const page = await browser!.newPage({ viewport: { width, height: 900 }, colorScheme });
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) faults.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href + hash);
  await page.waitForSelector('html[data-ready="yes"]', { timeout: 10_000 });
  return { page, faults };
}

/** Two frames: a change and its drawing. */
const drawn = (page: Page): Promise<void> =>
  page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))') as Promise<void>;
const timeText = (page: Page): Promise<string | null> => page.locator('#time-text').textContent();

describe.skipIf(executablePath === undefined)('report page', () => {
  test.each<[string, SampleOptions]>([
    ['33 buses, 24 steps', {}],
    ['141 buses, 96 steps', { feeder: '141-bus', steps: 96 }],
    ['1 bus, 1 step', { feeder: '1-bus', steps: 1 }],
  ])('%s: draws in both widths and schemes without faults or overflow', async (_, options) => {
    const html = renderNegotiateReport(sampleResult(options));
    for (const width of [1440, 390]) {
      for (const scheme of ['light', 'dark'] as const) {
        const { page, faults } = await open(html, width, scheme);
        expect(faults).toEqual([]);
        const overflow_px = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        expect(overflow_px, `${width} px, ${scheme}`).toBe(0);
        expect(await page.locator('#chart-feeder svg .bus').count()).toBe(
          options.feeder === '1-bus' ? 1 : options.feeder === '141-bus' ? 141 : 33,
        );
        const unlabelled = await page.evaluate(
          `[...document.querySelectorAll('svg[role="img"]')].filter((s) => !s.getAttribute('aria-label')).length`,
        );
        expect(unlabelled).toBe(0);
        const ids = (await page.evaluate(`[...document.querySelectorAll('[id]')].map((e) => e.id)`)) as string[];
        expect(new Set(ids).size).toBe(ids.length);
        await page.close();
      }
    }
  });

  test('one cursor: keys, slider, pointer and click', async () => {
    const { page, faults } = await open(renderNegotiateReport(sampleResult()));
    const start = await timeText(page);
    expect(start).toMatch(/15 Jan 2025, \d\d:00/);
    await page.keyboard.press('ArrowLeft');
    await drawn(page);
    const left = await timeText(page);
    expect(left).not.toBe(start);

    const chart = page.locator('#chart-schedule');
    await chart.scrollIntoViewIfNeeded();
    const box = (await chart.boundingBox())!;
    const readings = await page.locator('#legend-schedule .value').allTextContents();
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
    await drawn(page);
    const hovered = await timeText(page);
    expect(hovered).not.toBe(left);
    expect(await page.locator('#legend-schedule .value').allTextContents()).not.toEqual(readings);
    await page.mouse.move(5, 5);
    await drawn(page);
    expect(await timeText(page)).toBe(left);
    await chart.click({ position: { x: box.width * 0.4, y: box.height * 0.5 } });
    await page.mouse.move(5, 5);
    await drawn(page);
    expect(await timeText(page)).toBe(hovered);
    expect(faults).toEqual([]);
    await page.close();
  });

  test('the plan switch changes feeder and schedule; violations are marked by shape', async () => {
    const { page, faults } = await open(renderNegotiateReport(sampleResult()));
    const marks = (): Promise<number> => page.locator('#chart-feeder .violation:not([d=""])').count();
    expect(await marks()).toBe(0);
    await page.locator('label[for="plan-0"]').click();
    await drawn(page);
    expect(await marks()).toBeGreaterThan(0);
    expect(await page.locator('#readout-feeder').textContent()).toContain('below');
    expect(await page.locator('#note-prices').textContent()).toContain('no prices per bus');
    await page.locator('#bus-select').selectOption('32');
    await drawn(page);
    expect(await page.locator('#bus-devices').textContent()).toContain('heat-pump-flats');
    expect(faults).toEqual([]);
    await page.close();
  });

  test('the address restores what was looked at; colours follow the switch; tables open', async () => {
    const { page, faults } = await open(renderNegotiateReport(sampleResult()), 1440, 'light', '#step=3&plan=central&bus=30');
    expect(await timeText(page)).toContain('03:00');
    expect(await page.locator('#plan-2').isChecked()).toBe(true);
    expect(await page.locator('#bus-select').inputValue()).toBe('29');
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    await page.locator('#theme-switch').click();
    await drawn(page);
    expect(await paper()).not.toBe(light);
    for (const name of ['feeder', 'schedule', 'prices', 'states', 'voltage', 'convergence']) {
      await page.locator(`#table-${name} summary`).click();
      await page.locator(`#table-${name} tbody tr`).nth(1).waitFor({ timeout: 5000 });
    }
    expect(faults).toEqual([]);
    await page.close();
  });

  test('playing moves the cursor and stops', async () => {
    const { page } = await open(renderNegotiateReport(sampleResult()));
    const start = await timeText(page);
    await page.locator('#time-play').click();
    await expect.poll(() => timeText(page), { timeout: 5000 }).not.toBe(start);
    await page.locator('#time-play').click();
    await expect.poll(() => page.locator('#time-play').getAttribute('aria-pressed')).toBe('false');
    await page.close();
  });

  test('bare and broken results still draw', async () => {
    const result = sampleResult();
    const bare = {
      ...result,
      status: 'infeasible' as const,
      plans: [],
      devices: [],
      owners: [],
      negotiation: { ...result.negotiation, converged: false, history: [], traffic: [], nets: [] },
    };
    const broken = {
      ...result,
      plans: result.plans.map((plan, k) =>
        k > 0
          ? plan
          : { ...plan, ac: { ...plan.ac, converged: false, v_pu: [], p_branch_kW: [], loading_frac: [], p_import_kW: [], loss_kW: [] } },
      ),
    };
    for (const one of [bare, broken]) {
      const { page, faults } = await open(renderNegotiateReport(one), 1440, 'light', '#plan=uncoordinated');
      expect(faults).toEqual([]);
      expect(await page.locator('[role="alert"]').count()).toBe(1);
      await page.close();
    }
  });
});
