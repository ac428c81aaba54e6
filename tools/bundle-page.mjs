// Puts the page of the service together from packages/web: its modules, which tsc has written, into one file, beside its frame and its
// style sheet. It lands in what is built of host, because host serves it and may not know the package that it comes from.
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const at = (path) => fileURLToPath(new URL(`../packages/${path}`, import.meta.url));
const target = at('host/dist/page');
const draft = `${target}.${process.pid}`;

mkdirSync(draft, { recursive: true });
const bundle = await rolldown({ input: at('web/dist/main.js'), platform: 'browser' });
await bundle.write({ file: join(draft, 'page.js'), format: 'esm', codeSplitting: false, minify: true });
await bundle.close();
for (const name of ['index.html', 'page.css', 'favicon.svg']) copyFileSync(at(`web/src/${name}`), join(draft, name));
rmSync(target, { recursive: true, force: true });
renameSync(draft, target);
