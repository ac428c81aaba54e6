import { Wiretap } from '../../agents/wiretap.ts';
import type { TrackingOptions } from '../../opf/tracking/question.ts';
import type { RegulateResult } from '../../wire/regulate-result.ts';
import { carrierOf, wireOf } from '../carrier.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { readDocument } from '../document.ts';
import { memberOf } from '../member.ts';
import { aggregationOf, compareCharacteristics, compareOverHorizon } from './characteristics.ts';
import { type Commands, commandsOf } from './commands.ts';
import { regulateSchema } from './document.ts';
import { StudyFeeder } from './feeder.ts';
import { divide } from './partitions.ts';
import { type Player, playersAlone, playersInMarket, undisturbed } from './players.ts';
import { prepare } from './prepare.ts';
import { resultOf } from './result.ts';
import { type Run, type RunServices, runClusters, runSinglePoint } from './runs.ts';
import { safeCommands } from './safe-commands.ts';
import { drawTrials, placesOf, screen } from './screening.ts';
import { tradeOfStudy } from './trading.ts';

/** Random commands on which characteristics are compared. */
const compared_count = 24;

/**
 * How well clusters of resources follow the commands of the grid above, next to one optimal power flow that knows everything; with and
 * without a market.
 */
export async function runRegulate(document: unknown, catalog: Catalog, services: StudyServices): Promise<RegulateResult> {
  const prepared = await prepare(readDocument(regulateSchema, document), catalog, services);
  const wire = await wireOf(prepared.document.transport, services);
  const { commands: weighting, screening, overTime: horizon, constraintSet, characteristic } = prepared.document;
  const solver = await memberOf(catalog.solvers, 'highs', 'name', 'solver').prepare();
  const { steps_count } = prepared.grid;
  const say = async (phase: string, done = 0, total?: number): Promise<void> => {
    services.onProgress({ phase, done, total });
    await services.breathe();
  };

  await say('trading');
  const alone = playersAlone(prepared, solver);
  const market = tradeOfStudy(prepared, alone, solver);
  const inMarket = market && playersInMarket(prepared, market, solver);

  await say('what the feeder can reach');
  const options: TrackingOptions = { activeWeight: weighting.p_weight, reactiveWeight: weighting.q_weight };
  const sides = [alone, ...(inMarket ? [inMarket] : [])].map((players: readonly Player[], m) => {
    const study = new StudyFeeder(prepared, players, options);
    const day = undisturbed(players, steps_count);
    return { withMarket: m === 1, study, day, bands: day.map(({ regions }, t) => study.band(t, regions)) };
  });
  const commands: Commands = commandsOf(prepared, { 'without-market': sides[0].bands, 'with-market': sides.at(-1)!.bands });

  await say('dividing the feeder');
  const division = divide(prepared, alone);
  const aggregation = aggregationOf({ characteristic });
  const weights = { alpha: weighting.p_weight, beta: weighting.q_weight };

  const wiretap = new Wiretap((id) => id.split(' ')[0]);
  const carry = (name: string) => carrierOf(wire, wiretap, services, prepared.stream.split(`network of ${name}`));
  const runs: Run[] = [];
  const runs_count = sides.length * (1 + division.chosen.length);
  for (const { withMarket, study } of sides) {
    const label = withMarket ? 'with the market' : 'without a market';
    const each = (name: string): RunServices => ({
      stream: prepared.stream.split(`masks of ${name}, ${label}`),
      carry: carry(`${name}, ${label}`),
      onStep: (step) => services.onProgress({ phase: `${name}, ${label}`, done: step, total: steps_count }),
    });
    await say(`single point, ${label}`, runs.length, runs_count);
    runs.push(runSinglePoint(study, commands, withMarket, each('single point')));
    for (const { name, buses } of division.chosen) {
      await say(`${name}, ${label}`, runs.length, runs_count);
      const clusters = placesOf(study.players, buses);
      runs.push(await runClusters(study, { name, clusters }, commands, aggregation, { weights }, withMarket, each(name)));
    }
  }

  await say('random commands');
  const { study, day } = sides[0];
  const first = placesOf(study.players, division.chosen[0].buses);
  const trials = drawTrials(study, day, Math.max(compared_count, screening?.commands_count ?? 0), prepared.stream.split('commands'));
  const compared = compareCharacteristics(study, trials.slice(0, compared_count), first, weights);
  const overTime = horizon && compareOverHorizon(prepared, solver, horizon);
  await services.breathe();
  const screened =
    screening &&
    screen(
      study,
      trials,
      division.candidates.slice(0, screening.partitions_max_count),
      aggregation,
      weights,
      screening.error_max_ratio,
      (done) => services.onProgress({ phase: 'screening partitions', done, total: screening.partitions_max_count }),
    );
  await services.breathe();
  const safe = constraintSet && (await safeCommands(prepared, study, day, constraintSet, carry('constraint set')));

  return resultOf({ prepared, market, alone, inMarket, commands, division, runs, screened, compared, overTime, safe, wiretap, services });
}
