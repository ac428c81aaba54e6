import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { prepareThreePhase } from '../../powerflows/three-phase/three-phase.ts';
import type { FileSource } from '../contract.ts';
import { opendssFormat } from './format.ts';

const base = `Clear
New Circuit.c basekv=11 bus1=source r1=0.1 x1=1 r0=0.1 x0=1
New Linecode.lc nphases=3 r1=0.3 x1=0.35 r0=0.6 x0=1.2 c1=10 c0=5 units=km
New Line.l1 bus1=source bus2=b1 linecode=lc length=2 units=km
New Transformer.t1 windings=2 buses=[b1 lv] conns=[delta wye] kvs=[11 0.4] kvas=[250 250] xhl=4 %loadloss=1
New Line.l2 bus1=lv bus2=h linecode=lc length=0.05 units=km
New Load.a phases=3 bus1=h kv=0.4 kw=40 pf=0.95
New Load.b phases=1 bus1=h.2 kv=0.23 kw=8 pf=0.95
`;
const read = (more: string, texts: Readonly<Record<string, string>> = {}) => {
  const files: FileSource = { read: (path) => (texts[path] === undefined ? undefined : { name: path, text: texts[path] }) };
  return opendssFormat.read(`${base}${more}\n`, { fileName: 'bad.dss', files });
};

/** What the script says after line 8, and the code and a part of the sentence that it must give. */
const refused: readonly (readonly [more: string, code: string, part: string, files?: Readonly<Record<string, string>>])[] = [
  ['Open Line.l2 3', 'OPENDSS_VALUE', 'no end 3'],
  ['Open Line.l2 1 7', 'OPENDSS_VALUE', 'no conductor 7 at end 1'],
  ['Open Vsource.source 1', 'FEEDER_SOURCE_MISSING', 'no source in service'],
  ['Load.a.kw=(3 4)', 'OPENDSS_VALUE', 'reverse Polish'],
  ['Load.a.kw=1,5', 'OPENDSS_VALUE', 'power factor'],
  ['Load.a.pf=2', 'OPENDSS_VALUE', 'power factor'],
  ['Load.a.pf=0', 'OPENDSS_VALUE', 'power factor'],
  ['Load.a.conn=star', 'OPENDSS_VALUE', 'wye or delta'],
  ['Line.l2.enabled=maybe', 'OPENDSS_VALUE', 'yes or no'],
  ['New Line.z bus1=h bus2=k linecode=lc length=1 units=parsec', 'OPENDSS_VALUE', 'no unit of length'],
  ['New Load.z kw=3 bus1="h', 'OPENDSS_QUOTE', 'not closed'],
  ['New "Load.z bus1=h kv=0.4 kw=3', 'OPENDSS_QUOTE', 'not closed'],
  ['Edit Transformer.t1 wdg=3 bus=z', 'OPENDSS_VALUE', 'no winding 3'],
  ['New Transformer.q windings=4 buses=[lv q r s] xscarray=[4 4]', 'OPENDSS_VALUE', 'must have 6 numbers'],
  ['Vsource.source.mvasc3=10 mvasc1=1000', 'OPENDSS_SOURCE', '1.5 times'],
  ['New Vsource.s2 phases=1 bus1=h.0 basekv=0.23', 'FEEDER_CONDUCTORS_COUNT', 'stands at conductors 0'],
  [
    'New XYCurve.v npts=4 xarray=[0.9 1 1.1] yarray=[1 0 0 -1]\nNew PVSystem.p bus1=h kv=0.4\nNew InvControl.i mode=voltvar vvc_curve1=v',
    'OPENDSS_VALUE',
    '3 x and 4 y',
  ],
  ['New PVSystem.p bus1=h kv=0.4 kva=10 pmpp=10 irradiance=-1', 'OPENDSS_VALUE', '0 or more'],
  [
    'New WireData.w rac=0.3 runits=km gmrac=1 gmrunits=cm\nNew LineGeometry.g nconds=1 nphases=1 cond=1 wire=w x=0 h=-9 units=m\nNew Line.z phases=1 bus1=h.1 bus2=k.1 geometry=g',
    'OPENDSS_GEOMETRY',
    'height of -9 m',
  ],
  [
    'New WireData.w rac=0.3 runits=km gmrac=5 gmrunits=m\nNew LineGeometry.g nconds=2 nphases=2 units=m cond=1 wire=w x=0 h=9 cond=2 wire=w x=1 h=9\nNew Line.z phases=2 bus1=h.1.2 bus2=k.1.2 geometry=g',
    'OPENDSS_GEOMETRY',
    'closer together',
  ],
  ['BatchEdit Load.(a+)+$ kw=3', 'OPENDSS_VALUE', 'too involved'],
  ['New LoadShape.s npts=2 interval=1 mult=(file=m.csv)', 'OPENDSS_VALUE', 'decimal comma', { 'm.csv': '0,5\n0,6\n' }],
  ['New Line.z phases=1 bus1=h.1 bus2=h.900 r1=1\nOpen Line.l2 2 1', 'OPENDSS_BUS', 'would meet conductor 900'],
  ['Edit Transformer.t1 kvs=[11 1e300]', 'FEEDER_NUMBER_INVALID', 'beyond every quantity'],
];

/** What is read all the same, and what is said about it. */
const listed: readonly (readonly [more: string, part: string])[] = [
  ['Open Line.l2 2 1', 'is not fed in 1 of 3 elements'],
  ['Open Load.a 1 1', 'opened alone'],
  ['New Generator.g bus1=h kv=0.4 kw=10\nOpen Generator.g 1', 'feeds on'],
  ['Set loadmlt=1.5', 'Did you mean "loadmult"?'],
  ['Set datapath=C:\\there', 'beside the script'],
  ['cd there', 'not carried out'],
  ['/* to the end', 'is not closed'],
  ['New Line.z bus1=h linecode=lc length=1', 'has no bus2'],
  ['New Line.z bus1=h bus2=k linecode=lc length=50', '50 km long at 0.4 kV'],
  ['New Line.z bus1=h bus2=k length=1e-12 r1=1 x1=1', 'a tenth of a milliohm'],
  ['New Line.z bus1=h bus2=k r1=20 x1=1 r0=20 x0=1 length=1', '20.02 ohm at 0.4 kV'],
  ['New Transformer.q windings=2 buses=[lv q r] kvs=[0.4 0.2]', 'has 3 values for 2 windings'],
  ['New Transformer.q windings=3 buses=[lv q] kvs=[0.4 0.2 0.2]', 'no bus for winding 3'],
  ['Edit Transformer.t1 kvas=[250000 250000]', 'rated for 360800 A'],
  ['New Storage.p bus1=h kv=0.4 kwrated=10 kwhrated=20 %stored=150', 'taken as full'],
  ['New Capacitor.k bus1=h kv=0.4 numsteps=3 kvar=[10 10]', '2 values of kvar for 3 steps'],
  ['New Capacitor.k bus1=h kv=0.4 kvar=10\nNew CapControl.c element=line.l2 capacitor=k type=voltage on=240 off=230', 'for ever'],
  ['New Load.z bus1=h kv=0.4 kvar=1,5', 'write a point'],
];

describe('bad input of OpenDSS scripts', () => {
  it.each(refused.map(([more, code, part, files = {}]) => ({ more, code, part, files })))('$more', ({ more, code, part, files }) => {
    let error: unknown;
    try {
      read(more, files);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code, where: expect.stringMatching(/^bad\.dss:\d+$/) });
    expect((error as InputError).message).toContain(part);
  });

  it.each(listed)('%s', (more, part) => {
    const { dropped, warnings = [] } = read(more);
    const said = [...dropped.map(({ element, reason, where }) => `${element}: ${reason} (${where})`), ...warnings];
    expect(said.join('\n')).toContain(part);
  });

  it('goes through files that name each other to an end, however deep and wide', () => {
    const files: FileSource = { read: (path) => ({ name: path, text: `Redirect ${Number(path) + 1}\n` }) };
    expect(() => opendssFormat.read('Redirect 1\n', { fileName: 'deep.dss', files })).toThrow(/100 deep.*OPENDSS_FILE_TOO_MANY/);
    const twice: FileSource = {
      read: (path) => ({ name: path, text: Number(path) > 40 ? '' : `Redirect ${Number(path) + 1}\n`.repeat(2) }),
    };
    expect(() => opendssFormat.read('Redirect 1\n', { fileName: 'wide.dss', files: twice })).toThrow(/OPENDSS_FILE_TOO_MANY/);
  });

  it('has nothing to go on with before the first element', () => {
    expect(() => opendssFormat.read('~ kw=3\nNew Circuit.c\n', { fileName: 'x.dss' })).toThrow(/OPENDSS_COMMAND/);
  });

  it('cuts off what is opened, as OpenDSS does', () => {
    expect(read('Open Load.a 1').feeder?.loads.map(({ inService }) => inService)).toEqual([false, true]);
    expect(read('New PVSystem.p bus1=h kv=0.4\nOpen PVSystem.p 1').feeder?.inverters[0].inService).toBe(false);
  });

  it('keeps the cut ends of two lines at one bus apart', () => {
    const { feeder } = read(`New Line.l3 bus1=lv bus2=h linecode=lc length=0.05 units=km
Open Line.l2 2 1\nOpen Line.l3 2 1`);
    expect(feeder?.lines.slice(1).map(({ to }) => to.conductors)).toEqual([
      [900, 2, 3],
      [901, 2, 3],
    ]);
    const flow = prepareThreePhase(feeder!);
    const { dead, status } = flow.solve();
    expect(status).toBe('converged');
    // the load's conductor, between the two
    expect(dead.map((place) => flow.places.conductor[place])).toEqual([1]);
  });

  it('writes a circuit with open conductors so that it is read as the same', () => {
    const value = read('Open Line.l2 2 1');
    const again = opendssFormat.read(opendssFormat.write!(value).text, { fileName: 'again.dss' });
    expect(again.feeder?.switches).toEqual(value.feeder?.switches);
    expect(again.feeder?.lines).toEqual(value.feeder?.lines);
  });

  it('gives three windings 30 % where none of their pairs is named, and the usual values where one is', () => {
    const pairs = (more: string) =>
      read(`New Transformer.q windings=3 buses=[lv q r] kvs=[0.4 0.2 0.2] ${more}`).feeder?.transformers[1].x_frac;
    expect(pairs('')).toEqual([0.07, 0.3, 0.3]);
    expect(pairs('xhl=5')).toEqual([0.05, 0.35, 0.3]);
    expect(pairs('xht=20')).toEqual([0.07, 0.2, 0.3]);
  });
});
