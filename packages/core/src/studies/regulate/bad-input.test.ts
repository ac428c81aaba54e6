import { describe, expect, it } from 'vitest';
import { GridflockError } from '../../base/errors.ts';
import { battery, missingFor, runRegulate, smallMarket, smallRegulation } from '../testing/regulate.ts';
import { type Document, titled } from '../testing/studies.ts';

const missing = missingFor(smallRegulation());

async function refusal(change: (d: Document) => unknown): Promise<GridflockError> {
  try {
    await runRegulate(smallRegulation(change), files);
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(GridflockError);
    return error as GridflockError;
  }
  throw new Error('was accepted');
}

const market = (change: (m: Document) => unknown) => (d: Document) => (d.market = smallMarket(change));
const choose = (clusters: unknown) => (d: Document) => (d.clusters.choose = [{ name: 'mine', clusters }]);
const upper = [2, 3, 4, 5, 19, 20, 21, 22, 23, 24, 25];
const right = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
const lower = [26, 27, 28, 29, 30, 31, 32, 33];

type Row = readonly [what: string, change: (d: Document) => unknown, code: string, where: string, says: RegExp];

const rows: readonly Row[] = [
  // Keys, units, names.
  ['an unknown key at the top', (d) => (d.comands = {}), 'STUDY_UNKNOWN_KEY', 'comands', /Did you mean "commands"/],
  ['… under clusters', (d) => (d.clusters.metod = 'exact'), 'STUDY_UNKNOWN_KEY', 'clusters.metod', /Did you mean "method"/],
  ['… under market', market((m) => (m.structur = 'flat')), 'STUDY_UNKNOWN_KEY', 'market.structur', /Did you mean "structure"/],
  ['… of a portfolio', market((m) => (m.portfolios[0].souces = [])), 'STUDY_UNKNOWN_KEY', 'market.portfolios[0].souces', /"sources"/],
  ['… of a rule', (d) => (d.commands = { p_pcc_kW: { at_fra: 1 } }), 'STUDY_UNKNOWN_KEY', 'commands.p_pcc_kW.at_fra', /"at_frac"/],
  [
    '… under constraintSet',
    (d) => (d.constraintSet = { sampels_count: 100 }),
    'STUDY_UNKNOWN_KEY',
    'constraintSet.sampels_count',
    /Did you mean "samples_count"/,
  ],
  ['a wrong unit', (d) => (d.commands = { p_pcc_MW: 3 }), 'STUDY_UNKNOWN_KEY', 'commands.p_pcc_MW', /wrong unit: expected "p_pcc_kW"/],
  ['a wrong unit of Q', (d) => (d.commands = { q_pcc_kVA: 3 }), 'STUDY_UNKNOWN_KEY', 'commands.q_pcc_kVA', /expected "q_pcc_kvar"/],
  [
    'a wrong unit of a price',
    market((m) => (m.buy_cur_per_MWh = 3)),
    'STUDY_UNKNOWN_KEY',
    'market.buy_cur_per_MWh',
    /expected "buy_cur_per_kWh"/,
  ],
  ['a structure that is none', market((m) => (m.structure = 'auction')), 'STUDY_VALUE_INVALID', 'market.structure', /"two-sided"/],
  ['a missing price', market((m) => delete m.buy_cur_per_kWh), 'STUDY_MISSING_KEY', 'market.buy_cur_per_kWh', /new study regulate/],
  ['weights of nothing', (d) => (d.commands = { p_weight: 0 }), 'STUDY_VALUE_INVALID', 'commands.p_weight', />0/],
  ['negative weights', (d) => (d.commands = { q_weight: -1 }), 'STUDY_VALUE_INVALID', 'commands.q_weight', />0/],
  ['commands too short', (d) => (d.commands = { p_pcc_kW: [1, 2] }), 'PROFILE_LENGTH', 'commands.p_pcc_kW', /expected 4, got 2/],
  ['commands that are no number', (d) => (d.commands = { p_pcc_kW: NaN }), 'STUDY_VALUE_INVALID', 'commands.p_pcc_kW', /NaN/],
  ['an unknown profile', (d) => (d.commands = { p_pcc_kW: 'agc' }), 'PROFILE_UNKNOWN', 'commands.p_pcc_kW', /agc/],
  ['an unknown network', (d) => (d.network = 'iee33'), 'STUDY_UNKNOWN_MEMBER', 'network', /Did you mean "ieee33"/],
  ['a polygon of three corners', (d) => (d.characteristic = { kind: 'polygon', corners_count: 3 }), 'STUDY_VALUE_INVALID', 'char', />=4/],
  // Where resources stand.
  ['a bus that does not exist', (d) => (d.devices[0].bus = 44), 'STUDY_UNKNOWN_BUS', 'devices[0] "store-18".bus', /no bus "44"/],
  ['a resource at the pcc', (d) => (d.devices[0].bus = 1), 'REGULATE_AT_PCC', 'devices[0] "store-18".bus', /point of common coupling/],
  ['a pcc that does not exist', (d) => (d.pcc = { bus: 'grid' }), 'STUDY_UNKNOWN_BUS', 'pcc.bus', /no bus "grid"/],
  ['the id of the operator', (d) => (d.devices[0].id = 'operator'), 'STUDY_DUPLICATE_ID', 'devices[0] "operator"', /taken/],
  [
    'the id of a storage beside a source',
    (d) => {
      market(() => {})(d);
      d.devices[0].id = 'storage of sun-14';
    },
    'STUDY_DUPLICATE_ID',
    'devices[0] "storage of sun-14"',
    /the study itself uses/,
  ],
  // Portfolios.
  ['a market without portfolios', market((m) => (m.portfolios = [])), 'REGULATE_NO_PORTFOLIO', 'market.portfolios', /nobody to trade/],
  [
    'a source that does not exist',
    market((m) => (m.portfolios[0].sources = ['sun-99'])),
    'REGULATE_PORTFOLIO_MEMBER',
    'market.portfolios[0].sources[0]',
    /no device "sun-99"/,
  ],
  [
    'a source twice',
    market((m) => (m.portfolios[0].sources = ['sun-14', 'sun-14'])),
    'REGULATE_PORTFOLIO_MEMBER',
    'market.portfolios[0].sources[1]',
    /twice in one/,
  ],
  [
    'a source in two portfolios',
    market((m) => m.portfolios.push({ ...m.portfolios[0], id: 'again' })),
    'REGULATE_PORTFOLIO_MEMBER',
    'market.portfolios[1].sources[0]',
    /two portfolios/,
  ],
  [
    'two portfolios of one name',
    market((m) => m.portfolios.push({ ...m.portfolios[0], sources: ['sun-30'] })),
    'STUDY_DUPLICATE_ID',
    'market.portfolios[1].id',
    /another portfolio/,
  ],
  [
    'a storage that stores nothing',
    market((m) => (m.portfolios = [{ id: 'x', sources: ['sun-14'], storage: 'sun-21' }])),
    'REGULATE_NO_STORAGE',
    'market.portfolios[0].storage',
    /cannot store/,
  ],
  [
    'a storage with a wrong unit',
    market((m) => (m.portfolios[0].storageEach.p_max_MW = 1)),
    'DEVICE_PARAM_UNIT',
    'market.portfolios[0].storageEach.p_max_MW',
    /p_max_kW/,
  ],
  [
    'a storage that cannot reach its end energy',
    market((m) => Object.assign(m.portfolios[0].storageEach, { p_max_kW: 10, e_start_kWh: 40, e_end_min_kWh: 300 })),
    'DEVICE_INFEASIBLE',
    'market.portfolios[0].storageEach',
    /cannot be reached/,
  ],
  [
    'a storage that its sources cannot fill up to its end energy',
    (d) => {
      market((m) => (m.portfolios[0].storageEach.e_end_min_kWh = 290))(d);
      d.devices[1].p_available_kW = [0, 0, 0, 0];
    },
    'TRADE_END_ENERGY',
    'market.portfolios',
    /290/,
  ],
  // Partitions.
  ['λ below every partition', (d) => (d.clusters.distanceMax = 0.001), 'PARTITION_NONE', 'clusters', /the least is 0\.335/],
  ['draws that find none', (d) => (d.clusters = { method: 'sampled', draws_count: 1 }), 'PARTITION_NONE', 'clusters', /1 draws? found no/],
  ['too few resources', (d) => (d.devices = [d.devices[0]]), 'PARTITION_TOO_FEW_RESOURCES', 'clusters', /resources_min_count/],
  ['an unknown bus', choose([upper, [...right, 99], lower]), 'PARTITION_UNKNOWN_BUS', 'clusters.choose[0]', /"99"/],
  ['a bus twice', choose([upper, [...right, 5], lower]), 'PARTITION_BUS_TWICE', 'clusters.choose[0]', /Bus "5"/],
  ['a bus in none', choose([upper, right, lower.slice(1)]), 'PARTITION_UNASSIGNED', 'clusters.choose[0]', /"26"/],
  ['the slack in one', choose([[1, ...upper], right, lower]), 'PARTITION_OUTSIDE', 'clusters.choose[0]', /Leave it out/],
  [
    'no cluster in two parts',
    choose([[...upper, 18], right.slice(0, -1), lower]),
    'PARTITION_DISCONNECTED',
    'clusters.choose',
    /not connected/,
  ],
  ['an empty cluster', choose([upper, right, lower, []]), 'STUDY_VALUE_INVALID', 'clusters.choose[0].clusters[3]', />=1/],
  [
    'a cluster of one resource',
    choose([upper, right.filter((bus) => bus < 17), [17, 18], lower]),
    'PARTITION_TOO_FEW_RESOURCES',
    'clusters.choose[0]',
    /1 resource/,
  ],
  // Networks.
  ['loops where all are to be counted', (d) => on('mesh.m')(d), 'PARTITION_NOT_RADIAL', 'clusters', /method: sampled/],
  ['no slack', (d) => on('noslack.m')(d), 'MATPOWER_SLACK_MISSING', 'noslack.m', /slack/],
  ['loads that no flow can carry', (d) => on('heavy.m')(d), 'REGULATE_NO_BASE_FLOW', 'network', /does not converge/],
  [
    'a safe set without stores',
    (d) => {
      d.constraintSet = {};
      d.devices = d.devices.filter(({ kind }: Document) => kind !== 'battery');
      d.clusters.resources_min_count = 1;
    },
    'REGULATE_NO_STORE',
    'constraintSet',
    /Nobody stores/,
  ],
];

const on = (network: string) => (d: Document) => {
  d.network = network;
  d.devices = [battery('a', 3), battery('b', 3), battery('c', 4), battery('d', 4)];
};

const feeder = (closed: 0 | 1, load_MW = 0.4): string => `function mpc = feeder
mpc.version = '2';
mpc.baseMVA = 1;
mpc.bus = [
 1 3 0          0    0 0 1 1 0 12.66 1 1.1 0.9;
 2 1 ${load_MW} 0.13 0 0 1 1 0 12.66 1 1.1 0.9;
 3 1 ${load_MW} 0.28 0 0 1 1 0 12.66 1 1.1 0.9;
 4 1 ${load_MW} 0.15 0 0 1 1 0 12.66 1 1.1 0.9;
];
mpc.gen = [
 1 0 0 5 -5 1.01 1 1 5 -5;
];
mpc.branch = [
 1 2 0.01 0.012 0 0 0 0 0 0 1         -360 360;
 2 3 0.02 0.02  0 0 0 0 0 0 1         -360 360;
 2 4 0.02 0.02  0 0 0 0 0 0 1         -360 360;
 3 4 0.02 0.02  0 0 0 0 0 0 ${closed} -360 360;
];
`;
const files = { 'mesh.m': feeder(1), 'noslack.m': feeder(0).replace('1 3 0', '1 1 0'), 'heavy.m': feeder(0, 40) };

describe.skipIf(missing.length > 0)(titled('a study of regulation is refused with code, place and cure:', missing), () => {
  for (const [what, change, code, where, says] of rows) {
    it(what, async () => {
      const error = await refusal(change);
      expect(error.code, error.message).toBe(code);
      expect(error.where?.startsWith(where), `where: ${error.where}`).toBe(true);
      expect(error.message).toMatch(says);
      expect(error.hint, error.message).toBeTruthy();
      expect(error.message.length).toBeLessThan(1200);
    });
  }
});
