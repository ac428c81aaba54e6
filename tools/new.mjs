// `npm run new <family> <name> [--title "Heat pump"]`: makes a member folder from tools/templates and its lines in catalog.ts.
// The folder compiles and its tests pass at once; what is still to be written says so itself.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { families, isMain, repositoryRoot } from './source.mjs';

const source = 'packages/core/src';
const templates = 'tools/templates';

/** Which file of a member the catalogue imports, by family. */
const mainFile = {
  devices: 'declare',
  schemes: 'scheme',
  studies: 'study',
  networks: 'network',
  formulations: 'formulation',
  formats: 'format',
};
/** Where the main export is not just the member's name. */
const exportOf = { formats: (camel) => `${camel}Format` };
/** Names that would hide a word of the language, or say nothing. */
const reserved = new Set([
  'new',
  'default',
  'class',
  'function',
  'import',
  'export',
  'utils',
  'common',
  'helpers',
  'misc',
  'testing',
  'index',
  'contract',
  'test',
]);

/** A fault of the person at the keyboard. */
class Refused extends Error {}

export const camelOf = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());

function familyOf(word) {
  const found = Object.entries(families).find(([plural, singular]) => word === singular || word === plural);
  const offered = Object.values(families).filter((singular) => existsSync(join(repositoryRoot, templates, singular)));
  if (!found || !offered.includes(found[1]))
    throw new Refused(`"${word ?? ''}" is no family that can be scaffolded. Known: ${offered.join(', ')}.`);
  return { plural: found[0], singular: found[1] };
}

/**
 * The catalogue with one more member: an import among the family's imports, and an entry in the list of the family, both in
 * alphabetical place. The list is `family: [` … `]` with one entry per line.
 */
export function withMember(text, plural, name, camel, file) {
  const path = `./${plural}/${name}/${file}.ts`;
  // another family may have a member of the same name
  const taken = new RegExp(`\\b${camel}\\b(?!')`).test(text);
  const local = taken ? `${camel}${families[plural][0].toUpperCase()}${families[plural].slice(1)}` : camel;
  const line = `import { ${taken ? `${camel} as ${local}` : camel} } from '${path}';`;
  if (text.includes(`'./${plural}/${name}/`)) throw new Refused(`catalog.ts has a line for ${plural}/${name} already.`);
  const lines = text.split('\n');
  const pathOf = (each) => /^(?:import\b.*|\}) from '(\.[^']*)';$/.exec(each)?.[1];
  let place = -1;
  let lastImport = -1;
  lines.forEach((each, k) => {
    const from = pathOf(each);
    if (from === undefined) return;
    lastImport = k;
    const sibling = from.startsWith(`./${plural}/`);
    if (sibling && from < path) place = k + 1;
    if (sibling && from > path && place < 0 && each.startsWith('import ')) place = k;
  });
  lines.splice(place >= 0 ? place : lastImport + 1, 0, line);

  const start = lines.findIndex((each) =>
    new RegExp(`^\\s*(?:export const )?${plural}(?:\\s*:[^=[]*)?\\s*[:=]\\s*(?:Object\\.freeze\\()?\\[`).test(each),
  );
  if (start < 0) throw new Refused(`catalog.ts has no list "${plural}: [": add \`${camel}\` by hand.`);
  const opened = lines[start];
  if (/\]/.test(opened.slice(opened.lastIndexOf('[')))) {
    // all on one line: open it up
    const [, head, inside, tail] = /^(.*\[)(.*)(\].*)$/.exec(opened);
    const indent = /^\s*/.exec(opened)[0];
    const entries = inside
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean);
    lines.splice(start, 1, head, ...entries.map((entry) => `${indent}  ${entry},`), `${indent}${tail}`);
  }
  const end = lines.findIndex((each, k) => k > start && /^\s*\]/.test(each));
  const indent = `${/^\s*/.exec(lines[start])[0]}  `;
  // a solver is listed as its maker, like its neighbours: `highs` or `highs()`
  const called = lines.slice(start + 1, end).some((each) => /^\s*\w+\(\),/.test(each));
  const entry = `${indent}${local}${called ? '()' : ''},`;
  const before = lines.findIndex((each, k) => k > start && k < end && each.trim().replace(/\W.*$/, '') > local);
  lines.splice(before >= 0 ? before : end, 0, entry);
  return lines.join('\n');
}

/** Makes the member; returns what was written. */
export function scaffold(root, word, name, title) {
  const { plural, singular } = familyOf(word);
  if (name === undefined || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Refused(`"${name ?? ''}" is not a name: use kebab-case that starts with a letter, such as heat-pump.`);
  }
  if (reserved.has(name)) throw new Refused(`"${name}" is taken or says nothing; name the ${singular} after what it is.`);
  const folder = `${source}/${plural}/${name}`;
  if (existsSync(join(root, folder))) throw new Refused(`${folder} exists already.`);
  const camel = camelOf(name);
  const words = title ?? `${name[0].toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`;
  if (/[\\'`\n]/.test(words)) throw new Refused('The title may not contain quotes, backslashes or line breaks.');
  const fill = (text) =>
    text
      .replaceAll('__name__', name)
      .replaceAll('__camel__', camel)
      .replaceAll('__Camel__', camel[0].toUpperCase() + camel.slice(1))
      .replaceAll('__title__', words);

  // everything is made ready before anything is written
  const catalog = join(root, source, 'catalog.ts');
  const listed = existsSync(catalog)
    ? withMember(readFileSync(catalog, 'utf8'), plural, name, (exportOf[plural] ?? String)(camel), mainFile[plural] ?? name)
    : undefined;
  const from = join(repositoryRoot, templates, singular);
  const files = readdirSync(from).map((file) => [
    `${folder}/${fill(file).replace(/\.txt$/, '')}`,
    fill(readFileSync(join(from, file), 'utf8')),
  ]);
  mkdirSync(join(root, folder), { recursive: true });
  for (const [path, text] of files) writeFileSync(join(root, path), text);
  if (listed !== undefined) writeFileSync(catalog, listed);
  return { folder, files: files.map(([path]) => path), listed: listed !== undefined, singular };
}

const steps = {
  device: [
    'write the law in README.md, then in declare.ts',
    'give every parameter its unit, limits and a sentence in params.ts',
    'put numbers you computed by hand into the test',
  ],
};
const otherSteps = [
  'write README.md first: equations and sources',
  'write the code until the conformance suite of the family passes',
  'replace the test that says it is not written yet',
];

if (isMain(import.meta.url)) {
  const args = process.argv.slice(2);
  const at = args.indexOf('--title');
  const title = at >= 0 ? args.splice(at, 2)[1] : undefined;
  try {
    const { folder, files, listed, singular } = scaffold(repositoryRoot, args[0], args[1], title);
    // names differ in length, and with them where lines break
    const written = [...files.filter((file) => file.endsWith('.ts')), ...(listed ? [`${source}/catalog.ts`] : [])];
    spawnSync(process.execPath, [join(repositoryRoot, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--write', ...written], {
      cwd: repositoryRoot,
      stdio: 'ignore',
    });
    for (const file of files) console.log(`made  ${file}`);
    console.log(listed ? `added its lines to ${source}/catalog.ts` : `${source}/catalog.ts does not exist: nothing added`);
    console.log('\nNext:');
    const todo = [...(steps[singular] ?? otherSteps), `npx vitest run ${folder}`, 'npm run check'];
    console.log(todo.map((step, k) => `  ${k + 1}. ${step}`).join('\n'));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(`${error.message}\nusage: npm run new <family> <name> [-- --title "Heat pump"]`);
    process.exitCode = 2;
  }
}
