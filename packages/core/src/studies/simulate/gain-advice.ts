import { speedName, TunedLaw } from '../../controllers/tuned-law.ts';
import type { AdviceResult } from '../../wire/simulate-result.ts';
import type { Group } from './groups.ts';
import { LateLoop } from './late-loop.ts';
import type { Prepared } from './prepare.ts';

/** Speeds that are looked at, as factors of the study's. */
const SLOWEST_FRAC = 1 / 64;
const FASTEST_FRAC = 64;
const LIMIT_S = 5;
/** ln 100: to one percent. */
const SETTLING = Math.log(100);

/**
 * The fastest speed whose delay margin is still `delay_s / used_frac`: bisection on the rightmost root at that longer delay. It is assumed that what is too fast stays so; that
 * the answer bears the delay is computed, not assumed.
 */
export function adviceOf(prepared: Prepared, group: Group, x: Float64Array): AdviceResult {
  const { delay_s, used_frac } = prepared.document.analysis;
  const loop = new LateLoop(prepared, group, x);
  const needed_s = delay_s / used_frac;
  const settling = (speed_frac: number): number | null => {
    const re_per_s = loop.rightmost_per_s(speed_frac, delay_s);
    return re_per_s < 0 ? SETTLING / -re_per_s : null;
  };
  const here = { margin_s: loop.margin_s(1, needed_s, LIMIT_S) ?? null, settling_s: settling(1) };
  const base = { parameter: loop.parameter, delay_s, used_frac, here };
  if (!loop.isStable(SLOWEST_FRAC, needed_s)) {
    const binds = loop.isStable(SLOWEST_FRAC, 0) ? ('delay' as const) : ('plant' as const);
    return { ...base, speed_frac: null, parameters: {}, margin_s: null, binds, settling_s: null };
  }
  let [low, high] = [SLOWEST_FRAC, FASTEST_FRAC];
  // by octaves first: stability at one fast speed would say nothing of those between
  for (let speed = 2 * SLOWEST_FRAC; speed <= FASTEST_FRAC; speed *= 2) {
    if (!loop.isStable(speed, needed_s)) {
      high = speed;
      break;
    }
    low = speed;
  }
  for (; low < FASTEST_FRAC && high / low > 1.002; ) {
    const middle = Math.sqrt(low * high);
    if (loop.isStable(middle, needed_s)) low = middle;
    else high = middle;
  }
  const isAtTop = low >= FASTEST_FRAC;
  const tuned = new TunedLaw(group.controller, group.values[group.kinds.indexOf(group.controller)]);
  tuned.change(speedName, low);
  const effective = tuned.effective();
  return {
    ...base,
    speed_frac: low,
    parameters: Object.fromEntries(Object.keys(group.controller.speed ?? {}).map((name) => [name, effective[name]])),
    margin_s: loop.margin_s(low, needed_s, LIMIT_S) ?? null,
    binds: isAtTop ? 'range' : loop.isStable(high, 0) ? 'delay' : 'plant',
    settling_s: settling(low),
  };
}
