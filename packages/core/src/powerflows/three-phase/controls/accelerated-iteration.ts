import { denseLuSolve } from '../../../linalg/dense.ts';

const HISTORY_COUNT = 5;
/** Share of the plain step that is taken, and the least. */
const DAMPING_START_FRAC = 0.5;
const DAMPING_MIN_FRAC = 0.02;

/**
 * Anderson's acceleration of x ← f(x), safeguarded: next = (x + β·g) − Σ γ_j·(Δx_j + β·Δg_j) with g = f(x) − x and γ the least-squares solution of
 * Δg·γ = g. β is halved, and the history dropped, when |g| grows.
 *
 * Finds the fixed point of contractions fast and, unlike plain damping, that of steep maps (dq/dv of many inverters together beyond 1) as well.
 * @source Anderson, Iterative procedures for nonlinear integral equations, J. ACM 12 (1965); Walker, Ni, SIAM J. Numer. Anal. 49 (2011)
 */
export class AcceleratedIteration {
  private readonly dx: Float64Array[] = [];
  private readonly dg: Float64Array[] = [];
  private x_before: Float64Array | undefined;
  private g_before: Float64Array | undefined;
  private damping = DAMPING_START_FRAC;
  private least = Number.POSITIVE_INFINITY;

  /** The next x. @param g - f(x) − x */
  next(x: Float64Array, g: Float64Array): Float64Array {
    const size = norm(g);
    if (size > 2 * this.least) {
      this.damping = Math.max(DAMPING_MIN_FRAC, this.damping / 2);
      this.dx.length = 0;
      this.dg.length = 0;
      this.least = size;
    } else {
      this.least = Math.min(this.least, size);
      if (this.x_before && this.g_before) {
        this.dx.push(minus(x, this.x_before));
        this.dg.push(minus(g, this.g_before));
        if (this.dx.length > HISTORY_COUNT) {
          this.dx.shift();
          this.dg.shift();
        }
      }
    }
    this.x_before = x.slice();
    this.g_before = g.slice();
    const gamma = this.leastSquares(g);
    return x.map((value, i) => {
      let sum = value + this.damping * g[i];
      gamma?.forEach((weight, j) => {
        sum -= weight * (this.dx[j][i] + this.damping * this.dg[j][i]);
      });
      return sum;
    });
  }

  /** Normal equations with a little regularisation; undefined without history. */
  private leastSquares(g: Float64Array): Float64Array | undefined {
    const m = this.dg.length;
    if (m === 0) return undefined;
    const a = new Float64Array(m * m);
    const b = new Float64Array(m);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++) a[i * m + j] = dot(this.dg[i], this.dg[j]);
      b[i] = dot(this.dg[i], g);
    }
    let trace = 0;
    for (let i = 0; i < m; i++) trace = Math.max(trace, a[i * m + i]);
    for (let i = 0; i < m; i++) a[i * m + i] += 1e-14 * trace;
    return trace > 0 ? (denseLuSolve(a, b, m) ?? undefined) : undefined;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));
const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]);
