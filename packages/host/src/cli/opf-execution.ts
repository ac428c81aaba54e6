import {
  autoPowerFlow,
  type Catalog,
  CombinationError,
  type OpfProgress,
  prepareThreePhase,
  type Solver,
  solveFeederOpf,
  solveOpf,
} from '@gridflock/core';
import type { OpfOutcome, OpfWorkerData } from './opf-thread.ts';
import type { Progress } from './progress.ts';

const reportEvery_ms = 100;
const phases = { program: 'solving', search: 'looking for an AC point' } as const;

/** Gives an optimal power flow its solver, a clock, and ears for the user. */
export async function executeOpf(order: OpfWorkerData, catalog: Catalog, onReport: (progress: Progress) => void): Promise<OpfOutcome> {
  const flag = new Int32Array(order.stop);
  let last_ms = Number.NEGATIVE_INFINITY;
  const listening = {
    clock_s: () => performance.now() / 1000,
    shouldStop: () => Atomics.load(flag, 0) !== 0,
    onProgress({ phase, iteration_count, objective, primalResidual }: OpfProgress) {
      if (performance.now() - last_ms < reportEvery_ms) return;
      last_ms = performance.now();
      const text = `objective ${Number(objective.toPrecision(6))}, residual ${Number(primalResidual.toPrecision(2))}`;
      onReport({ phase: phases[phase], done: iteration_count, text });
    },
  };
  const solver = solverFor(conesOf[order.options.formulation ?? 'ac'], catalog.solvers);
  const started_ms = performance.now();
  const result =
    'feeder' in order
      ? await solveFeederOpf(order.feeder, { solver, powerFlow: prepareThreePhase }, { ...order.options, ...listening })
      : await solveOpf(order.case, { solver, powerFlow: autoPowerFlow }, { ...order.options, ...listening });
  return { result, time_ms: Math.round((performance.now() - started_ms) * 1000) / 1000 };
}

type ConeKind = Solver['takes']['cones'][number];

/** What each formulation asks of a solver beyond quadratic costs. */
const conesOf: Readonly<Record<string, readonly ConeKind[]>> = {
  ac: [],
  soc: ['second-order'],
  dc: [],
  lindistflow: ['second-order'],
  'three-phase-linear': ['second-order'],
  'three-phase-sdp': ['second-order', 'positive-semidefinite'],
};

/** The first continuous solver of the catalogue that takes quadratic costs and these cones. */
function solverFor(cones: readonly ConeKind[] = [], solvers: readonly Solver[]): Solver {
  const able = solvers.filter(({ takes }) => takes.quadratic && cones.every((kind) => takes.cones.includes(kind)));
  const found = able.find((each) => !each.takes.integer) ?? able[0];
  if (found !== undefined) return found;
  throw new CombinationError({
    code: 'OPF_NO_SOLVER',
    message: `No solver of quadratic programs${cones.length > 0 ? ` with ${cones.join(' and ')} cones` : ''} is part of this build`,
    hint: 'See `gridflock list solvers`.',
  });
}
