import {
  buildConsumerPowers,
  CombinationError,
  type ConsumerPowers,
  catalog,
  detectFormat,
  type Feeder,
  InputError,
  PointRun,
  type ScenarioBatch,
  type ScenarioNetworks,
  type ThreePhaseOptions,
} from '@gridflock/core';
import { mergeTally, newTally, Tallier } from '../../feeder/tally.ts';
import { readInputFile } from '../../files/input-file.ts';
import { solveChunks } from '../chunk-threads.ts';
import type { Answer, CommandContext } from '../command.ts';
import { type SolvedScenarios, scenarioFiles, scenariosDocument } from '../scenario-document.ts';
import { scenariosText } from '../scenario-text.ts';
import {
  type ScenarioOrder,
  type ScenarioTrouble,
  type ScenarioWindow,
  type WindowAnswer,
  WindowSolver,
  windowFor,
} from '../scenario-windows.ts';
import { voltagesHead } from '../three-phase-series.ts';

/**
 * The scenarios of an update batch. In memory are the update file, some windows of scenarios for each thread, and a hundred bytes of each scenario;
 * voltages go to the table as they come.
 */
export async function powerflowScenarios(
  context: CommandContext,
  path: string,
  updates: string,
  options: ThreePhaseOptions,
): Promise<Answer> {
  const { stop, progress, style, out, settings } = context;
  const [input, update] = [await readInputFile(path), await readInputFile(updates)];
  const started_ms = performance.now();
  const files = { inputName: path, updateName: updates };
  const format = detectFormat(input.text, { fileName: path, format: formatOf(context) }, catalog.formats);
  const { scenarios } = format;
  if (scenarios === undefined) throw noScenarios(format.name);
  const batch = scenarios.batch(input.text, update.text, files);
  const count = batch.scenarios_count;
  const usual = powersOfFirst(batch);
  const networks = scenarios.networks(input.text, usual, 'scenarios', files);
  const feeder = someFeeder(networks, batch, files);
  const { places, floating } = new PointRun(feeder, { ...options, controls: false });
  const { size, wires } = new Tallier(feeder, places, floating);
  out?.append('voltages.csv', voltagesHead('scenario', feeder, places));
  const order: ScenarioOrder = { format: format.name, input: input.text, files, usual, options, size, wantsVoltages: out !== undefined };
  const tally = newTally(count, size);
  const troubles = new Map<number, ScenarioTrouble>();
  const actions: { scenario: number; text: string }[] = [];
  const window_count = windowFor(count, size.places_count);
  const solver = new WindowSolver(order, networks);
  const work = {
    chunks_count: Math.ceil(count / window_count),
    task: (k: number): ScenarioWindow => windowOf(batch, k * window_count, Math.min(window_count, count - k * window_count)),
    solve: (window: ScenarioWindow): WindowAnswer => solver.solve(window),
    take: (answer: WindowAnswer): void => {
      mergeTally(tally, answer.tally, answer.first);
      for (const trouble of answer.troubles) troubles.set(trouble.scenario, trouble);
      actions.push(...answer.actions);
      if (answer.voltages !== undefined) out?.append('voltages.csv', answer.voltages);
      progress.report({ phase: 'scenarios', done: answer.first + answer.count, total: count });
    },
    script: new URL('../scenario-worker.js', import.meta.url),
    order,
  };
  await solveChunks(work, settings.threads, stop);
  const time_ms = Math.round((performance.now() - started_ms) * 1000) / 1000;
  const solved: SolvedScenarios = {
    name: feeder.name,
    feeder,
    places,
    wires,
    count,
    tally,
    troubles,
    actions,
    passedOver: batch.passedOver,
  };
  const document = scenariosDocument(solved);
  return {
    document: { ...document, time_ms },
    text: scenariosText(solved, document, time_ms, style),
    status: troubles.size === 0 ? 0 : 1,
    files: scenarioFiles(solved, document),
  };
}

const formatOf = ({ options }: CommandContext): string | undefined => {
  const format = options['format'];
  return typeof format === 'string' ? format : undefined;
};

function noScenarios(format: string): CombinationError {
  const able = catalog.formats.filter(({ scenarios }) => scenarios !== undefined).map(({ name }) => name);
  return new CombinationError({
    code: 'FORMAT_NO_SCENARIOS',
    message: `Files of the format ${format} have no update batches`,
    where: '--updates',
    hint: able.length === 0 ? 'Leave the option out.' : `Give a network of the format ${able.join(' or ')}, or leave the option out.`,
  });
}

/** What all feeders stand with: inputs often leave the powers to the updates. */
function powersOfFirst(batch: ScenarioBatch): ConsumerPowers {
  const powers = buildConsumerPowers(1, batch.consumers_count);
  if (batch.scenarios_count > 0) batch.read(0, powers, 0);
  return powers;
}

/** The feeder of the input, or of the first scenario that makes one of it: buses and branches are the same in all. */
function someFeeder(networks: ScenarioNetworks, batch: ScenarioBatch, files: { inputName: string; updateName: string }): Feeder {
  try {
    return networks.network('', files.inputName).feeder;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const powers = buildConsumerPowers(1, batch.consumers_count);
    for (let s = 0; s < batch.scenarios_count; s++) {
      try {
        return networks.network(batch.read(s, powers, 0), files.updateName).feeder;
      } catch (another) {
        if (!(another instanceof InputError)) throw another;
      }
    }
    throw error;
  }
}

function windowOf(batch: ScenarioBatch, first: number, count: number): ScenarioWindow {
  const powers = buildConsumerPowers(count, batch.consumers_count);
  const wires = Array.from({ length: count }, (_, row) => batch.read(first + row, powers, row));
  return { first, powers, wires };
}
