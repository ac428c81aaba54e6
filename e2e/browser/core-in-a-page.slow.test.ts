// The numerical core in a real browser, as the modules of packages/core/dist: with WebAssembly, in a worker, and where a
// content policy forbids WebAssembly, always with the bits of Node.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, launch } from '../chromium.ts';
import { solveHere } from './solve-here.mjs';

type Answer = Awaited<ReturnType<typeof solveHere>>;

const dist = new URL('../../packages/core/dist/', import.meta.url);
const origin = 'https://core.test';
const served = `import { solveHere } from '/solve-here.mjs';\nconst answer = solveHere((path) => import('/dist/' + path));\n`;

/** Files of the page by path; everything else is not found, and so fails the test. */
function fileOf(path: string): string | undefined {
  if (path === '/page.html') return '<!doctype html><title>core</title>';
  if (path === '/solve-here.mjs') return readFileSync(new URL('solve-here.mjs', import.meta.url), 'utf8');
  if (path === '/main.mjs') return `${served}globalThis.answer = answer.catch(String);`;
  if (path === '/worker.mjs') return `${served}answer.then((found) => postMessage(found), (error) => postMessage(String(error)));`;
  const file = fileURLToPath(new URL(`.${path.replace(/^\/dist/, '')}`, dist));
  return path.startsWith('/dist/') && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

let browser: Browser | undefined;
let here: Answer;

beforeAll(async () => {
  here = await solveHere((path) => import(/* @vite-ignore */ new URL(path, dist).href));
  browser = await launch();
}, 60_000);
afterAll(() => browser?.close());

async function open(policy: string): Promise<{ page: Page; missing: string[] }> {
  const page = await browser!.newPage();
  const missing: string[] = [];
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    const body = fileOf(pathname);
    if (body === undefined) {
      missing.push(pathname);
      return route.fulfill({ status: 404 });
    }
    const contentType = pathname.endsWith('.html') ? 'text/html' : 'text/javascript';
    return route.fulfill({ body, contentType, headers: { 'content-security-policy': policy } });
  });
  await page.goto(`${origin}/page.html`);
  return { page, missing };
}

const WITH_WASM = "script-src 'self' 'wasm-unsafe-eval'";
const WITHOUT_WASM = "script-src 'self'";

async function answerOf(page: Page): Promise<Answer | string> {
  await page.addScriptTag({ url: '/main.mjs', type: 'module' });
  return page.evaluate('globalThis.answer') as Promise<Answer | string>;
}

function expectSame(answer: Answer | string, kernel: 'wasm' | 'typescript'): void {
  if (typeof answer === 'string') throw new Error(answer);
  expect(answer.kernel).toBe(kernel);
  expect(answer.statuses).toEqual(here.statuses);
  expect(answer.bits).toEqual(here.bits);
  for (const task of ['general', 'exponential'] as const) {
    answer.values[task].forEach((value, k) => {
      expect(Math.abs(value - here.values[task][k]!)).toBeLessThan(1e-13);
    });
  }
}

test('Node: everything is solved, and by WebAssembly', () => {
  expect(here.kernel).toBe('wasm');
  expect(here.statuses).toEqual(['ok', 'optimal', 'optimal']);
});

describe.skipIf(executablePath === undefined)('in Chromium', () => {
  test('a page gives the bits of Node', async () => {
    const { page, missing } = await open(WITH_WASM);
    expectSame(await answerOf(page), 'wasm');
    expect(missing.filter((path) => path !== '/favicon.ico')).toEqual([]);
    await page.close();
  });

  test('a worker gives the bits of Node', async () => {
    const { page } = await open(WITH_WASM);
    const answer = page.evaluate(
      `new Promise((resolve, reject) => {
        const worker = new Worker('/worker.mjs', { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
      })`,
    );
    expectSame((await answer) as Answer | string, 'wasm');
    await page.close();
  });

  test('a page whose content policy forbids WebAssembly gives the same bits by TypeScript', async () => {
    const { page } = await open(WITHOUT_WASM);
    expectSame(await answerOf(page), 'typescript');
    await page.close();
  });
});
