import { NumericalError } from '../base/errors.ts';
import { complexInverse, complexMatrix } from '../linalg/complex-dense.ts';
import { generalEigenInto, generalEigenWork_count } from '../linalg/general-eigen.ts';
import { linearise } from './jacobian.ts';
import type { Plant } from './plant.ts';

/** A mode of ẋ = A·x: an eigenvalue, and which states take part in it. */
export interface Mode {
  /** Real part; below zero it decays. */
  readonly re_per_s: number;
  readonly im_rad_per_s: number;
  readonly frequency_Hz: number;
  /** −Re λ/|λ|; 1 for a real decaying mode. */
  readonly damping_frac: number;
  /** Share of each state, the largest first, adding up to 1; empty where eigenvectors are parallel. */
  readonly participation: readonly { readonly state: string; readonly share_frac: number }[];
}

/** Shares below this are left out of `participation`. */
const SHARE_LEAST_FRAC = 1e-3;

/**
 * The modes at a point, the slowest decaying first; of a conjugate pair only the one with Im λ > 0.
 *
 * Participation of state i in mode k: |w_ki·v_ik| / Σ_i |w_ki·v_ik|, with right eigenvectors v and the rows w of their inverse. It does
 * not depend on the units of states.
 * @cost 28·n³ flops for eigenvectors, 8·n³ for the inverse: for n up to some hundreds
 * @throws {NumericalError} SIMULATION_NOT_FINITE when the Jacobian is not finite at the point
 * @source Pérez-Arriaga, Verghese, Schweppe, Selective modal analysis, IEEE Trans. PAS-101 (1982)
 */
export function modesAt(plant: Plant, x: Float64Array, u: Float64Array): Mode[] {
  const { n, a } = linearise(plant, x, u);
  return modesOf(
    a,
    plant.states.map(({ name }) => name),
    n,
  );
}

/** The modes of a matrix whose rows belong to named states. @throws {NumericalError} SIMULATION_NOT_FINITE */
export function modesOf(a: Float64Array, states: readonly string[], n = states.length): Mode[] {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  if (generalEigenInto(a, n, re, im, vectors, new Float64Array(generalEigenWork_count(n))) >= 0) throw notFinite(a, states);
  const shares = sharesOf(vectors, im, n);
  const modes: Mode[] = [];
  for (let k = 0; k < n; k++) {
    if (im[k] < 0) continue;
    const size = Math.hypot(re[k], im[k]);
    const participation =
      shares === undefined
        ? []
        : states
            .map((state, i) => ({ state, share_frac: shares[k * n + i] }))
            .filter(({ share_frac }) => share_frac >= SHARE_LEAST_FRAC)
            .sort((one, other) => other.share_frac - one.share_frac);
    modes.push({
      re_per_s: re[k],
      im_rad_per_s: im[k],
      frequency_Hz: im[k] / (2 * Math.PI),
      damping_frac: size === 0 ? 0 : -re[k] / size,
      participation,
    });
  }
  return modes.sort((one, other) => other.re_per_s - one.re_per_s || one.im_rad_per_s - other.im_rad_per_s);
}

/** Eigenvalues alone, as real and imaginary parts, in no promised order. @throws {NumericalError} SIMULATION_NOT_FINITE */
export function eigenvaluesOf(a: Float64Array, n: number): { readonly re: Float64Array; readonly im: Float64Array } {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  if (generalEigenInto(a, n, re, im, new Float64Array(n * n), new Float64Array(generalEigenWork_count(n)), 'values') >= 0) {
    throw notFinite(a, []);
  }
  return { re, im };
}

/** The largest real part. */
export const abscissaOf = (a: Float64Array, n: number): number =>
  eigenvaluesOf(a, n).re.reduce((most, each) => Math.max(most, each), -Infinity);

/** [mode][state], rows adding up to 1; rows of V are brought to one length first, which changes no product w·v. */
function sharesOf(vectors: Float64Array, im: Float64Array, n: number): Float64Array | undefined {
  const v = complexMatrix(n);
  for (let k = 0; k < n; k++) {
    const real = im[k] < 0 ? k - 1 : k;
    for (let i = 0; i < n; i++) {
      v.re[i * n + k] = vectors[real * n + i];
      v.im[i * n + k] = im[k] === 0 ? 0 : Math.sign(im[k]) * vectors[(real + 1) * n + i];
    }
  }
  for (let i = 0; i < n; i++) {
    let length = 0;
    for (let k = i * n; k < i * n + n; k++) length = Math.hypot(length, v.re[k], v.im[k]);
    for (let k = i * n; k < i * n + n; k++) {
      v.re[k] /= length || 1;
      v.im[k] /= length || 1;
    }
  }
  const w = complexInverse(v);
  if (w === undefined) return undefined;
  const shares = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    let total = 0;
    for (let i = 0; i < n; i++) {
      const share = Math.hypot(w.re[k * n + i], w.im[k * n + i]) * Math.hypot(v.re[i * n + k], v.im[i * n + k]);
      shares[k * n + i] = share;
      total += share;
    }
    for (let i = 0; i < n; i++) shares[k * n + i] /= total;
  }
  return shares;
}

function notFinite(a: Float64Array, states: readonly string[]): NumericalError {
  const at = a.findIndex((entry) => !Number.isFinite(entry));
  const state = states[Math.floor(at / Math.max(1, states.length))];
  return new NumericalError({
    code: 'SIMULATION_NOT_FINITE',
    message: `The equations cannot be linearised here${state === undefined ? '' : `: the rate of ${state} has no finite derivative`}`,
    hint: 'Look at the point: a voltage of zero, or a state that has blown up.',
  });
}
