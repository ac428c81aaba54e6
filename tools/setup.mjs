// Sets a fresh clone up, and does nothing the second time: install from the lock file, compile the kernels, build.
// Dependency-free on purpose: it runs before node_modules exists. `--build` builds even when nothing seems to have changed;
// `--no-build` leaves it out, for programs that compile themselves (`npm run check`).
// Several may be started at once: one works, the others wait for it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const say = (text) => process.stderr.write(`setup: ${text}\n`);

/** A fault whose message is for the user; anything else shows its stack. */
class SetupFault extends Error {}

// ---------------------------------------------------------------------------------------------------------- stamps

/** A stamp holds the fingerprint of what a finished step was made from. It is written last, so a cut-off step runs again. */
const stampIs = (name, value) => existsSync(at(name)) && readFileSync(at(name), 'utf8') === value;

function writeWhole(name, text) {
  const draft = at(`${name}.${process.pid}`);
  writeFileSync(draft, text);
  renameSync(draft, at(name));
}

const packages = ['core', 'host', 'web'];

/** The lock file and what of each package.json decides what is installed; scripts may change without a new install. */
function fingerprintOfInstall() {
  const hash = createHash('sha256')
    .update(process.version)
    .update(readFileSync(at('package-lock.json')));
  for (const file of ['package.json', ...packages.map((name) => `packages/${name}/package.json`)]) {
    const { dependencies, devDependencies, optionalDependencies, overrides, workspaces, bin } = JSON.parse(readFileSync(at(file), 'utf8'));
    hash.update(file).update(JSON.stringify([dependencies, devDependencies, optionalDependencies, overrides, workspaces, bin]));
  }
  return hash.digest('hex');
}

const kernelFolder = 'packages/core/kernels';
const kernelTarget = 'packages/core/src/linalg/kernels.generated.ts';

function fingerprintOfKernels() {
  const hash = createHash('sha256');
  const sources = readdirSync(at(kernelFolder))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  for (const file of [...sources.map((name) => `${kernelFolder}/${name}`), 'tools/compile-kernels.mjs', 'package-lock.json']) {
    hash.update(file).update(readFileSync(at(file)));
  }
  return hash.digest('hex');
}

/** Names, sizes and times of every source: a few milliseconds, where `tsc -b` takes half a second to say "nothing to do". */
function fingerprintOfSources() {
  const hash = createHash('sha256').update(fingerprintOfInstall());
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.[cm]?[jt]sx?$|\.(?:json|css|html|svg)$/.test(entry.name)) add(path);
    }
  };
  add(at('tsconfig.base.json'));
  for (const name of packages) {
    add(at('packages', name, 'tsconfig.json'));
    if (existsSync(at('packages', name, 'src'))) walk(at('packages', name, 'src'));
  }
  return hash.digest('hex');
}

const stamps = {
  install: 'node_modules/.gridflock-install',
  kernels: 'node_modules/.gridflock-kernels',
  build: 'node_modules/.gridflock-build',
};
const installed = () => stampIs(stamps.install, fingerprintOfInstall());
const kernelsCompiled = () => existsSync(at(kernelTarget)) && stampIs(stamps.kernels, fingerprintOfKernels());
const built = () =>
  existsSync(at('packages/core/dist/gridflock-core.js')) &&
  existsSync(at('packages/host/dist/page/index.html')) &&
  stampIs(stamps.build, fingerprintOfSources());

// ------------------------------------------------------------------------------------------------------------ lock

const lock = 'out/.setup-lock';
const heartbeat_ms = 2_000;
const silence_ms = 60_000;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

/** The lock is a folder (made in one step on every file system) with its owner's name; its age shows the owner's pulse. */
function lockIsDead() {
  try {
    const { pid, child, host } = JSON.parse(readFileSync(at(lock, 'owner.json'), 'utf8'));
    // a set-up that was killed may leave its `npm ci` at work for a few seconds
    if (host === hostname() && !isAlive(pid) && (child === undefined || !isAlive(child))) return true;
  } catch {
    // owner.json is not written yet, or the lock has just gone: its age decides
  }
  try {
    return Date.now() - statSync(at(lock)).mtimeMs > silence_ms;
  } catch {
    return false;
  }
}

const signLock = (child) => writeFileSync(at(lock, 'owner.json'), JSON.stringify({ pid: process.pid, child, host: hostname() }));

async function takeLock() {
  mkdirSync(at('out'), { recursive: true });
  let told = false;
  for (;;) {
    try {
      mkdirSync(at(lock));
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (lockIsDead()) {
      // rename first: of several that find the lock dead, one wins and the others see it gone
      const grave = at(`${lock}.${process.pid}`);
      try {
        renameSync(at(lock), grave);
        rmSync(grave, { recursive: true, force: true });
      } catch {
        // another one was faster
      }
      continue;
    }
    if (!told) say('another set-up is at work in this folder; waiting for it …');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  signLock();
  const pulse = setInterval(() => {
    try {
      utimesSync(at(lock), new Date(), new Date());
    } catch {
      // the lock was taken away by hand; the step in progress still finishes
    }
  }, heartbeat_ms);
  pulse.unref();
  return () => {
    clearInterval(pulse);
    rmSync(at(lock), { recursive: true, force: true });
  };
}

// ----------------------------------------------------------------------------------------------------------- steps

let child;

/** Runs a program in the repository's root, shows what it says on standard error, resolves to its status and text. */
function run(command, args, shell = false) {
  return new Promise((resolve, reject) => {
    let text = '';
    child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell });
    if (child.pid !== undefined) signLock(child.pid);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
        process.stderr.write(chunk);
      });
    }
    child.on('error', reject);
    child.on('close', (status, signal) => {
      child = undefined;
      resolve({ status: status ?? 1, signal, text });
    });
  });
}

async function install() {
  if (installed()) return;
  say('installing the packages named in package-lock.json …');
  rmSync(at(stamps.install), { force: true });
  const wanted = fingerprintOfInstall();
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // under `npm run` npm names its own script, which needs no shell; by hand Windows needs one to start npm.cmd
  const script = process.env.npm_execpath;
  const npm = script && /npm-cli\.[cm]?js$/.test(script) ? [process.execPath, [script, ...args]] : ['npm', args];
  const { status, text } = await run(npm[0], npm[1], npm[0] === 'npm' && process.platform === 'win32');
  if (status !== 0) {
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET/.test(text)) {
      throw new SetupFault(
        'the packages could not be fetched. The first set-up needs the npm registry: check the network, `npm config get registry` and HTTPS_PROXY, then run the same command again. Nothing has to be cleaned up.',
      );
    }
    if (/EUSAGE|can only install packages when/.test(text)) {
      throw new SetupFault(
        'package.json and package-lock.json disagree. After a change of dependencies run `npm install` and commit the lock file.',
      );
    }
    if (/ENOSPC/.test(text)) throw new SetupFault('the disk is full; the packages need about 350 MB.');
    if (/EACCES|EPERM/.test(text))
      throw new SetupFault('node_modules cannot be written: it belongs to another user, or a program holds a file in it.');
    throw new SetupFault('`npm ci` failed, see above.');
  }
  writeWhole(stamps.install, wanted);
}

async function compileKernels() {
  if (kernelsCompiled()) return;
  say('compiling the WebAssembly kernels …');
  const wanted = fingerprintOfKernels();
  const { status } = await run(process.execPath, [at('tools/compile-kernels.mjs')]);
  if (status !== 0) throw new SetupFault('the kernels in packages/core/kernels do not compile, see above.');
  writeWhole(stamps.kernels, wanted);
}

const building = !process.argv.includes('--no-build');

async function build() {
  if (!building) return;
  if (!process.argv.includes('--build') && built()) return;
  say('building …');
  const wanted = fingerprintOfSources();
  const projects = packages.filter(
    (name) => existsSync(at('packages', name, 'src')) && readdirSync(at('packages', name, 'src')).length > 0,
  );
  const compiler = at('node_modules/typescript/bin/tsc');
  const { status } = await run(process.execPath, [compiler, '-b', ...projects.map((name) => `packages/${name}`)]);
  if (status !== 0) throw new SetupFault('the sources do not compile, see above.');
  const bundling = await run(process.execPath, [at('tools/bundle-core.mjs')]);
  if (bundling.status !== 0) throw new SetupFault('the modules of core cannot be put into one file, see above.');
  const page = await run(process.execPath, [at('tools/bundle-page.mjs')]);
  if (page.status !== 0) throw new SetupFault('the page cannot be put together, see above.');
  writeWhole(stamps.build, wanted);
}

// ------------------------------------------------------------------------------------------------------------ main

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  say(`Node ${process.versions.node} is too old: gridflock needs Node 20.19 or newer (https://nodejs.org).`);
  process.exit(2);
}

let unlock = () => {};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    child?.kill(signal);
    unlock();
    say('stopped; the next run continues where this one was cut off.');
    process.exit(130);
  });
}
try {
  if (process.argv.includes('--build') || !(installed() && kernelsCompiled() && (built() || !building))) {
    unlock = await takeLock();
    await install();
    await compileKernels();
    await build();
  }
} catch (error) {
  say(`failed: ${error instanceof SetupFault ? error.message : error.stack}`);
  process.exitCode = 1;
} finally {
  unlock();
}
