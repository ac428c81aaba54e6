import { solveAc } from '../ac/solve.ts';
import type { OpfModel } from '../model.ts';
import { isSolved, type OpfResult, type Relaxation } from '../result.ts';
import { afterwards, type OpfOptions, type OpfServices } from '../settings.ts';
import { answerBranchFlow, type BranchFlowAnswer } from './answer.ts';

/** Of an exact point, at most: invented power and shift of a slack (of the power served), loop mismatch, voltage violation. */
const EXACT = { invented_frac: 1e-5, slack_frac: 1e-5, loop_rad: 1e-5, v_pu: 1e-5 };

/** Objective (cur/h or kW) below which there is nothing to relate a gap to. */
const NOTHING = 1e-6;

/**
 * Second-order cone relaxation: its objective is a bound that no AC point beats. Says how far its point is from the AC equations, and
 * where it is none, starts the nonlinear solver there for an AC optimum and the gap that remains.
 *
 * Resistances may be negative: the equations are identities of every AC point and the cones only relax them, so the bound holds.
 * @throws {CombinationError} those of `buildBranchFlow`
 */
export async function solveSoc(model: OpfModel, services: OpfServices, options: OpfOptions): Promise<OpfResult> {
  const { objective = 'cost', limits = 'apparent', recover = true } = options;
  const began_s = options.clock_s?.();
  const answer = await answerBranchFlow(model, services, options, { formulation: 'soc', objective, limits });
  const { result } = answer;
  if (result.status === 'infeasible') {
    return { ...result, notes: ['The relaxation has no solution, which proves that the AC problem has none.'] };
  }
  if (!isSolved(result.status)) return result;
  const relaxation = relaxationOf(model, answer);
  const judged = (more: Partial<Relaxation>): OpfResult => ({
    ...result,
    certificate: { ...result.certificate, relaxation: { ...relaxation, ...more } },
  });
  if (relaxation.isExact || !recover) return judged({});

  const recovered = recoverAc(model, services, afterwards(options, began_s), answer);
  if (!isSolved(recovered.status)) return { ...judged({}), recovered };
  const reached = objective === 'loss' ? recovered.loss_kW : recovered.objective_cur_per_h;
  const gap_frac = Math.max(0, reached - relaxation.bound) / Math.max(Math.abs(reached), NOTHING);
  return { ...judged({ gap_frac }), recovered };
}

function relaxationOf(model: OpfModel, { problem, found, point, result }: BranchFlowAnswer): Relaxation {
  const { acCheck } = result.certificate;
  const { s_base_kVA: base } = model;
  const served = problem.p.reduce((sum, column) => sum + Math.abs(found.x[column]), 0) * base;
  const holdsInAc =
    acCheck === undefined ||
    (acCheck.converged && acCheck.v_violation_max_pu <= EXACT.v_pu && acCheck.slackShift_max_kW <= EXACT.slack_frac * served);
  const { coneGap_max_frac, loopMismatch_max_rad } = point;
  const inventedPower_kVA = point.inventedPower_pu * base;
  return {
    isExact: holdsInAc && inventedPower_kVA <= EXACT.invented_frac * served && loopMismatch_max_rad <= EXACT.loop_rad,
    bound: Math.min(found.bound, found.objective),
    coneGap_max_frac,
    loopMismatch_max_rad,
    inventedLoss_kW: point.inventedLoss_pu * base,
    inventedPower_kVA,
  };
}

/** The AC optimum next to the relaxed point. */
function recoverAc(model: OpfModel, services: OpfServices, options: OpfOptions, { problem, found, point }: BranchFlowAnswer): OpfResult {
  return solveAc(model, services, options, {
    angle: point.angle_rad,
    v: point.v_pu,
    p: problem.p.map((column) => found.x[column]),
    q: problem.q.map((column) => found.x[column]),
  });
}
