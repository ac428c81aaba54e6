// Chromium where there is one; tests that need it are skipped where there is none.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

export const executablePath = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (executablePath === undefined) {
  console.warn('tests in a browser are skipped: no Chromium found. Install it (apt-get install chromium) or name it in CHROMIUM.');
}

/** A browser without a network of its own; undefined where there is no Chromium. */
export async function launch(): Promise<Browser | undefined> {
  if (executablePath === undefined) return undefined;
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  return chromium.launch({ executablePath, args });
}
