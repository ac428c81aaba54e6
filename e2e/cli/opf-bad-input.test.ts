import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, errorOf, folderWith, gridflock, removeFolder } from './gridflock.ts';

type Table = 'bus' | 'gen' | 'branch' | 'gencost';
type Row = readonly (number | string)[];

const tables: Readonly<Record<Table, readonly Row[]>> = {
  bus: [
    [1, 3, 0, 0, 0, 0, 1, 1, 0, 12.66, 1, 1.1, 0.9],
    [2, 1, 1, 0.5, 0, 0, 1, 1, 0, 12.66, 1, 1.1, 0.9],
    [3, 1, 1, 0.2, 0, 0, 1, 1, 0, 12.66, 1, 1.1, 0.9],
  ],
  gen: [
    [1, 0, 0, 10, -10, 1, 100, 1, 10, 0],
    [3, 0, 0, 5, -5, 1, 100, 1, 5, 0],
  ],
  branch: [
    [1, 2, 0.01, 0.01, 0, 0, 0, 0, 0, 0, 1, -360, 360],
    [2, 3, 0.01, 0.02, 0, 5, 0, 0, 0, 0, 1, -360, 360],
  ],
  gencost: [
    [2, 0, 0, 3, 0.1, 20, 0],
    [2, 0, 0, 3, 0.2, 10, 0],
  ],
};

/** The case with one cell of one table replaced; `more` are rows that are added. */
function caseWith(edit?: readonly [Table, number, number, number | string], more: Partial<Record<Table, readonly Row[]>> = {}): string {
  const text = Object.entries(tables).map(([name, rows]) => {
    const changed = rows.map((row, i) => row.map((cell, j) => (edit?.[0] === name && edit[1] === i && edit[2] === j ? edit[3] : cell)));
    const lines = [...changed, ...(more[name as Table] ?? [])].map((row) => `  ${row.join(' ')};`);
    return `mpc.${name} = [\n${lines.join('\n')}\n];`;
  });
  return `function mpc = tiny\nmpc.version = '2';\nmpc.baseMVA = 10;\n${text.join('\n')}\n`;
}

const island = {
  bus: [
    [4, 1, 1, 0, 0, 0, 1, 1, 0, 12.66, 1, 1.1, 0.9],
    [5, 1, 0, 0, 0, 0, 1, 1, 0, 12.66, 1, 1.1, 0.9],
  ],
  branch: [[4, 5, 0.01, 0.01, 0, 0, 0, 0, 0, 0, 1, -360, 360]],
};

const files: Readonly<Record<string, string>> = {
  'good.m': caseWith(),
  'zero-impedance.m': caseWith(undefined, { branch: [[1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, -360, 360]] }),
  'zero-reactance.m': caseWith(['branch', 0, 3, 0]),
  'nan-pmax.m': caseWith(['gen', 0, 8, 'NaN']),
  'nan-vmin.m': caseWith(['bus', 1, 12, 'NaN']),
  'inf-cost.m': caseWith(['gencost', 0, 5, 'Inf']),
  'inf-load.m': caseWith(['bus', 1, 2, 'Inf']),
  'pmin-above-pmax.m': caseWith(['gen', 0, 9, 20]),
  'vmin-above-vmax.m': caseWith(['bus', 1, 12, 1.2]),
  'negative-rating.m': caseWith(['branch', 1, 5, -5]),
  'concave.m': caseWith(['gencost', 1, 4, -0.2]),
  'inf-qmax.m': caseWith(['gen', 0, 3, 'Inf']),
  'inf-vmax.m': caseWith(['bus', 1, 11, 'Inf']),
  'no-rating.m': caseWith(['branch', 1, 5, 0]),
  'isolated.m': caseWith(['bus', 2, 1, 4]),
  'off.m': caseWith(['gen', 1, 7, 0]),
  'negative-resistance.m': caseWith(['branch', 0, 2, -0.01]),
  'island-without-source.m': caseWith(undefined, island),
  'island-without-slack.m': caseWith(undefined, { ...island, gen: [[5, 0, 0, 5, -5, 1, 100, 1, 5, 0]], gencost: [[2, 0, 0, 3, 0, 30, 0]] }),
  'unbounded.m': caseWith(undefined, {
    gen: [
      [1, 0, 0, 0, 0, 1, 100, 1, 'Inf', 0],
      [1, 0, 0, 0, 0, 1, 100, 1, 0, '-Inf'],
    ],
    gencost: [
      [2, 0, 0, 3, 0, 10, 0],
      [2, 0, 0, 3, 0, 50, 0],
    ],
  }),
};

describe('opf with bad input', () => {
  let cwd = '';
  beforeAll(() => {
    cwd = folderWith(files);
  });
  afterAll(() => removeFolder(cwd));
  const run = (name: string, formulation: string) => gridflock(['opf', `${name}.m`, '--formulation', formulation, '--json'], { cwd });

  it.each([
    ['zero-impedance', 'soc', 2, 'NETWORK_IMPEDANCE_INVALID', /br3.*zero/],
    ['zero-reactance', 'dc', 3, 'OPF_NO_REACTANCE', /br1/],
    ['nan-pmax', 'soc', 2, 'MATPOWER_NUMBER_INVALID', /PMAX of gen1/],
    ['nan-vmin', 'ac', 2, 'MATPOWER_NUMBER_INVALID', /VMIN of bus 2/],
    ['inf-cost', 'soc', 2, 'MATPOWER_NUMBER_INVALID', /gen1.*Infinity/],
    ['inf-load', 'dc', 2, 'MATPOWER_NUMBER_INVALID', /PD of bus 2/],
    ['pmin-above-pmax', 'soc', 2, 'MATPOWER_RANGE_INVALID', /PMIN of gen1/],
    ['vmin-above-vmax', 'soc', 2, 'NETWORK_VOLTAGE_LIMITS', /bus "2"/],
    ['negative-rating', 'ac', 2, 'NETWORK_RATING_INVALID', /br2/],
    ['concave', 'soc', 3, 'OPF_COST_NOT_CONVEX', /"gen2".*formulation soc/],
    ['concave', 'dc', 3, 'OPF_COST_NOT_CONVEX', /"gen2".*formulation dc/],
  ] as const)('%s, %s: status %i, %s', async (name, formulation, status, code, readable) => {
    const ended = await run(name, formulation);
    expect(ended.status).toBe(status);
    expect(errorOf(ended)).toMatchObject({ code });
    expect(errorOf(ended).message).toMatch(readable);
  });

  it('takes limits that do not bind, and what is out of service', async () => {
    const optimum = async (name: string) => documentOf(await run(name, 'soc'))['objective_cur_per_h'] as number;
    const good = await optimum('good');
    for (const name of ['inf-qmax', 'inf-vmax', 'no-rating']) expect(await optimum(name)).toBeCloseTo(good, 4);
    expect(await optimum('isolated')).toBeLessThan(20.2); // bus 3 needs and gives nothing
    expect(await optimum('off')).toBeGreaterThan(40); // the cheap one is missing
  });

  it('solves an island without a slack, and names one without a source', async () => {
    const held = documentOf(await run('island-without-slack', 'soc'));
    expect(held['status']).toBe('optimal');
    expect(held['objective_cur_per_h']).toBeGreaterThan(50);
    for (const formulation of ['ac', 'soc']) {
      const ended = await run('island-without-source', formulation);
      const dark = documentOf(ended);
      expect([ended.status, dark['status']]).toEqual([1, 'infeasible']);
      expect(dark['notes']).toContain('Buses 4, 5 are an island without a generator in service.');
      expect((dark['conflict'] as string[])[0]).toContain('bus 4');
      expect((dark['buses'] as { price_cur_per_kWh: number | null }[])[0]?.price_cur_per_kWh).toBeNull();
    }
  });

  it('keeps the bound with a negative resistance, and says that the relaxation is not exact', async () => {
    const exact = documentOf(await run('negative-resistance', 'ac'));
    const relaxed = documentOf(await run('negative-resistance', 'soc')) as { certificate: { relaxation: Record<string, number> } };
    expect(relaxed.certificate.relaxation['bound']).toBeLessThan(exact['objective_cur_per_h'] as number);
    expect(relaxed.certificate.relaxation['is_exact']).toBe(false);
    expect(documentOf(await run('negative-resistance', 'lindistflow'))['notes']).toEqual([expect.stringMatching(/without losses/)]);
  });

  it('says unbounded where infinite limits let money grow', async () => {
    const ended = await run('unbounded', 'soc');
    expect([ended.status, documentOf(ended)['status']]).toEqual([1, 'unbounded']);
  });
});
