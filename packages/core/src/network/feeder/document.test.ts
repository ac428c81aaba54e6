import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { writeConductors } from './document-conductors.ts';
import { lineConstants } from './line-constants.ts';
import { readFeederDocument } from './read-document.ts';
import { buildFeederDocument } from './write-document.ts';

const document = {
  gridflock: 'feeder/1',
  name: 'everything',
  source: 'made up: for tests',
  frequency_Hz: 60,
  buses: {
    all: { v_base_kV: 4.16 },
    columns: ['id', 'x', 'y', 'v_min_pu', 'v_max_pu'],
    rows: [
      ['650', 0, 0, null, null],
      [632, 0, -1, 0.95, 1.05],
      ['671', null, null, null, null],
    ],
  },
  sources: [
    { id: 'grid', bus: 650, v_set_pu: 1.02, angle_deg: 30, r1_ohm: 0.1, x1_ohm: 0.4, r0_ohm: 0.2, x0_ohm: 1 },
    { id: 'odd', bus: 632, phases: 'an', e_kV: [2.4, 0], angle_deg: [5, 0], in_service: false },
  ],
  line_codes: [
    {
      id: 'm',
      r_ohm_per_mile: [
        [1.3292, 0],
        [0, 1.3475],
      ],
      x_ohm_per_mile: [[1.3471], [0.4591, 1.3569]],
      b_uS_per_mile: [[4.7], [-0.9, 4.6]],
      i_max_A: 230,
    },
    { id: 's', r1_ohm_per_km: 0.2, x1_ohm_per_km: 0.3, b1_S_per_km: 3e-6, r0_ohm_per_km: 0.5, x0_ohm_per_km: 1.2, b0_S_per_km: 2e-6 },
  ],
  lines: [
    { id: 'l1', from: 650, to: 632, code: 's', length_km: 2 },
    { id: 'l2', from: 632, to: 671, phases: 'cb', code: 'm', length_ft: 5280 },
    {
      id: 'l3',
      from: 632,
      to: 671,
      phases: [1, 2, 5],
      phases_to: 'abn',
      r_ohm: [
        [1, 2, 3],
        [2, 5, 5],
        [3, 5, 9.5],
      ],
      x_ohm: [[1], [0, 1], [0, 0, 1]],
      g_S: [[1e-6], [0, 0], [0, 0, 0]],
      closed_to: false,
    },
    { id: 'l4', from: 632, to: 671, phases: 'a', r_ohm: 0.5, x_ohm: 0.25, i_max_A: 10 },
  ],
  switches: [{ id: 's1', from: 632, to: 671, closed: false, phases: 'abcn', i_max_A: 600, r_ohm: 0.001 }],
  transformers: [
    {
      id: 't',
      x_frac: [0.01, 0.02, 0.015],
      no_load_loss_frac: 0.001,
      magnetising_frac: 0.004,
      magnetising_at: 'split',
      zero_g_frac: [[0.1], [0, 0.2], [0, 0, 0]],
      zero_b_frac: [[-1], [0, -2], [0, 0, 0]],
      antifloat_frac: 0,
      windings: [
        { bus: 650, connection: 'delta', v_rated_kV: 4.16, s_rated_kVA: 500, r_frac: 0.0055 },
        {
          bus: 632,
          connection: 'wye',
          phases: 'abcn',
          v_rated_kV: 0.48,
          s_rated_kVA: 500,
          r_frac: 0.0055,
          tap_pu: 1.025,
          clock: 1,
          turn_deg: 4.5,
          closed: false,
          r_neutral_ohm: 5,
          tap_min_pu: 0.9,
          tap_max_pu: 1.1,
          tap_steps_count: 32,
        },
        { bus: 671, connection: 'zigzag', v_rated_kV: 0.48, s_rated_kVA: 100, r_frac: 0.01, clock: 10 },
      ],
    },
    {
      id: 'auto',
      cores_count: 1,
      x_frac: [0.05],
      in_service: false,
      windings: [
        { bus: 650, connection: 'coils', phases: [1, 2], v_rated_kV: 4.16, s_rated_kVA: 50 },
        { bus: 632, connection: 'coils', phases: [2, 0], v_rated_kV: 2.4, s_rated_kVA: 50 },
      ],
    },
  ],
  shunts: [
    { id: 'c1', bus: 671, capacitor_kvar: [200, 200, 200] },
    {
      id: 'c2',
      bus: 671,
      capacitor_kvar: [100],
      connection: 'delta',
      phases: 'bc',
      v_rated_kV: 4.16,
      steps_count: 4,
      closed_count: 2,
      in_service: false,
    },
    { id: 'g', bus: 671, phases: 'abc', g_S: [[1e-3], [0, 1e-3], [0, 0, 2e-3]] },
  ],
  loads: [
    {
      id: 'd',
      bus: 671,
      connection: 'delta',
      p_kW: [385, 385, 385],
      q_kvar: [220, 220, 220],
      law: 'impedance',
      daily: 'day',
      yearly: 'day',
    },
    {
      id: 'y',
      bus: 632,
      phases: 'b',
      p_kW: 17,
      q_kvar: [10],
      law: 'current',
      q_exponent: 2.5,
      v_min_pu: 0.8,
      v_max_pu: 1.2,
      v_low_pu: 0.5,
    },
    { id: 'n', bus: 632, phases: 'acn', p_kW: [1, 2], p_zip: [0.5, 0.3, 0.2], q_zip: [0, 0, 1] },
    { id: 'o', bus: 632, phases: [1, 3], p_kW: [1], in_service: false },
    {
      id: 'j',
      bus: 632,
      phases: 'a',
      p_kW: 1,
      v_min_pu: 0.9,
      v_low_pu: 0.5,
      p_beyond_exponent: 0,
      q_beyond_exponent: 2,
      steps_at_low: true,
    },
  ],
  generators: [
    { id: 'g1', bus: 671, p_kW: [10, 10, 10], v_set_pu: 1.01, q_min_kvar: -20, q_max_kvar: 20 },
    {
      id: 'g2',
      bus: 671,
      phases: 'a',
      p_kW: 5,
      q_kvar: 1,
      law: 'impedance',
      duty: 'day',
      v_min_pu: 0.5,
      p_beyond_exponent: 0,
      q_beyond_exponent: 0,
    },
  ],
  inverters: [
    {
      id: 'pv',
      bus: 671,
      s_rated_kVA: 100,
      p_kW: 80,
      power_factor_frac: -0.95,
      q_inject_max_kvar: 44,
      q_absorb_max_kvar: 44,
      priority: 'var',
    },
    {
      id: 'bat',
      bus: 671,
      kind: 'storage',
      s_rated_kVA: 50,
      p_rated_kW: 40,
      p_kW: -10,
      e_rated_kWh: 100,
      e_reserve_kWh: 10,
      eta_charge_frac: 0.95,
      inverter_eta_x: [0.1, 1],
      inverter_eta_y: [0.9, 0.97],
      charge_below_frac: 0.3,
      discharge_above_frac: 0.8,
      charge_from_h: 2,
    },
  ],
  regulators: [
    {
      id: 'r',
      transformer: 't',
      v_set_V: 122,
      band_V: 2,
      pt_ratio: 20,
      ct_rating_A: 700,
      r_V: 3,
      x_V: 9,
      phase: 'max',
      v_limit_V: 127,
      reversible: true,
      reverse_v_set_V: 120,
      reverse_band_V: 3,
    },
    {
      id: 'r2',
      transformer: 't',
      winding_moved: 0,
      v_set_V: 122,
      band_V: 2,
      pt_ratio: 20,
      remote_bus: 671,
      remote_conductor: 2,
      phase: 1,
      enabled: false,
    },
  ],
  capacitor_controls: [
    {
      id: 'cc',
      shunt: 'c1',
      element: 'l1',
      element_kind: 'line',
      end: 1,
      kind: 'kvar',
      on: 150,
      off: -225,
      phase: 'mean',
      v_override_min_V: 115,
      v_override_max_V: 126,
    },
  ],
  inverter_controls: [
    {
      id: 'ic',
      inverters: ['pv', 'bat'],
      remote_buses: ['632'],
      voltage: 'positiveSequence',
      var_base: 'available',
      mean: 'base',
      mean_window_s: 60,
      rate_lag_s: 5,
      functions: [
        { kind: 'volt-var', x: [0.92, 0.98, 1.02, 1.08], y: [0.44, 0, 0, -0.44], hysteresis_pu: 0.01 },
        { kind: 'volt-watt', of: 'available', x: [1.06, 1.1], y: [1, 0.2] },
        { kind: 'watt-var', x: [0, 1], y: [0, -0.4] },
        { kind: 'watt-pf', x: [0, 1], y: [1, 0.9] },
        { kind: 'fixed-pf', power_factor_frac: 0.9 },
        { kind: 'fixed-var', q_frac: 0.2 },
        { kind: 'voltage-regulation', v_set_pu: 1, deadband_pu: 0.01 },
        { kind: 'dynamic-reactive-current', gain_low_pu: 1, gain_high_pu: 2, v_low_pu: 0.9, v_high_pu: 1.1, window_s: 10 },
      ],
    },
  ],
  profiles: [{ id: 'day', step_s: 3600, p: [0.5, 1, 0.7], q: [0.5, 0.9, 0.7] }],
};
const read = (change: object = {}) => readFeederDocument({ ...document, ...change }).feeder;

describe('feeder documents', () => {
  it('come back as they were, through JSON too', () => {
    const first = read();
    const written = buildFeederDocument(first);
    const second = readFeederDocument(JSON.parse(JSON.stringify(written))).feeder;
    expect(second).toEqual(first);
    expect(buildFeederDocument(second)).toEqual(written);
  });

  it('read lengths, units and sequence values', () => {
    const { lines, sources, shunts } = read();
    // (0.5 + 2 · 0.2)/3 · 2 km on the diagonal, (0.5 − 0.2)/3 · 2 km beside it
    expect(lines[0].r_ohm[0]).toBeCloseTo(0.6, 14);
    expect(lines[0].r_ohm[1]).toBeCloseTo(0.2, 14);
    expect(lines[0].b_S?.[0]).toBeCloseTo((2 * (2e-6 + 6e-6)) / 3, 18);
    // 5280 ft are a mile
    expect(lines[1].x_ohm[3]).toBeCloseTo(1.3569, 12);
    expect(lines[1].b_S?.[1]).toBeCloseTo(-0.9e-6, 18);
    expect(lines[1].from.conductors).toEqual([3, 2]);
    expect(lines[2].r_ohm).toEqual([1, 2, 3, 2, 5, 5, 3, 5, 9.5]);
    expect(lines[2].to.conductors).toEqual([1, 2, 4]);
    expect(sources[0].angle_deg).toEqual([30, -90, -210]);
    expect(sources[0].e_kV[0]).toBeCloseTo((1.02 * 4.16) / Math.sqrt(3), 14);
    // 200 kvar at 4.16/√3 kV: 0.2 · 3/4.16² S
    expect(shunts[0].b_S[0]).toBeCloseTo((0.2 * 3) / 4.16 ** 2, 14);
    expect(shunts[0].terminal.conductors).toEqual([1, 2, 3]);
    expect(shunts[1].b_S[1]).toBeCloseTo(-0.1 / 4.16 ** 2, 14);
    expect(shunts[0].q_rated_kvar).toBe(600);
  });

  it('reckon a line from where its wires lie', () => {
    // Kersting, Distribution System Modeling and Analysis, example 4.1: 336,400 26/7 ACSR with a 4/0 6/1 neutral at 60 Hz, ohm per mile
    const [mile, ft] = [1.609344, 0.3048];
    const { lines } = read({
      wires: [
        { id: 'phase', r_ac_ohm_per_km: 0.306 / mile, gmr_m: 0.0244 * ft, radius_m: 0.03 * ft },
        { id: 'neutral', r_ac_ohm_per_km: 0.592 / mile, gmr_m: 0.00814 * ft, radius_m: 0.023 * ft },
      ],
      geometries: [
        {
          id: 'pole',
          earth_model: 'carson',
          wires: [
            ...[0, 2.5, 7].map((x) => ({ wire: 'phase', x_m: x * ft, y_m: 29 * ft })),
            { wire: 'neutral', x_m: 4 * ft, y_m: 25 * ft },
          ],
        },
      ],
      lines: [{ id: 'l1', from: 650, to: 632, geometry: 'pole', length_ft: 5280 }],
    });
    [0.4576, 0.156, 0.1535, 0.156, 0.4666, 0.158, 0.1535, 0.158, 0.4615].forEach((r, k) => expect(lines[0].r_ohm[k]).toBeCloseTo(r, 3));
    [1.078, 0.5017, 0.3849, 0.5017, 1.0482, 0.4236, 0.3849, 0.4236, 1.0651].forEach((x, k) => expect(lines[0].x_ohm[k]).toBeCloseTo(x, 3));
  });

  const inch = 0.0254;
  const insulated = { insulation_outer_m: 1.06 * inch, insulation_thickness_m: 0.22 * inch };
  const strands = {
    strands_count: 13,
    strands_circle_m: (1.29 - 0.0641) * inch,
    r_strand_ohm_per_km: 14.8722 / 1.609344,
    gmr_strand_m: 0.00208 * 0.3048,
  };
  const core = { id: 'cable', r_ac_ohm_per_km: 0.41 / 1.609344, gmr_m: 0.0171 * 0.3048, radius_m: 0.2835 * inch };
  const buried = (wire: object) => ({
    wires: [{ ...core, ...wire }],
    geometries: [
      { id: 'trench', earth_model: 'carson', wires: [-0.5, 0, 0.5].map((x) => ({ wire: 'cable', x_m: x * 0.3048, y_m: -4 * 0.3048 })) },
    ],
    lines: [{ id: 'l1', from: 650, to: 632, geometry: 'trench', length_ft: 5280 }],
  });

  it('reckon cables with concentric neutrals, and keep them in writing', () => {
    // configuration 606 of the IEEE 13-node feeder, ohm per mile, as published by the IEEE PES Distribution Test Feeder Working Group
    const feeder = read(buried({ ...insulated, ...strands }));
    const [line] = feeder.lines;
    [0.7982, 0.3192, 0.2849, 0.3192, 0.7891].forEach((r, k) => expect(line.r_ohm[k]).toBeCloseTo(r, 3));
    [0.4463, 0.0328, -0.0143, 0.0328, 0.4041].forEach((x, k) => expect(line.x_ohm[k]).toBeCloseTo(x, 3));
    expect(readFeederDocument(buildFeederDocument(feeder)).feeder.lines).toEqual(feeder.lines);
  });

  it('reckon cables with a tape shield as line constants do', () => {
    const own = {
      insulation_outer_m: 0.82 * inch,
      insulation_thickness_m: 0.22 * inch,
      tape_outer_m: 0.88 * inch,
      tape_thickness_m: 0.005 * inch,
    };
    const [line] = read(buried(own)).lines;
    const wires = [-0.5, 0, 0.5].map((x) => ({
      x_m: x * 0.3048,
      y_m: -4 * 0.3048,
      r_ac_ohm_per_km: core.r_ac_ohm_per_km,
      gmr_m: core.gmr_m,
      radius_m: core.radius_m,
      cable: {
        insulation: { outer_m: 0.82 * inch, thickness_m: 0.22 * inch, permittivity_frac: 2.3 },
        shield: { kind: 'tape' as const, outer_m: 0.88 * inch, thickness_m: 0.005 * inch, overlap_frac: 0.2 },
      },
    }));
    const { r_ohm_per_km, b_S_per_km } = lineConstants({ wires, earthModel: 'carson' }, read().frequency_Hz);
    line.r_ohm.forEach((r, k) => expect(r).toBeCloseTo(r_ohm_per_km[k] * 1.609344, 9));
    line.b_S?.forEach((b, k) => expect(b).toBeCloseTo(b_S_per_km[k] * 1.609344, 12));
  });

  it.each([
    ['has half a shield', { ...insulated, strands_count: 13 }, /strands_circle_m/],
    ['has no shield', insulated, /tape_outer_m/],
    ['has two shields', { ...insulated, ...strands, tape_outer_m: 0.03 }, /concentric neutral/],
    ['has half a strand', { ...insulated, ...strands, strands_count: 12.5 }, /LINE_GEOMETRY_INVALID/],
    ['has a tape thicker than the cable', { ...insulated, tape_outer_m: 0.03, tape_thickness_m: 0.02 }, /LINE_GEOMETRY_INVALID/],
  ])('refuse a cable that %s', (_, wire, message) => {
    expect(() => read(buried(wire))).toThrow(message);
  });

  it('earth what names no neutral', () => {
    const { loads, transformers } = read();
    expect(loads.map((load) => load.terminal.conductors)).toEqual([
      [1, 2, 3],
      [2, 0],
      [1, 3, 4],
      [1, 3],
      [1, 0],
    ]);
    expect(loads[1].v_rated_kV).toBeCloseTo(4.16 / Math.sqrt(3), 14);
    expect(transformers[0].cores_count).toBe(3);
    expect(transformers[0].windings[2].terminal.conductors).toEqual([1, 2, 3, 0]);
  });

  it.each([
    [[1, 2, 3], 'line', undefined],
    [[1, 2, 3, 0], 'wye', undefined],
    [[1, 2, 3], 'wye', [1, 2, 3]],
    [[2, 0], 'wye', 'b'],
    [[2, 4], 'wye', 'bn'],
    [[1, 2, 3, 4, 0], 'wye', 'abcng'],
    [[0, 1], 'wye', 'ga'],
    [[1, 0], 'coils', 'ag'],
    [[5, 1], 'delta', [5, 1]],
  ] as const)('%j of a %s is written as %j', (conductors, use, text) => {
    expect(writeConductors(conductors, use)).toEqual(text);
  });

  const codeOf = (change: object): string => {
    try {
      read(change);
    } catch (error) {
      if (error instanceof InputError && error.where && error.hint) return `${error.code} ${error.where}`;
      throw error;
    }
    return 'read';
  };
  const line = (change: object) => ({ lines: [{ id: 'l', from: 650, to: 632, r1_ohm: 1, x1_ohm: 1, ...change }] });

  it.each([
    [{ gridflock: 'feeder/2' }, 'NETWORK_DOCUMENT_VERSION gridflock'],
    [{ name: undefined }, 'NETWORK_KEY_MISSING name'],
    [{ frequency_Hz: '50' }, 'NETWORK_CELL_INVALID frequency_Hz'],
    [{ cables: [] }, 'NETWORK_KEY_UNKNOWN cables'],
    [{ buses: 3 }, 'NETWORK_TABLE_INVALID buses'],
    [{ buses: [{ id: 1 }] }, 'NETWORK_KEY_MISSING buses[0].id'],
    [{ lines: [{ id: 'l', from: 650, to: 632, r_Ohm: 1 }] }, 'NETWORK_UNIT_WRONG lines[0].r_Ohm'],
    [line({ to: 6320 }), 'NETWORK_UNKNOWN_BUS lines[0]'],
    [line({ phases: 'abx' }), 'NETWORK_CELL_INVALID lines[0]'],
    [line({ phases: 'ab', phases_to: 'abc' }), 'NETWORK_CELL_INVALID lines[0]'],
    [line({ r_ohm: [[1], [2, 3]] }), 'NETWORK_CELL_INVALID lines[0]'],
    [line({ code: 's', length_km: 1 }), 'NETWORK_KEY_TWICE lines[0]'],
    [line({ r1_ohm: null }), 'NETWORK_KEY_MISSING lines[0]'],
    [line({ r1_ohm: null, x1_ohm: null, geometry: 'pole', length_km: 1 }), 'NETWORK_CELL_INVALID lines[0]'],
    [
      {
        ...line({ r1_ohm: null, x1_ohm: null, geometry: 'g', length_km: 1 }),
        wires: [{ id: 'w', r_ac_ohm_per_km: 1, gmr_m: 0, radius_m: 0.01 }],
        geometries: [{ id: 'g', wires: [1, 2, 3].map((x_m) => ({ wire: 'w', x_m, y_m: 9 })) }],
      },
      'LINE_GEOMETRY_INVALID geometries[0]',
    ],
    [{ lines: [{ id: 'l', from: 650, to: 632, code: 'z', length_km: 1 }] }, 'NETWORK_CELL_INVALID lines[0]'],
    [{ lines: [{ id: 'l', from: 650, to: 632, code: 's', length_km: 0 }] }, 'NETWORK_CELL_INVALID lines[0]'],
    [{ loads: [{ id: 'l', bus: 650, p_kW: [1, 2] }] }, 'NETWORK_CELL_INVALID loads[0]'],
    [{ loads: [{ id: 'l', bus: 650, law: 'constant' }] }, 'NETWORK_CELL_INVALID loads[0]'],
    [{ loads: [...document.loads, { id: 'n', bus: 650 }] }, 'NETWORK_DUPLICATE_ID loads[5]'],
    [
      { transformers: [{ id: 't', windings: [{ bus: 650, v_rated_kV: 1, s_rated_kVA: 1, colour: 3 }] }] },
      'NETWORK_KEY_UNKNOWN transformers[0].windings[0].colour',
    ],
    [{ transformers: [{ ...document.transformers[0], x_frac: [0.1] }] }, 'NETWORK_CELL_INVALID transformers[0]'],
    [{ profiles: [{ id: 'p', step_s: 0, p: [1] }] }, 'NETWORK_CELL_INVALID profiles[0]'],
    [
      { inverter_controls: [{ id: 'i', inverters: ['pv'], functions: [{ kind: 'volt-var', x: [1, 0], y: [0, 0] }] }] },
      'NETWORK_CELL_INVALID inverter_controls[0].functions[0]',
    ],
  ])('refuse %j with a place', (change, expected) => {
    expect(codeOf(change)).toBe(expected);
  });
});
