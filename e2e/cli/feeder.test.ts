import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '@gridflock/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, errorOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

/** Draws for scenarios, the same in every run. */
const random = randomStream(1, 'scenarios');

/** One street of two houses on different phases and a roof with sun; an hour of each. */
const street = `gridflock: feeder/1
name: street
frequency_Hz: 50
buses:
  - { id: station, v_base_kV: 0.4 }
  - { id: end, v_base_kV: 0.4, v_min_pu: 0.98, v_max_pu: 1.02 }
sources: [{ id: grid, bus: station }]
lines:
  - { id: cable, from: station, to: end, phases: abcn, r1_ohm: 0.1, x1_ohm: 0.03, r0_ohm: 0.3, x0_ohm: 0.06, length_km: 0.3, i_max_A: 100 }
shunts: [{ id: earthing, bus: station, phases: n, g_S: 100, b_S: 0 }]
loads:
  - { id: first, bus: end, phases: an, p_kW: 6, q_kvar: 2, daily: evening }
  - { id: second, bus: end, phases: bn, p_kW: 3, q_kvar: 1, daily: evening }
inverters: [{ id: roof, bus: end, phases: cn, s_rated_kVA: 10, p_kW: 8, daily: sun }]
profiles:
  - { id: evening, step_s: 3600, p: [0.2, 0.3, 1.0, 0.6] }
  - { id: sun, step_s: 3600, p: [0.5, 1.0, 0.1, 0.0] }
`;

/** A source, a line and a load in power-grid-model's own units, and three scenarios of the load. */
const dataset = (type: string, is_batch: boolean, data: unknown): string =>
  JSON.stringify({ version: '1.0', type, is_batch, attributes: {}, data });
const input = dataset('input', false, {
  node: [1, 2].map((id) => ({ id, u_rated: 400 })),
  source: [{ id: 3, node: 1, status: 1, u_ref: 1, sk: 1e8 }],
  line: [
    {
      id: 4,
      from_node: 1,
      to_node: 2,
      from_status: 1,
      to_status: 1,
      r1: 0.1,
      x1: 0.05,
      c1: 0,
      tan1: 0,
      r0: 0.2,
      x0: 0.1,
      c0: 0,
      tan0: 0,
      i_n: 100,
    },
  ],
  asym_load: [{ id: 5, node: 2, status: 1, type: 0, p_specified: [2000, 2000, 2000], q_specified: [0, 0, 0] }],
});
const updates = dataset(
  'update',
  true,
  [1000, 4000, 8000].map((p) => ({ asym_load: [{ id: 5, p_specified: [p, 2000, 2000] }] })),
);

/** A ring of twelve houses; scenarios draw all loads, some open a line, one loads a house beyond what the wires carry, one has no source. */
const ring = dataset('input', false, {
  node: Array.from({ length: 12 }, (_, id) => ({ id, u_rated: 400 })),
  source: [{ id: 90, node: 0, status: 1, u_ref: 1.02, sk: 1e7 }],
  line: Array.from({ length: 12 }, (_, k) => ({
    ...{ id: 20 + k, from_node: k, to_node: (k + 1) % 12, from_status: 1, to_status: 1, i_n: 60 },
    ...{ r1: 0.05, x1: 0.02, c1: 0, tan1: 0, r0: 0.1, x0: 0.05, c0: 0, tan0: 0 },
  })),
  sym_load: Array.from({ length: 11 }, (_, k) => ({ id: 40 + k, node: k + 1, status: 1, type: k % 3 })),
});
const drawn = (changes: (s: number) => object, count: number): string =>
  dataset(
    'update',
    true,
    Array.from({ length: count }, (_, s) => ({
      sym_load: Array.from({ length: 11 }, (_, k) => ({
        id: 40 + k,
        p_specified: random.between(0, 6000),
        q_specified: 500,
        status: (s + k) % 9 ? 1 : 0,
      })),
      ...changes(s),
    })),
  );
const mixed = drawn((s) => {
  if (s === 30) return { sym_load: [{ id: 43, p_specified: 9e6, q_specified: 0 }] };
  if (s === 61) return { source: [{ id: 90, status: 0 }] };
  return s % 5 === 0 ? { line: [{ id: 20 + (s % 12), from_status: 0 }] } : {};
}, 150);

let cwd: string;
beforeAll(() => {
  const hour = (k: number): string => new Date(Date.UTC(2025, 0, 1, k)).toISOString();
  cwd = folderWith({
    'street.yaml': street,
    'grid.json': input,
    'updates.json': updates,
    'day.csv': 'time,load_frac\n2025-01-15T00:00Z,0.5\n2025-01-15T01:00Z,1\n2025-01-15T02:00Z,0\n',
    'one.csv': 'time,L611_p_kW,L611_q_kvar\n2025-01-15T00:00Z,-170,-80\n2025-01-15T01:00Z,-340,-160\n',
    'slip.csv': 'time,L61_p_kW\n2025-01-15T00:00Z,-170\n2025-01-15T01:00Z,-340\n',
    'both.csv': 'time,load_frac,L611_p_kW\n2025-01-15T00:00Z,1,-170\n2025-01-15T01:00Z,1,-340\n',
    'ring.json': ring,
    'mixed.json': mixed,
    'last.json': dataset('update', true, (JSON.parse(mixed) as { data: object[] }).data.slice(-1)),
    // each on wires of its own, which takes long
    'many.json': dataset(
      'update',
      true,
      Array.from({ length: 20_000 }, (_, s) => ({ source: [{ id: 90, u_ref: 1 + s * 1e-6 }] })),
    ),
    'months.csv': `time,load_frac\n${Array.from({ length: 3000 }, (_, k) => `${hour(k)},${(0.4 + (k % 24) / 40).toFixed(3)}`).join('\n')}\n`,
    'decades.csv': `time,load_frac\n${Array.from({ length: 200_000 }, (_, k) => `${hour(k)},${(0.4 + (k % 24) / 40).toFixed(3)}`).join('\n')}\n`,
  });
});
afterAll(() => removeFolder(cwd));

const run = (...args: string[]) => gridflock(['powerflow', ...args], { cwd });

interface Row {
  readonly id: string;
  readonly phase: string;
  readonly v_pu: number;
  readonly v_V: number;
  readonly p_from_kW: number;
  readonly p_to_kW: number;
}

describe('powerflow of a feeder', () => {
  it('is three-phase by itself, and settles its regulators where OpenDSS does', async () => {
    const ended = await run('ieee13', '--json');
    const document = documentOf(ended);
    expect([ended.status, document['status'], document['method']]).toEqual([0, 'converged', 'three-phase']);
    const taps = document['taps'] as { transformer: string; position: number }[];
    expect(taps.map(({ transformer, position }) => [transformer, position])).toEqual([
      ['RG60a', 9],
      ['RG60b', 6],
      ['RG60c', 9],
    ]);
    const buses = document['buses'] as Row[];
    expect(Object.keys(buses[0]!)).toEqual(['id', 'phase', 'v_pu', 'angle_deg', 'v_V']);
    expect(buses.filter(({ id }) => id === '684').map(({ phase }) => phase)).toEqual(['a', 'c']);
    const end = buses.find(({ id, phase }) => id === '675' && phase === 'b')!;
    expect(end.v_V).toBeCloseTo((end.v_pu * 4160) / Math.sqrt(3), 6);
    expect(document['v_max_pu']).toBe(Math.max(...buses.map(({ v_pu }) => v_pu)));
  });

  it('closes the balance: what enters is lost or taken', async () => {
    const document = documentOf(await run('ieee13', '--json'));
    const sum = (list: unknown, field: string): number =>
      (list as Record<string, number>[]).reduce((total, row) => total + (row[field] ?? 0), 0);
    const source_kW = sum(document['sources'], 'p_kW');
    const load_kW = sum(document['loads'], 'p_load_kW');
    expect(source_kW - load_kW).toBeCloseTo(document['loss_kW'] as number, 3);
    const branches = document['branches'] as Row[];
    expect(sum(branches, 'p_from_kW') + sum(branches, 'p_to_kW')).toBeCloseTo(document['loss_kW'] as number, 3);
    expect(new Set(branches.map(({ phase }) => phase))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('leaves taps alone with --controls off', async () => {
    const document = documentOf(await run('ieee13', '--controls', 'off', '--json'));
    expect((document['taps'] as { position: number }[]).map(({ position }) => position)).toEqual([0, 0, 0]);
    expect(document['actions']).toEqual([]);
  });

  it('shows a person each phase, taps, the worst voltages and the profile', async () => {
    const { status, stdout, stderr } = await run('ieee123');
    expect([status, stderr]).toEqual([0, '']);
    for (const text of [
      'from the source, kW',
      'largest unbalance',
      'RG4a',
      'worst voltages',
      'fullest branches',
      'what the controls did',
      '1.97 km',
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).not.toContain('\u001b');
  });

  it('takes the balanced equivalent for a balanced method, and says so', async () => {
    const { status, stdout, stderr } = await run('ieee13', '--method', 'newton');
    expect(status).toBe(0);
    expect(stdout).toMatch(/converged \(newton/);
    expect(stderr).toMatch(/balanced equivalent/);
  });

  it('writes tables and a report that needs nothing else', async () => {
    await run('ieee34', '--out', 'out34');
    expect(namesIn(join(cwd, 'out34'))).toEqual(
      expect.arrayContaining(['branches.csv', 'buses.csv', 'loads.csv', 'powerflow.json', 'report.html', 'taps.csv', 'unbalance.csv']),
    );
    const report = readFileSync(join(cwd, 'out34/report.html'), 'utf8');
    expect(report).toContain("default-src 'none'");
    expect(report).not.toMatch(/<script|<link[^>]+stylesheet|src="http/);
    expect(report.match(/class="spot"/g)!.length).toBeGreaterThan(100);
    expect(readFileSync(join(cwd, 'out34/buses.csv'), 'utf8')).toMatch(/^id,phase,v_pu,angle_deg,v_V\n800,a,1\.05/);
  });

  it('knows the neutral of a four-wire street', async () => {
    const document = documentOf(await run('street.yaml', '--json'));
    const buses = document['buses'] as Row[];
    const neutral = buses.find(({ id, phase }) => id === 'end' && phase === 'n')!;
    expect(neutral.v_V).toBeGreaterThan(1);
    // what a load sees is to the neutral, so the lowest voltage is not the lowest of the list
    expect(document['v_min_pu']).not.toBe(Math.min(...buses.filter(({ phase }) => phase !== 'n').map(({ v_pu }) => v_pu)));
    const [roof] = document['inverters'] as { id: string; p_kW: number }[];
    expect(roof!.p_kW).toBeCloseTo(8, 6);
  });
});

describe('powerflow of a feeder over time', () => {
  it('scales loads by a file; every quantity is an array over time', async () => {
    const document = documentOf(await run('ieee13', '--profiles', 'day.csv', '--controls', 'off', '--json'));
    expect(document['steps']).toHaveLength(3);
    const single = documentOf(await run('ieee13', '--controls', 'off', '--json'));
    expect((document['loss_kW'] as number[])[1]).toBeCloseTo(single['loss_kW'] as number, 4);
    // the capacitors stay
    expect((document['loss_kW'] as number[])[2]).toBeLessThan(10);
    const bus = (document['buses'] as { id: string; phase: string; v_pu: number[] }[]).find(
      ({ id, phase }) => id === '611' && phase === 'c',
    )!;
    expect(bus.v_pu).toHaveLength(3);
    expect(bus.v_pu[0]!).toBeGreaterThan(bus.v_pu[1]!);
    const kpis = document['kpis'] as Record<string, number>;
    expect(kpis['energy_loss_kWh']).toBeCloseTo(
      (document['loss_kW'] as number[]).reduce((a, b) => a + b, 0),
      6,
    );
  });

  it('takes the power of one load, + into the network', async () => {
    const document = documentOf(await run('ieee13', '--profiles', 'one.csv', '--controls', 'off', '--json'));
    const bus = (document['buses'] as { id: string; v_pu: number[] }[]).find(({ id }) => id === '611')!;
    const single = documentOf(await run('ieee13', '--controls', 'off', '--json'));
    const before = (single['buses'] as Row[]).find(({ id }) => id === '611')!;
    expect(bus.v_pu[0]).toBeCloseTo(before.v_pu, 7);
    expect(bus.v_pu[1]!).toBeLessThan(before.v_pu - 0.01);
  });

  it('follows the profiles that the feeder carries, held over shorter steps', async () => {
    const document = documentOf(await run('street.yaml', '--mode', 'daily', '--step', '30m', '--steps', '6', '--start', '1h', '--json'));
    expect(document['steps']).toEqual(['1 h', '1.5 h', '2 h', '2.5 h', '3 h', '3.5 h']);
    const source_kW = document['source_kW'] as number[];
    // 9 kW of load and 8 kW of sun times their shares
    for (const [t, expected] of [2.7 - 8, 9 - 0.8, 5.4].entries()) {
      expect(source_kW[2 * t]).toBeCloseTo(source_kW[2 * t + 1]!, 9);
      expect(Math.abs(source_kW[2 * t]! - expected)).toBeLessThan(0.4);
    }
  });

  it('writes the same bytes whatever the number of threads', async () => {
    const files = async (threads: string): Promise<string[]> => {
      const ended = await run(
        'ieee34',
        '--profiles',
        'months.csv',
        '--controls',
        'off',
        '--out',
        `out${threads}`,
        '--threads',
        threads,
        '--json',
      );
      expect(ended.status, ended.stderr).toBe(0);
      return ['powerflow.json', 'steps.csv', 'voltages.csv', 'extremes.csv', 'report.html'].map((name) =>
        readFileSync(join(cwd, `out${threads}`, name), 'utf8'),
      );
    };
    const [one, two] = [await files('1'), await files('2')];
    expect(two).toEqual(one);
    const rows = one![2]!.trimEnd().split('\n');
    expect(rows).toHaveLength(3001);
    expect(rows[0]).toMatch(/^time,800\.a_v_pu/);
    expect(rows[1]).toMatch(/^2025-01-01T00:00:00Z,1\.050000,/);
  });

  it('solves the scenarios of an update batch', async () => {
    const ended = await run('grid.json', '--updates', 'updates.json', '--json');
    expect(ended.status, ended.stdout).toBe(0);
    const scenarios = documentOf(ended)['scenarios'] as { loss_kW: number; v_min_pu: number; v_min_phase: string; v_max_phase: string }[];
    expect(scenarios).toHaveLength(3);
    const [light, middle, heavy] = scenarios.map(({ v_min_pu }) => v_min_pu);
    expect(light!).toBeGreaterThan(middle!);
    expect(middle!).toBeGreaterThan(heavy!);
    expect(scenarios[2]!.v_min_phase).toBe('a');
  });

  it('writes the same bytes of scenarios whatever the number of threads, and says which have no answer; the others are as alone', async () => {
    const files = async (threads: string): Promise<string[]> => {
      const ended = await run('ring.json', '--updates', 'mixed.json', '--out', `scenarios${threads}`, '--threads', threads, '--json');
      expect(ended.status, ended.stderr).toBe(1);
      const document = documentOf(ended);
      expect(document['scenarios_not_converged']).toEqual([31, 62]);
      expect(document['diagnosis']).toMatch(/^Scenario 31: .*"43"/);
      const scenarios = document['scenarios'] as { status: string; v_min_pu: number | null; loss_kW: number | null; diagnosis: string }[];
      expect(scenarios[30]).toMatchObject({ status: 'diverged', v_min_pu: null, loss_kW: null });
      expect(scenarios[61]!.status).toBe('refused');
      expect(scenarios[61]!.diagnosis).toContain('FEEDER_SOURCE_MISSING');
      expect(scenarios.filter(({ status }) => status === 'converged')).toHaveLength(148);
      const names = ['powerflow.json', 'scenarios.csv', 'voltages.csv', 'extremes.csv', 'branches.csv'];
      return names.map((name) => readFileSync(join(cwd, `scenarios${threads}`, name), 'utf8'));
    };
    const [one, two] = [await files('1'), await files('2')];
    expect(two).toEqual(one);
    const alone = documentOf(await run('ring.json', '--updates', 'last.json', '--json'));
    const [last] = alone['scenarios'] as { loss_kW: number; v_min_pu: number }[];
    const { scenarios } = JSON.parse(one[0]!) as { scenarios: { loss_kW: number; v_min_pu: number }[] };
    expect(scenarios[149]!.loss_kW).toBeCloseTo(last!.loss_kW, 6);
    expect(scenarios[149]!.v_min_pu).toBeCloseTo(last!.v_min_pu, 9);
  });

  it('Ctrl-C ends a batch of scenarios and leaves nothing', async () => {
    const args = ['powerflow', 'ring.json', '--updates', 'many.json', '--out', 'stopped-batch', '--threads', '2'];
    const ended = await gridflock(args, { cwd, interrupt: { at: /scenarios/, times: 1 } });
    expect(ended.status).toBe(130);
    expect(namesIn(cwd).filter((name) => name.includes('stopped-batch'))).toEqual([]);
  });

  it('Ctrl-C ends threads and leaves nothing', async () => {
    const ended = await gridflock(
      ['powerflow', 'ieee34', '--profiles', 'decades.csv', '--controls', 'off', '--out', 'stopped', '--threads', '2'],
      {
        cwd,
        interrupt: { at: /power flow/, times: 1 },
      },
    );
    expect(ended.status).toBe(130);
    expect(existsSync(join(cwd, 'stopped'))).toBe(false);
    expect(namesIn(cwd).filter((name) => name.includes('stopped'))).toEqual([]);
  });

  it.each([
    [['ieee13', '--profiles', 'slip.csv'], 'PROFILE_UNKNOWN_BUS', 'Did you mean'],
    [['ieee13', '--profiles', 'both.csv'], 'PROFILE_MIXED', 'L611'],
    [['ieee13', '--mode', 'yearly'], 'PROFILE_NONE_IN_FEEDER', ''],
    [['ieee13', '--steps', '5'], 'POWERFLOW_OPTION_MISPLACED', '--mode'],
    [['ieee33', '--mode', 'daily'], 'POWERFLOW_OPTION_MISPLACED', 'three-phase'],
    [['street.yaml', '--mode', 'daily', '--step', '15'], 'CLI_INVALID_VALUE', '15m'],
    [['ieee13', '--controls', 'maybe'], 'CLI_INVALID_VALUE', 'off'],
  ])('%s: %s', async (args, code, hint) => {
    const ended = await run(...args, '--json');
    expect(errorOf(ended).code).toBe(code);
    expect(`${errorOf(ended).message} ${errorOf(ended).hint}`).toContain(hint);
    expect([2, 3]).toContain(ended.status);
  });
});

describe('other commands and feeders', () => {
  it('inspect tells phases, connections, regulators and the load of each phase', async () => {
    const document = documentOf(await gridflock(['inspect', 'ieee13', '--json'], { cwd }));
    const feeder = document['feeder'] as Record<string, unknown>;
    expect(feeder['load_per_phase']).toEqual([
      { phase: 'a', p_load_kW: 1260, q_load_kvar: 691.5 },
      { phase: 'b', p_load_kW: 924, q_load_kvar: 599 },
      { phase: 'c', p_load_kW: 1282, q_load_kvar: 811.5 },
    ]);
    expect(feeder['regulators']).toHaveLength(3);
    expect(document['warnings']).toEqual([]);
    expect((document['balanced_equivalent'] as { approximations: string[] }).approximations.length).toBeGreaterThan(0);
    const { stdout } = await gridflock(['inspect', 'ieee13'], { cwd });
    expect(stdout).toMatch(/load per phase[\s\S]*regulators[\s\S]*compensates line drop/);
  });

  it('opf takes the balanced equivalent with a priced supply, and says so', async () => {
    const ended = await gridflock(['opf', 'ieee123', '--formulation', 'lindistflow', '--json'], { cwd });
    const fallback = await gridflock(['opf', 'ieee123', '--json'], { cwd });
    expect(ended.stderr + fallback.stderr).toMatch(/balanced equivalent[\s\S]*supply/);
    expect(documentOf(fallback)['status']).toBe('optimal');
  });

  it('list names the feeders and the power flow', async () => {
    const document = documentOf(await gridflock(['list', '--json'], { cwd }));
    const names = (family: string): string[] => (document[family] as { name: string }[]).map(({ name }) => name);
    expect(names('networks')).toEqual(expect.arrayContaining(['ieee4', 'ieee13', 'ieee34', 'ieee123', 'feeder118']));
    expect(names('powerflows')).toContain('three-phase');
  });
});
