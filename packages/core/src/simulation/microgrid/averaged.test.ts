import { describe, expect, it } from 'vitest';
import { describePlant } from '../conformance.ts';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import { simulate } from '../simulate.ts';
import { averagedMicrogrid } from './averaged.ts';

describePlant('averaged converters', () => averagedMicrogrid(inverterChain(4)));
describePlant('averaged converters with shunts', () => averagedMicrogrid(inverterChain(3), { shunt_ohm: 1e4 }));

describe('averaged converters', () => {
  it('refuse a step that the filters do not allow, and say which one works', () => {
    // control.md, section 2: RK4 unstable at 0.34 ms
    const plant = averagedMicrogrid(inverterChain(4));
    expect(() => simulate(plant, { method: 'rk4', step_s: 3.6e-4, stop_s: 1 })).toThrow(
      /fastest mode, λ = -\d+ ± \d+j 1\/s, in which dg\d\.\w+ takes the largest part/,
    );
  });

  it('keep Kirchhoff at every bus while loads and breakers change', () => {
    const chain = inverterChain(4);
    const plant = averagedMicrogrid(chain);
    const run = simulate(plant, {
      method: 'rk4',
      step_s: 1e-4,
      stop_s: 1.5,
      record_s: 0.5,
      events: [
        { at_s: 0.4, name: 'load1.scale_frac', value: 1.3 },
        { at_s: 0.6, name: 'dg4.isClosed', value: 0 },
        { at_s: 0.9, name: 'line1.isClosed', value: 0 },
      ],
    });
    expect(run.status, run.diagnosis).toBe('done');
    const at = (name: string): number => run.x[plant.states.findIndex((state) => state.name === name)];
    const turned = (dg: string, part: 'd' | 'q'): number => {
      const delta = dg === 'dg1' ? 0 : at(`${dg}.delta_rad`);
      const [d, q] = [at(`${dg}.i_o_d_A`), at(`${dg}.i_o_q_A`)];
      return part === 'd' ? Math.cos(delta) * d - Math.sin(delta) * q : Math.sin(delta) * d + Math.cos(delta) * q;
    };
    for (const part of ['d', 'q'] as const) {
      expect(at(`line1.i_${part}_A`)).toBe(0);
      expect(at(`dg4.i_o_${part}_A`)).toBe(0);
      expect(turned('dg1', part) - at(`load1.i_${part}_A`)).toBeCloseTo(0, 6);
      expect(turned('dg3', part) + at(`line2.i_${part}_A`) - at(`line3.i_${part}_A`) - at(`load3.i_${part}_A`)).toBeCloseTo(0, 6);
      expect(at(`line3.i_${part}_A`)).toBeCloseTo(0, 6);
    }
    // alone with its load of (3 + j2)/1.3 Ω: P = v²·R/|Z|²·1.3 at the voltage of bus 1
    expect(at('dg1.p_kW')).toBeGreaterThan(30);
  });

  it('give the same answer with a factor of the wires as with their inverse', () => {
    // 41 buses take the factor; the first 4 inverters of a chain of 41 with all later lines open are a chain of 4
    const [long, short] = [41, 4].map((count) => {
      const plant = averagedMicrogrid(inverterChain(count));
      const x = new Float64Array(plant.states.length);
      if (count === 41) plant.change('line4.isClosed', 0, x);
      const run = simulate(plant, { method: 'rk4', step_s: 2e-4, stop_s: 0.02, record_s: 0.02, x });
      expect(run.status).toBe('done');
      return (name: string): number => run.x[plant.states.findIndex((state) => state.name === name)];
    });
    for (const name of ['dg1.p_kW', 'dg4.q_kvar', 'line2.i_d_A', 'load3.i_q_A']) expect(long(name)).toBeCloseTo(short(name), 8);
  });
});
