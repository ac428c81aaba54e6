import type { ReadySolver, Solution } from '../../../solvers/contract.ts';
import { noSplit } from '../../price-split.ts';
import { isSolved } from '../../result.ts';
import { programOptions } from '../../settings.ts';
import { withFeederCheck } from '../ac-check.ts';
import { collectFeeder } from '../collect.ts';
import type { FeederModel } from '../model.ts';
import type { Phasor } from '../phasor.ts';
import type { FeederOpfResult } from '../result.ts';
import { type FeederOpfOptions, type FeederOpfServices, questionOf } from '../settings.ts';
import { type Dispatch, noLoadFlow, standing, type TreeFlow, treeFlow } from '../tree-flow.ts';
import { splitLinearPrices } from './price-parts.ts';
import { type Around, buildLinear, type LinearProblem, lossAt } from './program.ts';

/** Above this part of the power served, losses are invented rather than caused by flows. */
const INVENTED_FRAC = 1e-5;

/** The answer stands still when no unit moves by more than this part of the power base, and the losses neither. */
const STILL_PU = 1e-6;

interface Answer {
  readonly problem: LinearProblem;
  readonly found: Solution;
  readonly dispatch: Dispatch;
  readonly loss_pu: number;
}

/**
 * Linear branch flow around no load, then around the power flow of its own answer, until that stands still: then its voltages, flows and losses are
 * those of a power flow, and only the slopes are those of the linear model.
 *
 * @param start - a dispatch to linearise around first, instead of no load
 */
export async function solveLinear(
  model: FeederModel,
  services: FeederOpfServices,
  options: FeederOpfOptions,
  start?: Dispatch,
): Promise<FeederOpfResult> {
  const ready = await services.solver.prepare();
  const { refinements_max_count = 8 } = options;
  const began_s = options.clock_s?.();
  const notes = [...model.wires.notes];
  const around = (dispatch: Dispatch): Around | undefined => {
    const flow = treeFlow(model, dispatch);
    return flow.converged ? { flow, dispatch } : undefined;
  };
  let last: Answer | undefined;
  let iterations_count = 0;
  const ask = (where: Around): Answer => {
    const answer = solveAround(model, ready, remaining(options, began_s), where);
    iterations_count += answer.found.iterations_count;
    return answer;
  };
  const first = start === undefined ? undefined : around(start);
  let answer = ask(first ?? { flow: noLoadFlow(model) });
  let refinements_count = 0;
  if (answer.found.status === 'infeasible' && start === undefined) {
    // Far from no load the first picture may be too coarse: the feeder as it stands is another one.
    const asItStands = around(standing(model));
    if (asItStands !== undefined) answer = ask(asItStands);
  }
  while (isSolved(answer.found.status) && refinements_count < refinements_max_count && !standsStill(last, answer)) {
    const next = around(answer.dispatch);
    if (next === undefined) {
      notes.push('The power flow of the answer does not converge, so the feeder was not linearised around it.');
      break;
    }
    const refined = ask(next);
    refinements_count++;
    if (!isSolved(refined.found.status) && refined.found.status !== 'infeasible') {
      notes.push(`The last refinement ended with status ${refined.found.status}; this is the answer before it.`);
      break;
    }
    last = answer;
    answer = refined;
  }
  if (!isSolved(answer.found.status))
    notes.push('Linear branch flow is an approximation: this is no proof about the power flow equations.');
  else if (refinements_max_count > 0 && !standsStill(last, answer)) {
    notes.push(`The answer still moved after ${refinements_count} refinements; --json names the largest differences from a power flow.`);
  }
  const result = collectFeeder(model, inWords(model, options, answer, { iterations_count, refinements_count, notes }));
  return withFeederCheck(model, result, services.powerFlow);
}

/** What is left of the time for the next program. */
function remaining(options: FeederOpfOptions, began_s: number | undefined): FeederOpfOptions {
  const { timeLimit_s, clock_s } = options;
  if (timeLimit_s === undefined || clock_s === undefined || began_s === undefined) return options;
  return { ...options, timeLimit_s: Math.max(0, timeLimit_s - (clock_s() - began_s)) };
}

/** Losses cost something, so that λ is loss; where wasting power would pay, they are left out. */
function solveAround(model: FeederModel, ready: ReadySolver, options: FeederOpfOptions, around: Around): Answer {
  const ask = (isLossFree: boolean): Answer => {
    const problem = buildLinear(model, around, questionOf(options), isLossFree);
    const found = ready.solve(problem.program, programOptions(options));
    const { x } = found;
    const dispatch = { p: problem.units.p.map((column) => x[column]), q: problem.units.q.map((column) => x[column]) };
    return { problem, found, dispatch, loss_pu: lossAt(problem, x) };
  };
  const withLosses = ask(false);
  const { problem, found, loss_pu } = withLosses;
  const drawn = problem.loss.reduce<number>((sum, column) => sum + (column === undefined ? 0 : found.x[column]), 0);
  const served = problem.rootP.reduce((sum, column) => sum + Math.abs(found.x[column]), 0);
  const isHonest = isSolved(found.status) ? drawn - loss_pu <= INVENTED_FRAC * Math.max(served, 1) : found.status !== 'unbounded';
  return isHonest ? withLosses : ask(true);
}

function standsStill(last: Answer | undefined, now: Answer): boolean {
  if (last === undefined) return false;
  const moved = [
    ...now.dispatch.p.map((p, d) => p - last.dispatch.p[d]),
    ...now.dispatch.q.map((q, d) => q - last.dispatch.q[d]),
    now.loss_pu - last.loss_pu,
  ];
  return moved.every((each) => Math.abs(each) <= STILL_PU);
}

type Counts = Pick<FeederOpfResult, 'iterations_count' | 'refinements_count' | 'notes'>;

function inWords(model: FeederModel, options: FeederOpfOptions, { problem, found, dispatch, loss_pu }: Answer, counts: Counts) {
  const { wires } = model;
  const { objective, sourcePrice_cur_per_kWh } = questionOf(options);
  const { x, rowDual, status, certificate } = found;
  const nN = wires.nodes.length;
  const { primalResidual, dualResidual, gap } = certificate;
  const swept = isSolved(status) ? treeFlow(model, dispatch) : undefined;
  const flow: TreeFlow = swept?.converged ? swept : noLoadFlow(model);
  const atSource = wires.sections[0]?.isSource ? [problem.P[0], problem.Q[0]] : [problem.rootP, problem.rootQ];
  // Losses beyond those around which the model stands are drawn evenly.
  const hasLosses = problem.loss.some((column) => column !== undefined);
  const more = hasLosses ? (loss_pu - problem.lossAround_pu) / atSource[0].length : 0;
  const shuntLoss = wires.shunts.reduce((sum, shunt) => sum + shuntPowerAt(shunt, flow.v), 0);
  return {
    ...counts,
    status,
    formulation: 'three-phase-linear' as const,
    objective,
    sourcePrice_cur_per_kWh,
    loss_pu: loss_pu + shuntLoss,
    certificate: { primalResidual, dualResidual, gap },
    v_pu: Float64Array.from({ length: nN }, (_, node) => Math.sqrt(Math.max(0, x[node]))),
    angles: flow.v,
    price: rowDual.subarray(0, nN),
    priceQ: rowDual.subarray(nN, 2 * nN),
    parts: isSolved(status) ? splitLinearPrices(model, problem, found) : noSplit(nN),
    source: atSource[0].map((column, k): Phasor => [x[column] + more, x[atSource[1][k]]]),
    dispatch,
    conflict: found.conflict ?? [],
    notes: [
      ...counts.notes,
      ...(hasLosses || !isSolved(status) ? [] : ['Linear branch flow without losses, because wasting power would pay or cost nothing.']),
    ],
  };
}

/** Active power that a shunt takes. */
function shuntPowerAt({ nodes, y }: FeederModel['wires']['shunts'][number], v: readonly Phasor[]): number {
  let sum = 0;
  nodes.forEach((node, row) => {
    nodes.forEach((other, col) => {
      const [a, b] = [y.re[row * y.cols + col], y.im[row * y.cols + col]];
      const re = a * v[other][0] - b * v[other][1];
      const im = a * v[other][1] + b * v[other][0];
      sum += v[node][0] * re + v[node][1] * im;
    });
  });
  return sum;
}
