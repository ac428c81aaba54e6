import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { buildFeeder } from '../../network/feeder/build.ts';
import { formatConformance } from '../conformance.ts';
import { updated } from './batch.ts';
import { readDataset } from './dataset.ts';
import { powerGridModelFormat } from './format.ts';
import { inputOf, readParts } from './read.ts';
import { powerGridModelScenarios } from './scenarios.ts';

const data = {
  node: [
    { id: 1, u_rated: 10000 },
    { id: 2, u_rated: 10000 },
    { id: 3, u_rated: 400 },
    { id: 4, u_rated: 10000 },
  ],
  line: [
    {
      id: 5,
      from_node: 1,
      to_node: 2,
      from_status: 1,
      to_status: 1,
      r1: 0.25,
      x1: 0.2,
      c1: 1e-6,
      tan1: 0.01,
      r0: 0.6,
      x0: 0.5,
      c0: 5e-7,
      tan0: 0.02,
      i_n: 200,
    },
  ],
  asym_line: [
    {
      ...{ id: 6, from_node: 2, to_node: 4, from_status: 1, to_status: 0, i_n: 100 },
      ...{ r_aa: 0.7, r_ba: 0.05, r_bb: 0.7, r_ca: 0.04, r_cb: 0.05, r_cc: 0.7 },
      ...{ x_aa: 0.8, x_ba: 0.7, x_bb: 0.8, x_ca: 0.6, x_cb: 0.7, x_cc: 0.8, c0: 3e-10, c1: 5e-10 },
    },
  ],
  link: [{ id: 7, from_node: 2, to_node: 4, from_status: 1, to_status: 1 }],
  transformer: [
    {
      ...{
        id: 8,
        from_node: 4,
        to_node: 3,
        from_status: 1,
        to_status: 1,
        u1: 10000,
        u2: 400,
        sn: 630000,
        uk: 0.06,
        pk: 6500,
        i0: 0.002,
        p0: 800,
      },
      ...{
        winding_from: 2,
        winding_to: 1,
        clock: 5,
        tap_side: 0,
        tap_pos: 2,
        tap_min: -2,
        tap_max: 2,
        tap_nom: 0,
        tap_size: 250,
        r_grounding_to: 0.1,
      },
    },
  ],
  source: [{ id: 9, node: 1, status: 1, u_ref: 1.02, u_ref_angle: 0.1, sk: 1e8, rx_ratio: 0.2, z01_ratio: 1.5 }],
  shunt: [{ id: 10, node: 2, status: 1, g1: 1e-4, b1: 2e-3, g0: 0, b0: 1e-3 }],
  sym_load: [{ id: 11, node: 3, status: 1, type: 2, p_specified: 9000, q_specified: 3000 }],
  asym_load: [{ id: 12, node: 3, status: 1, type: 1, p_specified: [1000, 2000, 3000], q_specified: [0, 500, 0] }],
  sym_gen: [{ id: 13, node: 4, status: 1, type: 0, p_specified: 60000, q_specified: 0 }],
  asym_gen: [{ id: 14, node: 3, status: 0, type: 0, p_specified: [100, 0, 0], q_specified: [0, 0, 0] }],
  voltage_regulator: [{ id: 15, regulated_object: 13, status: 1, u_ref: 1.01, q_min: -30000, q_max: 30000 }],
  transformer_tap_regulator: [
    {
      id: 16,
      regulated_object: 8,
      status: 1,
      control_side: 1,
      u_set: 400,
      u_band: 20,
      line_drop_compensation_r: 0.01,
      line_drop_compensation_x: 0.005,
    },
  ],
};
const dataset = (change: object = {}, head: object = {}): string =>
  JSON.stringify({ version: '1.0', type: 'input', is_batch: false, attributes: {}, ...head, data: { ...data, ...change } });
const compact = JSON.stringify({
  version: '1.0',
  type: 'input',
  is_batch: false,
  attributes: { node: ['id', 'u_rated'], source: ['id', 'node', 'status', 'u_ref'] },
  data: {
    node: [
      [1, 10500],
      [2, 10500],
    ],
    source: [[3, 1, 1, 1]],
    line: [{ id: 4, from_node: 1, to_node: 2, r1: 1, x1: 1, c1: 0 }],
  },
});
const line = (change: object) => dataset({ line: [{ ...data.line[0], ...change }] });

formatConformance(powerGridModelFormat, {
  valid: [dataset(), compact],
  foreign: ['gridflock: network/1\n', '{"_module": "pandapower.auxiliary", "_class": "pandapowerNet"}'],
  broken: [
    ['{"version": "1.0", "type": "input", "is_batch": false,', 'PGM_SYNTAX'],
    ['{"version": "1.0"}', 'PGM_DATASET_INVALID'],
    ['[1]', 'PGM_DATASET_INVALID'],
    [dataset({}, { type: 'update' }), 'PGM_DATASET_INVALID'],
    [dataset({ node: 3 }), 'PGM_DATASET_INVALID'],
    [dataset({ node: [[1, 2]] }), 'PGM_DATASET_INVALID'],
    [dataset({}, { attributes: 4 }), 'PGM_DATASET_INVALID'],
    [line({ r1: null }), 'PGM_ATTRIBUTE_MISSING'],
    [line({ r1: '0.25' }), 'PGM_ATTRIBUTE_INVALID'],
    [line({ id: 1.5 }), 'PGM_ATTRIBUTE_INVALID'],
    [line({ from_node: 77 }), 'PGM_UNKNOWN_ID'],
    [dataset({ asym_load: [{ ...data.asym_load[0], p_specified: [1, 2] }] }), 'PGM_ATTRIBUTE_INVALID'],
    [dataset({ sym_load: [{ ...data.sym_load[0], type: 7 }] }), 'PGM_ATTRIBUTE_INVALID'],
    [dataset({ transformer: [{ ...data.transformer[0], clock: 4 }] }), 'FEEDER_TRANSFORMER_CLOCK'],
    [dataset({ source: [] }), 'FEEDER_SOURCE_MISSING'],
    [dataset({ node: [] }), 'PGM_UNKNOWN_ID'],
    [dataset({ node: [...data.node, data.node[0]] }), 'PGM_ID_TWICE'],
    [dataset({ sym_load: [{ ...data.sym_load[0], id: 5 }] }), 'PGM_ID_TWICE'],
    [dataset({ source: [{ ...data.source[0], status: 2 }] }), 'PGM_ATTRIBUTE_INVALID'],
    [dataset({}, { version: '9.0' }), 'PGM_DATASET_INVALID'],
  ],
  rounding_frac: 1e-9,
});

describe('power-grid-model datasets', () => {
  const read = (text: string) => powerGridModelFormat.read(text, { fileName: 'grid.json' });

  it('turn units and signs once', () => {
    const { feeder } = read(dataset());
    // 2π·50·1e-6 S, of which 1 % leaks
    expect(feeder?.lines[0].b_S?.[0]).toBeCloseTo((2 * Math.PI * 50 * (5e-7 + 2 * 1e-6)) / 3, 12);
    // 10 kV² / 100 MVA, R/X 0.2
    const z_ohm = Math.hypot(
      feeder!.sources[0].r_ohm![0] - feeder!.sources[0].r_ohm![1],
      feeder!.sources[0].x_ohm![0] - feeder!.sources[0].x_ohm![1],
    );
    expect(z_ohm).toBeCloseTo(1, 12);
    expect(feeder?.sources[0].e_kV[1]).toBeCloseTo((1.02 * 10) / Math.sqrt(3), 12);
    expect(feeder?.loads[0].p_kW).toEqual([3, 3, 3]);
    expect(feeder?.loads[0].pLaw).toEqual({ z_frac: 0, i_frac: 1, p_frac: 0 });
    expect(feeder?.loads[1].p_kW).toEqual([1, 2, 3]);
    // 2 steps of 250 V in 10 kV
    expect(feeder?.transformers[0].windings[0]).toMatchObject({ tap_pu: 1.05, tapMin_pu: 0.95, tapSteps_count: 4 });
    expect(feeder?.regulators[0].v_set_V).toBeCloseTo(400 / Math.sqrt(3), 12);
    expect(feeder?.generators[0]).toMatchObject({ v_set_pu: 1.01, q_min_kvar: -30 });
  });

  it('take what power-grid-model takes for not given as not given', () => {
    const said = { ...data.transformer[0], tap_nom: -128, tap_pos: -128 };
    const { tap_nom: _, tap_pos: __, ...unsaid } = data.transformer[0];
    expect(read(dataset({ transformer: [said] })).feeder?.transformers).toEqual(
      read(dataset({ transformer: [unsaid] })).feeder?.transformers,
    );
  });

  it('tell components of one name apart by their ids', () => {
    const node = data.node.map((each) => ({ ...each, name: 'x' }));
    expect(read(dataset({ node })).feeder?.buses.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
  });

  it.each([
    [{ voltage_regulator: [{ ...data.voltage_regulator[0], regulated_object: 99 }] }, 'no load or generator here'],
    [{ voltage_regulator: [data.voltage_regulator[0], { ...data.voltage_regulator[0], id: 99 }] }, 'has a regulator already'],
    [{ line: [{ ...data.line[0], r1x: 3 }] }, 'no such attribute. Did you mean "r1"?'],
    [{ line: [{ ...data.line[0], r0: null, x0: null }] }, 'their zero sequence is taken as the positive one'],
    [{ line: [{ ...data.line[0], r1: 250_000 }] }, 'are its units right?'],
  ])('list what looks wrong: %#', (change, part) => {
    const { dropped, warnings = [] } = read(dataset(change));
    expect([...dropped.map(({ reason }) => reason), ...warnings].join('\n')).toContain(part);
  });

  it('take the short-circuit values at the present tap', () => {
    const tapped = { ...data.transformer[0], uk_max: 0.08, pk_max: 7500 };
    const { feeder } = read(dataset({ transformer: [tapped] }));
    const r = 7500 / 630000;
    expect(feeder?.transformers[0].windings[0].r_frac).toBeCloseTo(r / 2, 12);
    expect(feeder?.transformers[0].x_frac[0]).toBeCloseTo(Math.sqrt(0.08 ** 2 - r ** 2), 12);
  });

  it('report what they do not read', () => {
    const { dropped } = read(
      dataset({
        sym_voltage_sensor: [{ id: 20 }, { id: 21 }],
        wind_turbine: [{ id: 22 }],
        line: [
          { ...data.line[0], to_node: 1 },
          { ...data.line[0], id: 30 },
        ],
      }),
    );
    expect(dropped.map(({ element }) => element)).toEqual(['line 5', '2 sym_voltage_sensor', '1 wind_turbine']);
    expect(dropped[1].where).toBe('grid.json: data.sym_voltage_sensor[0]');
  });

  it('become one network per scenario of an update', () => {
    const input = inputOf(readDataset(dataset(), 'input.json'), 'input.json');
    const update = (scenarios: readonly object[]) =>
      readDataset(JSON.stringify({ version: '1.0', type: 'update', is_batch: true, attributes: {}, data: scenarios }), 'update.json');
    const loads = [
      ...updated(input, update([{ sym_load: [{ id: 11, p_specified: 6000 }] }, { asym_load: [{ p_specified: [null, 9000, null] }] }, {}])),
    ].map((scenario) => buildFeeder(readParts(scenario, 'x').parts).feeder.loads.map(({ p_kW }) => p_kW));
    expect(loads).toEqual([
      [
        [2, 2, 2],
        [1, 2, 3],
      ],
      [
        [3, 3, 3],
        [1, 9, 3],
      ],
      [
        [3, 3, 3],
        [1, 2, 3],
      ],
    ]);
    const cases = [
      ...powerGridModelScenarios(dataset(), JSON.stringify({ type: 'update', is_batch: true, data: [{ source: [{ id: 9, u_ref: 1 }] }] })),
    ];
    expect(cases.map(({ feeder }) => feeder?.sources[0].e_kV[0])).toEqual([expect.closeTo(10 / Math.sqrt(3), 12)]);
    const codeOf = (scenarios: readonly object[]): string => {
      try {
        return String([...updated(input, update(scenarios))].length);
      } catch (error) {
        return error instanceof InputError ? error.code : 'other';
      }
    };
    expect(codeOf([{ sym_load: [{ id: 99 }] }])).toBe('PGM_UNKNOWN_ID');
    expect(codeOf([{ sym_load: [{ p_specified: 1 }, { p_specified: 1 }] }])).toBe('PGM_DATASET_INVALID');
  });
});
