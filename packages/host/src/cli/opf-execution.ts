import { autoPowerFlow, type Catalog, CombinationError, type OpfFormulation, type Solver, solveOpf } from '@gridflock/core';
import type { OpfOrder, OpfOutcome } from './opf-thread.ts';
import type { Progress } from './progress.ts';

const reportEvery_ms = 100;
const phases = { program: 'solving', search: 'looking for an AC point' } as const;

/** Gives an optimal power flow its solver, a clock, and ears for the user. */
export async function executeOpf(order: OpfOrder, catalog: Catalog, onReport: (progress: Progress) => void): Promise<OpfOutcome> {
  const flag = new Int32Array(order.stop);
  const services = { solver: solverFor(order.options.formulation, catalog.solvers), powerFlow: autoPowerFlow };
  let last_ms = Number.NEGATIVE_INFINITY;
  const started_ms = performance.now();
  const result = await solveOpf(order.case, services, {
    ...order.options,
    clock_s: () => performance.now() / 1000,
    shouldStop: () => Atomics.load(flag, 0) !== 0,
    onProgress({ phase, iteration_count, objective, primalResidual }) {
      if (performance.now() - last_ms < reportEvery_ms) return;
      last_ms = performance.now();
      const text = `objective ${Number(objective.toPrecision(6))}, residual ${Number(primalResidual.toPrecision(2))}`;
      onReport({ phase: phases[phase], done: iteration_count, text });
    },
  });
  return { result, time_ms: Math.round((performance.now() - started_ms) * 1000) / 1000 };
}

/** The first continuous solver of the catalogue that takes quadratic costs and, where needed, cones. */
function solverFor(formulation: OpfFormulation, solvers: readonly Solver[]): Solver {
  const needsCones = formulation === 'soc' || formulation === 'lindistflow';
  const able = solvers.filter(({ takes }) => takes.quadratic && (!needsCones || takes.cones.includes('second-order')));
  const found = able.find((each) => !each.takes.integer) ?? able[0];
  if (found !== undefined) return found;
  throw new CombinationError({
    code: 'OPF_NO_SOLVER',
    message: `No solver of ${needsCones ? 'second-order cone' : 'quadratic'} programs is part of this build`,
    hint: 'See `gridflock list solvers`.',
  });
}
