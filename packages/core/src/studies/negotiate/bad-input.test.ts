import { describe, expect, it } from 'vitest';
import { CombinationError, GridflockError, InputError } from '../../base/errors.ts';
import { catalog } from '../../catalog.ts';
import { type Document, missingKinds, negotiate, roof, run, servicesWith, smallStudy, store, titled } from '../testing/studies.ts';

const study = (): Document => structuredClone(smallStudy([store, roof]));
const missing = missingKinds(study());

async function refusal(change: (d: Document) => unknown, files: Record<string, string> = {}): Promise<GridflockError> {
  const document = study();
  change(document);
  try {
    await run(document, files);
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(GridflockError);
    return error as GridflockError;
  }
  throw new Error('was accepted');
}

type Row = readonly [
  what: string,
  change: (d: Document) => unknown,
  code: string,
  where: string,
  says: RegExp,
  files?: Record<string, string>,
];

const rows: readonly Row[] = [
  ['a document that is nothing', (d) => Object.keys(d).forEach((key) => delete d[key]), 'STUDY_MISSING_KEY', 'study', /needs "study"/],
  ['an unknown key at the top', (d) => (d.tarif = 1), 'STUDY_UNKNOWN_KEY', 'tarif', /Did you mean "tariff"/],
  ['… under time', (d) => (d.time.zon = 'UTC'), 'STUDY_UNKNOWN_KEY', 'time.zon', /Did you mean "zone"/],
  ['… under profiles', (d) => (d.profiles = { defin: {} }), 'STUDY_UNKNOWN_KEY', 'profiles.defin', /Did you mean "define"/],
  ['… in a definition', (d) => (d.profiles = { define: { a: { shap: 'pv' } } }), 'STUDY_UNKNOWN_KEY', 'profiles.define.a.shap', /"shape"/],
  ['… under loads', (d) => (d.loads = { scale: 1 }), 'STUDY_UNKNOWN_KEY', 'loads.scale', /"scale_frac"/],
  ['… under limits', (d) => (d.limits = { v_mim_pu: 0.9 }), 'STUDY_UNKNOWN_KEY', 'limits.v_mim_pu', /Did you mean "v_min_pu"/],
  ['… under tariff', (d) => (d.tariff.by_cur_per_kWh = 1), 'STUDY_UNKNOWN_KEY', 'tariff.by_cur_per_kWh', /"buy_cur_per_kWh"/],
  [
    '… in a profile',
    (d) => (d.tariff.buy_cur_per_kWh = { profil: 'x' }),
    'STUDY_UNKNOWN_KEY',
    'tariff.buy_cur_per_kWh.profil',
    /"profile"/,
  ],
  ['… under scheme', (d) => (d.scheme = { kind: 'central', roh: 1 }), 'STUDY_UNKNOWN_KEY', 'scheme.roh', /Did you mean "rho"/],
  [
    '… under transport',
    (d) => (d.transport = { kind: 'simulated', los_frac: 1 }),
    'STUDY_UNKNOWN_KEY',
    'transport.los_frac',
    /"loss_frac"/,
  ],
  ['… of a device', (d) => (d.devices[0].p_mxa_kW = 3), 'DEVICE_PARAM_UNKNOWN', 'devices[0] "store".p_mxa_kW', /Did you mean "p_max_kW"/],
  ['… of the upstream', (d) => (d.upstream.q_mx_kvar = 3), 'DEVICE_PARAM_UNKNOWN', 'upstream.q_mx_kvar', /"q_max_kvar"/],
  [
    'a wrong unit of a device',
    (d) => (d.devices[0].p_max_MW = 3),
    'DEVICE_PARAM_UNIT',
    'devices[0] "store".p_max_MW',
    /expected "p_max_kW".*kW/,
  ],
  [
    'a wrong unit of a limit',
    (d) => (d.limits = { v_min_kV: 9 }),
    'STUDY_UNKNOWN_KEY',
    'limits.v_min_kV',
    /wrong unit: expected "v_min_pu"/,
  ],
  [
    'a wrong unit of the tariff',
    (d) => (d.tariff.buy_cur_per_MWh = 3),
    'STUDY_UNKNOWN_KEY',
    'tariff.buy_cur_per_MWh',
    /expected "buy_cur_per_kWh"/,
  ],
  ['a missing tariff', (d) => delete d.tariff, 'STUDY_MISSING_KEY', 'tariff', /needs "tariff"/],
  ['a device without id', (d) => delete d.devices[1].id, 'STUDY_MISSING_KEY', 'devices[1].id', /needs "devices\[1\].id"/],
  ['a device without a parameter', (d) => delete d.devices[0].e_max_kWh, 'DEVICE_PARAM_MISSING', 'devices[0] "store"', /needs "e_max_kWh"/],
  ['an empty id', (d) => (d.devices[0].id = ''), 'STUDY_VALUE_INVALID', 'devices[0].id', /at least|>=1/],
  ['no devices', (d) => (d.devices = []), 'STUDY_VALUE_INVALID', 'devices', />=1/],
  ['devices that are a text', (d) => (d.devices = 'all'), 'STUDY_VALUE_INVALID', 'devices', /expected array, received string/],
  ['another study', (d) => (d.study = 'negotiat'), 'STUDY_VALUE_INVALID', 'study', /expected "negotiate"/],
  ['a seed that is not whole', (d) => (d.seed = 1.5), 'STUDY_VALUE_INVALID', 'seed', /int/],
  ['NaN in the tariff', (d) => (d.tariff.buy_cur_per_kWh = NaN), 'STUDY_VALUE_INVALID', 'tariff.buy_cur_per_kWh', /received NaN/],
  [
    'Infinity in a list',
    (d) => (d.tariff.buy_cur_per_kWh = [1, Infinity, 1, 1]),
    'STUDY_VALUE_INVALID',
    'tariff.buy_cur_per_kWh[1]',
    /received Infinity/,
  ],
  ['NaN in a parameter', (d) => (d.devices[0].p_max_kW = NaN), 'DEVICE_PARAM_RANGE', 'devices[0] "store".p_max_kW', /got NaN/],
  [
    'Infinity in a profile of a device',
    (d) => (d.devices[1].p_available_kW = [1, 2, Infinity, 1]),
    'DEVICE_PARAM_TYPE',
    'devices[1] "roof".p_available_kW[2]',
    /finite/,
  ],
  ['a missing bus', (d) => (d.devices[0].bus = 'fram'), 'STUDY_UNKNOWN_BUS', 'devices[0] "store".bus', /Did you mean "farm"/],
  ['a missing bus of the upstream', (d) => (d.upstream.bus = 'gird'), 'STUDY_UNKNOWN_BUS', 'upstream.bus', /Did you mean "grid"/],
  ['an id that is taken', (d) => (d.devices[1].id = 'store'), 'STUDY_DUPLICATE_ID', 'devices[1] "store"', /taken/],
  ['the id of an agent of the study', (d) => (d.devices[1].id = 'wires'), 'STUDY_DUPLICATE_ID', 'devices[1] "wires"', /taken/],
  ['the id of a net', (d) => (d.devices[1].id = 'net farm'), 'STUDY_DUPLICATE_ID', 'devices[1] "net farm"', /taken/],
  [
    'a list that is too short',
    (d) => (d.tariff.buy_cur_per_kWh = [1, 2, 3]),
    'PROFILE_LENGTH',
    'tariff.buy_cur_per_kWh',
    /expected 4, got 3/,
  ],
  [
    'a defined list that is too long',
    (d) => (d.profiles = { define: { sun: [1, 2, 3, 4, 5] } }),
    'PROFILE_LENGTH',
    'profiles.define.sun',
    /expected 4, got 5/,
  ],
  [
    'an unknown profile',
    (d) => {
      d.profiles = { define: { sun: [1, 1, 1, 1] } };
      d.devices[1].p_available_kW = 'sin';
    },
    'PROFILE_UNKNOWN',
    'devices[1] "roof".p_available_kW',
    /Did you mean "sun"/,
  ],
  [
    'an unknown shape',
    (d) => (d.profiles = { define: { sun: { shape: 'pvv' } } }),
    'STUDY_UNKNOWN_MEMBER',
    'profiles.define.sun.shape',
    /Did you mean "pv"/,
  ],
  ['an unknown device', (d) => (d.devices[0].kind = 'batery'), 'STUDY_UNKNOWN_MEMBER', 'devices[0] "store".kind', /Did you mean "battery"/],
  ['an unknown upstream', (d) => (d.upstream.kind = 'grid'), 'STUDY_UNKNOWN_MEMBER', 'upstream.kind', /catalogue/],
  ['an unknown scheme', (d) => (d.scheme = { kind: 'centrall' }), 'STUDY_UNKNOWN_MEMBER', 'scheme.kind', /Did you mean "central"/],
  ['an unknown formulation', (d) => (d.formulation = 'lindisflow'), 'STUDY_UNKNOWN_MEMBER', 'formulation', /Did you mean "lindistflow"/],
  ['an unknown network', (d) => (d.network = 'four-buss'), 'STUDY_UNKNOWN_MEMBER', 'network', /Did you mean "four-bus"/],
  ['an unknown transport', (d) => (d.transport = { kind: 'pigeon' }), 'STUDY_VALUE_INVALID', 'transport.kind', /"loop" or "simulated"/],
  [
    'more loss than a network can have',
    (d) => (d.transport = { kind: 'simulated', loss_frac: 2 }),
    'STUDY_VALUE_INVALID',
    'transport.loss_frac',
    /0\.9/,
  ],
  ['limits that cross', (d) => (d.limits = { v_min_pu: 1.05, v_max_pu: 0.95 }), 'STUDY_VALUE_INVALID', 'limits', /above/],
  [
    'a limit that crosses that of the file',
    (d) => (d.limits = { v_min_pu: 1.2 }),
    'STUDY_VALUE_INVALID',
    'limits',
    /1\.2 is above v_max_pu 1\.05 at bus/,
  ],
  ['a store that cannot work', (d) => (d.devices[0].e_start_kWh = 50), 'DEVICE_INFEASIBLE', 'devices[0] "store"', /e_start_kWh/],
  [
    'a tariff that pays for nothing',
    (d) => (d.tariff.sell_cur_per_kWh = 0.5),
    'STUDY_VALUE_INVALID',
    'tariff.sell_cur_per_kWh',
    /without end/,
  ],
  ['an upstream that pays for nothing', (d) => (d.upstream.sell_cur_per_kWh = 0.5), 'DEVICE_INFEASIBLE', 'upstream', /without end/],
  ['a time zone that is none', (d) => (d.time.zone = 'Mars/Olympus'), 'TIME_ZONE_UNKNOWN', 'time.zone', /IANA/],
  [
    'a start that does not exist',
    (d) => {
      d.time.zone = 'Europe/Berlin';
      d.time.start = '2025-03-30T02:30';
    },
    'TIME_START_INVALID',
    'time.start',
    /offset/,
  ],
  ['a length given twice', (d) => (d.time.days_count = 1), 'STUDY_VALUE_INVALID', 'time.steps_count', /twice/],
  [
    'more days than a calendar has',
    (d) => {
      d.time.days_count = 1e9;
      delete d.time.steps_count;
    },
    'STUDY_VALUE_INVALID',
    'time.days_count',
    /Too big/,
  ],
  [
    'a step that does not divide the day',
    (d) => {
      d.time.step_min = 7;
      d.time.days_count = 1;
      delete d.time.steps_count;
    },
    'TIME_HORIZON_INVALID',
    'time',
    /whole steps/,
  ],
  ['a step of nothing', (d) => (d.time.step_min = 0), 'TIME_STEP_INVALID', 'time.step_min', /whole number of seconds/],
  [
    'a CSV that does not cover the horizon',
    (d) => (d.profiles = { files: ['day.csv'] }),
    'CSV_',
    'day.csv',
    /cover|horizon|study/,
    { 'day.csv': 'time,sun_kW\n2025-01-15T00:00Z,1\n2025-01-15T01:00Z,2\n' },
  ],
  [
    'a CSV without units',
    (d) => (d.profiles = { files: ['day.csv'] }),
    'CSV_',
    'day.csv:1',
    /unit/,
    { 'day.csv': 'time,sun\n2025-01-15T00:00Z,1\n' },
  ],
  [
    'a CSV with a text for a number',
    (d) => (d.profiles = { files: ['day.csv'] }),
    'CSV_',
    'day.csv:3',
    /number/,
    { 'day.csv': 'time,sun_kW\n2025-01-15T00:00Z,1\n2025-01-15T01:00Z,x\n2025-01-15T02:00Z,2\n2025-01-15T03:00Z,2\n' },
  ],
  [
    'a profile defined twice',
    (d) => (d.profiles = { files: ['day.csv', 'day.csv'] }),
    'STUDY_DUPLICATE_ID',
    'day.csv',
    /twice/,
    { 'day.csv': 'time,sun_kW\n2025-01-15T00:00Z,1\n2025-01-15T01:00Z,2\n2025-01-15T02:00Z,2\n2025-01-15T03:00Z,2\n' },
  ],
  ['a network file that is none', (d) => (d.network = 'feeder.m'), 'MATPOWER_', 'feeder.m', /hello/, { 'feeder.m': 'hello' }],
  [
    'binary rubbish for a network',
    (d) => (d.network = 'feeder.dat'),
    'FORMAT_',
    'feeder.dat',
    /./,
    { 'feeder.dat': '\u0000\u0001\u0002PK' },
  ],
  ['an empty network file', (d) => (d.network = 'feeder.m'), 'FORMAT_', 'feeder.m', /./, { 'feeder.m': '' }],
];

describe.skipIf(missing.length > 0)(titled('a study file is refused with code, place and cure:', missing), () => {
  for (const [what, change, code, where, says, files] of rows) {
    it(what, async () => {
      const error = await refusal(change, files);
      expect(error).toBeInstanceOf(InputError);
      expect(error.code).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
      expect(error.code.startsWith(code), `${error.code}: ${error.message}`).toBe(true);
      expect(error.where?.startsWith(where), `where: ${error.where}`).toBe(true);
      expect(error.message).toMatch(says);
      expect(error.hint, error.message).toBeTruthy();
      expect(error.message.length).toBeLessThan(800);
    });
  }

  it('a device on an island', async () => {
    const error = await refusal((d) => (d.network = 'feeder.yaml'), { 'feeder.yaml': islandFeeder });
    expect(error.code).toBe('STUDY_ISLANDED_DEVICE');
    expect(error.where).toBe('devices[0] "store"');
    expect(error.message).toContain('"farm"');
    expect(error.hint).toBeTruthy();
  });

  it('a network without a slack', async () => {
    const error = await refusal((d) => (d.network = 'feeder.yaml'), {
      'feeder.yaml': islandFeeder.replace('rows: [[grid, 1]]', 'rows: []'),
    });
    expect(error.where).toBeTruthy();
    expect(error.hint).toBeTruthy();
  });

  it('a meshed network under lindistflow is a wrong combination, with what to choose instead', async () => {
    const error = await refusal((d) => (d.network = 'feeder.yaml'), {
      'feeder.yaml': islandFeeder.replace(
        '[s-f, station, farm, 0.01, 0.01, false]',
        '[s-f, station, farm, 0.01, 0.01, true], [f-m, farm, mill, 0.01, 0.01, true]',
      ),
    });
    expect(error).toBeInstanceOf(CombinationError);
    expect(error.code).toBe('FORMULATION_CANNOT');
    expect(error.hint).toMatch(/copper-plate/);
  });

  it('names of things that every object has are no keys', async () => {
    for (const key of ['constructor', 'toString', 'hasOwnProperty']) {
      const error = await refusal((d) => (d.limits = { [key]: 1 }));
      expect(error.code).toBe('STUDY_UNKNOWN_KEY');
    }
  });

  it('a text of five million characters is cut short in the message', async () => {
    const long = 'x'.repeat(5e6);
    for (const change of [
      (d: Document) => (d[long] = 1),
      (d: Document) => (d.network = long),
      (d: Document) => (d.devices[0].kind = long),
      (d: Document) => (d.devices[0].bus = long),
      (d: Document) => (d.devices[1].p_available_kW = long),
    ]) {
      expect((await refusal(change)).message.length).toBeLessThan(1500);
    }
  });

  it('what readText throws comes through: the host says it better', async () => {
    const document = { ...study(), network: 'nowhere.m' };
    await expect(negotiate.run(document, catalog, servicesWith())).rejects.toThrow('no file nowhere.m');
  });
});

const islandFeeder = `gridflock: network/1
name: island
s_base_kVA: 100
slacks: { columns: [bus, v_set_pu], rows: [[grid, 1]] }
buses:
  columns: [id, v_base_kV]
  rows: [[grid, 0.4], [station, 0.4], [farm, 0.4], [mill, 0.4]]
branches:
  columns: [id, from, to, r_pu, x_pu, in_service]
  rows: [[g-s, grid, station, 0.01, 0.01, true], [s-f, station, farm, 0.01, 0.01, false], [s-m, station, mill, 0.01, 0.01, true]]
`;
