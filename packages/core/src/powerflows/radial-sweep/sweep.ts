import type { Tree } from './tree.ts';

/**
 * Backward/forward sweep by current summation on a tree of plain lines, one scenario.
 *
 *   I_k = (S_k/V_k)* + y_k·V_k            load and shunt current at the present voltage
 *   J_k = I_k + Σ_{children c} J_c        backward: current in the branch above k
 *   V_k = V_parent(k) − z_k·J_k           forward
 * The forward pass computes the next I as soon as V_k is known, and with it the exact mismatch of bus k:
 * the branch currents carry the old I, so |ΔS_k| = |V_k|·|I_k(new) − I_k(old)|.
 *
 * | symbol | variable |
 * |---|---|
 * | S_k, consumed | `p[k] + j q[k]` |
 * | V_k | `v_re[k] + j v_im[k]`, given at the roots |
 * | I_k | `i_re[k] + j i_im[k]` |
 * | J_k | `j_re[k] + j j_im[k]` |
 * @unit  per unit
 * @cost  about 35 flops and one division per bus and iteration; converges linearly, slower the nearer to collapse
 * @source Shirmohammadi et al. (1988), eq. 1–4
 */
export class Sweep {
  readonly tree: Tree;
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly v_re: Float64Array;
  readonly v_im: Float64Array;
  iterations_count = 0;
  /** √max |ΔS|² of the last pass. */
  mismatch_pu = Infinity;
  private readonly i_re: Float64Array;
  private readonly i_im: Float64Array;
  private readonly j_re: Float64Array;
  private readonly j_im: Float64Array;

  constructor(tree: Tree) {
    const zeros = () => new Float64Array(tree.count);
    this.tree = tree;
    this.p = zeros();
    this.q = zeros();
    this.v_re = zeros();
    this.v_im = zeros();
    this.i_re = zeros();
    this.i_im = zeros();
    this.j_re = zeros();
    this.j_im = zeros();
  }

  /** Every bus at the voltage of its root: the profile at no load. */
  startFlat(): void {
    const { tree, v_re, v_im } = this;
    for (let k = tree.roots_count; k < tree.count; k++) {
      v_re[k] = v_re[tree.parent[k]];
      v_im[k] = v_im[tree.parent[k]];
    }
  }

  isFinite(): boolean {
    return this.v_re.every(Number.isFinite) && this.v_im.every(Number.isFinite);
  }

  /** @returns true when converged; false at the limit of iterations or when a voltage has collapsed */
  run(tolerance_pu: number, iterations_max_count: number): boolean {
    const { p, q, v_re, v_im, i_re, i_im, j_re, j_im } = this;
    const { count, roots_count, parent, r, x, g, b } = this.tree;
    let runaway = Infinity;
    const tolerance2 = tolerance_pu * tolerance_pu;
    for (let k = roots_count; k < count; k++) {
      const vr = v_re[k];
      const vi = v_im[k];
      const inverse = 1 / (vr * vr + vi * vi);
      i_re[k] = j_re[k] = (p[k] * vr + q[k] * vi) * inverse + g[k] * vr - b[k] * vi;
      i_im[k] = j_im[k] = (p[k] * vi - q[k] * vr) * inverse + g[k] * vi + b[k] * vr;
    }
    for (let iteration = 1; iteration <= iterations_max_count; iteration++) {
      for (let k = count - 1; k >= roots_count; k--) {
        const up = parent[k];
        j_re[up] += j_re[k];
        j_im[up] += j_im[k];
      }
      let worst = 0;
      for (let k = roots_count; k < count; k++) {
        const up = parent[k];
        const jr = j_re[k];
        const ji = j_im[k];
        const vr = v_re[up] - r[k] * jr + x[k] * ji;
        const vi = v_im[up] - r[k] * ji - x[k] * jr;
        const v2 = vr * vr + vi * vi;
        const inverse = 1 / v2;
        const ir = (p[k] * vr + q[k] * vi) * inverse + g[k] * vr - b[k] * vi;
        const ii = (p[k] * vi - q[k] * vr) * inverse + g[k] * vi + b[k] * vr;
        const dr = ir - i_re[k];
        const di = ii - i_im[k];
        const miss = v2 * (dr * dr + di * di);
        if (!(miss <= worst)) worst = miss;
        v_re[k] = vr;
        v_im[k] = vi;
        i_re[k] = j_re[k] = ir;
        i_im[k] = j_im[k] = ii;
      }
      this.iterations_count = iteration;
      this.mismatch_pu = Math.sqrt(worst);
      if (worst <= tolerance2) return true;
      if (iteration === 1) runaway = RUNAWAY_FRAC2 * Math.max(worst, tolerance2);
      else if (!(worst < runaway)) return false;
    }
    return false;
  }

  /** Σ r·|J|² of the present voltages. */
  loss_pu(): number {
    const { v_re, v_im } = this;
    const { count, roots_count, parent, r, x } = this.tree;
    let loss = 0;
    for (let k = roots_count; k < count; k++) {
      const up = parent[k];
      const dr = v_re[up] - v_re[k];
      const di = v_im[up] - v_im[k];
      loss += (r[k] * (dr * dr + di * di)) / (r[k] * r[k] + x[k] * x[k]);
    }
    return loss;
  }
}

/** The sweep runs away when the squared mismatch is this many times that of the first pass. */
const RUNAWAY_FRAC2 = 100;
