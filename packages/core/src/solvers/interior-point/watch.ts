import type { SolveOptions } from '../contract.ts';

/** Why a solve has to end now; undefined while it may go on. Once it has to, it always has to. */
export type Watch = () => 'stopped' | 'time-limit' | undefined;

/** Watches the caller's wish and the time limit, counted from this call: one watch for all that answers one question. */
export function watchOf({ shouldStop, clock_s, timeLimit_s }: SolveOptions): Watch {
  const deadline_s = clock_s && timeLimit_s !== undefined ? clock_s() + timeLimit_s : Number.POSITIVE_INFINITY;
  let ended: ReturnType<Watch>;
  return () => {
    if (ended) return ended;
    if (shouldStop?.()) ended = 'stopped';
    else if (clock_s && clock_s() >= deadline_s) ended = 'time-limit';
    return ended;
  };
}
