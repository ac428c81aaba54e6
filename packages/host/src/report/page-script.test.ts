import { BugError } from '@gridflock/core';
import { expect, test } from 'vitest';
import { linkModules, pageAssets } from './page-script.ts';

const link = (modules: Record<string, string>): string => linkModules('main', (name) => modules[name] ?? '');

test('links modules in order of need and keeps their names apart', () => {
  const script = link({
    main: "import { twice as double } from './bus-sum.js';\nimport { secret } from './other.js';\nglobalThis.linked = [double(4), secret];\nexport {};",
    'bus-sum': "import { secret } from './other.js';\nconst hidden = 2;\nexport function twice(x) { return hidden * x + 0 * secret; }",
    other: 'const hidden = 40;\nexport const secret = hidden + 2;\n//# sourceMappingURL=other.js.map',
  });
  new Function(script)();
  expect((globalThis as { linked?: unknown }).linked).toEqual([8, 42]);
  delete (globalThis as { linked?: unknown }).linked;
});

test('refuses what it does not understand', () => {
  expect(() => link({ main: "import x from './a.js';" })).toThrow(BugError);
  expect(() => link({ main: 'export default 1;' })).toThrow(BugError);
  expect(() => link({ main: 'export let x = 1;' })).toThrow(BugError);
  expect(() => link({ main: "import { a } from './a.js';", a: "import { main } from './main.js';" })).toThrow(/circle/);
});

test('the real page links', () => {
  const { script, style } = pageAssets();
  expect(script).toContain('layOutFeeder');
  expect(script).not.toMatch(/^(?:import|export)\b/m);
  expect(style).toContain('prefers-color-scheme');
});
