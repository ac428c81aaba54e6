import { denseLuSolve } from './dense.ts';

export interface AndersonOptions {
  /** Differences that are remembered; default 5. */
  readonly history_count?: number;
  /** Share β of the plain step; default 1. Halved, down to a fiftieth, whenever |g| has grown, where `adapts` is true. */
  readonly damping_frac?: number;
  readonly adapts?: boolean;
}

/** |g| may grow by this much before the history is dropped. */
const GROWTH_MAX = 2;
const DAMPING_MIN_FRAC = 0.02;
/** Added to the diagonal of the normal equations, beside their largest entry. */
const REGULARISATION_FRAC = 1e-14;

/**
 * Anderson's acceleration of x ← f(x) with g = f(x) − x:
 *
 *   x ← x + β·g − Σ γ_j·(Δx_j + β·Δg_j),   γ = argmin ‖g − Σ γ_j·Δg_j‖
 *
 * Finds the fixed point of contractions in fewer evaluations, and that of many maps which are none. The history is dropped when ‖g‖ grows.
 * @cost history·size per step and a system of that order
 * @source Anderson, Iterative procedures for nonlinear integral equations, J. ACM 12 (1965); Walker, Ni, SIAM J. Numer. Anal. 49 (2011)
 */
export class AndersonAcceleration {
  private readonly size: number;
  private readonly history: number;
  private readonly adapts: boolean;
  private readonly dx: Float64Array[];
  private readonly dg: Float64Array[];
  private readonly x_before: Float64Array;
  private readonly g_before: Float64Array;
  private damping: number;
  private kept_count = 0;
  private steps_count = 0;
  private least = Number.POSITIVE_INFINITY;

  constructor(size: number, options: AndersonOptions = {}) {
    this.size = size;
    this.history = options.history_count ?? 5;
    this.damping = options.damping_frac ?? 1;
    this.adapts = options.adapts ?? false;
    const columns = () => Array.from({ length: this.history }, () => new Float64Array(size));
    this.dx = columns();
    this.dg = columns();
    this.x_before = new Float64Array(size);
    this.g_before = new Float64Array(size);
  }

  /** x ← the next point to evaluate f at. @shape x, g: the first `size` numbers count */
  advance(x: Float64Array, g: Float64Array): void {
    const { size, dx, dg, x_before, g_before } = this;
    const norm = Math.sqrt(dot(g, g, size));
    const grown = norm > GROWTH_MAX * this.least;
    if (grown) {
      this.kept_count = 0;
      this.least = norm;
      if (this.adapts) this.damping = Math.max(DAMPING_MIN_FRAC, this.damping / 2);
    } else {
      this.least = Math.min(this.least, norm);
      if (this.steps_count > 0 && this.history > 0) {
        const place = this.kept_count < this.history ? this.kept_count++ : this.shift();
        for (let i = 0; i < size; i++) {
          dx[place][i] = x[i] - x_before[i];
          dg[place][i] = g[i] - g_before[i];
        }
      }
    }
    this.steps_count++;
    for (let i = 0; i < size; i++) {
      x_before[i] = x[i];
      g_before[i] = g[i];
    }
    const gamma = this.leastSquares(g);
    const beta = this.damping;
    for (let i = 0; i < size; i++) x[i] += beta * g[i];
    for (let j = 0; gamma !== undefined && j < this.kept_count; j++) {
      const weight = gamma[j];
      const xj = dx[j];
      const gj = dg[j];
      for (let i = 0; i < size; i++) x[i] -= weight * (xj[i] + beta * gj[i]);
    }
  }

  /** Makes room for one more difference; the place that is free. */
  private shift(): number {
    const { dx, dg, history } = this;
    dx.push(...dx.splice(0, 1));
    dg.push(...dg.splice(0, 1));
    return history - 1;
  }

  /** γ by the normal equations; undefined without history. */
  private leastSquares(g: Float64Array): Float64Array | undefined {
    const { kept_count: m, dg, size } = this;
    if (m === 0) return undefined;
    const a = new Float64Array(m * m);
    const b = new Float64Array(m);
    let largest = 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j <= i; j++) a[i * m + j] = a[j * m + i] = dot(dg[i], dg[j], size);
      b[i] = dot(dg[i], g, size);
      largest = Math.max(largest, a[i * m + i]);
    }
    if (!(largest > 0)) return undefined;
    for (let i = 0; i < m; i++) a[i * m + i] += REGULARISATION_FRAC * largest;
    return denseLuSolve(a, b, m);
  }
}

function dot(a: Float64Array, b: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += a[i] * b[i];
  return sum;
}
