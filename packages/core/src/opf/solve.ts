import type { Case } from '../network/network.ts';
import { solveAcOrProve } from './ac/solve-or-prove.ts';
import { solveLinDistFlow } from './branch-flow/solve-lindistflow.ts';
import { solveSoc } from './branch-flow/solve-soc.ts';
import { solveDc } from './dc/solve.ts';
import { islandsWithoutSource } from './islands.ts';
import { buildOpfModel, type OpfModel } from './model.ts';
import { isSolved, type OpfFormulation, type OpfResult } from './result.ts';
import { type OpfOptions, type OpfServices, timeLeft } from './settings.ts';

/**
 * Optimal power flow of a case at one moment: which generator gives how much, so that cost or losses are least within all limits,
 * and what one more kWh costs at each bus, and why.
 *
 * - `ac` finds a local optimum of the full equations; where it finds none, `soc` is asked for a proof that there is none.
 * - `soc` is a convex relaxation: its objective is a proven bound, its point may not exist. Where it is not exact, AC starts from it.
 * - `dc` (loss-free, without voltages) and `lindistflow` (radial networks, with voltages) are convex approximations.
 * @throws {CombinationError} OPF_COST_NOT_CONVEX, OPF_COST_DEGREE, OPF_NO_REACTANCE, OPF_NOTHING_TO_SOLVE, OPF_DC_HAS_NO_LOSSES,
 *   OPF_NOT_RADIAL
 */
export async function solveOpf(value: Case, services: OpfServices, options: OpfOptions = {}): Promise<OpfResult> {
  const began_s = options.clock_s?.();
  const model = buildOpfModel(value);
  const result = await solvedBy[options.formulation ?? 'ac'](model, services, timeLeft(options, began_s));
  return isSolved(result.status) ? result : { ...result, notes: [...result.notes, ...islandsWithoutSource(model)] };
}

type Solve = (model: OpfModel, services: OpfServices, options: OpfOptions) => Promise<OpfResult>;

const solvedBy: Readonly<Record<OpfFormulation, Solve>> = {
  ac: solveAcOrProve,
  soc: solveSoc,
  dc: solveDc,
  lindistflow: solveLinDistFlow,
};
