// `npm run check`: everything that is not a test and can be told by looking. One line per check; ends in `N passed, N failed`.
// `node tools/check.mjs strata names` runs only those.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkCatalogue } from './check-catalogue.mjs';
import { checkDeletableQuickly } from './check-deletable.mjs';
import { checkLinks, runBlocks } from './check-docs.mjs';
import { checkNames } from './check-names.mjs';
import { checkStrata } from './check-strata.mjs';
import { checkErrorsPage } from './errors-page.mjs';
import { isMain, repositoryRoot as root } from './source.mjs';

/** Runs a program of node_modules; its output is the list of problems when it fails. */
function tool(script, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 27,
  });
  const text = `${stdout ?? ''}${stderr ?? ''}`.trim();
  return status === 0 ? [] : text.split('\n');
}
/** Enough to see what is wrong; `npm run lint` and the single checks show everything. */
const linesShown = 40;
const compiler = 'typescript/bin/tsc';
const projects = ['packages/core', 'packages/host', 'packages/web'];

/** Each gives its problems, and a few words about what it looked at. */
const checks = {
  types: () => ({ problems: tool(compiler, '-b', ...projects), about: 'packages' }),
  'types of tests': () => ({
    problems: tool(compiler, '-p', 'tsconfig.tests.json', '--noEmit'),
    about: 'tests, type tests, examples',
  }),
  lint: () => ({
    problems: tool('@biomejs/biome/bin/biome', 'check', '--colors=off', '--max-diagnostics=50', '.'),
    about: 'Biome: rules and format',
  }),
  strata: () => {
    const { problems, warnings, files } = checkStrata(root);
    return { problems, warnings, about: `${files} files import only what they may` };
  },
  names: () => {
    const { problems, files } = checkNames(root);
    return { problems, about: `${files} files` };
  },
  links: () => {
    const { problems, links } = checkLinks(root);
    return { problems, about: `${links} links in documents` };
  },
  blocks: () => {
    const { problems, blocks } = runBlocks(root);
    return { problems, about: `${blocks} runnable blocks in documents` };
  },
  errors: async () => {
    const { problems, codes } = await checkErrorsPage(root);
    return { problems, about: `${codes} codes with cause and cure` };
  },
  catalogue: () => {
    const { problems, members } = checkCatalogue(root);
    return { problems, about: `${members} members` };
  },
  deletable: () => checkDeletableQuickly(root),
};

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function runChecks(only = []) {
  let passed = 0;
  let failed = 0;
  const wanted = Object.entries(checks).filter(([name]) => only.length === 0 || only.includes(name));
  for (const [name, check] of wanted) {
    const from = performance.now();
    let outcome;
    try {
      outcome = await check();
    } catch (error) {
      outcome = { problems: [error.stack], about: 'the check itself broke' };
    }
    const { problems, warnings = [], about } = outcome;
    const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
    const good = problems.length === 0;
    console.log(`${good ? 'ok  ' : 'FAIL'}  ${name.padEnd(14)}  ${about} (${took})`);
    const lines = [...warnings.map((warning) => `warning: ${warning}`), ...problems].flatMap((text) => text.split('\n'));
    for (const line of lines.slice(0, linesShown)) console.log(`      ${line}`);
    if (lines.length > linesShown) console.log(`      … and ${lines.length - linesShown} lines more`);
    if (good) passed++;
    else failed++;
  }
  return { passed, failed };
}

if (isMain(import.meta.url)) {
  const only = process.argv.slice(2);
  const unknown = only.filter((name) => !(name in checks));
  if (unknown.length > 0) {
    console.error(`No check is called "${unknown[0]}". Known: ${Object.keys(checks).join(', ')}.`);
    process.exit(2);
  }
  const { passed, failed } = await runChecks(only);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
