/**
 * Plain TypeScript twin of packages/core/kernels/injection-lanes.ts: same operations in the same order, so equal bit for bit.
 *
 * Task: what the elements of injections.ts take at four sets of voltages (lanes), beyond the part y_rated that the nodal matrix holds:
 *   U = u_from − u_to,  v² = |U|²/u_r²,  y = P·c_P(v) − jQ·c_Q(v) − y_rated,  i = y·U,  rhs ← base − i at `from`, + i at `to`
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | from, to | from, to | rows of x and rhs |
 * | | hasCurrent | 1 where a law has a part i/v |
 * | v_low², v_min², v_max², 1/u_r² | bounds | four numbers per element |
 * | c/u_r² = z + i/v + p/v² | law | [segment][z, i, p of P; z, i, p of Q] |
 * | y_rated | yRated | re, im |
 * | P, Q | power | P × 4, Q × 4 |
 * | i | current | re × 4, im × 4: of this call, compared with those of the last |
 * | | report | largest \|Δi\|² × 4, Σ Re(y)·\|U\|² × 4 (total power taken), scratch |
 * | u, base | x, rhs, base | re × 4, im × 4 per row |
 */
export interface InjectionLanesArrays {
  readonly base: Float64Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly hasCurrent: Int32Array;
  readonly bounds: Float64Array;
  readonly law: Float64Array;
  readonly yRated: Float64Array;
  readonly power: Float64Array;
  readonly current: Float64Array;
  readonly report: Float64Array;
  readonly x: Float64Array;
  readonly rhs: Float64Array;
}

/** Numbers of `law` per element and per segment. */
export const lawWidth = 24;
const segmentWidth = 6;

export function injectionLanes(f: InjectionLanesArrays, rows_count: number, count: number): void {
  const { base, from, to, hasCurrent, bounds, law, yRated, power, current, report, x, rhs } = f;
  for (let k = 0; k < 8 * rows_count; k++) rhs[k] = base[k];
  for (let lane = 0; lane < 4; lane++) {
    let worst = 0;
    let total = 0;
    for (let e = 0; e < count; e++) {
      const i = 8 * from[e] + lane;
      const j = 8 * to[e] + lane;
      const re = x[i] - x[j];
      const im = x[i + 4] - x[j + 4];
      const size = re * re + im * im;
      const v2 = size * bounds[4 * e + 3];
      const s = 8 * e + lane;
      const g = power[s] * factor(law, lawWidth * e, bounds, 4 * e, v2, hasCurrent[e] !== 0);
      const b = power[s + 4] * factor(law, lawWidth * e + 3, bounds, 4 * e, v2, hasCurrent[e] !== 0);
      total += g * size;
      const yr = g - yRated[2 * e];
      const yi = -b - yRated[2 * e + 1];
      const iRe = yr * re - yi * im;
      const iIm = yr * im + yi * re;
      const dRe = iRe - current[s];
      const dIm = iIm - current[s + 4];
      worst = Math.max(worst, dRe * dRe + dIm * dIm);
      current[s] = iRe;
      current[s + 4] = iIm;
      rhs[i] -= iRe;
      rhs[i + 4] -= iIm;
      rhs[j] += iRe;
      rhs[j + 4] += iIm;
    }
    report[lane] = worst;
    report[4 + lane] = total;
  }
}

/** c/u_r² from the coefficients at `c`. */
function factor(law: Float64Array, c: number, bounds: Float64Array, k: number, v2: number, hasCurrent: boolean): number {
  const inverse = 1 / v2;
  if (v2 >= bounds[k + 1] && v2 <= bounds[k + 2]) {
    const main = c + 2 * segmentWidth;
    const z = hasCurrent ? law[main] + law[main + 1] * Math.sqrt(inverse) : law[main];
    return z + law[main + 2] * inverse;
  }
  const segment = v2 < bounds[k + 1] ? (v2 < bounds[k] ? 0 : 1) : 3;
  const at = c + segmentWidth * segment;
  return segment === 1 ? law[at] + law[at + 1] * Math.sqrt(inverse) : law[at];
}
