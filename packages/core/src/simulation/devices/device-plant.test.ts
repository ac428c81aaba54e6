import { describe, expect, it } from 'vitest';
import { timeGrid } from '../../base/time-grid.ts';
import { catalog } from '../../catalog.ts';
import { fastLaw } from '../../devices/fast.ts';
import { readParams } from '../../devices/params.ts';
import { type Declaration, declaration } from '../../problem/declare.ts';
import { derivativeInto } from '../../problem/derivative.ts';
import { describePlant } from '../conformance.ts';
import type { Plant } from '../plant.ts';
import { simulate } from '../simulate.ts';
import { devicePlant } from './device-plant.ts';

const grid = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60, steps_count: 24 });
const NOON = 12;

/** The declaration of a kind with its example. */
function declared(kind: string, values: Readonly<Record<string, unknown>> = {}): Declaration {
  const found = catalog.devices.find((each) => each.kind === kind)!;
  const read = readParams(found, { ...found.example, ...values }, { grid, profiles: new Map(), where: 'devices.it' });
  return declaration(grid, (m) => found.declare(m, read));
}
const inverterKinds = ['battery', 'pv', 'generator'] as const;
const S_KVA = 250;
const lawOf = (kind: string) => fastLaw(declared(kind, { s_max_kVA: S_KVA }), NOON)!;

/** Commanded and running somewhere inside of its limits, where the law is smooth. */
const running = (kind: string): Plant => {
  const law = lawOf(kind);
  const plant = devicePlant(kind, law);
  return {
    ...plant,
    inputsInto: (u) => u.set([0.6 * law.p_max_kW, 20]),
    startInto(x) {
      plant.startInto(x);
      x[0] = 0.5 * law.p_max_kW;
    },
  };
};

for (const kind of inverterKinds) describePlant(`${kind} within seconds`, () => running(kind), { spread_frac: 0.01 });

describe('the fast law is a reading of the declaration', () => {
  it.each(inverterKinds)('%s settles where the declared law allows, and no further', (kind) => {
    const law = lawOf(kind);
    for (const wish_kW of [-1e3, 0.4 * law.p_max_kW, 1e3]) {
      const { x } = simulate(devicePlant(kind, law), { stop_s: 2, u: Float64Array.of(wish_kW, 1e3) });
      const p_kW = Math.min(law.p_max_kW, Math.max(law.p_min_kW, wish_kW));
      expect(x[0]).toBeCloseTo(p_kW, 4);
      expect(x[1]).toBeCloseTo(Math.sqrt(S_KVA * S_KVA - p_kW * p_kW), 4);
    }
  });

  it.each([50, -60])('a battery at %d kW for an hour stores what the declared law stores', (p_kW) => {
    const slow = declared('battery');
    const law = fastLaw(slow, NOON)!;
    const start = Float64Array.of(p_kW, 0, law.store!.e_start_kWh);
    const { x } = simulate(devicePlant('battery', law), {
      stop_s: 3600,
      u: Float64Array.of(p_kW, 0),
      x: start,
      relative_frac: 1e-9,
      absolute: 1e-9,
    });
    // the declared law by its own derivative, in a thousand steps of Heun
    const inputs = Float64Array.from(slow.inputs, ({ variable: { name } }) =>
      name === 'p_charge_kW' ? Math.max(0, -p_kW) : name === 'p_discharge_kW' ? Math.max(0, p_kW) : 0,
    );
    const [first, second] = [new Float64Array(1), new Float64Array(1)];
    const e = Float64Array.of(law.store!.e_start_kWh);
    for (let k = 0; k < 1000; k++) {
      derivativeInto(slow, NOON, e, inputs, first);
      derivativeInto(slow, NOON, Float64Array.of(e[0] + 1e-3 * first[0]), inputs, second);
      e[0] += (1e-3 * (first[0] + second[0])) / 2;
    }
    expect(x[2]).toBeCloseTo(e[0], 6);
  });

  it('an empty battery gives no more, a full one takes no more', () => {
    const law = fastLaw(declared('battery', { leak_per_h: 0 }), NOON)!;
    const { e_min_kWh, e_max_kWh } = law.store!;
    for (const [p_kW, limit] of [
      [law.p_max_kW, e_min_kWh],
      [law.p_min_kW, e_max_kWh],
    ]) {
      const { x } = simulate(devicePlant('battery', law), {
        stop_s: 40 * 3600,
        u: Float64Array.of(p_kW, 0),
        method: 'rodas4',
        relative_frac: 1e-6,
        absolute: 1e-6,
      });
      expect(Math.abs(x[2] - limit)).toBeLessThan(2e-3 * (e_max_kWh - e_min_kWh));
      expect(Math.abs(x[0])).toBeLessThan(0.05 * Math.abs(p_kW));
    }
  });

  it('has no form for a law whose power depends on what is not an input', () => {
    const odd = declaration(grid, (m) => {
      const input = m.input('p_in_kW', 0, 5);
      const state = m.state('e_kWh', 0, 10, 5);
      m.rate(state, input);
      m.inject(state);
    });
    expect(fastLaw(odd, 0)).toBeUndefined();
  });
});
