import type { Case, Feeder, PreparedThreePhase, ThreePhaseResult } from '@gridflock/core';
import { type BranchRow, branchRows, phaseName, powerInto } from '../feeder/branch-rows.ts';
import { summarise, type VoltageSummary } from '../feeder/voltage-summary.ts';
import { csvPieces } from '../files/csv-text.ts';
import type { OutputFile } from './command.ts';
import { jsonPieces, type Rows, rowsOf } from './json-text.ts';

/**
 * The JSON of `powerflow` on a feeder, conductor by conductor; ../design/cli.md. `v_pu` and `v_V` are to earth; the summary (`v_min_pu` …) counts the
 * voltage that loads see: to the neutral where a bus carries one.
 */
export interface ThreePhaseDocument {
  readonly status: ThreePhaseResult['status'];
  /** What looks wrong and what to try, when not converged. */
  readonly diagnosis?: string;
  readonly method: 'three-phase';
  /** How the wires were solved. */
  readonly algorithm: ThreePhaseResult['method'];
  readonly iterations: number;
  readonly control_rounds: number;
  readonly mismatch_max_kVA: number | null;
  readonly time_ms?: number;
  readonly loss_kW: number | null;
  readonly loss_kvar: number | null;
  readonly v_min_pu: number | null;
  readonly v_min_bus: string;
  readonly v_min_phase: string;
  readonly v_max_pu: number | null;
  readonly v_max_bus: string;
  readonly v_max_phase: string;
  /** Largest negative-sequence over positive-sequence voltage. */
  readonly unbalance_max_frac: number | null;
  readonly unbalance_max_bus: string;
  readonly phases: readonly PhaseSummary[];
  readonly sources: readonly object[];
  readonly taps: readonly object[];
  readonly capacitors: readonly object[];
  readonly loads: Rows<object>;
  readonly generators: readonly object[];
  readonly inverters: readonly object[];
  readonly actions: readonly string[];
  readonly unbalance: readonly object[];
  readonly buses: Rows<object>;
  readonly branches: readonly object[];
  readonly warnings: readonly string[];
  readonly dropped: readonly object[];
}

export interface PhaseSummary {
  readonly phase: string;
  /** From the sources into the network. */
  readonly p_source_kW: number;
  readonly q_source_kvar: number;
  /** What flows from the phase into loads. */
  readonly p_load_kW: number;
  readonly q_load_kvar: number;
  readonly v_min_pu: number | null;
  readonly v_min_bus: string;
  readonly v_max_pu: number | null;
  readonly v_max_bus: string;
}

export interface Solved {
  readonly value: Case;
  readonly feeder: Feeder;
  readonly places: PreparedThreePhase['places'];
  readonly result: ThreePhaseResult;
  readonly voltages: VoltageSummary;
}

export function solvedFeeder(value: Case, { feeder, places }: PreparedThreePhase, result: ThreePhaseResult): Solved {
  return { value, feeder, places, result, voltages: summarise(feeder, places, result) };
}

const degrees = 180 / Math.PI;
/** JSON has no NaN: an unknown number is null. */
const known = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

export function threePhaseDocument({ value, feeder, places, result, voltages }: Solved): ThreePhaseDocument {
  const idOf = (bus: number | undefined): string => feeder.buses[bus ?? -1]?.id ?? '';
  const placeName = (k: number): { bus: string; phase: string } => ({
    bus: idOf(places.bus[k]),
    phase: k < 0 ? '' : phaseName(places.conductor[k] ?? 0),
  });
  const low = voltages.lowest[0] ?? -1;
  const high = voltages.highest[0] ?? -1;
  const worst = worstUnbalance(voltages);
  return {
    status: result.status,
    ...(result.diagnosis === undefined ? {} : { diagnosis: result.diagnosis }),
    method: 'three-phase',
    algorithm: result.method,
    iterations: result.iterations_count,
    control_rounds: result.controlRounds_count,
    mismatch_max_kVA: known(result.mismatch_max_kVA),
    loss_kW: known(result.loss_kW),
    loss_kvar: known(result.loss_kvar),
    v_min_pu: known(voltages.seen_pu[low]),
    v_min_bus: placeName(low).bus,
    v_min_phase: placeName(low).phase,
    v_max_pu: known(voltages.seen_pu[high]),
    v_max_bus: placeName(high).bus,
    v_max_phase: placeName(high).phase,
    unbalance_max_frac: known(worst?.negative_frac),
    unbalance_max_bus: idOf(worst?.bus),
    phases: [1, 2, 3].map((conductor) => phaseSummary(feeder, result, voltages, places, conductor)),
    sources: feeder.sources.map((source, k) => {
      const { p_kW, q_kvar } = powerInto(result.sources[k]);
      return { id: source.id, bus: idOf(source.terminal.bus), p_kW: known(-p_kW), q_kvar: known(-q_kvar) };
    }),
    taps: result.taps.map(({ transformer, winding, tap_pu, position }) => ({
      transformer,
      winding: winding + 1,
      tap_pu,
      ...(position === undefined ? {} : { position }),
    })),
    capacitors: feeder.shunts.map((shunt, k) => {
      const { p_kW, q_kvar } = powerInto(result.shunts[k]);
      const steps = result.shuntSteps.find((each) => each.shunt === shunt.id)?.closed_count ?? shunt.closed_count ?? 1;
      return {
        id: shunt.id,
        bus: idOf(shunt.terminal.bus),
        p_kW: known(-p_kW),
        q_kvar: known(-q_kvar),
        closed_count: shunt.inService ? steps : 0,
        steps_count: shunt.steps_count ?? 1,
      };
    }),
    loads: rowsOf(feeder.loads.length, (k) => {
      const load = feeder.loads[k];
      const { p_kW, q_kvar } = powerInto(result.loads[k]);
      return { id: load?.id, bus: idOf(load?.terminal.bus), p_load_kW: known(p_kW), q_load_kvar: known(q_kvar) };
    }),
    generators: feeder.generators.map((each, k) => {
      const { p_kW, q_kvar } = powerInto(result.generators[k]);
      return { id: each.id, bus: idOf(each.terminal.bus), p_kW: known(-p_kW), q_kvar: known(-q_kvar) };
    }),
    inverters: feeder.inverters.map((each, k) => {
      const { p_kW, q_kvar } = powerInto(result.inverters[k]);
      const s_frac = Math.hypot(p_kW, q_kvar) / each.s_rated_kVA;
      return {
        id: each.id,
        kind: each.kind,
        bus: idOf(each.terminal.bus),
        p_kW: known(-p_kW),
        q_kvar: known(-q_kvar),
        loading_frac: known(s_frac),
      };
    }),
    actions: result.actions,
    unbalance: voltages.sequences.map(({ bus, v_positive_pu, negative_frac, zero_frac }) => ({
      bus: idOf(bus),
      v_positive_pu,
      negative_frac,
      zero_frac,
    })),
    buses: rowsOf(places.count, (k) => ({
      id: idOf(places.bus[k]),
      phase: phaseName(places.conductor[k] ?? 0),
      v_pu: known(voltages.v_pu[k]),
      angle_deg: known(Math.atan2(result.v_im_V[k] ?? Number.NaN, result.v_re_V[k] ?? Number.NaN) * degrees),
      v_V: known(Math.hypot(result.v_re_V[k] ?? Number.NaN, result.v_im_V[k] ?? Number.NaN)),
    })),
    branches: [...branchRows(feeder, result)].map((row) => branchObject(row, idOf)),
    warnings: value.warnings,
    dropped: value.dropped,
  };
}

export function worstUnbalance({ sequences }: VoltageSummary): VoltageSummary['sequences'][number] | undefined {
  let worst = sequences[0];
  for (const each of sequences) if (each.negative_frac > (worst?.negative_frac ?? 0)) worst = each;
  return worst;
}

function phaseSummary(
  feeder: Feeder,
  result: ThreePhaseResult,
  voltages: VoltageSummary,
  places: Solved['places'],
  conductor: number,
): PhaseSummary {
  const sum = (elements: Feeder['loads'] | Feeder['sources'], flows: ThreePhaseResult['loads'], field: 'p_kW' | 'q_kvar'): number => {
    let total = 0;
    for (const [k, { terminal }] of elements.entries()) {
      for (const [j, each] of terminal.conductors.entries()) {
        if (each === conductor) total += flows[k]?.ends[0]?.[field][j] ?? 0;
      }
    }
    return total;
  };
  const low = voltages.lowest[conductor] ?? -1;
  const high = voltages.highest[conductor] ?? -1;
  return {
    phase: phaseName(conductor),
    p_source_kW: -sum(feeder.sources, result.sources, 'p_kW'),
    q_source_kvar: -sum(feeder.sources, result.sources, 'q_kvar'),
    p_load_kW: sum(feeder.loads, result.loads, 'p_kW'),
    q_load_kvar: sum(feeder.loads, result.loads, 'q_kvar'),
    v_min_pu: known(voltages.seen_pu[low]),
    v_min_bus: feeder.buses[places.bus[low] ?? -1]?.id ?? '',
    v_max_pu: known(voltages.seen_pu[high]),
    v_max_bus: feeder.buses[places.bus[high] ?? -1]?.id ?? '',
  };
}

const branchObject = ({ kind, id, from, to, conductor, head, tail, loading_frac }: BranchRow, idOf: (bus: number) => string): object => ({
  id,
  from: idOf(from),
  to: idOf(to),
  phase: phaseName(conductor),
  p_from_kW: known(head?.p_kW),
  q_from_kvar: known(head?.q_kvar),
  p_to_kW: known(tail?.p_kW),
  q_to_kvar: known(tail?.q_kvar),
  i_from_A: known(head?.i_A),
  i_to_A: known(tail?.i_A),
  loading_frac: known(loading_frac),
  kind,
});

/** powerflow.json and a table for each of its lists. */
export function threePhaseFiles(document: ThreePhaseDocument): OutputFile[] {
  const lists = ['buses', 'branches', 'loads', 'generators', 'inverters', 'taps', 'capacitors', 'unbalance'] as const;
  return [
    { name: 'powerflow.json', content: jsonPieces(document) },
    ...lists.flatMap((name) => {
      const rows = [...document[name]];
      const columns = Object.keys(rows[0] ?? {});
      if (rows.length === 0) return [];
      return [
        {
          name: `${name}.csv`,
          content: csvPieces(
            columns,
            rows.map((row) => Object.values(row)),
          ),
        },
      ];
    }),
  ];
}
