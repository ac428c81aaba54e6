/**
 * Design and certificate of unified event-triggered control (controllers/unified): gain from a Riccati equation, trigger and Lyapunov function from matrix inequalities,
 * and the check of all of it by eigenvalues alone.
 *
 * Sampled with h, in coordinates of an eigenvalue λ > 0 of the Laplacian:  x⁺ = A_c·x + M·e,  A_c = F + λ·G·K,  M = λ·G·K,  κ = λ·(x + e)
 * Between events e'Se ≤ δ·κ'Sκ + ν·β, and β⁺ = e^(−h)·β + (1 − e^(−h))·κ'Wκ. With V = Σ x'Px + Σ β/(1 − e^(−h)):
 *   ΔV ≤ Σ (x; e)'·Ω·(x; e) − (1 − ν)·Σ β,  Ω = (A_c'PA_c − P + T, A_c'PM + T; *, M'PM + T − S),  T = λ²·(δ·S + W)
 * so V decreases where Ω ≺ 0 for every λ, P, S, W ≻ 0 and ν ≤ 1.
 *
 * | symbol | shape | meaning |
 * |---|---|---|
 * | F, G | 3·3, 3 | exact hold of three integrators in a row |
 * | K | 3 | −(0.75/λ₂)·B'X, X of the Riccati equation |
 * | P, S, W | 3·3 | S = s·K'K + s₀·I, W = w·I when designed here |
 * @source the lecture named in controllers/unified; S-procedure: Boyd, El Ghaoui, Feron, Balakrishnan, Linear Matrix Inequalities in System and Control Theory (1994), section 2.6.3; the discrete
 *   certificate with fixed K is ours
 */
import { generalEigenInto, generalEigenWork_count } from '../linalg/general-eigen.ts';
import { continuousRiccati } from '../linalg/riccati.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { leastEigenvalue, type MatrixInequality, solveInequalities } from './matrix-inequality.ts';

const N = 3;

export interface TriggerSystem {
  /** Nonzero eigenvalues of the Laplacian, each once. */
  readonly lambdas: readonly number[];
  /** Period over the pace of the law. */
  readonly period_frac: number;
  readonly delta_frac: number;
  /** Weights of energies, powers, ramps in the Riccati equation. */
  readonly weights: readonly [number, number, number];
}

export interface Certificate {
  readonly gain: Float64Array;
  readonly p: Float64Array;
  readonly s: Float64Array;
  readonly w: Float64Array;
}

export interface TriggerDesign extends Certificate {
  readonly status: 'certified' | 'not-certified';
  /** s, s₀ and w of the law. */
  readonly trigger: { readonly s_frac: number; readonly s0_frac: number; readonly w_frac: number };
  /** Smallest eigenvalue of all that must be positive. */
  readonly margin: number;
}

/** Part of the gain that the Riccati equation gives; it has a margin of a half downwards. */
const GAIN_USED_FRAC = 0.75;
/** Scale of P, S and W; the inequalities are homogeneous. */
const SIZE = 1000;

/** K = −(0.75/λ₂)·B'X. */
export function unifiedGain({ lambdas, weights }: Pick<TriggerSystem, 'lambdas' | 'weights'>): Float64Array {
  const shift = Float64Array.of(0, 1, 0, 0, 0, 1, 0, 0, 0);
  const g = Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1);
  const q = Float64Array.of(weights[0], 0, 0, 0, weights[1], 0, 0, 0, weights[2]);
  const { x } = continuousRiccati(shift, g, q, N);
  return Float64Array.from({ length: N }, (_, j) => (-GAIN_USED_FRAC / Math.min(...lambdas)) * x[2 * N + j]);
}

/** Largest modulus of the eigenvalues of F + λ·G·K over all λ: below 1 the law is stable when everybody speaks at every act. */
export function sampledRadius({ lambdas, period_frac }: Pick<TriggerSystem, 'lambdas' | 'period_frac'>, gain: Float64Array): number {
  const re = new Float64Array(N);
  const im = new Float64Array(N);
  let radius = 0;
  for (const lambda of lambdas) {
    const { closed } = sampled(lambda, period_frac, gain);
    generalEigenInto(closed, N, re, im, new Float64Array(N * N), new Float64Array(generalEigenWork_count(N)), 'values');
    for (let k = 0; k < N; k++) radius = Math.max(radius, Math.hypot(re[k], im[k]));
  }
  return radius;
}

/** Smallest eigenvalue of P, S, W and −Ω of every λ: above zero, the certificate holds. No solver is asked. */
export function certifiedMargin(system: Omit<TriggerSystem, 'weights'>, { gain, p, s, w }: Certificate): number {
  const omegas = system.lambdas.map((lambda) => leastEigenvalue(minusOmega(lambda, system, gain, p, s, w), 2 * N));
  return Math.min(...omegas, ...[p, s, w].map((matrix) => leastEigenvalue(matrix, N)));
}

/** Gain, trigger and certificate for a graph and a period; `not-certified` when the inequalities have no solution. */
export function designTrigger(system: TriggerSystem, solver: ReadySolver): TriggerDesign {
  const gain = unifiedGain(system);
  const matricesOf = (x: Float64Array): { p: Float64Array; s: Float64Array; w: Float64Array } => ({
    p: Float64Array.of(x[0], x[1], x[2], x[1], x[3], x[4], x[2], x[4], x[5]),
    s: square((i, j) => x[6] * gain[i] * gain[j] + (i === j ? x[7] : 0)),
    w: square((i, j) => (i === j ? x[8] : 0)),
  });
  const inequalities: MatrixInequality[] = [
    ...system.lambdas.map((lambda) => ({
      name: `decrease at λ = ${lambda}`,
      order: 2 * N,
      at(x: Float64Array) {
        const { p, s, w } = matricesOf(x);
        return minusOmega(lambda, system, gain, p, s, w);
      },
    })),
    ...(['p', 's', 'w'] as const).map((name) => ({ name, order: N, at: (x: Float64Array) => matricesOf(x)[name] })),
  ];
  const { status, x } = solveInequalities(inequalities, new Array<number>(9).fill(SIZE), solver);
  const { p, s, w } = matricesOf(x);
  const margin = certifiedMargin(system, { gain, p, s, w });
  return {
    status: status === 'feasible' && margin > 0 ? 'certified' : 'not-certified',
    gain,
    p,
    s,
    w,
    trigger: { s_frac: x[6], s0_frac: x[7], w_frac: x[8] },
    margin,
  };
}

function sampled(lambda: number, h: number, gain: Float64Array): { readonly closed: Float64Array; readonly pushed: Float64Array } {
  const hold = [(h * h * h) / 6, (h * h) / 2, h];
  const pushed = square((i, j) => lambda * hold[i] * gain[j]);
  const free = [1, h, (h * h) / 2, 0, 1, h, 0, 0, 1];
  return { closed: pushed.map((entry, k) => entry + free[k]), pushed };
}

function minusOmega(
  lambda: number,
  { period_frac, delta_frac }: Pick<TriggerSystem, 'period_frac' | 'delta_frac'>,
  gain: Float64Array,
  p: Float64Array,
  s: Float64Array,
  w: Float64Array,
): Float64Array {
  const { closed, pushed } = sampled(lambda, period_frac, gain);
  const out = new Float64Array(4 * N * N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      const k = i * N + j;
      const t = lambda * lambda * (delta_frac * s[k] + w[k]);
      const put = (row: number, column: number, value: number): void => {
        out[row * 2 * N + column] = -value;
      };
      put(i, j, form(closed, p, closed, i, j) - p[k] + t);
      const mixed = form(closed, p, pushed, i, j) + t;
      put(i, N + j, mixed);
      put(N + j, i, mixed);
      put(N + i, N + j, form(pushed, p, pushed, i, j) + t - s[k]);
    }
  }
  return out;
}

/** (LᵀPR)_ij */
function form(left: Float64Array, p: Float64Array, right: Float64Array, i: number, j: number): number {
  let sum = 0;
  for (let a = 0; a < N; a++) for (let b = 0; b < N; b++) sum += left[a * N + i] * p[a * N + b] * right[b * N + j];
  return sum;
}

const square = (entry: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: N * N }, (_, k) => entry(Math.floor(k / N), k % N));
