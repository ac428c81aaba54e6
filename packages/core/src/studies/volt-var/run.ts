import type { Pair } from '../../fronts/contract.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { firstCost, react } from '../../strategies/recourse.ts';
import { voltVarProblem } from '../../volt-var/volt-var-problem.ts';
import type { VoltVarResult } from '../../wire/volt-var-result.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { readDocument } from '../document.ts';
import { memberOf } from '../member.ts';
import { casesOf } from './cases.ts';
import { type Decided, Planner } from './decide.ts';
import { voltVarSchema } from './document.ts';
import { PlanFlows } from './flows.ts';
import { drawSymbols, expectedOf, type StudyScenarios, scenariosOf } from './outcomes.ts';
import { prepare } from './prepare.ts';
import { replayOf } from './replaying.ts';
import { resultOf } from './result.ts';

/** Taps and banks decided before loads and sun are known, for one cost or along the front of two, each checked by power flow. */
export async function runVoltVar(document: unknown, catalog: Catalog, services: StudyServices): Promise<VoltVarResult> {
  const prepared = await prepare(readDocument(voltVarSchema, document), catalog, services);
  const { decide, objective, replay } = prepared.document;
  const solver = await memberOf(catalog.solvers, 'highs', 'name', 'solver').prepare();
  const say = async (phase: string, done = 0, total?: number): Promise<void> => {
    services.onProgress({ phase, done, total });
    await services.breathe();
  };

  await say('writing the problem');
  const made = voltVarProblem(prepared.given);
  const scenarios = decide.knows === 'scenarios' ? scenariosOf(prepared) : undefined;
  const samples = drawSymbols(prepared, replay.samples_count, 'monte-carlo', prepared.stream.split('replay'));
  const planner = new Planner(prepared, made, scenarios, catalog, solver, services);

  await say(objective === 'front' ? 'tracing the front' : 'deciding');
  const front = objective === 'front' ? planner.front() : undefined;
  const weights: Pair<number> = objective === 'deviation' ? [0, 1] : [1, 0];
  const decided: Decided[] = front ? [...front.plans] : [planner.decide(weights)];
  const hasPlan = decided[0].decision.outcomes.length > 0;
  const alone = !front && hasPlan && decide.knows !== 'forecast' ? planner.decideFor(expectedOf(prepared), weights) : undefined;
  if (alone) decided.push(alone);
  const information = !front && hasPlan && scenarios ? worthOf(planner, decided[0], scenarios, solver) : undefined;

  await say('power flow');
  const flows = new PlanFlows(prepared, made, catalog.powerflows);
  const cases = decided.map((each) => casesOf(prepared, made, planner, each, flows, solver));
  const replays = [];
  for (const [k, each] of decided.entries()) {
    await say('replaying', k, decided.length);
    replays.push(each.decision.outcomes.length > 0 ? replayOf(prepared, planner, each, flows, samples, solver) : undefined);
  }
  const adopted = front ? front.traced.knee : 0;
  return resultOf({ prepared, made, scenarios, decided, adopted, front, cases, replays, samples, information, services });
}

/** What the scenarios cost under the plan for them, and under the plan for their mean (EEV). */
function worthOf(
  planner: Planner,
  { decision, weights }: Decided,
  { reduced }: StudyScenarios,
  solver: ReadySolver,
): { rp: number; eev: number } | undefined {
  const { outcomes, probabilities } = reduced;
  const mean = outcomes[0].map((_, s) => outcomes.reduce((sum, u, k) => sum + probabilities[k] * u[s], 0));
  const problem = planner.weighed(weights);
  const { decision: forMean } = planner.decideFor(mean, weights);
  if (forMean.outcomes.length === 0) return undefined;
  let eev = firstCost(problem, forMean.x);
  for (const [k, u] of outcomes.entries()) {
    const reaction = react(problem, solver, forMean.x, u);
    if (!reaction) return undefined;
    eev += probabilities[k] * reaction.objective;
  }
  return { rp: decision.cost, eev };
}
