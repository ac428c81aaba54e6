/** The report of a three-phase power flow: what one moment of a feeder looks like. */
import type { Case, Feeder, Places, ThreePhaseResult } from '@gridflock/core';
import { branchRows, phaseName } from '../feeder/branch-rows.ts';
import { distanceAxis, profileWires } from '../feeder/profile-wires.ts';
import { usualHigh_pu, usualLow_pu } from '../feeder/seen-voltages.ts';
import type { VoltageSummary } from '../feeder/voltage-summary.ts';
import { droppedPanel } from './dropped-panel.ts';
import { feederPage, figures, panel, plainTable } from './feeder-page.ts';
import { type Html, html } from './html.ts';
import { fixed, short } from './page/format.ts';
import { phaseKey, profileSvg } from './voltage-profile.ts';

export interface ThreePhaseReport {
  readonly value: Case;
  readonly feeder: Feeder;
  readonly places: Places;
  readonly result: ThreePhaseResult;
  readonly voltages: VoltageSummary;
  readonly version: string;
}

const rowsShown = 12;

export function renderThreePhaseReport(report: ThreePhaseReport): string {
  const { feeder, result, value, version } = report;
  return feederPage({
    title: feeder.name,
    kind: 'three-phase power flow',
    status: result.status,
    facts: [
      `${feeder.buses.length} buses, ${report.places.count} conductors`,
      `${feeder.loads.length} loads`,
      ...(feeder.inverters.length > 0 ? [`${feeder.inverters.length} inverters`] : []),
      ...(feeder.source === undefined ? [] : [feeder.source]),
    ],
    verdict: verdictOf(report),
    body: [
      keyFigures(report),
      profilePanel(report),
      html`<div class="panels">${[phasesPanel(report), tapsPanel(report), voltagesPanel(report), loadingsPanel(report), invertersPanel(report), unbalancePanel(report), actionsPanel(report)].filter((part) => part !== undefined)}</div>`,
      droppedPanel(value),
    ],
    version,
  });
}

const nameOf = ({ feeder, places }: ThreePhaseReport, k: number): string =>
  k < 0 ? '' : `bus ${feeder.buses[places.bus[k] ?? -1]?.id}, phase ${phaseName(places.conductor[k] ?? 0)}`;

const sourcePower_kW = ({ result }: ThreePhaseReport): number =>
  -result.sources.reduce((total, { ends }) => total + (ends[0]?.p_kW.reduce((a, b) => a + b, 0) ?? 0), 0);

function limitsOf({ feeder, places }: ThreePhaseReport, k: number): readonly [low_pu: number, high_pu: number] {
  const bus = feeder.buses[places.bus[k] ?? -1];
  return [bus?.v_min_pu ?? usualLow_pu, bus?.v_max_pu ?? usualHigh_pu];
}

function outside(report: ThreePhaseReport): number[] {
  return [...report.voltages.seen_pu.keys()].filter((k) => {
    const v = report.voltages.seen_pu[k] ?? Number.NaN;
    const [low, high] = limitsOf(report, k);
    return v < low || v > high;
  });
}

function verdictOf(report: ThreePhaseReport): string {
  const { result, voltages, feeder } = report;
  if (result.status === 'diverged') return result.diagnosis ?? 'The equations have no solution that could be found.';
  const source_kW = sourcePower_kW(report);
  const low = voltages.lowest[0] ?? -1;
  const beyond = outside(report).length;
  const loss = `${short(result.loss_kW, 4)} kW of ${short(source_kW, 4)} kW are lost (${short((100 * result.loss_kW) / source_kW, 3)} %).`;
  const volts = `The lowest voltage is ${fixed(voltages.seen_pu[low], 4)} pu at ${nameOf(report, low)}; ${beyond === 0 ? 'no phase is' : `${beyond} ${beyond === 1 ? 'phase is' : 'phases are'}`} outside the limits.`;
  const moved = result.actions.length === 0 ? '' : ` Regulators, capacitors and inverters acted ${result.actions.length} times.`;
  const trouble = result.status === 'hunting' ? ` ${result.diagnosis ?? 'The controls did not settle.'}` : '';
  return `${feeder.buses.length > 1 ? loss : ''} ${volts}${moved}${trouble}`.trim();
}

function keyFigures(report: ThreePhaseReport): Html {
  const { result, voltages, feeder } = report;
  const low = voltages.lowest[0] ?? -1;
  const high = voltages.highest[0] ?? -1;
  const worst = voltages.sequences.reduce<(typeof voltages.sequences)[number] | undefined>(
    (most, each) => (most === undefined || each.negative_frac > most.negative_frac ? each : most),
    undefined,
  );
  return figures([
    {
      title: 'From the source',
      value: fixed(sourcePower_kW(report), 1),
      unit: 'kW',
      under: `${feeder.sources.length} source${feeder.sources.length === 1 ? '' : 's'}`,
    },
    {
      title: 'Losses',
      value: short(result.loss_kW, 4),
      unit: 'kW',
      under: `${short((100 * result.loss_kW) / sourcePower_kW(report), 3)} % of the supply`,
    },
    { title: 'Lowest voltage', value: fixed(voltages.seen_pu[low], 4), unit: 'pu', under: nameOf(report, low) },
    { title: 'Highest voltage', value: fixed(voltages.seen_pu[high], 4), unit: 'pu', under: nameOf(report, high) },
    { title: 'Outside limits', value: String(outside(report).length), unit: '', under: 'phases of buses' },
    {
      title: 'Largest unbalance',
      value: worst === undefined ? '–' : fixed(100 * worst.negative_frac, 2),
      unit: '%',
      under: worst === undefined ? 'no bus has three phases' : `negative sequence, bus ${feeder.buses[worst.bus]?.id}`,
    },
  ]);
}

function profilePanel(report: ThreePhaseReport): Html | undefined {
  const { feeder, places, voltages, result } = report;
  if (result.status === 'diverged') return undefined;
  const axis = distanceAxis(feeder);
  const wires = profileWires(feeder, places, voltages.seen_pu, axis.distance);
  const points = [...voltages.seen_pu.keys()].flatMap((k) => {
    const [v_pu, distance] = [voltages.seen_pu[k] ?? Number.NaN, axis.distance[places.bus[k] ?? -1] ?? Number.NaN];
    const conductor = places.conductor[k] ?? 0;
    if (!Number.isFinite(v_pu) || !Number.isFinite(distance) || conductor > 3) return [];
    return [{ conductor, distance, v_pu, title: `${nameOf(report, k)}: ${fixed(v_pu, 4)} pu` }];
  });
  if (wires.length === 0) return undefined;
  const present = [1, 2, 3].filter((c) => points.some(({ conductor }) => conductor === c));
  return panel(
    'Voltage from the source outwards',
    'Each line is one phase of one line, each mark a phase of a bus; dashed steps are regulators and transformers. Point at a mark to read it.',
    html`${phaseKey(present)}${profileSvg({ wires, points, unit: axis.unit, limits: [usualLow_pu, usualHigh_pu] })}`,
  );
}

function phasesPanel({ feeder, result, voltages, places }: ThreePhaseReport): Html {
  const sum = (
    elements: readonly { readonly terminal: { readonly conductors: readonly number[] } }[],
    flows: ThreePhaseResult['loads'],
    conductor: number,
    field: 'p_kW' | 'q_kvar',
  ): number =>
    elements.reduce(
      (total, { terminal }, k) =>
        terminal.conductors.reduce((part, c, j) => part + (c === conductor ? (flows[k]?.ends[0]?.[field][j] ?? 0) : 0), total),
      0,
    );
  const phases = [1, 2, 3].filter((c) => (voltages.lowest[c] ?? -1) >= 0);
  const at = (k: number): string => `${fixed(voltages.seen_pu[k], 4)} (${feeder.buses[places.bus[k] ?? -1]?.id})`;
  const row = (title: string, value: (c: number) => string): string[] => [title, ...phases.map(value)];
  return panel(
    'Phase by phase',
    '',
    plainTable(
      [{ title: '' }, ...phases.map((c) => ({ title: phaseName(c), number: true }))],
      [
        row('from the source, kW', (c) => fixed(-sum(feeder.sources, result.sources, c, 'p_kW'), 1)),
        row('from the source, kvar', (c) => fixed(-sum(feeder.sources, result.sources, c, 'q_kvar'), 1)),
        row('into loads, kW', (c) => fixed(sum(feeder.loads, result.loads, c, 'p_kW'), 1)),
        row('into loads, kvar', (c) => fixed(sum(feeder.loads, result.loads, c, 'q_kvar'), 1)),
        row('lowest voltage, pu', (c) => at(voltages.lowest[c] ?? -1)),
        row('highest voltage, pu', (c) => at(voltages.highest[c] ?? -1)),
      ],
    ),
  );
}

function tapsPanel({ feeder, result }: ThreePhaseReport): Html | undefined {
  if (result.taps.length === 0) return undefined;
  const before = new Map(feeder.transformers.map(({ id, windings }) => [id, windings]));
  return panel(
    'Taps',
    '',
    plainTable(
      [
        { title: 'transformer' },
        { title: 'position', number: true },
        { title: 'tap, pu', number: true },
        { title: 'moved from', number: true },
      ],
      result.taps.map(({ transformer, winding, tap_pu, position }) => {
        const start_pu = before.get(transformer)?.[winding]?.tap_pu ?? tap_pu;
        const step = position === undefined ? '–' : `${position > 0 ? '+' : position < 0 ? '−' : ''}${Math.abs(position)}`;
        return [transformer, step, fixed(tap_pu, 5), start_pu === tap_pu ? '' : fixed(start_pu, 5)];
      }),
    ),
  );
}

function voltagesPanel(report: ThreePhaseReport): Html {
  const { voltages, feeder, places } = report;
  const margin = (k: number): number => {
    const [low, high] = limitsOf(report, k);
    const v = voltages.seen_pu[k] ?? Number.NaN;
    return Math.min(v - low, high - v);
  };
  const order = [...voltages.seen_pu.keys()]
    .filter((k) => !Number.isNaN(voltages.seen_pu[k]))
    .sort((a, b) => margin(a) - margin(b) || a - b);
  return panel(
    'Voltages nearest to a limit, or beyond',
    feeder.buses.some(({ v_min_pu }) => v_min_pu !== undefined)
      ? ''
      : `The feeder names no limits; ${usualLow_pu} to ${usualHigh_pu} pu are shown.`,
    plainTable(
      [{ title: 'bus' }, { title: 'phase' }, { title: 'voltage, pu', number: true }, { title: 'limits, pu', number: true }],
      order.slice(0, rowsShown).map((k) => [
        feeder.buses[places.bus[k] ?? -1]?.id ?? '',
        phaseName(places.conductor[k] ?? 0),
        `${margin(k) < 0 ? '!' : ''}${fixed(voltages.seen_pu[k], 5)}`,
        limitsOf(report, k)
          .map((limit) => fixed(limit, 2))
          .join(' – '),
      ]),
    ),
  );
}

function loadingsPanel({ feeder, result }: ThreePhaseReport): Html | undefined {
  const rows = [...branchRows(feeder, result)]
    .filter((row) => row.loading_frac !== undefined)
    .sort((a, b) => (b.loading_frac ?? 0) - (a.loading_frac ?? 0));
  if (rows.length === 0) return undefined;
  return panel(
    'Fullest branches',
    '',
    plainTable(
      [
        { title: 'branch' },
        { title: '' },
        { title: 'phase' },
        { title: 'current, A', number: true },
        { title: 'loading, %', number: true },
      ],
      rows
        .slice(0, rowsShown)
        .map(({ id, kind, conductor, head, tail, loading_frac }) => [
          id,
          kind,
          phaseName(conductor),
          fixed(Math.max(head?.i_A ?? 0, tail?.i_A ?? 0), 1),
          `${(loading_frac ?? 0) > 1 ? '!' : ''}${fixed(100 * (loading_frac ?? 0), 1)}`,
        ]),
    ),
  );
}

function invertersPanel({ feeder, result }: ThreePhaseReport): Html | undefined {
  if (feeder.inverters.length === 0) return undefined;
  return panel(
    'Inverters',
    'Power into the network.',
    plainTable(
      [
        { title: 'inverter' },
        { title: 'bus' },
        { title: 'kW', number: true },
        { title: 'kvar', number: true },
        { title: 'rating, kVA', number: true },
      ],
      feeder.inverters.slice(0, 2 * rowsShown).map(({ id, terminal, s_rated_kVA }, k) => {
        const at = result.inverters[k]?.ends[0];
        const total = (values: Float64Array | undefined): number => -(values?.reduce((a, b) => a + b, 0) ?? Number.NaN);
        return [id, feeder.buses[terminal.bus]?.id ?? '', fixed(total(at?.p_kW), 2), fixed(total(at?.q_kvar), 2), fixed(s_rated_kVA, 1)];
      }),
    ),
  );
}

function unbalancePanel({ feeder, voltages }: ThreePhaseReport): Html | undefined {
  if (voltages.sequences.length === 0) return undefined;
  const order = [...voltages.sequences].sort((a, b) => b.negative_frac - a.negative_frac).slice(0, rowsShown / 2);
  return panel(
    'Most unbalanced buses',
    'Negative and zero sequence voltage, relative to the positive.',
    plainTable(
      [
        { title: 'bus' },
        { title: 'negative, %', number: true },
        { title: 'zero, %', number: true },
        { title: 'positive, pu', number: true },
      ],
      order.map(({ bus, negative_frac, zero_frac, v_positive_pu }) => [
        feeder.buses[bus]?.id ?? '',
        fixed(100 * negative_frac, 3),
        fixed(100 * zero_frac, 3),
        fixed(v_positive_pu, 4),
      ]),
    ),
  );
}

function actionsPanel({ result }: ThreePhaseReport): Html | undefined {
  if (result.actions.length === 0) return undefined;
  return panel(
    'What the controls did',
    `${result.actions.length} actions in ${result.controlRounds_count} rounds, in order.`,
    html`<ol class="log">${result.actions.map((text) => html`<li>${text}</li>`)}</ol>`,
  );
}
