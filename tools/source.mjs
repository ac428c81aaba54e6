// Reading our own sources: which files there are, what they import, and their tokens without comments.
// No TypeScript API on purpose: TypeScript 7 has none that is stable (docs/decisions/0009-check-strata-ourselves.md).
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, without a trailing separator. */
export const repositoryRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** Folders that hold one folder per member. `label` is the singular that `npm run new` takes. */
export const families = {
  devices: 'device',
  formulations: 'formulation',
  formats: 'format',
  programs: 'program',
  schemes: 'scheme',
  strategies: 'strategy',
  fronts: 'front',
  powerflows: 'powerflow',
  solvers: 'solver',
  networks: 'network',
  studies: 'study',
  markets: 'market',
  controllers: 'controller',
  plants: 'plant',
};

const skipped = new Set(['node_modules', 'dist', 'out', '.git', 'coverage', '.cache', '.venv']);

/** Files below `folder` as sorted paths relative to `root` with forward slashes. */
export function filesBelow(root, folder = '.', wanted = () => true) {
  const found = [];
  const walk = (directory) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) {
        const name = relative(root, path).split(sep).join('/');
        if (wanted(name)) found.push(name);
      }
    }
  };
  const start = join(root, folder);
  if (existsSync(start)) walk(start);
  return found.sort();
}

/** What git tracks plus what is new and not ignored; falls back to a walk where there is no git. */
export function workingFiles(root) {
  try {
    const text = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    });
    return [...new Set(text.split('\0'))].filter((name) => name !== '' && existsSync(join(root, name))).sort();
  } catch {
    return filesBelow(root);
  }
}

/**
 * Not in the catalogue, and used by name: readers of other nouns (profiles), the solver of smooth non-convex programs and the power
 * flow of feeders, whose problems are others than those of their families, and the question of `gridflock opf`, which has no study file.
 */
export const namedElsewhere = new Set(['formats/csv', 'powerflows/three-phase', 'solvers/nonlinear']);

/** Folders directly below a family's folder that hold at least one TypeScript file. */
export function membersOf(root, family, source = 'packages/core/src') {
  const folder = join(root, source, family);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name !== 'testing' && statSync(join(folder, name)).isDirectory())
    .filter((name) => readdirSync(join(folder, name)).some((file) => file.endsWith('.ts')))
    .sort();
}

/** Files that only tests and readers run: they may look across the house. */
export const isTestFile = (name) =>
  /\.(test|test-d|bench)\.[cm]?ts$/.test(name) || /(^|\/)conformance\.ts$/.test(name) || /(^|\/)testing\//.test(name);

const regexMayFollow = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'do',
  'else',
  'void',
  'delete',
  'throw',
  'new',
  'instanceof',
  'yield',
  'await',
]);
const punctuators = [
  '>>>=',
  '...',
  '===',
  '!==',
  '**=',
  '<<=',
  '>>=',
  '>>>',
  '&&=',
  '||=',
  '??=',
  '=>',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '??',
  '?.',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '**',
  '<<',
  '>>',
];

/**
 * Splits TypeScript into `{ type, value, line }` with type word, number, string, template, regex or punctuation.
 * Comments are left out; code inside `${…}` of a template comes out as ordinary tokens after the template's first piece.
 */
export function tokensOf(text) {
  const tokens = [];
  let line = 1;
  let i = 0;
  const braces = []; // 'template' where the closing brace returns to a template
  const push = (type, value, at = line) => tokens.push({ type, value, line: at });
  const templatePiece = () => {
    const from = i;
    const at = line;
    while (i < text.length) {
      const c = text[i];
      if (c === '\\') {
        if (text[i + 1] === '\n') line++;
        i += 2;
        continue;
      }
      if (c === '`') {
        push('template', text.slice(from, i), at);
        i++;
        return;
      }
      if (c === '$' && text[i + 1] === '{') {
        push('template', text.slice(from, i), at);
        i += 2;
        braces.push('template');
        return;
      }
      if (c === '\n') line++;
      i++;
    }
  };
  while (i < text.length) {
    const c = text[i];
    if (c === '\n') {
      line++;
      i++;
    } else if (c === ' ' || c === '\t' || c === '\r') i++;
    else if (c === '/' && text[i + 1] === '/') {
      while (i < text.length && text[i] !== '\n') i++;
    } else if (c === '/' && text[i + 1] === '*') {
      const end = text.indexOf('*/', i + 2);
      const stop = end < 0 ? text.length : end + 2;
      for (let k = i; k < stop; k++) if (text[k] === '\n') line++;
      i = stop;
    } else if (c === '"' || c === "'") {
      const from = ++i;
      while (i < text.length && text[i] !== c && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1;
      push('string', text.slice(from, i));
      i++;
    } else if (c === '`') {
      i++;
      templatePiece();
    } else if (c === '/') {
      const last = tokens.at(-1);
      const regex =
        last === undefined ||
        (last.type === 'punctuation' && last.value !== ')' && last.value !== ']' && last.value !== '}') ||
        (last.type === 'word' && regexMayFollow.has(last.value));
      if (!regex) {
        const value = text[i + 1] === '=' ? '/=' : '/';
        push('punctuation', value);
        i += value.length;
        continue;
      }
      const from = i++;
      let inClass = false;
      while (i < text.length && text[i] !== '\n' && (inClass || text[i] !== '/')) {
        if (text[i] === '\\') i++;
        else if (text[i] === '[') inClass = true;
        else if (text[i] === ']') inClass = false;
        i++;
      }
      i++;
      while (/[a-z]/.test(text[i] ?? '')) i++;
      push('regex', text.slice(from, i));
    } else if (/[\p{ID_Start}$_#@]/u.test(c)) {
      const from = i++;
      while (i < text.length && /[\p{ID_Continue}$]/u.test(text[i])) i++;
      push('word', text.slice(from, i));
    } else if (/[0-9]/.test(c)) {
      const from = i++;
      while (i < text.length && /[0-9a-zA-Z_.]/.test(text[i])) i++;
      push('number', text.slice(from, i));
    } else {
      if (c === '{') braces.push('code');
      if (c === '}' && braces.pop() === 'template') {
        i++;
        templatePiece();
        continue;
      }
      const value = punctuators.find((p) => text.startsWith(p, i)) ?? c;
      push('punctuation', value);
      i += value.length;
    }
  }
  return tokens;
}

/**
 * Static and dynamic imports and re-exports: `{ from, typeOnly, line }`.
 * A clause whose every name is marked `type` counts as type-only.
 */
export function importsOf(tokens) {
  const found = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token.type !== 'word' || (token.value !== 'import' && token.value !== 'export')) continue;
    const before = tokens[i - 1];
    if (before?.value === '.' || before?.value === '?.') continue;
    const next = tokens[i + 1];
    if (next === undefined) continue;
    if (token.value === 'import' && next.type === 'string') {
      found.push({ from: next.value, typeOnly: false, line: token.line });
      continue;
    }
    if (token.value === 'import' && next.value === '(') {
      const inType = before?.value === ':' || before?.value === 'typeof' || before?.value === '<' || before?.value === '|';
      if (tokens[i + 2]?.type === 'string') found.push({ from: tokens[i + 2].value, typeOnly: inType, line: token.line });
      continue;
    }
    if (token.value === 'import' && next.value === '.') continue;
    if (token.value === 'export' && next.value !== '{' && next.value !== '*' && next.value !== 'type') continue;
    const clause = [];
    let k = i + 1;
    for (; k < tokens.length && tokens[k].value !== 'from' && tokens[k].value !== ';' && tokens[k].value !== '='; k++) {
      clause.push(tokens[k]);
    }
    // `export type Name = …` and `export { a };` name no module; a binding called `from` does not occur in our code
    if (tokens[k]?.value !== 'from' || tokens[k + 1]?.type !== 'string') continue;
    const text = clause.map((t) => t.value);
    let typeOnly = text[0] === 'type' && text[1] !== ',' && text[1] !== 'from';
    if (!typeOnly && text[0] === '{') {
      const names = text
        .slice(1, text.lastIndexOf('}'))
        .join(' ')
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean);
      typeOnly = names.length > 0 && names.every((name) => name.startsWith('type '));
    }
    found.push({ from: tokens[k + 1].value, typeOnly, line: token.line });
    i = k + 1;
  }
  return found;
}

/** Reads a file once: `{ name, text, lines, tokens, imports }`. */
export function readSource(root, name) {
  const text = readFileSync(join(root, name), 'utf8');
  const tokens = tokensOf(text);
  return {
    name,
    text,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    tokens,
    imports: importsOf(tokens),
  };
}

/** The repository path that a relative import means, or undefined for a package. */
export function resolveImport(name, from) {
  if (!from.startsWith('.')) return undefined;
  return posix.normalize(posix.join(posix.dirname(name), from));
}

/** True when this module is the program that Node was asked to run. */
export const isMain = (url) => process.argv[1] !== undefined && fileURLToPath(url) === realpathSync(process.argv[1]);
