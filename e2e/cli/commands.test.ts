import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

interface Bus {
  readonly id: string;
  readonly v_pu: number;
  readonly angle_deg: number;
  readonly v_V: number;
}

let cwd: string;
beforeAll(() => {
  cwd = folderWith({
    'day.csv': 'time,load_frac\n2025-01-15T00:00Z,0.5\n2025-01-15T01:00Z,1\n2025-01-15T02:00Z,0\n',
    'bus.csv': 'time,18_p_kW,18_q_kvar\n2025-01-15T00:00Z,-90,-40\n2025-01-15T01:00Z,500,0\n',
    'heavy.csv': 'time,load_frac\n2025-01-15T00:00Z,1\n2025-01-15T01:00Z,50\n',
  });
});
afterAll(() => removeFolder(cwd));

describe('help', () => {
  it.each(['', 'run', 'powerflow', 'inspect', 'convert', 'list', 'new', 'new study', 'compare', 'config', 'config show'])(
    '%s --help shows two examples',
    async (command) => {
      const args = [...command.split(' '), '--help'].filter((part) => part !== '');
      const { status, stdout, stderr } = await gridflock(args, { cwd });
      expect([status, stderr]).toEqual([0, '']);
      const examples = stdout.slice(stdout.indexOf('Examples:')).match(/^ {2}.*gridflock .*$/gm);
      expect(examples).toHaveLength(2);
    },
  );

  it('is what one gets without a command', async () => {
    const { status, stdout } = await gridflock([], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain('powerflow');
  });

  it('knows its version', async () => {
    expect((await gridflock(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(documentOf(await gridflock(['--version', '--json'], { cwd }))).toHaveProperty('version');
    expect(documentOf(await gridflock(['--help', '--json'], { cwd }))).toHaveProperty('help');
  });
});

describe('powerflow', () => {
  it('solves the 33-bus feeder as published', async () => {
    const document = documentOf(await gridflock(['powerflow', 'ieee33', '--json'], { cwd }));
    expect(document['status']).toBe('converged');
    expect(document['loss_kW']).toBeCloseTo(202.677, 2);
    expect(document['v_min_pu']).toBeCloseTo(0.91309, 4);
    expect(document['v_min_bus']).toBe('18');
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(['method', 'iterations', 'mismatch_max_kVA', 'time_ms', 'loss_kvar', 'v_max_pu', 'v_max_bus']),
    );
    const buses = document['buses'] as Bus[];
    expect(buses).toHaveLength(33);
    expect(Object.keys(buses[0]!)).toEqual(['id', 'v_pu', 'angle_deg', 'v_V']);
    expect(buses[17]!.v_V).toBeCloseTo(buses[17]!.v_pu * 12660, 6);
    const branches = document['branches'] as object[];
    expect(Object.keys(branches[0]!)).toEqual([
      'id',
      'from',
      'to',
      'p_from_kW',
      'q_from_kvar',
      'p_to_kW',
      'q_to_kvar',
      'i_from_A',
      'loading_frac',
    ]);
    expect(document['dropped']).toEqual([]);
  });

  it('gives the same voltages by either method', async () => {
    const solve = async (method: string) =>
      (documentOf(await gridflock(['powerflow', 'ieee33', '--method', method, '--json'], { cwd }))['buses'] as Bus[]).map(
        (bus) => bus.v_pu,
      );
    const [newton, sweep] = [await solve('newton'), await solve('sweep')];
    for (const [b, v_pu] of newton.entries()) expect(sweep[b]).toBeCloseTo(v_pu, 7);
  });

  it('tells a person the worst voltage, without colour in a pipe', async () => {
    const { status, stdout, stderr } = await gridflock(['powerflow', 'ieee33'], { cwd });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/converged[\s\S]*202\.6[\s\S]*lowest voltage +0\.9130\d pu at bus 18[\s\S]*[▁▂▃▄▅▆▇█]{33}/);
    expect(stdout).not.toContain('\u001b');
  });

  it('scales loads over time', async () => {
    const document = documentOf(await gridflock(['powerflow', 'ieee33', '--profiles', 'day.csv', '--json'], { cwd }));
    expect(document['steps']).toHaveLength(3);
    const losses = document['loss_kW'] as number[];
    expect(losses[1]).toBeCloseTo(202.677, 2);
    expect(losses[0]!).toBeLessThan(losses[1]! / 3);
    expect(losses[2]!).toBeCloseTo(0, 9);
    expect((document['buses'] as { v_pu: number[] }[])[17]!.v_pu).toHaveLength(3);
    expect((document['branches'] as { p_from_kW: number[] }[])[0]!.p_from_kW).toHaveLength(3);
  });

  it('takes injections of single buses, + into the network', async () => {
    const document = documentOf(await gridflock(['powerflow', 'ieee33', '--profiles', 'bus.csv', '--json'], { cwd }));
    const [asGiven, generating] = (document['buses'] as { v_pu: number[] }[])[17]!.v_pu;
    expect(asGiven).toBeCloseTo(0.91309, 4);
    expect(generating!).toBeGreaterThan(asGiven! + 0.01);
  });

  it('calls divergence a result: status 1, diagnosis, no error', async () => {
    const ended = await gridflock(['powerflow', 'ieee33', '--profiles', 'heavy.csv', '--json'], { cwd });
    const document = documentOf(ended);
    expect([ended.status, document['status'], document['steps_diverged']]).toEqual([1, 'diverged', [1]]);
    expect(document['diagnosis']).toMatch(/Step 2/);
  });

  it('lifts a balanced network to three phases on request, with the same voltages', async () => {
    const document = documentOf(await gridflock(['powerflow', 'ieee33', '--method', 'three-phase', '--json'], { cwd }));
    expect([document['method'], document['v_min_bus']]).toEqual(['three-phase', '18']);
    expect(document['loss_kW']).toBeCloseTo(202.677, 2);
    expect(document['v_min_pu']).toBeCloseTo(0.91309, 5);
  });

  it('refuses a sweep on a mesh, with the cure', async () => {
    const { status, stderr } = await gridflock(['powerflow', 'ieee118', '--method', 'sweep'], { cwd });
    expect(status).toBe(3);
    expect(stderr).toMatch(/POWERFLOW_REFUSED/);
    expect((await gridflock(['powerflow', 'ieee118'], { cwd })).status).toBe(0);
  });

  it('writes the same bytes twice', async () => {
    const files = ['branches.csv', 'buses.csv', 'powerflow.json'];
    for (const out of ['a', 'b']) {
      expect((await gridflock(['powerflow', 'ieee33', '--out', out], { cwd })).status).toBe(0);
      expect(namesIn(join(cwd, out))).toEqual(files);
    }
    for (const file of files) {
      expect(readFileSync(join(cwd, 'a', file), 'utf8')).toBe(readFileSync(join(cwd, 'b', file), 'utf8'));
    }
    const document = JSON.parse(readFileSync(join(cwd, 'a/powerflow.json'), 'utf8')) as object;
    expect(document).not.toHaveProperty('time_ms');
    expect((await gridflock(['powerflow', 'ieee33', '--profiles', 'day.csv', '--out', 'a', '--force'], { cwd })).status).toBe(0);
    expect(namesIn(join(cwd, 'a'))).toEqual(['loadings.csv', 'powerflow.json', 'steps.csv', 'voltages.csv']);
    expect(readFileSync(join(cwd, 'a/voltages.csv'), 'utf8').split('\n')[0]).toMatch(/^time,1_v_pu,2_v_pu/);
    expect(namesIn(cwd).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('inspect, list, convert, config, compare', () => {
  it('says what is in a network', async () => {
    const document = documentOf(await gridflock(['inspect', 'ieee33', '--json'], { cwd }));
    expect(document).toMatchObject({ shape: 'radial', counts: { buses: 33 }, voltage_levels: [{ v_base_kV: 12.66, buses: 33 }] });
    expect((document['load'] as { p_kW: number }).p_kW).toBeCloseTo(3715, 6);
    const mesh = documentOf(await gridflock(['inspect', 'ieee118', '--json'], { cwd }));
    expect(mesh).toMatchObject({ shape: 'meshed', counts: { buses: 118 } });
    expect((await gridflock(['inspect', 'ieee69'], { cwd })).stdout).toMatch(/buses +69[\s\S]*radial, 0 loops, 1 island/);
  });

  it('lists the catalogue', async () => {
    const all = documentOf(await gridflock(['list', '--json'], { cwd }));
    const families = [
      'networks',
      'devices',
      'formulations',
      'schemes',
      'strategies',
      'fronts',
      'controllers',
      'plants',
      'presets',
      'markets',
      'studies',
      'solvers',
      'formats',
      'shapes',
      'powerflows',
      'errors',
    ];
    expect(Object.keys(all)).toEqual(families);
    expect(Object.keys(documentOf(await gridflock(['list', 'formats', '--json'], { cwd })))).toEqual(['formats']);
    expect((await gridflock(['list', 'networks'], { cwd })).stdout).toMatch(/ieee33[\s\S]*ieee118/);
    expect((await gridflock(['list', 'errors'], { cwd })).stdout).toMatch(/FILE_NOT_FOUND +\S/);
  });

  it('converts to our format and back to the same power flow', async () => {
    const ended = await gridflock(['convert', 'ieee33', 'feeder.yaml', '--json'], { cwd });
    expect(documentOf(ended)).toMatchObject({ status: 'done', format: 'gridflock', buses: 33, dropped: [] });
    const solve = async (network: string) => {
      const { buses } = documentOf(await gridflock(['powerflow', network, '--json'], { cwd }));
      return buses;
    };
    expect(await solve('feeder.yaml')).toEqual(await solve('ieee33'));
    expect((await gridflock(['convert', 'ieee33', 'feeder.yaml'], { cwd })).status).toBe(2);
    expect((await gridflock(['convert', 'ieee33', 'feeder.yaml', '--force'], { cwd })).status).toBe(0);
  });

  it('converts through every format that is written, and tells what is lost', async () => {
    for (const [to, file] of [
      ['matpower', 'there.m'],
      ['pandapower', 'there.json'],
      ['power-grid-model', 'grid.json'],
    ]) {
      const ended = await gridflock(['convert', 'ieee33', file, '--to', to, '--force', '--json'], { cwd });
      expect(ended.status, ended.stderr).toBe(0);
      const { losses, format } = documentOf(ended) as { losses: { element: string; reason: string }[]; format: string };
      expect(format).toBe(to);
      expect(losses.every(({ element, reason }) => element !== '' && reason !== '')).toBe(true);
      const back = documentOf(await gridflock(['powerflow', file, '--json'], { cwd }));
      expect(back['loss_kW']).toBeCloseTo(202.677, 2);
    }
  });

  it('refuses to lose anything with --strict, to guess an ending, and to write what is read only', async () => {
    const strict = await gridflock(['convert', 'ieee33', 'strict.json', '--to', 'power-grid-model', '--strict'], { cwd });
    expect(strict.status).toBe(3);
    expect(strict.stderr).toMatch(/FORMAT_LOSSES/);
    expect(existsSync(join(cwd, 'strict.json'))).toBe(false);
    const ending = await gridflock(['convert', 'ieee33', 'which.json'], { cwd });
    expect(ending.status).toBe(2);
    expect(ending.stderr).toMatch(/FORMAT_ENDING_AMBIGUOUS/);
    const readOnly = await gridflock(['convert', 'ieee33', 'folder', '--to', 'simbench'], { cwd });
    expect(readOnly.status).toBe(3);
    expect(readOnly.stderr).toMatch(/FORMAT_READ_ONLY/);
  });

  it('reads a folder of tables', async () => {
    const folder = join(cwd, 'village');
    mkdirSync(folder);
    const tables = {
      Node: 'id;type;vmSetp;vaSetp;vmR;vmMin;vmMax;substation;coordID;subnet;voltLvl\nA;busbar;1.02;0;0.4;0.9;1.1;NULL;NULL;S;7\nB;busbar;NULL;NULL;0.4;0.9;1.1;NULL;NULL;S;7',
      ExternalNet: 'id;node;calc_type\ngrid;A;vavm',
      Line: 'id;nodeA;nodeB;type;length;loadingMax\nL;A;B;cable;0.1;100',
      LineType: 'id;r;x;b;iMax;type\ncable;0.2;0.08;260;270;cable',
      Load: 'id;node;profile;pLoad;qLoad;sR\nhome;B;NULL;0.01;0.002;0.011',
    };
    for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, `${name}.csv`), `${text}\n`);
    const ended = await gridflock(['powerflow', 'village', '--json'], { cwd });
    expect(ended.status, ended.stderr).toBe(0);
    const { buses } = documentOf(ended) as { buses: { id: string }[] };
    expect([...new Set(buses.map(({ id }) => id))]).toEqual(['A', 'B']);
    const studyCases = 'Study Case;pload;qload;Wind_p;PV_p;RES_p;Slack_vm\nhL;1;1;0;0;0;0.965\nlPV;0.1;0.12;0.85;0.95;1;1.055\n';
    writeFileSync(join(folder, 'StudyCases.csv'), studyCases);
    const light = documentOf(await gridflock(['powerflow', 'village', '--study-case', 'lPV', '--json'], { cwd }));
    expect(light['v_max_pu']).toBeCloseTo(1.055, 9);
    const unknown = await gridflock(['inspect', 'village', '--study-case', 'lP'], { cwd });
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toMatch(/There are hL, lPV/);
    expect((await gridflock(['opf', 'ieee33', '--study-case', 'lPV'], { cwd })).status).toBe(3);
  });

  it('shows where each setting comes from', async () => {
    const ended = await gridflock(['config', 'show', '--threads', '3', '--json'], {
      cwd,
      env: { GRIDFLOCK_SEED: '7', GRIDFLOCK_SED: '8' },
    });
    const settings = documentOf(ended)['settings'] as { name: string; value: unknown; origin: string }[];
    const find = (name: string) => settings.find((each) => each.name === name);
    expect(find('seed')).toMatchObject({ value: 7, origin: 'environment' });
    expect(find('threads')).toMatchObject({ value: 3, origin: 'flag' });
    expect(find('quiet')).toMatchObject({ value: false, origin: 'default' });
    expect(ended.stderr).toMatch(/GRIDFLOCK_SED is not a setting/);
  });

  it('compares results', async () => {
    await gridflock(['powerflow', 'ieee33', '--out', 'c33'], { cwd });
    await gridflock(['powerflow', 'ieee69', '--out', 'c69'], { cwd });
    const document = documentOf(await gridflock(['compare', 'c33', 'c69/powerflow.json', '--json'], { cwd }));
    const loss = (document['kpis'] as { name: string; values: number[]; difference: number[] }[]).find((kpi) => kpi.name === 'loss_kW');
    expect(loss!.values[0]).toBeCloseTo(202.677, 2);
    expect(loss!.difference[1]).toBeCloseTo(loss!.values[1]! - loss!.values[0]!, 9);
    expect((await gridflock(['compare', 'c33', 'c69'], { cwd })).stdout).toMatch(/loss_kW +202\.677/);
  });
});

describe('colour', () => {
  it('is there on demand and never with NO_COLOR', async () => {
    expect((await gridflock(['list'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[');
    expect((await gridflock(['list'], { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain('\u001b');
    expect((await gridflock(['lst'], { cwd, env: { NO_COLOR: '1' } })).stderr).not.toContain('\u001b');
    expect((await gridflock(['list', '--json'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).not.toContain('\u001b');
  });
});

const cases = fileURLToPath(new URL('../../../shared/reference/matpower/cases', import.meta.url));
describe.skipIf(!existsSync(cases))('MATPOWER cases (needs ../shared/reference)', () => {
  it('reads case33bw with its conversions', async () => {
    const document = documentOf(await gridflock(['powerflow', join(cases, 'case33bw.m'), '--json'], { cwd }));
    expect(document['loss_kW']).toBeCloseTo(202.677, 3);
    expect(document['v_min_pu']).toBeCloseTo(0.91309, 5);
    expect(document['v_min_bus']).toBe('18');
  });
});
