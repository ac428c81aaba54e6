import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withoutMember } from './check-deletable.mjs';
import { anchorsOf, checkLinks, linksOf, readMarkdown, runBlocks } from './check-docs.mjs';
import { countOf } from './ci.mjs';
import { codesOf } from './errors-page.mjs';
import { repositoryRoot } from './source.mjs';

function folderWith(files) {
  const root = mkdtempSync(join(tmpdir(), 'gridflock-docs-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

it('reads links and anchors as GitHub does', () => {
  expect([...anchorsOf('# A `b` & c_d!\n## Twice\n## Twice\n```\n# no\n```\n<a id="x"></a>')]).toEqual([
    'a-b--c_d',
    'twice',
    'twice-1',
    'x',
  ]);
  const text = '[a](b.md#c) `[no](no.md)` [![p](p.png)](q.md)\n```\n[no](no.md)\n```\n[r]: s.md\n<img src="t.svg">';
  expect(
    linksOf(text)
      .map(({ to }) => to)
      .sort(),
  ).toEqual(['b.md#c', 'p.png', 'q.md', 's.md', 't.svg']);
  expect(readMarkdown('```ts run\nlet a;\n```').blocks).toEqual([{ info: 'ts run', line: 1, text: 'let a;\n' }]);
});

it('finds links to nowhere', () => {
  const root = folderWith({ 'a.md': '# A\n[1](b.md) [2](b.md#b) [3](b.md#c) [4](d.md) [5](#a) [6](https://x.y)', 'b.md': '# B' });
  expect(checkLinks(root).problems).toEqual(['a.md:2  b.md has no heading for "#c"', 'a.md:2  "d.md" does not exist']);
  rmSync(root, { recursive: true });
});

it('runs the blocks that are marked and reports the ones that fail', () => {
  const root = folderWith({
    'a.md': '```sh run\ntrue\n```\n```sh\nfalse\n```\n```ts run\nconst a: number = 1;\nif (a !== 1) throw new Error();\n```\n',
    'b.md': '```js run\nthrow new Error("no")\n```\n```ts run\nconst a: string = 1;\n```\n',
  });
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'), 'junction');
  const { problems, blocks } = runBlocks(root);
  expect(blocks).toBe(4);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toMatch(/^b\.md:1 {2}ended with status 1/);
  expect(problems[1]).toMatch(/^b\.md:4 {2}does not compile/);
  rmSync(root, { recursive: true });
});

it('knows a code, and which error carries it', () => {
  const root = folderWith({
    'packages/core/src/a.ts': "throw new InputError({ message: 'm', code: 'A_B' });\nconst other = 'NOT_A_CODE';\n",
    'packages/core/src/b.ts': "const wrong = (code: string) => new BugError({ code });\nthrow wrong('C_D');\n",
  });
  const codes = codesOf(root);
  expect([...codes.keys()]).toEqual(['A_B', 'C_D']);
  expect([...codes.get('A_B').kinds]).toEqual(['InputError']);
  expect([...codes.get('C_D').kinds]).toEqual(['BugError']);
  rmSync(root, { recursive: true });
});

it('takes a member out of a list', () => {
  const text = `import { battery } from './devices/battery/declare.ts';
import { batteryBank } from './devices/battery-bank/declare.ts';
import {
  pv,
  type PvParams,
} from './devices/pv/declare.ts';
export { pv } from './devices/pv/declare.ts';
export const catalog = {
  devices: [
    battery,
    batteryBank,
    pv,
  ],
  lines: [battery, batteryBank, pv],
  loaders: { 'battery-bank': 1, pv: pv },
};
`;
  const without = withoutMember(text, 'devices/battery');
  expect(without.found).toBe(true);
  expect(without.text).not.toMatch(/\bbattery\b(?!-)/);
  expect(without.text).toContain("import { batteryBank } from './devices/battery-bank/declare.ts';");
  expect(without.text).toContain('  devices: [\n    batteryBank,\n    pv,\n  ],\n  lines: [batteryBank, pv],');
  const sunless = withoutMember(text, 'devices/pv').text;
  expect(sunless).toContain('    batteryBank,\n  ],\n  lines: [battery, batteryBank, ],');
  expect(sunless).not.toContain('PvParams');
  expect(withoutMember(text, 'devices/wind')).toEqual({ text, found: false });
});

it('counts a file that cannot be loaded as a failure', () => {
  const report = {
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'skipped' }] },
      { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(countOf(report)).toEqual({ passed: 2, failed: 2 });
});
