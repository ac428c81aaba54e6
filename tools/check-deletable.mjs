// Deletability: in a copy of the working tree one member folder goes, with its lines in the lists of members. Everything
// else must still compile and pass.
//
//   node tools/check-deletable.mjs --member devices/battery     one member: types, then all tests
//   node tools/check-deletable.mjs --all [family …]             each member of the families (default: devices)
//   --types                                                     types only
//
// Product code is never changed for the trial. Tests and examples outside the folder that import the member are set aside
// and counted, and so are those of e2e/ that run a study with it. Others that name it only as data (`kind: battery`) stay:
// they have to skip themselves when the catalogue lacks it. Asked are the tests that reach a list of members, and e2e/; slow ones are left out.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import {
  families,
  importsOf,
  isMain,
  isTestFile,
  membersOf,
  namedElsewhere,
  repositoryRoot,
  resolveImport,
  tokensOf,
  workingFiles,
} from './source.mjs';

const source = 'packages/core/src';
/** The two lists of members: what JSON can name, and what the package exports. */
const lists = ['catalog.ts', 'index.ts'].map((name) => `${source}/${name}`);
const generated = [`${source}/linalg/kernels.generated.ts`];

/** A private copy: files copied, packages linked, the workspace's own packages linked to the copy. */
export function copyTree(root) {
  const copy = mkdtempSync(join(tmpdir(), 'gridflock-deletable-'));
  for (const name of [...workingFiles(root), ...generated]) {
    if (!existsSync(join(root, name))) continue;
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    copyFileSync(join(root, name), join(copy, name), constants.COPYFILE_FICLONE);
  }
  const link = (target, path) => symlinkSync(target, path, process.platform === 'win32' ? 'junction' : 'dir');
  mkdirSync(join(copy, 'node_modules/@gridflock'), { recursive: true });
  for (const entry of readdirSync(join(root, 'node_modules'))) {
    if (entry.startsWith('.') || entry === '@gridflock') continue;
    link(join(root, 'node_modules', entry), join(copy, 'node_modules', entry));
  }
  for (const name of readdirSync(join(copy, 'packages'))) {
    link(join(copy, 'packages', name), join(copy, 'node_modules/@gridflock', name));
    const own = join(root, 'packages', name, 'node_modules');
    if (existsSync(own)) link(own, join(copy, 'packages', name, 'node_modules'));
  }
  return copy;
}

/**
 * A list without a member: the imports and re-exports of its folder go, and with them every line (entry) that names
 * what they brought in. Lines of one entry each are the rule of the list; another use makes the type check fail, as it should.
 */
export function withoutMember(text, folder) {
  const lines = text.split('\n');
  const gone = new Set();
  const brought = new Set();
  for (const { from, line } of importsOf(tokensOf(text))) {
    if (!from.startsWith(`./${folder}/`)) continue;
    let last = line - 1;
    while (!lines[last].includes(from)) last++;
    const clause = lines.slice(line - 1, last + 1).join(' ');
    for (let k = line - 1; k <= last; k++) gone.add(k);
    if (!clause.startsWith('import')) continue;
    const names = /\{([^}]*)\}/.exec(clause)?.[1].split(',') ?? [/import\s+(?:type\s+)?(\w+)/.exec(clause)?.[1] ?? ''];
    for (const name of names) {
      const local = name
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)
        .at(-1);
      if (local) brought.add(local);
    }
  }
  const kept = lines
    .map((line, k) => {
      if (gone.has(k)) return undefined;
      let rest = line;
      for (const name of brought)
        rest = rest.replace(new RegExp(`(?<![\\w$.'"/-])(?:\\.{3})?${name}(?![\\w$'"/-])\\s*(?:\\([^()]*\\))?\\s*,?\\s*`, 'g'), '');
      return rest !== line && /^[\s,]*(?:['"]?[\w-]+['"]?\s*:)?\s*$/.test(rest) ? undefined : rest;
    })
    .filter((line) => line !== undefined);
  return { text: kept.join('\n'), found: gone.size > 0 };
}

/** Where a file may import a member by name: tests, and everything that is no product. */
const isAsking = (name) =>
  /^(examples|reference|e2e|bench)\//.test(name) ? /\.([cm]?[jt]s)$/.test(name) : /\.ts$/.test(name) && isTestFile(name);

const namesExported = (copy, folder) => {
  const names = new Set();
  for (const file of readdirSync(join(copy, folder)).filter((name) => name.endsWith('.ts') && !isTestFile(name))) {
    const text = readFileSync(join(copy, folder, file), 'utf8');
    for (const match of text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm)) names.add(match[1]);
  }
  return names;
};

/**
 * Tests and examples that cannot be compiled without the member: they import its folder or what only it exports, or they
 * import such a file. Those that merely name it as data (a study's `kind: battery`) stay and have to guard themselves, but
 * for whole runs of the program in e2e/.
 */
function dependents(copy, names, folder, member) {
  const exported = namesExported(copy, folder);
  const files = names
    .filter((name) => isAsking(name) && !name.startsWith(`${folder}/`))
    .map((name) => {
      const text = readFileSync(join(copy, name), 'utf8');
      return { name, text, imports: importsOf(tokensOf(text)).map(({ from }) => resolveImport(name, from) ?? from) };
    });
  const gone = new Set();
  for (const { name, text, imports } of files) {
    const fromFolder = imports.some((from) => from.startsWith(`${folder}/`) || from.startsWith(`${folder.replace('/src/', '/dist/')}/`));
    const fromIndex = imports.some((from) => from === '@gridflock/core' || /packages\/core\/(src|dist)\/index\.[jt]s$/.test(from));
    if (fromFolder || (fromIndex && [...exported].some((word) => new RegExp(`\\b${word}\\b`).test(text)))) gone.add(name);
  }
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const { name, imports } of files) if (imports.some((from) => gone.has(from))) gone.add(name);
  }
  // e2e/ starts the built program, mostly on the built-in study and the gallery. What those name cannot be left out.
  const word = member.replaceAll('-', '\\-');
  const asData = new RegExp(`(?:kind|network|formulation|scheme|solver):\\s*['"]?${word}(?![\\w-])`);
  const named = (name) => asData.test(readFileSync(join(copy, name), 'utf8'));
  const studies = names.filter((name) => /^examples\/.*\.ya?ml$|\/studies\/[^/]+\/template\.ts$/.test(name)).some(named);
  for (const { name, text } of files.filter((file) => file.name.startsWith('e2e/'))) {
    if (asData.test(text) || new RegExp(`['"\`]${word}['"\`]`).test(text) || (studies && runsStudies.test(text))) gone.add(name);
  }
  return gone;
}

/** The words by which an end-to-end test runs the built-in study or the gallery. */
const runsStudies = /--default|\bexamples\b|'new',\s*'study'/;

const failuresShown = 5;

/** One line per failed test, a few of each file: file, name, first line of the reason. */
function failuresOf(copy, { testResults }) {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const file = relative(copy, name).replaceAll('\\', '/');
      const failures = assertionResults.filter((result) => result.status === 'failed');
      if (failures.length === 0) return [`${file}: ${message.split('\n')[0]}`];
      const lines = failures.map(
        (result) => `${file}: ${result.fullName}: ${(result.failureMessages[0] ?? '').split('\n')[0].slice(0, 200)}`,
      );
      const more = lines.length - failuresShown;
      return more > 0 ? [...lines.slice(0, failuresShown), `${file}: … and ${more} more`] : lines;
    })
    .join('\n');
}

function outcomeOf(copy, typesOnly) {
  const run = (script, ...args) =>
    spawnSync(process.execPath, [join(copy, 'node_modules', script), ...args], {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: 1 << 27,
    });
  const failed = ({ status, stdout, stderr }, lines) =>
    status === 0 ? undefined : `${stdout}${stderr}`.trim().split('\n').slice(-lines).join('\n');
  const projects = ['packages/core', 'packages/host', 'packages/web'].filter((name) => existsSync(join(copy, name, 'src')));
  const types =
    failed(run('typescript/bin/tsc', '-b', ...projects), 20) ??
    failed(run('typescript/bin/tsc', '-p', 'tsconfig.tests.json', '--noEmit'), 20);
  if (types !== undefined) return { step: 'types', text: types };
  if (typesOnly) return undefined;
  // Only the lists of members change: a test that reaches neither runs the very same modules as before. Those of e2e/ start
  // the built program, which no import shows. Those of tools/ are about the repository, not about the product.
  const reach = lists.map((name) => join(copy, name));
  for (const words of [
    ['related', '--run', ...reach, '--exclude=e2e/**', '--exclude=tools/**'],
    ['run', 'e2e/'],
  ]) {
    const report = join(copy, 'out', 'trial.json');
    rmSync(report, { force: true });
    const tests = failed(run('vitest/vitest.mjs', ...words, '--passWithNoTests', '--reporter=json', `--outputFile.json=${report}`), 40);
    if (tests === undefined) continue;
    return { step: 'tests', text: existsSync(report) ? failuresOf(copy, JSON.parse(readFileSync(report, 'utf8'))) || tests : tests };
  }
  return undefined;
}

/** Takes one member out of a copy made by `copyTree`, asks, and puts everything back. */
export function tryWithout(root, copy, family, member, typesOnly) {
  const folder = `${source}/${family}/${member}`;
  const changed = new Map();
  const put = (name, text) => {
    if (!changed.has(name)) changed.set(name, readFileSync(join(copy, name)));
    if (text === undefined) rmSync(join(copy, name));
    else writeFileSync(join(copy, name), text);
  };
  const names = workingFiles(root).filter((name) => existsSync(join(copy, name)));
  let aside = [];
  let listed = false;
  try {
    aside = [...dependents(copy, names, folder, member)];
    for (const list of lists) {
      if (!existsSync(join(copy, list))) continue;
      const { text, found } = withoutMember(readFileSync(join(copy, list), 'utf8'), `${family}/${member}`);
      listed ||= found;
      if (found) put(list, text);
    }
    for (const name of names) if (name.startsWith(`${folder}/`)) put(name, undefined);
    for (const name of aside) put(name, undefined);
    const fault = outcomeOf(copy, typesOnly);
    return { fault, aside, listed };
  } finally {
    for (const [name, bytes] of changed) {
      mkdirSync(dirname(join(copy, name)), { recursive: true });
      writeFileSync(join(copy, name), bytes);
    }
  }
}

/** Runs the trial for `members` ('devices/battery' …) and gives one line per member. */
export function checkDeletable(root, members, { typesOnly = false, say = () => {} } = {}) {
  const problems = [];
  const copy = copyTree(root);
  try {
    // a tree that is broken already says nothing about deletability
    const before = outcomeOf(copy, typesOnly);
    if (before !== undefined) return { problems: [`the ${before.step} fail with every member in place:\n${before.text}`], tried: 0 };
    for (const path of members) {
      const [family, member] = path.split('/');
      const { fault, aside, listed } = tryWithout(root, copy, family, member, typesOnly);
      const note = aside.length > 0 ? ` (set aside, they need it: ${aside.length} files)` : '';
      if (!listed) say(`  note: ${path} is named in neither list`);
      if (fault === undefined) say(`ok    without ${path}${note}`);
      else {
        say(`FAIL  without ${path}: ${fault.step}${note}\n${fault.text}`);
        problems.push(`without ${path} the ${fault.step} fail:\n${fault.text}`);
      }
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return { problems, tried: members.length };
}

const membersIn = (root, list) =>
  list.flatMap((family) => membersOf(root, family).map((member) => `${family}/${member}`)).filter((path) => !namedElsewhere.has(path));

/** One device, types only; which one follows from the commit, so that all have their turn and a run can be repeated. */
export function checkDeletableQuickly(root = repositoryRoot) {
  const members = membersIn(root, ['devices']);
  if (members.length === 0) return { problems: [], about: 'no devices yet' };
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  const turn =
    createHash('sha256')
      .update(stdout ?? '')
      .digest()
      .readUInt32BE(0) % members.length;
  const { problems } = checkDeletable(root, [members[turn]], { typesOnly: true });
  return { problems, about: `everything compiles without ${members[turn]}` };
}

if (isMain(import.meta.url)) {
  const args = process.argv.slice(2);
  const words = args.filter((arg) => !arg.startsWith('--'));
  const unknown = args.find((arg) => arg.startsWith('--') && !['--all', '--member', '--types'].includes(arg));
  let members;
  if (args.includes('--member')) members = words;
  else if (args.includes('--all')) members = membersIn(repositoryRoot, words.length > 0 ? words : ['devices']);
  const known = membersIn(repositoryRoot, Object.keys(families));
  const wrong = members?.find((path) => !known.includes(path));
  if (unknown || members === undefined || members.length === 0 || wrong) {
    console.error(
      wrong
        ? `There is no member ${wrong}. Known: ${known.join(', ')}.`
        : 'usage: check-deletable.mjs --member family/name … | --all [family …] [--types]',
    );
    process.exit(2);
  }
  const { problems, tried } = checkDeletable(repositoryRoot, members, {
    typesOnly: args.includes('--types'),
    say: console.log,
  });
  for (const problem of tried === 0 ? problems : []) console.log(problem);
  console.log(`${tried - problems.length < 0 ? 0 : tried - problems.length} passed, ${problems.length} failed`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
