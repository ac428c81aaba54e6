import type { FeederDocument, FeederRecord } from '../../network/feeder/document.ts';
import { type Configuration, feederDocumentOf, type Powers } from '../feeder-tables.ts';

/** How the windings of the step-down transformer are wired, primary first; `open`: two single-phase units, earthed wye to delta. */
export type FourNodeConnection = 'gry-gry' | 'gry-d' | 'y-d' | 'd-gry' | 'd-d' | 'open';

const source =
  'IEEE PES Distribution System Analysis Subcommittee, IEEE 4 Node Test Feeder, revised 2006; W. H. Kersting, Radial distribution test feeders, IEEE Trans. Power Systems 6(3):975-985, 1991';

/** Overhead line with a neutral that is earthed at many places. */
const fourWire: Configuration = {
  phases: 'abc',
  r_ohm_per_mile: [0.4576, 0.1559, 0.4666, 0.1535, 0.158, 0.4615],
  x_ohm_per_mile: [1.078, 0.5017, 1.0482, 0.3849, 0.4236, 1.0651],
};
const threeWire: Configuration = {
  phases: 'abc',
  r_ohm_per_mile: [0.4013, 0.0953, 0.4013, 0.0953, 0.0953, 0.4013],
  x_ohm_per_mile: [1.4133, 0.8515, 1.4133, 0.7266, 0.7802, 1.4133],
};

const v_primary_kV = 12.47;
const v_secondary_kV = 4.16;

/** kW and power factor of each phase (wye) or each pair (delta). */
const loadings = {
  closed: { balanced: [1800, 0.9, 1800, 0.9, 1800, 0.9], unbalanced: [1275, 0.85, 1800, 0.9, 2375, 0.95] },
  open: { balanced: [1200, 0.9, 1200, 0.9, 1200, 0.9], unbalanced: [850, 0.85, 1200, 0.9, 1583.33, 0.95] },
} as const;

/** The 4-node feeder: 2000 ft at 12.47 kV, a step-down transformer, 2500 ft at 4.16 kV, a load. */
export function fourNodeFeeder(name: string, connection: FourNodeConnection, loading: 'balanced' | 'unbalanced'): FeederDocument {
  const isWye = connection.endsWith('-gry');
  const given = loadings[connection === 'open' ? 'open' : 'closed'][loading];
  const kvar = (k: 0 | 2 | 4): number => given[k] * Math.tan(Math.acos(given[k + 1]));
  const powers: Powers = [given[0], kvar(0), given[2], kvar(2), given[4], kvar(4)];
  const document = feederDocumentOf({
    name,
    source,
    v_base_kV: v_primary_kV,
    otherVoltages_kV: { '3': v_secondary_kV, '4': v_secondary_kV },
    supply: { bus: '1', e_pu: 1 },
    configurations: { four_wire: fourWire, three_wire: threeWire },
    segments: [
      ['1', '2', 2000, connection === 'open' || connection.startsWith('gry') ? 'four_wire' : 'three_wire'],
      ['3', '4', 2500, isWye ? 'four_wire' : 'three_wire'],
    ],
    switches: [],
    transformers: [],
    regulators: [],
    capacitors: [],
    loads: [['4', isWye ? 'Y-PQ' : 'D-PQ', ...powers]],
  });
  return { ...document, transformers: connection === 'open' ? openBank : [closedBank(connection)] };
}

const impedance = { x_frac: [0.06] };
const r_each_frac = 0.005;

/** Three-phase, 6000 kVA, 1 % and 6 %; the secondary lags 30° behind where only one side is a delta. */
function closedBank(connection: Exclude<FourNodeConnection, 'open'>): FeederRecord {
  const [primary, secondary] = connection.split('-');
  const side = (bus: string, kind: string, v_rated_kV: number): FeederRecord => ({
    bus,
    connection: kind === 'd' ? 'delta' : 'wye',
    phases: kind === 'y' ? 'abcn' : 'abc',
    v_rated_kV,
    s_rated_kVA: 6000,
    r_frac: r_each_frac,
  });
  const clock = (primary === 'd') === (secondary === 'd') ? 0 : 1;
  return { id: 'T', ...impedance, windings: [side('2', primary, v_primary_kV), { ...side('3', secondary, v_secondary_kV), clock }] };
}

/** Two single-phase units of 2000 kVA, from phases a and b to the pairs ab and bc. */
const openBank: readonly FeederRecord[] = [
  ['a', 'ab'],
  ['b', 'bc'],
].map(([phase, pair]) => ({
  id: `T${phase}`,
  ...impedance,
  windings: [
    { bus: '2', phases: phase, v_rated_kV: 7.2, s_rated_kVA: 2000, r_frac: r_each_frac },
    { bus: '3', connection: 'delta', phases: pair, v_rated_kV: v_secondary_kV, s_rated_kVA: 2000, r_frac: r_each_frac },
  ],
}));
