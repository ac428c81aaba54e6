// The catalogue: every member folder has its line in catalog.ts, and every member is complete.
// `node tools/check-catalogue.mjs [root]`; part of `npm run check`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { families, importsOf, isMain, membersOf, namedElsewhere, repositoryRoot, tokensOf } from './source.mjs';

const source = 'packages/core/src';
/** What a folder of this family holds besides its README.md and at least one test. */
const parts = { devices: ['params.ts', 'declare.ts', 'example.ts'] };

/** @returns {{ problems: string[], members: number }} */
export function checkCatalogue(root = repositoryRoot) {
  const problems = [];
  const path = join(root, source, 'catalog.ts');
  if (!existsSync(path)) return { problems: [`${source}/catalog.ts:1  does not exist`], members: 0 };
  const imports = importsOf(tokensOf(readFileSync(path, 'utf8'))).map(({ from }) => from);
  let members = 0;
  for (const family of Object.keys(families)) {
    for (const member of membersOf(root, family)) {
      members++;
      const folder = `${source}/${family}/${member}`;
      const files = readdirSync(join(root, folder));
      const listed = imports.some((from) => from.startsWith(`./${family}/${member}/`));
      if (!listed && !namedElsewhere.has(`${family}/${member}`)) problems.push(`${folder}:1  has no line in catalog.ts`);
      for (const part of ['README.md', ...(parts[family] ?? [])]) if (!files.includes(part)) problems.push(`${folder}:1  lacks ${part}`);
      if (!files.some((file) => /\.test\.ts$/.test(file))) problems.push(`${folder}:1  lacks a test`);
    }
  }
  return { problems, members };
}

if (isMain(import.meta.url)) {
  const { problems, members } = checkCatalogue(process.argv[2]);
  for (const text of problems) console.log(text);
  console.log(`${members} members, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
