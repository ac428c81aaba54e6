import { describe, expect, it } from 'vitest';
import { dcConsensus } from '../../controllers/dc-consensus/dc-consensus.ts';
import { ringOf } from '../../controllers/graph.ts';
import { describePlant } from '../conformance.ts';
import { closeLoop } from '../control-loop.ts';
import { outputOf, spread_frac } from '../metrics.ts';
import { type Mode, modesAt } from '../modes.ts';
import { findOperatingPoint } from '../operating-point.ts';
import type { Plant } from '../plant.ts';
import { dcRing } from '../scenarios/dc-ring.ts';
import { simulate } from '../simulate.ts';
import type { DcLoad, DcMicrogrid } from './dc-microgrid.ts';
import { dcPlant } from './dc-plant.ts';

const secondary = (): Plant => {
  const ring = dcRing();
  return closeLoop(
    dcPlant(ring),
    ring.sources.map(({ id, droop_ohm }) => ({ device: id, law: dcConsensus.build({ ...dcConsensus.example, droop_ohm }) })),
    ringOf(ring.sources.map(({ id }) => id)),
  );
};

for (const kind of ['power', 'current', 'impedance'] as const) describePlant(`a ring with constant ${kind}`, () => dcPlant(dcRing(kind)));
describePlant('a ring under secondary control', secondary);

/** One source of r and L on one bus with C: all is known in closed form. */
const [R_OHM, L_H, C_F, V_SET_V] = [0.2, 2e-3, 1e-3, 400];
const single = (kind: DcLoad['kind'], p_kW: number, droop_ohm = 0): DcMicrogrid => ({
  buses: [{ id: 'bus', c_F: C_F }],
  cables: [],
  sources: [{ id: 'source', bus: 'bus', v_set_V: V_SET_V, droop_ohm, filter_rad_per_s: 300, r_ohm: R_OHM, l_H: L_H }],
  loads: [{ id: 'load', bus: 'bus', kind, p_kW, v_nominal_V: 400 }],
});
/** v of v² − E·v + P·r = 0, the upper one. */
const restingVoltage = (p_kW: number, r_ohm: number): number => (V_SET_V + Math.sqrt(V_SET_V ** 2 - 4000 * p_kW * r_ohm)) / 2;

function slowest(plant: Plant): Mode {
  const { status, x, u } = findOperatingPoint(plant, { settle_s: 0 });
  expect(status).toBe('found');
  return modesAt(plant, x, u)[0];
}

/** Middlebrook (1976): ẋ of (i, v) has trace −r/L + P/(C·v²) and determinant (1 − r·P/v²)/(L·C). */
describe('constant power takes damping away', () => {
  it('rests where v² − E·v + P·r = 0, with droop as a part of r', () => {
    const { x } = findOperatingPoint(dcPlant(single('power', 20, 0.3)));
    expect(x[0]).toBeCloseTo(restingVoltage(20, R_OHM + 0.3), 6);
  });

  it('goes unstable at P = C·v²·r/L: found by modes, to 1e-6', () => {
    const abscissa = (p_kW: number): number => slowest(dcPlant(single('power', p_kW))).re_per_s;
    let [low, high] = [1, 30];
    for (let k = 0; k < 50; k++) {
      const middle = (low + high) / 2;
      if (abscissa(middle) < 0) low = middle;
      else high = middle;
    }
    const v = restingVoltage(low, R_OHM);
    expect(low / ((C_F * v * v * R_OHM) / L_H / 1000)).toBeCloseTo(1, 6);
  });

  it('a disturbance dies below that power and does not above it', () => {
    const swing = (p_kW: number): number => {
      const run = simulate(dcPlant(single('power', p_kW)), {
        stop_s: 2,
        record_s: 1e-3,
        events: [{ at_s: 1, name: 'load.scale_frac', value: 1.01 }],
        x: Float64Array.of(
          restingVoltage(p_kW, R_OHM),
          (1000 * p_kW) / restingVoltage(p_kW, R_OHM),
          (1000 * p_kW) / restingVoltage(p_kW, R_OHM),
        ),
      });
      const v = outputOf(run, 'source.v_V').subarray(1900);
      return Math.max(...v) - Math.min(...v);
    };
    // C·v²·r/L is 15.7 kW
    expect(swing(13)).toBeLessThan(1e-2);
    expect(swing(17)).toBeGreaterThan(10);
  });

  it('the same power as a current or an impedance is stable; the mode in question is one of the bus and the source’s inductance', () => {
    const [power, current, impedance] = (['power', 'current', 'impedance'] as const).map((kind) => slowest(dcPlant(single(kind, 17))));
    expect(power.re_per_s).toBeGreaterThan(0);
    expect(current.re_per_s).toBeLessThan(0);
    expect(impedance.re_per_s).toBeLessThan(current.re_per_s);
    const shares = new Map(power.participation.map(({ state, share_frac }) => [state, share_frac]));
    expect(shares.get('bus.bus.voltage_V')! + shares.get('source.current_A')!).toBeGreaterThan(0.99);
  });

  it('droop gives it back', () => {
    expect(slowest(dcPlant(single('power', 17, 0.3))).re_per_s).toBeLessThan(0);
  });
});

describe('a ring of four sources', () => {
  const shares = (value: (name: string) => number): number[] => [0.4, 0.4, 0.8, 0.8].map((r, k) => r * value(`source${k + 1}.i_A`));
  const volts = (value: (name: string) => number): number => [1, 2, 3, 4].reduce((sum, k) => sum + value(`source${k}.v_V`) / 4, 0);
  const atRest = (plant: Plant): ((name: string) => number) => {
    const { status, x, u } = findOperatingPoint(plant);
    expect(status).toBe('found');
    const y = new Float64Array(plant.outputs.length);
    plant.outputsInto(x, u, y);
    return (name) => y[plant.outputs.indexOf(name)];
  };

  it('droop alone shares unequally and lets voltage fall; secondary control shares exactly at the reference', () => {
    const [droop, controlled] = [dcPlant(dcRing()), secondary()].map(atRest);
    expect(spread_frac(shares(droop))).toBeGreaterThan(0.1);
    expect(volts(droop)).toBeLessThan(375);
    expect(spread_frac(shares(controlled))).toBeLessThan(1e-6);
    // the observer's sum is kept as well as the run towards rest keeps it
    expect(volts(controlled)).toBeCloseTo(380, 3);
  });

  it('a source that trips leaves three to share; plugged in again it shares as before', () => {
    const plant = secondary();
    const { x } = findOperatingPoint(plant);
    const run = simulate(plant, {
      stop_s: 20,
      x,
      method: 'rodas4',
      record_s: 1,
      relative_frac: 1e-6,
      events: [
        { at_s: 1, name: 'source4.isClosed', value: 0 },
        { at_s: 3, name: 'source4.isClosed', value: 1 },
      ],
    });
    expect(outputOf(run, 'source4.i_A')[2]).toBe(0);
    expect(spread_frac(shares((name) => outputOf(run, name).at(-1)!))).toBeLessThan(1e-4);
  });

  it('droop takes part in the slow modes, capacitance and inductance in the fast ones', () => {
    const plant = dcPlant(dcRing());
    const { x, u } = findOperatingPoint(plant);
    const modes = modesAt(plant, x, u);
    expect(modes[0].re_per_s).toBeLessThan(0);
    const fastest = modes.reduce((most, mode) =>
      Math.hypot(mode.re_per_s, mode.im_rad_per_s) > Math.hypot(most.re_per_s, most.im_rad_per_s) ? mode : most,
    );
    const filterShare = ({ participation }: Mode): number =>
      participation.filter(({ state }) => state.endsWith('filtered_A')).reduce((sum, { share_frac }) => sum + share_frac, 0);
    expect(Math.max(...modes.map(filterShare))).toBeGreaterThan(0.5);
    expect(filterShare(fastest)).toBeLessThan(0.1);
  });
});

describe('bad microgrids on direct current are refused', () => {
  const good = single('power', 10);

  it.each([
    ['a bus without capacitance', { ...good, buses: [{ id: 'bus', c_F: 0 }] }, /c_F/],
    ['a negative droop', { ...good, sources: [{ ...good.sources[0], droop_ohm: -1 }] }, /droop_ohm/],
    ['a bus that is not there', { ...good, loads: [{ ...good.loads[0], bus: 'bsu' }] }, /bsu/],
    ['no source', { ...good, sources: [] }, /at least one source/],
  ])('%s', (_name, bad, message) => {
    expect(() => dcPlant(bad)).toThrow(message);
  });
});
