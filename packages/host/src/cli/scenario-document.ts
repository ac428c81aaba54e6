import type { Feeder, Places } from '@gridflock/core';
import { phaseName } from '../feeder/branch-rows.ts';
import type { BranchWire } from '../feeder/branch-tally.ts';
import { type FeederTally, type StepField, valueAt } from '../feeder/tally.ts';
import { csvPieces } from '../files/csv-text.ts';
import type { OutputFile } from './command.ts';
import { jsonPieces, type Rows, rowsOf } from './json-text.ts';
import type { ScenarioTrouble } from './scenario-windows.ts';
import { bestStep, csvOfRows } from './three-phase-series.ts';

/** A batch of scenarios, done. Scenarios are counted from 0 here, and from 1 in what a user sees. */
export interface SolvedScenarios {
  readonly name: string;
  readonly feeder: Feeder;
  readonly places: Places;
  readonly wires: readonly BranchWire[];
  readonly count: number;
  readonly tally: FeederTally;
  /** By scenario. */
  readonly troubles: ReadonlyMap<number, ScenarioTrouble>;
  readonly actions: readonly { readonly scenario: number; readonly text: string }[];
  /** What the updates wanted to change and cannot. */
  readonly passedOver: readonly string[];
}

type Status = 'converged' | ScenarioTrouble['status'];

/** One scenario of a batch; null where it was not solved. */
export interface ScenarioRow {
  readonly scenario: number;
  readonly status: Status;
  readonly iterations: number | null;
  readonly source_kW: number | null;
  readonly loss_kW: number | null;
  readonly v_min_pu: number | null;
  readonly v_min_bus: string;
  readonly v_min_phase: string;
  readonly v_max_pu: number | null;
  readonly v_max_bus: string;
  readonly v_max_phase: string;
  readonly unbalance_max_frac: number | null;
  readonly loading_max_frac: number | null;
  readonly loading_max_branch: string;
  readonly loading_max_phase: string;
  /** Phases of buses without supply. */
  readonly dead_count: number | null;
  readonly diagnosis: string;
}

export interface ScenariosDocument {
  readonly status: Status;
  readonly diagnosis?: string;
  readonly method: 'three-phase';
  readonly kpis: Readonly<Record<string, number | null>>;
  /** Those without a solution, or whose controls did not settle. */
  readonly scenarios_not_converged: readonly number[];
  readonly scenarios: Rows<ScenarioRow>;
  /** Of every phase of every bus over all scenarios that have a solution. */
  readonly extremes: Rows<object>;
  /** Of every wire of the branches. */
  readonly branch_extremes: Rows<object>;
  readonly actions: readonly object[];
  readonly warnings: readonly string[];
}

const known = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

export function scenariosDocument(solved: SolvedScenarios): ScenariosDocument {
  const { count, troubles, actions, passedOver } = solved;
  const [first] = troubles.values();
  return {
    status: first?.status ?? 'converged',
    ...(first === undefined ? {} : { diagnosis: `Scenario ${first.scenario + 1}: ${first.diagnosis}` }),
    method: 'three-phase',
    kpis: kpisOf(solved),
    scenarios_not_converged: [...troubles.keys()].map((s) => s + 1),
    scenarios: rowsOf(count, (s) => scenarioRow(solved, s)),
    extremes: extremeRows(solved),
    branch_extremes: branchExtremeRows(solved),
    actions: actions.map(({ scenario, text }) => ({ scenario: scenario + 1, action: text })),
    warnings: passedOver,
  };
}

export function scenarioRow({ feeder, places, wires, tally, troubles }: SolvedScenarios, s: number): ScenarioRow {
  const value = (field: StepField): number => valueAt(tally, s, field);
  const busOf = (k: number): string => feeder.buses[places.bus[k] ?? -1]?.id ?? '';
  const phaseOf = (k: number): string => (k >= 0 ? phaseName(places.conductor[k] ?? 0) : '');
  const trouble = troubles.get(s);
  const [low, high] = [value('v_min_place'), value('v_max_place')];
  const wire = wires[value('loading_wire')];
  return {
    scenario: s + 1,
    status: trouble?.status ?? 'converged',
    iterations: known(value('iterations')),
    source_kW: known(value('source_kW')),
    loss_kW: known(value('loss_kW')),
    v_min_pu: known(value('v_min_pu')),
    v_min_bus: busOf(low),
    v_min_phase: phaseOf(low),
    v_max_pu: known(value('v_max_pu')),
    v_max_bus: busOf(high),
    v_max_phase: phaseOf(high),
    unbalance_max_frac: known(value('unbalance_frac')),
    loading_max_frac: known(value('loading_max_frac')),
    loading_max_branch: wire?.id ?? '',
    loading_max_phase: wire === undefined ? '' : phaseName(wire.conductor),
    dead_count: known(value('dead_count')),
    diagnosis: trouble?.diagnosis ?? '',
  };
}

function kpisOf({ count, tally, troubles }: SolvedScenarios): Record<string, number | null> {
  const most = (field: StepField, better: (a: number, b: number) => boolean): number | null =>
    known(valueAt(tally, bestStep(tally, field, better), field));
  const up = (a: number, b: number): boolean => a > b;
  const down = (a: number, b: number): boolean => a < b;
  const { below_count, above_count } = tally.extremes;
  const { over_count } = tally.branches;
  return {
    scenarios_count: count,
    scenarios_not_converged_count: troubles.size,
    loss_min_kW: most('loss_kW', down),
    loss_max_kW: most('loss_kW', up),
    v_min_pu: most('v_min_pu', down),
    v_max_pu: most('v_max_pu', up),
    unbalance_max_frac: most('unbalance_frac', up),
    loading_max_frac: most('loading_max_frac', up),
    places_outside_count: below_count.reduce((sum, below, k) => sum + (below + (above_count[k] ?? 0) > 0 ? 1 : 0), 0),
    wires_over_rating_count: over_count.reduce((sum, over) => sum + (over > 0 ? 1 : 0), 0),
  };
}

function extremeRows({ feeder, places, tally }: SolvedScenarios): Rows<object> {
  const { v_min_pu, v_min_step, v_max_pu, v_max_step, below_count, above_count } = tally.extremes;
  const shown = Array.from({ length: places.count }, (_, k) => k).filter((k) => (v_min_step[k] ?? -1) >= 0);
  return rowsOf(shown.length, (j) => {
    const k = shown[j] ?? -1;
    return {
      bus: feeder.buses[places.bus[k] ?? -1]?.id ?? '',
      phase: phaseName(places.conductor[k] ?? 0),
      v_min_pu: v_min_pu[k],
      v_min_scenario: (v_min_step[k] ?? 0) + 1,
      v_max_pu: v_max_pu[k],
      v_max_scenario: (v_max_step[k] ?? 0) + 1,
      below_count: below_count[k],
      above_count: above_count[k],
    };
  });
}

function branchExtremeRows({ feeder, wires, tally }: SolvedScenarios): Rows<object> {
  const { i_from_max_A, i_to_max_A, loading_max_frac, loading_max_step, over_count } = tally.branches;
  return rowsOf(wires.length, (w) => {
    const { id, from, to, conductor, kind } = wires[w] as BranchWire;
    const scenario = loading_max_step[w] ?? -1;
    return {
      id,
      from: feeder.buses[from]?.id ?? '',
      to: feeder.buses[to]?.id ?? '',
      phase: phaseName(conductor),
      i_from_max_A: i_from_max_A[w],
      i_to_max_A: i_to_max_A[w],
      loading_max_frac: scenario < 0 ? null : loading_max_frac[w],
      loading_max_scenario: scenario < 0 ? null : scenario + 1,
      over_count: over_count[w],
      kind,
    };
  });
}

/** powerflow.json, a row per scenario, per place and per wire; voltages.csv is written while the run goes on. */
export function scenarioFiles({ actions }: SolvedScenarios, document: ScenariosDocument): OutputFile[] {
  return [
    { name: 'powerflow.json', content: jsonPieces(document) },
    { name: 'scenarios.csv', content: csvOfRows(document.scenarios) },
    { name: 'extremes.csv', content: csvOfRows(document.extremes) },
    { name: 'branches.csv', content: csvOfRows(document.branch_extremes) },
    ...(actions.length === 0
      ? []
      : [
          {
            name: 'actions.csv',
            content: csvPieces(
              ['scenario', 'action'],
              actions.map(({ scenario, text }) => [scenario + 1, text]),
            ),
          },
        ]),
  ];
}
