import { axpyInto, dot } from './vector.ts';

/**
 * Solves K·x = b by flexible GMRES, where `precondition` nearly inverts K.
 *
 * For systems whose factor is that of a neighbour of K (regularised, or of an older matrix): a handful of steps where plain
 * refinement diverges. Owns 2·steps + 2 vectors, allocated when first needed; not re-entrant.
 *
 *   v₁ = r/‖r‖,  z_j = M⁻¹·v_j,  K·z_j = Σ_i h_ij·v_i,  x ← x + Z·argmin ‖β·e₁ − H·y‖
 * @shape x, b (n)
 * @cost per step one product, one preconditioning, 4·n·j flops in step j
 * @source Saad, Iterative Methods for Sparse Linear Systems (2003), algorithms 6.9 and 9.6
 */
export class FlexibleGmres {
  private readonly n: number;
  private readonly steps_max_count: number;
  private readonly h: Float64Array;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  private readonly right: Float64Array;
  private readonly v: Float64Array[] = [];
  private readonly z: Float64Array[] = [];

  constructor(n: number, steps_max_count: number) {
    this.n = n;
    this.steps_max_count = steps_max_count;
    this.h = new Float64Array((steps_max_count + 1) * steps_max_count);
    this.cos = new Float64Array(steps_max_count);
    this.sin = new Float64Array(steps_max_count);
    this.right = new Float64Array(steps_max_count + 1);
  }

  /**
   * @param x - a first guess on entry, the solution on return
   * @param multiplyInto - out ← K·x
   * @param precondition - overwrites its argument
   * @param residual_max - ends when ‖b − K·x‖₂ is at most this
   * @returns the estimate of ‖b − K·x‖₂; NaN when numbers overflowed
   */
  solveInto(
    b: Float64Array,
    x: Float64Array,
    multiplyInto: (x: Float64Array, out: Float64Array) => void,
    precondition: (x: Float64Array) => void,
    residual_max: number,
  ): number {
    const { n, steps_max_count: width, h, cos, sin, right, v, z } = this;
    v[0] ??= new Float64Array(n);
    multiplyInto(x, v[0]);
    for (let k = 0; k < n; k++) v[0][k] = b[k] - v[0][k];
    let norm = Math.sqrt(dot(v[0], v[0]));
    if (!(norm > residual_max)) return norm;
    for (let k = 0; k < n; k++) v[0][k] /= norm;
    right[0] = norm;
    let count = 0;
    while (count < width && norm > residual_max) {
      const j = count++;
      z[j] ??= new Float64Array(n);
      v[j + 1] ??= new Float64Array(n);
      z[j].set(v[j]);
      precondition(z[j]);
      multiplyInto(z[j], v[j + 1]);
      for (let i = 0; i <= j; i++) {
        const along = dot(v[i], v[j + 1]);
        h[i * width + j] = along;
        axpyInto(-along, v[i], v[j + 1]);
      }
      const rest = Math.sqrt(dot(v[j + 1], v[j + 1]));
      for (let i = 0; i < j; i++) {
        const upper = h[i * width + j];
        const lower = h[(i + 1) * width + j];
        h[i * width + j] = cos[i] * upper + sin[i] * lower;
        h[(i + 1) * width + j] = cos[i] * lower - sin[i] * upper;
      }
      const radius = Math.hypot(h[j * width + j], rest);
      if (!(radius > 0) || !Number.isFinite(radius)) {
        count--;
        break;
      }
      cos[j] = h[j * width + j] / radius;
      sin[j] = rest / radius;
      h[j * width + j] = radius;
      right[j + 1] = -sin[j] * right[j];
      right[j] *= cos[j];
      norm = Math.abs(right[j + 1]);
      if (rest > 0) for (let k = 0; k < n; k++) v[j + 1][k] /= rest;
    }
    for (let i = count - 1; i >= 0; i--) {
      let sum = right[i];
      for (let j = i + 1; j < count; j++) sum -= h[i * width + j] * right[j];
      right[i] = sum / h[i * width + i];
    }
    for (let j = 0; j < count; j++) axpyInto(right[j], z[j], x);
    return norm;
  }
}
