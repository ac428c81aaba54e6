import type { System } from './system.ts';

/** One more iteration has to shrink the mismatch to this part of what it was some iterations ago, or Newton takes over. */
const SLOW_FRAC = 0.5;
const SLOW_AFTER_COUNT = 6;

/**
 * u ← u + Y⁻¹·r(u): injections as compensation currents against a nodal matrix that is factored once.
 *
 * Contracts by about |Z·B| per iteration, the voltage drop of the constant-power load as a part of the voltage; sure to converge where that stays
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
  const size = 2 * nodal.rows.free_count;
  const best = u.slice();
  let least = Number.POSITIVE_INFINITY;
  const recent: number[] = [];
  for (let iteration = 0; ; iteration++) {
    system.evaluate();
    if (system.isBalanced(tolerance_kVA)) return { balanced: true, iterations_count: iteration };
    if (system.mismatch_kVA < least) {
      least = system.mismatch_kVA;
      best.set(u);
    }
    recent.push(system.mismatch_kVA);
    const earlier = recent[recent.length - 1 - SLOW_AFTER_COUNT] ?? Number.POSITIVE_INFINITY;
    const slow = system.mismatch_kVA > SLOW_FRAC ** SLOW_AFTER_COUNT * earlier;
    if (iteration >= iterations_max_count || slow || !Number.isFinite(system.mismatch_kVA)) {
      u.set(best);
      system.evaluate();
      return { balanced: false, iterations_count: iteration };
    }
    nodal.lu.solveInto(r);
    for (let i = 0; i < size; i++) u[i] += r[i];
  }
}
