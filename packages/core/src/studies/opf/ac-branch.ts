/**
 * Power into one end of a branch, with its derivatives.
 *
 *   P = G·v_i² + v_i·v_j·A,  A = g·cos θ + b·sin θ        θ = θ_i − θ_j
 *   Q = −B·v_i² + v_i·v_j·C, C = g·sin θ − b·cos θ        ∂A/∂θ = −C,  ∂C/∂θ = A
 *
 * | symbol | meaning |
 * |---|---|
 * | G, B | self admittance of this end, per unit |
 * | g, b | mutual admittance, per unit |
 * | at | place of (θ_i, θ_j, v_i, v_j) among the four variables of the branch (θ_from, θ_to, v_from, v_to) |
 * @source Zimmerman, AC Power Flows, Generalized OPF Costs and their Derivatives (MATPOWER Technical Note 2, 2010)
 */
export class BranchEnd {
  p = 0;
  q = 0;
  readonly dp = new Float64Array(4);
  readonly dq = new Float64Array(4);
  private readonly at: readonly [number, number, number, number];
  private A = 0;
  private C = 0;
  private vi = 0;
  private vj = 0;
  private G = 0;
  private B = 0;

  constructor(side: 'from' | 'to') {
    this.at = side === 'from' ? [0, 1, 2, 3] : [1, 0, 3, 2];
  }

  functions(G: number, B: number, g: number, b: number, cos: number, sin: number, vi: number, vj: number): void {
    const A = g * cos + b * sin;
    const C = g * sin - b * cos;
    this.p = G * vi * vi + vi * vj * A;
    this.q = -B * vi * vi + vi * vj * C;
    this.A = A;
    this.C = C;
    this.vi = vi;
    this.vj = vj;
    this.G = G;
    this.B = B;
  }

  /** After `functions`. */
  gradients(): void {
    const { A, C, vi, vj, G, B, dp, dq } = this;
    const [ti, tj, ui, uj] = this.at;
    dp[ti] = -vi * vj * C;
    dp[tj] = vi * vj * C;
    dp[ui] = 2 * G * vi + vj * A;
    dp[uj] = vi * A;
    dq[ti] = vi * vj * A;
    dq[tj] = -vi * vj * A;
    dq[ui] = -2 * B * vi + vj * C;
    dq[uj] = vi * C;
  }

  /** After `functions`: adds wp·∇²P + wq·∇²Q to the upper triangle `out`, row by row: 00 01 02 03 11 12 13 22 23 33. */
  addCurvature(wp: number, wq: number, out: Float64Array): void {
    const { A, C, vi, vj, G, B } = this;
    const [ti, tj, ui, uj] = this.at;
    const turn = -vi * vj * (wp * A + wq * C);
    const turnI = vj * (wq * A - wp * C);
    const turnJ = vi * (wq * A - wp * C);
    out[place(ti, ti)] += turn;
    out[place(tj, tj)] += turn;
    out[place(ti, tj)] -= turn;
    out[place(ti, ui)] += turnI;
    out[place(tj, ui)] -= turnI;
    out[place(ti, uj)] += turnJ;
    out[place(tj, uj)] -= turnJ;
    out[place(ui, ui)] += 2 * (wp * G - wq * B);
    out[place(ui, uj)] += wp * A + wq * C;
  }

  /** After `gradients`: adds w·(∇P·∇Pᵀ + ∇Q·∇Qᵀ). */
  addOuter(w: number, out: Float64Array): void {
    const { dp, dq } = this;
    for (let r = 0; r < 4; r++) for (let c = r; c < 4; c++) out[place(r, c)] += w * (dp[r] * dp[c] + dq[r] * dq[c]);
  }

  /** Adds w to the second derivative by the voltage of this end. */
  addSelfVoltage(w: number, out: Float64Array): void {
    const ui = this.at[2];
    out[place(ui, ui)] += w;
  }
}

const rowOffset = [0, 4, 7, 9];
/** Place of (r, c) in a packed upper triangle of order 4. */
const place = (r: number, c: number): number => (r <= c ? rowOffset[r] + c - r : rowOffset[c] + r - c);

/** (row, column) of the packed upper triangle, in order. */
export const packedPairs: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 2],
  [2, 3],
  [3, 3],
];
