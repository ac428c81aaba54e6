import { TransportError } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import { type FaultScript, type Faults, longestUsualDelay_s, noFaults, scriptOf, settledAt_s } from './faults/script.ts';
import type { Role } from './role.ts';
import { type RunOptions, stuck } from './run.ts';
import { VirtualWorld, type WorldOptions } from './virtual/world.ts';
import { allWaitingOf } from './waiting.ts';

export { type Faults, noFaults };

export interface VirtualTimeOptions extends RunOptions, Pick<WorldOptions, 'revive'> {
  /** A script, or four numbers. */
  readonly faults: Faults | FaultScript;
  /** Where the run's seed comes from; each ordered pair of agents has chance of its own. */
  readonly stream: RandomStream;
  /** Gives up after this much virtual time. Default 1e6. */
  readonly timeLimit_s?: number;
  /**
   * Gives up when for this long nobody has said anything but what it had said before, apart from what the script makes everyone wait. Default
   * Infinity: some roles only ever say one thing.
   */
  readonly quietLimit_s?: number;
}

/**
 * Runs roles over a simulated network in virtual time. Same roles, seed and faults: same events, bit for bit.
 * @returns the virtual time at which the last role was done
 * @throws {TransportError} AGENTS_STUCK, AGENTS_SILENT, AGENTS_TOO_LATE; all say who waits for whom
 */
export async function runInVirtualTime(roles: readonly Role[], options: VirtualTimeOptions): Promise<number> {
  const { faults, stream, timeLimit_s = 1e6, quietLimit_s = Number.POSITIVE_INFINITY, observe, revive, breathe } = options;
  const script = 'faults' in faults ? faults : scriptOf(faults);
  const world = new VirtualWorld(roles, { script, seed: stream.split('network').index(2 ** 32), observe, revive });
  const settled_s = settledAt_s(script);
  const patience_s = quietLimit_s + 1000 * longestUsualDelay_s(script);
  world.start();
  while (!world.isDone) {
    if (!world.step()) throw stuck(roles.filter((role) => !role.done).length, whoWaits(world));
    if (world.now_s > timeLimit_s) {
      throw new TransportError({
        code: 'AGENTS_TOO_LATE',
        message: `The agents were not done after ${timeLimit_s} s of virtual time: ${whoWaits(world)}`,
        hint: 'Lower the loss, or raise the limit.',
      });
    }
    if (world.now_s - Math.max(world.news_s, settled_s) > patience_s) {
      throw new TransportError({
        code: 'AGENTS_SILENT',
        message: `For ${patience_s} s of virtual time nobody has said anything new: ${whoWaits(world)}`,
        hint: 'An agent that is waited for has gone for good, or is cut off.',
      });
    }
    if (world.events_count % 256 === 0) await breathe?.();
  }
  return world.now_s;
}

/** Who waits for whom, and who has gone for good. */
function whoWaits(world: VirtualWorld): string {
  const words = allWaitingOf(world.waiting);
  const gone = world.agents.filter((id) => world.isGone(id)).slice(0, 5);
  return gone.length > 0 ? `${words}; gone for good: ${gone.map((id) => `"${id}"`).join(', ')}` : words;
}
