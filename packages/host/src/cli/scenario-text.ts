import { type ScenarioRow, type ScenariosDocument, type SolvedScenarios, scenarioRow } from './scenario-document.ts';
import { counted, pairs, type Style, shownNumber, table } from './text.ts';

const worstShown = 8;

/** How many were solved, the spread of losses, voltages and loadings, what went wrong, and the scenarios with the lowest voltages. */
export function scenariosText(solved: SolvedScenarios, document: ScenariosDocument, time_ms: number, style: Style): string {
  const { count, troubles, name } = solved;
  const { kpis, diagnosis } = document;
  const state = troubles.size === 0 ? style.green('converged') : style.red('not all converged');
  const rate = time_ms > 0 ? `, ${shownNumber((1000 * count) / time_ms, 3)} scenarios/s` : '';
  const span = (low: string, high: string, digits: number): string =>
    `${shownNumber(kpis[low], digits)} … ${shownNumber(kpis[high], digits)}`;
  const hasNumbers = kpis['v_min_pu'] !== null;
  const hasLoading = kpis['loading_max_frac'] !== null && kpis['loading_max_frac'] !== undefined;
  return [
    `${style.bold(name)}: ${state}, ${count - troubles.size} of ${counted(count, 'scenario')} (three-phase, ${shownNumber(time_ms / 1000, 3)} s${rate})`,
    ...(diagnosis === undefined ? [] : [diagnosis]),
    ...(troubles.size > 1 ? [style.dim(`and ${troubles.size - 1} more (scenarios_not_converged of --json)`)] : []),
    ...document.warnings.map((text) => style.dim(`note: ${text}`)),
    pairs(
      hasNumbers
        ? [
            ['losses', `${span('loss_min_kW', 'loss_max_kW', 5)} kW`],
            ['voltages', `${span('v_min_pu', 'v_max_pu', 5)} pu`],
            ...(hasLoading ? [['largest loading', `${shownNumber(100 * (kpis['loading_max_frac'] ?? 0), 4)} %`] as const] : []),
          ]
        : [],
      style,
    ),
    '',
    style.bold(count > worstShown ? 'lowest voltages' : 'voltages'),
    lowestVoltages(solved, style),
  ].join('\n');
}

function lowestVoltages(solved: SolvedScenarios, style: Style): string {
  const order = lowestOf(solved);
  return table(
    [
      { title: 'scenario', right: true },
      { title: 'status' },
      { title: 'loss_kW', right: true },
      { title: 'v_min_pu', right: true },
      { title: 'at' },
      { title: 'v_max_pu', right: true },
      { title: 'at' },
      { title: 'loading_%', right: true },
      { title: 'in' },
    ],
    order.map((each) => [
      String(each.scenario),
      each.status,
      shownNumber(each.loss_kW, 5),
      shownNumber(each.v_min_pu, 6),
      `${each.v_min_bus} ${each.v_min_phase}`,
      shownNumber(each.v_max_pu, 6),
      `${each.v_max_bus} ${each.v_max_phase}`,
      each.loading_max_frac === null ? '' : shownNumber(100 * each.loading_max_frac, 4),
      `${each.loading_max_branch} ${each.loading_max_phase}`,
    ]),
    style,
    (cell, row, column) => (column === 1 && order[row]?.status !== 'converged' ? style.red(cell) : cell),
  );
}

/** Those without a solution come first. */
function lowestOf(solved: SolvedScenarios): ScenarioRow[] {
  const lowest: ScenarioRow[] = [];
  for (let s = 0; s < solved.count; s++) {
    const row = scenarioRow(solved, s);
    const last = lowest[worstShown - 1];
    if (last !== undefined && (row.v_min_pu ?? 0) >= (last.v_min_pu ?? 0)) continue;
    lowest.push(row);
    lowest.sort((a, b) => (a.v_min_pu ?? 0) - (b.v_min_pu ?? 0) || a.scenario - b.scenario);
    lowest.length = Math.min(lowest.length, worstShown);
  }
  return lowest;
}
