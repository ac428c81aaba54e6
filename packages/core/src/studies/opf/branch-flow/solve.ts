import { CombinationError } from '../../../base/errors.ts';
import type { Solution } from '../../../solvers/contract.ts';
import { solveAc } from '../ac/solve.ts';
import { withAcCheck } from '../ac-check.ts';
import { collect } from '../collect.ts';
import type { OpfModel } from '../model.ts';
import { forestOf, pairsOf } from '../pairs.ts';
import type { OpfResult, Relaxation } from '../result.ts';
import { limitsOf, type OpfOptions, type OpfServices } from '../settings.ts';
import { pointOf, type RelaxedPoint } from './point.ts';
import { splitBranchFlowPrices } from './price-parts.ts';
import { type BranchFlowProblem, buildBranchFlow } from './program.ts';

export interface BranchFlowStudyOptions extends OpfOptions {
  readonly formulation: 'soc' | 'lindistflow';
}

/** @throws {CombinationError} OPF_NOT_RADIAL and those of `buildBranchFlow` */
export async function solveBranchFlow(model: OpfModel, services: OpfServices, options: BranchFlowStudyOptions): Promise<OpfResult> {
  const { formulation, objective = 'cost', limits = 'apparent' } = options;
  if (formulation === 'lindistflow') refuseLoops(model);
  const problem = buildBranchFlow(model, { formulation, objective, limits });
  const ready = await services.solver.prepare();
  const found = ready.solve(problem.program, limitsOf(options));
  const { x, rowDual } = found;
  const nB = model.busOf.length;
  const point = pointOf(model, problem, x);
  const { primalResidual, dualResidual, gap } = found.certificate;
  const result = collect(model, {
    status: found.status,
    formulation,
    objective,
    iterations_count: found.iterations_count,
    certificate: { primalResidual, dualResidual, gap },
    angle: (b) => point.angle_rad[b],
    v: (b) => point.v_pu[b],
    price: (b) => rowDual[b],
    priceQ: (b) => rowDual[nB + b],
    parts: splitBranchFlowPrices(model, problem, found),
    p: (d) => x[problem.p[d]],
    q: (d) => x[problem.q[d]],
    ...(formulation === 'lindistflow' ? { loss_pu: point.flowLoss_pu } : {}),
    conflict: found.conflict ?? [],
    notes: notesOf(options, found),
  });
  const checked = withAcCheck(model, result, services.powerFlow);
  return formulation === 'soc' ? judged(model, services, options, { problem, found, point, checked }) : checked;
}

function notesOf({ formulation, objective }: BranchFlowStudyOptions, { status }: Solution): string[] {
  if (formulation === 'lindistflow') {
    return objective === 'loss'
      ? ['LinDistFlow: losses are r·(P² + Q²) at 1 pu, in the objective only; the balances are loss-free.']
      : ['LinDistFlow: the dispatch is loss-free; losses are estimated afterwards from its flows and are not part of the cost.'];
  }
  return status === 'infeasible' ? ['The relaxation has no solution, which proves that the AC problem has none.'] : [];
}

/** Largest relative cone gap, loop mismatch (rad), voltage violation (pu) and shift of a slack (of the power served) of an exact point. */
const EXACT = { coneGap_frac: 1e-5, loop_rad: 1e-5, v_pu: 1e-5, slack_frac: 1e-5 };

interface RelaxedAnswer {
  readonly problem: BranchFlowProblem;
  readonly found: Solution;
  readonly point: RelaxedPoint;
  readonly checked: OpfResult;
}

/** Says how far the relaxed point is from AC, and looks for the AC optimum next to it where it is none. */
function judged(model: OpfModel, services: OpfServices, options: BranchFlowStudyOptions, answer: RelaxedAnswer): OpfResult {
  const { problem, found, point, checked } = answer;
  if (checked.status !== 'optimal' && checked.status !== 'almost-optimal') return checked;
  const { coneGap_max_frac, loopMismatch_max_rad } = point;
  const { acCheck } = checked.certificate;
  const served = model.generators.reduce((sum, _, d) => sum + Math.abs(found.x[problem.p[d]]), 0) * model.s_base_kVA;
  const isChecked =
    acCheck === undefined ||
    (acCheck.converged && acCheck.v_violation_max_pu <= EXACT.v_pu && acCheck.slackShift_max_kW <= EXACT.slack_frac * served);
  const relaxation: Relaxation = {
    isExact: coneGap_max_frac <= EXACT.coneGap_frac && loopMismatch_max_rad <= EXACT.loop_rad && isChecked,
    bound: Math.min(found.bound, found.objective),
    coneGap_max_frac,
    loopMismatch_max_rad,
    inventedLoss_kW: point.inventedLoss_pu * model.s_base_kVA,
  };
  const with_ = (more: Partial<Relaxation>): OpfResult => ({
    ...checked,
    certificate: { ...checked.certificate, relaxation: { ...relaxation, ...more } },
  });
  if (relaxation.isExact || options.recover === false) return with_({});

  const { tolerance_frac: _, iterations_max_count: __, ...rest } = options;
  const recovered = solveAc(model, services, rest, {
    angle: point.angle_rad,
    v: point.v_pu,
    p: problem.p.map((column) => found.x[column]),
    q: problem.q.map((column) => found.x[column]),
  });
  if (recovered.status !== 'optimal' && recovered.status !== 'almost-optimal') return { ...with_({}), recovered };
  const reached = options.objective === 'loss' ? recovered.loss_kW : recovered.objective_cur_per_h;
  return { ...with_({ gap_frac: (reached - relaxation.bound) / Math.max(Math.abs(reached), Number.MIN_VALUE) }), recovered };
}

/** @throws {CombinationError} OPF_NOT_RADIAL */
function refuseLoops(model: OpfModel): void {
  const pairs = pairsOf(model);
  const { chords } = forestOf(model, pairs);
  if (chords.length === 0) return;
  const { id } = model.branches[pairs[chords[0]].branches[0]].branch;
  throw new CombinationError({
    code: 'OPF_NOT_RADIAL',
    message: `LinDistFlow needs a radial network, but "${model.case.network.name}" has ${chords.length} ${chords.length === 1 ? 'loop' : 'loops'}, one through branch "${id}"`,
    where: '--formulation',
    hint: 'Open the ties, or use --formulation soc, ac or dc.',
  });
}
