import type { AffineRow } from '../../problem/program.ts';
import { combine, terms } from '../affine.ts';
import type { LiveBranch } from '../model.ts';

/** Columns of a branch: flow P + jQ into the series impedance, its squared current ℓ (absent where losses are left out). */
export interface BranchColumns {
  readonly P: number;
  readonly Q: number;
  readonly l: number | undefined;
}

/**
 * Everything about a branch that is affine in branch-flow variables:
 *
 *   u = w_f/τ²   squared voltage behind the ideal transformer τ∠φ at the from side
 *   P_f = P,  Q_f = Q − (b/2)·u,   P_t = r·ℓ − P,  Q_t = x·ℓ − Q − (b/2)·w_t
 *   V_f·V_t* = τ∠φ · (u − (r·P + x·Q) + j(x·P − r·Q))
 *   |I_f|² = (ℓ − b·Q + (b/2)²·u)/τ²,   |I_t|² = ℓ + b·(Q − x·ℓ) + (b/2)²·w_t
 *
 * | symbol | meaning |
 * |---|---|
 * | w_f, w_t | squared voltages of the two buses |
 * | P, Q | flow that leaves the transformer for the series impedance r + jx |
 * | ℓ | squared current of the series impedance |
 * | b | charging susceptance, half at each end |
 *
 * In the linear model ℓ is 0 in all of these.
 * @unit per unit on the base of the model
 */
export interface BranchExpressions extends BranchColumns {
  readonly u: AffineRow;
  /** Series impedance. */
  readonly r_pu: number;
  readonly x_pu: number;
  readonly pFrom: AffineRow;
  readonly qFrom: AffineRow;
  readonly pTo: AffineRow;
  readonly qTo: AffineRow;
  /** Re and Im of V_from·V_to*. */
  readonly real: AffineRow;
  readonly imag: AffineRow;
  readonly i2From: AffineRow;
  readonly i2To: AffineRow;
  /** w_t − u + 2(r·P + x·Q) − (r² + x²)·ℓ, zero by Ohm's law. */
  readonly drop: AffineRow;
}

/** @param feelsLosses - false in the linear model */
export function expressionsOf({ branch, from, to }: LiveBranch, columns: BranchColumns, feelsLosses: boolean): BranchExpressions {
  const { P, Q, l } = columns;
  const { r_pu: r, x_pu: x, b_pu: b } = branch;
  const tau2 = branch.ratio * branch.ratio;
  const u = terms([from, 1 / tau2]);
  const wTo = terms([to, 1]);
  const p = terms([P, 1]);
  const q = terms([Q, 1]);
  const current = feelsLosses && l !== undefined ? terms([l, 1]) : terms();
  const cos = branch.ratio * Math.cos((branch.shift_deg * Math.PI) / 180);
  const sin = branch.ratio * Math.sin((branch.shift_deg * Math.PI) / 180);
  const along: readonly (readonly [number, AffineRow])[] = [
    [1, u],
    [-r, p],
    [-x, q],
  ];
  const across: readonly (readonly [number, AffineRow])[] = [
    [x, p],
    [-r, q],
  ];
  const times = (k: number, parts: readonly (readonly [number, AffineRow])[]) => parts.map(([value, row]) => [k * value, row] as const);
  return {
    ...columns,
    u,
    r_pu: r,
    x_pu: x,
    pFrom: p,
    qFrom: combine([1, q], [-b / 2, u]),
    pTo: combine([-1, p], [r, current]),
    qTo: combine([-1, q], [x, current], [-b / 2, wTo]),
    real: combine(...times(cos, along), ...times(-sin, across)),
    imag: combine(...times(sin, along), ...times(cos, across)),
    i2From: combine([1 / tau2, current], [-b / tau2, q], [(b * b) / 4 / tau2, u]),
    i2To: combine([1 - b * x, current], [b, q], [(b * b) / 4, wTo]),
    drop: combine([1, wTo], [-1, u], [2 * r, p], [2 * x, q], [-(r * r + x * x), current]),
  };
}
