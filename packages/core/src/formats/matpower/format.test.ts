import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { formatConformance } from '../conformance.ts';
import { matpowerFormat } from './format.ts';

const small = `function mpc = case4
%CASE4 four buses, made up for tests
%% MATPOWER Case Format : Version 2
mpc.version = '2';
mpc.baseMVA = 20/2;
%{
mpc.bus = [ this block is a comment
%}
mpc.bus = [ %% kW here
	1	3	0	0	0	0	1	1	0	12.66	1	1.1	0.9;
	2	2	100	60	0.5	-1.5	1	1	0	12.66	1	1.1	0.9;
	3, 1, -10*2, 1/4, 0, 0, 1, 1, 5, 12.66, 1, 1.1, .9
	40	4	7	0	0	0	1	1	0	12.66	1	1.1	0.9;
];
mpc.gen = [
	1	1	0	10	-10	1.05	100	1	10	0; 2	2	1	5	-5	1.01	100	1	6	0
	2	3	0	Inf	-Inf	1.02	100	1	6	... the rest follows
	-2;
	3	1	.5	5	-5	1.03	100	1	6	0;
	2	0	0	0	0	1	100	0	0	0;
];
mpc.branch = [
	1	2	0.0922	0.0470	0	0	0	0	0	0	1	-360	360;
	2	3	0.4930	0.2511	0	5	6	7	0.98	30	1	-30	30;
	1	3	1	1	0	0	0	0	0	0	0	-360	360;
	3	40	1	1	0	0	0	0	0	0	1	-360	360;
];
mpc.gencost = [
	2	0	0	3	0.1	20	5	0;
	1	0	0	2	0	0	6	120;
	2	10	0	2	7	0	0	0;
	2	0	0	1	7	0	0	0;
	2	0	0	1	7	0	0	0;
];
mpc.bus_name = {
	'one''s'; 'two % of them';
	'three'; 'forty'
};
mpc.dcline = [ 1 3 1 4 3.9 0 0 1 1 0 10 0 0 0 0 0 0 ];
mpc.if.map = [1 2];
[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV, ZONE, VMAX, VMIN] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X] = idx_brch;
Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
Sbase = mpc.baseMVA * 1e6;
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
pf = 0.85; mpc.bus(4, PD) = mpc.bus(4, PD) * sin(acos(pf));
disp('read');
`;
const tiny = `mpc.version='2';mpc.baseMVA=100;
mpc.bus=[1 2 0 0 0 0 1 1 0 0 1 1.1 0.9;2 1 50 10 0 0 1 1 0 0 1 1.1 0.9];
mpc.gen=[1 60 0 30 -30 1 100 1 200 0];mpc.branch=[1 2 0.01 0.1 0.02 0 0 0 0 0 1 -360 360];
`;
const change = (from: string | RegExp, to: string): string => {
  const changed = small.replace(from, to);
  if (changed === small) throw new Error(`nothing to change: ${from}`);
  return changed;
};

formatConformance(matpowerFormat, {
  valid: [small, tiny],
  foreign: ['gridflock: network/1\nname: x\n', 'Clear\nNew Circuit.x\n', '{"version": "1.0", "type": "input"}'],
  broken: [
    [change("'2'", "'1'"), 'MATPOWER_VERSION'],
    ['function [baseMVA, bus, gen, branch] = old\nbaseMVA = 100;\n', 'MATPOWER_VERSION'],
    [change('mpc.bus = [ %', 'mpc.buss = [ %'), 'MATPOWER_NAME_UNKNOWN'],
    [tiny.replace('mpc.bus=', 'mpc.buses='), 'MATPOWER_FIELD_MISSING'],
    [tiny.replace('mpc.baseMVA=100;', ''), 'MATPOWER_FIELD_MISSING'],
    [change('20/2', '0'), 'MATPOWER_FIELD_INVALID'],
    [tiny.replace('mpc.branch=[1 2', 'mpc.branch=[1 9'), 'NETWORK_UNKNOWN_BUS'],
    [tiny.replace('gen=[1', 'gen=[9'), 'NETWORK_UNKNOWN_BUS'],
    [tiny.replace('gen=[1', 'gen=[1.5'), 'MATPOWER_BUS_NUMBER'],
    [tiny.replace('0.01 0.1', '0 0'), 'NETWORK_IMPEDANCE_INVALID'],
    [tiny.replace('0.01 0.1', 'NaN 0.1'), 'MATPOWER_NUMBER_INVALID'],
    [tiny.replace('200 0]', '200 300]'), 'MATPOWER_RANGE_INVALID'],
    [tiny.replace('[1 2 0 0', '[1 1 0 0'), 'MATPOWER_SLACK_MISSING'],
    [tiny.replace('[1 2 0 0', '[1 7 0 0'), 'MATPOWER_BUS_TYPE'],
    [tiny.replace(';2 1 50', ';1 1 50'), 'NETWORK_DUPLICATE_ID'],
    [tiny.replace('100 1 200 0]', '100 1]'), 'MATPOWER_COLUMNS'],
    [`${tiny}mpc.gencost=[2 0 0 3 1 2 3;2 0 0 3 1 2 3;2 0 0 3 1 2 3];`, 'MATPOWER_COST_INVALID'],
    [`${tiny}mpc.gencost=[3 0 0 3 1 2 3];`, 'MATPOWER_COST_INVALID'],
    [`${tiny}mpc.gencost=[2 0 0 5 1 2 3];`, 'MATPOWER_COST_INVALID'],
    [`${tiny}mpc.gencost=[1 0 0 2 5 2 3 4];`, 'MATPOWER_COST_INVALID'],
    [change('-10*2', '-10*2 9'), 'MATPOWER_TABLE_RAGGED'],
    [change('Vbase^2', 'Vbse^2'), 'MATPOWER_NAME_UNKNOWN'],
    [change('sin(acos', 'sni(acos'), 'MATPOWER_NAME_UNKNOWN'],
    [change('mpc.bus(1, BASE_KV)', 'mpc.bus(99, BASE_KV)'), 'MATPOWER_INDEX'],
    [change('mpc.baseMVA * 1e6', 'mpc.bus * mpc.bus'), 'MATPOWER_EXPRESSION'],
    [change("disp('read');", 'mpc = loadcase(9);'), 'MATPOWER_STATEMENT'],
    [change("disp('read');", 'if 1, x = 2; end'), 'MATPOWER_STATEMENT'],
    [change("disp('read');", 'system(rm);'), 'MATPOWER_STATEMENT'],
    [change("disp('read');", 'function y = f(x)'), 'MATPOWER_STATEMENT'],
    [change("disp('read');", '[a, b] = max(1);'), 'MATPOWER_STATEMENT'],
    [change("disp('read');", 'x = zeros(1e5, 1e5);'), 'MATPOWER_TOO_LARGE'],
    [change("disp('read');", 'x = 0:1e12;'), 'MATPOWER_TOO_LARGE'],
    [small.slice(0, small.indexOf('2	3	0.4930')), 'MATPOWER_SYNTAX'],
    [change('%}', '%'), 'MATPOWER_SYNTAX'],
    [change("disp('read');", `x = 1${'+1'.repeat(200_000)};`), 'MATPOWER_SYNTAX'],
    [change("disp('read');", `x = 1${"'".repeat(200_000)};`), 'MATPOWER_SYNTAX'],
  ],
  rounding_frac: 1e-12,
});

describe('MATPOWER cases', () => {
  const { network, operatingPoint, dropped, warnings } = matpowerFormat.read(small, { fileName: 'case4.m' });
  const refusal = (text: string): InputError => {
    try {
      matpowerFormat.read(text, { fileName: 'feeder.m' });
    } catch (error) {
      if (error instanceof InputError) return error;
    }
    throw new Error('was read');
  };

  it('carries out the statements after the tables', () => {
    expect(network.s_base_kVA).toBe(10_000);
    // Z = 12.66² / 10 ohm
    expect(network.branches[0].r_pu).toBeCloseTo(0.0922 / 16.02756, 12);
    expect(network.branches[1].x_pu).toBeCloseTo(0.2511 / 16.02756, 12);
    expect(operatingPoint.p_kW[1]).toBeCloseTo(-100, 10);
    expect(operatingPoint.p_kW[2]).toBeCloseTo(20, 10);
    expect(operatingPoint.q_kvar[2]).toBeCloseTo(-0.25, 12);
    expect(operatingPoint.p_kW[3]).toBeCloseTo(-7 * Math.sqrt(1 - 0.85 ** 2), 12);
    expect(network.shunts).toEqual([{ bus: 1, g_pu: 0.05, b_pu: -0.15 }]);
  });

  it('follows MATPOWER on ratings, taps and status', () => {
    expect(network.branches.map((x) => x.id)).toEqual(['br1', 'br2', 'br3', 'br4']);
    expect(network.branches.map((x) => x.s_max_kVA)).toEqual([Infinity, 5000, Infinity, Infinity]);
    expect(network.branches.map((x) => x.ratio)).toEqual([1, 0.98, 1, 1]);
    expect(network.branches.map((x) => x.inService)).toEqual([true, true, false, false]);
    expect(network.branches.map((x) => [x.angle_min_deg, x.angle_max_deg])[1]).toEqual([-30, 30]);
    expect(network.branches[0]).not.toHaveProperty('angle_min_deg');
    expect(operatingPoint.isolated).toEqual([3]);
    expect(operatingPoint.slacks).toEqual([0]);
  });

  it('holds voltage at slack and PV buses only; the last generator gives the start', () => {
    expect(operatingPoint.generators.map((x) => x.holdsVoltage)).toEqual([true, true, true, false, true]);
    expect(operatingPoint.generators.map((x) => x.inService)).toEqual([true, true, true, true, false]);
    expect([...operatingPoint.v_start_pu]).toEqual([1.05, 1.02, 1, 1]);
    expect(operatingPoint.angle_start_deg[2]).toBe(5);
    expect(operatingPoint.generators[2]).toMatchObject({ p_min_kW: -2000, q_max_kvar: Infinity, p_kW: 3000 });
    expect(warnings.some((text) => text.includes('disagree on VG'))).toBe(true);
  });

  it('turns costs per MW into costs per kW', () => {
    const costs = operatingPoint.generators.map((x) => x.cost);
    expect(costs[0]).toEqual({ kind: 'polynomial', coefficients: [0.1 / 1e6, 0.02, 5] });
    expect(costs[1]).toEqual({ kind: 'piecewise-linear', p_kW: [0, 6000], cost_cur_per_h: [0, 120] });
    expect(costs[2]).toEqual({ kind: 'polynomial', coefficients: [0.007, 0] });
    expect(costs[3]).toEqual({ kind: 'polynomial', coefficients: [7] });
  });

  it('reports everything that it leaves out, with its line', () => {
    const lineOf = (mark: string): string => `case4.m:${small.slice(0, small.indexOf(mark)).split('\n').length}`;
    const byElement = new Map(dropped.map((item) => [item.element, item.where]));
    expect(Object.fromEntries(byElement)).toEqual({
      disp: lineOf("disp('read')"),
      'bus_name (4 rows)': lineOf('mpc.bus_name'),
      'dcline 1 (1 to 3)': lineOf('mpc.dcline'),
      'if.map': lineOf('mpc.if.map'),
      'branch RATE_B (1 rows)': lineOf('2	3	0.4930'),
      'branch RATE_C (1 rows)': lineOf('2	3	0.4930'),
      'gencost STARTUP, SHUTDOWN (1 rows)': lineOf('2	10	0	2	7'),
    });
  });

  it('names file and line of a fault', () => {
    const error = refusal(small.replace('2	3	0.4930', '2	30	0.4930'));
    expect(error.where).toBe(`feeder.m:${small.slice(0, small.indexOf('2	3	0.4930')).split('\n').length}`);
    expect(error.message).toContain('Branch "br2" ends at bus "30", which does not exist');
    expect(refusal(small.replace('Vbase^2', 'Vbse^2')).hint).toBe('Did you mean "Vbase"?');
    expect(refusal(tiny.replace('mpc.bus=', 'mpc.Bus=')).hint).toBe('Did you mean "Bus"?');
  });

  it('takes the first held bus as slack when none is given, and 1 kV where there is no base', () => {
    const read = matpowerFormat.read(tiny, { fileName: 'tiny.m' });
    expect(read.operatingPoint.slacks).toEqual([0]);
    expect(read.network.buses[0].v_base_kV).toBe(1);
    expect(read.warnings.length).toBe(2);
    expect(read.network.name).toBe('case');
  });

  it('reads negative impedances with a warning', () => {
    const read = matpowerFormat.read(tiny.replace('0.01 0.1', '-0.01 0.1'), { fileName: 'tiny.m' });
    expect(read.network.branches[0].r_pu).toBe(-0.01);
    expect(read.warnings.some((text) => text.includes('negative resistance') && text.includes('tiny.m:3'))).toBe(true);
  });

  it.each([
    ['[1 -2]', [1, -2]],
    ['[1 - 2]', [-1]],
    ['[1 -2 + 3]', [1, 1]],
    ['[1, - 2]', [1, -2]],
    ['[1 -2]*2', [2, -4]],
    ["[1 2]'", [1, 2]],
    ['-2^2', [-4]],
    ['2^-1', [0.5]],
    ['2*3^2/4', [4.5]],
    ['[1:3] .* [2 2 3]', [2, 4, 9]],
    ['1e3 + 1E-3 + 1d2', [1100.001]],
    ['.5', [0.5]],
    ['5.', [5]],
    ['mpc.bus(end, 3)', [50]],
    ['mpc.bus(2:end, 3)', [50]],
    ['mpc.bus(mpc.bus(:, 3) > 0, 1)', [2]],
    ['sum(mpc.bus(:, 3))', [50]],
    ['[mpc.bus(:, 1); 9]', [1, 2, 9]],
    ['size(mpc.bus, 1)', [2]],
    ['max([3 1 2])', [3]],
    ['[sqrt(16) 2]', [4, 2]],
    ['3 == 3 && 2 < 1', [0]],
    ['pi/pi', [1]],
  ])('works out %s', (expression, expected) => {
    const cells = `mpc.x = ${expression};\nmpc.bus(:, 8) = 0; mpc.n = numel(mpc.x);\n`;
    const places = expected.map((_, k) => `mpc.bus(1, 8) = mpc.x(${k + 1}); mpc.v${k} = 1/(mpc.bus(1, 8) == ${expected[k]});\n`);
    // 1/0 = Inf is kept, so a wrong value shows as an unequal comparison below
    const text = `${tiny}${cells}${places.join('')}mpc.bus(1, 3) = mpc.n; mpc.bus(2, 3) = ${expected.map((_, k) => `mpc.v${k}`).join('+')};\n`;
    const { operatingPoint: point } = matpowerFormat.read(text.replace(/mpc\.bus\(:, 8\) = 0;/, ''), { fileName: 'x.m' });
    expect([...point.p_kW].map((p) => -p / 1000)).toEqual([expected.length, expected.length]);
  });
});
