import { CombinationError } from '../../base/errors.ts';
import { withAcCheck } from '../ac-check.ts';
import { collect } from '../collect.ts';
import type { OpfModel } from '../model.ts';
import { forestOf, pairsOf } from '../pairs.ts';
import { noSplit, type SplitPrices } from '../price-split.ts';
import { isSolved, type OpfResult } from '../result.ts';
import { type OpfOptions, type OpfServices, programOptions, timeLeft } from '../settings.ts';
import { buildDcProblem } from './problem.ts';

/** @throws {CombinationError} OPF_DC_HAS_NO_LOSSES and those of `buildDcProblem` */
export async function solveDc(model: OpfModel, services: OpfServices, options: OpfOptions): Promise<OpfResult> {
  if (options.objective === 'loss') {
    throw new CombinationError({
      code: 'OPF_DC_HAS_NO_LOSSES',
      message: 'The DC formulation has no losses, so it cannot minimise them',
      where: '--objective',
      hint: 'Use --formulation ac.',
    });
  }
  const began_s = options.clock_s?.();
  const { program, p } = buildDcProblem(model, options.dcBranches ?? 'reactance');
  const ready = await services.solver.prepare();
  const found = ready.solve(program, programOptions(timeLeft(options, began_s)));
  const { x, rowDual } = found;
  const { primalResidual, dualResidual, gap } = found.certificate;
  const result = collect(model, {
    status: found.status,
    formulation: 'dc',
    objective: 'cost',
    iterations_count: found.iterations_count,
    certificate: { primalResidual, dualResidual, gap },
    angle: (b) => x[b],
    v: () => 1,
    price: (b) => rowDual[b],
    priceQ: () => 0,
    parts: isSolved(found.status) ? splitDcPrices(model, rowDual) : noSplit(model.busOf.length),
    p: (d) => x[p[d]],
    q: () => 0,
    loss_pu: 0,
    conflict: found.conflict ?? [],
    notes: [],
  });
  return withAcCheck(model, result, services.powerFlow, false);
}

/** Without losses and voltages only ratings and angle limits make prices differ. */
function splitDcPrices(model: OpfModel, price: Float64Array): SplitPrices {
  const energy = Float64Array.from(forestOf(model, pairsOf(model)).rootOf, (root) => price[root]);
  const none = new Float64Array(energy.length);
  return { energy, congestion: energy.map((value, b) => price[b] - value), loss: none, voltage: none, reactive: none };
}
