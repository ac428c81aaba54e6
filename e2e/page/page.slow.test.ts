// The page of `gridflock serve` in a real browser: a feeder is uploaded, a study made of the template, run, watched to its end, its report
// opened; a fault of the text is shown at its line; a phone sees all of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, launch } from '../chromium.ts';
import { folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { type Running, serveIn } from '../service/running.ts';

const firstView_max_B = 90_000;
const oddFeeder = `function mpc = odd
mpc.version = '2';
mpc.baseMVA = 1;
mpc.bus = [ 1 3 0 0 0 0 1 1 0 0.4 1 1.1 0.9; 2 1 0.02 0.005 0 0 1 1 0 0.4 1 1.1 0.9; ];
mpc.gen = [ 1 0 0 1 -1 1 1 1 1 -1; ];
mpc.branch = [ 1 2 0.3 0.2 0 1 0 0 0 0 1 -360 360; ];
mpc.dcline = [ 1 2 1 0 0 0 0 1 1 0 0 0 0 0 0 0 0; ];
`;

let folder: string;
let service: Running;
let browser: Browser | undefined;
beforeAll(async () => {
  if (executablePath === undefined) return;
  folder = folderWith();
  service = await serveIn(join(folder, 'data'));
  browser = await launch();
  await gridflock(['convert', 'ieee33', 'street.m'], { cwd: folder });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  if (folder !== undefined) removeFolder(folder);
}, 60_000);

/** Opens a view; whatever the browser complains of, or asks of anybody but the service, is a fault. */
async function open(hash: string, { width = 1280, dark = false } = {}): Promise<{ page: Page; faults: string[] }> {
  const page = await browser!.newPage({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light' });
  const faults: string[] = [];
  page.on('console', (message) => faults.push(`${message.text()} (${message.location().url})`));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${service.base}/`) && !request.url().startsWith('data:')) faults.push(`request: ${request.url()}`);
  });
  await page.goto(`${service.base}/${hash}`);
  await page.locator('main h1').waitFor();
  return { page, faults };
}

/** A 422 in answer to a text that is wrong is what the test wants; the browser writes it to the console all the same. */
const unforeseen = (faults: readonly string[]): string[] => faults.filter((text) => !/status of 422/.test(text));
const overflow_px = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

async function addStudy(name: string, edit: (text: string) => string = (text) => text): Promise<string> {
  const { body } = await service.call('GET', '/templates/negotiate/template');
  return (await service.call('POST', '/studies', { name, text: edit(body.text) })).body.id;
}

describe.skipIf(executablePath === undefined)('the page of the service', () => {
  test('is small, says who may give it script, and is not sent twice', async () => {
    let total_B = 0;
    for (const name of ['', 'page.js', 'page.css', 'favicon.svg']) {
      const reply = await fetch(`${service.base}/${name}`);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-security-policy')).toMatch(/default-src 'self'.*style-src 'self';/);
      expect(reply.headers.get('content-encoding')).toBe('gzip');
      total_B += gzipSync(Buffer.from(await reply.arrayBuffer()), { level: 9 }).length;
      const again = await fetch(`${service.base}/${name}`, { headers: { 'if-none-match': reply.headers.get('etag') ?? '' } });
      expect(again.status).toBe(304);
    }
    expect(total_B).toBeLessThan(firstView_max_B);
    expect((await fetch(`${service.base}/page.js.map`)).status).toBe(404);
  });

  test('uploads a feeder, makes a study of it, runs it, and shows its report when it has ended', async () => {
    const { page, faults } = await open('#/networks');
    await page.locator('#network-file').setInputFiles(join(folder, 'street.m'));
    await page.locator('h1', { hasText: 'street.m' }).waitFor();
    await expect.poll(() => page.locator('dl.facts').textContent()).toContain('buses33');
    expect(await page.locator('main').textContent()).toContain('Everything in the file was understood');

    await page.getByRole('link', { name: 'New study about it' }).click();
    await expect.poll(() => page.locator('#network').inputValue()).toBe('street.m');
    await page.locator('#name').fill('our street');
    await page.getByRole('button', { name: 'Make the study' }).click();
    const text = page.locator('.editor textarea');
    await expect.poll(() => text.inputValue()).toContain('network: street.m');

    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => page.locator('h1 .badge').textContent(), { timeout: 90_000 }).toContain('done');
    const report = page.frameLocator('iframe.report');
    await report.locator('h1').first().waitFor();
    expect(await report.locator('body').textContent()).toContain('street.m');
    await page.getByRole('link', { name: /^Files/ }).click();
    await page.getByRole('link', { name: 'result.json' }).waitFor();
    expect(page.url()).toMatch(/#\/runs\/[\w-]+\/files$/);
    await page.goBack();
    await page.locator('iframe.report').waitFor();

    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('link', { name: 'our street' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  }, 180_000);

  test('shows the state of runs that others ask for, and cancels one', async () => {
    const { page, faults } = await open('#/runs');
    await expect.poll(() => page.locator('.pulse').textContent()).toContain('live');
    const study = await addStudy('a long one', (text) => text.replace('5.0e-5', '1.0e-9'));
    await service.call('POST', `/studies/${study}/runs`, {});
    const row = page.locator('tbody tr', { hasText: 'study of kind negotiate' }).first();
    await row.locator('progress').waitFor({ timeout: 30_000 });
    await row.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => row.locator('.badge').textContent(), { timeout: 30_000 }).toContain('cancelled');
    expect(faults).toEqual([]);
    await page.close();
  }, 90_000);

  test('marks the line of a fault: at once where the text cannot be read, and after a run where a key is wrong', async () => {
    const { page, faults } = await open(`#/studies/${await addStudy('a slip')}`);
    const text = page.locator('.editor textarea');
    const good = await text.inputValue();
    const lines = good.split('\n');
    const at = lines.findIndex((line) => line.startsWith('currency:'));
    await text.fill(lines.with(at, 'currency: [CNY').join('\n'));
    await page.locator('.editor-margin .bad').waitFor();
    expect(await page.locator('.notice').textContent()).toContain('STUDY_SYNTAX');
    await page.getByRole('link', { name: 'Networks' }).click();
    await page.goBack();
    await expect.poll(() => text.inputValue(), { message: 'what was not saved is still there' }).toContain('[CNY');

    await text.fill(lines.with(at, 'curency: CNY').join('\n'));
    await expect.poll(() => page.locator('.notice').count()).toBe(0);
    await text.press('Control+Enter');
    await page.getByRole('link', { name: `Go to line ${at + 1} of the study` }).click({ timeout: 60_000 });
    await expect
      .poll(() =>
        page.evaluate(
          'getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)',
        ),
      )
      .toBe('curency: CNY');
    expect(unforeseen(faults)).toEqual([]);
    await page.close();
  }, 120_000);

  test('says what it did not understand of a network, why a file is none, and deletes after asking', async () => {
    writeFileSync(join(folder, 'none.m'), 'mpc.bus = [1 2');
    const { page, faults } = await open('#/networks');
    await page.locator('#network-file').setInputFiles(join(folder, 'none.m'));
    await expect.poll(() => page.locator('.notice').textContent()).toContain('MATPOWER_SYNTAX');
    const dropped = await page.evaluateHandle(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(oddFeeder)}], 'odd.m'));
      return data;
    })()`);
    await page.locator('.drop').dispatchEvent('drop', { dataTransfer: dropped });
    await page.locator('h1', { hasText: 'odd.m' }).waitFor();
    await expect.poll(() => page.locator('table.list').first().textContent()).toContain('dcline');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete for good?' }).click();
    await page.locator('h1', { hasText: 'Networks' }).waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'odd.m' }).count()).toBe(0);
    expect(unforeseen(faults)).toEqual([]);
    await page.close();
  }, 60_000);

  test('fits a phone and a screen, light and dark, in every view, and is used by keys alone', async () => {
    const study = await addStudy('a name that is long enough to have to be broken on a telephone');
    const done = (await service.call('GET', '/runs?count=200')).body.items.find(({ state }: { state: string }) => state === 'done');
    const views = [
      '#/runs',
      `#/runs/${done.id}`,
      `#/runs/${done.id}/files`,
      '#/studies',
      '#/studies/new',
      `#/studies/${study}`,
      '#/networks',
      '#/nowhere',
    ];
    for (const width of [390, 1280]) {
      const { page, faults } = await open('', { width, dark: width === 390 });
      for (const view of views) {
        await page.goto(`${service.base}/${view}`);
        await page.locator('main h1').first().waitFor({ state: 'attached' });
        await expect.poll(() => page.locator('.empty', { hasText: 'Reading' }).count()).toBe(0);
        expect(await overflow_px(page), `${view} at ${width} px`).toBe(0);
        const unnamed = await page.evaluate(
          `[...document.querySelectorAll('button, a, input, select, textarea, iframe')].filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label') || e.title || e.labels?.length)).length`,
        );
        expect(unnamed, `${view}: controls without a name`).toBe(0);
      }
      expect(faults).toEqual([]);
      await page.close();
    }
    const { page } = await open('#/runs');
    const isOn = (text: string): Promise<unknown> =>
      page.evaluate(`document.activeElement.textContent.startsWith(${JSON.stringify(text)})`);
    const walkTo = async (text: string): Promise<void> => {
      for (let k = 0; k < 40 && !(await isOn(text)); k++) await page.keyboard.press('Tab');
      expect(await isOn(text), text).toBe(true);
      await page.keyboard.press('Enter');
    };
    await walkTo('Skip to content');
    expect(await isOn('Runs')).toBe(true);
    await walkTo('New study');
    await page.locator('h1', { hasText: 'New study' }).waitFor();
    await walkTo('Make the study');
    await page.locator('.editor textarea').waitFor();
    await page.close();
  }, 120_000);

  test('says when the service is away, and goes on by itself when it is back', async () => {
    const { page } = await open('#/runs');
    const pulse = (): Promise<string | null> => page.locator('.pulse').textContent();
    await expect.poll(pulse).toContain('live');
    await service.stop();
    await expect.poll(pulse).toContain('no connection');
    service = await serveIn(join(folder, 'data'), '--port', new URL(service.base).port);
    await service.call('POST', '/runs', { text: 'study: negotiate' });
    await expect.poll(pulse, { timeout: 30_000 }).toContain('live');
    await expect.poll(() => page.locator('tbody .badge').first().textContent(), { timeout: 30_000 }).toContain('failed');
    await page.close();
  }, 90_000);
});
