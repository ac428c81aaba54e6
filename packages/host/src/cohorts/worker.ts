// A helper of negotiateInThreads: waits for a phase, takes pieces of it, says when there are none left.
import { parentPort, workerData } from 'node:worker_threads';
import { type CohortProblem, cohortForms, ownMemory, PhaseHand } from '@gridflock/core';
import { endTask, helpWith, words } from './shared-phases.ts';
import type { WorkOrder } from './threads.ts';

const order = workerData as WorkOrder;
const cohorts = order.cohorts.map((cohort) => {
  const form = cohortForms.find(({ name }) => name === cohort.form);
  if (!form) throw new Error(`no form ${cohort.form}`);
  return { ...cohort, form };
});
const problem: CohortProblem = { ...order.problem, cohorts, memory: ownMemory };
const hand = new PhaseHand({ ...order.work, problem });
const { control } = order;

let seen = Atomics.load(control, words.generation);
parentPort?.postMessage('ready');
while (Atomics.load(control, words.task) !== endTask) {
  Atomics.wait(control, words.generation, seen);
  seen = Atomics.load(control, words.generation);
  if (Atomics.load(control, words.task) === endTask) break;
  try {
    helpWith(control, hand);
  } catch {
    Atomics.store(control, words.failed, 1);
  }
  Atomics.add(control, words.done, 1);
  Atomics.notify(control, words.done);
}
