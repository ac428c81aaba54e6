import type { Wires } from './wires.ts';

/**
 * Power injected at every bus by given voltages, one visit per connected pair of buses.
 *
 * With V_i = e_i + jf_i, c = e_i·e_j + f_i·f_j = v_i·v_j·cos θ_ij, s = f_i·e_j − e_i·f_j = v_i·v_j·sin θ_ij:
 *   a_ij = G_ij·c + B_ij·s    b_ij = G_ij·s − B_ij·c
 *   P_i = G_ii·v_i² + Σ_j a_ij    Q_i = −B_ii·v_i² + Σ_j b_ij
 * a and b are also every off-diagonal entry of the Jacobian, so they are kept.
 *
 * | symbol | variable |
 * |---|---|
 * | i, j of pair k | `first[k]`, `second[k]` |
 * | G_ij + jB_ij, G_ji + jB_ji | `g_ij + j b_ij`, `g_ji + j b_ji` |
 * | G_ii + jB_ii (shunts included) | `g_ii + j b_ii` |
 * | a_ij, b_ij, a_ji, b_ji | `terms[4k … 4k+3]` |
 * @unit  per unit
 * @cost  about 20 flops per pair and one sine and cosine per bus, no allocation
 * @source Tinney, Hart, Power Flow Solution by Newton's Method, IEEE Trans. PAS-86 (1967), eq. 1–4
 */
export class Balance {
  readonly buses_count: number;
  readonly pairs_count: number;
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly g_ii: Float64Array;
  readonly b_ii: Float64Array;
  /** Injection found by the last `evaluate`. */
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** a_ij, b_ij, a_ji, b_ji of each pair found by the last `evaluate`. */
  readonly terms: Float64Array;
  private readonly y: Float64Array;
  private readonly e: Float64Array;
  private readonly f: Float64Array;

  constructor(wires: Wires) {
    const { buses_count: nB, branches_count: nL, live, from, to } = wires;
    this.buses_count = nB;
    this.g_ii = wires.shunt_g.slice();
    this.b_ii = wires.shunt_b.slice();
    const lines = Array.from({ length: nL }, (_, l) => l).filter((l) => live[l] && from[l] !== to[l]);
    const low = (l: number) => Math.min(from[l], to[l]);
    const high = (l: number) => Math.max(from[l], to[l]);
    lines.sort((k, l) => low(k) - low(l) || high(k) - high(l) || k - l);
    const first: number[] = [];
    const second: number[] = [];
    const y: number[] = [];
    for (const l of lines) {
      const i = low(l);
      const j = high(l);
      const last = first.length - 1;
      if (last < 0 || first[last] !== i || second[last] !== j) {
        first.push(i);
        second.push(j);
        y.push(0, 0, 0, 0);
      }
      const at = y.length - 4;
      const forward = from[l] === i;
      y[at] += forward ? wires.y_ft_re[l] : wires.y_tf_re[l];
      y[at + 1] += forward ? wires.y_ft_im[l] : wires.y_tf_im[l];
      y[at + 2] += forward ? wires.y_tf_re[l] : wires.y_ft_re[l];
      y[at + 3] += forward ? wires.y_tf_im[l] : wires.y_ft_im[l];
    }
    for (let l = 0; l < nL; l++) {
      if (!live[l]) continue;
      this.g_ii[from[l]] += wires.y_ff_re[l];
      this.b_ii[from[l]] += wires.y_ff_im[l];
      this.g_ii[to[l]] += wires.y_tt_re[l];
      this.b_ii[to[l]] += wires.y_tt_im[l];
      if (from[l] !== to[l]) continue;
      this.g_ii[from[l]] += wires.y_ft_re[l] + wires.y_tf_re[l];
      this.b_ii[from[l]] += wires.y_ft_im[l] + wires.y_tf_im[l];
    }
    this.pairs_count = first.length;
    this.first = Int32Array.from(first);
    this.second = Int32Array.from(second);
    this.y = Float64Array.from(y);
    this.terms = new Float64Array(4 * first.length);
    this.p = new Float64Array(nB);
    this.q = new Float64Array(nB);
    this.e = new Float64Array(nB);
    this.f = new Float64Array(nB);
  }

  /** @shape v, theta (buses) */
  evaluate(v: Float64Array, theta: Float64Array): void {
    const { first, second, y, terms, p, q, e, f, g_ii, b_ii, buses_count: nB, pairs_count: nK } = this;
    for (let b = 0; b < nB; b++) {
      const vb = v[b];
      const tb = theta[b];
      e[b] = vb * Math.cos(tb);
      f[b] = vb * Math.sin(tb);
      p[b] = g_ii[b] * vb * vb;
      q[b] = -b_ii[b] * vb * vb;
    }
    for (let k = 0, at = 0; k < nK; k++, at += 4) {
      const i = first[k];
      const j = second[k];
      const ei = e[i];
      const fi = f[i];
      const ej = e[j];
      const fj = f[j];
      const c = ei * ej + fi * fj;
      const s = fi * ej - ei * fj;
      const g_ij = y[at];
      const b_ij = y[at + 1];
      const g_ji = y[at + 2];
      const b_ji = y[at + 3];
      const aij = g_ij * c + b_ij * s;
      const bij = g_ij * s - b_ij * c;
      const aji = g_ji * c - b_ji * s;
      const bji = -g_ji * s - b_ji * c;
      terms[at] = aij;
      terms[at + 1] = bij;
      terms[at + 2] = aji;
      terms[at + 3] = bji;
      p[i] += aij;
      q[i] += bij;
      p[j] += aji;
      q[j] += bji;
    }
  }
}
