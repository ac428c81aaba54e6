import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { formatConformance } from '../conformance.ts';
import type { FileSource } from '../contract.ts';
import { simbenchFormat } from './format.ts';
import { readStudyCases, withStudyCase } from './study-cases.ts';

const nodes = `id;type;vmSetp;vaSetp;vmR;vmMin;vmMax;substation;coordID;subnet;voltLvl
MV;busbar;1.025;0.0;20;0.965;1.055;NULL;c0;S;5
LV;busbar;NULL;NULL;0.4;0.9;1.1;NULL;c1;S;7
End;busbar;NULL;NULL;0.4;0.9;1.1;NULL;NULL;S;7
Tie;busbar;NULL;NULL;0.4;0.9;1.1;NULL;NULL;S;7
`;
const folder: Readonly<Record<string, string>> = {
  'Coordinates.csv': 'id;x;y;subnet;voltLvl\nc0;11.4;53.6;S;7\nc1;11.5;53.7;S;7\n',
  'ExternalNet.csv': 'id;node;calc_type;dspf;pExtNet;qExtNet\ngrid;MV;vavm;1;NULL;NULL\nother;LV;ward;1;NULL;NULL\n',
  'Line.csv': 'id;nodeA;nodeB;type;length;loadingMax;subnet;voltLvl\nL1;LV;End;NAYY;0.2;80;S;7\nL2;LV;End;gone;0.2;80;S;7\n',
  'LineType.csv': 'id;r;x;b;iMax;type\nNAYY;0.2067;0.08;260;270;cable\n',
  'Load.csv': 'id;node;profile;pLoad;qLoad;sR;subnet;voltLvl\nhome;End;H0;0.006;0.003;0.007;S;7\n',
  'RES.csv': 'id;node;type;profile;calc_type;pRES;qRES;sR;subnet;voltLvl\nroof;Tie;PV;PV5;pq;0.03;0;0.03;S;7\n',
  'Storage.csv':
    'id;node;type;profile;pStor;qStor;chargeLevel;sR;eStore;etaStore;sdStore;subnet;voltLvl\nbat;LV;Li;NULL;0.003;0;50;0.005;0.01;81;0;S;7\n',
  'Switch.csv': 'id;nodeA;nodeB;type;cond;substation;subnet;voltLvl\ns1;End;Tie;CB;1;NULL;S;7\n',
  'Shunt.csv': 'id;node;p0;q0;vmR;step;subnet;voltLvl\ncap;LV;0;-0.01;0.4;2;S;7\n',
  'Transformer.csv':
    'id;nodeHV;nodeLV;type;tappos;autoTap;autoTapSide;loadingMax;substation;subnet;voltLvl\nT;MV;LV;160;1;0;NULL;100;NULL;S;6\n',
  'TransformerType.csv':
    'id;sR;vmHV;vmLV;va0;vmImp;pCu;pFe;iNoLoad;tapable;tapside;dVm;dVa;tapNeutr;tapMin;tapMax\n160;0.16;20;0.4;150;4;2.35;0.46;0.28751;1;HV;2.5;0;0;-2;2\n',
  'LoadProfile.csv': 'time;H0_qload;H0_pload;X_pload\n01.01.2016 00:00;0.5;0.25;x\n01.01.2016 00:15;0.6;0.35;x\n',
  'RESProfile.csv': 'time;PV5\n01.01.2016 00:00;0\n01.01.2016 00:15;1\n',
  'StudyCases.csv': 'Study Case;pload;qload;Wind_p;PV_p;RES_p;Slack_vm\nhL;1;1;0;0;0;0.965\nlPV;0.1;0.122543;0.85;0.95;1;1.055\n',
  'Measurement.csv': 'id;element1\nm;LV\n',
};
const filesOf = (change: Readonly<Record<string, string>> = {}): FileSource => ({
  read: (path) => {
    const text = { ...folder, ...change }[path];
    return text === undefined ? undefined : { name: path, text };
  },
});
const read = (change: Readonly<Record<string, string>> = {}) =>
  simbenchFormat.read(nodes, { fileName: 'grid/Node.csv', files: filesOf(change) });

formatConformance(simbenchFormat, {
  valid: [nodes],
  foreign: ['time,load_frac\n00:00,1\n', 'gridflock: network/1\n'],
  broken: [
    [nodes.replace('NULL;c1;S;7', 'NULL;c1;S'), 'SIMBENCH_ROW_LENGTH'],
    [nodes.replace('0.4;0.9', 'low;0.9'), 'SIMBENCH_NUMBER_INVALID'],
    [nodes.replace('0.4;0.9', 'NULL;0.9'), 'SIMBENCH_COLUMN_MISSING'],
    [nodes.replace('\nEnd;', '\nEmd;'), 'SIMBENCH_UNKNOWN_ID'],
    [nodes.replace('\nEnd;', '\nLV;'), 'SIMBENCH_ID_TWICE'],
  ],
  files: filesOf(),
});

describe('bad tables of SimBench', () => {
  it.each([
    ['Load.csv', folder['Load.csv'].replaceAll('qLoad', 'QLOAD'), 'SIMBENCH_COLUMN_MISSING'],
    ['Load.csv', folder['Load.csv'].replaceAll(';', ','), 'SIMBENCH_ROW_LENGTH'],
    ['LineType.csv', `${folder['LineType.csv']}NAYY;9;9;9;9;cable\n`, 'SIMBENCH_ID_TWICE'],
  ])('%s: %s gives %s', (name, text, code) => {
    expect(() => read({ [name]: text })).toThrow(code);
  });

  it('say which table of every grid is missing or without rows', () => {
    expect(read({ 'Load.csv': '' }).warnings?.join()).toContain('Load.csv has no rows');
    const files: FileSource = { read: (path, from) => (path === 'Load.csv' ? undefined : filesOf().read(path, from)) };
    expect(simbenchFormat.read(nodes, { fileName: 'Node.csv', files }).warnings?.join()).toContain('Load.csv is not in the folder');
  });
});

describe('SimBench folders', () => {
  it('are found by their tables, and need them', () => {
    expect(simbenchFormat.folderEntry?.(['line.csv', 'LineType.csv', 'Node.csv'])).toBe('Node.csv');
    expect(simbenchFormat.folderEntry?.(['ExternalNet.csv', 'Node.csv'])).toBe('Node.csv');
    expect(simbenchFormat.folderEntry?.(['Node.csv', 'day.csv'])).toBeUndefined();
    expect(() => simbenchFormat.read(nodes, { fileName: 'Node.csv' })).toThrow(/SIMBENCH_FILES_MISSING/);
  });

  it('turn units and signs once', () => {
    const { feeder, network } = read();
    expect(network.name).toBe('grid');
    // 0.2 km of 0.2067 ohm/km, rated with 80 % of 270 A, 260 µS/km
    expect(feeder?.lines[0].r_ohm[0]).toBeCloseTo(0.04134, 12);
    expect(feeder?.lines[0].i_max_A).toBeCloseTo(216, 12);
    expect(feeder?.lines[0].b_S?.[4]).toBeCloseTo(52e-6, 15);
    expect(feeder?.loads[0].p_kW).toEqual([2, 2, 2]);
    expect(feeder?.shunts[0].b_S[0]).toBeCloseTo(0.02 / 0.16, 12);
    expect(feeder?.inverters[0]).toMatchObject({ p_kW: -3, storage: { e_start_kWh: 5, eta_charge_frac: 0.9 } });
    const [hv, lv] = feeder!.transformers[0].windings;
    expect(hv).toMatchObject({ connection: 'delta', tap_pu: 1.025, tapMin_pu: 0.95, tapSteps_count: 4 });
    expect(lv.clock).toBe(5);
    // vmImp 4 %, pCu 2.35 kW of 160 kVA
    expect(feeder?.transformers[0].x_frac[0]).toBeCloseTo(Math.sqrt(0.04 ** 2 - (2.35 / 160) ** 2), 14);
    expect(feeder?.buses[0]).toMatchObject({ x: 11.4, y: 53.6, v_max_pu: 1.055 });
  });

  it('give a year of profiles to what follows them', () => {
    const { feeder } = read();
    expect(feeder?.loads[0].profile).toEqual({ yearly: 'H0' });
    expect(feeder?.profiles).toEqual([
      { id: 'H0', step_s: 900, p: [0.25, 0.35], q: [0.5, 0.6], actual: false },
      { id: 'PV5', step_s: 900, p: [0, 1], q: [1, 1], actual: false },
    ]);
  });

  it('list what they do not read', () => {
    expect(read().dropped.map(({ element }) => element)).toEqual([
      'ExternalNet "other"',
      'line "L2"',
      '1 rows of Measurement.csv',
      '2 rows of StudyCases.csv',
    ]);
  });

  it('say in which file a fault stands', () => {
    const whereOf = (change: Readonly<Record<string, string>>): string | undefined => {
      try {
        read(change);
      } catch (error) {
        return error instanceof InputError ? `${error.code} ${error.where}` : undefined;
      }
      return undefined;
    };
    expect(whereOf({ 'Load.csv': folder['Load.csv'].replace('0.006', 'x') })).toBe('SIMBENCH_NUMBER_INVALID Load.csv:2');
    expect(whereOf({ 'LoadProfile.csv': folder['LoadProfile.csv'].replace('0.35', '') })).toBe('SIMBENCH_NUMBER_INVALID LoadProfile.csv:3');
    expect(whereOf({ 'Line.csv': folder['Line.csv'].replace('LV;End', 'LV;Enb') })).toBe('SIMBENCH_UNKNOWN_ID Line.csv:2');
  });

  it('scale to a study case', () => {
    const cases = readStudyCases(folder['StudyCases.csv']);
    const { feeder } = withStudyCase(read(), cases, 'lPV');
    expect(feeder?.loads[0].p_kW[0]).toBeCloseTo(0.2, 14);
    expect(feeder?.loads[0].q_kvar[0]).toBeCloseTo(0.122543, 14);
    expect(feeder?.generators[0].p_kW[0]).toBeCloseTo(9.5, 12);
    expect(feeder?.sources[0].e_kV[0]).toBeCloseTo((1.055 * 20) / Math.sqrt(3), 12);
    expect(() => withStudyCase(read(), cases, 'hW')).toThrow(/hL, lPV.*SIMBENCH_STUDY_CASE_UNKNOWN/);
  });

  it('are read in a study case, with the plants that RES.csv tells to be wind or other', () => {
    const more = 'mill;Tie;Wind;WP1;pq;0.03;0;0.03;S;7\nbio;Tie;Biomass;BM1;pq;0.03;0;0.03;S;7\n';
    const files = filesOf({ 'RES.csv': folder['RES.csv'] + more });
    const value = simbenchFormat.read(nodes, { fileName: 'grid/Node.csv', files, studyCase: 'lPV' });
    expect(value.feeder?.generators.map(({ id, p_kW }) => [id, Math.round(p_kW[0] * 100) / 100])).toEqual([
      ['roof', 9.5],
      ['mill', 8.5],
      ['bio', 10],
    ]);
    expect(value.feeder?.profiles).toEqual([]);
    expect(value.dropped.some(({ element }) => element.includes('StudyCases'))).toBe(false);
    expect(() => simbenchFormat.read(nodes, { fileName: 'grid/Node.csv', files, studyCase: 'noon' })).toThrow(/There are hL, lPV/);
  });
});
