import type { NonlinearSolution, NonlinearStatus } from '../../solvers/nonlinear/program.ts';
import { withAcCheck } from '../ac-check.ts';
import { AcProblem } from '../ac-problem.ts';
import { collect } from '../collect.ts';
import type { OpfModel } from '../model.ts';
import { noSplit } from '../price-split.ts';
import { isSolved, type OpfResult, type OpfStatus } from '../result.ts';
import { type OpfOptions, type OpfServices, searchOptions, timeLeft } from '../settings.ts';
import { AcSolver } from './coordinates.ts';
import { splitAcPrices } from './price-parts.ts';

const statusOf: Readonly<Record<NonlinearStatus, OpfStatus>> = {
  optimal: 'optimal',
  'almost-optimal': 'almost-optimal',
  'locally-infeasible': 'infeasible',
  unbounded: 'unbounded',
  'iteration-limit': 'iteration-limit',
  'time-limit': 'time-limit',
  stopped: 'stopped',
  failed: 'failed',
};

/** Voltages and powers to start from. @unit per unit, rad @shape angle, v (live buses); p, q (live generators) */
export interface AcPoint {
  readonly angle: ArrayLike<number>;
  readonly v: ArrayLike<number>;
  readonly p: ArrayLike<number>;
  readonly q: ArrayLike<number>;
}

/** @param start - default: as `options.start` says */
export function solveAc(model: OpfModel, services: OpfServices, options: OpfOptions, start?: AcPoint): OpfResult {
  const solver = new AcSolver(options.coordinates);
  const began_s = options.clock_s?.();
  try {
    const problem = problemOf(model, options);
    const found = solver.solve(problem, {
      start: start === undefined ? startOf(problem, options) : startAt(start, problem),
      ...searchOptions(timeLeft(options, began_s)),
    });
    return answerOf(problem, found, services);
  } finally {
    solver.release();
  }
}

export const problemOf = (model: OpfModel, { objective = 'cost', limits = 'apparent' }: OpfOptions): AcProblem =>
  new AcProblem(model, { objective, limits });

/** The answer in the units and order of the network, checked by a power flow. */
export function answerOf(problem: AcProblem, found: NonlinearSolution, services: OpfServices): OpfResult {
  const { model } = problem;
  const { objective } = problem.options;
  const status = statusOf[found.status];
  const { layout } = problem;
  const nB = model.busOf.length;
  const { x, equalityDual: y } = found;
  const { primalResidual, dualResidual, gap } = found.certificate;
  const result = collect(model, {
    status,
    formulation: 'ac',
    objective,
    iterations_count: found.iterations_count,
    certificate: { primalResidual, dualResidual, gap },
    angle: (b) => x[layout.theta + b],
    v: (b) => x[layout.v + b],
    price: (b) => y[b],
    priceQ: (b) => y[nB + b],
    parts: isSolved(status) ? splitAcPrices(model, problem, found) : noSplit(nB),
    p: (d) => x[layout.p + d],
    q: (d) => x[layout.q + d],
    conflict: found.conflict ?? [],
    notes: notesOn(problem, found),
  });
  return withAcCheck(model, result, services.powerFlow);
}

function notesOn({ model, layout }: AcProblem, { status, ray }: NonlinearSolution): string[] {
  if (status === 'locally-infeasible')
    return ['No feasible point near this one: a local search cannot prove that there is none elsewhere.'];
  if (ray === undefined) return [];
  const moved = model.generators.filter((_, d) => ray[layout.p + d] !== 0 || ray[layout.q + d] !== 0);
  return [`The objective falls without end along the powers of ${moved.map(({ generator }) => generator.id).join(', ')}.`];
}

/** As `options.start` says. */
export const startOf = (problem: AcProblem, options: OpfOptions): Float64Array =>
  options.start === 'case' ? startAt(pointOfCase(problem.model), problem) : problem.start();

/** The voltages and powers that the case gives. */
function pointOfCase({ case: { operatingPoint: point }, s_base_kVA, busOf, generators }: OpfModel): AcPoint {
  return {
    angle: busOf.map((b) => (point.angle_start_deg[b] * Math.PI) / 180),
    v: busOf.map((b) => point.v_start_pu[b]),
    p: generators.map(({ generator }) => generator.p_kW / s_base_kVA),
    q: generators.map(({ generator }) => generator.q_kvar / s_base_kVA),
  };
}

/** Costs of lines, and whatever else the problem keeps in x, as in its own start. */
function startAt({ angle, v, p, q }: AcPoint, problem: AcProblem): Float64Array {
  const x = problem.start();
  const { layout } = problem;
  x.set(angle, layout.theta);
  x.set(v, layout.v);
  x.set(p, layout.p);
  x.set(q, layout.q);
  return x;
}
