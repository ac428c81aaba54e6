import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkNames } from './check-names.mjs';
import { checkStrata, cyclesOf } from './check-strata.mjs';
import { importsOf, tokensOf } from './source.mjs';

const made = [];
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
});

/** A small repository: paths below packages/ with their text. */
function tree(files) {
  const root = mkdtempSync(join(tmpdir(), 'gridflock-strata-'));
  made.push(root);
  const all = {
    'core/package.json': '{ "dependencies": { "highs": "1", "zod": "4" } }',
    'host/package.json': '{ "dependencies": { "@gridflock/core": "0" } }',
    'web/package.json': '{ "dependencies": { "@gridflock/core": "0" } }',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    const path = join(root, 'packages', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}
const problemsOf = (files) => checkStrata(tree(files)).problems;
const x = 'export const x = 1;\n';

describe('tokens', () => {
  it('skips comments and keeps strings, templates and regular expressions apart', () => {
    const text = "// Math.random\n/* new Date */ const a = 'Math.random'; const b = /'\"\\/[/]/g; const c = `t ${d / 2} 'u`; e / f / g;";
    const tokens = tokensOf(text);
    expect(tokens.filter((t) => t.type === 'word').map((t) => t.value)).toEqual([
      'const',
      'a',
      'const',
      'b',
      'const',
      'c',
      'd',
      'e',
      'f',
      'g',
    ]);
    expect(tokens.find((t) => t.type === 'regex').value).toBe('/\'"\\/[/]/g');
    expect(tokens.filter((t) => t.type === 'template').map((t) => t.value)).toEqual(['t ', " 'u"]);
    expect(tokens.at(-1).line).toBe(2);
  });

  it('finds every form of import', () => {
    const text = `import a from './a.ts';
import type { B } from './b.ts';
import { type C, type D } from './c.ts';
import e, { type F } from './e.ts';
import './g.ts';
export * from './h.ts';
export { i } from './i.ts';
export type { J } from './j.ts';
export type K = { from: string };
const l = await import('./l.ts');
import {
  m,
} from './m.ts';
export { a };
const from = 'not/an/import';
import.meta.url;`;
    const found = importsOf(tokensOf(text)).map(({ from, typeOnly }) => `${from}${typeOnly ? ' type' : ''}`);
    expect(found).toEqual([
      './a.ts',
      './b.ts type',
      './c.ts type',
      './e.ts',
      './g.ts',
      './h.ts',
      './i.ts',
      './j.ts type',
      './l.ts',
      './m.ts',
    ]);
  });
});

describe('strata', () => {
  it('accepts what the table allows', () => {
    const problems = problemsOf({
      'core/src/base/x.ts': x,
      'core/src/linalg/y.ts': "import { x } from '../base/x.ts';\n",
      'core/src/solvers/contract.ts': x,
      'core/src/schemes/central/roles.ts': "import type { x } from '../../solvers/contract.ts';\nimport { z } from 'zod';\n",
      'core/src/devices/contract.ts': x,
      'core/src/devices/pv/declare.ts': "import { x } from '../contract.ts';\n",
      'core/src/formats/csv/read.ts': "import { x } from '../../devices/contract.ts';\n",
      'core/src/catalog.ts': "import { x } from './devices/pv/declare.ts';\n",
      'host/src/main.ts': "import { readFileSync } from 'node:fs';\nimport { x } from '@gridflock/core';\n",
    });
    expect(problems).toEqual([]);
  });

  it.each([
    ['an import to the right', 'core/src/linalg/y.ts', "import '../problem/x.ts';", 'linalg may not import problem/x.ts'],
    [
      'a scheme that knows the wires',
      'core/src/schemes/central/y.ts',
      "import '../../network/x.ts';",
      'schemes may not import network/x.ts',
    ],
    [
      'a solver contract taken for more than its types',
      'core/src/schemes/central/y.ts',
      "import '../../solvers/contract.ts';",
      'use `import type`',
    ],
    ['a sibling', 'core/src/devices/pv/y.ts', "import '../battery/x.ts';", 'members of one family never import each other'],
    ['a family file that knows a member', 'core/src/devices/y.ts', "import './battery/x.ts';", 'may not know its members'],
    ['a study that names a device', 'core/src/studies/plan/y.ts', "import '../../devices/battery/x.ts';", 'only catalog.ts names a device'],
    [
      'a format that reads a device',
      'core/src/formats/csv/y.ts',
      "import '../../devices/battery/x.ts';",
      'formats may not import devices/battery/x.ts',
    ],
    ['the disk in core', 'core/src/base/y.ts', "import 'node:fs';", 'core runs anywhere'],
    ['a package nobody declared', 'core/src/base/y.ts', "import 'lodash';", 'not a dependency'],
    ['a package outside its home', 'core/src/problem/y.ts', "import 'highs';", 'stays behind solvers/highs/'],
    ['web reaching host', 'web/src/y.ts', "import '../../host/src/x.ts';", 'reaches another package by path'],
    ['host importing web', 'host/src/y.ts', "import '@gridflock/web';", 'may import "@gridflock/core" and nothing else'],
    ['a test of host importing web', 'host/src/y.test.ts', "import '@gridflock/web';", 'may import "@gridflock/core" and nothing else'],
    ['a deep import of core', 'host/src/y.ts', "import '@gridflock/core/dist/base/x.js';", 'may import "@gridflock/core" and nothing else'],
    ['shipped code that imports a test', 'core/src/base/y.ts', "import './y.test.ts';", 'imports test code'],
    ['a folder in no stratum', 'core/src/stuff/y.ts', x, 'is in no stratum'],
    ['a folder that says nothing', 'core/src/base/utils/y.ts', x, '"utils" says nothing'],
    ['chance', 'core/src/base/y.ts', 'const r = Math.random();', 'Math.random is banned'],
    ['the clock', 'core/src/base/y.ts', 'const t = new Date();', 'new Date is banned'],
    ['the console', 'core/src/base/y.ts', 'console.log(1);', 'console. is banned'],
    ['asking for a kind', 'core/src/problem/y.ts', "if (kind === 'battery') f();", "never asks a member's name"],
    ['a switch over kinds', 'core/src/problem/y.ts', "switch (kind) { case 'battery': f(); }", "never asks a member's name"],
    ['a file that is too long', 'core/src/base/y.ts', '\n'.repeat(501), '501 lines, at most 500'],
    ['a cycle', 'core/src/base/x.ts', "import './y.ts';", 'import cycle'],
  ])('refuses %s', (_what, name, text, expected) => {
    const problems = problemsOf({
      'core/src/devices/battery/x.ts': x,
      ...(name === 'core/src/base/x.ts' ? { 'core/src/base/y.ts': "import './x.ts';" } : {}),
      [name]: text,
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('leaves tests free to look across families', () => {
    expect(
      problemsOf({
        'core/src/devices/battery/x.ts': x,
        'core/src/devices/pv/pv.test.ts': "import '../battery/x.ts';\nimport 'node:fs';\nconsole.log(Math.random());\n",
        'core/src/studies/conformance.ts': "import '../devices/battery/x.ts';\nif (kind === 'battery') f();\n",
      }),
    ).toEqual([]);
  });

  it('lets a member and the readers of foreign words name it', () => {
    const asks = "export const is = (kind: string) => kind === 'battery';\n";
    expect(problemsOf({ 'core/src/devices/battery/x.ts': asks, 'core/src/wire/x.ts': asks, 'core/src/formats/csv/x.ts': asks })).toEqual(
      [],
    );
  });

  it('warns before a file is too long', () => {
    expect(checkStrata(tree({ 'core/src/base/x.ts': '\n'.repeat(450) })).warnings).toHaveLength(1);
  });

  it('finds whole cycles', () => {
    const graph = new Map(Object.entries({ a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: [] }));
    expect(cyclesOf(graph)).toEqual([['a', 'b', 'c']]);
  });
});

describe('names', () => {
  it('wants kebab-case, registered units and verbs', () => {
    const { problems } = checkNames(
      tree({
        'core/src/base/units.ts': "export const units = {\n  kW: 'power',\n} as const;\n",
        'core/src/base/BadName.ts': x,
        'core/src/base/y.ts':
          'export interface A { readonly p_max_kW: number; readonly p_max_mw: number; readonly p_from: number }\nexport function getPower() {}\n',
      }),
    );
    expect(problems.map((text) => text.replace(/^\S+\s+/, ''))).toEqual([
      '"BadName" is not kebab-case',
      'p_max_mw ends in no registered unit (base/units.ts)',
      'p_from ends in no registered unit (base/units.ts)',
      'getPower: say what it does (read, build, solve …), not get or set',
    ]);
  });
});
