import { denseLuSolve, denseMultiplyInto } from './dense.ts';
import { generalEigenInto, generalEigenWork_count } from './general-eigen.ts';

export interface RiccatiOutcome {
  /** `no-stable-half`: the Hamiltonian has eigenvalues on the imaginary axis, or its stable half has no solution: (A, B) cannot be stabilised. */
  readonly status: 'solved' | 'no-stable-half';
  /** @shape (n·n), symmetric */
  readonly x: Float64Array;
  /** ‖AᵀX + XA − X·G·X + Q‖ over the norm of its largest term. */
  readonly residual: number;
}

/**
 * The stabilising solution of the continuous algebraic Riccati equation  AᵀX + X·A − X·G·X + Q = 0,  G = B·R⁻¹·Bᵀ.
 *
 * X = U₂·U₁⁻¹, where the columns of (U₁; U₂) span the stable half of the Hamiltonian (A, −G; −Q, −Aᵀ): its eigenvectors, of a pair the real and the imaginary part.
 * @shape a, g, q (n·n, row-major); g and q symmetric
 * @cost about 28·(2n)³ flops; for n up to some tens
 * @source Laub, A Schur method for solving algebraic Riccati equations, IEEE Trans. Automatic Control 24 (1979), section II, with eigenvectors as in its predecessors
 */
export function continuousRiccati(a: Float64Array, g: Float64Array, q: Float64Array, n: number): RiccatiOutcome {
  const m = 2 * n;
  const hamiltonian = new Float64Array(m * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      hamiltonian[i * m + j] = a[i * n + j];
      hamiltonian[i * m + n + j] = -g[i * n + j];
      hamiltonian[(n + i) * m + j] = -q[i * n + j];
      hamiltonian[(n + i) * m + n + j] = -a[j * n + i];
    }
  }
  const re = new Float64Array(m);
  const im = new Float64Array(m);
  const vectors = new Float64Array(m * m);
  const none: RiccatiOutcome = { status: 'no-stable-half', x: new Float64Array(n * n), residual: Number.NaN };
  if (generalEigenInto(hamiltonian, m, re, im, vectors, new Float64Array(generalEigenWork_count(m))) >= 0) return none;
  // of a pair row k holds the real and row k + 1 the imaginary part
  const stable = [...re.keys()].filter((k) => re[k] < 0);
  if (stable.length !== n) return none;
  // Xᵀ from U₁ᵀ·Xᵀ = U₂ᵀ, X symmetric
  const upper = Float64Array.from({ length: n * n }, (_, k) => vectors[stable[Math.floor(k / n)] * m + (k % n)]);
  const lower = Float64Array.from({ length: n * n }, (_, k) => vectors[stable[Math.floor(k / n)] * m + n + (k % n)]);
  const found = denseLuSolve(upper, lower, n, n);
  if (found === undefined) return none;
  const x = Float64Array.from({ length: n * n }, (_, k) => 0.5 * (found[k] + found[(k % n) * n + Math.floor(k / n)]));
  return { status: 'solved', x, residual: residualOf(a, g, q, x, n) };
}

function residualOf(a: Float64Array, g: Float64Array, q: Float64Array, x: Float64Array, n: number): number {
  const xa = new Float64Array(n * n);
  const xg = new Float64Array(n * n);
  const xgx = new Float64Array(n * n);
  denseMultiplyInto(x, a, xa, n);
  denseMultiplyInto(x, g, xg, n);
  denseMultiplyInto(xg, x, xgx, n);
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const k = i * n + j;
      sum = Math.max(sum, Math.abs(xa[j * n + i] + xa[k] - xgx[k] + q[k]));
      largest = Math.max(largest, Math.abs(xa[k]), Math.abs(xgx[k]), Math.abs(q[k]));
    }
  }
  return sum / largest;
}
