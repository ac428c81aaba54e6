#!/usr/bin/env node
// Starts the built command line; when there is none, says how to get it.
import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
const main = new URL('../dist/cli/main.js', import.meta.url);

function refuse(code, message, hint) {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ error: { code, message, where: null, hint } })}\n`);
  } else {
    process.stderr.write(`gridflock: ${message}\n  cure: ${hint}\n  code: ${code}\n`);
  }
  process.exitCode = 2;
}

if (major < 20 || (major === 20 && minor < 19)) {
  refuse(
    'CLI_NODE_TOO_OLD',
    `Node ${process.versions.node} is too old: expected 20.19 or newer`,
    'Install a newer Node from https://nodejs.org.',
  );
} else if (!existsSync(main)) {
  refuse('CLI_NOT_BUILT', 'the program is not built yet', 'Run `npm run setup` in the repository, then try again.');
} else {
  try {
    await import(main.href);
  } catch (error) {
    // main.js handles its own errors: what arrives here is a program that is built in part
    if (process.env['GRIDFLOCK_DEBUG'] === '1') throw error;
    refuse(
      'CLI_NOT_BUILT',
      `the program cannot be loaded: ${error.message.split('\n')[0]}`,
      'Run `npm run setup -- --build` in the repository, then try again.',
    );
  }
}
