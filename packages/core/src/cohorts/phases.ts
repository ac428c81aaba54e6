import { type SharedKernelMemory, type SharedKernels, sharedKernels } from '../linalg/shared-kernels.ts';
import { emptySteps, jumpChunk, type KeptSteps, multiplyChunk, stepChunks_count } from './accelerate.ts';
import {
  balanceChunk,
  type Chunks,
  type CohortState,
  chunksOf,
  emptyState,
  planChunk,
  sums,
  workspaceCount,
  workspaceOf,
} from './iterate.ts';
import type { CohortProblem } from './problem.ts';
import { productsCount, StepProducts } from './step-products.ts';

/** Everything that the phases of a negotiation read and write; plain arrays, so that threads can share them. */
export interface CohortWork {
  readonly problem: CohortProblem;
  readonly state: CohortState;
  readonly steps: KeptSteps;
  /** Sums of the net phase, `sums.count` numbers per piece. */
  readonly partial: Float64Array;
  /** Products of all pairs of kept steps, per piece. */
  readonly products: Float64Array;
  /** Of the phase that runs: see `places`. */
  readonly parameters: Float64Array;
  readonly gamma: Float64Array;
  /** Of each thread a workspace; `hands` counts those that are taken. */
  readonly scratch: Float64Array;
  readonly hands: Int32Array;
  /** Addresses of the kept steps from the second on, for kernels. */
  readonly stepPlaces: Int32Array;
  /** In which all arrays of problem and work lie; undefined: the TypeScript twins do the work. */
  readonly kernelMemory: SharedKernelMemory | undefined;
}

/** ρ, α, and which of the kept steps the iteration is (−1: none). */
const places = { rho: 0, relaxation: 1, kept: 2, count: 3 } as const;

/** Threads that find a workspace in the kernels' memory; further ones use the twins. */
const handsMost_count = 64;

/** In the memory of the problem. */
export function emptyWork(problem: CohortProblem, memory_count: number): CohortWork {
  const { memory } = problem;
  const steps = emptySteps(problem, memory_count, memory);
  const work = {
    problem,
    state: emptyState(problem, memory),
    steps,
    partial: memory.floats(chunksOf(problem).nets_count * sums.count),
    products: memory.floats(steps.length > 0 ? stepChunks_count(problem) * productsCount(steps.length) : 0),
    parameters: memory.floats(places.count),
    gamma: memory.floats(memory_count),
    scratch: memory.floats(handsMost_count * workspaceCount(problem)),
    hands: memory.ints(1),
    stepPlaces: memory.ints(memory_count),
  };
  work.stepPlaces.set(steps.slice(1).map(({ byteOffset }) => byteOffset));
  return { ...work, kernelMemory: memory.kernels };
}

/** The phases of an iteration and of the jump after a cycle, in order. Pieces of a phase may be done in any order and by anyone. */
export const phaseTasks = { plan: 0, balance: 1, multiply: 2, jump: 3 } as const;
export type PhaseTask = (typeof phaseTasks)[keyof typeof phaseTasks];

const noStep = new Float32Array();

/** One thread's scratch space, and what it can do with it. */
export class PhaseHand {
  private readonly work: CohortWork;
  private readonly chunks: Chunks;
  private readonly scratch: Float64Array;
  private readonly by: StepProducts | undefined;
  private readonly kernels: SharedKernels | undefined;

  constructor(work: CohortWork) {
    this.work = work;
    this.chunks = chunksOf(work.problem);
    const own = Atomics.add(work.hands, 0, 1);
    const isPlaced = own < handsMost_count;
    const count = workspaceCount(work.problem);
    this.scratch = isPlaced ? work.scratch.subarray(own * count, (own + 1) * count) : workspaceOf(work.problem);
    this.kernels = isPlaced && work.kernelMemory ? sharedKernels(work.kernelMemory) : undefined;
    this.by = work.steps.length > 0 ? new StepProducts(work.steps.length) : undefined;
  }

  pieces_count(task: PhaseTask): number {
    if (task === phaseTasks.plan) return this.chunks.devices_count;
    return task === phaseTasks.multiply ? stepChunks_count(this.work.problem) : this.chunks.nets_count;
  }

  /** Pieces first … last − 1 of the phase. */
  do(task: PhaseTask, first: number, last: number): void {
    const { problem, state, steps, partial, products, parameters, gamma, stepPlaces } = this.work;
    const { chunks, scratch, by, kernels } = this;
    const rho = parameters[places.rho];
    const relaxation = parameters[places.relaxation];
    const step = steps[parameters[places.kept]] ?? noStep;
    for (let piece = first; piece < last; piece++) {
      if (task === phaseTasks.plan) planChunk(problem, state, chunks, piece, rho, scratch, kernels);
      else if (task === phaseTasks.balance) balanceChunk(problem, state, piece, rho, relaxation, partial, step, kernels);
      else if (task === phaseTasks.jump) jumpChunk(problem, state, steps, piece, rho, gamma, stepPlaces, kernels);
      else if (by) multiplyChunk(problem, steps, piece, by, products);
    }
  }
}

/** What `negotiateCohorts` asks for; each call returns when the whole phase is done. */
export interface Phases {
  readonly work: CohortWork;
  plan(rho: number): void;
  /** @param kept - which of the kept steps this one is; −1: none */
  balance(rho: number, relaxation: number, kept: number): void;
  multiply(): void;
  jump(rho: number, gamma: Float64Array): void;
}

/** @param run - carries out all pieces of a phase */
export function phasesOf(work: CohortWork, run: (task: PhaseTask) => void): Phases {
  const { parameters, gamma } = work;
  return {
    work,
    plan(rho) {
      parameters[places.rho] = rho;
      run(phaseTasks.plan);
    },
    balance(rho, relaxation, kept) {
      parameters[places.rho] = rho;
      parameters[places.relaxation] = relaxation;
      parameters[places.kept] = kept;
      run(phaseTasks.balance);
    },
    multiply: () => run(phaseTasks.multiply),
    jump(rho, weights) {
      parameters[places.rho] = rho;
      gamma.set(weights);
      run(phaseTasks.jump);
    },
  };
}

/** On this thread, piece after piece. */
export function phasesHere(work: CohortWork): Phases {
  const hand = new PhaseHand(work);
  return phasesOf(work, (task) => hand.do(task, 0, hand.pieces_count(task)));
}
