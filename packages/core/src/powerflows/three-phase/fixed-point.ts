import { AndersonAcceleration } from '../../linalg/anderson.ts';
import type { System } from './system.ts';

/** Over so many iterations the mismatch has to shrink to this part, or Newton takes over. */
const SLOW_FRAC = 0.05;
const SLOW_AFTER_COUNT = 8;

/** Differences that the acceleration remembers: more than four save no iteration (measured on IEEE 34, 123 and 8500). */
const HISTORY_COUNT = 4;

/**
 * u ← u + Y⁻¹·r(u): injections as compensation currents against a nodal matrix that is factored once, accelerated.
 *
 * The plain iteration contracts by about |Z·B|, the voltage drop of the constant-power load as a part of the voltage, and is sure to converge where that stays
 * well below one (Banach). As every iteration starts from the mismatch itself, nothing is lost to the condition of Y.
 * @returns whether it balanced; when not, u is the best found
 * @cost  per iteration: one product and one solve, no search for pivots
 * @source Cheng, Shirmohammadi, IEEE Trans. Power Systems 10 (1995), for compensation currents; Bazrafshan, Gatsis, Convergence of the Z-bus method for three-phase
 *   distribution load-flow with ZIP loads, IEEE Trans. Power Systems 33 (2018)
 */
export function iterateFixedPoint(
  system: System,
  tolerance_kVA: number,
  iterations_max_count: number,
): { balanced: boolean; iterations_count: number } {
  const { u, r, nodal } = system;
  const anderson = new AndersonAcceleration(2 * nodal.rows.free_count, { history_count: HISTORY_COUNT });
  const best = u.slice();
  let least = Number.POSITIVE_INFINITY;
  const mismatches: number[] = [];
  for (let iteration = 0; ; iteration++) {
    system.evaluate();
    if (system.isBalanced(tolerance_kVA)) return { balanced: true, iterations_count: iteration };
    if (system.mismatch_kVA < least) {
      least = system.mismatch_kVA;
      best.set(u);
    }
    mismatches.push(least);
    const isSlow = iteration >= SLOW_AFTER_COUNT && least > SLOW_FRAC * mismatches[iteration - SLOW_AFTER_COUNT];
    if (iteration >= iterations_max_count || isSlow || !Number.isFinite(system.mismatch_kVA)) {
      u.set(best);
      system.evaluate();
      return { balanced: false, iterations_count: iteration };
    }
    nodal.lu.solveInto(r);
    anderson.advance(u, r);
  }
}
