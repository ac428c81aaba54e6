import type { DispatchResult, ReplayGroup } from '../../wire/dispatch-result.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { readDocument } from '../document.ts';
import { memberOf } from '../member.ts';
import { StepFlows } from '../power-flow.ts';
import { casesOf } from './cases.ts';
import { type Decided, Planner } from './decide.ts';
import { dispatchSchema } from './document.ts';
import { explain } from './explain.ts';
import { drawSymbols, scenariosOf } from './outcomes.ts';
import { prepare } from './prepare.ts';
import { dispatchProblem } from './problem.ts';
import { replayGroup } from './replaying.ts';
import { resultOf } from './result.ts';
import { valueOfInformation } from './value-of-information.ts';

/** Plans made before what matters is known, beside each other, explained, replayed on samples they did not see, and checked by power flow. */
export async function runDispatch(document: unknown, catalog: Catalog, services: StudyServices): Promise<DispatchResult> {
  const prepared = await prepare(readDocument(dispatchSchema, document), catalog, services);
  const { plans, replay } = prepared.document;
  const solver = await memberOf(catalog.solvers, 'highs', 'name', 'solver').prepare();
  const quadratic = await catalog.solvers.find(({ takes }) => takes.integer && takes.quadratic)?.prepare();
  const say = async (phase: string, done = 0, total?: number): Promise<void> => {
    services.onProgress({ phase, done, total });
    await services.breathe();
  };

  await say('writing the problem');
  const dispatch = dispatchProblem(prepared);
  const scenarios = plans.some(({ knows }) => knows === 'scenarios' || knows === 'ball') ? scenariosOf(prepared) : undefined;
  const planner = new Planner(prepared, dispatch, scenarios, catalog, { solver, quadratic }, services);
  const decided: Decided[] = [];
  for (const [k, spec] of plans.entries()) {
    await say(`deciding: ${spec.name}`, k, plans.length);
    decided.push(planner.decide(spec, k));
  }

  await say('power flow');
  const flows = new StepFlows(prepared, catalog.powerflows);
  const cases = decided.map(({ decision }) => (decision.outcomes.length > 0 ? casesOf(prepared, dispatch, decision, flows, solver) : []));

  await say('explaining');
  const reasons = explain(prepared, dispatch, decided[0], planner, solver);
  const stochastic = decided.find(({ spec, decision }) => spec.knows === 'scenarios' && !spec.tail && decision.status === 'optimal');
  const information = stochastic && valueOfInformation(prepared, dispatch, stochastic, planner);

  const replays: ReplayGroup[] = [];
  let samples: Float64Array[] = [];
  for (const [g, errors_frac] of replay.errors_frac.entries()) {
    await say('replaying', g, replay.errors_frac.length);
    // common random numbers: the same stream for every factor, so that groups differ by the factor alone
    const own = drawSymbols(prepared, replay.samples_count, 'monte-carlo', prepared.stream.split('replay'), errors_frac);
    if (g === 0) samples = own;
    replays.push(replayGroup(prepared, dispatch, decided, own, errors_frac, solver));
  }
  return resultOf({ prepared, dispatch, scenarios, decided, cases, reasons, information, replays, samples, services });
}
