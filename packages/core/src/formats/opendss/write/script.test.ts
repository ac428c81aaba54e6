import { describe, expect, it } from 'vitest';
import { balancedCase } from '../../../network/feeder/balanced.ts';
import { buildFeeder } from '../../../network/feeder/build.ts';
import type { Feeder, Transformer, Winding } from '../../../network/feeder/feeder.ts';
import type { FeederParts } from '../../../network/feeder/feeder-parts.ts';
import { transformerAdmittance } from '../../../network/feeder/transformer-admittance.ts';
import { opendssFormat } from '../format.ts';
import { writeScript } from './script.ts';

const base: FeederParts = {
  name: 'f',
  frequency_Hz: 50,
  buses: [
    { id: 'a', v_base_kV: 10 },
    { id: 'b', v_base_kV: 0.4 },
    { id: 'c', v_base_kV: 0.4 },
  ],
  sources: [
    {
      id: 'vsource.source',
      terminal: { bus: 0, conductors: [1, 2, 3] },
      e_kV: [10, 10, 10].map((v) => v / Math.sqrt(3)),
      angle_deg: [0, -120, -240],
      r_ohm: [0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1],
      x_ohm: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      inService: true,
    },
  ],
};
const written = (parts: Partial<FeederParts>) => {
  const { feeder } = buildFeeder({ ...base, ...parts });
  const { text, losses } = writeScript(balancedCase(feeder));
  const read = opendssFormat.read(text, { fileName: 'written.dss' });
  return { feeder, text, losses, back: read.feeder as Feeder };
};

/** Admittance between the conductors of buses by name, earth left out. */
function nodal(feeder: Feeder): Map<string, [g: number, b: number]> {
  const sum = new Map<string, [number, number]>();
  for (const transformer of feeder.transformers) {
    const { ends, n, g_S, b_S } = transformerAdmittance(transformer);
    const names = ends.flatMap(({ bus, conductors }) => conductors.map((c) => (c === 0 ? '' : `${feeder.buses[bus].id}.${c}`)));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (names[i] === '' || names[j] === '') continue;
        const key = `${names[i]} ${names[j]}`;
        const [g, b] = sum.get(key) ?? [0, 0];
        sum.set(key, [g + g_S[i * n + j], b + b_S[i * n + j]]);
      }
    }
  }
  return sum;
}

function expectSameAdmittance(a: Feeder, b: Feeder): void {
  const [x, y] = [nodal(a), nodal(b)];
  const largest = Math.max(...[...x.values()].map(([g, s]) => Math.hypot(g, s)));
  for (const key of new Set([...x.keys(), ...y.keys()])) {
    const [g1, b1] = x.get(key) ?? [0, 0];
    const [g2, b2] = y.get(key) ?? [0, 0];
    expect(Math.hypot(g1 - g2, b1 - b2) / largest, key).toBeLessThan(1e-9);
  }
}

const winding = (bus: number, connection: Winding['connection'], v_rated_kV: number, more: Partial<Winding> = {}): Winding => ({
  connection,
  terminal: { bus, conductors: connection === 'delta' ? [1, 2, 3] : [1, 2, 3, 0] },
  v_rated_kV,
  s_rated_kVA: 400,
  r_frac: 0.005,
  tap_pu: 1,
  ...more,
});
const transformer = (windings: readonly Winding[], more: Partial<Transformer> = {}): Transformer => ({
  id: 'transformer.t',
  cores_count: 3,
  windings,
  x_frac: windings.length === 2 ? [0.04] : [0.04, 0.06, 0.05],
  inService: true,
  ...more,
});

describe('OpenDSS writer', () => {
  it.each(
    (
      [
        ['wye', 'wye'],
        ['delta', 'delta'],
        ['wye', 'delta'],
        ['delta', 'wye'],
      ] as const
    ).flatMap(([first, second]) => [0, 1, 2, 3, 4, 5].map((k) => [first, second, 2 * k + (first === second ? 0 : 1)] as const)),
  )('%s–%s with the clock at %i has the same admittance when it is read back', (first, second, clock) => {
    const { feeder, back } = written({ transformers: [transformer([winding(0, first, 10), winding(1, second, 0.4, { clock })])] });
    expectSameAdmittance(feeder, back);
  });

  it('writes three windings, taps, a star point behind an impedance and an open winding', () => {
    const three = [winding(0, 'delta', 10), winding(1, 'wye', 0.4, { clock: 11, tap_pu: 1.025 }), winding(2, 'wye', 0.4, { clock: 11 })];
    expectSameAdmittance(...feedersOf(written({ transformers: [transformer(three)] })));
    const open = written({ transformers: [transformer([three[0], three[1], { ...three[2], closed: false }])] });
    expect(open.losses).toEqual([]);
    expect(open.back.transformers[0].windings[2].closed).toBe(false);
    const behind = written({ transformers: [transformer([winding(0, 'delta', 10), winding(1, 'wye', 0.4, { xNeutral_ohm: 0.2 })])] });
    expect(behind.back.shunts.length).toBe(1);
  });

  it('writes coils on three cores as a bank', () => {
    const coils = transformer([winding(0, 'wye', 10), winding(1, 'coils', 0.23, { terminal: { bus: 1, conductors: [1, 4, 2, 5, 3, 6] } })]);
    const { feeder, back, losses } = written({ transformers: [coils] });
    expectSameAdmittance(feeder, back);
    expect(losses.some(({ reason }) => reason.includes('bank'))).toBe(true);
  });

  it('lets controls find their elements where those of another kind have the same ids', () => {
    const { back } = written({
      lines: [
        {
          id: 'x',
          from: { bus: 1, conductors: [1] },
          to: { bus: 2, conductors: [1] },
          r_ohm: [0.1],
          x_ohm: [0.1],
          closedFrom: true,
          closedTo: true,
        },
      ],
      transformers: [{ ...transformer([winding(0, 'delta', 10), winding(1, 'wye', 0.4, { clock: 1 })]), id: 'x' }],
      shunts: [{ id: 'x', terminal: { bus: 2, conductors: [1] }, g_S: [0], b_S: [1e-3], inService: true }],
      capacitorControls: (['transformer', 'line'] as const).map((kind, end) => ({
        ...{ id: `cc${end}`, shunt: 'x', monitored: { kind, element: 'x', end }, kind: 'kvar' as const, on: 60, off: -40 },
        ...{ ptRatio: 1, ctRatio: 1, phase: 0, delayOn_s: 15, delayOff_s: 15, dead_s: 300, enabled: true },
      })),
    });
    expect(back.capacitorControls.map(({ shunt, monitored }) => ({ shunt, ...monitored }))).toEqual([
      { shunt: 'capacitor.x', kind: 'transformer', element: 'transformer.x', end: 0 },
      { shunt: 'capacitor.x', kind: 'line', element: 'line.x', end: 1 },
    ]);
  });

  it('says what is lost, once for all that lose the same', () => {
    const { losses, text } = written({
      buses: base.buses.map((bus) => ({ ...bus, v_max_pu: 1.1 })),
      transformers: [transformer([winding(0, 'delta', 10), winding(1, 'zigzag', 0.4, { clock: 0 })])],
      loads: ['One', 'two'].map((id, k) => ({
        id,
        connection: 'wye' as const,
        terminal: { bus: 1, conductors: [1, 2, 3, 0] },
        v_rated_kV: 0.23,
        p_kW: [1, 1, 1 + k],
        q_kvar: [0, 0, 0],
        pLaw: { exponent: 0.5 },
        qLaw: { z_frac: 0.5, i_frac: 0.25, p_frac: 0.25 },
        inService: true,
      })),
    });
    const reasons = losses.map(({ element, reason }) => `${element}: ${reason}`);
    expect(reasons.filter((line) => line.includes('limits of the voltage'))).toEqual([
      'bus "a", "b", "c": limits of the voltage have no place',
    ]);
    expect(reasons.some((line) => line.startsWith('load "One", "two"') && line.includes('exponent'))).toBe(true);
    expect(reasons.some((line) => line.includes('zigzag'))).toBe(true);
    expect(reasons.some((line) => line.startsWith('name "One"'))).toBe(true);
    // unequal phases stand as loads of their own
    expect(text.match(/^New Load\./gm)?.length).toBe(4);
  });

  it('writes what loads do beyond their limits, how storage is dispatched, and what inverters remember', () => {
    const loads = [1, 2, 3, 4, 5, 6, 7].map(
      (model) => `New Load.m${model} bus1=s kv=0.4 kw=9 kvar=3 vminpu=0.9 vlowpu=0.4 cvrwatts=0.7 cvrvars=2.5 model=${model} daily=d`,
    );
    const script = `New Circuit.c basekv=0.4 bus1=s
New LoadShape.d npts=2 interval=1 mult=[0.5 1]
${loads.join('\n')}
New Generator.g bus1=s kv=0.4 kw=5 kvar=1 model=4
New XYCurve.eff npts=2 xarray=[0.1 1] yarray=[0.9 0.97]
New Storage.b bus1=s kv=0.4 kwrated=5 kwhrated=20 effcurve=eff chargetrigger=0.6 dischargetrigger=0.8 timechargetrig=3 daily=d
New PVSystem.p bus1=s kv=0.4 pmpp=10 kva=10 %cutout=0
New InvControl.i derlist=[pvsystem.p] mode=dynamicreaccurr dbvmin=0.9 dbvmax=1.1 argralowv=1 argrahiv=2 dynreacavgwindowlen=20s rateofchangemode=risefall risefalllimit=0.1 voltage_curvex_ref=avg avgwindowlen=60s
Set VoltageBases=[0.4]
CalcVoltageBases
`;
    const first = opendssFormat.read(script, { fileName: 'first.dss' }).feeder!;
    const { text, losses } = writeScript(balancedCase(first));
    const back = opendssFormat.read(text, { fileName: 'written.dss' }).feeder!;
    const lawsOf = ({ loads: all }: Feeder) => all.map(({ pLaw, qLaw, beyond, v_low_pu }) => ({ pLaw, qLaw, beyond, v_low_pu }));
    expect(lawsOf(back)).toEqual(lawsOf(first));
    expect(lawsOf(first).filter(({ beyond }) => beyond !== undefined).length).toBe(4);
    expect(back.generators[0].beyond).toEqual(first.generators[0].beyond);
    expect(back.inverters.find(({ kind }) => kind === 'storage')!.storage).toEqual(
      first.inverters.find(({ kind }) => kind === 'storage')!.storage,
    );
    expect(back.inverterControls[0]).toEqual({ ...first.inverterControls[0] });
    expect(losses.filter(({ reason }) => reason.includes('limits of voltage'))).toEqual([]);
    const { beyond: _, ...continuous } = first.loads[3];
    expect(
      written({ loads: [{ ...continuous, terminal: { bus: 0, conductors: [1, 2, 3, 0] }, profile: undefined }] })
        .losses.map(({ reason }) => reason)
        .join(),
    ).toContain('limits of voltage');
  });

  it('keeps nominal voltages that no rating gives, and positions', () => {
    const { back } = written({
      buses: [
        { id: 'a', v_base_kV: 10, x: 1, y: 2 },
        { id: 'b', v_base_kV: 0.42 },
        { id: 'c', v_base_kV: 0.4 },
      ],
      transformers: [transformer([winding(0, 'delta', 10), winding(1, 'wye', 0.4)])],
      switches: [{ id: 'line.s', from: { bus: 1, conductors: [1, 2, 3] }, to: { bus: 2, conductors: [1, 2, 3] }, closed: true }],
    });
    expect(back.buses).toEqual([
      { id: 'a', v_base_kV: 10, x: 1, y: 2 },
      { id: 'b', v_base_kV: 0.42 },
      { id: 'c', v_base_kV: 0.4 },
    ]);
  });

  it('writes a balanced case conductor by conductor', () => {
    const { feeder } = buildFeeder({
      ...base,
      buses: [base.buses[0], { id: 'd', v_base_kV: 10 }],
      lines: [
        {
          id: 'l',
          from: { bus: 0, conductors: [1, 2, 3] },
          to: { bus: 1, conductors: [1, 2, 3] },
          r_ohm: [0.3, 0.1, 0.1, 0.1, 0.3, 0.1, 0.1, 0.1, 0.3],
          x_ohm: [0.4, 0.1, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1, 0.4],
          closedFrom: true,
          closedTo: true,
        },
      ],
    });
    const { feeder: _, ...balanced } = balancedCase(feeder);
    const { text, losses } = writeScript(balanced);
    expect(losses.some(({ reason }) => reason.includes('ideal'))).toBe(true);
    const { network } = opendssFormat.read(text, { fileName: 'written.dss' });
    const indexOf = (id: string): number => network.buses.findIndex((bus) => bus.id === id);
    const line = network.branches.find(({ from, to }) => from === indexOf('a') && to === indexOf('d'))!;
    // 10 kV and 1 MVA: 100 ohm
    expect(line.r_pu * 100).toBeCloseTo(0.2, 10);
    expect(line.x_pu * 100).toBeCloseTo(0.3, 10);
  });
});

const feedersOf = ({ feeder, back }: { readonly feeder: Feeder; readonly back: Feeder }): [Feeder, Feeder] => [feeder, back];
