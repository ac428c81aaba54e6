// What campaigns try. Trials are test code in TypeScript: `compileTrials` compiles them into out/chaos/build, `loadTrials` loads them from there.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot as root } from '../source.mjs';

const built = (path) => import(pathToFileURL(join(root, 'out/chaos/build', path)).href);

export function compileTrials() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tools/chaos')], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the trials do not compile:\n${stdout}${stderr}`);
}

export async function loadTrials() {
  const [engine, { readFaultScript }, negotiation, { regulationTrial }, { bugs }] = await Promise.all([
    built('agents/chaos/campaign.js'),
    built('agents/faults/read-script.js'),
    built('schemes/proximal-message-passing/testing/negotiation-trial.js'),
    built('regulation/testing/regulation-trial.js'),
    built('schemes/proximal-message-passing/testing/bugs.js'),
  ]);
  return {
    ...engine,
    readFaultScript,
    bugs,
    /** By name; a bug is planted where the trial knows it. */
    trials: {
      negotiation: (bug) => negotiation.negotiationTrial({ bug }),
      hasty: () => negotiation.negotiationTrial({ mode: 'hasty' }),
      regulation: () => regulationTrial(),
    },
  };
}
