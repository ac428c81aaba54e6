import type { Cohort, CohortProblem, Memory } from './problem.ts';
import { ownMemory } from './problem.ts';

/**
 * Everything that changes from one iteration to the next; with the number of the iteration and ρ it is all there is.
 * @shape power, held (terminals × steps), [terminal][step] in kW; price (nets × steps), [net][step] in currency per kWh
 */
export interface CohortState {
  /** p: what devices plan. */
  readonly power_kW: Float64Array;
  /** z: the same, balanced at every net. */
  readonly held_kW: Float64Array;
  /** λ */
  readonly price_cur_per_kWh: Float64Array;
}

export function emptyState({ terminals_count, nets_count, steps_count }: CohortProblem, memory: Memory = ownMemory): CohortState {
  return {
    power_kW: memory.floats(terminals_count * steps_count),
    held_kW: memory.floats(terminals_count * steps_count),
    price_cur_per_kWh: memory.floats(nets_count * steps_count),
  };
}

/** Devices of one cohort that are asked together; their values stay in the nearest cache between gathering and answering. */
const devicesPerChunk_count = 64;
/** Nets whose sums are added up together. The size fixes the order of summation, and with it the bits. */
const netsPerChunk_count = 256;

/** Nets first … last − 1 of a piece of the net phase. */
export const netsOfChunk = (piece: number, nets_count: number): { first: number; last: number } => ({
  first: piece * netsPerChunk_count,
  last: Math.min(nets_count, (piece + 1) * netsPerChunk_count),
});

/** The work of an iteration in pieces that may be done in any order and by anyone. */
export interface Chunks {
  /** Cohort and first device of each piece of the device phase. */
  readonly cohort: Int32Array;
  readonly firstDevice: Int32Array;
  readonly devices_count: number;
  readonly nets_count: number;
}

export function chunksOf({ cohorts, nets_count }: CohortProblem): Chunks {
  const cohort: number[] = [];
  const firstDevice: number[] = [];
  cohorts.forEach(({ devices_count }, c) => {
    for (let i = 0; i < devices_count; i += devicesPerChunk_count) {
      cohort.push(c);
      firstDevice.push(i);
    }
  });
  return {
    cohort: Int32Array.from(cohort),
    firstDevice: Int32Array.from(firstDevice),
    devices_count: cohort.length,
    nets_count: Math.ceil(nets_count / netsPerChunk_count),
  };
}

/** Scratch space that one thread needs for `planChunk` and `balanceChunk`. */
export function workspaceOf({ cohorts, steps_count }: CohortProblem): Float64Array {
  return new Float64Array(cohorts.reduce((most, { form }) => Math.max(most, form.workspace_count(steps_count)), steps_count));
}

/** Device phase of one piece: p ← argmin f(p) + ½·ρ·‖p − (z + λ·dt/ρ)‖². Writes the rows of its own devices only. */
export function planChunk(
  problem: CohortProblem,
  state: CohortState,
  chunks: Chunks,
  piece: number,
  rho: number,
  work: Float64Array,
): void {
  const cohort = problem.cohorts[chunks.cohort[piece]];
  const first = chunks.firstDevice[piece];
  const last = Math.min(first + devicesPerChunk_count, cohort.devices_count);
  gather(problem, cohort, first, last, state.held_kW, state.price_cur_per_kWh, problem.dt_h / rho, state.power_kW);
  const at = (cohort.firstTerminal + first * cohort.form.terminals_count) * problem.steps_count;
  cohort.form.prox(cohort.values, first, last, problem, rho, state.power_kW, at, work);
}

/** p ← z + share·λ on the rows of devices first … last − 1. */
function gather(
  { netOf, steps_count: T }: CohortProblem,
  { form, firstTerminal }: Cohort,
  first: number,
  last: number,
  z: Float64Array,
  price: Float64Array,
  share: number,
  p: Float64Array,
): void {
  const end = firstTerminal + last * form.terminals_count;
  for (let j = firstTerminal + first * form.terminals_count; j < end; j++) {
    let n = netOf[j] * T;
    for (let k = j * T; k < (j + 1) * T; k++, n++) p[k] = z[k] + share * price[n];
  }
}

/** What `balanceChunk` adds up for each piece, in this order. */
export const sums = { primal: 0, dual: 1, power: 2, held: 3, price: 4, worst: 5, count: 6 } as const;

/**
 * Net phase of one piece, element-wise, with m terminals at the net:
 *
 *   p̄ = (1/m)·Σ p,   z ← α·(p − p̄) + (1 − α)·z,   λ ← λ − α·ρ·p̄/dt
 *
 * Adds up m·p̄², Δz², p², z², m·λ² and the largest |Σ p| into its own place of `partial`. Writes its own nets and their terminals only.
 * @param mean - scratch space, at least `steps_count` long
 * @param step - takes the step of z + λ·dt/ρ, Δz − α·p̄, [terminal][step]; empty: not wanted
 */
export function balanceChunk(
  problem: CohortProblem,
  { power_kW: p, held_kW: z, price_cur_per_kWh: price }: CohortState,
  piece: number,
  rho: number,
  relaxation: number,
  partial: Float64Array,
  mean: Float64Array,
  step: Float32Array,
): void {
  const { netStart, netTerminals, nets_count, steps_count: T, dt_h } = problem;
  const gain = (relaxation * rho) / dt_h;
  const keep = 1 - relaxation;
  const isWanted = step.length > 0;
  let primal = 0;
  let dual = 0;
  let power = 0;
  let held = 0;
  let priced = 0;
  let worst = 0;
  const { first, last } = netsOfChunk(piece, nets_count);
  for (let n = first; n < last; n++) {
    const from = netStart[n];
    const to = netStart[n + 1];
    const m = to - from;
    if (m === 0) continue;
    for (let t = 0; t < T; t++) mean[t] = 0;
    for (let q = from; q < to; q++) for (let t = 0, k = netTerminals[q] * T; t < T; t++, k++) mean[t] += p[k];
    for (let t = 0, k = n * T; t < T; t++, k++) {
      const size = Math.abs(mean[t]);
      if (size > worst) worst = size;
      mean[t] /= m;
      const now = price[k] - gain * mean[t];
      price[k] = now;
      primal += m * mean[t] * mean[t];
      priced += m * now * now;
    }
    for (let q = from; q < to; q++) {
      for (let t = 0, k = netTerminals[q] * T; t < T; t++, k++) {
        const own = p[k];
        const before = z[k];
        const after = relaxation * (own - mean[t]) + keep * before;
        z[k] = after;
        dual += (after - before) * (after - before);
        power += own * own;
        held += after * after;
        if (isWanted) step[k] = after - before - relaxation * mean[t];
      }
    }
  }
  const at = piece * sums.count;
  partial[at + sums.primal] = primal;
  partial[at + sums.dual] = dual;
  partial[at + sums.power] = power;
  partial[at + sums.held] = held;
  partial[at + sums.price] = priced;
  partial[at + sums.worst] = worst;
}

/** Adds the pieces' sums up in their order: the same bits whoever made them. */
export function addUp(partial: Float64Array, total: Float64Array): void {
  total.fill(0);
  for (let at = 0; at < partial.length; at += sums.count) {
    for (let k = 0; k < sums.worst; k++) total[k] += partial[at + k];
    total[sums.worst] = Math.max(total[sums.worst], partial[at + sums.worst]);
  }
}
