import type { Tree } from './tree.ts';

/** Scenarios that go through the tree together (measured: bench/powerflow, 8 is 1.5 times as fast as 1, 16 no faster). */
export const lanes_count = 8;

/** Passes without the exact mismatch before a group is given up to the one-by-one sweep. */
const FAST_PASSES_MAX_COUNT = 40;

/**
 * The sweep of `sweep.ts` for eight scenarios at once: each branch's data are read once per pass, and the eight
 * independent chains of additions hide each other's delay.
 *
 * All passes but the last look only at the largest |ΔV|; the last computes, per lane, what the passes miss of the power:
 * |ΔS_k| ≤ |S_k|·|ΔV_k|/|V_k(old)| + |y_k|·|V_k|·|ΔV_k|, with equality where there is no shunt.
 *
 * | symbol | variable |
 * |---|---|
 * | position k, lane w | index k·8 + w |
 * | S, V, J | as in `sweep.ts`; J is overwritten by the next I |
 * | Σ g_series·|ΔV|² over the branches | `loss_pu` per lane |
 * @unit  per unit
 * @cost  about 30 flops and one division per bus, lane and pass; no allocation
 * @source as `sweep.ts`
 */
export class SweepLanes {
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly v_re: Float64Array;
  readonly v_im: Float64Array;
  readonly loss_pu: Float64Array;
  readonly mismatch_pu: Float64Array;
  iterations_count = 0;
  private readonly tree: Tree;
  private readonly j_re: Float64Array;
  private readonly j_im: Float64Array;
  private readonly g_series: Float64Array;

  constructor(tree: Tree) {
    const zeros = () => new Float64Array(tree.count * lanes_count);
    this.tree = tree;
    this.p = zeros();
    this.q = zeros();
    this.v_re = zeros();
    this.v_im = zeros();
    this.j_re = zeros();
    this.j_im = zeros();
    this.loss_pu = new Float64Array(lanes_count);
    this.mismatch_pu = new Float64Array(lanes_count);
    this.g_series = tree.r.map((r, k) => (r === 0 ? 0 : r / (r * r + tree.x[k] * tree.x[k])));
  }

  /** Every lane at these voltages, one per position. */
  startFrom(v_re: Float64Array, v_im: Float64Array): void {
    for (let at = 0; at < this.v_re.length; at++) {
      const k = Math.floor(at / lanes_count);
      this.v_re[at] = v_re[k];
      this.v_im[at] = v_im[k];
    }
  }

  /** @returns true when all lanes have converged; otherwise no lane has a meaning */
  run(tolerance_pu: number): boolean {
    this.loadCurrents();
    const power_pu = this.largestPower();
    let before = Number.POSITIVE_INFINITY;
    for (let pass = 1; pass <= FAST_PASSES_MAX_COUNT; pass++) {
      this.backward();
      const change = Math.sqrt(this.forward());
      // The next pass shrinks the change as this one did, so it may be the exact one that ends the sweep.
      const expected = before === Number.POSITIVE_INFINITY ? change : change * Math.min(1, change / before);
      before = change;
      if (!(change < Number.POSITIVE_INFINITY)) return false;
      if (!(expected * power_pu <= tolerance_pu)) continue;
      this.backward();
      this.iterations_count = ++pass;
      if (this.forwardExact() <= tolerance_pu) return true;
    }
    return false;
  }

  /** Largest |S| + |y| of any bus and lane: how much power a change of voltage can miss. */
  private largestPower(): number {
    const { p, q } = this;
    const { g, b } = this.tree;
    let largest = 0;
    for (let at = 0; at < p.length; at++) {
      const size = p[at] * p[at] + q[at] * q[at];
      if (size > largest) largest = size;
    }
    let shunt = 0;
    for (let k = 0; k < g.length; k++) shunt = Math.max(shunt, g[k] * g[k] + b[k] * b[k]);
    return Math.sqrt(largest) + Math.sqrt(shunt);
  }

  private loadCurrents(): void {
    const { p, q, v_re, v_im, j_re, j_im } = this;
    const { count, roots_count, g, b } = this.tree;
    for (let k = roots_count; k < count; k++) {
      const gk = g[k];
      const bk = b[k];
      for (let at = k * lanes_count, end = at + lanes_count; at < end; at++) {
        const vr = v_re[at];
        const vi = v_im[at];
        const inverse = 1 / (vr * vr + vi * vi);
        j_re[at] = (p[at] * vr + q[at] * vi) * inverse + gk * vr - bk * vi;
        j_im[at] = (p[at] * vi - q[at] * vr) * inverse + gk * vi + bk * vr;
      }
    }
  }

  private backward(): void {
    const { j_re, j_im } = this;
    const { count, roots_count, parent } = this.tree;
    for (let k = count - 1; k >= roots_count; k--) {
      let up = parent[k] * lanes_count;
      for (let at = k * lanes_count, end = at + lanes_count; at < end; at++, up++) {
        j_re[up] += j_re[at];
        j_im[up] += j_im[at];
      }
    }
  }

  /** @returns the largest |ΔV|²; NaN when some lane has run away */
  private forward(): number {
    const { p, q, v_re, v_im, j_re, j_im } = this;
    const { count, roots_count, parent, r, x, g, b } = this.tree;
    let worst = 0;
    for (let k = roots_count; k < count; k++) {
      const rk = r[k];
      const xk = x[k];
      const gk = g[k];
      const bk = b[k];
      let up = parent[k] * lanes_count;
      for (let at = k * lanes_count, end = at + lanes_count; at < end; at++, up++) {
        const jr = j_re[at];
        const ji = j_im[at];
        const vr = v_re[up] - rk * jr + xk * ji;
        const vi = v_im[up] - rk * ji - xk * jr;
        const inverse = 1 / (vr * vr + vi * vi);
        j_re[at] = (p[at] * vr + q[at] * vi) * inverse + gk * vr - bk * vi;
        j_im[at] = (p[at] * vi - q[at] * vr) * inverse + gk * vi + bk * vr;
        const dr = vr - v_re[at];
        const di = vi - v_im[at];
        const change = dr * dr + di * di;
        if (!(change <= worst)) worst = change;
        v_re[at] = vr;
        v_im[at] = vi;
      }
    }
    return worst;
  }

  /** As `forward`, with mismatch and losses per lane. @returns the largest mismatch of all lanes */
  private forwardExact(): number {
    const { p, q, v_re, v_im, j_re, j_im, loss_pu, mismatch_pu, g_series } = this;
    const { count, roots_count, parent, r, x, g, b } = this.tree;
    loss_pu.fill(0);
    mismatch_pu.fill(0);
    for (let k = roots_count; k < count; k++) {
      const rk = r[k];
      const xk = x[k];
      const gk = g[k];
      const bk = b[k];
      const y = Math.sqrt(gk * gk + bk * bk);
      const gs = g_series[k];
      const first = k * lanes_count;
      const parentFirst = parent[k] * lanes_count;
      for (let w = 0; w < lanes_count; w++) {
        const at = first + w;
        const up = parentFirst + w;
        const jr = j_re[at];
        const ji = j_im[at];
        const fall_re = rk * jr - xk * ji;
        const fall_im = rk * ji + xk * jr;
        const vr = v_re[up] - fall_re;
        const vi = v_im[up] - fall_im;
        const v2 = vr * vr + vi * vi;
        const inverse = 1 / v2;
        j_re[at] = (p[at] * vr + q[at] * vi) * inverse + gk * vr - bk * vi;
        j_im[at] = (p[at] * vi - q[at] * vr) * inverse + gk * vi + bk * vr;
        const or = v_re[at];
        const oi = v_im[at];
        const dr = vr - or;
        const di = vi - oi;
        const s2 = p[at] * p[at] + q[at] * q[at];
        const missed = Math.sqrt(dr * dr + di * di) * (Math.sqrt(s2 / (or * or + oi * oi)) + y * Math.sqrt(v2));
        if (!(missed <= mismatch_pu[w])) mismatch_pu[w] = missed;
        loss_pu[w] += gs * (fall_re * fall_re + fall_im * fall_im);
        v_re[at] = vr;
        v_im[at] = vi;
      }
    }
    let worst = 0;
    for (let w = 0; w < lanes_count; w++) if (!(mismatch_pu[w] <= worst)) worst = mismatch_pu[w];
    return worst;
  }
}
