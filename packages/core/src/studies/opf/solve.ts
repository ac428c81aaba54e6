import { CombinationError } from '../../base/errors.ts';
import type { Case, OperatingPoint } from '../../network/network.ts';
import type { PowerFlowMethod } from '../../powerflows/contract.ts';
import type { SolveOptions, Solver } from '../../solvers/contract.ts';
import { solveNonlinear } from '../../solvers/nonlinear/nonlinear.ts';
import type { NonlinearIteration, NonlinearStatus } from '../../solvers/nonlinear/program.ts';
import { AcProblem } from './ac-problem.ts';
import { buildDcProblem, type DcBranchModel } from './dc-problem.ts';
import { buildOpfModel, costAt, type OpfModel } from './model.ts';
import type { AcCheck, OpfResult, OpfStatus } from './result.ts';

/** Members that the caller chooses from the catalogue. */
export interface OpfServices {
  /** DC: takes quadratic programs. */
  readonly solver: Solver;
  /** Checks the dispatch; without one there is no check. */
  readonly powerFlow?: PowerFlowMethod | undefined;
}

export interface OpfOptions {
  readonly formulation?: 'ac' | 'dc';
  /** Default `cost`. */
  readonly objective?: 'cost' | 'loss';
  /** AC only: what a rating limits. Default apparent power. */
  readonly limits?: 'apparent' | 'current';
  /** DC only. Default `reactance`. */
  readonly dcBranches?: DcBranchModel;
  /** AC only: `flat` (default) or the voltages and powers of the case. */
  readonly start?: 'flat' | 'case';
  readonly tolerance_frac?: number;
  readonly iterations_max_count?: number;
  readonly timeLimit_s?: number;
  readonly clock_s?: () => number;
  readonly shouldStop?: () => boolean;
  readonly onIteration?: (line: NonlinearIteration) => void;
}

/**
 * Optimal power flow of a case at one moment: which generator gives how much, so that cost or losses are least within all limits,
 * and what one more kWh costs at each bus.
 *
 * AC finds a local optimum of the full equations. DC is convex and loss-free; its voltages are 1 and it has no reactive prices.
 * @throws {CombinationError} OPF_COST_NOT_CONVEX, OPF_COST_DEGREE, OPF_NO_REACTANCE, OPF_NOTHING_TO_SOLVE, OPF_DC_HAS_NO_LOSSES
 */
export async function solveOpf(value: Case, services: OpfServices, options: OpfOptions = {}): Promise<OpfResult> {
  const model = buildOpfModel(value);
  return (options.formulation ?? 'ac') === 'ac' ? solveAc(model, services, options) : solveDc(model, services, options);
}

const statusOf: Readonly<Record<NonlinearStatus, OpfStatus>> = {
  optimal: 'optimal',
  'almost-optimal': 'almost-optimal',
  'locally-infeasible': 'infeasible',
  'iteration-limit': 'iteration-limit',
  'time-limit': 'time-limit',
  stopped: 'stopped',
  failed: 'failed',
};

function solveAc(model: OpfModel, services: OpfServices, options: OpfOptions): OpfResult {
  const problem = new AcProblem(model, { objective: options.objective ?? 'cost', limits: options.limits ?? 'apparent' });
  const { start: from = 'flat', tolerance_frac, iterations_max_count, timeLimit_s, clock_s, shouldStop, onIteration } = options;
  const found = solveNonlinear(problem, {
    start: from === 'case' ? startOf(model, problem) : problem.start(),
    ...(tolerance_frac === undefined ? {} : { tolerance_frac }),
    ...(iterations_max_count === undefined ? {} : { iterations_max_count }),
    ...(timeLimit_s === undefined ? {} : { timeLimit_s }),
    ...(clock_s === undefined ? {} : { clock_s }),
    ...(shouldStop === undefined ? {} : { shouldStop }),
    ...(onIteration === undefined ? {} : { onIteration }),
  });
  const { layout } = problem;
  const nB = model.busOf.length;
  const { x, equalityDual: y, certificate } = found;
  const result = collect(model, {
    status: statusOf[found.status],
    formulation: 'ac',
    objective: options.objective ?? 'cost',
    iterations_count: found.iterations_count,
    certificate: {
      primalResidual: certificate.primalResidual,
      dualResidual: certificate.dualResidual,
      gap: certificate.gap,
    },
    angle: (b) => x[b],
    v: (b) => x[layout.v + b],
    price: (b) => y[b],
    priceQ: (b) => y[nB + b],
    p: (d) => x[layout.p + d],
    q: (d) => x[layout.q + d],
    conflict: found.conflict ?? [],
    notes:
      found.status === 'locally-infeasible'
        ? ['No feasible point near this one: a local search cannot prove that there is none elsewhere.']
        : [],
  });
  return isUsable(result.status) ? withCheck(model, result, services.powerFlow) : result;
}

/** The voltages and powers that the case gives. */
function startOf(model: OpfModel, problem: AcProblem): Float64Array {
  const x = problem.start();
  const { operatingPoint: point, network } = model.case;
  const { layout } = problem;
  model.busOf.forEach((b, k) => {
    x[k] = (point.angle_start_deg[b] * Math.PI) / 180;
    x[layout.v + k] = point.v_start_pu[b];
  });
  model.generators.forEach(({ generator }, d) => {
    x[layout.p + d] = generator.p_kW / network.s_base_kVA;
    x[layout.q + d] = generator.q_kvar / network.s_base_kVA;
  });
  return x;
}

async function solveDc(model: OpfModel, services: OpfServices, options: OpfOptions): Promise<OpfResult> {
  if (options.objective === 'loss') {
    throw new CombinationError({
      code: 'OPF_DC_HAS_NO_LOSSES',
      message: 'The DC formulation has no losses, so it cannot minimise them',
      where: '--objective',
      hint: 'Use --formulation ac.',
    });
  }
  const { program, p } = buildDcProblem(model, options.dcBranches ?? 'reactance');
  const { iterations_max_count, timeLimit_s, clock_s, shouldStop, tolerance_frac } = options;
  const settings: SolveOptions = {
    ...(tolerance_frac === undefined ? {} : { tolerance_frac }),
    ...(iterations_max_count === undefined ? {} : { iterations_max_count }),
    ...(timeLimit_s === undefined ? {} : { timeLimit_s }),
    ...(clock_s === undefined ? {} : { clock_s }),
    ...(shouldStop === undefined ? {} : { shouldStop }),
  };
  const ready = await services.solver.prepare();
  const found = ready.solve(program, settings);
  const { x, rowDual, certificate } = found;
  const result = collect(model, {
    status: found.status,
    formulation: 'dc',
    objective: 'cost',
    iterations_count: found.iterations_count,
    certificate: { primalResidual: certificate.primalResidual, dualResidual: certificate.dualResidual, gap: certificate.gap },
    angle: (b) => x[b],
    v: () => 1,
    price: (b) => rowDual[b],
    priceQ: () => 0,
    p: (d) => x[p + d],
    q: () => 0,
    conflict: found.conflict ?? [],
    notes: [],
  });
  return isUsable(result.status) ? withCheck(model, result, services.powerFlow) : result;
}

const isUsable = (status: OpfStatus): boolean => status === 'optimal' || status === 'almost-optimal';

interface Found
  extends Pick<OpfResult, 'status' | 'formulation' | 'objective' | 'iterations_count' | 'certificate' | 'conflict' | 'notes'> {
  angle(b: number): number;
  v(b: number): number;
  price(b: number): number;
  priceQ(b: number): number;
  p(d: number): number;
  q(d: number): number;
}

/** Live per-unit positions to the network's own order and units. */
function collect(model: OpfModel, found: Found): OpfResult {
  const { network, operatingPoint } = model.case;
  const base = model.s_base_kVA;
  const nB = network.buses.length;
  const nD = operatingPoint.generators.length;
  const arrays = {
    v_pu: new Float64Array(nB),
    angle_rad: new Float64Array(nB),
    price_cur_per_kWh: new Float64Array(nB).fill(Number.NaN),
    price_cur_per_kvarh: new Float64Array(nB).fill(Number.NaN),
    p_kW: new Float64Array(nD),
    q_kvar: new Float64Array(nD),
    cost_cur_per_h: new Float64Array(nD),
  };
  let loss = 0;
  model.busOf.forEach((b, k) => {
    arrays.v_pu[b] = found.v(k);
    arrays.angle_rad[b] = found.angle(k);
    arrays.price_cur_per_kWh[b] = found.price(k) / base;
    arrays.price_cur_per_kvarh[b] = found.priceQ(k) / base;
    loss += model.p[k] - model.g[k] * found.v(k) ** 2;
  });
  let objective_cur_per_h = 0;
  model.generators.forEach(({ index, cost }, d) => {
    arrays.p_kW[index] = found.p(d) * base;
    arrays.q_kvar[index] = found.q(d) * base;
    arrays.cost_cur_per_h[index] = costAt(cost, found.p(d));
    objective_cur_per_h += arrays.cost_cur_per_h[index];
    loss += found.p(d);
  });
  const { status, formulation, objective, iterations_count, certificate, conflict, notes } = found;
  const loss_kW = formulation === 'dc' ? 0 : loss * base;
  return { status, formulation, objective, objective_cur_per_h, loss_kW, iterations_count, certificate, ...arrays, conflict, notes };
}

/** Solves the power flow of the dispatch, from the voltages that were found. Leaves the result as it is where no method fits. */
function withCheck(model: OpfModel, result: OpfResult, method: PowerFlowMethod | undefined): OpfResult {
  const { network, operatingPoint } = model.case;
  const isAc = result.formulation === 'ac';
  const point: OperatingPoint = {
    ...operatingPoint,
    generators: operatingPoint.generators.map((x, d) => ({
      ...x,
      p_kW: result.p_kW[d],
      q_kvar: isAc ? result.q_kvar[d] : x.q_kvar,
      holdsVoltage: !isAc && x.holdsVoltage,
    })),
    v_start_pu: isAc ? result.v_pu : operatingPoint.v_start_pu,
    angle_start_deg: result.angle_rad.map((angle) => (angle * 180) / Math.PI),
  };
  if (method === undefined || method.refuses(network, point) !== undefined) return result;
  const flow = method.prepare(network, point).solve(point);
  let v_violation_max_pu = 0;
  for (const b of model.busOf) {
    const { v_min_pu, v_max_pu } = network.buses[b];
    v_violation_max_pu = Math.max(v_violation_max_pu, v_min_pu - flow.v_pu[b], flow.v_pu[b] - v_max_pu);
  }
  const acCheck: AcCheck = { converged: flow.status === 'converged', mismatch_max_kVA: flow.mismatch_max_kVA, v_violation_max_pu };
  return { ...result, certificate: { ...result.certificate, acCheck } };
}
