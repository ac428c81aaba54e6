import { describe, expect, test } from 'vitest';
import type { CapacitorControl, Curve, InverterControl, InverterFunction, RegulatorControl } from '../../../network/feeder/controls.ts';
import type { Feeder, Inverter } from '../../../network/feeder/feeder.ts';
import { at, load, tapChangerFeeder } from '../testing/feeders.ts';
import { prepareThreePhase } from '../three-phase.ts';
import { curveAt, inverterTarget } from './inverter-functions.ts';

/** 10/0.4 kV with a tap changer on the low side, a line, and a load at its end. */
function regulated(p_kW: number, control: Partial<RegulatorControl> = {}, more: Partial<Feeder> = {}): Feeder {
  const loads = [load('d', at(2, 1, 2, 3, 0), 0.4 / Math.sqrt(3), [p_kW, p_kW, p_kW])];
  return tapChangerFeeder(control, { loads, ...more });
}

const volts = (flow: ReturnType<typeof prepareThreePhase>, result: ReturnType<typeof flow.solve>, bus: number, conductor = 1) => {
  const place = flow.places.indexOf(bus, conductor);
  return Math.hypot(result.v_re_V[place]!, result.v_im_V[place]!);
};

describe('regulators', () => {
  test('end inside the band on a whole step, and say what they did', () => {
    const flow = prepareThreePhase(regulated(90));
    const before = prepareThreePhase(regulated(90), { controls: false }).solve();
    const result = flow.solve();
    const ratio = 400 / Math.sqrt(3) / 120;
    expect(Math.abs(volts(flow, before, 1) / ratio - 120)).toBeGreaterThan(1);
    expect(Math.abs(volts(flow, result, 1) / ratio - 120)).toBeLessThanOrEqual(1);
    expect(result.status).toBe('converged');
    const { position, tap_pu } = result.taps[0]!;
    expect(position).toBeGreaterThan(0);
    expect(tap_pu).toBeCloseTo(1 + position! * 0.00625, 12);
    expect(result.actions[0]).toMatch(/"reg" sees 11\d\.\d\d V/);
    expect(flow.solve().taps).toEqual(result.taps);
  });

  test('compensation holds the voltage at the far end of the line', () => {
    // R and X in relay volts at 500 A: 0.03·(1 − 0.2) and 0.03·(1 − 0.3) ohm for balanced currents.
    const ratio = 400 / Math.sqrt(3) / 120;
    const flow = prepareThreePhase(regulated(90, { r_V: (0.024 * 500) / ratio, x_V: (0.021 * 500) / ratio }));
    const result = flow.solve();
    expect(result.status).toBe('converged');
    expect(Math.abs(volts(flow, result, 2) / ratio - 120)).toBeLessThanOrEqual(1);
    expect(volts(flow, result, 1) / ratio).toBeGreaterThan(121);
  });

  test('one step per change needs more rounds and ends no worse', () => {
    const slow = prepareThreePhase(regulated(90, { tapsPerChange_count: 1 })).solve();
    const fast = prepareThreePhase(regulated(90)).solve();
    expect(slow.controlRounds_count).toBeGreaterThan(fast.controlRounds_count);
    expect(slow.taps[0]!.position).toBeLessThanOrEqual(fast.taps[0]!.position!);
  });

  test('a tap range that is too short stops at its end', () => {
    const feeder = regulated(90);
    const short = {
      ...feeder.transformers[0]!,
      windings: feeder.transformers[0]!.windings.map((w, k) =>
        k === 1 ? { ...w, tapMax_pu: 1.00625, tapMin_pu: 0.99375, tapSteps_count: 2 } : w,
      ),
    };
    expect(prepareThreePhase({ ...feeder, transformers: [short] }).solve()).toMatchObject({ status: 'converged', taps: [{ position: 1 }] });
  });

  test('a band narrower than a step hunts, and is named', () => {
    const result = prepareThreePhase(regulated(90, { band_V: 0.02, tapsPerChange_count: 1 })).solve();
    expect(result.status).toBe('hunting');
    expect(result.diagnosis).toMatch(/"reg".*hunt/);
    expect(result.mismatch_max_kVA).toBeLessThan(1e-5);
  });
});

const capacitor = {
  id: 'cap',
  terminal: at(2, 1, 2, 3),
  g_S: new Array(9).fill(0),
  b_S: [0.6, 0, 0, 0, 0.6, 0, 0, 0, 0.6],
  steps_count: 3,
  closed_count: 0,
  inService: true,
};
const switched = (more: Partial<CapacitorControl>): Feeder =>
  regulated(
    90,
    {},
    {
      regulators: [],
      shunts: [capacitor],
      capacitorControls: [
        {
          id: 'cc',
          shunt: 'cap',
          monitored: { kind: 'line', element: 'l', end: 0 },
          kind: 'kvar',
          on: 60,
          off: -40,
          ptRatio: 1,
          ctRatio: 1,
          phase: 0,
          delayOn_s: 15,
          delayOff_s: 15,
          dead_s: 300,
          enabled: true,
          ...more,
        },
      ],
    },
  );

describe('capacitors', () => {
  test('look at the element of their kind, as regulators do, where another has the same id', () => {
    const own = switched({});
    const { id } = own.transformers[0]!;
    const twins: Feeder = {
      ...own,
      lines: own.lines.map((each) => ({ ...each, id })),
      capacitorControls: own.capacitorControls.map((each) => ({ ...each, monitored: { ...each.monitored, element: id } })),
    };
    const atLine = prepareThreePhase(own).solve();
    expect(prepareThreePhase(twins).solve().shuntSteps).toEqual(atLine.shuntSteps);
    // the first winding carries the losses of the transformer as well
    const looksAt = (kind: 'line' | 'transformer', end: number) => {
      const [control] = twins.capacitorControls;
      return prepareThreePhase({ ...twins, capacitorControls: [{ ...control!, monitored: { kind, element: id, end } }] }).solve();
    };
    expect(looksAt('transformer', 0).actions[0]).not.toBe(looksAt('line', 0).actions[0]);
    const regulates = regulated(90);
    const twin = { ...regulates, lines: regulates.lines.map((each) => ({ ...each, id: regulates.transformers[0]!.id })) };
    expect(prepareThreePhase(twin).solve().taps).toEqual(prepareThreePhase(regulates).solve().taps);
  });

  test('by kvar: steps close until less flows than the setting', () => {
    const result = prepareThreePhase(switched({})).solve();
    expect(result.status).toBe('converged');
    const q = result.lines[0]!.ends[0]!.q_kvar.reduce((a, b) => a + b, 0);
    expect(q).toBeLessThan(60);
    expect(result.shuntSteps[0]!.closed_count).toBeGreaterThan(0);
    expect(result.actions.length).toBe(result.shuntSteps[0]!.closed_count);
  });

  test('by voltage, current and power factor; time does nothing without an hour', () => {
    expect(prepareThreePhase(switched({ kind: 'voltage', on: 300, off: 400 })).solve().shuntSteps[0]!.closed_count).toBe(3);
    expect(prepareThreePhase(switched({ kind: 'current', on: 100, off: 50 })).solve().shuntSteps[0]!.closed_count).toBe(3);
    expect(prepareThreePhase(switched({ kind: 'powerFactor', on: 0.95, off: 1.05 })).solve().shuntSteps[0]!.closed_count).toBe(1);
    expect(prepareThreePhase(switched({ kind: 'time', on: 0, off: 24 })).solve().shuntSteps[0]!.closed_count).toBe(0);
  });

  test('the voltage override wins', () => {
    const result = prepareThreePhase(switched({ voltageOverride: { v_min_V: 0, v_max_V: 100 } })).solve();
    expect(result.shuntSteps[0]!.closed_count).toBe(0);
    expect(
      prepareThreePhase(switched({ on: 1e9, voltageOverride: { v_min_V: 500, v_max_V: 600 } })).solve().shuntSteps[0]!.closed_count,
    ).toBe(3);
  });

  test('settings that overlap hunt', () => {
    const result = prepareThreePhase(switched({ on: 60, off: 59 })).solve();
    expect(result.status).toBe('hunting');
    expect(result.diagnosis).toMatch(/"cc"/);
  });
});

const inverter = (id: string, more: Partial<Inverter> = {}): Inverter => ({
  id,
  kind: 'pv',
  connection: 'wye',
  terminal: at(2, 1, 2, 3, 0),
  v_rated_kV: 0.4 / Math.sqrt(3),
  inService: true,
  s_rated_kVA: 200,
  p_kW: 180,
  p_rated_kW: 200,
  q_kvar: 0,
  priority: 'var',
  ...more,
});
const varCurve: Curve = { x: [0.92, 0.98, 1.01, 1.07], y: [0.44, 0, 0, -0.44] };
const wattCurve: Curve = { x: [1, 1.04], y: [1, 0.2] };
const voltVar: InverterFunction = { kind: 'volt-var', curve: varCurve };
const voltWatt: InverterFunction = { kind: 'volt-watt', curve: wattCurve, of: 'rated' };
function pv(functions: InverterFunction[], more: Partial<Inverter> = {}, control: Partial<InverterControl> = {}): Feeder {
  return regulated(
    1,
    {},
    {
      regulators: [],
      inverters: [inverter('pv1', more)],
      inverterControls: [{ id: 'ic', inverters: ['pv1'], functions, varBase: 'rating', enabled: true, ...control }],
    },
  );
}
function solvePv(feeder: Feeder) {
  const flow = prepareThreePhase(feeder);
  const result = flow.solve();
  const v_pu = (volts(flow, result, 2, 1) + volts(flow, result, 2, 2) + volts(flow, result, 2, 3)) / 3 / (400 / Math.sqrt(3));
  const sum = (list: Float64Array) => -list.reduce((a, b) => a + b, 0);
  const end = result.inverters[0]!.ends[0]!;
  return { result, v_pu, p: sum(end.p_kW), q: sum(end.q_kvar) };
}

describe('inverters', () => {
  test('volt-var ends on the curve exactly', () => {
    const { result, v_pu, p, q } = solvePv(pv([voltVar]));
    expect(result.status).toBe('converged');
    expect(v_pu).toBeGreaterThan(1.01);
    expect(q / 200).toBeCloseTo(curveAt(varCurve, v_pu), 6);
    expect(p).toBeCloseTo(180, 6);
  });

  test('volt-watt and both together', () => {
    const alone = solvePv(pv([voltWatt]));
    expect(alone.p / 200).toBeCloseTo(curveAt(wattCurve, alone.v_pu), 6);
    expect(alone.p).toBeLessThan(179);
    const both = solvePv(pv([voltWatt, voltVar]));
    expect(both.result.status).toBe('converged');
    expect(both.v_pu).toBeLessThan(alone.v_pu);
    expect(both.p).toBeGreaterThan(alone.p);
  });

  test('watt-var, watt-pf, fixed power factor and fixed vars', () => {
    expect(solvePv(pv([{ kind: 'watt-var', curve: { x: [0.5, 1], y: [0, -0.4] } }])).q).toBeCloseTo(-0.32 * 200, 5);
    expect(solvePv(pv([{ kind: 'watt-pf', curve: { x: [0, 1], y: [-1, -0.9] } }])).q).toBeCloseTo(-180 * Math.tan(Math.acos(0.91)), 4);
    expect(solvePv(pv([{ kind: 'fixed-pf', powerFactor_frac: -0.95 }])).q).toBeCloseTo(-180 * Math.tan(Math.acos(0.95)), 5);
    const fixed = solvePv(pv([{ kind: 'fixed-var', q_frac: -0.8 }]));
    expect(fixed.q).toBeCloseTo(-160, 5);
    expect(fixed.p).toBeCloseTo(120, 5);
    const watt = solvePv(pv([{ kind: 'fixed-var', q_frac: -0.8 }], { priority: 'watt' }));
    expect(watt.p).toBeCloseTo(180, 5);
    expect(watt.q).toBeCloseTo(-Math.sqrt(200 ** 2 - 180 ** 2), 5);
  });

  test('voltage regulation reaches its set point, or its limit', () => {
    const reached = solvePv(pv([{ kind: 'voltage-regulation', v_set_pu: 1.02, deadband_pu: 0 }]));
    expect(reached.result.status).toBe('converged');
    expect(reached.v_pu).toBeCloseTo(1.02, 6);
    const limited = solvePv(pv([{ kind: 'voltage-regulation', v_set_pu: 0.95, deadband_pu: 0 }], { qAbsorb_max_kvar: 50 }));
    expect(limited.result.status).toBe('converged');
    expect(limited.q).toBeCloseTo(-50, 5);
  });

  test('thirty steep inverters on one line settle', () => {
    const many = Array.from({ length: 30 }, (_, k) => inverter(`pv${k}`, { s_rated_kVA: 12, p_kW: 8, p_rated_kW: 10 }));
    const steep: InverterFunction = { kind: 'volt-var', curve: { x: [0.98, 0.999, 1.001, 1.02], y: [0.6, 0, 0, -0.6] } };
    const feeder = regulated(
      1,
      {},
      {
        regulators: [],
        inverters: many,
        inverterControls: [{ id: 'ic', inverters: many.map(({ id }) => id), functions: [steep], varBase: 'rating', enabled: true }],
      },
    );
    const { result, v_pu, q } = solvePv(feeder);
    expect(result.status).toBe('converged');
    expect(q / 12).toBeCloseTo(curveAt(steep.curve, v_pu), 5);
  });

  test('limits of vars and the base of curves', () => {
    const item = inverter('x', { qInject_max_kvar: 100, qAbsorb_max_kvar: 40 });
    const state = { v_pu: 0.9, vMean_pu: 0.9, offered_kW: 160, q_kvar: 0 };
    const control: InverterControl = { id: 'ic', inverters: ['x'], functions: [voltVar], varBase: 'maximum', enabled: true };
    expect(inverterTarget(item, control, state).q_kvar).toBeCloseTo(44, 12);
    expect(inverterTarget(item, { ...control, varBase: 'available' }, state).q_kvar).toBeCloseTo(0.44 * 120, 12);
    expect(inverterTarget(item, { ...control, varBase: 'rating' }, { ...state, v_pu: 1.2 }).q_kvar).toBe(-40);
  });
});
