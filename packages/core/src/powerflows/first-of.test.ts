import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePowerFlow } from './conformance.ts';
import { firstOf } from './first-of.ts';
import { newton } from './newton/newton.ts';
import { radialSweep } from './radial-sweep/radial-sweep.ts';
import { line, loadPoint, networkOf, radialCase } from './testing/random-networks.ts';

const auto = firstOf([radialSweep, newton]);

describePowerFlow(auto);

describe('the methods', () => {
  it('agree to 1e-9 pu on random radial networks', () => {
    fc.assert(
      fc.property(radialCase, ({ network, point }) => {
        const options = { tolerance_pu: 1e-12 };
        const a = newton.prepare(network, point, options).solve(point);
        const b = radialSweep.prepare(network, point, options).solve(point);
        expect([a.status, b.status]).toEqual(['converged', 'converged']);
        for (let k = 0; k < network.buses.length; k++) {
          expect(Math.abs(a.v_pu[k] - b.v_pu[k])).toBeLessThan(1e-9);
          expect(Math.abs(a.angle_rad[k] - b.angle_rad[k])).toBeLessThan(1e-9);
        }
        expect(Math.abs(a.loss_kW - b.loss_kW)).toBeLessThan(1e-6);
      }),
      { numRuns: 200 },
    );
  });
});

describe('auto', () => {
  const tree = [line('a', 0, 1, 0.01, 0.02), line('b', 1, 2, 0.01, 0.02)];
  const point = loadPoint([0, -100, -100], [0, 0, 0], [0]);

  it('sweeps what is radial and leaves the rest to Newton', () => {
    expect(auto.prepare(networkOf(3, tree), point).solve(point).method).toBe('radial-sweep');
    const ring = networkOf(3, [...tree, line('tie', 2, 0, 0.01, 0.02)]);
    expect(auto.prepare(ring, point).solve(point).method).toBe('newton');
  });

  it('chooses again when a later point holds a voltage', () => {
    const prepared = auto.prepare(networkOf(3, tree), point);
    expect(prepared.solve(point).method).toBe('radial-sweep');
    const holds = {
      id: 'g',
      bus: 2,
      p_kW: 50,
      q_kvar: 0,
      p_min_kW: 0,
      p_max_kW: 100,
      q_min_kvar: -100,
      q_max_kvar: 100,
      v_set_pu: 1.01,
      holdsVoltage: true,
      inService: true,
    };
    const result = prepared.solve({ ...point, generators: [holds] });
    expect([result.method, result.v_pu[2]]).toEqual(['newton', 1.01]);
  });

  it('asks Newton where the sweep gives up', () => {
    const network = networkOf(2, [line('a', 0, 1, 0.1, 0.1)]);
    // Just under the loading limit, where the sweep's contraction tends to one.
    const heavy = loadPoint([0, -2065], [0, 0], [0]);
    const few = { iterations_max_count: 30 };
    expect(radialSweep.prepare(network, heavy, few).solve(heavy).status).toBe('diverged');
    const result = auto.prepare(network, heavy, few).solve(heavy);
    expect([result.status, result.method]).toEqual(['converged', 'newton']);
  });
});
