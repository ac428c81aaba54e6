import { CombinationError } from '../../base/errors.ts';
import type { OpfModel } from '../model.ts';
import { forestOf, pairsOf } from '../pairs.ts';
import { isSolved, type OpfResult } from '../result.ts';
import type { OpfOptions, OpfServices } from '../settings.ts';
import { answerBranchFlow } from './answer.ts';

/** Above this part of the power served, losses are invented rather than caused by flows. */
const INVENTED_FRAC = 1e-5;

/**
 * Linear branch flow of a radial network. Losses are r·(P² + Q²), as at 1 pu, drawn at the reference bus; as long as power there has a
 * positive price, the optimum has no reason to draw more. Where it draws more (no price or a negative one), or a resistance is negative,
 * losses are left out, and the result says so.
 * @throws {CombinationError} OPF_NOT_RADIAL and those of `buildBranchFlow`
 */
export async function solveLinDistFlow(model: OpfModel, services: OpfServices, options: OpfOptions): Promise<OpfResult> {
  refuseLoops(model);
  const { objective = 'cost', limits = 'apparent' } = options;
  const form = { formulation: 'lindistflow', objective, limits } as const;
  if (model.branches.every(({ branch }) => branch.r_pu >= 0)) {
    const { result, point } = await answerBranchFlow(model, services, options, form);
    const served = model.generators.reduce((sum, { index }) => sum + Math.abs(result.p_kW[index]), 0);
    const isHonest = point.inventedPower_pu * model.s_base_kVA <= INVENTED_FRAC * served;
    if (isSolved(result.status) ? isHonest : result.status !== 'unbounded') {
      return { ...result, notes: ['Linear branch flow: losses are r·(P² + Q²) at 1 pu, drawn at the reference bus.', ...result.notes] };
    }
  }
  const { result } = await answerBranchFlow(model, services, options, { ...form, isLossFree: true });
  if (!isSolved(result.status)) return result;
  return {
    ...result,
    notes: [
      'Linear branch flow without losses, because wasting power would pay or cost nothing; they are estimated from the flows afterwards.',
      ...result.notes,
    ],
  };
}

/** @throws {CombinationError} OPF_NOT_RADIAL */
function refuseLoops(model: OpfModel): void {
  const pairs = pairsOf(model);
  const { chords } = forestOf(model, pairs);
  if (chords.length === 0) return;
  const { id } = model.branches[pairs[chords[0]].branches[0]].branch;
  const loops = `${chords.length} ${chords.length === 1 ? 'loop' : 'loops'}`;
  throw new CombinationError({
    code: 'OPF_NOT_RADIAL',
    message: `LinDistFlow needs a radial network, but "${model.case.network.name}" has ${loops}, one through branch "${id}"`,
    where: '--formulation',
    hint: 'Open the ties, or use --formulation soc, ac or dc.',
  });
}
