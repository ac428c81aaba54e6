import type { RowReader } from '../document-table.ts';
import {
  type Curve,
  type InverterControl,
  type InverterFunction,
  type MonitoredKind,
  monitoredLists,
  type RegulatorControl,
} from './controls.ts';
import { feederColumns } from './document.ts';
import type { CapacitorControlPart } from './feeder-parts.ts';
import type { BusOf } from './read-wires.ts';

export function readRegulator(row: RowReader, busOf: BusOf): RegulatorControl {
  const id = row.id('id');
  const phase = row.has('phase') ? phaseOf(row, ['max', 'min'] as const) : undefined;
  return Object.freeze({
    id,
    transformer: row.id('transformer'),
    windingMeasured: row.number('winding_measured', 1),
    windingMoved: row.number('winding_moved', 1),
    v_set_V: row.number('v_set_V', Number.NaN),
    band_V: row.number('band_V', Number.NaN),
    ptRatio: row.number('pt_ratio', Number.NaN),
    ctRating_A: row.number('ct_rating_A', 1),
    r_V: row.number('r_V', 0),
    x_V: row.number('x_V', 0),
    ...(row.has('remote_bus')
      ? {
          remote: Object.freeze({
            bus: busOf(row, row.id('remote_bus'), `What regulator "${id}" measures`).index,
            conductor: row.number('remote_conductor', 1),
          }),
        }
      : {}),
    ...(phase === undefined ? {} : { phase }),
    delay_s: row.number('delay_s', 15),
    tapDelay_s: row.number('tap_delay_s', 2),
    tapsPerChange_count: row.number('taps_per_change_count', 1),
    ...(row.has('v_limit_V') ? { v_limit_V: row.number('v_limit_V', 0) } : {}),
    reversible: row.flag('reversible', false),
    ...(row.has('reverse_v_set_V')
      ? {
          reverse: Object.freeze({
            v_set_V: row.number('reverse_v_set_V', 0),
            band_V: row.number('reverse_band_V', 0),
            r_V: row.number('reverse_r_V', 0),
            x_V: row.number('reverse_x_V', 0),
          }),
        }
      : {}),
    enabled: row.flag('enabled', true),
  });
}

const monitoredKinds = Object.keys(monitoredLists) as MonitoredKind[];

export function readCapacitorControl(row: RowReader): CapacitorControlPart {
  return Object.freeze({
    id: row.id('id'),
    shunt: row.id('shunt'),
    monitored: Object.freeze({
      ...(row.has('element_kind') ? { kind: row.word('element_kind', monitoredKinds, 'line') } : {}),
      element: row.id('element'),
      end: row.number('end', 0),
    }),
    kind: row.word('kind', ['voltage', 'current', 'kvar', 'powerFactor', 'time'] as const, 'voltage'),
    on: row.number('on', Number.NaN),
    off: row.number('off', Number.NaN),
    ptRatio: row.number('pt_ratio', 1),
    ctRatio: row.number('ct_ratio', 1),
    phase: row.has('phase') ? phaseOf(row, ['mean', 'max', 'min'] as const) : 0,
    delayOn_s: row.number('delay_on_s', 15),
    delayOff_s: row.number('delay_off_s', 15),
    dead_s: row.number('dead_s', 300),
    ...(row.has('v_override_min_V') || row.has('v_override_max_V')
      ? {
          voltageOverride: Object.freeze({
            v_min_V: row.number('v_override_min_V', Number.NaN),
            v_max_V: row.number('v_override_max_V', Number.NaN),
          }),
        }
      : {}),
    enabled: row.flag('enabled', true),
  });
}

/** A phase from 0, or one of the words. */
function phaseOf<T extends string>(row: RowReader, words: readonly T[]): number | T {
  const value = row.raw('phase');
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  const word = words.find((each) => each === value);
  if (word === undefined) throw row.wrong('phase', `a whole number from 0, or one of ${words.join(', ')}`);
  return word;
}

export function readInverterControl(row: RowReader, busOf: BusOf): InverterControl {
  const id = row.id('id');
  const functions = row.rows('functions', feederColumns.functions).map(readFunction);
  if (functions.length === 0) throw row.wrong('functions', 'a list of one function or more');
  const remote = row.ids('remote_buses');
  return Object.freeze({
    id,
    inverters: row.ids('inverters') ?? [],
    functions: Object.freeze(functions),
    ...(row.has('voltage') ? { voltage: row.word('voltage', ['mean', 'max', 'min', 'positiveSequence'] as const, 'mean') } : {}),
    ...(remote === undefined
      ? {}
      : { remoteBuses: Object.freeze(remote.map((bus) => busOf(row, bus, `What inverter control "${id}" looks at`).index)) }),
    varBase: row.word('var_base', ['rating', 'maximum', 'available'] as const, 'rating'),
    ...meanOf(row),
    ...rateOf(row),
    enabled: row.flag('enabled', true),
  });
}

function meanOf(row: RowReader): Pick<InverterControl, 'mean'> {
  if (!row.has('mean')) return {};
  if (!row.has('mean_window_s')) throw row.wrong('mean_window_s', 'a number, which mean needs');
  return { mean: Object.freeze({ use: row.word('mean', ['base', 'voltage'] as const, 'base'), window_s: row.number('mean_window_s', 0) }) };
}

function rateOf(row: RowReader): Pick<InverterControl, 'rate'> {
  const [lag, ramp] = [row.has('rate_lag_s'), row.has('rate_limit_per_s')];
  if (lag && ramp) throw row.wrong('rate_limit_per_s', 'nothing where rate_lag_s is given');
  if (lag) return { rate: Object.freeze({ kind: 'lag', tau_s: row.number('rate_lag_s', 0) }) };
  return ramp ? { rate: Object.freeze({ kind: 'ramp', limit_per_s: row.number('rate_limit_per_s', 0) }) } : {};
}

const functionKinds = [
  'volt-var',
  'volt-watt',
  'watt-var',
  'watt-pf',
  'fixed-pf',
  'fixed-var',
  'voltage-regulation',
  'dynamic-reactive-current',
] as const;

function readFunction(row: RowReader): InverterFunction {
  const kind = row.word('kind', functionKinds, 'volt-var');
  const value = (column: string): number => {
    if (!row.has(column)) throw row.wrong(column, `a number, which ${kind} needs`);
    return row.number(column, 0);
  };
  switch (kind) {
    case 'volt-var':
      return Object.freeze({ kind, curve: curveOf(row), ...(row.has('hysteresis_pu') ? { hysteresis_pu: value('hysteresis_pu') } : {}) });
    case 'volt-watt':
      return Object.freeze({ kind, curve: curveOf(row), of: row.word('of', ['rated', 'available', 'rating'] as const, 'rated') });
    case 'watt-var':
    case 'watt-pf':
      return Object.freeze({ kind, curve: curveOf(row) });
    case 'fixed-pf':
      return Object.freeze({ kind, powerFactor_frac: value('power_factor_frac') });
    case 'fixed-var':
      return Object.freeze({ kind, q_frac: value('q_frac') });
    case 'voltage-regulation':
      return Object.freeze({ kind, v_set_pu: value('v_set_pu'), deadband_pu: value('deadband_pu') });
    case 'dynamic-reactive-current':
      return Object.freeze({
        kind,
        gainLow_pu: value('gain_low_pu'),
        gainHigh_pu: value('gain_high_pu'),
        v_low_pu: value('v_low_pu'),
        v_high_pu: value('v_high_pu'),
        window_s: value('window_s'),
      });
  }
}

function curveOf(row: RowReader): Curve {
  const x = row.numbers('x') ?? [];
  const y = row.numbers('y') ?? [];
  if (x.length === 0 || x.some((value, k) => k > 0 && value < x[k - 1])) throw row.wrong('x', 'a list of rising numbers');
  if (y.length !== x.length) throw row.wrong('y', `as many numbers as x (${x.length})`);
  return Object.freeze({ x, y });
}
