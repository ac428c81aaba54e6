import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

const feeder = (load_kW: number): string => `gridflock: network/1
name: small
s_base_kVA: 1000
slacks: [{bus: a}]
buses: [{id: a, v_base_kV: 10}, {id: b, v_base_kV: 10, p_load_kW: ${load_kW}}]
branches: [{id: ab, from: a, to: b, r_pu: 0.01, x_pu: 0.05, angle_max_deg: 20}]
generators: [{id: grid, bus: a, p_max_kW: 1000, holds_voltage: true, cost: {polynomial: [0.1, 0]}}]
`;

/** More sun than the grid pays for: taking power costs money there, so a relaxation would rather burn it. */
const sunny = `gridflock: network/1
name: sunny
s_base_kVA: 1000
slacks: [{bus: a}]
buses: [{id: a, v_base_kV: 10, v_min_pu: 1, v_max_pu: 1}, {id: b, v_base_kV: 10, v_min_pu: 0.95, v_max_pu: 1.05, p_load_kW: 100}]
branches: [{id: ab, from: a, to: b, r_pu: 0.05, x_pu: 0.05}]
generators:
  - {id: grid, bus: a, p_min_kW: -5000, p_max_kW: 5000, q_min_kvar: -5000, q_max_kvar: 5000, holds_voltage: true, cost: {polynomial: [0.1, 0]}}
  - {id: sun, bus: b, p_min_kW: 800, p_max_kW: 3000, q_min_kvar: -100, q_max_kvar: 100, cost: {polynomial: [-0.2, 0]}}
`;

/** Streets in a square of so many crossings a side: enough to be interrupted. */
function mesh(side: number): string {
  const crossings = Array.from({ length: side * side }, (_, k) => k + 1);
  const streets = crossings.flatMap((k) => [...(k % side === 0 ? [] : [[k, k + 1]]), ...(k + side > side * side ? [] : [[k, k + side]])]);
  return `function mpc = mesh
mpc.version = '2';
mpc.baseMVA = 10;
mpc.bus = [
${crossings.map((k) => `  ${k} ${k === 1 ? 3 : 1} 0.01 0.003 0 0 1 1 0 10 1 1.1 0.9;`).join('\n')}
];
mpc.gen = [1 0 0 99 -99 1 100 1 99 0];
mpc.branch = [
${streets.map(([from, to]) => `  ${from} ${to} 0.001 0.002 0 ${20 + ((from ?? 0) % 7)} 0 0 0 0 1 -30 30;`).join('\n')}
];
mpc.gencost = [2 0 0 3 0.1 20 0];
`;
}

describe('gridflock opf', () => {
  let cwd = '';
  beforeAll(() => {
    cwd = folderWith({ 'good.yaml': feeder(500), 'bad.yaml': feeder(5000), 'sunny.yaml': sunny, 'mesh.m': mesh(45) });
  });
  afterAll(() => removeFolder(cwd));

  it('keeps the contract of its JSON', async () => {
    const ended = await gridflock(['opf', 'ieee118', '--json'], { cwd });
    expect(ended.status).toBe(0);
    const document = documentOf(ended);
    expect(document).toMatchObject({ status: 'optimal', formulation: 'ac', dropped: [] });
    expect(document['objective_cur_per_h']).toBeCloseTo(129660.694, 1);
    expect(Object.keys((document['buses'] as object[])[0] ?? {})).toEqual([
      'id',
      'v_pu',
      'angle_deg',
      'price_cur_per_kWh',
      'price_q_cur_per_kvarh',
      'price_parts',
    ]);
    expect(Object.keys((document['generators'] as object[])[0] ?? {})).toEqual(['id', 'bus', 'p_kW', 'q_kvar', 'cost_cur_per_h']);
    expect(Object.keys(document['certificate'] as object)).toEqual(['primal_residual', 'dual_residual', 'gap', 'ac_check']);
  });

  it('ends with 1 where no dispatch serves the load, and names what conflicts', async () => {
    for (const formulation of ['ac', 'soc', 'dc', 'lindistflow']) {
      const ended = await gridflock(['opf', 'bad.yaml', '--formulation', formulation, '--json'], { cwd });
      expect(ended.status).toBe(1);
      const document = documentOf(ended);
      expect(document['status']).toBe('infeasible');
      expect((document['conflict'] as string[]).length).toBeGreaterThan(0);
      expect(document).toMatchObject({ objective_cur_per_h: null, loss_kW: null });
    }
  });

  it('writes the same files twice and shows a table to a person', async () => {
    const shown = await gridflock(['opf', 'good.yaml', '--objective', 'loss', '--out', 'a'], { cwd });
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('losses');
    expect(namesIn(`${cwd}/a`)).toEqual(['buses.csv', 'generators.csv', 'opf.json']);
    expect((await gridflock(['opf', 'good.yaml', '--objective', 'loss', '--out', 'a', '--force'], { cwd })).status).toBe(0);
  });

  it('says what a relaxation is worth, and gives an AC point where it is not exact', async () => {
    const exact = documentOf(await gridflock(['opf', 'ieee33', '--formulation', 'soc', '--json'], { cwd }));
    expect(exact).toMatchObject({ status: 'optimal', certificate: { relaxation: { is_exact: true, gap_frac: null } } });
    expect(exact['recovered']).toBeUndefined();
    expect((exact['certificate'] as Record<string, number>)['cone_gap_max']).toBeLessThan(1e-5);

    const ended = await gridflock(['opf', 'sunny.yaml', '--formulation', 'soc', '--json'], { cwd });
    const document = documentOf(ended) as {
      certificate: { relaxation: Record<string, number>; ac_check: Record<string, number> };
      recovered: { status: string; objective_cur_per_h: number; gap_frac: number; buses: object[]; certificate: { ac_check: object } };
    };
    const { relaxation, ac_check } = document.certificate;
    expect(relaxation['is_exact']).toBe(false);
    expect(relaxation['invented_loss_kW']).toBeGreaterThan(100);
    expect(ac_check['slack_shift_max_kW']).toBeGreaterThan(100);
    const { recovered } = document;
    expect(Object.keys(recovered)[0]).toBe('gap_frac');
    expect(recovered.status).toBe('optimal');
    expect(recovered.objective_cur_per_h).toBeGreaterThan(relaxation['bound'] ?? Number.NaN);
    expect(recovered.gap_frac).toBeCloseTo(
      (recovered.objective_cur_per_h - (relaxation['bound'] ?? 0)) / Math.abs(recovered.objective_cur_per_h),
      9,
    );
    expect(recovered.buses).toHaveLength(2);

    const shown = await gridflock(['opf', 'sunny.yaml', '--formulation', 'soc', '--out', 'sunny'], { cwd });
    expect(shown.stdout).toMatch(/not exact: it invents losses/);
    expect(shown.stdout).toMatch(/bound .*no AC point is better/);
    expect(shown.stdout).toMatch(/AC point next to it/);
    expect(namesIn(`${cwd}/sunny`)).toEqual(['buses.csv', 'generators.csv', 'opf.json', 'recovered_buses.csv', 'recovered_generators.csv']);
    const bare = documentOf(await gridflock(['opf', 'sunny.yaml', '--formulation', 'soc', '--no-recover', '--json'], { cwd }));
    expect(bare['recovered']).toBeUndefined();
  });

  it('splits prices: the parts add up, in JSON, in tables and in the text', async () => {
    const shown = await gridflock(['opf', 'ieee33', '--formulation', 'lindistflow', '--out', 'parts'], { cwd });
    expect(shown.stdout).toMatch(/highest price +0\.02\d+ at bus 18: energy 0\.02 \+ losses 0\.00\d+\n/);
    const [head = '', ...rows] = readFileSync(`${cwd}/parts/buses.csv`, 'utf8').trim().split('\n');
    const columns = head.split(',');
    const parts = ['energy', 'loss', 'congestion', 'voltage', 'reactive'].map((part) => columns.indexOf(`price_${part}_cur_per_kWh`));
    expect(Math.min(...parts)).toBeGreaterThan(0);
    expect(rows).toHaveLength(33);
    for (const row of rows) {
      const cells = row.split(',').map(Number);
      const sum = parts.reduce((total, column) => total + (cells[column] ?? Number.NaN), 0);
      expect(sum).toBeCloseTo(cells[columns.indexOf('price_cur_per_kWh')] ?? Number.NaN, 12);
    }
  });

  it('stops when asked, in the midst of a large problem, and leaves nothing', async () => {
    const ended = await gridflock(['opf', 'mesh.m', '--formulation', 'soc', '--out', 'stopped'], {
      cwd,
      interrupt: { at: /solving/, times: 1 },
    });
    expect([ended.status, ended.stdout]).toEqual([130, '']);
    expect(ended.stderr).toMatch(/stopping/);
    expect(namesIn(cwd)).not.toContain('stopped');
  });
});
