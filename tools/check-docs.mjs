// Documents: every relative link and anchor in *.md resolves, and every block marked `run` runs.
//
//   ```ts run      taken out into a temporary file and run with Node; '@gridflock/core' is the built package
//   ```sh run      run by the shell in the root of the repository
//
// `node tools/check-docs.mjs [--links | --run] [root]`; both are part of `npm run check`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { isMain, repositoryRoot, workingFiles } from './source.mjs';

/** Lines outside fenced blocks keep their place; lines inside become empty. Blocks come out with their info string. */
export function readMarkdown(text) {
  const prose = [];
  const blocks = [];
  let fence;
  text.split('\n').forEach((line, i) => {
    const mark = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(line);
    if (fence === undefined && mark) {
      fence = { mark: mark[1], info: mark[2].trim(), line: i + 1, lines: [] };
      prose.push('');
    } else if (fence !== undefined) {
      if (mark?.[1].startsWith(fence.mark) && mark[2] === '') {
        blocks.push({ info: fence.info, line: fence.line, text: `${fence.lines.join('\n')}\n` });
        fence = undefined;
      } else fence.lines.push(line);
      prose.push('');
    } else prose.push(line);
  });
  return { prose, blocks };
}

/** The anchors that GitHub makes for the headings of a page, with -1, -2 … for repeated ones. */
export function anchorsOf(text) {
  const { prose } = readMarkdown(text);
  const seen = new Map();
  const anchors = new Set();
  for (const line of prose) {
    for (const match of line.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(match[1]);
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/<[^>]*>/g, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replace(/ /g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/** Targets of links, images and reference definitions, without those inside inline code. */
export function linksOf(text) {
  const found = [];
  readMarkdown(text).prose.forEach((line, i) => {
    const plain = line.replace(/(`+)[^`]*?\1/g, (code) => ' '.repeat(code.length));
    for (const match of plain.matchAll(/!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)) found.push({ to: match[1], line: i + 1 });
    // a picture inside a link: [![alt](picture)](page) leaves the outer target
    for (const match of plain.matchAll(/\)\]\(\s*<?([^)\s>]+)>?\s*\)/g)) found.push({ to: match[1], line: i + 1 });
    const definition = /^\s{0,3}\[[^\]]+\]:\s+<?(\S+?)>?(\s|$)/.exec(plain);
    if (definition) found.push({ to: definition[1], line: i + 1 });
    for (const match of plain.matchAll(/<(?:img|source|a)\b[^>]*?\b(?:src|srcset|href)="([^"]+)"/g))
      found.push({ to: match[1], line: i + 1 });
  });
  return found;
}

const pagesOf = (root) => workingFiles(root).filter((name) => name.endsWith('.md') && !name.startsWith('tools/templates/'));

/** @returns {{ problems: string[], links: number }} */
export function checkLinks(root = repositoryRoot) {
  const problems = [];
  const anchors = new Map();
  let links = 0;
  for (const page of pagesOf(root)) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const { to, line } of linksOf(text)) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(to) || to.startsWith('//')) continue;
      links++;
      const [path, anchor] = to.split('#');
      let target = page;
      if (path !== '') {
        const plain = decodeURIComponent(path.split('?')[0]);
        target = posix.normalize(plain.startsWith('/') ? plain.slice(1) : posix.join(posix.dirname(page), plain));
      }
      if (target.startsWith('../')) problems.push(`${page}:${line}  "${to}" leaves the repository`);
      else if (!existsSync(join(root, target))) problems.push(`${page}:${line}  "${to}" does not exist`);
      else if (anchor && target.endsWith('.md') && statSync(join(root, target)).isFile()) {
        if (!anchors.has(target)) anchors.set(target, anchorsOf(readFileSync(join(root, target), 'utf8')));
        if (!anchors.get(target).has(anchor)) problems.push(`${page}:${line}  ${target} has no heading for "#${anchor}"`);
      }
    }
  }
  return { problems, links };
}

/** @returns {{ problems: string[], blocks: number }} */
export function runBlocks(root = repositoryRoot, timeout_ms = 120_000) {
  const problems = [];
  let blocks = 0;
  // below out/, so that node_modules of the repository is found and git does not see it
  const folder = join(root, 'out', `.docs-${process.pid}`);
  try {
    for (const page of pagesOf(root)) {
      for (const { info, line, text } of readMarkdown(readFileSync(join(root, page), 'utf8')).blocks) {
        const [language, ...marks] = info.split(/\s+/);
        if (!marks.includes('run')) continue;
        blocks++;
        const at = `${page}:${line}`;
        let result;
        if (language === 'sh') {
          const script = process.platform === 'win32' ? text : `set -e\n${text}`;
          result = spawnSync(script, { cwd: root, shell: true, encoding: 'utf8', timeout: timeout_ms });
        } else if (language === 'ts' || language === 'js') {
          const file = join(folder, `block-${blocks}`, `example.${language === 'ts' ? 'ts' : 'mjs'}`);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
          writeFileSync(join(dirname(file), 'package.json'), '{ "type": "module" }');
          let script = file;
          if (language === 'ts') {
            const compiler = join(root, 'node_modules/typescript/bin/tsc');
            const options =
              '--ignoreConfig --target ES2023 --module NodeNext --moduleResolution NodeNext --strict --skipLibCheck --types node';
            const compiled = spawnSync(process.execPath, [compiler, ...options.split(' '), '--noEmitOnError', file], {
              cwd: dirname(file),
              encoding: 'utf8',
            });
            if (compiled.status !== 0) {
              problems.push(`${at}  does not compile:\n${indented(compiled.stdout)}`);
              continue;
            }
            script = file.replace(/\.ts$/, '.js');
          }
          result = spawnSync(process.execPath, [script], { cwd: root, encoding: 'utf8', timeout: timeout_ms });
        } else {
          problems.push(`${at}  "${info}": only ts, js and sh blocks can run`);
          continue;
        }
        if (result.status !== 0) {
          const why = result.error?.code === 'ETIMEDOUT' ? `took more than ${timeout_ms / 1000} s` : `ended with status ${result.status}`;
          problems.push(`${at}  ${why}:\n${indented(`${result.stdout}${result.stderr}`)}`);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { problems, blocks };
}

const indented = (text) =>
  text
    .trim()
    .split('\n')
    .slice(-15)
    .map((line) => `    ${line}`)
    .join('\n');

if (isMain(import.meta.url)) {
  const args = process.argv.slice(2);
  const root = args.find((arg) => !arg.startsWith('--'));
  const found = [];
  if (!args.includes('--run')) found.push(...checkLinks(root).problems);
  if (!args.includes('--links')) found.push(...runBlocks(root).problems);
  for (const text of found) console.log(text);
  process.exitCode = found.length > 0 ? 1 : 0;
}
