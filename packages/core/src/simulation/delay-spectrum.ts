/**
 * Characteristic roots of a linearised plant with constant delays, and how much delay it bears.
 *
 * ẋ = A·x + Σ_k b_k·z_k(t − τ_k),  z_k(t) = c_k·x(t) + Σ_j d_kj·z_j(t − τ_j),  k the delayed inputs
 *
 * The past of every delayed value is carried by its values on Chebyshev nodes of [−τ_k, 0], moved by the differentiation matrix: eigenvalues of one matrix of order
 * n + N·channels converge to the rightmost roots faster than any power of 1/N. Only what comes back delayed needs a past, not all states. Where delayed inputs do not feed
 * delayed outputs at once (d = 0), inputs of one delay act through the few rows of A that they reach, and those sums are the channels.
 *
 * @source collocation: Breda, Maset, Vermiglio, Pseudospectral differencing methods for characteristic roots of delay differential equations, SIAM J. Sci. Comput. 27 (2005);
 *   differentiation matrix: Trefethen, Spectral Methods in MATLAB (2000), chapter 6
 */
import { CombinationError } from '../base/errors.ts';
import { linearise } from './jacobian.ts';
import { eigenvaluesOf } from './modes.ts';
import { type Plant, settleDelays } from './plant.ts';

/** A + delayed channels. @shape a (n·n); b (n·r), c (r·n), d (r·r), row-major */
export interface DelaySystem {
  readonly n: number;
  readonly a: Float64Array;
  readonly channels_count: number;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly d: Float64Array;
  readonly delay_s: Float64Array;
}

/**
 * The delayed linear system of a plant about a point.
 * @param inputs - default: those of the plant, and what is delayed as it is when nothing has moved for long
 * @throws {CombinationError} SIMULATION_METHOD when the plant has no delays
 */
export function delaySystemOf(plant: Plant, x: Float64Array, inputs?: Float64Array): DelaySystem {
  const { delays = [] } = plant;
  if (delays.length === 0) {
    throw new CombinationError({
      code: 'SIMULATION_METHOD',
      message: `"${plant.title}" has no delayed inputs`,
      hint: 'Close the loop with measureDelay_s or linkDelay_s, or look at its modes.',
    });
  }
  const u = inputs ?? new Float64Array(plant.inputs.length);
  if (inputs === undefined) {
    plant.inputsInto(u);
    settleDelays(plant, x, u);
  }
  const { n, m, a, b: bAll, c: cAll, d: dAll } = linearise(plant, x, u);
  const r = delays.length;
  const b = new Float64Array(n * r);
  const c = new Float64Array(r * n);
  const d = new Float64Array(r * r);
  delays.forEach(({ output, input }, k) => {
    for (let i = 0; i < n; i++) b[i * r + k] = bAll[i * m + input];
    for (let i = 0; i < n; i++) c[k * n + i] = cAll[output * n + i];
    delays.forEach((other, j) => {
      d[k * r + j] = dAll[output * m + other.input];
    });
  });
  return reduced({ n, a, channels_count: r, b, c, d, delay_s: Float64Array.from(delays, ({ delay_s }) => delay_s) });
}

/** The same system with one channel per delay and row of A that it reaches, where that is fewer and d = 0. */
function reduced(system: DelaySystem): DelaySystem {
  const { n, channels_count: r, b, c, d, delay_s } = system;
  if (d.some((entry) => entry !== 0)) return system;
  const rows: { row: number; tau_s: number; c: Float64Array }[] = [];
  for (const tau_s of new Set(delay_s)) {
    for (let i = 0; i < n; i++) {
      const sum = new Float64Array(n);
      let isReached = false;
      for (let k = 0; k < r; k++) {
        if (delay_s[k] !== tau_s || b[i * r + k] === 0) continue;
        isReached = true;
        for (let j = 0; j < n; j++) sum[j] += b[i * r + k] * c[k * n + j];
      }
      if (isReached) rows.push({ row: i, tau_s, c: sum });
    }
  }
  const count = rows.length;
  if (count >= r) return system;
  const unit = new Float64Array(n * count);
  const sums = new Float64Array(count * n);
  rows.forEach(({ row, c: sum }, k) => {
    unit[row * count + k] = 1;
    sums.set(sum, k * n);
  });
  return {
    ...system,
    channels_count: count,
    b: unit,
    c: sums,
    d: new Float64Array(count * count),
    delay_s: Float64Array.from(rows, ({ tau_s }) => tau_s),
  };
}

/** Nodes per channel: eight digits of roots with |λ|·τ up to about 6. */
const NODES = 12;

/**
 * Approximate characteristic roots, all delays multiplied by `scale`. Those far to the left are not to be trusted.
 * @cost 10·(n + N·channels)³ flops
 */
export function delayRoots(system: DelaySystem, scale = 1, nodes_count = NODES): { readonly re: Float64Array; readonly im: Float64Array } {
  const { n, a, channels_count: r, b, c, d, delay_s } = system;
  const N = nodes_count;
  const size = n + N * r;
  const matrix = new Float64Array(size * size);
  const derivative = chebyshevDerivative(N);
  // value of channel k at node j ≥ 1: the last node is the oldest
  const place = (k: number, j: number): number => n + k * N + j - 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * size + j] = a[i * n + j];
    for (let k = 0; k < r; k++) matrix[i * size + place(k, N)] += b[i * r + k];
  }
  for (let k = 0; k < r; k++) {
    const stretch = 2 / (scale * delay_s[k]);
    for (let j = 1; j <= N; j++) {
      const row = place(k, j) * size;
      for (let i = 1; i <= N; i++) matrix[row + place(k, i)] += stretch * derivative[j * (N + 1) + i];
      const now = stretch * derivative[j * (N + 1)];
      for (let i = 0; i < n; i++) matrix[row + i] += now * c[k * n + i];
      for (let other = 0; other < r; other++) matrix[row + place(other, N)] += now * d[k * r + other];
    }
  }
  return eigenvaluesOf(matrix, size);
}

/** Real and imaginary part of the rightmost root. */
export function rightmostRoot(
  system: DelaySystem,
  scale = 1,
  nodes_count = NODES,
): { readonly re_per_s: number; readonly im_rad_per_s: number } {
  const { re, im } = delayRoots(system, scale, nodes_count);
  let at = 0;
  for (let k = 1; k < re.length; k++) if (re[k] > re[at]) at = k;
  return { re_per_s: re[at], im_rad_per_s: Math.abs(im[at]) };
}

/** How far delays may grow. */
export interface DelayMargin {
  /** `unstable-without`: it is not even stable when delays vanish. `no-limit`: stable up to the largest delay that was tried. */
  readonly status: 'limited' | 'no-limit' | 'unstable-without';
  /** The largest delay at which it is still stable; all others keep their proportion to it. */
  readonly margin_s: number;
  /** With which it begins to oscillate there. */
  readonly im_rad_per_s: number;
}

const GROWTH = 1.4;
/** Delays that count as none, as part of the first that is tried. */
const NEARLY_NONE_FRAC = 1e-3;

/**
 * Bisects on the rightmost root, all delays in proportion. A root at zero that belongs to the law itself (consensus without a leader, a free mean voltage) does not
 * count: `neutral_per_s` is how far right a root may be.
 * @param limit_s - the largest delay that is tried
 * @cost about 20 to 40 calls of `delayRoots`
 */
export function delayMargin(
  system: DelaySystem,
  options: { readonly limit_s?: number; readonly neutral_per_s?: number; readonly nodes_count?: number } = {},
): DelayMargin {
  const { limit_s = 10, neutral_per_s = 1e-7, nodes_count = NODES } = options;
  const longest_s = Math.max(...system.delay_s);
  const rootAt = (tau_s: number) => rightmostRoot(system, tau_s / longest_s, nodes_count);
  const fast_per_s = Math.max(...system.a.map(Math.abs), 1);
  let stable_s = Math.min(1e-3, 1 / fast_per_s) * NEARLY_NONE_FRAC;
  if (rootAt(stable_s).re_per_s > neutral_per_s)
    return { status: 'unstable-without', margin_s: 0, im_rad_per_s: rootAt(stable_s).im_rad_per_s };
  let unstable_s = Math.max(stable_s * GROWTH, 1e-4);
  for (; rootAt(unstable_s).re_per_s <= neutral_per_s; unstable_s *= GROWTH) {
    stable_s = unstable_s;
    if (stable_s >= limit_s) return { status: 'no-limit', margin_s: stable_s, im_rad_per_s: rootAt(stable_s).im_rad_per_s };
  }
  while (unstable_s - stable_s > 1e-6 * unstable_s) {
    const middle_s = (stable_s + unstable_s) / 2;
    if (rootAt(middle_s).re_per_s > neutral_per_s) unstable_s = middle_s;
    else stable_s = middle_s;
  }
  return { status: 'limited', margin_s: stable_s, im_rad_per_s: rootAt(unstable_s).im_rad_per_s };
}

/** D of polynomials on the nodes cos(jπ/N). @shape [N + 1][N + 1] */
function chebyshevDerivative(N: number): Float64Array {
  const size = N + 1;
  const node = Float64Array.from({ length: size }, (_, j) => Math.cos((j * Math.PI) / N));
  const weight = (j: number): number => (j === 0 || j === N ? 2 : 1) * (j % 2 === 0 ? 1 : -1);
  const d = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) {
      if (i === j) continue;
      const entry = weight(i) / weight(j) / (node[i] - node[j]);
      d[i * size + j] = entry;
      sum += entry;
    }
    // rows of a derivative add up to zero
    d[i * size + i] = -sum;
  }
  return d;
}
