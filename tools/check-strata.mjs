// Holds the sources to the table "Who may import whom" of the plan, and to the bans that keep core pure.
// `node tools/check-strata.mjs [root]`; part of `npm run check`.
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { families, filesBelow, isMain, isTestFile, membersOf, readSource, repositoryRoot, resolveImport } from './source.mjs';

const core = 'packages/core/src/';

/**
 * What each folder of core may import besides itself. `folder` opens the whole folder, `folder/file` one file,
 * `type:folder/file` one file for its types only, `*` everything in core.
 */
export const strata = {
  base: [],
  linalg: ['base'],
  problem: ['base', 'linalg'],
  solvers: ['base', 'linalg', 'problem'],
  programs: ['base', 'linalg', 'problem'],
  network: ['base', 'linalg'],
  uncertainty: ['base', 'linalg'],
  powerflows: ['base', 'linalg', 'network'],
  networks: ['base', 'network'],
  devices: ['base', 'problem', 'network', 'uncertainty'],
  formulations: ['base', 'linalg', 'problem', 'network', 'uncertainty'],
  formats: ['base', 'problem', 'network', 'uncertainty', 'devices/contract'],
  stability: ['base', 'linalg', 'problem', 'type:solvers/contract'],
  cohorts: ['base', 'linalg', 'problem'],
  flexibility: ['base', 'linalg', 'problem', 'type:solvers/contract'],
  opf: ['base', 'linalg', 'problem', 'solvers', 'network', 'powerflows', 'flexibility/region'],
  agents: ['base'],
  regulation: ['base', 'linalg', 'problem', 'flexibility', 'agents/role', 'agents/patience', 'type:solvers/contract'],
  strategies: ['base', 'linalg', 'problem', 'uncertainty', 'solvers/elastic-program', 'type:solvers/contract'],
  fronts: ['base', 'linalg', 'problem', 'type:solvers/contract'],
  'volt-var': ['base', 'problem', 'network', 'formulations/tree', 'type:fronts/two-stage-objectives'],
  schemes: [
    'base',
    'problem',
    'agents/role',
    'agents/patience',
    'agents/forbearance',
    'agents/drops',
    'agents/shapes',
    'type:agents/crowd',
    'type:solvers/contract',
  ],
  markets: ['base', 'problem', 'agents/role', 'type:solvers/contract'],
  privacy: ['base', 'agents'],
  controllers: ['base', 'linalg', 'network', 'powerflows', 'devices/contract', 'agents/role', 'agents/drops', 'agents/shapes'],
  simulation: [
    'base',
    'linalg',
    'network',
    'powerflows',
    'devices/contract',
    'controllers',
    'agents/role',
    'agents/drops',
    'agents/shapes',
  ],
  plants: ['base', 'linalg', 'network', 'networks', 'powerflows', 'devices/contract', 'controllers', 'simulation'],
  studies: ['*'],
  wire: ['*'],
  'catalog.ts': ['*'],
  'index.ts': ['*'],
};

/** Packages that only one place in core may import; it hides them from everyone else. */
export const homes = { highs: 'solvers/highs/', 'pure-rand': 'base/', 'temporal-polyfill': 'base/', yaml: 'formats/' };

/** The two lists that name members; no other file outside a family may. */
const lists = new Set(['catalog.ts', 'index.ts']);

const bannedNames = new Set(['utils', 'util', 'common', 'helpers', 'helper', 'misc']);
const bannedCalls = [
  { words: ['Math', '.', 'random'], use: 'a stream of base/random' },
  { words: ['Date', '.', 'now'], use: 'a clock that is handed in' },
  { words: ['new', 'Date'], use: 'base/time-grid' },
  { words: ['performance', '.', 'now'], use: 'a clock that is handed in' },
  { words: ['process', '.'], use: 'an argument' },
  { words: ['console', '.'], use: 'an event or a Result' },
];
const linesMax = 500;
const linesWarn = 400;

const packageOf = (from) =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
const isBuiltin = (from) => from.startsWith('node:') || builtinModules.includes(from);

/** `devices/pv/declare.ts` → { folder: 'devices', member: 'pv' }; member only in families. */
function placeOf(name) {
  const parts = name.slice(core.length).split('/');
  const folder = parts[0];
  return { folder, member: folder in families && parts.length > 2 && parts[1] !== 'testing' ? parts[1] : undefined };
}

function mayImport(folder, target, typeOnly) {
  const path = target.slice(core.length).replace(/\.[cm]?[jt]s$/, '');
  const opened = strata[folder];
  if (opened.includes('*') || path.split('/')[0] === folder || path === folder) return true;
  return opened.some((rule) => {
    const bare = rule.startsWith('type:') ? rule.slice(5) : rule;
    if (rule.startsWith('type:') && !typeOnly) return false;
    return path === bare || path.startsWith(`${bare}/`);
  });
}

function checkImports(source, problems, dependencies) {
  const { name } = source;
  const test = isTestFile(name);
  const inCore = name.startsWith(core);
  const [, pack] = name.split('/');
  for (const { from, typeOnly, line } of source.imports) {
    const say = (text) => problems.push(`${name}:${line}  ${text}`);
    const target = resolveImport(name, from);
    if (target === undefined) {
      const wanted = packageOf(from);
      if (isBuiltin(from)) {
        if (inCore && !test) say(`core runs anywhere: it may not import "${from}"`);
        if (pack === 'web' && !test) say(`the page runs in a browser: it may not import "${from}"`);
        continue;
      }
      if (wanted.startsWith('@gridflock/')) {
        if (inCore) say(`core imports itself by relative path, got "${from}"`);
        else if (from !== '@gridflock/core' && wanted !== `@gridflock/${pack}`) {
          say(`${pack} may import "@gridflock/core" and nothing else of ours, got "${from}"`);
        }
        continue;
      }
      if (test) continue;
      if (!dependencies[pack]?.has(wanted)) say(`"${wanted}" is not a dependency in packages/${pack}/package.json`);
      const home = inCore ? homes[wanted] : undefined;
      if (home !== undefined && !name.slice(core.length).startsWith(home)) say(`"${wanted}" stays behind ${home} (docs/decisions)`);
      continue;
    }
    if (!target.startsWith(`packages/${pack}/`)) {
      if (test && !target.startsWith('packages/')) continue;
      say(`${pack} reaches another package by path: "${from}"; import "@gridflock/core"`);
      continue;
    }
    if (!test && isTestFile(target)) say(`shipped code imports test code "${from}"`);
    if (!inCore || test) continue;
    const here = placeOf(name);
    const there = placeOf(target);
    if (strata[here.folder] === undefined) continue;
    if (!mayImport(here.folder, target, typeOnly)) {
      const typed = strata[here.folder].includes(`type:${target.slice(core.length).replace(/\.ts$/, '')}`);
      say(`${here.folder} may not import ${target.slice(core.length)}${typed ? ' except for its types: use `import type`' : ''}`);
    } else if (there.member !== undefined && here.folder === there.folder && here.member !== there.member) {
      say(
        here.member === undefined
          ? `what a family shares may not know its members: ${there.folder}/${there.member}`
          : `members of one family never import each other: ${there.folder}/${there.member}`,
      );
    } else if (there.folder === 'devices' && there.member !== undefined && here.folder !== 'devices' && !lists.has(here.folder)) {
      say(`only catalog.ts names a device: take it from there by kind, or receive it (${there.folder}/${there.member})`);
    }
  }
}

function checkBans(source, problems, warnings, memberNames) {
  const { name, tokens } = source;
  const { folder, member } = placeOf(name);
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i].type === 'word' && tokens[i - 1]?.value !== '.') {
      for (const { words, use } of bannedCalls) {
        if (words.every((word, k) => tokens[i + k]?.value === word && tokens[i + k].type !== 'string')) {
          problems.push(`${name}:${tokens[i].line}  ${words.join(words[0] === 'new' ? ' ' : '')} is banned in core; use ${use}`);
        }
      }
    }
    if (tokens[i].type !== 'string' || folder === 'wire' || folder === 'formats') continue;
    const family = memberNames.get(tokens[i].value);
    if (family === undefined || (folder === family && member === tokens[i].value)) continue;
    const [before, after] = [tokens[i - 1]?.value, tokens[i + 1]?.value];
    const comparison = /^[!=]==?$/.test(before ?? '') || /^[!=]==?$/.test(after ?? '') || (before === 'case' && after === ':');
    // a message may be called like a study: its kind, and the phase that awaits it, are no members
    const [owner, , asked] = [tokens[i - 4]?.value, tokens[i - 3]?.value, tokens[i - 2]?.value];
    const ofMessage = asked === 'phase' || (asked === 'kind' && owner === 'message');
    // and so may a function of inverters, which IEEE 1547 named long before the study
    const ofInverters = tokens[i].value === 'volt-var' && (folder === 'network' || folder === 'powerflows');
    if (comparison && !ofMessage && !ofInverters) {
      problems.push(`${name}:${tokens[i].line}  shared code never asks a member's name: '${tokens[i].value}' is in ${family}/`);
    }
  }
  if (folder === 'networks' || name.endsWith('.generated.ts')) return;
  if (source.lines > linesMax) problems.push(`${name}:${linesMax}  ${source.lines} lines, at most ${linesMax}: split it by subject`);
  else if (source.lines > linesWarn) warnings.push(`${name}  ${source.lines} lines, better at most ${linesWarn}`);
}

/** Strongly connected components of the import graph with more than one file (Tarjan, iterative). */
export function cyclesOf(graph) {
  const index = new Map();
  const low = new Map();
  const onStack = new Set();
  const stack = [];
  const cycles = [];
  for (const root of graph.keys()) {
    if (index.has(root)) continue;
    const work = [{ node: root, next: 0 }];
    while (work.length > 0) {
      const frame = work.at(-1);
      const { node } = frame;
      if (frame.next === 0) {
        index.set(node, index.size);
        low.set(node, index.get(node));
        stack.push(node);
        onStack.add(node);
      }
      const targets = graph.get(node) ?? [];
      if (frame.next < targets.length) {
        const target = targets[frame.next++];
        if (!graph.has(target)) continue;
        if (!index.has(target)) work.push({ node: target, next: 0 });
        else if (onStack.has(target)) low.set(node, Math.min(low.get(node), index.get(target)));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low.set(parent.node, Math.min(low.get(parent.node), low.get(node)));
      if (low.get(node) !== index.get(node)) continue;
      const component = [];
      let popped;
      do {
        popped = stack.pop();
        onStack.delete(popped);
        component.push(popped);
      } while (popped !== node);
      if (component.length > 1 || targets.includes(node)) cycles.push(component.sort());
    }
  }
  return cycles;
}

/** @returns {{ problems: string[], warnings: string[], files: number }} */
export function checkStrata(root = repositoryRoot) {
  const problems = [];
  const warnings = [];
  const names = filesBelow(root, 'packages', (name) => /^packages\/[^/]+\/src\/.*\.[cm]?tsx?$/.test(name));
  const memberNames = new Map();
  for (const family of Object.keys(families)) {
    for (const member of membersOf(root, family)) if (!memberNames.has(member)) memberNames.set(member, family);
  }
  const dependencies = {};
  for (const pack of new Set(names.map((name) => name.split('/')[1]))) {
    const path = join(root, 'packages', pack, 'package.json');
    const facts = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    dependencies[pack] = new Set([...Object.keys(facts.dependencies ?? {}), ...Object.keys(facts.devDependencies ?? {})]);
  }
  const graph = new Map();
  const unknown = new Set();
  for (const name of names) {
    for (const part of name.replace(/\.[^/]*$/, '').split('/')) {
      if (bannedNames.has(part)) problems.push(`${name}:1  "${part}" says nothing: name the file after its subject`);
    }
    const source = readSource(root, name);
    checkImports(source, problems, dependencies);
    if (name.startsWith(core)) {
      const { folder } = placeOf(name);
      if (strata[folder] === undefined && !isTestFile(name)) unknown.add(folder);
      if (!isTestFile(name)) checkBans(source, problems, warnings, memberNames);
    }
    const targets = source.imports.map(({ from }) => resolveImport(name, from)).filter((target) => target !== undefined);
    graph.set(name, [...new Set(targets)]);
  }
  for (const folder of unknown) problems.push(`${core}${folder}:1  is in no stratum: add it to the table in tools/check-strata.mjs`);
  for (const cycle of cyclesOf(graph)) problems.push(`${cycle[0]}:1  import cycle: ${cycle.join(' ↔ ')}`);
  return { problems, warnings, files: names.length };
}

if (isMain(import.meta.url)) {
  const { problems, warnings, files } = checkStrata(process.argv[2]);
  for (const text of [...warnings.map((warning) => `warning: ${warning}`), ...problems]) console.log(text);
  console.log(`${files} files, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
