import { Worker } from 'node:worker_threads';
import {
  BugError,
  type CohortOptions,
  type CohortProblem,
  type CohortResult,
  type CohortServices,
  type CohortWork,
  CombinationError,
  cohortForms,
  emptyWork,
  kernelMemory,
  type Memory,
  negotiateCohorts,
  PhaseHand,
  type Phases,
  phasesOf,
} from '@gridflock/core';
import { endTask, helpWith, type SharedWork, words } from './shared-phases.ts';

const sharedArrays: Memory = {
  floats: (length) => new Float64Array(new SharedArrayBuffer(8 * length)),
  ints: (length) => new Int32Array(new SharedArrayBuffer(4 * length)),
  singles: (length) => new Float32Array(new SharedArrayBuffer(4 * length)),
};

/** Arrays that threads share, with kernels where they fit. A problem for `negotiateInThreads` is built with one of its own. */
export const sharedMemory = (): Memory => kernelMemory(sharedArrays);

/**
 * `negotiateCohorts` on several threads over shared memory, one barrier per phase; the same bits for any number of threads.
 *
 * The calling thread takes part, and blocks until the end: `onProgress` and `shouldStop` are its only view of the run.
 * @param problem - built with `sharedMemory`
 * @throws {CombinationError} COHORT_MEMORY, COHORT_FORM
 */
export async function negotiateInThreads(
  problem: CohortProblem,
  options: CohortOptions,
  threads_count: number,
  services: Omit<CohortServices, 'phases'> = {},
): Promise<CohortResult> {
  checkShared(problem);
  const shared: SharedWork = { work: emptyWork(problem, options.memory_count), control: sharedArrays.ints(words.count) };
  const helpers = Array.from({ length: Math.max(0, threads_count - 1) }, () => startHelper(shared));
  try {
    await Promise.all(helpers.map(({ ready }) => ready));
    return negotiateCohorts(problem, options, { ...services, phases: sharedPhases(shared, helpers.length) });
  } finally {
    start(shared.control, endTask);
    await Promise.all(helpers.map(({ ended }) => ended));
  }
}

/** Lets everyone loose on a phase, takes part, and waits for the last. */
function sharedPhases({ work, control }: SharedWork, helpers_count: number): Phases {
  const hand = new PhaseHand(work);
  return phasesOf(work, (task) => {
    start(control, task);
    helpWith(control, hand);
    for (let done = Atomics.load(control, words.done); done < helpers_count; done = Atomics.load(control, words.done)) {
      Atomics.wait(control, words.done, done);
    }
    if (Atomics.load(control, words.failed) === 0) return;
    throw new BugError({
      code: 'COHORT_THREAD',
      message: 'A thread of the negotiation failed',
      hint: 'Negotiate on one thread to see where.',
    });
  });
}

function start(control: Int32Array, task: number): void {
  Atomics.store(control, words.task, task);
  Atomics.store(control, words.next, 0);
  Atomics.store(control, words.done, 0);
  Atomics.add(control, words.generation, 1);
  Atomics.notify(control, words.generation);
}

/** Shared work as plain data: forms become names. */
export interface WorkOrder {
  readonly work: Omit<CohortWork, 'problem'>;
  readonly control: Int32Array;
  readonly problem: Omit<CohortProblem, 'cohorts' | 'memory'>;
  readonly cohorts: readonly (Omit<CohortProblem['cohorts'][number], 'form'> & { readonly form: string })[];
}

function startHelper({ work, control }: SharedWork): { readonly ready: Promise<void>; readonly ended: Promise<void> } {
  const { problem, ...plainWork } = work;
  const { cohorts, memory, ...plainProblem } = problem;
  const order: WorkOrder = {
    work: plainWork,
    control,
    problem: plainProblem,
    cohorts: cohorts.map((cohort) => ({ ...cohort, form: cohort.form.name })),
  };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: order, stdout: true, stderr: true });
  worker.stdout.pipe(process.stderr, { end: false });
  worker.stderr.pipe(process.stderr, { end: false });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  return { ready, ended };
}

function checkShared({ netOf, cohorts }: CohortProblem): void {
  if (!(netOf.buffer instanceof SharedArrayBuffer)) {
    throw new CombinationError({
      code: 'COHORT_MEMORY',
      message: 'The problem lies in memory that threads cannot share',
      hint: 'Build it with sharedMemory().',
    });
  }
  const foreign = cohorts.find(({ form }) => !cohortForms.includes(form));
  if (!foreign) return;
  throw new CombinationError({
    code: 'COHORT_FORM',
    message: `The form "${foreign.form.name}" cannot be sent to a thread`,
    where: foreign.name,
    hint: 'Negotiate on one thread with negotiateCohorts.',
  });
}
