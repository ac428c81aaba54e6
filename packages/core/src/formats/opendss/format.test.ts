import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { formatConformance } from '../conformance.ts';
import type { FileSource } from '../contract.ts';
import { opendssFormat } from './format.ts';

const small = `Clear
Set DefaultBaseFrequency=50
/* a comment over
   two lines */
New Circuit.small basekv=10 pu=1.02 angle=30 bus1=source  ! the grid
~ r1=0.1 x1=1 r0=0.2 x0=2
New Linecode.cable nphases=3 units=km rmatrix=[0.3 | 0.1 0.3 | 0.1 0.1 0.3] xmatrix=(0.2|0.05 0.2|0.05 0.05 0.2) cmatrix="100 | 0 100 | 0 0 100" normamps=250
New Line.l1 bus1=source bus2=b1 linecode=cable length=800 units=m
New Line.tie bus1=b1 bus2=b2 switch=yes r1=1e-3 r0=1e-3 x1=0 x0=0 c1=0 c0=0 length=1
New Transformer.t1 windings=2 buses=[b1 low.1.2.3.4] conns=[delta wye] kvs=[10 0.4] kvas=[400 400] %rs=[0.5 0.5] xhl=4 %noloadloss=0.2 %imag=1 leadlag=lead
~ wdg=1 mintap=0.95 maxtap=1.05 numtaps=4
New Reactor.earth bus1=low.4 bus2=low.0 phases=1 r=0.1 x=0.05
New Line.l2 phases=4 bus1=low.1.2.3.4 bus2=house.1.2.3.4 r1=0.2 x1=0.08 r0=0.8 x0=0.3 c1=0 c0=0 length=0.1 units=km
New Capacitor.c1 bus1=b2 kv=10 kvar=300 numsteps=3 states=[1 1 0]
New LoadShape.day npts=4 interval=6 mult=[0.5 0.8 1 0.7]
New Load.one phases=1 bus1=house.1.4 kv=(0.4 3 sqrt /) kw=5 pf=0.95 daily=day
New Load.delta bus1=house.1.2.3 conn=delta kv=0.4 kva=12 pf=-0.9 model=5 vminpu=0.8
New Load.zip phases=1 bus1=house.2.4 kv=0.23 kw=3 kvar=1 model=8 zipv=[0.3 0.3 0.4 0.5 0.2 0.3 0]
New Generator.g bus1=house.1.2.3.4 kv=0.4 kw=4 kvar=1
New XYCurve.vv npts=4 xarray=[0.9 0.95 1.05 1.1] yarray=[0.4 0 0 -0.4]
New PVSystem.roof bus1=house.1.2.3.4 kv=0.4 pmpp=10 irradiance=0.8 kva=11 %cutout=0 wattpriority=yes
New Storage.box phases=1 bus1=house.3.4 kv=0.23 kwrated=5 kva=6 kwhrated=10 %stored=60 state=charging
New InvControl.vv mode=VOLTVAR derlist=[pvsystem.roof] vvc_curve1=vv refreactivepower=VARMAX
New PVSystem.shed phases=1 bus1=house.1.4 kv=0.23 pmpp=3 kva=3 %cutout=0 pf=0.95 kvarmax=1
New ExpControl.e derlist=[pvsystem.shed] vreg=0 slope=20
New RegControl.r transformer=t1 winding=2 tapwinding=1 vreg=232 band=4 ptratio=1 ctprim=500
New CapControl.cc capacitor=c1 element=line.tie terminal=1 type=kvar ptratio=1 ctratio=1 onsetting=100 offsetting=-100
Set VoltageBases=[10 0.4]
CalcVoltageBases
SetBusXY bus=low x=3 y=-4
`;
const split = `New object=circuit.split basekv=12.47 phases=3 mvasc3=200 mvasc1=180
New XfmrCode.centre phases=1 windings=3 kvs=[7.2 0.12 0.12] kvas=[25 25 25] %rs=[0.6 1.2 1.2] xhl=2.04 xht=2.04 xlt=1.36
New Transformer.x xfmrcode=centre buses=[sourcebus.1.0 t.1.0 t.0.2]
New Load.a phases=1 bus1=t.1.2 kv=0.24 kw=7
New Load.b phases=1 bus1=t.2.0 kv=0.12 kw=2 kvar=1
Set voltagebases=[12.47 .208]
calcv
`;

const change = (from: string | RegExp, to: string): string => {
  const changed = small.replace(from, to);
  if (changed === small) throw new Error(`nothing to change: ${from}`);
  return changed;
};

formatConformance(opendssFormat, {
  valid: [small, split],
  foreign: ["function mpc = case4\nmpc.version = '2';\n", 'gridflock: network/1\nname: x\n', '{"version": "1.0", "type": "input"}'],
  broken: [
    ['Clear\nNew Line.a bus1=b bus2=c\n', 'OPENDSS_CIRCUIT_MISSING'],
    [`${small}New Circuit.again\n`, 'OPENDSS_CIRCUIT_TWICE'],
    [change('New Linecode', 'New Linecod'), 'OPENDSS_UNKNOWN_CLASS'],
    [change('linecode=cable length', 'linecode=cabel length'), 'OPENDSS_UNKNOWN_NAME'],
    [`${small}Load.two.kw=3\n`, 'OPENDSS_UNKNOWN_NAME'],
    [change('New Load.one', 'New Load'), 'OPENDSS_NAME_MISSING'],
    [change('CalcVoltageBases', 'CalcVoltageBase5'), 'OPENDSS_COMMAND'],
    [change('kw=5', 'kw=five'), 'OPENDSS_VALUE'],
    [change('3 sqrt /', '3 root /'), 'OPENDSS_VALUE'],
    [change('kvas=[400 400]', 'kvas=[400 -400]'), 'OPENDSS_VALUE'],
    [change('conns=[delta wye]', 'conns=[delta star]'), 'OPENDSS_VALUE'],
    [change('phases=4 bus1', 'phases=99 bus1'), 'OPENDSS_VALUE'],
    [change('[0.3 | 0.1 0.3 | 0.1 0.1 0.3]', '[0.3 | 0.1 0.3 | 0.1]'), 'OPENDSS_MATRIX'],
    [change('0.8 1 0.7]', '0.8 1 0.7'), 'OPENDSS_QUOTE'],
    [change('bus1=house.1.4', 'bus1=house.x.4'), 'OPENDSS_BUS'],
    [change('r=0.1 x=0.05', 'r=0 x=0'), 'OPENDSS_IMPEDANCE'],
    [change('r1=0.1 x1=1 r0=0.2 x0=2', 'z1=[0 0] z0=[0 0]'), 'OPENDSS_SOURCE'],
    [change('linecode=cable length', 'geometry=none length'), 'OPENDSS_UNKNOWN_NAME'],
    [`${small}New LineGeometry.g nconds=3\nLine.l1.geometry=g\n`, 'OPENDSS_GEOMETRY'],
    [`${small}New WireData.w diam=1\nNew LineGeometry.g cond=1 wire=w\nLine.l1.geometry=g\n`, 'OPENDSS_GEOMETRY'],
    [`${small}Redirect other.dss\n`, 'OPENDSS_FILE_MISSING'],
    [change('mult=[0.5 0.8 1 0.7]', 'mult=(file=day.csv)'), 'OPENDSS_FILE_MISSING'],
    [change('mult=[0.5 0.8 1 0.7]', 'dblfile=day.dbl'), 'OPENDSS_FILE_BINARY'],
    [change('bus1=house.1.4', 'bus1=house.1.7'), 'FEEDER_CONDUCTOR_MISSING'],
    [change('%rs=[0.5 0.5] xhl=4', '%rs=[0 0] xhl=0'), 'FEEDER_TRANSFORMER_IMPEDANCE'],
  ],
});

/** Files by name, all in one folder. */
const folder = (texts: Readonly<Record<string, string>>): FileSource => ({
  read(path) {
    const name = path.replaceAll('\\', '/').split('/').at(-1)!.toLowerCase();
    return texts[name] === undefined ? undefined : { name, text: texts[name] };
  },
});
const readSmall = (text: string, files: Readonly<Record<string, string>> = {}) =>
  opendssFormat.read(text, { fileName: 'small.dss', files: folder(files) });
const refusal = (text: string, files?: Readonly<Record<string, string>>): InputError => {
  try {
    readSmall(text, files);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('was read');
};

describe('OpenDSS scripts', () => {
  const { feeder, network, dropped, warnings } = readSmall(small);

  it('become a feeder, and its balanced equivalent', () => {
    expect(dropped).toEqual([]);
    expect(feeder).toMatchObject({ name: 'small', frequency_Hz: 50 });
    expect(feeder?.buses.map(({ id, v_base_kV }) => [id, v_base_kV])).toEqual([
      ['source', 10],
      ['b1', 10],
      ['low', 0.4],
      ['house', 0.4],
      ['b2', 10],
    ]);
    expect(feeder?.buses[2]).toMatchObject({ x: 3, y: -4 });
    expect(network.buses.length).toBeGreaterThanOrEqual(5);
    expect(warnings.some((text) => text.includes('Commands'))).toBe(false);
  });

  it('gives lines the matrices of their whole length', () => {
    const [l1] = feeder!.lines;
    expect(l1).toMatchObject({ id: 'line.l1', length_km: 0.8, i_max_A: 250, closedFrom: true });
    expect(l1.r_ohm).toEqual([0.24, 0.08, 0.08, 0.08, 0.24, 0.08, 0.08, 0.08, 0.24]);
    // 2π · 50 Hz · 100 nF/km · 0.8 km
    expect(l1.b_S?.[0]).toBeCloseTo(2 * Math.PI * 50 * 80e-9, 12);
    expect(feeder!.switches[0]).toMatchObject({ id: 'line.tie', closed: true, r_ohm: 1e-3, x_ohm: 0 });
  });

  it('wires transformers by connection and lead', () => {
    const [t1] = feeder!.transformers;
    expect(t1.windings.map(({ connection, clock }) => [connection, clock])).toEqual([
      ['delta', 0],
      ['wye', 11],
    ]);
    expect(t1).toMatchObject({ x_frac: [0.04], noLoadLoss_frac: 0.002, magnetising_frac: 0.01, magnetisingAt: 'second' });
    expect(t1.windings[0]).toMatchObject({ tapMin_pu: 0.95, tapMax_pu: 1.05, tapSteps_count: 4, r_frac: 0.005 });
    expect(readSmall(split).feeder!.transformers[0].windings.map(({ terminal }) => terminal.conductors)).toEqual([
      [1, 0],
      [1, 0],
      [0, 2],
    ]);
  });

  it('gives loads their share, their law and their shape', () => {
    const [one, delta, zip] = feeder!.loads;
    expect(one).toMatchObject({ p_kW: [5], v_rated_kV: 0.2309401076759, profile: { daily: 'day' } });
    expect(one.q_kvar[0]).toBeCloseTo(5 * Math.tan(Math.acos(0.95)), 10);
    expect(delta.p_kW[0]).toBeCloseTo((12 * 0.9) / 3, 10);
    expect(delta.q_kvar[0]).toBeLessThan(0);
    expect(delta).toMatchObject({ connection: 'delta', v_min_pu: 0.8, pLaw: { i_frac: 1 } });
    expect(zip).toMatchObject({ pLaw: { z_frac: 0.3, i_frac: 0.3, p_frac: 0.4 }, qLaw: { z_frac: 0.5 } });
  });

  it('gives capacitors steps, controls their elements', () => {
    expect(feeder!.shunts.map(({ id }) => id)).toEqual(['capacitor.c1', 'reactor.earth']);
    expect(feeder!.shunts[0]).toMatchObject({ steps_count: 3, closed_count: 2, q_rated_kvar: 300 });
    // 300 kvar at 10 kV: 3 S per thousand of volts squared
    expect(feeder!.shunts[0].b_S[0]).toBeCloseTo(0.1 / (100 / 3), 12);
    expect(feeder!.regulators[0]).toMatchObject({ transformer: 'transformer.t1', windingMeasured: 1, windingMoved: 0, v_set_V: 232 });
    expect(feeder!.capacitorControls[0]).toMatchObject({
      shunt: 'capacitor.c1',
      monitored: { kind: 'switch', element: 'line.tie', end: 0 },
      kind: 'kvar',
    });
    expect(feeder!.inverterControls[0]).toMatchObject({
      inverters: ['pvsystem.roof'],
      varBase: 'maximum',
      functions: [{ kind: 'volt-var' }],
    });
  });

  it('gives inverters what sun and dispatch offer', () => {
    const [roof, shed, box] = feeder!.inverters;
    expect(shed).toMatchObject({ powerFactor_frac: 0.95, qInject_max_kvar: 1, qAbsorb_max_kvar: 1, priority: 'var' });
    expect(roof).toMatchObject({ kind: 'pv', p_kW: 8, p_rated_kW: 10, s_rated_kVA: 11, priority: 'watt' });
    expect(box).toMatchObject({ kind: 'storage', p_kW: -5, storage: { e_rated_kWh: 10, e_start_kWh: 6, e_reserve_kWh: 2 } });
  });
});

describe('the language of OpenDSS', () => {
  const base = 'Clear\nNew Circuit.c basekv=10\nNew Line.l bus1=sourcebus bus2=b\n';
  const loadOf = (line: string, before = '') => readSmall(`${base}${before}\n${line}\n`).feeder!.loads[0];

  it.each([
    ['New Load.a bus1=b kw=3 kvar=1', 3],
    ['new load.a b 10 3', 3],
    ['New Load.a Bus=b KV=10 kW = 3', 3],
    ['New "Load.a" bus1=b kw=(1 2 +)', 3],
    ['New Load.a bus1=b kw={9 sqrt}', 3],
    ['New Load.a bus1=b\n~ kw=3', 3],
    ['New Load.a bus1=b\nmore kw=3', 3],
    ['New Load.a bus1=b, kw=3!2', 3],
    ['New Load.a bus1=b kw=3//2', 3],
    ['New Load.a bus1=b kw=1\nLoad.a.kw=3', 3],
    ['New Load.a bus1=b kw=1\nEdit Load.a kw=3', 3],
    ['New Load.a bus1=b kw=1\nSelect Load.a\nm kw=3', 3],
    ['New Load.a bus1=b kw=1\nBatchEdit Load..* kw=3', 3],
    ['New Load.x bus1=b kw=3 enabled=no\nNew Load.a like=x enabled=yes', 3],
    ['Var @p=3 @where=b\nNew Load.a bus1=@where.1.2.3 kw=@p', 3],
    ['Set loadmult=1.5\nNew Load.a bus1=b kw=2', 3],
    ['Set loadmult=1.5\nNew Load.a bus1=b kw=3 status=fixed', 3],
    ['New Load.a bus1=b pf=0.6 xfkva=10 allocationfactor=0.5', 3],
    ['New Load.a bus1=b kwh=720 kwhdays=10 cfactor=1', 3],
  ])('%s', (line, p_kW) => {
    // "new load.a b" has its first value in the place of phases
    const text = line.startsWith('new load.a b') ? line.replace('b 10 3', '3 b 10 3') : line;
    const load = loadOf(text);
    expect(load.p_kW.reduce((sum, p) => sum + p, 0)).toBeCloseTo(p_kW, 9);
  });

  it.each([
    // the last of kW, kvar and kVA decides; kW of kvar is what was said of it before
    ['kw=100 kvar=50', 100, 50],
    ['kvar=50 kw=100', 100, 53.974_282],
    ['kw=100 kvar=50 pf=0.9', 100, 50],
    ['kva=100 pf=0.8', 80, 60],
    ['kva=100 kvar=20', 10, 20],
    ['xfkva=100 pf=0.9', 44, 21.310_173],
    ['xfkva=100 pf=0.9 allocationfactor=0.5', 45, 21.794_495],
    ['allocationfactor=0.3', 10, 5.397_428],
    ['kw=80 kva=100', 88, 47.497_368],
    ['kw=100 pf=-0.9', 100, -48.432_21],
  ])('power of a load: %s', (words, p, q) => {
    const load = loadOf(`New Load.a bus1=b ${words}`);
    expect(3 * load.p_kW[0]).toBeCloseTo(p, 5);
    expect(3 * load.q_kvar[0]).toBeCloseTo(q, 5);
  });

  it('takes units of length from code and line', () => {
    const code = 'New Linecode.k units=mi r1=0.3 x1=0.6 r0=0.5 x0=1.5 c1=10 c0=5';
    const rOf = (words: string): number => readSmall(`${base}${code}\nNew Line.z bus1=b bus2=d ${words}`).feeder!.lines[1].r_ohm[0];
    // self resistance (2·0.3 + 0.5)/3 per mile
    expect(rOf('linecode=k length=2')).toBeCloseTo(0.733_333, 6);
    expect(rOf('linecode=k length=2 units=km')).toBeCloseTo(0.733_333 / 1.609_344, 6);
    expect(rOf('units=km linecode=k length=2')).toBeCloseTo(0.733_333 / 1.609_344, 6);
    expect(rOf('linecode=k units=km length=2 units=ft')).toBeCloseTo(0.733_333 / 5280, 8);
    expect(rOf('r1=0.3 r0=0.5 units=km length=2 units=mi')).toBeCloseTo(0.733_333 * 1.609_344, 5);
    // values count per the unit that stands when they are said
    expect(rOf('units=km units=mi r1=0.3 r0=0.5 length=2')).toBeCloseTo(0.733_333, 6);
  });

  it('turns the deltas of a transformer by its first two windings', () => {
    const clocksOf = (conns: string, more = ''): (number | undefined)[] => {
      const windings = `New Transformer.t windings=3 buses=[b x y] conns=[${conns}] kvs=[10 5 2] ${more}`;
      return readSmall(`${base}${windings}`).feeder!.transformers[0].windings.map(({ clock }) => clock);
    };
    // as OpenDSS solves them
    expect(clocksOf('delta wye wye')).toEqual([0, 1, 1]);
    expect(clocksOf('delta wye wye', 'leadlag=lead')).toEqual([0, 11, 11]);
    expect(clocksOf('wye wye delta')).toEqual([0, 0, 1]);
    expect(clocksOf('wye wye delta', 'leadlag=lead')).toEqual([0, 0, 1]);
    expect(clocksOf('delta delta wye')).toEqual([0, 0, 11]);
    expect(clocksOf('wye delta wye', 'kvs=[5 10 2]')).toEqual([0, 11, 0]);
  });

  it('reads files by name whatever their letters, and numbers from tables', () => {
    const files = {
      'loads.dss': 'New LoadShape.s npts=3 interval=1 mult=(file=Table.csv, col=2, header=yes)\nNew Load.a bus1=b kw=3 yearly=s\n',
      'table.csv': 'hour,value\n1,0.5\n2,0.7\n3,0.9\n',
      'xy.csv': 'b, 1, 2\nnowhere 3 4\n',
    };
    const read = readSmall(`${base}Redirect "Sub\\Loads.DSS"\nBuscoords XY.csv\n`, files);
    expect(read.feeder!.profiles).toEqual([{ id: 's', step_s: 3600, p: [0.5, 0.7, 0.9], actual: false }]);
    expect(read.feeder!.buses.find(({ id }) => id === 'b')).toMatchObject({ x: 1, y: 2 });
  });

  it('names a circle of files', () => {
    const error = refusal('Redirect a.dss', { 'a.dss': 'Redirect b.dss', 'b.dss': 'Redirect a.dss' });
    expect(error.code).toBe('OPENDSS_FILE_CYCLE');
    expect(error.message).toContain('a.dss → b.dss → a.dss');
    expect(error.where).toBe('b.dss:1');
  });

  it('says where and what to do', () => {
    expect(refusal(`${base}New Load.a bus1=b kv=ten`).where).toBe('small.dss:4');
    expect(refusal(`${base}New Laod.a bus1=b`).hint).toBe('Did you mean "load"?');
    expect(refusal(`${base}New Load.one bus1=b\nEdit Load.won kw=3`).hint).toContain('one');
  });

  it('lists what it leaves out, with its line', () => {
    const text = `${base}New Load.a bus1=b kw=3 colour=red\nNew Fuse.f line.l 1\nNew Monitor.m1 line.l\nNew Monitor.m2 line.l\nNew Isource.i bus1=b amps=3
New ExpControl.e\nNew Line.off bus1=b bus2=x enabled=no\nPlot profile\nReduce all\nSet mode=daily number=24\nSolve\n`;
    const { dropped, warnings } = readSmall(text);
    expect(dropped.map(({ element, where }) => [element, where])).toEqual([
      ['load.a colour', 'small.dss:4'],
      ['fuse.f', 'small.dss:5'],
      ['isource.i', 'small.dss:8'],
      ['reduce', 'small.dss:12'],
      ['monitor (2)', 'small.dss:6'],
      // there is no inverter
      ['expcontrol.e', 'small.dss:9'],
    ]);
    expect(warnings.join('\n')).toMatch(/plot at small\.dss:11/);
    expect(warnings.join('\n')).toMatch(/mode daily, number=24/);
    expect(warnings.join('\n')).toMatch(/line\.off/);
  });

  it('opens what Open and SwtControl open', () => {
    const text = (more: string) => readSmall(`${base}New Line.z bus1=b bus2=d r1=1 r0=1\n${more}`).feeder!.lines[1];
    expect(text('Open Line.z 1')).toMatchObject({ closedFrom: false, closedTo: true });
    expect(text('Open Line.z 2\nClose Line.z 2')).toMatchObject({ closedFrom: true, closedTo: true });
    expect(text('New SwtControl.s switchedobj=line.z switchedterm=2 action=open')).toMatchObject({ closedFrom: true, closedTo: false });
    // one conductor alone ends where nothing else does
    expect(text('Open Line.z 2 3').to.conductors).toEqual([1, 2, 900]);
  });

  it('lets the last circuit count', () => {
    const text = `${base}Clear\nNew Circuit.second basekv=20\nNew Line.m bus1=sourcebus bus2=q\n`;
    expect(readSmall(text).feeder).toMatchObject({ name: 'second', lines: [{ id: 'line.m' }] });
  });
});
