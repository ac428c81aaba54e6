import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Generator, Network, OperatingPoint } from '../network/network.ts';
import { ieee33 } from '../networks/ieee33/network.ts';
import { readBuiltIn } from '../networks/read-built-in.ts';
import { exactSensitivity } from './exact-sensitivity.ts';
import { newton } from './newton/newton.ts';
import { linearSensitivity, sensitivityMatrices } from './sensitivity.ts';
import { line, loadPoint, networkOf, radialCase } from './testing/random-networks.ts';

const sharp = { tolerance_pu: 1e-12 };
const solve = (network: Network, point: OperatingPoint) => newton.prepare(network, point, sharp).solve(point);

/** Largest distance of every column from central differences of the power flow, relative to the largest sensitivity. */
function distanceFromDifferences(network: Network, point: OperatingPoint): number {
  const { active_pu_per_kW, reactive_pu_per_kvar } = sensitivityMatrices(exactSensitivity(network, point, solve(network, point)));
  const n = network.buses.length;
  const h = network.s_base_kVA * 1e-4;
  const moved = (name: 'p_kW' | 'q_kvar', j: number, by: number) => {
    const powers = point[name].slice();
    powers[j] += by;
    return solve(network, { ...point, [name]: powers }).v_pu;
  };
  let worst = 0;
  const largest = Math.max(...active_pu_per_kW.map(Math.abs), ...reactive_pu_per_kvar.map(Math.abs));
  for (let j = 0; j < n; j++) {
    for (const [name, matrix] of [
      ['p_kW', active_pu_per_kW],
      ['q_kvar', reactive_pu_per_kvar],
    ] as const) {
      const up = moved(name, j, h);
      const down = moved(name, j, -h);
      for (let i = 0; i < n; i++) worst = Math.max(worst, Math.abs(matrix[i * n + j] - (up[i] - down[i]) / (2 * h)));
    }
  }
  return worst / largest;
}

const machine = (bus: number): Generator => ({
  id: 'machine',
  bus,
  p_kW: 100,
  q_kvar: 0,
  p_min_kW: 0,
  p_max_kW: 500,
  q_min_kvar: -20,
  q_max_kvar: 20,
  v_set_pu: 1.01,
  holdsVoltage: true,
  inService: true,
});

describe('exact sensitivities', () => {
  it('are the slope of the power flow on ieee33 at base load', () => {
    const { network, operatingPoint } = readBuiltIn(ieee33);
    expect(distanceFromDifferences(network, operatingPoint)).toBeLessThan(1e-6);
  });

  it('are the slope of the power flow on radial networks with taps, shifts, charging and shunts', () => {
    fc.assert(
      fc.property(radialCase, ({ network, point }) => {
        expect(distanceFromDifferences(network, point)).toBeLessThan(1e-5);
      }),
      { numRuns: 15 },
    );
  });

  it('are the slope of the power flow on a meshed network, also where a machine holds voltage or has come to its limit', () => {
    const network = networkOf(5, [
      line('a', 0, 1, 0.01, 0.03, { b_pu: 0.1 }),
      line('b', 1, 2, 0.02, 0.05, { ratio: 0.97, shift_deg: 7 }),
      line('c', 3, 2, 0.02, 0.04),
      line('d', 3, 0, 0.01, 0.06),
      line('e', 3, 4, 0.01, 0.06),
    ]);
    const loads = loadPoint([0, -300, -100, -200, -50], [0, -100, -50, -80, -20], [0]);
    const point = { ...loads, generators: [machine(2)] };
    expect(distanceFromDifferences(network, point)).toBeLessThan(1e-6);
    const held = sensitivityMatrices(exactSensitivity(network, point, solve(network, point)));
    for (let j = 0; j < 5; j++) {
      expect(held.active_pu_per_kW[2 * 5 + j]).toBe(0);
      expect(held.reactive_pu_per_kvar[j * 5 + 2]).toBe(0);
    }
    const limited = newton.prepare(network, point, { ...sharp, enforceReactiveLimits: true }).solve(point);
    expect(limited.atReactiveLimit).toEqual(['machine']);
    const free = sensitivityMatrices(exactSensitivity(network, point, limited));
    expect(free.reactive_pu_per_kvar[2 * 5 + 2]).toBeGreaterThan(0);
  });

  it('refuses a power flow without solution', () => {
    const network = networkOf(2, [line('a', 0, 1, 0.1, 0.1)]);
    const point = loadPoint([0, -1e5], [0, 0], [0]);
    expect(() => exactSensitivity(network, point, solve(network, point))).toThrow(/SENSITIVITY_NO_SOLUTION/);
  });
});

describe('linear sensitivities', () => {
  it('are shared resistance and reactance over V₀: a line, a branch off it, computed by hand', () => {
    // 1 –(0.1 + j0.2)– 2 –(0.3 + j0.5)– 3, 2 –(0.7 + j1.1)– 4, base 1000 kVA, V₀ = 1.05
    const network = networkOf(4, [line('a', 0, 1, 0.1, 0.2), line('b', 2, 1, 0.3, 0.5), line('c', 1, 3, 0.7, 1.1)]);
    const point = { ...loadPoint([0, 0, 0, 0], [0, 0, 0, 0], [0]), v_start_pu: Float64Array.of(1.05, 1, 1, 1) };
    const { active_pu_per_kW, reactive_pu_per_kvar } = sensitivityMatrices(linearSensitivity(network, point));
    const r = [0, 0, 0, 0, 0, 0.1, 0.1, 0.1, 0, 0.1, 0.4, 0.1, 0, 0.1, 0.1, 0.8];
    const x = [0, 0, 0, 0, 0, 0.2, 0.2, 0.2, 0, 0.2, 0.7, 0.2, 0, 0.2, 0.2, 1.3];
    r.forEach((value, k) => expect(active_pu_per_kW[k]).toBeCloseTo(value / 1.05 / 1000, 15));
    x.forEach((value, k) => expect(reactive_pu_per_kvar[k]).toBeCloseTo(value / 1.05 / 1000, 15));
  });

  it('equal the exact ones where nothing flows', () => {
    fc.assert(
      fc.property(radialCase, ({ network, point }) => {
        const n = network.buses.length;
        const idle = { ...point, p_kW: new Float64Array(n), q_kvar: new Float64Array(n) };
        const bare = { ...network, shunts: [], branches: network.branches.map((x) => ({ ...x, b_pu: 0 })) };
        const exact = sensitivityMatrices(exactSensitivity(bare, idle, solve(bare, idle)));
        const linear = sensitivityMatrices(linearSensitivity(bare, idle));
        for (let k = 0; k < n * n; k++) {
          expect(linear.active_pu_per_kW[k]).toBeCloseTo(exact.active_pu_per_kW[k], 12);
          expect(linear.reactive_pu_per_kvar[k]).toBeCloseTo(exact.reactive_pu_per_kvar[k], 12);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('say which loop they cannot take', () => {
    const network = networkOf(3, [line('a', 0, 1, 0.1, 0.2), line('b', 1, 2, 0.3, 0.5), line('tie', 2, 0, 0.3, 0.5)]);
    expect(() => linearSensitivity(network, loadPoint([0, 0, 0], [0, 0, 0], [0]))).toThrow(/"(tie|b)".*SENSITIVITY_NOT_RADIAL/s);
  });
});
