// Sets a fresh clone up, and does nothing the second time: install from the lock file, compile the kernels, build.
// Dependency-free on purpose: it runs before node_modules exists.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const say = (text) => process.stderr.write(`setup: ${text}\n`);
const run = (command, args) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(`Node ${process.versions.node} is too old: gridflock needs Node 20.19 or newer (https://nodejs.org).`);
  process.exit(2);
}

const hashOf = (files) => {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) hash.update(file).update(readFileSync(at(file)));
  return hash.digest('hex');
};
const stampIs = (name, value) => existsSync(at(name)) && readFileSync(at(name), 'utf8') === value;

function install() {
  const wanted = hashOf(['package-lock.json', 'package.json']);
  const stamp = 'node_modules/.gridflock-install';
  if (stampIs(stamp, wanted)) return;
  say('installing the packages named in package-lock.json …');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(at(stamp), wanted);
}

function compileKernels() {
  const folder = 'packages/core/kernels';
  const sources = readdirSync(at(folder)).filter((name) => name.endsWith('.ts')).sort().map((name) => `${folder}/${name}`);
  const target = 'packages/core/src/linalg/kernels.generated.ts';
  const stamp = 'node_modules/.gridflock-kernels';
  const wanted = hashOf([...sources, 'tools/compile-kernels.mjs']);
  if (existsSync(at(target)) && stampIs(stamp, wanted)) return;
  say('compiling the WebAssembly kernels …');
  run(process.execPath, ['tools/compile-kernels.mjs']);
  writeFileSync(at(stamp), wanted);
}

function build() {
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'packages/core', 'packages/host', 'packages/web']);
}

try {
  install();
  compileKernels();
  build();
} catch (error) {
  say(`failed: ${error.message}`);
  process.exit(1);
}
