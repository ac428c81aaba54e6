import { valueAt } from '../../affine.ts';
import { noSplit } from '../../price-split.ts';
import { isSolved } from '../../result.ts';
import { afterwards, programOptions } from '../../settings.ts';
import { withFeederCheck } from '../ac-check.ts';
import { collectFeeder } from '../collect.ts';
import type { ComplexRow } from '../complex-row.ts';
import { solveLinear } from '../linear/solve.ts';
import type { FeederModel } from '../model.ts';
import { across } from '../pairs.ts';
import { conjugate, entry, matrixTimes, minus, type Phasor, plus, square, times, zero } from '../phasor.ts';
import type { FeederOpfResult, FeederRelaxation } from '../result.ts';
import { type FeederOpfOptions, type FeederOpfServices, questionOf } from '../settings.ts';
import { noLoadFlow, sourcePowers, standing, treeFlow } from '../tree-flow.ts';
import { isStraightAt } from '../voltage-law.ts';
import { coordinatesAt } from './coordinates.ts';
import { entryOf, rankGap, sandwich } from './hermitian.ts';
import { buildSdp, type SdpProblem } from './program.ts';

/** Of an exact point, at most: difference of the source's power (of the power it gives) and of a voltage from those of a power flow. */
const EXACT = { source_frac: 1e-5, v_pu: 1e-5 };

/** Matrices of pairs between phases leave an interior point fewer digits: their bounds hold them apart by little. */
const pairsTolerance_frac = 1e-6;

/** Objective (cur/h or kW) below which there is nothing to relate a gap to. */
const NOTHING = 1e-6;

/**
 * The semidefinite relaxation: its objective is a bound that no power flow within the limits beats. Says how far its point is from a power flow;
 * where it is none, the linear model starts there, and its refined answer is one.
 */
export async function solveSdp(model: FeederModel, services: FeederOpfServices, options: FeederOpfOptions): Promise<FeederOpfResult> {
  const { recover = true } = options;
  const question = questionOf(options);
  const { objective, sourcePrice_cur_per_kWh } = question;
  const began_s = options.clock_s?.();
  const asItStands = treeFlow(model, standing(model));
  const around = (asItStands.converged ? asItStands : noLoadFlow(model)).v;
  const problem = buildSdp(model, question, around);
  const ready = await services.solver.prepare();
  const found = ready.solve(problem.program, {
    ...(problem.pairs.some((lift) => lift) ? { tolerance_frac: pairsTolerance_frac } : {}),
    ...programOptions(options),
  });
  const { x, rowDual, status, certificate } = found;
  const dispatch = { p: problem.units.p.map((column) => x[column]), q: problem.units.q.map((column) => x[column]) };
  const nN = model.wires.nodes.length;
  const isBound = model.loads.every((load) => {
    const u = Math.sqrt(square(across(around, load)) / load.w_rated_pu);
    return isStraightAt(load.pLaw, load.pTable, u) && isStraightAt(load.qLaw, load.qTable, u);
  });
  const { primalResidual, dualResidual, gap } = certificate;
  const { v: angles, inventedLoss_pu } = recovered(model, problem, x);
  const source = problem.imported.map(({ re, im }): Phasor => [valueAt(re, x), valueAt(im, x)]);
  const given = (power: readonly number[]): number => power.reduce((sum, each) => sum + each, 0);
  const total_pu = given(source.map(([p]) => p));
  const result = collectFeeder(model, {
    status,
    formulation: 'three-phase-sdp',
    objective,
    sourcePrice_cur_per_kWh,
    loss_pu: total_pu + given(dispatch.p) - valueAt(problem.served, x),
    iterations_count: found.iterations_count,
    refinements_count: 0,
    certificate: { primalResidual, dualResidual, gap },
    v_pu: Float64Array.from({ length: nN }, (_, node) => Math.sqrt(Math.max(0, x[node]))),
    angles,
    price: rowDual.subarray(0, nN),
    priceQ: rowDual.subarray(nN, 2 * nN),
    parts: noSplit(nN),
    source,
    dispatch,
    conflict: found.conflict ?? [],
    notes: [
      ...model.wires.notes,
      ...(isBound
        ? []
        : ['Some loads follow their voltage in a curve; the relaxation has its tangent, so its objective is no proven bound.']),
      ...(status === 'infeasible' && isBound
        ? ['The relaxation has no solution, which proves that the power flow equations have none within the limits.']
        : []),
    ],
  });
  if (status === 'failed' || status === 'iteration-limit') {
    const notes = [...result.notes, 'The interior point lost its way in the relaxation, so there is no bound.'];
    return recover
      ? { ...result, notes, recovered: await solveLinear(model, services, forRecovery(options, began_s)) }
      : { ...result, notes };
  }
  if (!isSolved(status)) return result;

  const flow = treeFlow(model, dispatch);
  const largest = Math.max(...flow.v.map((v, node) => Math.abs(Math.hypot(...v) - Math.sqrt(Math.max(0, x[node])))));
  const shift = Math.abs(given(sourcePowers(model, flow).map(([p]) => p)) - total_pu);
  const relaxation: FeederRelaxation = {
    isExact: flow.converged && largest <= EXACT.v_pu && shift <= EXACT.source_frac * Math.max(1, Math.abs(total_pu)),
    bound: isBound ? Math.min(found.bound, found.objective) : Number.NaN,
    rankGap_max_frac: Math.max(0, ...problem.products.map((w) => rankGap(w, x))),
    inventedLoss_kW: inventedLoss_pu * model.bases.s_base_kVA,
  };
  const judged = (more: Partial<FeederRelaxation>): FeederOpfResult => {
    const checked = withFeederCheck(model, result, services.powerFlow);
    return { ...checked, certificate: { ...checked.certificate, relaxation: { ...relaxation, ...more } } };
  };
  if (relaxation.isExact || !recover) return judged({});
  const nextTo = await solveLinear(model, services, forRecovery(options, began_s), dispatch);
  if (!isSolved(nextTo.status)) return { ...judged({}), recovered: nextTo };
  const reached = objective === 'loss' ? nextTo.loss_kW : nextTo.objective_cur_per_h;
  const gap_frac = Math.max(0, reached - relaxation.bound) / Math.max(Math.abs(reached), NOTHING);
  return { ...judged(isBound ? { gap_frac } : {}), recovered: nextTo };
}

/** What the second solver may take: what is left of the time. Tolerance and iterations were meant for the first. */
function forRecovery(options: FeederOpfOptions, began_s: number | undefined): FeederOpfOptions {
  const { formulation: _, tolerance_frac: __, iterations_max_count: ___, timeLimit_s, ...rest } = options;
  if (timeLimit_s === undefined || rest.clock_s === undefined) return rest;
  return { ...rest, timeLimit_s: afterwards({ timeLimit_s, clock_s: rest.clock_s }, began_s).timeLimit_s ?? timeLimit_s };
}

interface Recovered {
  /** Voltages down the tree with the currents i = Xᴴ·v_f/|v_f|² of the relaxed point: those of the power flow where it has rank one. */
  readonly v: readonly Phasor[];
  /** Losses of squared currents that are not squares of these currents. */
  readonly inventedLoss_pu: number;
}

function recovered({ wires }: FeederModel, { lifts }: SdpProblem, x: Float64Array): Recovered {
  const numberAt = ({ re, im }: ComplexRow): Phasor => [valueAt(re, x), valueAt(im, x)];
  const v: Phasor[] = [...wires.rootVoltage];
  let inventedLoss_pu = 0;
  wires.sections.forEach(({ from, to, C, Z, delivered, isSource }, s) => {
    const { matrix } = lifts[s];
    const open = matrixTimes(
      C,
      from.map((node) => v[node]),
    );
    if (matrix === undefined) {
      to.forEach((node, k) => (v[node] = open[k]));
      return;
    }
    const { m, current, feeding } = matrix;
    const basis = coordinatesAt(
      feeding,
      from.map((node) => v[node]),
    );
    const size2 = basis.reduce((sum, each) => sum + square(each), 0);
    const y = [
      ...basis,
      ...Array.from({ length: delivered.cols }, (_, k): Phasor => {
        const [re, im] = basis.reduce<Phasor>((sum, each, f) => plus(sum, times(numberAt(entryOf(m, basis.length + k, f)), each)), zero);
        return [re / size2, im / size2];
      }),
    ];
    const i = current.map((row) => row.reduce<Phasor>((sum, each, k) => plus(sum, times(each, y[k])), zero));
    const drop = matrixTimes(Z, i);
    to.forEach((node, k) => (v[node] = minus(open[k], drop[k])));
    if (isSource) return;
    to.forEach((_, k) => {
      to.forEach((__, c) => {
        const lifted = numberAt(sandwich(current[c], m, current[k]));
        inventedLoss_pu += times(entry(Z, k, c), minus(lifted, times(i[c], conjugate(i[k]))))[0];
      });
    });
  });
  return { v, inventedLoss_pu };
}
