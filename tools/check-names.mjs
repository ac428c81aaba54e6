// Names: files and folders in kebab-case, units in the names of quantities, no `get`/`set` functions.
// `node tools/check-names.mjs [root]`; part of `npm run check`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, isMain, isTestFile, readSource, repositoryRoot } from './source.mjs';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Kernels use the symbols of their field, which their headers list; what they show to others is in contract.ts. */
const kernels = /^packages\/core\/src\/(linalg|solvers|powerflows)\/(?!contract\.ts)/;
/** Elements of a two-port and of a matrix: y_ft, g_ii. */
const elements = /^[a-z]_(ii|ij|[ft]{2})(_re|_im)?$/;
const numeric = new Set(['number', 'Float64Array', 'Float32Array']);

/** The keys of `export const units = { … }` in base/units.ts. */
export function unitsOf(root) {
  const path = join(root, 'packages/core/src/base/units.ts');
  if (!existsSync(path)) return undefined;
  const body = /export const units = \{([\s\S]*?)\} as const/.exec(readFileSync(path, 'utf8'))?.[1];
  return body === undefined ? undefined : [...body.matchAll(/^\s*(\w+):/gm)].map((match) => match[1]);
}

/** @returns {{ problems: string[], warnings: string[], files: number }} */
export function checkNames(root = repositoryRoot) {
  const problems = [];
  const units = unitsOf(root);
  const names = filesBelow(root, 'packages', (name) => /^packages\/[^/]+\/src\/.*\.(ts|tsx|mjs|css)$/.test(name));
  for (const name of names) {
    for (const part of name.split('/').slice(3)) {
      const stem = part.replace(/(\.(test|test-d|theory|slow|bench|generated))*\.\w+$/, '');
      if (!kebab.test(stem)) problems.push(`${name}:1  "${stem}" is not kebab-case`);
    }
    if (isTestFile(name) || !name.endsWith('.ts')) continue;
    const { tokens } = readSource(root, name);
    for (let i = 0; i < tokens.length; i++) {
      const { value, type, line } = tokens[i];
      if (type !== 'word') continue;
      if (value === 'export') {
        const called = tokens[i + 1]?.value === 'function' ? tokens[i + 2] : undefined;
        if (called && /^[gs]et[A-Z]/.test(called.value)) {
          problems.push(`${name}:${called.line}  ${called.value}: say what it does (read, build, solve …), not get or set`);
        }
      }
      // a declared quantity with an underscore claims a unit, and the registry must know it
      if (units && name.startsWith('packages/core/src/') && !kernels.test(name) && /^[a-z]\w*_\w+$/.test(value)) {
        const at = tokens[i + 1]?.value === '?' ? i + 2 : i + 1;
        const declared = tokens[at]?.value === ':' && numeric.has(tokens[at + 1]?.value) && tokens[i - 1]?.value === 'readonly';
        if (declared && !elements.test(value) && !units.some((unit) => value.endsWith(`_${unit}`))) {
          problems.push(`${name}:${line}  ${value} ends in no registered unit (base/units.ts)`);
        }
      }
    }
  }
  return { problems, warnings: [], files: names.length };
}

if (isMain(import.meta.url)) {
  const { problems } = checkNames(process.argv[2]);
  for (const text of problems) console.log(text);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
