import type { NonlinearPoint, NonlinearSolution, NonlinearStatus } from '../../../solvers/nonlinear/program.ts';
import { withAcCheck } from '../ac-check.ts';
import { AcProblem } from '../ac-problem.ts';
import { collect } from '../collect.ts';
import type { OpfModel } from '../model.ts';
import { noSplit } from '../price-split.ts';
import { isSolved, type OpfResult, type OpfStatus } from '../result.ts';
import { type OpfOptions, type OpfServices, searchOptions } from '../settings.ts';
import { AcSolver } from './coordinates.ts';
import { splitAcPrices } from './price-parts.ts';

const statusOf: Readonly<Record<NonlinearStatus, OpfStatus>> = {
  optimal: 'optimal',
  'almost-optimal': 'almost-optimal',
  'locally-infeasible': 'infeasible',
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
  try {
    const problem = problemOf(model, options);
    const from = start ?? (options.start === 'case' ? pointOfCase(model) : undefined);
    const found = solver.solve(problem, {
      start: from === undefined ? problem.start() : startAt(from, problem),
      ...searchOptions(options),
    });
    return answerOf(problem, found, services);
  } finally {
    solver.release();
  }
}

/**
 * AC optimal power flows of one network at many moments: the first from the start that the options name, each other one from the
 * answer before it. The matrix is analysed once, as long as nothing is switched, fixed or freed.
 */
export class AcSequence {
  private readonly services: OpfServices;
  private readonly options: OpfOptions;
  private readonly solver: AcSolver;
  private last: NonlinearSolution | undefined;

  constructor(services: OpfServices, options: OpfOptions) {
    this.services = services;
    this.options = options;
    this.solver = new AcSolver(options.coordinates);
  }

  solve(model: OpfModel): OpfResult {
    const { services, options, solver, last } = this;
    const problem = problemOf(model, options);
    const settings = searchOptions(options);
    let found: NonlinearSolution | undefined;
    if (last !== undefined && hasShapeOf(last, problem)) {
      const warm = solver.solve(problem, { warmStart: last, ...settings });
      if (isConclusive(warm.status)) found = warm;
    }
    found ??= solver.solve(problem, {
      start: options.start === 'case' ? startAt(pointOfCase(model), problem) : problem.start(),
      ...settings,
    });
    this.last = found.status === 'optimal' || found.status === 'almost-optimal' ? found : undefined;
    return answerOf(problem, found, services);
  }

  release(): void {
    this.solver.release();
  }
}

/** A warm start that ends otherwise says more about the start than about the problem. */
const isConclusive = (status: NonlinearStatus): boolean => status === 'optimal' || status === 'stopped' || status === 'time-limit';

const hasShapeOf = (point: NonlinearPoint, problem: AcProblem): boolean =>
  point.x.length === problem.variables_count &&
  point.equalityDual.length === problem.equalities_count &&
  point.inequalityDual.length === problem.inequalities_count;

const problemOf = (model: OpfModel, { objective = 'cost', limits = 'apparent' }: OpfOptions): AcProblem =>
  new AcProblem(model, { objective, limits });

function answerOf(problem: AcProblem, found: NonlinearSolution, services: OpfServices): OpfResult {
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
    notes:
      found.status === 'locally-infeasible'
        ? ['No feasible point near this one: a local search cannot prove that there is none elsewhere.']
        : [],
  });
  return withAcCheck(model, result, services.powerFlow);
}

/** The voltages and powers that the case gives. */
function pointOfCase({ case: { operatingPoint: point, network }, busOf, generators }: OpfModel): AcPoint {
  return {
    angle: busOf.map((b) => (point.angle_start_deg[b] * Math.PI) / 180),
    v: busOf.map((b) => point.v_start_pu[b]),
    p: generators.map(({ generator }) => generator.p_kW / network.s_base_kVA),
    q: generators.map(({ generator }) => generator.q_kvar / network.s_base_kVA),
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
