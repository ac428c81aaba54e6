import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { buildFeeder } from './build.ts';
import type { Line, Load, Transformer } from './feeder.ts';
import type { CapacitorControlPart, FeederParts, Placed, TransformerPart } from './feeder-parts.ts';

const eye = (n: number, on: number, off = 0): number[] => Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? on : off));

const at = (bus: string, ...conductors: number[]) => ({ bus, conductors });

const line = (id: string, from: string, to: string, conductors = [1, 2, 3], change: Partial<Placed<Line>> = {}): Placed<Line> => ({
  id,
  from: at(from, ...conductors),
  to: at(to, ...conductors),
  r_ohm: eye(conductors.length, 0.2, 0.05),
  x_ohm: eye(conductors.length, 0.4, 0.1),
  closedFrom: true,
  closedTo: true,
  ...change,
});

const load = (id: string, bus: string, conductors = [1, 2, 3, 0], change: Partial<Placed<Load>> = {}): Placed<Load> => ({
  id,
  connection: 'wye',
  terminal: at(bus, ...conductors),
  v_rated_kV: 0.23,
  p_kW: new Array(conductors.length - 1).fill(2),
  q_kvar: new Array(conductors.length - 1).fill(1),
  pLaw: { exponent: 0 },
  qLaw: { exponent: 0 },
  inService: true,
  ...change,
});

const transformer = (id: string, from: string, to: string, change: Partial<Transformer> = {}): TransformerPart => ({
  id,
  cores_count: 3,
  windings: [
    { connection: 'delta', terminal: at(from, 1, 2, 3), v_rated_kV: 10, s_rated_kVA: 400, r_frac: 0.005, tap_pu: 1 },
    { connection: 'wye', terminal: at(to, 1, 2, 3, 0), v_rated_kV: 0.4, s_rated_kVA: 400, r_frac: 0.005, tap_pu: 1, clock: 11 },
  ],
  x_frac: [0.04],
  inService: true,
  ...change,
});

const base: FeederParts = {
  name: 'street',
  frequency_Hz: 50,
  buses: [
    { id: 'grid', v_base_kV: 10 },
    { id: 'station', v_base_kV: 0.4 },
    { id: 'end', v_base_kV: 0.4 },
  ],
  sources: [
    {
      id: 's',
      terminal: at('grid', 1, 2, 3),
      e_kV: [5.77, 5.77, 5.77],
      angle_deg: [0, -120, 120],
      inService: true,
    },
  ],
  transformers: [transformer('t', 'grid', 'station')],
  lines: [line('l', 'station', 'end')],
  loads: [load('house', 'end')],
};

const capacitorControl: Omit<CapacitorControlPart, 'monitored'> = {
  id: 'cc',
  shunt: 'c',
  kind: 'kvar',
  on: 60,
  off: -40,
  ptRatio: 1,
  ctRatio: 1,
  phase: 0,
  delayOn_s: 15,
  delayOff_s: 15,
  dead_s: 300,
  enabled: true,
};

const codeOf = (parts: Partial<FeederParts>): string => {
  try {
    buildFeeder({ ...base, ...parts });
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
  return 'built';
};

const warningsOf = (parts: Partial<FeederParts>): readonly string[] => buildFeeder({ ...base, ...parts }).warnings;

describe('buildFeeder', () => {
  it('keeps a sound feeder without a word, frozen, buses by place', () => {
    const { feeder, warnings } = buildFeeder(base);
    expect(warnings).toEqual([]);
    expect(feeder.lines[0].to).toEqual({ bus: 2, conductors: [1, 2, 3] });
    expect(Object.isFrozen(feeder.lines[0].r_ohm)).toBe(true);
    expect(buildFeeder(feeder).feeder).toEqual(feeder);
  });

  it.each<[string, Partial<FeederParts>]>([
    ['FEEDER_EMPTY', { buses: [] }],
    ['FEEDER_SOURCE_MISSING', { sources: [] }],
    ['FEEDER_DUPLICATE_ID', { lines: [line('l', 'station', 'end'), line('l', 'station', 'end')] }],
    ['FEEDER_UNKNOWN_BUS', { lines: [line('l', 'station', 'ende')] }],
    ['FEEDER_NUMBER_INVALID', { lines: [line('l', 'station', 'end', [1, 2, 3], { x_ohm: eye(3, Number.NaN) })] }],
    ['FEEDER_NUMBER_INVALID', { lines: [line('l', 'station', 'end', [1, 2, 3], { length_km: Number.POSITIVE_INFINITY })] }],
    ['FEEDER_NUMBER_INVALID', { lines: [line('l', 'station', 'end', [1, 2, 3], { i_max_A: -1e99 })] }],
    ['FEEDER_NUMBER_INVALID', { loads: [load('house', 'end', [1, 2, 3, 0], { p_kW: [1e99, 0, 0] })] }],
    ['FEEDER_MATRIX_SIZE', { lines: [line('l', 'station', 'end', [1, 2, 3], { r_ohm: [1] })] }],
    ['FEEDER_MATRIX_ASYMMETRIC', { lines: [line('l', 'station', 'end', [1, 2], { x_ohm: [0.4, 0.1, 0.2, 0.4] })] }],
    ['FEEDER_IMPEDANCE_SINGULAR', { lines: [line('l', 'station', 'end', [1, 2, 3], { r_ohm: eye(3, 0), x_ohm: eye(3, 0) })] }],
    ['FEEDER_IMPEDANCE_SINGULAR', { lines: [line('l', 'station', 'end', [1, 2], { r_ohm: eye(2, 0), x_ohm: [1, 1, 1, 1] })] }],
    ['FEEDER_LENGTH_INVALID', { lines: [line('l', 'station', 'end', [1, 2, 3], { length_km: 0 })] }],
    ['FEEDER_VALUE_RANGE', { lines: [line('l', 'station', 'end', [1, 2, 3], { i_max_A: -5 })] }],
    ['FEEDER_VALUE_RANGE', { lines: [line('l', 'station', 'end', [1, 2, 3], { r_ohm: eye(3, -0.1) })] }],
    ['FEEDER_SELF_LOOP', { lines: [line('l', 'station', 'station')] }],
    ['FEEDER_CONDUCTOR_INVALID', { lines: [line('l', 'station', 'end', [1, 2.5])] }],
    ['FEEDER_CONDUCTORS_COUNT', { lines: [line('l', 'station', 'end', [1, 2, 3], { to: at('end', 1, 2) })] }],
    ['FEEDER_CONDUCTOR_MISSING', { loads: [load('house', 'end', [4, 0])] }],
    ['FEEDER_CONDUCTOR_MISSING', { loads: [load('house', 'end', [1, 4])] }],
    ['FEEDER_CONDUCTORS_COUNT', { loads: [load('house', 'end', [1])] }],
    ['FEEDER_MATRIX_SIZE', { loads: [load('house', 'end', [1, 2, 3, 0], { p_kW: [1] })] }],
    ['FEEDER_LAW_INVALID', { loads: [load('house', 'end', [1, 0], { pLaw: { z_frac: 50, i_frac: 30, p_frac: 20 } })] }],
    ['FEEDER_UNKNOWN_ELEMENT', { loads: [load('house', 'end', [1, 0], { profile: { daily: 'h0' } })] }],
    ['FEEDER_TRANSFORMER_CLOCK', { transformers: [withWinding({ clock: 6 })] }],
    ['FEEDER_TRANSFORMER_IMPEDANCE', { transformers: [lossless(transformer('t', 'grid', 'station', { x_frac: [0] }))] }],
    ['FEEDER_MATRIX_SIZE', { transformers: [transformer('t', 'grid', 'station', { x_frac: [] })] }],
    ['FEEDER_CONDUCTORS_COUNT', { transformers: [withWinding({ connection: 'delta', clock: 0 })] }],
  ])('%s', (code, parts) => expect(codeOf(parts)).toBe(code));

  it('suggests the bus that was meant, and says where', () => {
    expect(() => buildFeeder({ ...base, lines: [line('l', 'station', 'ende')] }, { whereOf: (list, k) => `${list}:${k + 7}` })).toThrow(
      'line "l" stands at bus "ende", which does not exist (lines:7). Did you mean "end"? [FEEDER_UNKNOWN_BUS]',
    );
  });

  it('names controls whose targets do not exist', () => {
    const regulator = {
      id: 'r',
      transformer: 'tt',
      windingMeasured: 1,
      windingMoved: 1,
      v_set_V: 120,
      band_V: 2,
      ptRatio: 20,
      ctRating_A: 100,
      r_V: 0,
      x_V: 0,
      delay_s: 15,
      tapDelay_s: 2,
      tapsPerChange_count: 1,
      reversible: false,
      enabled: true,
    };
    expect(codeOf({ regulators: [regulator] })).toBe('FEEDER_UNKNOWN_ELEMENT');
    expect(codeOf({ regulators: [{ ...regulator, transformer: 't', windingMoved: 2 }] })).toBe('FEEDER_VALUE_RANGE');
    expect(warningsOf({ regulators: [{ ...regulator, transformer: 't' }] })[0]).toContain('tap range is not stated');
  });

  it('lists what no source feeds', () => {
    const open = { id: 'k', from: at('station', 2), to: at('end', 2), closed: false };
    const warnings = warningsOf({ lines: [line('l', 'station', 'end', [1, 3])], switches: [open] });
    expect(warnings).toEqual([
      'Conductor end.2: no closed path leads from there to a source',
      'Load "house" is not fed in 1 of 3 elements at bus "end": 2 kW without supply',
    ]);
    const islands = warningsOf({ lines: [line('l', 'station', 'end', [1, 2, 3], { closedTo: false })] });
    expect(islands).toEqual([
      'Island of end has no source in service: nothing there is fed',
      'Load "house" is not fed at bus "end": 6 kW without supply',
    ]);
  });

  it('feeds the far side of a transformer core by core', () => {
    // an open bank: cores between a and earth and between b and earth feed two of three phases
    const bank: TransformerPart = {
      ...transformer('t', 'grid', 'station'),
      cores_count: 2,
      windings: [
        { connection: 'wye', terminal: at('grid', 1, 2, 0), v_rated_kV: 10, s_rated_kVA: 100, r_frac: 0.01, tap_pu: 1 },
        { connection: 'delta', terminal: at('station', 1, 2, 3), v_rated_kV: 0.4, s_rated_kVA: 100, r_frac: 0.01, tap_pu: 1 },
      ],
    };
    expect(warningsOf({ transformers: [bank] })).toEqual([]);
    const wye: TransformerPart = {
      ...bank,
      windings: [bank.windings[0], { ...bank.windings[1], connection: 'wye', terminal: at('station', 1, 2, 0) }],
    };
    expect(warningsOf({ transformers: [wye] })).toEqual([
      'Conductors station.3, end.3: no closed path leads from there to a source',
      'Load "house" is not fed in 1 of 3 elements at bus "end": 2 kW without supply',
    ]);
  });

  it('is not misled by a capacitor from phases to earth', () => {
    const bank = { id: 'c', terminal: at('station', 1, 2, 3), g_S: eye(3, 0), b_S: eye(3, 1e-3), inService: true };
    const primary = { ...bank, id: 'p', terminal: at('grid', 1, 2, 3) };
    expect(warningsOf({ shunts: [bank, primary] })).toEqual([]);
    const open = { id: 'k', from: at('grid', 1, 2, 3), to: at('station', 1, 2, 3), closed: false };
    expect(warningsOf({ shunts: [bank], transformers: [], switches: [open] })).toEqual([
      'Island of station, end has no source in service: nothing there is fed',
      'Load "house" is not fed at bus "end": 6 kW without supply',
    ]);
  });

  it('feeds the middle of an autotransformer whose two coils stand on one bus', () => {
    const coil = { connection: 'coils' as const, s_rated_kVA: 100, r_frac: 0.01, tap_pu: 1 };
    const auto: TransformerPart = {
      id: 't',
      cores_count: 3,
      windings: [
        { ...coil, terminal: at('grid', 1, 4, 2, 5, 3, 6), v_rated_kV: 5.5 },
        { ...coil, terminal: at('grid', 4, 0, 5, 0, 6, 0), v_rated_kV: 0.23 },
      ],
      x_frac: [0.05],
      inService: true,
    };
    const jumper = line('j', 'grid', 'station', [4, 5, 6], { to: at('station', 1, 2, 3) });
    expect(
      warningsOf({ transformers: [auto], lines: [jumper, line('l', 'station', 'end')] }).filter((text) => !text.includes('joins buses')),
    ).toEqual([]);
  });

  it('feeds nothing through an open winding', () => {
    expect(warningsOf({ transformers: [withWinding({ closed: false })] })).toEqual([
      'Island of station, end has no source in service: nothing there is fed',
      'Load "house" is not fed at bus "end": 6 kW without supply',
    ]);
  });

  it('lets a star point float that several elements share', () => {
    expect(warningsOf({ loads: [load('house', 'end', [1, 2, 3, 4])] })).toEqual([]);
  });

  it('finds loops of transformers that do not fit', () => {
    const parallel = (change: Partial<Transformer['windings'][number]>) =>
      warningsOf({ transformers: [transformer('t', 'grid', 'station'), withWinding(change, 'u')] });
    expect(parallel({})).toEqual([]);
    expect(parallel({ clock: 1 })[0]).toBe(
      'Transformer "u" closes a loop at bus "station" whose vector groups do not fit: 60° apart, which drives a short-circuit current around',
    );
    expect(parallel({ v_rated_kV: 0.48 })[0]).toContain('voltages do not fit');
  });

  it('wants the kind of what a capacitor control looks at where two kinds share its id', () => {
    const shunt = { id: 'c', terminal: at('end', 1, 2, 3), g_S: eye(3, 0), b_S: eye(3, 1e-3), inService: true };
    const looking = (monitored: CapacitorControlPart['monitored']): Partial<FeederParts> => ({
      lines: [line('l', 'station', 'end'), line('t', 'station', 'end', [1, 2, 3], { closedTo: false })],
      shunts: [shunt],
      capacitorControls: [{ ...capacitorControl, monitored }],
    });
    const seen = (monitored: CapacitorControlPart['monitored']) =>
      buildFeeder({ ...base, ...looking(monitored) }).feeder.capacitorControls[0].monitored;
    expect(seen({ element: 'l', end: 1 })).toEqual({ kind: 'line', element: 'l', end: 1 });
    expect(seen({ kind: 'transformer', element: 't', end: 1 })).toEqual({ kind: 'transformer', element: 't', end: 1 });
    expect(codeOf(looking({ element: 't', end: 0 }))).toBe('FEEDER_ELEMENT_AMBIGUOUS');
    expect(codeOf(looking({ kind: 'shunt', element: 't', end: 0 }))).toBe('FEEDER_UNKNOWN_ELEMENT');
    expect(codeOf(looking({ element: 'house', end: 0 }))).toBe('FEEDER_UNKNOWN_ELEMENT');
    expect(codeOf(looking({ element: 'l', end: 2 }))).toBe('FEEDER_VALUE_RANGE');
  });

  it('takes a limit that nothing reaches for none, and says so', () => {
    const { pLaw: _p, qLaw: _q, ...generator } = load('g', 'end');
    const { feeder, warnings } = buildFeeder({
      ...base,
      lines: [line('l', 'station', 'end', [1, 2, 3], { i_max_A: 1e99 })],
      generators: [{ ...generator, v_set_pu: 1, q_min_kvar: -1e99, q_max_kvar: Number.POSITIVE_INFINITY }],
    });
    expect(feeder.lines[0]).not.toHaveProperty('i_max_A');
    expect(feeder.generators[0]).not.toHaveProperty('q_min_kvar');
    expect(feeder.generators[0]).not.toHaveProperty('q_max_kvar');
    expect(warnings).toEqual([
      'Line "l" has i_max_A = 1e+99, which is taken for no limit',
      'Generator "g" has q_min_kvar = -1e+99, which is taken for no limit',
      'Generator "g" has q_max_kvar = Infinity, which is taken for no limit',
    ]);
  });

  it.each<[string, Partial<FeederParts>]>([
    ['km long', { lines: [line('l', 'station', 'end', [1, 2, 3], { length_km: 1000 })] }],
    ['impedance of 1000000 ohm', { lines: [line('l', 'station', 'end', [1, 2, 3], { r_ohm: eye(3, 1e6) })] }],
    ['joins buses of 10 kV and 0.4 kV', { lines: [line('l', 'station', 'end'), line('m', 'grid', 'end')] }],
    ['rated for 400 kV', { loads: [load('house', 'end', [1, 2, 3, 0], { v_rated_kV: 400 })] }],
    ['winding 2 for 400 kV', { transformers: [withWinding({ v_rated_kV: 400 })] }],
    ['was it meant in percent', { transformers: [transformer('t', 'grid', 'station', { x_frac: [4] })] }],
    ['frequency of 0.05 Hz', { frequency_Hz: 0.05 }],
    ['draws', { loads: [load('house', 'end', [1, 2, 3, 0], { p_kW: [5e6, 5e6, 5e6] })] }],
  ])('warns: %s', (text, parts) => expect(warningsOf(parts).join('\n')).toContain(text));
});

function withWinding(change: Partial<Transformer['windings'][number]>, id = 't'): TransformerPart {
  const part = transformer(id, 'grid', 'station');
  return { ...part, windings: [part.windings[0], { ...part.windings[1], ...change, terminal: part.windings[1].terminal }] };
}

function lossless(part: TransformerPart): TransformerPart {
  return { ...part, windings: part.windings.map((winding) => ({ ...winding, r_frac: 0 })) };
}
