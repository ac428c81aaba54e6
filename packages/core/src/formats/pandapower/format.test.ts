import { describe, expect, it } from 'vitest';
import { formatConformance } from '../conformance.ts';
import { pandapowerFormat } from './format.ts';

type Row = Readonly<Record<string, unknown>>;

/** A net as `to_json` writes it; every table with the columns of its first row. */
function net(tables: Readonly<Record<string, readonly Row[]>>, head: object = {}): string {
  const frames = Object.entries(tables).map(([name, rows]) => {
    const columns = Object.keys(rows[0] ?? {});
    const split = { columns, index: rows.map((_, k) => k), data: rows.map((row) => columns.map((column) => row[column] ?? null)) };
    return [name, { _module: 'pandas.core.frame', _class: 'DataFrame', _object: JSON.stringify(split), orient: 'split' }];
  });
  return JSON.stringify({
    _module: 'pandapower.auxiliary',
    _class: 'pandapowerNet',
    _object: { ...Object.fromEntries(frames), version: '3.0.0', name: 'town', f_hz: 50, sn_mva: 1, ...head },
  });
}

const on = { in_service: true, scaling: 1 };
const tables = {
  bus: [
    { name: 'grid', vn_kv: 20, in_service: true, geo: '{"coordinates": [7.5, 48.25], "type": "Point"}' },
    { name: 'hv', vn_kv: 20, in_service: true, geo: null },
    { name: 'lv', vn_kv: 0.4, in_service: true, geo: null },
    { name: 'end', vn_kv: 0.4, in_service: true, geo: null },
    { name: 'tie', vn_kv: 0.4, in_service: true, geo: null },
  ],
  ext_grid: [
    { name: 'eg', bus: 0, vm_pu: 1.02, va_degree: 10, in_service: true, s_sc_max_mva: 500, rx_max: 0.1, x0x_max: 1.2, r0x0_max: 0.3 },
  ],
  line: [
    {
      ...{ name: 'cable', from_bus: 0, to_bus: 1, length_km: 2, r_ohm_per_km: 0.16, x_ohm_per_km: 0.12, c_nf_per_km: 270, g_us_per_km: 0 },
      ...{ r0_ohm_per_km: 0.6, x0_ohm_per_km: 0.4, c0_nf_per_km: 200, max_i_ka: 0.36, df: 1, parallel: 1, in_service: true },
    },
    {
      ...{ name: 'street', from_bus: 2, to_bus: 3, length_km: 0.1, r_ohm_per_km: 0.2, x_ohm_per_km: 0.08, c_nf_per_km: 0, g_us_per_km: 0 },
      ...{ r0_ohm_per_km: 0.8, x0_ohm_per_km: 0.3, c0_nf_per_km: 0, max_i_ka: 0.27, df: 1, parallel: 1, in_service: true },
    },
  ],
  trafo: [
    {
      ...{
        name: 't',
        hv_bus: 1,
        lv_bus: 2,
        sn_mva: 0.4,
        vn_hv_kv: 20,
        vn_lv_kv: 0.4,
        vk_percent: 6,
        vkr_percent: 1.4,
        pfe_kw: 1.3,
        i0_percent: 0.4,
      },
      ...{
        shift_degree: 150,
        tap_side: 'hv',
        tap_neutral: 0,
        tap_min: -2,
        tap_max: 2,
        tap_step_percent: 2.5,
        tap_step_degree: 0,
        tap_pos: -1,
      },
      ...{ tap_changer_type: 'Ratio', parallel: 1, df: 1, in_service: true, vector_group: 'Dyn' },
      ...{ vk0_percent: 6, vkr0_percent: 1.4, mag0_percent: 100, mag0_rx: 0, si0_hv_partial: 0.9 },
    },
  ],
  switch: [
    { name: 'open', bus: 0, element: 0, et: 'l', closed: false, z_ohm: 0 },
    { name: 'tie', bus: 3, element: 4, et: 'b', closed: true, z_ohm: 0 },
  ],
  load: [
    {
      name: 'zip',
      bus: 3,
      p_mw: 0.03,
      q_mvar: 0.01,
      const_z_p_percent: 20,
      const_i_p_percent: 30,
      const_z_q_percent: 50,
      const_i_q_percent: 0,
      ...on,
      type: 'wye',
    },
    {
      name: 'motor-like',
      bus: 3,
      p_mw: 0.01,
      q_mvar: 0,
      const_z_p_percent: 0,
      const_i_p_percent: 0,
      const_z_q_percent: 0,
      const_i_q_percent: 0,
      ...on,
      type: 'delta',
    },
  ],
  asymmetric_load: [
    { name: 'house', bus: 4, p_a_mw: 0.002, q_a_mvar: 0.0005, p_b_mw: 0, q_b_mvar: 0, p_c_mw: 0.004, q_c_mvar: 0, ...on, type: 'wye' },
    { name: 'welder', bus: 4, p_a_mw: 0.001, q_a_mvar: 0, p_b_mw: 0.002, q_b_mvar: 0, p_c_mw: 0, q_c_mvar: 0, ...on, type: 'delta' },
  ],
  sgen: [{ name: 'pv', bus: 3, p_mw: 0.02, q_mvar: 0, ...on }],
  gen: [{ name: 'chp', bus: 1, p_mw: 0.1, vm_pu: 1.01, min_q_mvar: -0.1, max_q_mvar: 0.1, ...on }],
  shunt: [{ name: 'cap', bus: 2, p_mw: 0, q_mvar: -0.05, vn_kv: 0.4, step: 1, max_step: 2, in_service: true }],
  storage: [{ name: 'battery', bus: 2, p_mw: 0.01, q_mvar: 0, sn_mva: 0.02, soc_percent: 50, min_e_mwh: 0.01, max_e_mwh: 0.1, ...on }],
  poly_cost: [{ element: 0, et: 'gen', cp0_eur: 1, cp1_eur_per_mw: 50, cp2_eur_per_mw2: 0.5 }],
  pwl_cost: [
    {
      element: 0,
      et: 'ext_grid',
      power_type: 'p',
      points: [
        [0, 1, 30],
        [1, 2, 40],
      ],
    },
  ],
};
const closed = { ...tables, switch: [tables.switch[1]] };
const changed = (table: keyof typeof tables, change: Row): string =>
  net({ ...tables, [table]: [{ ...tables[table][0], ...change }, ...tables[table].slice(1)] });

formatConformance(pandapowerFormat, {
  valid: [net(tables), net(closed)],
  foreign: ['gridflock: feeder/1\n', '{"version": "1.0", "type": "input", "is_batch": false, "data": {}}'],
  broken: [
    ['{"_class": "pandapowerNet", "_object": ', 'PANDAPOWER_SYNTAX'],
    ['{"_class": "pandapowerNet"}', 'PANDAPOWER_NET_INVALID'],
    ['{"_class": "pandapowerNet", "_object": {"bus": {"_class": "DataFrame", "_object": "{}"}}}', 'PANDAPOWER_NET_INVALID'],
    ['{"_class": "pandapowerNet", "_object": {"bus": {"_class": "DataFrame", "_object": "nothing"}}}', 'PANDAPOWER_SYNTAX'],
    [
      '{"_class": "pandapowerNet", "_object": {"bus": {"_class": "DataFrame", "_object": {"columns": ["a"], "index": [0], "data": [[1, 2]]}}}}',
      'PANDAPOWER_NET_INVALID',
    ],
    ['{"_class": "pandapowerNet", "_object": {}}', 'FEEDER_EMPTY'],
    [changed('line', { to_bus: 77 }), 'PANDAPOWER_UNKNOWN_BUS'],
    [changed('line', { r_ohm_per_km: null }), 'PANDAPOWER_CELL_MISSING'],
    [changed('line', { r_ohm_per_km: 'much' }), 'PANDAPOWER_CELL_INVALID'],
    [changed('line', { in_service: 'yes' }), 'PANDAPOWER_CELL_INVALID'],
    [changed('line', { length_km: -1 }), 'PANDAPOWER_CELL_INVALID'],
    [changed('line', { parallel: 0 }), 'PANDAPOWER_CELL_INVALID'],
    [changed('load', { p_mw: null }), 'PANDAPOWER_CELL_MISSING'],
    [changed('load', { q_mvar: null }), 'PANDAPOWER_CELL_MISSING'],
    [changed('gen', { vm_pu: null }), 'PANDAPOWER_CELL_MISSING'],
    [changed('trafo', { vkr_percent: 9 }), 'PANDAPOWER_CELL_INVALID'],
    [changed('trafo', { tap_side: 'middle' }), 'PANDAPOWER_CELL_INVALID'],
    [changed('trafo', { tap_changer_type: 'odd' }), 'PANDAPOWER_CELL_INVALID'],
    [changed('switch', { et: 'q' }), 'PANDAPOWER_CELL_INVALID'],
    [changed('switch', { closed: null }), 'PANDAPOWER_CELL_MISSING'],
    [net(tables, { f_hz: '50Hz' }), 'PANDAPOWER_NET_INVALID'],
    // the row of the first bus has no index, or that of the second
    [net(tables).replace('\\"index\\":[0,1,2,3,4]', '\\"index\\":[null,1,2,3,4]'), 'PANDAPOWER_NET_INVALID'],
    [net(tables).replace('\\"index\\":[0,1,2,3,4]', '\\"index\\":[1,1,2,3,4]'), 'PANDAPOWER_NET_INVALID'],
    // two columns of one name
    [net(tables).replace('\\"name\\",\\"vn_kv\\"', '\\"vn_kv\\",\\"vn_kv\\"'), 'PANDAPOWER_NET_INVALID'],
    [changed('bus', { vn_kv: 0 }), 'FEEDER_VALUE_RANGE'],
    [changed('ext_grid', { in_service: false }), 'FEEDER_SOURCE_MISSING'],
  ],
  rounding_frac: 1e-9,
});

describe('pandapower nets', () => {
  const read = (text: string) => pandapowerFormat.read(text, { fileName: 'net.json' });

  it('turn units and signs once', () => {
    const { feeder, operatingPoint } = read(net(tables));
    const street = feeder?.lines[1];
    // (r0 + 2·r1)/3 · 0.1 km
    expect(street?.r_ohm[0]).toBeCloseTo((0.1 * (0.8 + 0.4)) / 3, 14);
    expect(feeder?.lines[0]).toMatchObject({ closedFrom: false, closedTo: true, i_max_A: 360 });
    expect(feeder?.loads[0].p_kW).toEqual([10, 10, 10]);
    expect(feeder?.loads[0].pLaw).toEqual({ z_frac: 0.2, i_frac: 0.3, p_frac: 0.5 });
    expect(feeder?.loads[3]).toMatchObject({ connection: 'delta', p_kW: [1, 2, 0], v_rated_kV: 0.4 });
    // −1 step of 2.5 % on the high side
    expect(feeder?.transformers[0].windings[0]).toMatchObject({ connection: 'delta', tap_pu: 0.975 });
    expect(feeder?.transformers[0].windings[1].clock).toBe(5);
    expect(feeder?.inverters[0]).toMatchObject({ p_kW: -10, storage: { e_rated_kWh: 100, e_start_kWh: 50, e_reserve_kWh: 10 } });
    expect(feeder?.shunts[0]).toMatchObject({ steps_count: 2, closed_count: 1 });
    // 0.05 Mvar per step at 0.4 kV, two steps
    expect(feeder?.shunts[0].b_S[0]).toBeCloseTo(0.1 / 0.16, 12);
    const chp = operatingPoint.generators.find(({ id }) => id === 'chp');
    expect(chp?.cost).toEqual({ kind: 'polynomial', coefficients: [0.5e-6, 0.05, 1] });
    const grid = operatingPoint.generators.find(({ id }) => id === 'eg');
    expect(grid?.cost).toEqual({ kind: 'piecewise-linear', p_kW: [0, 1000, 2000], cost_cur_per_h: [0, 30, 70] });
  });

  it.each([
    [{ switch: [{ ...tables.switch[0], element: 99 }] }, 'it stands at line 99, which does not exist'],
    [{ switch: [{ ...tables.switch[0], bus: 4 }] }, 'it stands at bus 4, where line 0 does not end'],
    [{ switch: [{ ...tables.switch[1], element: 3 }] }, 'it joins a bus to itself'],
    [{ trafo: [{ ...tables.trafo[0], vector_group: 'Foo' }] }, 'its vector group "Foo" is not known'],
    [{ trafo: [{ ...tables.trafo[0], sn_mva: 400 }] }, 'rated for 577400 A'],
    [{ gen: [{ ...tables.gen[0], vm_pu: 20 }] }, 'holds 20 of its rated voltage'],
    [{ line: tables.line.map((row) => ({ ...row, r0_ohm_per_km: null })) }, 'their zero sequence is taken as the positive one'],
  ])('list what looks wrong: %#', (change, part) => {
    const { dropped, warnings = [] } = read(net({ ...tables, ...change }));
    expect([...dropped.map(({ reason }) => reason), ...warnings].join('\n')).toContain(part);
  });

  it('take an external grid of boundless power as ideal', () => {
    const { feeder } = read(net({ ...tables, ext_grid: [{ ...tables.ext_grid[0], s_sc_max_mva: 1e12 }] }));
    expect(feeder?.sources[0].r_ohm).toBeUndefined();
  });

  it('hold the positive sequence of an external grid, and nothing else', () => {
    const { feeder, operatingPoint, network } = read(net(tables));
    const { r_ohm = [], x_ohm = [] } = feeder!.sources[0];
    const z0 = [r_ohm[0] + r_ohm[1] + r_ohm[2], x_ohm[0] + x_ohm[1] + x_ohm[2]];
    // 1.1·20²/500 MVA = 0.88 ohm, X of it 0.88/√1.01; zero sequence 1.2 times that, R/X 0.3
    const x2 = 0.88 / Math.sqrt(1.01);
    expect(z0[1]).toBeCloseTo(1.2 * x2, 10);
    expect(z0[0]).toBeCloseTo(0.36 * x2, 10);
    expect(operatingPoint.slacks.map((b) => network.buses[b].id)).toEqual(['grid']);
  });

  it('read NaN where Python writes it, and tables that pandas keeps as objects', () => {
    const text = net(tables, { std_types: 'STD' }).replace('"STD"', '{"line": {"x": {"c0": NaN, "d": -Infinity}}}');
    expect(read(text).feeder?.buses.length).toBe(read(net(tables)).feeder?.buses.length);
    const open = text.replaceAll(/"_object":"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => `"_object":${JSON.parse(`"${inner}"`) as string}`);
    expect(read(open).feeder).toEqual(read(text).feeder);
  });

  it('report what they change or do not read', () => {
    const text = net({
      ...tables,
      trafo: [{ ...tables.trafo[0], shift_degree: 0 }],
      dcline: [{ from_bus: 0, to_bus: 1 }],
      controller: [{ object: 'x' }],
      bus: [...tables.bus, { name: 'dead', vn_kv: 20, in_service: false, geo: null }],
    });
    const reasons = read(text).dropped.map(({ element, reason }) => `${element}: ${reason}`);
    expect(reasons[0]).toContain('bus 5: it is out of service');
    expect(reasons[1]).toContain('1 dcline: direct-current lines are not read');
    expect(reasons[2]).toContain('1 controller');
  });

  it('keep a transformer energised that a switch opens at one end', () => {
    const { feeder } = read(
      net({ ...tables, switch: [{ name: 's', bus: 2, element: 0, et: 't', closed: false, z_ohm: 0 }, tables.switch[1]] }),
    );
    expect(feeder?.transformers[0]).toMatchObject({ inService: true, windings: [{}, { closed: false }] });
  });

  it('turn a voltage by any angle', () => {
    const windingOf = (change: Row) => read(changed('trafo', change)).feeder?.transformers[0].windings[1];
    expect(windingOf({ shift_degree: 0 })).toMatchObject({ clock: 1, turn_deg: -30 });
    expect(windingOf({ shift_degree: 157.5 })).toMatchObject({ clock: 5, turn_deg: 7.5 });
    // one position below neutral of an ideal shifter on the high side
    expect(windingOf({ tap_changer_type: 'Ideal', tap_step_degree: 10 })).toMatchObject({ clock: 5, turn_deg: -10, tap_pu: 1 });
    const { zeroSequence, windings } = read(changed('trafo', { vector_group: 'YNd', shift_degree: 0 })).feeder!.transformers[0];
    expect(windings.map(({ connection }) => connection)).toEqual(['wye', 'wye']);
    expect(zeroSequence?.b_frac.slice(1)).toEqual([0, 0, 0]);
  });
});
