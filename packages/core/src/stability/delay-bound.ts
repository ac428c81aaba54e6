/**
 * How much delay a linear system bears when the delay may vary as it likes:  ẋ = A·x + A_d·x(t − τ(t)),  0 ≤ τ(t) ≤ h.
 *
 * Stable where P, S, R ≻ 0 and T exist with (R, T; T', R) ⪰ 0 and
 *
 *   | A'P + PA + S − R   P·A_d + R − T    T        h·A'R   |
 *   | *                  −2R + T + T'     R − T    h·A_d'R |  ≺ 0
 *   | *                  *                −S − R   0       |
 *   | *                  *                *        −R      |
 *
 * which follows from V = x'Px + ∫ x'Sx + h·∬ ẋ'Rẋ, Jensen's inequality on both halves of the delay and reciprocal convexity. Sufficient only: of ẋ = −x(t − τ) it certifies 1.3395, where 3/2 is true
 * for one common delay (Myshkis) and π/2 for a constant one. The largest h is found by bisection; each answer is measured by eigenvalues.
 * @source Park, Ko, Jeong, Reciprocally convex approach to stability of systems with time-varying delays, Automatica 47 (2011); Fridman, Introduction to Time-Delay Systems (2014), section 3.6
 */
import type { ReadySolver } from '../solvers/contract.ts';
import { type MatrixInequality, solveInequalities } from './matrix-inequality.ts';

export interface DelayBound {
  /** The largest delay that is certified; 0 when not even a short one is. */
  readonly bound_s: number;
  /** Not certified at this delay, which may be borne all the same. */
  readonly refused_s: number;
}

const BISECTIONS = 24;

/**
 * @param a, ad - A and A_d, row-major (n·n), in 1/s
 * @param limit_s - the largest delay that is tried
 * @cost BISECTIONS programmes with cones of orders 4n, 2n, n; for n up to about 4
 */
export function varyingDelayBound(a: Float64Array, ad: Float64Array, n: number, limit_s: number, solver: ReadySolver): DelayBound {
  let bound_s = 0;
  let refused_s = limit_s;
  for (let k = 0; k < BISECTIONS && refused_s - bound_s > 1e-6 * limit_s; k++) {
    const middle_s = k === 0 ? limit_s : 0.5 * (bound_s + refused_s);
    if (isCertified(a, ad, n, middle_s, solver)) bound_s = middle_s;
    else refused_s = middle_s;
    if (bound_s === limit_s) break;
  }
  return { bound_s, refused_s };
}

function isCertified(a: Float64Array, ad: Float64Array, n: number, h: number, solver: ReadySolver): boolean {
  const half = (n * (n + 1)) / 2;
  const symmetric = (x: Float64Array, from: number): Float64Array => {
    const out = new Float64Array(n * n);
    let at = from;
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++, at++) out[i * n + j] = out[j * n + i] = x[at];
    return out;
  };
  const read = (x: Float64Array) => ({
    p: symmetric(x, 0),
    s: symmetric(x, half),
    r: symmetric(x, 2 * half),
    t: x.slice(3 * half, 3 * half + n * n),
  });
  const inequalities: MatrixInequality[] = [
    { name: 'decrease', order: 4 * n, at: (x) => minusDecrease(a, ad, n, h, read(x)) },
    {
      name: 'convexity',
      order: 2 * n,
      at(x) {
        const { r, t } = read(x);
        const out = new Float64Array(4 * n * n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            out[i * 2 * n + j] = out[(n + i) * 2 * n + n + j] = r[i * n + j];
            out[i * 2 * n + n + j] = out[(n + j) * 2 * n + i] = t[i * n + j];
          }
        }
        return out;
      },
    },
    ...(['p', 's', 'r'] as const).map((name) => ({ name, order: n, at: (x: Float64Array) => read(x)[name] })),
  ];
  return solveInequalities(inequalities, new Array<number>(3 * half + n * n).fill(1), solver).status === 'feasible';
}

function minusDecrease(
  a: Float64Array,
  ad: Float64Array,
  n: number,
  h: number,
  { p, s, r, t }: { readonly p: Float64Array; readonly s: Float64Array; readonly r: Float64Array; readonly t: Float64Array },
): Float64Array {
  const width = 4 * n;
  const out = new Float64Array(width * width);
  const put = (row: number, column: number, i: number, j: number, value: number): void => {
    out[(row * n + i) * width + column * n + j] = -value;
    if (row !== column) out[(column * n + j) * width + row * n + i] = -value;
  };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const k = i * n + j;
      const turned = j * n + i;
      put(0, 0, i, j, product(p, a, n, i, j) + product(p, a, n, j, i) + s[k] - r[k]);
      put(0, 1, i, j, product(p, ad, n, i, j) + r[k] - t[k]);
      put(0, 2, i, j, t[k]);
      put(0, 3, i, j, h * product(r, a, n, j, i));
      put(1, 1, i, j, -2 * r[k] + t[k] + t[turned]);
      put(1, 2, i, j, r[k] - t[k]);
      put(1, 3, i, j, h * product(r, ad, n, j, i));
      put(2, 2, i, j, -s[k] - r[k]);
      put(3, 3, i, j, -r[k]);
    }
  }
  return out;
}

/** (L·R)_ij */
function product(left: Float64Array, right: Float64Array, n: number, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += left[i * n + k] * right[k * n + j];
  return sum;
}
