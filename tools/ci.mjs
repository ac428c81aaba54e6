// What every change must pass, from a fresh clone: set-up, the tests, the checks. Ends in one line that counts both:
// `N passed, N failed`. Fails when anything fails, and when no test ran at all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { isMain, repositoryRoot as root } from './source.mjs';

/** `npm test` itself, set-up included; Windows needs a shell to start npm.cmd. */
const npmTest = (...args) =>
  spawnSync('npm', ['test', '--', ...args], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;

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
  const report = join(root, 'out', 'vitest.json');
  mkdirSync(join(root, 'out'), { recursive: true });
  rmSync(report, { force: true });
  // the report has a fixed name relative to the root: a path with spaces would not survive the shell on Windows
  const status = npmTest('--reporter=default', '--reporter=json', '--outputFile.json=out/vitest.json');
  if (!existsSync(join(root, 'node_modules/vitest/vitest.mjs'))) return { passed: 0, failed: 1 };
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
