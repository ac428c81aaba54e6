import type { Role } from '../../agents/role.ts';
import type { Follower } from '../../flexibility/follower.ts';
import { Batteries } from './batteries.ts';
import { Aggregator, Utility } from './roles.ts';
import type { PublishedSet, SafeSet } from './safe-set.ts';

export interface SignalProblem {
  /** A change of power per step, + into the network. */
  readonly signal_kW: Float64Array;
  readonly batteries: readonly Follower[];
  /** What each battery would inject without a signal, [step][battery]; nothing when left out. */
  readonly baseline_kW?: readonly Float64Array[] | undefined;
  readonly setOf: (step: number) => SafeSet;
  /** Did this change break a limit on this step, in what really happened? */
  readonly broke: (step: number, change_kW: number) => boolean;
}

export interface SignalServices {
  readonly carry: (roles: readonly Role[]) => Promise<unknown>;
  readonly retry_s?: number | undefined;
}

/** One way to act and what came of it. */
export interface SignalRun {
  readonly name: 'unconstrained' | 'published set' | 'worst case';
  readonly delivered_kW: Float64Array;
  /** Root mean square of signal less delivered. */
  readonly rmse_kW: number;
  /** Share of steps on which a limit was broken. */
  readonly violation_frac: number;
}

/**
 * Follows a regulation signal by batteries in three ways: without regard to the grid, inside the set that the utility publishes, and
 * inside what broke no limit in any sample. The utility and the aggregator are agents; between them pass two numbers per step.
 */
export async function followSignal(problem: SignalProblem, services: SignalServices): Promise<readonly SignalRun[]> {
  const { signal_kW, setOf } = problem;
  const sets = Array.from(signal_kW, (_, step) => setOf(step));
  const everything: PublishedSet = { low_kW: Number.NEGATIVE_INFINITY, high_kW: Number.POSITIVE_INFINITY };
  const ways = [
    { name: 'unconstrained', setAt: () => everything },
    { name: 'published set', setAt: (step: number) => sets[step] },
    { name: 'worst case', setAt: (step: number) => ({ low_kW: -sets[step].down.worstCase_kW, high_kW: sets[step].up.worstCase_kW }) },
  ] as const;
  const runs: SignalRun[] = [];
  for (const { name, setAt } of ways) runs.push(judged(name, await followed(problem, setAt, services), problem));
  return runs;
}

async function followed(problem: SignalProblem, setOf: (step: number) => PublishedSet, services: SignalServices): Promise<Float64Array> {
  const { signal_kW, batteries } = problem;
  const aggregator = new Aggregator({
    id: 'aggregator',
    utility: 'utility',
    signal_kW,
    baseline_kW: problem.baseline_kW ?? Array.from(signal_kW, () => new Float64Array(batteries.length)),
    batteries: new Batteries(batteries.map((battery) => battery.copy())),
  });
  const utility = new Utility({
    id: 'utility',
    aggregator: 'aggregator',
    steps_count: signal_kW.length,
    setOf,
    retry_s: services.retry_s ?? 1,
  });
  await services.carry([utility, aggregator]);
  return aggregator.delivered_kW;
}

function judged(name: SignalRun['name'], delivered_kW: Float64Array, { signal_kW, broke }: SignalProblem): SignalRun {
  let squares = 0;
  let broken = 0;
  for (let t = 0; t < signal_kW.length; t++) {
    squares += (signal_kW[t] - delivered_kW[t]) ** 2;
    if (broke(t, delivered_kW[t])) broken++;
  }
  const n = Math.max(1, signal_kW.length);
  return { name, delivered_kW, rmse_kW: Math.sqrt(squares / n), violation_frac: broken / n };
}
