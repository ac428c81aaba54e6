import type { SharedKernels } from '../linalg/shared-kernels.ts';
import type { CohortProblem, Memory } from './problem.ts';
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

/** Scratch space that one thread needs for `planChunk`. */
export const workspaceOf = (problem: CohortProblem): Float64Array => new Float64Array(workspaceCount(problem));

export const workspaceCount = ({ cohorts, steps_count }: CohortProblem): number =>
  cohorts.reduce((most, { form }) => Math.max(most, form.workspace_count(steps_count)), 0);

/** Device phase of one piece: p ← argmin f(p) + ½·ρ·‖p − (z + λ·dt/ρ)‖². Writes the rows of its own devices only. */
export function planChunk(
  problem: CohortProblem,
  state: CohortState,
  chunks: Chunks,
  piece: number,
  rho: number,
  work: Float64Array,
  kernels: SharedKernels | undefined,
): void {
  const cohort = problem.cohorts[chunks.cohort[piece]];
  const first = chunks.firstDevice[piece];
  const last = Math.min(first + devicesPerChunk_count, cohort.devices_count);
  const { form, values, firstTerminal } = cohort;
  const from = firstTerminal + first * form.terminals_count;
  const to = firstTerminal + last * form.terminals_count;
  gather(problem, state, from, to, problem.dt_h / rho, kernels);
  const at = from * problem.steps_count;
  if (kernels && form.proxBy) form.proxBy(kernels, values, first, last, problem, rho, state.power_kW, at, work);
  else form.prox(values, first, last, problem, rho, state.power_kW, at, work);
}

/** p ← z + share·λ on the rows of terminals first … last − 1. */
function gather(
  { netOf, steps_count: T }: CohortProblem,
  { power_kW: p, held_kW: z, price_cur_per_kWh: price }: CohortState,
  first: number,
  last: number,
  share: number,
  kernels: SharedKernels | undefined,
): void {
  if (kernels) {
    kernels.gatherRows(p.byteOffset, z.byteOffset, price.byteOffset, netOf.byteOffset, first, last, T, share);
    return;
  }
  for (let j = first; j < last; j++) {
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
 * Adds up m·p̄², Δz², p², z², m·λ² and the largest |Σ p| into its own place of `partial`, even and odd steps apart, as the kernel does
 * (balanceNets in packages/core/kernels/cohort-phases.ts: equal bits). Writes its own nets and their terminals only.
 * @param step - takes the step of z + λ·dt/ρ, Δz − α·p̄, [terminal][step]; empty: not wanted
 */
export function balanceChunk(
  problem: CohortProblem,
  state: CohortState,
  piece: number,
  rho: number,
  relaxation: number,
  partial: Float64Array,
  step: Float32Array,
  kernels: SharedKernels | undefined,
): void {
  const { first, last } = netsOfChunk(piece, problem.nets_count);
  const gain = (relaxation * rho) / problem.dt_h;
  const at = piece * sums.count;
  if (kernels) {
    const { netStart, netTerminals, steps_count } = problem;
    const [p, z, price] = [state.power_kW.byteOffset, state.held_kW.byteOffset, state.price_cur_per_kWh.byteOffset];
    const kept = step.length > 0 ? step.byteOffset : 0;
    const own = partial.byteOffset + 8 * at;
    kernels.balanceNets(p, z, price, kept, netStart.byteOffset, netTerminals.byteOffset, first, last, steps_count, gain, relaxation, own);
    return;
  }
  partial.fill(0, at, at + sums.count);
  for (let parity = 0; parity < 2; parity++) balanceSteps(problem, state, first, last, parity, gain, relaxation, partial, at, step);
}

/** Steps `parity`, `parity` + 2 … of the net phase at nets first … last − 1; adds its sums to `partial`. */
function balanceSteps(
  { netStart, netTerminals, steps_count: T }: CohortProblem,
  { power_kW: p, held_kW: z, price_cur_per_kWh: price }: CohortState,
  first: number,
  last: number,
  parity: number,
  gain: number,
  relaxation: number,
  partial: Float64Array,
  at: number,
  step: Float32Array,
): void {
  const keep = 1 - relaxation;
  const isWanted = step.length > 0;
  let primal = 0;
  let dual = 0;
  let power = 0;
  let held = 0;
  let priced = 0;
  let worst = 0;
  for (let n = first; n < last; n++) {
    const from = netStart[n];
    const to = netStart[n + 1];
    const m = to - from;
    if (m === 0) continue;
    for (let t = parity; t < T; t += 2) {
      let sum = 0;
      for (let q = from; q < to; q++) sum += p[netTerminals[q] * T + t];
      const size = Math.abs(sum);
      if (size > worst) worst = size;
      const mean = sum / m;
      const now = price[n * T + t] - gain * mean;
      price[n * T + t] = now;
      primal += m * mean * mean;
      priced += m * now * now;
      for (let q = from; q < to; q++) {
        const k = netTerminals[q] * T + t;
        const own = p[k];
        const before = z[k];
        const after = relaxation * (own - mean) + keep * before;
        z[k] = after;
        dual += (after - before) * (after - before);
        power += own * own;
        held += after * after;
        if (isWanted) step[k] = after - before - relaxation * mean;
      }
    }
  }
  partial[at + sums.primal] += primal;
  partial[at + sums.dual] += dual;
  partial[at + sums.power] += power;
  partial[at + sums.held] += held;
  partial[at + sums.price] += priced;
  partial[at + sums.worst] = Math.max(partial[at + sums.worst], worst);
}

/** Adds the pieces' sums up in their order: the same bits whoever made them. */
export function addUp(partial: Float64Array, total: Float64Array): void {
  total.fill(0);
  for (let at = 0; at < partial.length; at += sums.count) {
    for (let k = 0; k < sums.worst; k++) total[k] += partial[at + k];
    total[sums.worst] = Math.max(total[sums.worst], partial[at + sums.worst]);
  }
}
