import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { averagedMicrogrid } from '../../packages/core/src/simulation/microgrid/averaged.ts';
import { inverterChain } from '../../packages/core/src/simulation/scenarios/inverter-chain.ts';
import { simulate } from '../../packages/core/src/simulation/simulate.ts';

const keys: { readonly inverters_count: Readonly<Record<string, readonly number[]>> } = JSON.parse(
  readFileSync(new URL('gridkit-keys.json', import.meta.url), 'utf8'),
);
const shunt_ohm = 1e4;

/** Our states in the units of the key, with the common frequency and the voltages of the buses behind them. */
function asKey(inverters_count: number, x: Float64Array): number[] {
  const chain = inverterChain(inverters_count);
  const plant = averagedMicrogrid(chain, { shunt_ohm });
  const names = plant.states.map(({ name }) => name);
  const at = (name: string): number => x[names.indexOf(name)];
  const values = Array.from(x, (value, i) => (/_kW$|_kvar$/.test(names[i]) ? 1000 * value : value));
  const w = 2 * Math.PI * 50 - chain.inverters[0].droop_rad_per_s_per_kW * at('dg1.p_kW');
  const voltages = chain.network.buses.flatMap(({ id }, b) => {
    const into = { d: 0, q: 0 };
    const add = (sign: number, name: string): void => {
      into.d += sign * at(`${name}.i_d_A`);
      into.q += sign * at(`${name}.i_q_A`);
    };
    chain.network.branches.forEach(({ id: line, from, to }) => {
      if (from === b) add(-1, line);
      if (to === b) add(1, line);
    });
    for (const load of chain.loads) if (load.bus === id) add(-1, load.id);
    for (const { id: dg, bus } of chain.inverters) {
      if (bus !== id) continue;
      const delta = names.includes(`${dg}.delta_rad`) ? at(`${dg}.delta_rad`) : 0;
      const [d, q] = [at(`${dg}.i_o_d_A`), at(`${dg}.i_o_q_A`)];
      into.d += Math.cos(delta) * d - Math.sin(delta) * q;
      into.q += Math.sin(delta) * d + Math.cos(delta) * q;
    }
    return [shunt_ohm * into.d, shunt_ohm * into.q];
  });
  return [...values, w, ...voltages];
}

const norm = (values: readonly number[]): number => Math.hypot(...values);

describe('K1: averaged converters against the published states of ORNL GridKit', () => {
  it.each([4, 8, 16])('%i inverters at 1 s, relative error in the 2-norm below 1e-6', (inverters_count) => {
    const key = keys.inverters_count[inverters_count];
    const plant = averagedMicrogrid(inverterChain(inverters_count), { shunt_ohm });
    const run = simulate(plant, {
      method: 'rodas4',
      stop_s: 1,
      step_s: 0.01,
      relative_frac: 1e-7,
      absolute: 1e-7,
      record_s: 1,
      record: [],
    });
    expect(run.status, run.diagnosis).toBe('done');
    const ours = asKey(inverters_count, run.x);
    expect(ours.length).toBe(key.length);
    const states = plant.states.length;
    const parts: Record<string, (i: number) => boolean> = {
      all: () => true,
      powers: (i) => i < states && /_kW$|_kvar$/.test(plant.states[i].name),
      voltages: (i) => i < states && /_V$/.test(plant.states[i].name),
      currents: (i) => i < states && /_A$/.test(plant.states[i].name),
      angles: (i) => i < states && /_rad$/.test(plant.states[i].name),
      integrators: (i) => i < states && /_(Vs|As)$/.test(plant.states[i].name),
      buses: (i) => i > states,
    };
    for (const [name, isIn] of Object.entries(parts)) {
      const chosen = key.map((_, i) => i).filter(isIn);
      const error = norm(chosen.map((i) => ours[i] - key[i])) / norm(chosen.map((i) => key[i]));
      expect(error, name).toBeLessThan(1e-6);
    }
  });
});

describe('the explicit form, without shunts', () => {
  it.each([4, 16])('%i inverters by RK4 with 0.1 ms: powers within 1e-3 of the key, which has 10 kΩ at every bus', (inverters_count) => {
    const key = keys.inverters_count[inverters_count];
    const plant = averagedMicrogrid(inverterChain(inverters_count));
    const run = simulate(plant, { method: 'rk4', stop_s: 1, step_s: 1e-4, record_s: 1 });
    expect(run.status, run.diagnosis).toBe('done');
    plant.states.forEach(({ name }, i) => {
      if (/_kW$/.test(name)) expect(Math.abs((1000 * run.x[i]) / key[i] - 1), name).toBeLessThan(1e-3);
    });
  });
});
