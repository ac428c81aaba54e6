// Puts the modules of core, which tsc has written, into the one file that `import '@gridflock/core'` loads: a command and
// each of its threads would otherwise open and link some 900 files before they do anything. Names stay as they are, so
// that a stack still reads; packages are not taken in. See docs/decisions/0032-load-core-from-one-file.md.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../packages/core/dist/', import.meta.url));
const isPackage = /^[^./]/;

const bundle = await rolldown({ input: join(dist, 'index.js'), external: [isPackage], platform: 'neutral' });
const draft = join(dist, `gridflock-core.${process.pid}.js`);
await bundle.write({
  file: draft,
  format: 'esm',
  codeSplitting: false,
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
});
await bundle.close();
renameSync(draft, join(dist, 'gridflock-core.js'));
