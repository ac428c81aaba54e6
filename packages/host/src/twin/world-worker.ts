/** The thread of a simulated world some of whose roles live in other processes; started by lockstep.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Act, catalog, DistantRole, randomStream, runInVirtualTime, type StepAnswer } from '@gridflock/core';
import { type CarriedError, carriedError } from '../cli/carried-error.ts';
import { type CallLine, callOver } from './sync-call.ts';

export interface WorldOrder {
  /** A file of agents of a study with a deployment. */
  readonly document: unknown;
  readonly study: string;
  readonly line: CallLine;
}

export interface Told {
  readonly agent: string;
  readonly act: Act;
}

/** How a world ended, or how far it is. */
export type WorldNews =
  | { readonly type: 'progress'; readonly now_s: number }
  | {
      readonly type: 'done';
      readonly status: 'ok' | 'infeasible' | 'not-converged';
      readonly reason: string | undefined;
      readonly results: readonly Readonly<Record<string, unknown>>[];
      readonly time_s: number;
    }
  | { readonly type: 'failed'; readonly error: CarriedError };

const say = (news: WorldNews): void => parentPort?.postMessage(news);

async function live({ document, study, line }: WorldOrder): Promise<void> {
  const { deployment } = catalog.studies.find(({ kind }) => kind === study) ?? {};
  const group = await deployment!.cast(document, catalog);
  const { everybody, script, seed } = group.world!;
  const tell = callOver<Told, StepAnswer>(line);
  const ask = (agent: string, act: Act): StepAnswer => tell({ agent, act });
  const roles = everybody.map((id) => group.roles.find((role) => role.id === id) ?? new DistantRole(id, ask));
  const time_s = await runInVirtualTime(roles, {
    faults: script,
    stream: randomStream(seed),
    async breathe() {
      say({ type: 'progress', now_s: group.progress.done });
    },
  });
  say({ type: 'done', status: group.status ?? 'not-converged', reason: group.reason, results: group.results(), time_s });
}

live(workerData as WorldOrder).catch((error: unknown) => say({ type: 'failed', error: carriedError(error) }));
