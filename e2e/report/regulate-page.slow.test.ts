// The report of regulation in a real browser: nothing overflows or overlaps, and one chooses by keys, without a script.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderRegulateReport } from '../../packages/host/src/report/regulate.ts';
import { type RegulateSampleOptions, sampleRegulate } from '../../packages/host/src/report/testing/sample-regulate.ts';
import { executablePath, launch } from '../chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridflock-regulate-'));
let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(html: string, width: number, colorScheme: 'light' | 'dark'): Promise<{ page: Page; faults: string[] }> {
  const path = join(folder, `${html.length}.html`);
  writeFileSync(path, html);
  const page = await browser!.newPage({ viewport: { width, height: 900 }, colorScheme });
  const faults: string[] = [];
  page.on('console', (message) => faults.push(message.text()));
  page.on('request', (request) => {
    if (!/^(?:file|data):/.test(request.url())) faults.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  return { page, faults };
}

/** Pairs of texts in one drawing that lie over each other; letters may touch by a pixel. */
const overlaps = `[...document.querySelectorAll('svg.plot')].flatMap((svg) => {
  const boxes = [...svg.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
  return boxes.flatMap((a, k) => boxes.slice(k + 1).filter((b) =>
    Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1 && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 4,
  ).map((b) => svg.getAttribute('aria-label') + ': ' + a.text + ' | ' + b.text));
})`;

describe.skipIf(executablePath === undefined)('regulate report page', () => {
  test.each<[string, RegulateSampleOptions]>([
    ['33 buses, 24 steps, 11 resources', {}],
    [
      '141 buses, 96 steps, 200 resources, 8 clusters',
      { feeder: '141-bus', steps: 96, resources_count: 200, clusters_count: 8, portfolios_count: 60 },
    ],
  ])(
    '%s: draws in both widths and schemes without faults, overflow or texts over each other',
    async (_, options) => {
      const html = renderRegulateReport(sampleRegulate(options));
      for (const width of [1440, 390]) {
        for (const scheme of ['light', 'dark'] as const) {
          const { page, faults } = await open(html, width, scheme);
          expect(faults).toEqual([]);
          const overflow_px = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
          expect(overflow_px, `${width} px, ${scheme}`).toBe(0);
          expect(
            await page.evaluate(`[...document.querySelectorAll('svg[role="img"]')].filter((s) => !s.getAttribute('aria-label')).length`),
          ).toBe(0);
          // printed, every alternative shows
          await page.emulateMedia({ media: 'print' });
          expect(await page.evaluate(overlaps)).toEqual([]);
          await page.close();
        }
      }
    },
    60_000,
  );

  test('arrow keys choose the partition and the way to regulate; printed, all show', async () => {
    const { page } = await open(renderRegulateReport(sampleRegulate()), 1440, 'light');
    const shown = (): Promise<number> => page.locator('#bands figure:visible').count();
    expect(await shown()).toBe(4);
    const label = (): Promise<string | null> => page.locator('#bands .option:visible svg.plot').first().getAttribute('aria-label');
    expect(await label()).toContain('single point');
    await page.locator('#scheme-0').focus();
    await page.keyboard.press('ArrowRight');
    expect(await label()).toContain('clusters 1');
    expect(await shown()).toBe(4);
    await page.locator('label[for="partition-2"]').click();
    expect(await page.locator('#clusters .option:visible').textContent()).toContain('mean electrical distance 0.33');
    await page.emulateMedia({ media: 'print' });
    expect(await shown()).toBe(16);
    await page.close();
  });
});
