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

describe('gridflock opf', () => {
  let cwd = '';
  beforeAll(() => {
    cwd = folderWith({ 'good.yaml': feeder(500), 'bad.yaml': feeder(5000) });
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
    ]);
    expect(Object.keys((document['generators'] as object[])[0] ?? {})).toEqual(['id', 'bus', 'p_kW', 'q_kvar', 'cost_cur_per_h']);
    expect(Object.keys(document['certificate'] as object)).toEqual(['primal_residual', 'dual_residual', 'gap', 'ac_check']);
  });

  it('ends with 1 where no dispatch serves the load, and names what conflicts', async () => {
    for (const formulation of ['ac', 'dc']) {
      const ended = await gridflock(['opf', 'bad.yaml', '--formulation', formulation, '--json'], { cwd });
      expect(ended.status).toBe(1);
      const document = documentOf(ended);
      expect(document['status']).toBe('infeasible');
      expect((document['conflict'] as string[]).length).toBeGreaterThan(0);
    }
  });

  it('writes the same files twice and shows a table to a person', async () => {
    const shown = await gridflock(['opf', 'good.yaml', '--objective', 'loss', '--out', 'a'], { cwd });
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('losses');
    expect(namesIn(`${cwd}/a`)).toEqual(['buses.csv', 'generators.csv', 'opf.json']);
    expect((await gridflock(['opf', 'good.yaml', '--objective', 'loss', '--out', 'a', '--force'], { cwd })).status).toBe(0);
  });
});
