import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { readNetworkDocument } from '../../network/read-document.ts';
import { formatConformance } from '../conformance.ts';
import { gridflockFormat } from './format.ts';

const small = `# a comment
gridflock: network/1
name: small
source: "made up: for tests"
s_base_kVA: 1000
slacks:
  columns: [bus, v_set_pu, angle_deg]
  rows:
    - [b1, 1.02, 30]
buses:
  all: {v_base_kV: 0.4, v_min_pu: 0.9}
  columns: [id, v_max_pu, p_load_kW, q_load_kvar]
  rows:
    - [b1, 1.1, 0, 0]
    - [b2, 1.1, 12.5, 3]
    - [7, null, -4, 1e-3]
branches:
  columns: [id, from, to, r_ohm, x_ohm, b_S, i_max_A, in_service]
  rows:
    - [l1, b1, b2, 0.08, 0.02, 1.0e-6, 100, true]
    - [l2, b2, 7, 0.05, 0.01, 0, null, false]
generators:
  columns: [id, bus, p_kW, q_kvar, p_max_kW, v_set_pu, holds_voltage, cost]
  rows:
    - [g1, b1, 0, 0, 100, 1.02, true, {polynomial: [0.001, 0.2, 0]}]
    - [g2, b2, 3, 1, 5, 1, false, {p_kW: [0, 5], cost_cur_per_h: [0, 1.5]}]
    - [g3, b2, 3, 1, null, 1, false, null]
shunts:
  columns: [bus, b_S]
  rows:
    - [b2, 0.01]
`;
const json = JSON.stringify({
  gridflock: 'network/1',
  name: '33',
  s_base_kVA: 100,
  negative_impedance: 'allowed',
  slacks: [{ bus: 'a b' }],
  buses: [
    { id: 'a b', v_base_kV: 10, x: 1, y: -2 },
    { id: 'true', v_base_kV: 10, isolated: false, v_start_pu: 0.98 },
    { id: '01', v_base_kV: 10, isolated: true },
  ],
  branches: { columns: ['id', 'from', 'to', 'r_pu', 'x_pu', 'ratio', 'shift_deg'], rows: [['é"\\', 'a b', 'true', 0, -0.1, 0.98, 30]] },
});
const feeder = `gridflock: feeder/1
name: "street: one"
frequency_Hz: 50
buses:
  all: {v_base_kV: 0.4}
  columns: [id]
  rows: [[s], [1], [e]]
sources:
  - {id: grid, bus: s, v_set_pu: 1.02, r1_ohm: 0.01, x1_ohm: 0.02}
line_codes:
  - {id: cable, r1_ohm_per_km: 0.2, x1_ohm_per_km: 0.08, r0_ohm_per_km: 0.8, x0_ohm_per_km: 0.3}
lines:
  - {id: l1, from: s, to: 1, code: cable, length_km: 0.1}
  - {id: l2, from: 1, to: e, phases: bn, r_ohm: [[0.3], [0.1, 0.3]], x_ohm: [[0.1], [0.02, 0.1]]}
switches:
  - {id: earth, from: s, to: 1, phases: n}
loads:
  - {id: house, bus: e, phases: bn, p_kW: 3, q_kvar: [1], law: impedance, daily: day}
transformers:
  - id: unit
    x_frac: [0.04]
    in_service: false
    windings:
      - {bus: s, connection: delta, v_rated_kV: 0.4, s_rated_kVA: 50, r_frac: 0.01}
      - {bus: 1, v_rated_kV: 0.4, s_rated_kVA: 50, r_frac: 0.01, clock: 11}
inverters:
  - {id: pv, bus: 1, s_rated_kVA: 5, p_kW: 4}
inverter_controls:
  - id: vv
    inverters: [pv]
    functions:
      - {kind: volt-var, x: [0.9, 1.1], y: [0.4, -0.4]}
profiles:
  - {id: day, step_s: 3600, p: [0.5, 1]}
`;
const foreign = "function mpc = case2\nmpc.version = '2';\nmpc.bus = [\n];\n";
const change = (from: string | RegExp, to: string): string => {
  const changed = small.replace(from, to);
  if (changed === small) throw new Error(`nothing to change: ${from}`);
  return changed;
};
const bomb = `${small}x: &a [1,1]\ny: &b [*a,*a,*a,*a]\nz: [*b,*b,*b,*b]\n`;

formatConformance(gridflockFormat, {
  valid: [
    small,
    json,
    feeder,
    JSON.stringify({ gridflock: 'feeder/1', name: 'x', buses: [{ id: 'a', v_base_kV: 10 }], sources: [{ id: 'g', bus: 'a' }] }),
  ],
  foreign: [foreign],
  broken: [
    [change('network/1', 'network/9'), 'NETWORK_DOCUMENT_VERSION'],
    [`${small}---\nx: 1\n`, 'FORMAT_SYNTAX'],
    [change('s_base_kVA: 1000', ''), 'NETWORK_KEY_MISSING'],
    [change('s_base_kVA: 1000', 's_base_MVA: 1'), 'NETWORK_UNIT_WRONG'],
    [change('s_base_kVA: 1000', 's_base_kVA: 0'), 'NETWORK_BASE_INVALID'],
    [change('shunts:', 'shnts:'), 'NETWORK_KEY_UNKNOWN'],
    [change('r_ohm', 'r_Ohm'), 'NETWORK_UNIT_WRONG'],
    [change('p_load_kW', 'p_load_MW'), 'NETWORK_UNIT_WRONG'],
    [change('p_load_kW', 'p_load'), 'NETWORK_UNIT_WRONG'],
    [change('p_load_kW', 'colour'), 'NETWORK_KEY_UNKNOWN'],
    [change('x_ohm, b_S', 'r_pu, b_S'), 'NETWORK_KEY_TWICE'],
    [change('v_base_kV: 0.4, ', ''), 'NETWORK_KEY_MISSING'],
    [change('0.08', '.nan'), 'NETWORK_NUMBER_INVALID'],
    [change('0.08', '.inf'), 'NETWORK_NUMBER_INVALID'],
    [change('0.08', '-0.08'), 'NETWORK_IMPEDANCE_INVALID'],
    [change('0.08, 0.02', '0, 0'), 'NETWORK_IMPEDANCE_INVALID'],
    [change('0.08', '"0,08"'), 'NETWORK_CELL_INVALID'],
    [change('[l1, b1, b2', '[l1, b1, bb2'), 'NETWORK_UNKNOWN_BUS'],
    [change('[l1, b1, b2', '[l1, b2, b2'), 'NETWORK_SELF_LOOP'],
    [change('[l2', '[l1'), 'NETWORK_DUPLICATE_ID'],
    [change('[7, null', '[b2, null'), 'NETWORK_DUPLICATE_ID'],
    [change('[g2', '[g1'), 'NETWORK_DUPLICATE_ID'],
    [change('- [b2, 1.1, 12.5, 3]', '- [b2, 1.1, 12.5]'), 'NETWORK_ROW_LENGTH'],
    [change('[b2, 1.1', '[b2, 0.8'), 'NETWORK_VOLTAGE_LIMITS'],
    [change('[b1, 1.02, 30]', '[b9, 1.02, 30]'), 'NETWORK_UNKNOWN_BUS'],
    [change('rows:\n    - [b1, 1.02, 30]', 'rows: []'), 'NETWORK_SLACK_MISSING'],
    [change('3, 1, 5, 1', '3, 1, -5, 1'), 'NETWORK_RANGE_INVALID'],
    [change('cost_cur_per_h: [0, 1.5]', 'cost_cur_per_h: [0]'), 'NETWORK_CELL_INVALID'],
    [change('100, true]', '-100, true]'), 'NETWORK_RATING_INVALID'],
    [change('branches:\n', 'branches: 3\nold:\n'), 'NETWORK_KEY_UNKNOWN'],
    [change(/slacks:[\s\S]*?buses:/, 'slacks: 4\nbuses:'), 'NETWORK_TABLE_INVALID'],
    [change('rows:\n    - [l1', 'rows:\n    - [[l1'), 'FORMAT_SYNTAX'],
    [small.slice(0, small.indexOf('shunts') + 30), 'NETWORK_TABLE_INVALID'],
    [small.slice(0, small.indexOf('[l2') + 6), 'FORMAT_SYNTAX'],
    [bomb, 'FORMAT_ALIAS'],
    [`${small}name: again\n`, 'NETWORK_KEY_TWICE'],
    [`gridflock: network/1\n${'a:\n'.repeat(100_000)}`, 'NETWORK_KEY_TWICE'],
    ['name: x\n', 'NETWORK_DOCUMENT_VERSION'],
    [feeder.replace('feeder/1', 'feeder/2'), 'NETWORK_DOCUMENT_VERSION'],
    [feeder.replace('bus: e, phases: bn', 'bus: f, phases: bn'), 'NETWORK_UNKNOWN_BUS'],
    [feeder.replace('bus: e, phases: bn', 'bus: e, phases: cn'), 'FEEDER_CONDUCTOR_MISSING'],
    [feeder.replace('length_km: 0.1', 'length_km: -1'), 'NETWORK_CELL_INVALID'],
    [feeder.replace('p_kW: 3', 'p_MW: 3'), 'NETWORK_UNIT_WRONG'],
    [feeder.replace('clock: 11', 'clock: 4'), 'FEEDER_TRANSFORMER_CLOCK'],
    [feeder.replace('inverters: [pv]', 'inverters: [pw]'), 'FEEDER_UNKNOWN_ELEMENT'],
    ['[1', 'NETWORK_DOCUMENT_VERSION'],
    [json.replace('0.98,30', '0,30'), 'NETWORK_RATIO_INVALID'],
  ],
});

describe('gridflock network files', () => {
  const refusal = (text: string): InputError => {
    try {
      gridflockFormat.read(text, { fileName: 'feeder.yaml' });
    } catch (error) {
      if (error instanceof InputError) return error;
    }
    throw new Error('was read');
  };

  it('converts ohm and ampere on the base of the to bus and the from bus', () => {
    const { network, operatingPoint } = gridflockFormat.read(small, { fileName: 'small.yaml' });
    // Z = 0.4² · 1000 / 1000 = 0.16 ohm
    expect(network.branches[0].r_pu).toBeCloseTo(0.5, 14);
    expect(network.branches[0].b_pu).toBeCloseTo(1.6e-7, 18);
    expect(network.branches[0].s_max_kVA).toBeCloseTo(Math.sqrt(3) * 40, 12);
    expect(network.shunts[0].b_pu).toBeCloseTo(0.0016, 15);
    expect([...operatingPoint.p_kW]).toEqual([0, -12.5, 4]);
    expect([...operatingPoint.angle_start_deg]).toEqual([30, 0, 0]);
    expect(network.buses.map(({ id }) => id)).toEqual(['b1', 'b2', '7']);
    expect(network.branches.map(({ inService }) => inService)).toEqual([true, false]);
  });

  it('names file and line, and the cure', () => {
    const unit = refusal(small.replace('p_load_kW', 'p_load_MW'));
    expect(unit.where).toBe('feeder.yaml:12');
    expect(unit.hint).toBe('Write p_load_kW (1 MW = 1000 kW).');
    const bus = refusal(small.replace('[l2, b2', '[l2, b22'));
    expect(bus.message).toBe(
      'Branch "l2" starts at bus "b22", which does not exist (feeder.yaml:21). Did you mean "b2"? [NETWORK_UNKNOWN_BUS]',
    );
    expect(refusal(small.replace('[l2', '[l1')).hint).toBe('The first is at feeder.yaml:20; give each its own id.');
  });

  it('names the line of a feeder element, and what nobody feeds', () => {
    expect(refusal(feeder.replace('bus: e, phases: bn', 'bus: f, phases: bn')).where).toBe('feeder.yaml:18');
    expect(refusal(feeder.replace('{kind: volt-var, x: [0.9, 1.1]', '{kind: volt-var, x: [1.1, 0.9]')).where).toBe('feeder.yaml:32');
    const { warnings } = gridflockFormat.read(feeder, { fileName: 'feeder.yaml' });
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('holds a whole feeder, and its balanced equivalent beside it', () => {
    const { feeder: read, network } = gridflockFormat.read(feeder, { fileName: 'feeder.yaml' });
    expect(read?.lines[1].from.conductors).toEqual([2, 4]);
    expect(read?.loads[0].profile).toEqual({ daily: 'day' });
    expect(network.buses.slice(0, 3).map(({ id }) => id)).toEqual(['s', '1', 'e']);
  });

  it('finds the line in JSON too', () => {
    const pretty = JSON.stringify(JSON.parse(json), null, 1);
    const error = refusal(pretty.replace('"isolated": true', '"isolated": 3'));
    expect(error.where).toMatch(/^feeder\.yaml:\d+$/);
  });

  it('is safe against keys of Object', () => {
    expect(refusal(small.replace('shunts:', '__proto__:')).code).toBe('NETWORK_KEY_UNKNOWN');
    expect(refusal(small.replace('p_load_kW', 'constructor')).code).toBe('NETWORK_KEY_UNKNOWN');
  });

  it('keeps every digit and every odd name', () => {
    const first = gridflockFormat.read(json, { fileName: 'a.json' });
    const text = gridflockFormat.write?.(first).text ?? '';
    const second = gridflockFormat.read(text, { fileName: 'a.yaml' });
    expect(second.network).toEqual(first.network);
    expect(second.operatingPoint).toEqual(first.operatingPoint);
    expect(first.warnings[0]).toContain('(a.json: branches.rows[0])');
    expect(readNetworkDocument(JSON.parse(json)).warnings.length).toBe(1);
  });
});
