import { describe, expect, it } from 'vitest';
import { balancedCase } from './balanced.ts';
import { buildFeeder } from './build.ts';
import type { FeederParts, TransformerPart } from './feeder-parts.ts';
import { phaseMatrixFromSequence } from './sequence-matrices.ts';

const at = (bus: string, ...conductors: number[]) => ({ bus, conductors });

const source = {
  id: 's',
  terminal: at('a', 1, 2, 3),
  e_kV: [6, 6, 6],
  angle_deg: [0, -120, 120],
  inService: true,
};
const constant = { exponent: 0 };
const load = { connection: 'wye' as const, v_rated_kV: 10 / Math.sqrt(3), pLaw: constant, qLaw: constant, inService: true };
const base: FeederParts = {
  name: 'two buses',
  frequency_Hz: 50,
  buses: [
    { id: 'a', v_base_kV: 10 },
    { id: 'b', v_base_kV: 10 },
  ],
  sources: [source],
};
const caseFrom = (parts: Partial<FeederParts>) => balancedCase(buildFeeder({ ...base, ...parts }).feeder, { s_base_kVA: 1000 });

describe('balancedCase', () => {
  it('has the positive sequence of a three-phase line', () => {
    const line = {
      id: 'l',
      from: at('a', 1, 2, 3),
      to: at('b', 1, 2, 3),
      r_ohm: phaseMatrixFromSequence(2, 5),
      x_ohm: phaseMatrixFromSequence(3, 9),
      b_S: phaseMatrixFromSequence(1e-5, 4e-6),
      i_max_A: 100,
      closedFrom: true,
      closedTo: true,
    };
    const { network, warnings } = caseFrom({ lines: [line] });
    // base 10²/1 MVA = 100 ohm
    const [branch] = network.branches;
    expect(branch.r_pu).toBeCloseTo(0.02, 12);
    expect(branch.x_pu).toBeCloseTo(0.03, 12);
    expect(branch.b_pu).toBeCloseTo(1e-3, 12);
    expect(branch.s_max_kVA).toBeCloseTo(Math.sqrt(3) * 1000, 9);
    expect(warnings).toEqual([]);
  });

  it('keeps the power and the drop of a single-phase lateral, and says that it is one', () => {
    const line = { id: 'l', from: at('a', 2), to: at('b', 2), r_ohm: [4], x_ohm: [1], closedFrom: true, closedTo: true };
    const { network, operatingPoint, warnings } = caseFrom({
      lines: [line],
      loads: [{ id: 'h', ...load, terminal: at('b', 2, 0), p_kW: [30], q_kvar: [0] }],
    });
    expect(network.branches[0].r_pu).toBeCloseTo(0.12, 12);
    expect(operatingPoint.p_kW[1]).toBe(-30);
    expect(warnings).toEqual([
      'Lines of one or two phases stand as three-phase lines that lose as much power and voltage: l',
      'Loads on one or two phases, or unequal on three, count as three-phase loads of the same total: h',
    ]);
    // drop of the phase: 30 kW/5.7735 kV · 4 ohm over 5773.5 V = 0.0036 = r·p in per unit
    expect(network.branches[0].r_pu * 0.03).toBeCloseTo(((30 / 5.7735027) * 4) / 5773.5027, 9);
  });

  it('puts constant impedance into shunts, and constant current half into shunts and half into power', () => {
    const zip = { z_frac: 0.5, i_frac: 0.3, p_frac: 0.2 };
    const { network, operatingPoint, warnings } = caseFrom({
      lines: [threePhase('l')],
      loads: [{ id: 'h', ...load, pLaw: zip, qLaw: { exponent: 2 }, terminal: at('b', 1, 2, 3, 0), p_kW: [10, 10, 10], q_kvar: [4, 4, 4] }],
    });
    expect(operatingPoint.p_kW[1]).toBeCloseTo(-10.5, 12);
    expect(operatingPoint.q_kvar[1]).toBeCloseTo(0, 12);
    expect(network.shunts).toHaveLength(1);
    expect(network.shunts[0].g_pu).toBeCloseTo(0.0195, 12);
    expect(network.shunts[0].b_pu).toBeCloseTo(-0.012, 12);
    expect(warnings[0]).toContain('Loads of constant current');
  });

  it('puts a slack behind the impedance of a source', () => {
    const { network, operatingPoint } = caseFrom({
      sources: [{ ...source, r_ohm: phaseMatrixFromSequence(1, 4), x_ohm: phaseMatrixFromSequence(2, 4) }],
      lines: [threePhase('l')],
    });
    expect(network.buses.map(({ id }) => id)).toEqual(['a', 'b', 's source']);
    expect(operatingPoint.slacks).toEqual([2]);
    expect(operatingPoint.v_start_pu[2]).toBeCloseTo((6 * Math.sqrt(3)) / 10, 12);
    const impedance = network.branches.find(({ id }) => id === 's impedance')!;
    expect([impedance.from, impedance.to, impedance.r_pu, impedance.x_pu].map((value) => Number(value.toFixed(12)))).toEqual([
      2, 0, 0.01, 0.02,
    ]);
  });

  it('turns and scales a Dyn5 with taps, its magnetising branch as a shunt', () => {
    const winding = { s_rated_kVA: 500, r_frac: 0.005, tap_pu: 1 };
    const { network } = caseFrom({
      buses: [
        { id: 'a', v_base_kV: 10 },
        { id: 'b', v_base_kV: 0.4 },
      ],
      transformers: [
        {
          id: 't',
          cores_count: 3,
          windings: [
            { ...winding, connection: 'delta', terminal: at('a', 1, 2, 3), v_rated_kV: 10, tap_pu: 1.05 },
            { ...winding, connection: 'wye', terminal: at('b', 1, 2, 3, 0), v_rated_kV: 0.42, clock: 5 },
          ],
          x_frac: [0.04],
          noLoadLoss_frac: 0.002,
          magnetising_frac: 0.01,
          inService: true,
        },
      ],
    });
    const [branch] = network.branches;
    expect(branch.ratio).toBeCloseTo(1.05 / 1.05, 12);
    expect(branch.shift_deg).toBeCloseTo(150, 12);
    // 1 % and 4 % of 500 kVA at 0.42 kV on 1000 kVA at 0.4 kV
    expect(branch.r_pu).toBeCloseTo(0.01 * 2 * 1.05 ** 2, 12);
    expect(branch.x_pu).toBeCloseTo(0.04 * 2 * 1.05 ** 2, 12);
    expect(network.shunts[0]).toEqual({
      bus: 1,
      g_pu: expect.closeTo(0.002 / 2 / 1.05 ** 2, 12),
      b_pu: expect.closeTo(-0.01 / 2 / 1.05 ** 2, 12),
    });
  });

  it('opens the branch of an open winding and keeps what it magnetises with', () => {
    const winding = { connection: 'wye' as const, s_rated_kVA: 1000, r_frac: 0.01, tap_pu: 1, v_rated_kV: 10 };
    const { network, operatingPoint } = caseFrom({
      transformers: [
        {
          id: 't',
          cores_count: 3,
          windings: [
            { ...winding, terminal: at('a', 1, 2, 3, 0) },
            { ...winding, terminal: at('b', 1, 2, 3, 0), closed: false },
          ],
          x_frac: [0.06],
          magnetising_frac: 0.01,
          inService: true,
        },
      ],
    });
    expect(network.branches[0].inService).toBe(false);
    // −0.01j behind 0.02 + 0.06j
    const [re, im] = [1 + 0.06 * 0.01, -0.02 * 0.01];
    expect(network.shunts[0].g_pu).toBeCloseTo((-0.01 * im) / (re * re + im * im), 14);
    expect(network.shunts[0].b_pu).toBeCloseTo((-0.01 * re) / (re * re + im * im), 14);
    expect(operatingPoint.isolated).toEqual([1]);
  });

  it('makes a star of three windings, whose pairs have their impedances', () => {
    const winding = { connection: 'wye' as const, s_rated_kVA: 1000, r_frac: 0.01, tap_pu: 1 };
    const { network, warnings } = caseFrom({
      buses: ['a', 'b', 'c'].map((id) => ({ id, v_base_kV: 10 })),
      transformers: [
        {
          id: 't',
          cores_count: 3,
          windings: ['a', 'b', 'c'].map((bus) => ({ ...winding, terminal: at(bus, 1, 2, 3, 0), v_rated_kV: 10 })),
          x_frac: [0.06, 0.08, 0.05],
          inService: true,
        },
      ],
    });
    const x = Object.fromEntries(network.branches.map(({ id, x_pu }) => [id, x_pu]));
    expect(x['t 1'] + x['t 2']).toBeCloseTo(0.06, 12);
    expect(x['t 1'] + x['t 3']).toBeCloseTo(0.08, 12);
    expect(x['t 2'] + x['t 3']).toBeCloseTo(0.05, 12);
    expect(warnings).toEqual(['Transformers of three windings stand as a star about a bus of their own: t']);
  });

  it('gives a split-phase service its voltage: 120 V legs on a bus of 208 V between phases', () => {
    const coil = { connection: 'coils' as const, s_rated_kVA: 25, r_frac: 0.006, tap_pu: 1 };
    const { network, operatingPoint } = caseFrom({
      buses: [
        { id: 'a', v_base_kV: 12.47 },
        { id: 'b', v_base_kV: 0.12 * Math.sqrt(3) },
        { id: 'c', v_base_kV: 0.12 * Math.sqrt(3) },
      ],
      sources: [{ ...source, e_kV: [7.2, 7.2, 7.2] }],
      transformers: [
        {
          id: 't',
          cores_count: 1,
          windings: [
            { ...coil, terminal: at('a', 2, 0), v_rated_kV: 7.2 },
            { ...coil, terminal: at('b', 1, 0), v_rated_kV: 0.12 },
            { ...coil, terminal: at('b', 0, 2), v_rated_kV: 0.12 },
          ],
          x_frac: [0.02, 0.02, 0.01],
          inService: true,
        },
      ],
      lines: [
        {
          id: 'l',
          from: at('b', 1, 2),
          to: at('c', 1, 2),
          r_ohm: [0.01, 0.002, 0.002, 0.01],
          x_ohm: [0.01, 0, 0, 0.01],
          closedFrom: true,
          closedTo: true,
        },
      ],
      loads: [{ id: 'h', ...load, connection: 'delta', v_rated_kV: 0.24, terminal: at('c', 1, 2), p_kW: [5], q_kvar: [0] }],
    });
    for (const branch of network.branches) expect(branch.ratio).toBeCloseTo(1, 3);
    expect(operatingPoint.p_kW[2]).toBe(-5);
    // legs opposite each other: (3/4)·2·(0.01 − 0.002) ohm on a base of 0.0432 ohm
    expect(network.branches.find(({ id }) => id === 'l')!.r_pu).toBeCloseTo(0.012 / (0.0432 / 1), 9);
  });

  it('keeps the impedances of a feeder whose source stands in a deep sag', () => {
    const behind = { r_ohm: phaseMatrixFromSequence(1, 2), x_ohm: phaseMatrixFromSequence(4, 5) };
    const sag = caseFrom({ sources: [{ ...source, ...behind, e_kV: [1.8, 1.8, 1.8] }], lines: [threePhase('l')] });
    const usual = caseFrom({ sources: [{ ...source, ...behind }], lines: [threePhase('l')] });
    expect(sag.network.branches).toEqual(usual.network.branches);
  });

  it('takes the power of ten above its loads as a base', () => {
    const { feeder } = buildFeeder({
      ...base,
      lines: [threePhase('l')],
      loads: [{ id: 'h', ...load, terminal: at('b', 1, 2, 3, 0), p_kW: [30, 40, 50], q_kvar: [0, 0, 0] }],
    });
    expect(balancedCase(feeder).network.s_base_kVA).toBe(1000);
  });

  it('charges an open line from its other end, through its own impedance', () => {
    const line = { ...threePhase('l'), b_S: phaseMatrixFromSequence(2e-4, 1e-4), closedTo: false };
    const { network } = caseFrom({ lines: [line] });
    // per unit of 100 ohm: half of 0.02j at once, half behind 0.02 + 0.03j
    const [re, im] = [1 - 0.03 * 0.01, 0.02 * 0.01];
    expect(network.shunts[0].g_pu).toBeCloseTo((0.01 * im) / (re * re + im * im), 14);
    expect(network.shunts[0].b_pu).toBeCloseTo(0.01 + (0.01 * re) / (re * re + im * im), 14);
  });

  it('stretches what has almost no impedance to what can be solved', () => {
    const { network, warnings } = caseFrom({
      switches: [{ id: 'k', from: at('a', 1, 2, 3), to: at('b', 1, 2, 3), closed: true, r_ohm: 1e-6 }],
    });
    expect(network.branches[0].r_pu).toBe(1e-6);
    expect(warnings).toEqual(['Wires of almost no impedance stand with 0.000001 per unit: k']);
  });

  it('follows an open delta of two single cores', () => {
    const coil = { connection: 'coils' as const, s_rated_kVA: 50, r_frac: 0.01, tap_pu: 1 };
    const unit = (id: string, p: number, q: number): TransformerPart => ({
      id,
      cores_count: 1,
      windings: [
        { ...coil, terminal: at('a', p, 0), v_rated_kV: 10 / Math.sqrt(3) },
        { ...coil, terminal: at('b', p, q), v_rated_kV: 0.4 },
      ],
      x_frac: [0.04],
      inService: true,
    });
    const { network } = caseFrom({
      buses: [
        { id: 'a', v_base_kV: 10 },
        { id: 'b', v_base_kV: 0.4 },
      ],
      transformers: [unit('t', 1, 2), unit('u', 2, 3)],
    });
    for (const { ratio } of network.branches) expect(ratio).toBeCloseTo(1, 9);
  });

  it('makes one branch of regulators, wires and legs that carry different phases between the same buses', () => {
    const coil = { connection: 'wye' as const, s_rated_kVA: 100, r_frac: 0.001 };
    const regulator = (phase: number, tap_pu: number): TransformerPart => ({
      id: `r${phase}`,
      cores_count: 1,
      windings: [
        { ...coil, terminal: at('a', phase, 0), v_rated_kV: 10 / Math.sqrt(3), tap_pu: 1 },
        { ...coil, terminal: at('b', phase, 0), v_rated_kV: 10 / Math.sqrt(3), tap_pu },
      ],
      x_frac: [0.01],
      inService: true,
    });
    const wire = (id: string, from: string, to: string, phase: number) => ({
      ...threePhase(id),
      ...{ from: at(from, phase), to: at(to, phase), r_ohm: [0.3], x_ohm: [0.6], i_max_A: 100 },
    });
    const buses = ['a', 'b', 'c'].map((id) => ({ id, v_base_kV: 10 }));
    const lines = [wire('l1', 'b', 'c', 1), wire('l2', 'c', 'b', 2), wire('l3', 'b', 'c', 3)];
    const { network, warnings } = caseFrom({ buses, transformers: [regulator(1, 1.05), regulator(2, 1.03), regulator(3, 1.04)], lines });
    expect(network.branches.map(({ id }) => id)).toEqual(['l1 + l2 + l3', 'r1 + r2 + r3']);
    const [line, bank] = network.branches;
    // three phases of their own: each a third of the current, and the impedance of one of them
    expect(line.r_pu).toBeCloseTo((0.3 * network.s_base_kVA) / 1e5, 12);
    expect(line.x_pu).toBeCloseTo((0.6 * network.s_base_kVA) / 1e5, 12);
    expect(line.s_max_kVA).toBeCloseTo(100 * 10 * Math.sqrt(3), 9);
    expect(1 / bank.ratio).toBeCloseTo(1.04, 3);
    expect(bank.s_max_kVA).toBe(300);
    expect(bank.x_pu).toBeCloseTo((0.01 * network.s_base_kVA * 1.04 ** 2) / 300, 4);
    expect(warnings).toContain(
      'Transformers of single phases between the same buses stand as one, with the mean of their taps: r1, r2, r3',
    );
    // a bypass of the same phase is a second way, and a wire that is open no way at all
    const beside = [...lines, wire('bypass', 'a', 'b', 1), { ...wire('open', 'b', 'c', 2), closedTo: false }];
    const other = caseFrom({ buses, transformers: [regulator(1, 1)], lines: beside });
    expect(other.network.branches.map(({ id }) => id)).toEqual(['l1 + l2 + l3', 'bypass', 'open', 'r1']);
  });

  it('starts where the turns of the transformers put the voltages without load', () => {
    const { operatingPoint } = caseFrom({
      buses: [
        { id: 'a', v_base_kV: 10 },
        { id: 'b', v_base_kV: 0.4 },
      ],
      transformers: [
        {
          id: 't',
          cores_count: 3,
          windings: [
            { connection: 'delta', terminal: at('a', 1, 2, 3), v_rated_kV: 10, s_rated_kVA: 400, r_frac: 0, tap_pu: 1 },
            { connection: 'wye', terminal: at('b', 1, 2, 3, 0), v_rated_kV: 0.4, s_rated_kVA: 400, r_frac: 0, tap_pu: 1.05, clock: 11 },
          ],
          x_frac: [0.04],
          inService: true,
        },
      ],
    });
    expect(operatingPoint.v_start_pu[1]).toBeCloseTo(1.05 * operatingPoint.v_start_pu[0], 12);
    expect(operatingPoint.angle_start_deg[1]).toBeCloseTo(operatingPoint.angle_start_deg[0] + 30, 9);
  });

  it('makes one star of a bank of single cores of three windings, and leaves out autotransformers joined by wires', () => {
    const coil = { connection: 'coils' as const, s_rated_kVA: 100, r_frac: 0.001, tap_pu: 1 };
    const buses = ['a', 'b', 'c'].map((id) => ({ id, v_base_kV: 10 }));
    const unit = (phase: number, low: number): TransformerPart => ({
      id: `t${phase}`,
      cores_count: 1,
      windings: [
        { ...coil, terminal: at('a', phase, low), v_rated_kV: 10 / Math.sqrt(3) },
        { ...coil, terminal: at('b', phase, 0), v_rated_kV: 10 / Math.sqrt(3) },
        { ...coil, terminal: at('c', phase, 0), v_rated_kV: 10 / Math.sqrt(3) },
      ],
      x_frac: [0.02, 0.02, 0.01],
      inService: true,
    });
    const bank = caseFrom({ buses, transformers: [1, 2, 3].map((phase) => unit(phase, 0)) });
    expect(bank.network.buses.map(({ id }) => id)).toEqual(['a', 'b', 'c', 't1 star']);
    expect(bank.network.branches.map(({ id }) => id)).toEqual(['t1 1 + t2 1 + t3 1', 't1 2 + t2 2 + t3 2', 't1 3 + t2 3 + t3 3']);
    const low = buses.map((bus) => (bus.id === 'a' ? { ...bus, v_base_kV: 10 } : { ...bus, v_base_kV: 4 }));
    const common = { ...threePhase('common'), from: at('a', 4, 5, 6), to: at('b', 1, 2, 3) };
    const series = [1, 2, 3].map((phase) => {
      const { windings, ...rest } = unit(phase, 3 + phase);
      const [first, ...others] = windings;
      return {
        ...rest,
        windings: [{ ...first, v_rated_kV: 6 / Math.sqrt(3) }, ...others.map((each) => ({ ...each, v_rated_kV: 4 / Math.sqrt(3) }))],
      };
    });
    const auto = caseFrom({ buses: low, transformers: series, lines: [common] });
    expect(auto.network.branches).toEqual([]);
    expect(auto.warnings).toContain(
      'Transformers with a coil in series (autotransformers joined by wires) have no balanced equivalent and are left out: t1, t2, t3',
    );
    expect(auto.operatingPoint.isolated).toEqual([1, 2]);
  });

  it('leaves alone what nothing feeds', () => {
    const { operatingPoint } = caseFrom({
      lines: [{ ...threePhase('l'), closedTo: false }],
      loads: [{ id: 'h', ...load, terminal: at('b', 1, 2, 3, 0), p_kW: [1, 1, 1], q_kvar: [0, 0, 0] }],
    });
    expect(operatingPoint.isolated).toEqual([1]);
    expect(operatingPoint.p_kW[1]).toBe(0);
  });

  it('reads an inverter within its rating', () => {
    const inverter = {
      id: 'pv',
      kind: 'pv' as const,
      connection: 'wye' as const,
      terminal: at('b', 1, 2, 3, 0),
      v_rated_kV: 10 / Math.sqrt(3),
      s_rated_kVA: 100,
      p_kW: 80,
      p_rated_kW: 100,
      q_kvar: 0,
      powerFactor_frac: -0.8,
      priority: 'watt' as const,
      inService: true,
    };
    const [unit] = caseFrom({ lines: [threePhase('l')], inverters: [inverter] }).operatingPoint.generators;
    expect([unit.p_kW, unit.q_kvar].map((value) => Number(value.toFixed(9)))).toEqual([80, -60]);
  });
});

function threePhase(id: string) {
  return {
    id,
    from: at('a', 1, 2, 3),
    to: at('b', 1, 2, 3),
    r_ohm: phaseMatrixFromSequence(2, 5),
    x_ohm: phaseMatrixFromSequence(3, 9),
    closedFrom: true,
    closedTo: true,
  };
}
