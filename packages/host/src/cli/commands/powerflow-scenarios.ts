import {
  type Case,
  CombinationError,
  powerGridModelScenarios,
  prepareThreePhase,
  summariseVoltages,
  type ThreePhaseOptions,
} from '@gridflock/core';
import { phaseName } from '../../feeder/branch-rows.ts';
import { csvPieces } from '../../files/csv-text.ts';
import { readInputFile } from '../../files/input-file.ts';
import type { Answer, CommandContext } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { breather } from '../stop.ts';
import { counted, pairs, type Style, shownNumber, table } from '../text.ts';

/** One scenario of a batch; null where it was not solved. */
interface ScenarioRow {
  readonly scenario: number;
  readonly status: 'converged' | 'diverged' | 'hunting';
  readonly iterations: number;
  readonly source_kW: number | null;
  readonly loss_kW: number | null;
  readonly v_min_pu: number | null;
  readonly v_min_bus: string;
  readonly v_min_phase: string;
  readonly v_max_pu: number | null;
  readonly v_max_bus: string;
  readonly v_max_phase: string;
  readonly diagnosis: string;
}

const worstShown = 8;

/** The scenarios of a power-grid-model update batch, one network after another. */
export async function powerflowScenarios(
  context: CommandContext,
  path: string,
  updates: string,
  options: ThreePhaseOptions,
): Promise<Answer> {
  const { stop, progress, style } = context;
  const [input, update] = [await readInputFile(path), await readInputFile(updates)];
  const started_ms = performance.now();
  const breathe = breather(stop);
  const scenarios: ScenarioRow[] = [];
  for (const value of powerGridModelScenarios(input.text, update.text, { inputName: path, updateName: updates })) {
    scenarios.push(solved(value, scenarios.length + 1, options));
    progress.report({ phase: 'scenarios', done: scenarios.length });
    await breathe();
  }
  const time_ms = Math.round((performance.now() - started_ms) * 1000) / 1000;
  const trouble = scenarios.find(({ status }) => status !== 'converged');
  const document = {
    status: trouble?.status ?? 'converged',
    ...(trouble === undefined ? {} : { diagnosis: `Scenario ${trouble.scenario}: ${trouble.diagnosis}` }),
    method: 'three-phase',
    scenarios,
  };
  return {
    document: { ...document, time_ms },
    text: scenariosText(scenarios, document.diagnosis, time_ms, style),
    status: trouble === undefined ? 0 : 1,
    files: [
      { name: 'powerflow.json', content: jsonPieces(document) },
      {
        name: 'scenarios.csv',
        content: csvPieces(
          Object.keys(scenarios[0] ?? {}),
          scenarios.map((each) => Object.values(each)),
        ),
      },
    ],
  };
}

const known = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

function solved({ feeder, network }: Case, scenario: number, options: ThreePhaseOptions): ScenarioRow {
  if (feeder === undefined) {
    throw new CombinationError({
      code: 'POWERFLOW_REFUSED',
      message: `Scenario ${scenario} of "${network.name}" has no phases`,
      where: '--updates',
    });
  }
  const { places, solve } = prepareThreePhase(feeder, options);
  const result = solve();
  const { seen_pu, lowest, highest } = summariseVoltages(feeder, places, result);
  const busOf = (k: number): string => feeder.buses[places.bus[k] ?? -1]?.id ?? '';
  const phaseOf = (k: number): string => (k < 0 ? '' : phaseName(places.conductor[k] ?? 0));
  const [low, high] = [lowest[0] ?? -1, highest[0] ?? -1];
  const source_kW = -result.sources.reduce((total, { ends }) => total + (ends[0]?.p_kW.reduce((a, b) => a + b, 0) ?? 0), 0);
  return {
    scenario,
    status: result.status,
    iterations: result.iterations_count,
    source_kW: known(source_kW),
    loss_kW: known(result.loss_kW),
    v_min_pu: known(seen_pu[low]),
    v_min_bus: busOf(low),
    v_min_phase: phaseOf(low),
    v_max_pu: known(seen_pu[high]),
    v_max_bus: busOf(high),
    v_max_phase: phaseOf(high),
    diagnosis: result.diagnosis ?? '',
  };
}

function scenariosText(scenarios: readonly ScenarioRow[], diagnosis: string | undefined, time_ms: number, style: Style): string {
  const converged = scenarios.filter(({ status }) => status === 'converged');
  const state = converged.length === scenarios.length ? style.green('converged') : style.red('not all converged');
  const order = [...scenarios].sort((a, b) => (a.v_min_pu ?? 0) - (b.v_min_pu ?? 0) || a.scenario - b.scenario);
  const losses = converged.flatMap(({ loss_kW }) => loss_kW ?? []);
  return [
    `${style.bold('scenarios')}: ${state}, ${converged.length} of ${counted(scenarios.length, 'scenario')} (three-phase, ${shownNumber(time_ms, 3)} ms)`,
    ...(diagnosis === undefined ? [] : [diagnosis]),
    pairs(losses.length === 0 ? [] : [['losses', `${shownNumber(Math.min(...losses))} … ${shownNumber(Math.max(...losses))} kW`]], style),
    '',
    style.bold(order.length > worstShown ? 'lowest voltages' : 'voltages'),
    table(
      [
        { title: 'scenario', right: true },
        { title: 'status' },
        { title: 'loss_kW', right: true },
        { title: 'v_min_pu', right: true },
        { title: 'at' },
        { title: 'v_max_pu', right: true },
        { title: 'at' },
      ],
      order
        .slice(0, worstShown)
        .map((each) => [
          String(each.scenario),
          each.status,
          shownNumber(each.loss_kW, 5),
          shownNumber(each.v_min_pu, 6),
          `${each.v_min_bus} ${each.v_min_phase}`,
          shownNumber(each.v_max_pu, 6),
          `${each.v_max_bus} ${each.v_max_phase}`,
        ]),
      style,
      (cell, row, column) => (column === 1 && order[row]?.status !== 'converged' ? style.red(cell) : cell),
    ),
  ].join('\n');
}
