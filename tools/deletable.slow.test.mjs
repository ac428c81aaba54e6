// Nightly: every member of every family can go, and every template makes a member that stands.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyTree, tryWithout } from './check-deletable.mjs';
import { scaffold } from './new.mjs';
import { families, membersOf, namedElsewhere, repositoryRoot } from './source.mjs';

let copy;
beforeAll(() => {
  copy = copyTree(repositoryRoot);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('without', () => {
  it.each(membersOf(repositoryRoot, 'devices'))('the device %s everything compiles and passes', (member) => {
    const { fault, listed } = tryWithout(repositoryRoot, copy, 'devices', member, false);
    expect(fault?.text).toBeUndefined();
    expect(listed).toBe(true);
  });

  const others = Object.keys(families)
    .filter((family) => family !== 'devices')
    .flatMap((family) => membersOf(repositoryRoot, family).map((member) => [family, member]))
    .filter(([family, member]) => !namedElsewhere.has(`${family}/${member}`));
  it.each(others)('%s/%s everything compiles', (family, member) => {
    expect(tryWithout(repositoryRoot, copy, family, member, true).fault?.text).toBeUndefined();
  });
});

it('a scaffolded member of each family compiles, passes and keeps the strata', () => {
  for (const family of ['device', 'scheme', 'solver', 'formulation', 'format', 'powerflow', 'study', 'network']) {
    expect(scaffold(copy, family, 'try-out').listed, family).toBe(true);
  }
  const run = (script, ...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, script), ...args], { cwd: copy, encoding: 'utf8' });
    expect(status, `${script}\n${stdout}${stderr}`).toBe(0);
  };
  run('node_modules/typescript/bin/tsc', '-b', 'packages/core', 'packages/host');
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.tests.json', '--noEmit');
  run('node_modules/vitest/vitest.mjs', 'run', 'try-out');
  for (const check of ['strata', 'names', 'catalogue']) run('tools/check.mjs', check);
});
