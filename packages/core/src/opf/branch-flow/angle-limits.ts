import type { BlockBuilder } from '../../problem/block-builder.ts';
import { addRow, combine, terms } from '../affine.ts';
import type { OpfModel } from '../model.ts';
import type { BusPair } from '../pairs.ts';
import type { BranchExpressions } from './branch.ts';

/**
 * Angle limits of a pair, as limits of W = V_f·V_t*: tan θ_min·Re W ≤ Im W ≤ tan θ_max·Re W. Limits of 90° and more bound nothing here.
 *
 * With both limits and bounded voltages two more rows follow for every true pair of voltages. Let φ = (θ_min + θ_max)/2 and
 * d = (θ_max − θ_min)/2, so that Re(W∠−φ) ≥ v_f·v_t·cos d. With l ≤ v ≤ h, (v − l)(v − h) ≤ 0 gives v ≥ (w + l·h)/(l + h), and
 * with (v_f − h_f)(v_t − h_t) ≥ 0, (v_f − l_f)(v_t − l_t) ≥ 0 and σ = l + h:
 *
 *   Re(W∠−φ)·σ_f·σ_t/cos d  ≥  h_t·σ_t·w_f + h_f·σ_f·w_t + h_f·h_t·(l_f·l_t − h_f·h_t)
 *   Re(W∠−φ)·σ_f·σ_t/cos d  ≥  l_t·σ_t·w_f + l_f·σ_f·w_t + l_f·l_t·(h_f·h_t − l_f·l_t)
 *
 * Box bounds of Re W and Im W are implied by these rows, the cone and the limits of w.
 * @source Coffrin, Hijazi, Van Hentenryck, Strengthening the SDP relaxation of AC power flows with convex envelopes, bound tightening,
 *   and valid inequalities, IEEE Trans. Power Syst. 32(5) (2017)
 */
export function addAngleLimits(
  build: BlockBuilder,
  model: OpfModel,
  { from, to, branches, angle_min_rad: low, angle_max_rad: high }: BusPair,
  { real, imag }: BranchExpressions,
  isLifted: boolean,
): void {
  const name = () => `angle limit of branch ${model.branches[branches[0]].branch.id}`;
  const right = Math.PI / 2;
  const isLow = low > -right && low < right;
  const isHigh = high > -right && high < right;
  const none = Number.POSITIVE_INFINITY;
  if (isLow) addRow(build, combine([1, imag], [-Math.tan(low), real]), 0, none, name);
  if (isHigh) addRow(build, combine([-1, imag], [Math.tan(high), real]), 0, none, name);
  if (!isLifted || !isLow || !isHigh || low > high) return;

  const [lf, lt] = [model.v_min_pu[from], model.v_min_pu[to]];
  const [hf, ht] = [model.v_max_pu[from], model.v_max_pu[to]];
  if (!Number.isFinite(hf * ht) || hf * ht === 0) return;
  const phi = (low + high) / 2;
  const cos = Math.cos((high - low) / 2);
  const [sf, st] = [lf + hf, lt + ht];
  const product = combine([Math.cos(phi), real], [Math.sin(phi), imag]);
  for (const [vf, vt, right] of [
    [hf, ht, hf * ht * (lf * lt - hf * ht)],
    [lf, lt, lf * lt * (hf * ht - lf * lt)],
  ]) {
    const below = combine([(vt * cos) / sf, terms([from, 1])], [(vf * cos) / st, terms([to, 1])]);
    addRow(build, combine([1, product], [-1, below]), (right * cos) / (sf * st), none, name);
  }
}
