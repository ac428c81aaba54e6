import { valueAt } from '../affine.ts';
import type { OpfModel } from '../model.ts';
import { forestOf } from '../pairs.ts';
import type { BranchFlowProblem } from './program.ts';

/** What a branch-flow solution says about voltages. @shape angle_rad, v_pu (live buses) */
export interface RelaxedPoint {
  readonly angle_rad: Float64Array;
  readonly v_pu: Float64Array;
  readonly coneGap_max_frac: number;
  readonly loopMismatch_max_rad: number;
  /** Σ r·(P² + Q²) */
  readonly flowLoss_pu: number;
  /** Σ r·(ℓ − (P² + Q²)/u) and Σ |r + jx|·(ℓ − (P² + Q²)/u) */
  readonly inventedLoss_pu: number;
  readonly inventedPower_pu: number;
}

/**
 * Voltages are √w. Angles: arg(V_f·V_t*) added up along a spanning tree from the references; around every other pair they should meet,
 * and the largest distance by which they do not is the loop mismatch.
 * In the linear model the current of a branch is that at 1 pu (u = 1).
 * @cost O(branches)
 */
export function pointOf(model: OpfModel, { pairs, branches, isRelaxed }: BranchFlowProblem, x: Float64Array): RelaxedPoint {
  const nB = model.busOf.length;
  const { order, parentPair, chords } = forestOf(model, pairs);
  const across = pairs.map(({ branches: [lead] }) => Math.atan2(valueAt(branches[lead].imag, x), valueAt(branches[lead].real, x)));
  const angle_rad = new Float64Array(nB);
  for (const b of order) {
    const k = parentPair[b];
    if (k < 0) {
      angle_rad[b] = Number.isNaN(model.reference[b]) ? 0 : model.reference[b];
      continue;
    }
    const { from, to } = pairs[k];
    angle_rad[b] = b === to ? angle_rad[from] - across[k] : angle_rad[to] + across[k];
  }
  let loopMismatch_max_rad = 0;
  for (const k of chords) {
    const off = across[k] - (angle_rad[pairs[k].from] - angle_rad[pairs[k].to]);
    loopMismatch_max_rad = Math.max(loopMismatch_max_rad, Math.abs(Math.atan2(Math.sin(off), Math.cos(off))));
  }
  for (let b = 0; b < nB; b++) {
    const held = model.reference[b];
    if (!Number.isNaN(held)) loopMismatch_max_rad = Math.max(loopMismatch_max_rad, Math.abs(angle_rad[b] - held));
  }

  let [largest, widest, flowLoss_pu, inventedLoss_pu, inventedPower_pu] = [0, 0, 0, 0, 0];
  branches.forEach(({ u, P, Q, l, r_pu: r, x_pu }) => {
    const voltage2 = isRelaxed ? valueAt(u, x) : 1;
    const s2 = x[P] * x[P] + x[Q] * x[Q];
    flowLoss_pu += r * s2;
    if (l === undefined) return;
    const invented = x[l] - s2 / Math.max(voltage2, Number.MIN_VALUE);
    largest = Math.max(largest, x[l] * voltage2);
    widest = Math.max(widest, invented * voltage2);
    inventedLoss_pu += r * invented;
    inventedPower_pu += Math.hypot(r, x_pu) * Math.abs(invented);
  });
  return {
    angle_rad,
    v_pu: Float64Array.from({ length: nB }, (_, b) => Math.sqrt(Math.max(0, x[b]))),
    coneGap_max_frac: largest > 0 ? widest / largest : 0,
    loopMismatch_max_rad,
    flowLoss_pu,
    inventedLoss_pu,
    inventedPower_pu,
  };
}
