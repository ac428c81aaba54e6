// The report of a simulation in a real browser: nothing overflows, dragging zooms every picture, the slider moves eigenvalues, another run lies beside it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderSimulateReport } from '../../packages/host/src/report/simulate.ts';
import { sampleSimulate } from '../../packages/host/src/report/testing/sample-simulate.ts';
import { executablePath, launch } from '../chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridflock-simulate-'));
let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(width: number, colorScheme: 'light' | 'dark'): Promise<{ page: Page; faults: string[] }> {
  const path = join(folder, 'report.html');
  writeFileSync(path, renderSimulateReport(await sampleSimulate()));
  const page = await browser!.newPage({ viewport: { width, height: 900 }, colorScheme });
  const faults: string[] = [];
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!/^(?:file|data):/.test(request.url())) faults.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  await page.waitForFunction(`document.documentElement.dataset.ready === 'yes'`);
  return { page, faults };
}

describe.skipIf(executablePath === undefined)('the page of a simulation', () => {
  test('draws in both widths and schemes without faults or overflow, every picture with a label', async () => {
    for (const width of [1440, 390]) {
      for (const scheme of ['light', 'dark'] as const) {
        const { page, faults } = await open(width, scheme);
        expect(faults).toEqual([]);
        const overflow_px = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        expect(overflow_px, `${width} px, ${scheme}`).toBe(0);
        expect(
          await page.evaluate(`[...document.querySelectorAll('svg[role="img"]')].filter((s) => !s.getAttribute('aria-label')).length`),
        ).toBe(0);
        expect(await page.locator('#scope .lane-chart svg').count()).toBe(7);
        expect(await page.locator('#scope path.trace').count()).toBe(6 * 4);
        await page.close();
      }
    }
  }, 120_000);

  test('dragging over one picture zooms all, a double click shows the whole run, an event shows what came of it', async () => {
    const { page, faults } = await open(1440, 'light');
    const range = (): Promise<string | null> => page.locator('#scope-range').textContent();
    const whole = await range();
    await page.locator('#lane-0').scrollIntoViewIfNeeded();
    const box = (await page.locator('#lane-0').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(box.x + 5, box.y - 40);
    await expect.poll(range).not.toBe(whole);
    const labels = await page
      .locator('#scope .lane-chart svg')
      .evaluateAll((all) => all.map((each) => (each.getAttribute('aria-label') ?? '').replace(/^.* from /, '')));
    expect(new Set(labels).size).toBe(1);
    await page.locator('#lane-3').dblclick({ position: { x: 200, y: 60 } });
    await page.mouse.move(5, 5);
    await expect.poll(range).toBe(whole);
    await page.locator('.chip', { hasText: 'secondary starts' }).click();
    await expect.poll(range).toMatch(/^0\.\d+ – /);
    // a cursor over one picture reads all
    const before = await page.locator('#reading-1').textContent();
    await page.locator('#lane-0').hover({ position: { x: 110, y: 60 } });
    await expect.poll(() => page.locator('#reading-1').textContent()).not.toBe(before);
    expect(faults).toEqual([]);
    await page.close();
  }, 60_000);

  test('the slider moves eigenvalues; another result lies beside; a file that is none is refused in words', async () => {
    const { page, faults } = await open(1440, 'dark');
    const text = (): Promise<string | null> => page.locator('#sweep-text').textContent();
    expect(await text()).toContain('this study');
    await page.locator('#sweep-slider').focus();
    await page.keyboard.press('End');
    await expect.poll(text).toContain('speed_frac = 8');
    await page.locator('#sweep-here').click();
    await expect.poll(text).toContain('this study');

    const other = join(folder, 'result.json');
    writeFileSync(other, JSON.stringify({ ...(await sampleSimulate()), title: 'another day' }));
    await page.locator('#compare-file').setInputFiles(other);
    await expect.poll(() => page.locator('#compare-note').textContent()).toContain('another day');
    expect(await page.locator('#scope path.other').count()).toBe(6 * 4);
    await page.locator('#compare-clear').click();
    await expect.poll(() => page.locator('#scope path.other').count()).toBe(0);
    writeFileSync(other, '{"status":"ok"}');
    await page.locator('#compare-file').setInputFiles(other);
    await expect.poll(() => page.locator('#compare-note').textContent()).toContain('no result of a simulation');
    expect(faults).toEqual([]);
    await page.close();
  }, 60_000);
});
