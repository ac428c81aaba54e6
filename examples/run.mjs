// Runs one example by its number or name: `npm run example 03`. Studies go through the command line and take its
// options: `npm run example 07 -- --out out/congested`.
// Vite, which the tests bring along, reads the TypeScript and takes @gridflock/core from its sources: any Node will do.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const examples = readdirSync(here)
  .filter((name) => /^\d\d-/.test(name))
  .sort();
const asked = (process.argv[2] ?? '').replace(/^\d$/, '0$&');
const found = examples.filter((name) => asked !== '' && name.startsWith(asked));

if (found.length !== 1) {
  const problem = asked === '' ? '' : `${found.length === 0 ? 'No example begins' : 'More than one example begins'} with "${asked}". `;
  console.error(`${problem}Name one: ${examples.join(', ')}`);
  process.exitCode = 2;
} else if (found[0].endsWith('.ts')) {
  const alias = { '@gridflock/core': join(here, '../packages/core/src/index.ts') };
  await runnerImport(join(here, found[0]), { configFile: false, logLevel: 'error', resolve: { alias } });
} else {
  const study = existsSync(join(here, found[0], 'study.yaml')) ? join(found[0], 'study.yaml') : found[0];
  const binary = join(here, '../packages/host/bin/gridflock.mjs');
  process.exitCode =
    spawnSync(process.execPath, [binary, 'run', join(here, study), ...process.argv.slice(3)], { stdio: 'inherit' }).status ?? 1;
}
