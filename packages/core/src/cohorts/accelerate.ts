import { denseLuInto, denseLuSolveInto } from '../linalg/dense.ts';
import type { SharedKernels } from '../linalg/shared-kernels.ts';
import { type CohortState, netsOfChunk } from './iterate.ts';
import type { CohortProblem, Memory } from './problem.ts';
import { ownMemory } from './problem.ts';
import { productsCount, type StepProducts } from './step-products.ts';

/**
 * Anderson acceleration (type II) in cycles. The iteration is a map v ← F(v) of v = z + λ·dt/ρ alone, of which z and λ are parts:
 * λ·dt/ρ is its mean at a net, z the rest. A cycle takes a few plain steps, then m + 1 whose steps g_i = F(v_i) − v_i are kept, then jumps:
 *
 *   v ← F(v_m) − Σ_{i<m} γ_i·g_{i+1},   γ = argmin ‖g_m − Σ γ_i·(g_{i+1} − g_i)‖² + ε·‖γ‖²
 *
 * As the steps between are plain, v_{i+1} − v_i = g_i, and one list holds both histories of the method: m + 1 numbers of single precision per value.
 * γ needs the products g_i·g_j only. Nothing is remembered from one cycle to the next.
 *
 * **Safeguard.** The n-th jump since ρ was changed is left out unless
 *
 *   ‖g_m‖ ≤ D·‖g_first‖·(n + 1)^−1.1   and   ‖Σ γ_i·g_{i+1}‖ ≤ C·‖g_m‖
 *
 * so lengths of all jumps have a finite sum, and an averaged map that is disturbed by a finite sum in all converges to a fixed point as the
 * undisturbed one does.
 * @source Walker, Ni, SIAM J. Numer. Anal. 49, 2011 (the method); Zhang, O'Donoghue, Boyd, SIAM J. Optim. 30, 2020, §4 (the first condition);
 * Combettes, in: Butnariu, Censor, Reich (eds.), Inherently Parallel Algorithms, 2001, Thm 3.1 (sums of errors)
 */
export interface Cycle {
  /** Plain steps before those that are kept. */
  readonly plain_count: number;
  /** m + 1, or 0 without acceleration. */
  readonly kept_count: number;
}

/** Plain steps let what a jump stirs up settle, so that the kept ones lie in one regime. */
const plain_count = 5;
/** Length of a cycle without acceleration: how often ρ is looked at. */
const cycleAlone_count = 10;
const ridge_frac = 1e-8;
const decreaseFactor = 100;
const decreaseExponent = 1.1;
const jumpMost_frac = 100;

export function cycleOf(memory_count: number): Cycle {
  return memory_count > 0 ? { plain_count, kept_count: memory_count + 1 } : { plain_count: cycleAlone_count, kept_count: 0 };
}

/** Steps g_0 … g_m of a cycle, [step of the cycle][terminal][step of the horizon] in kW. */
export type KeptSteps = readonly Float32Array[];

export function emptySteps({ terminals_count, steps_count }: CohortProblem, memory_count: number, memory: Memory = ownMemory): KeptSteps {
  return Array.from({ length: cycleOf(memory_count).kept_count }, () => memory.singles(terminals_count * steps_count));
}

/** Values whose products are added up together; fixes the order of summation. */
const valuesPerChunk_count = 32_768;

export const stepChunks_count = ({ terminals_count, steps_count }: CohortProblem): number =>
  Math.ceil((terminals_count * steps_count) / valuesPerChunk_count);

/** Products of all pairs of kept steps over one piece of the values, into its own place of `products`. */
export function multiplyChunk(problem: CohortProblem, steps: KeptSteps, piece: number, by: StepProducts, products: Float64Array): void {
  const first = piece * valuesPerChunk_count;
  const last = Math.min(problem.terminals_count * problem.steps_count, first + valuesPerChunk_count);
  by.into(steps, first, last, products, piece * productsCount(steps.length));
}

/**
 * The jump at the nets of one piece: v ← v − w with w = Σ γ_i·g_{i+1}, that is λ ← λ − ρ·w̄/dt and z ← z − (w − w̄). With kernels, jumpNets in
 * packages/core/kernels/cohort-phases.ts: equal bits.
 * @param gamma - m numbers
 * @param places - of g_1 … g_m in the kernels' memory
 */
export function jumpChunk(
  { netStart, netTerminals, nets_count, steps_count: T, dt_h }: CohortProblem,
  { held_kW: z, price_cur_per_kWh: price }: CohortState,
  steps: KeptSteps,
  piece: number,
  rho: number,
  gamma: Float64Array,
  places: Int32Array,
  kernels: SharedKernels | undefined,
): void {
  const { first, last } = netsOfChunk(piece, nets_count);
  const gain = rho / dt_h;
  const m = gamma.length;
  if (kernels) {
    const [start, list] = [netStart.byteOffset, netTerminals.byteOffset];
    kernels.jumpNets(z.byteOffset, price.byteOffset, places.byteOffset, gamma.byteOffset, m, start, list, first, last, T, gain);
    return;
  }
  for (let n = first; n < last; n++) {
    const from = netStart[n];
    const to = netStart[n + 1];
    if (from === to) continue;
    for (let t = 0; t < T; t++) {
      let sum = 0;
      for (let q = from; q < to; q++) {
        const k = netTerminals[q] * T + t;
        let part = 0;
        for (let i = 0; i < m; i++) part += gamma[i] * steps[i + 1][k];
        z[k] -= part;
        sum += part;
      }
      const mean = sum / (to - from);
      price[n * T + t] -= gain * mean;
      for (let q = from; q < to; q++) z[netTerminals[q] * T + t] += mean;
    }
  }
}

/** Decides about the jump of each cycle. What it remembers is part of a checkpoint. */
export class Jumps {
  /** Since ρ was changed. */
  jumps_count: number;
  /** ‖g_m‖ of the first cycle since ρ was changed; 0: none yet. */
  firstStep_kW: number;
  /** γ, after `decide` has said yes. */
  readonly gamma: Float64Array;
  private readonly m: number;
  private readonly total: Float64Array;
  private readonly matrix: Float64Array;
  private readonly pivotRow: Int32Array;

  constructor(memory_count: number, jumps_count = 0, firstStep_kW = 0) {
    this.m = memory_count;
    this.jumps_count = jumps_count;
    this.firstStep_kW = firstStep_kW;
    this.gamma = new Float64Array(memory_count);
    this.total = new Float64Array(productsCount(memory_count + 1));
    this.matrix = new Float64Array(memory_count * memory_count);
    this.pivotRow = new Int32Array(memory_count);
  }

  /** For a new ρ, whose map is another. */
  restart(): void {
    this.jumps_count = 0;
    this.firstStep_kW = 0;
  }

  /** Whether to jump, by the products of the pieces, added up in their order. */
  decide(products: Float64Array): boolean {
    const { m, total, gamma } = this;
    total.fill(0);
    for (let at = 0; at < products.length; at += total.length) for (let k = 0; k < total.length; k++) total[k] += products[at + k];
    if (!this.fit()) return false;
    const step_kW = Math.sqrt(this.product(m, m));
    if (this.firstStep_kW === 0) this.firstStep_kW = step_kW;
    let squared = 0;
    for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) squared += gamma[i] * gamma[j] * this.product(i + 1, j + 1);
    const hasFallen = step_kW <= decreaseFactor * this.firstStep_kW * (this.jumps_count + 1) ** -decreaseExponent;
    if (!(hasFallen && Math.sqrt(Math.max(0, squared)) <= jumpMost_frac * step_kW)) return false;
    this.jumps_count++;
    return true;
  }

  /** γ by the normal equations; false where they have no answer. */
  private fit(): boolean {
    const { m, matrix, gamma, pivotRow } = this;
    let trace = 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++) {
        matrix[i * m + j] = this.product(i + 1, j + 1) - this.product(i + 1, j) - this.product(i, j + 1) + this.product(i, j);
      }
      trace += matrix[i * m + i];
      gamma[i] = this.product(i + 1, m) - this.product(i, m);
    }
    if (!(trace > 0)) return false;
    for (let i = 0; i < m; i++) matrix[i * m + i] += ridge_frac * trace;
    if (denseLuInto(matrix, m, pivotRow) >= 0) return false;
    denseLuSolveInto(matrix, m, pivotRow, gamma);
    return true;
  }

  private product(i: number, j: number): number {
    return this.total[i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i];
  }
}
