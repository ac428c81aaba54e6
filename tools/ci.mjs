// What every change must pass, from a fresh clone: set-up, the tests, the checks. Ends in one line that counts both:
// `N passed, N failed`. Fails when anything fails, and when no test ran at all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { isMain, repositoryRoot as root } from './source.mjs';

const run = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;

/** Counts tests; a file that could not even be loaded counts as one failure. */
export function countOf(report) {
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults } of report.testResults) {
    const failures = assertionResults.filter((result) => result.status === 'failed').length;
    passed += assertionResults.filter((result) => result.status === 'passed').length;
    failed += failures === 0 && status === 'failed' ? 1 : failures;
  }
  return { passed, failed };
}

async function main() {
  // sources that do not compile fail a check below; the tests, which run from the sources, may still tell why
  run('tools/setup.mjs');
  if (!existsSync(join(root, 'node_modules/vitest/vitest.mjs'))) return { passed: 0, failed: 1 };
  const report = join(root, 'out', 'vitest.json');
  mkdirSync(join(root, 'out'), { recursive: true });
  rmSync(report, { force: true });
  const status = run('node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
  const tests = existsSync(report) ? countOf(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 1 };
  // an error outside any test (an unhandled rejection) fails the run without failing a test
  if (status !== 0 && tests.failed === 0) tests.failed = 1;
  if (tests.passed + tests.failed === 0) {
    console.log('no test ran');
    tests.failed = 1;
  }
  const checks = await runChecks();
  console.log(`tests ${tests.passed} of ${tests.passed + tests.failed}, checks ${checks.passed} of ${checks.passed + checks.failed}`);
  return { passed: tests.passed + checks.passed, failed: tests.failed + checks.failed };
}

if (isMain(import.meta.url)) {
  const { passed, failed } = await main();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
