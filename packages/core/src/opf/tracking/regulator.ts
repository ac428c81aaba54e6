import { NonlinearSolver, solveNonlinear } from '../../solvers/nonlinear/nonlinear.ts';
import type { NonlinearOptions, NonlinearSolution, NonlinearStatus } from '../../solvers/nonlinear/program.ts';
import type { OpfModel } from '../model.ts';
import { isSolved, type OpfStatus } from '../result.ts';
import { checkCommand, checkFeeder, checkOptions, checkStep } from './checks.ts';
import { FeederFlow } from './feeder-flow.ts';
import { FeederLimits } from './feeder-limits.ts';
import { PlanFlows, pointOf } from './plan-check.ts';
import { type Projected, projectOnto } from './projection.ts';
import type { PccPower, RegulatedFeeder, RegulatedStep, Setpoints, TrackingOptions } from './question.ts';
import { RegionSet } from './region-set.ts';
import { type RegionShape, shapeOf } from './region-shape.ts';
import { buildRegulatedModel } from './regulated-model.ts';
import { ReliefProblem } from './relief-problem.ts';
import type { BandEdge, TrackingMethod, TrackingResult } from './result.ts';
import { type Aim, firstResource, TrackingProblem } from './tracking-problem.ts';

const NEAR_WEIGHT_FRAC = 1e-4;
const TOLERANCE_FRAC = 1e-9;
const RELIEF_TOLERANCE_FRAC = 1e-7;
/** A command missed by more than this is beyond reach. */
const SATURATED_PU = 1e-6;

/** A second local optimum must be better by this to be another one. */
const BETTER_FRAC = 1 - 1e-7;

/** Endings that leave open whether there is a feasible point. */
const open: readonly NonlinearStatus[] = ['locally-infeasible', 'failed', 'iteration-limit'];

/** Set-points in per unit. @shape per resource */
interface Point {
  readonly p: Float64Array;
  readonly q: Float64Array;
}

type CommandAim = Extract<Aim, { kind: 'command' }>;

/** One step in per unit. */
interface Moment {
  readonly step: RegulatedStep;
  readonly model: OpfModel;
  readonly shapes: readonly RegionShape[];
  readonly regions: RegionSet;
  readonly p_pu: Float64Array;
  readonly q_pu: Float64Array;
}

/** What a search came to, in per unit. */
interface Answer {
  readonly status: OpfStatus;
  readonly method: TrackingMethod;
  readonly iterations_count: number;
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly p_pcc_pu: number;
  readonly q_pcc_pu: number;
  readonly lambdaP: number;
  readonly lambdaQ: number;
  readonly certificate: { readonly primalResidual: number; readonly dualResidual: number; readonly gap: number };
  readonly conflict: readonly string[];
  readonly notes: readonly string[];
}

/** A feeder prepared for many commands: wires analysed once, every step starts from the last. */
export class Regulator {
  private readonly feeder: RegulatedFeeder;
  private readonly options: TrackingOptions;
  private readonly base: OpfModel;
  private readonly flow: FeederFlow;
  private readonly limits: FeederLimits;
  private readonly plans: PlanFlows;
  private readonly solver = new NonlinearSolver();
  private readonly endsAt_s: number;
  private last: { readonly problem: TrackingProblem; readonly found: NonlinearSolution } | undefined;

  /** @param first - powers of the size that is to come: they decide the power base of the model */
  constructor(feeder: RegulatedFeeder, first: RegulatedStep, options: TrackingOptions) {
    checkFeeder(feeder);
    checkOptions(options);
    checkStep(feeder, first);
    const { timeLimit_s = Number.POSITIVE_INFINITY, clock_s } = options;
    this.endsAt_s = clock_s === undefined ? Number.POSITIVE_INFINITY : clock_s() + timeLimit_s;
    this.options = options;
    this.plans = new PlanFlows(feeder);
    const { model, feeder: based } = buildRegulatedModel(feeder, first);
    this.base = model;
    this.feeder = based;
    this.flow = new FeederFlow(based.network, pointOf(based));
    this.limits = new FeederLimits(model, feeder.limits ?? 'apparent');
  }

  /** Whether time is up or the caller wants to stop, and how that is called. */
  interruption(): 'stopped' | 'time-limit' | undefined {
    const { clock_s, shouldStop } = this.options;
    if (shouldStop?.() === true) return 'stopped';
    return clock_s !== undefined && clock_s() > this.endsAt_s ? 'time-limit' : undefined;
  }

  track(step: RegulatedStep, command: PccPower, before: Setpoints | undefined): TrackingResult {
    checkCommand(command);
    const moment = this.momentOf(step);
    const start = this.startOf(moment, before);
    const aim = this.commandAim(moment, command, start);
    if (this.options.method !== 'opf') {
      const projected = this.project(moment, aim, start);
      if (projected.end !== 'settled')
        return this.resultOf(moment, aim, command, this.search(moment, aim, this.startOf(moment, undefined)));
      return this.orFromMiddle(moment, aim, command, this.settled(projected));
    }
    return this.orFromMiddle(moment, aim, command, this.search(moment, aim, start, true));
  }

  /** At the edge of the band an answer may be the furthest import only among its neighbours: losses are not concave. */
  private orFromMiddle(moment: Moment, aim: CommandAim, command: PccPower, answer: Answer): TrackingResult {
    const result = this.resultOf(moment, aim, command, answer);
    if (!result.isSaturated || !isSolved(result.status)) return result;
    const other = this.resultOf(moment, aim, command, this.search(moment, aim, this.startOf(moment, undefined)));
    return isSolved(other.status) && other.error_kVA < BETTER_FRAC * result.error_kVA ? other : result;
  }

  edge(step: RegulatedStep, direction: { readonly p: number; readonly q: number }, before: Setpoints | undefined): BandEdge {
    const moment = this.momentOf(step);
    const start = this.startOf(moment, before);
    const answer = this.search(moment, { kind: 'direction', ...direction }, start);
    const setpoints = this.setpointsOf(answer);
    const believed = this.pccOf(answer);
    const { check } = this.plans.solve(step, setpoints, believed);
    const { status, iterations_count, conflict } = answer;
    return { status, ...believed, setpoints, iterations_count, conflict, check };
  }

  release(): void {
    this.solver.release();
    this.flow.release();
  }

  private momentOf(step: RegulatedStep): Moment {
    const { feeder, base } = this;
    checkStep(feeder, step);
    const { s_base_kVA } = base;
    const shapes = step.regions.map((region, d) => shapeOf(region, s_base_kVA, `resource ${feeder.resources[d].id}`));
    const p_pu = step.p_fixed_kW.map((p) => p / s_base_kVA);
    const q_pu = step.q_fixed_kvar.map((q) => q / s_base_kVA);
    const generators = base.generators.map((unit, k) => (k < firstResource ? unit : { ...unit, ...limitsOf(shapes[k - firstResource]) }));
    const model = {
      ...base,
      p: Float64Array.from(base.busOf, (b) => p_pu[b]),
      q: Float64Array.from(base.busOf, (b) => q_pu[b]),
      generators,
    };
    return { step, model, shapes, regions: new RegionSet(shapes), p_pu, q_pu };
  }

  /** The set-points before, moved into the regions of now; without any, the middle. */
  private startOf({ shapes, regions }: Moment, before: Setpoints | undefined): Point {
    const perUnit = 1 / this.base.s_base_kVA;
    const p = new Float64Array(shapes.length);
    const q = new Float64Array(shapes.length);
    shapes.forEach((shape, d) => {
      if (before === undefined) regions.project(d, 0.5 * (shape.p_min_pu + shape.p_max_pu), 0.5 * (shape.q_min_pu + shape.q_max_pu));
      else regions.project(d, before.p_kW[d] * perUnit, before.q_kvar[d] * perUnit);
      p[d] = regions.p;
      q[d] = regions.q;
    });
    return { p, q };
  }

  /** Weights relative to the larger of α and β. */
  private commandAim(moment: Moment, command: PccPower, start: Point) {
    const { activeWeight = 1, reactiveWeight = 1, near = 'previous', nearWeight_frac = NEAR_WEIGHT_FRAC } = this.options;
    const most = Math.max(activeWeight, reactiveWeight);
    const share = (nearWeight_frac * Math.min(activeWeight, reactiveWeight)) / most;
    const wanted = near === 'middle' ? this.startOf(moment, undefined) : start;
    return {
      kind: 'command',
      p: command.p_pcc_kW / this.base.s_base_kVA,
      q: command.q_pcc_kvar / this.base.s_base_kVA,
      alpha: activeWeight / most,
      beta: reactiveWeight / most,
      nearP: wanted.p,
      nearQ: wanted.q,
      nearWeight: Float64Array.from(moment.shapes, ({ size_pu, dimension }) => (dimension === 0 ? share : share / size_pu)),
    } as const;
  }

  private project(moment: Moment, aim: CommandAim, start: Point): Projected {
    const { feeder, flow, limits } = this;
    const busOf = feeder.resources.map(({ bus }) => bus);
    const interrupted = (): boolean => this.interruption() !== undefined;
    return projectOnto(flow, limits, { ...moment, aim, busOf, slack: feeder.slack, interrupted }, start.p, start.q);
  }

  private settled(x: Projected): Answer {
    const certificate = { primalResidual: x.residual_pu, dualResidual: x.step_pu, gap: x.gap };
    return { ...x, status: 'optimal', method: 'projection', iterations_count: x.rounds_count, certificate, conflict: [], notes: [] };
  }

  /**
   * By the interior point, from these set-points. Where that ends without a feasible point: by how much the limits would have to give way; and
   * if they need not, once more from there.
   * @param isNear - the last search was for something similar: its answer, multipliers included, may be the better start
   */
  private search(moment: Moment, aim: Aim, from: Point, isNear = false): Answer {
    const { last } = this;
    const problem = this.problemOf(moment, aim);
    const warm = last !== undefined && isNear && isAlike(last.problem, problem) ? last.found : undefined;
    let found = this.solver.solve(problem, {
      ...(warm === undefined ? { start: this.startOfSearch(moment, problem, from) } : { warmStart: warm }),
      ...this.searchOptions(),
    });
    let iterations_count = found.iterations_count;
    let conflict = found.conflict ?? [];
    if (open.includes(found.status)) {
      const relief = new ReliefProblem(this.problemOf(moment, { kind: 'direction', p: 0, q: 0 }));
      const start = widened(this.startOfSearch(moment, problem, from).subarray(0, problem.wires.variables_count), relief.variables_count);
      const eased = solveNonlinear(relief, { ...this.searchOptions(), start, tolerance_frac: RELIEF_TOLERANCE_FRAC });
      iterations_count += eased.iterations_count;
      const isEased = eased.status === 'optimal' || eased.status === 'almost-optimal';
      const given = relief.given(eased.x);
      if (isEased && given.length === 0) {
        found = this.solver.solve(problem, {
          start: widened(eased.x.subarray(0, problem.wires.variables_count), problem.variables_count),
          ...this.searchOptions(),
        });
        iterations_count += found.iterations_count;
      } else if (isEased) {
        found = { ...found, status: 'locally-infeasible', x: eased.x };
        conflict = given;
      }
    }
    this.last = found.status === 'optimal' ? { problem, found } : undefined;
    return this.answerOf(moment, problem, { ...found, iterations_count, conflict });
  }

  private problemOf({ model, shapes }: Moment, aim: Aim): TrackingProblem {
    return new TrackingProblem(model, shapes, aim, this.feeder.limits ?? 'apparent');
  }

  private searchOptions(): NonlinearOptions {
    const { tolerance_frac = TOLERANCE_FRAC, iterations_max_count, clock_s, shouldStop } = this.options;
    const isTimed = clock_s !== undefined && this.endsAt_s < Infinity;
    return {
      tolerance_frac,
      ...(iterations_max_count === undefined ? {} : { iterations_max_count }),
      ...(isTimed ? { clock_s, timeLimit_s: Math.max(0, this.endsAt_s - clock_s()) } : {}),
      ...(shouldStop === undefined ? {} : { shouldStop }),
    };
  }

  /** Set-points moved into their regions, from which the tolerance may have let them. */
  private answerOf({ shapes, regions }: Moment, problem: TrackingProblem, found: NonlinearSolution): Answer {
    const { status, x, equalityDual: y, iterations_count, certificate, conflict = [] } = found;
    const { layout } = problem.wires;
    const p = new Float64Array(shapes.length);
    const q = new Float64Array(shapes.length);
    for (let d = 0; d < shapes.length; d++) {
      regions.project(d, x[layout.p + firstResource + d], x[layout.q + firstResource + d]);
      p[d] = regions.p;
      q[d] = regions.q;
    }
    const hasCommand = problem.aim.kind === 'command';
    const isInfeasible = status === 'locally-infeasible';
    return {
      status: isInfeasible ? 'infeasible' : status,
      method: 'opf',
      iterations_count,
      p,
      q,
      p_pcc_pu: x[layout.p],
      q_pcc_pu: x[layout.q],
      lambdaP: hasCommand ? y[problem.commandRow] : Number.NaN,
      lambdaQ: hasCommand ? y[problem.commandRow + 1] : Number.NaN,
      certificate,
      conflict: isInfeasible ? conflict : [],
      notes: isInfeasible ? ['No set-points near these keep all limits: a local search cannot prove that there are none elsewhere.'] : [],
    };
  }

  private startOfSearch({ model, p_pu, q_pu }: Moment, problem: TrackingProblem, { p, q }: Point): Float64Array {
    const { flow, feeder } = this;
    const { layout } = problem.wires;
    const x = new Float64Array(problem.variables_count);
    x.set(problem.wires.start());
    const busP = p_pu.slice();
    const busQ = q_pu.slice();
    feeder.resources.forEach(({ bus }, d) => {
      busP[bus] += p[d];
      busQ[bus] += q[d];
    });
    x.set(p, layout.p + firstResource);
    x.set(q, layout.q + firstResource);
    if (!flow.solve(busP, busQ)) return x;
    model.busOf.forEach((bus, b) => {
      x[layout.theta + b] = flow.theta[bus];
      x[layout.v + b] = flow.v[bus];
    });
    x[layout.p] = flow.p_slack - busP[feeder.slack];
    x[layout.q] = flow.q_slack - busQ[feeder.slack];
    return x;
  }

  private setpointsOf({ p, q }: Answer): Setpoints {
    const { s_base_kVA } = this.base;
    return { p_kW: p.map((x) => x * s_base_kVA), q_kvar: q.map((x) => x * s_base_kVA) };
  }

  private pccOf({ p_pcc_pu, q_pcc_pu }: Answer): PccPower {
    const { s_base_kVA } = this.base;
    return { p_pcc_kW: p_pcc_pu * s_base_kVA, q_pcc_kvar: q_pcc_pu * s_base_kVA };
  }

  private resultOf({ step, shapes }: Moment, aim: CommandAim, asked: PccPower, answer: Answer): TrackingResult {
    const { activeWeight = 1, reactiveWeight = 1 } = this.options;
    const { s_base_kVA } = this.base;
    const { status, method, iterations_count, conflict, notes, certificate } = answer;
    const setpoints = this.setpointsOf(answer);
    const { flow, check } = this.plans.solve(step, setpoints, this.pccOf(answer));
    const missP_kW = Math.abs(check.p_pcc_kW - asked.p_pcc_kW);
    const missQ_kvar = Math.abs(check.q_pcc_kvar - asked.q_pcc_kvar);
    const isSaturated = Math.max(missP_kW, missQ_kvar) > SATURATED_PU * s_base_kVA;
    const weight = Math.max(activeWeight, reactiveWeight);
    const price = (lambda: number): number => (isSolved(status) ? -lambda * weight : Number.NaN);
    return {
      status,
      method,
      iterations_count,
      setpoints,
      asked,
      granted: { p_pcc_kW: check.p_pcc_kW, q_pcc_kvar: check.q_pcc_kvar },
      error_kVA: activeWeight * missP_kW + reactiveWeight * missQ_kvar,
      isSaturated,
      nearCost_max_kVA: isSaturated ? weight * s_base_kVA * nearCost_max(aim, shapes, answer) : 0,
      priceP_frac: price(answer.lambdaP),
      priceQ_frac: price(answer.lambdaQ),
      loss_kW: check.loss_kW,
      v_pu: flow.v_pu,
      angle_rad: flow.angle_rad,
      certificate: { ...certificate, acCheck: check },
      conflict: [...new Set(conflict)],
      notes,
    };
  }
}

/**
 * F(u) + T(u) ≤ F(û) + T(û) for the best û of F alone, so that F(u) − F(û) ≤ max T − T(u); no point of a region is further than its size from
 * another.
 */
function nearCost_max({ nearP, nearQ, nearWeight }: CommandAim, shapes: readonly RegionShape[], { p, q }: Answer): number {
  let most = 0;
  shapes.forEach(({ size_pu }, d) => {
    const [dp, dq] = [p[d] - nearP[d], q[d] - nearQ[d]];
    most += 0.5 * nearWeight[d] * Math.max(0, size_pu * size_pu - dp * dp - dq * dq);
  });
  return most;
}

const limitsOf = ({ p_min_pu, p_max_pu, q_min_pu, q_max_pu, dimension }: RegionShape) => ({
  p_min_pu,
  p_max_pu: dimension === 0 ? p_min_pu : p_max_pu,
  q_min_pu,
  q_max_pu: dimension === 0 ? q_min_pu : q_max_pu,
});

/** With zeros behind. */
function widened(x: Float64Array, length: number): Float64Array {
  const all = new Float64Array(length);
  all.set(x);
  return all;
}

/** Whether multipliers of one mean the same in the other. */
const isAlike = (a: TrackingProblem, b: TrackingProblem): boolean =>
  a.aim.kind === b.aim.kind &&
  a.variables_count === b.variables_count &&
  a.equalities_count === b.equalities_count &&
  a.inequalities_count === b.inequalities_count &&
  a.inequalityPlaces.column.every((column, k) => column === b.inequalityPlaces.column[k]);
