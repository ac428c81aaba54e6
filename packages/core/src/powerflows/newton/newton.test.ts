import { describe, expect, it } from 'vitest';
import type { Generator, Network, OperatingPoint } from '../../network/network.ts';
import { describePowerFlow } from '../conformance.ts';
import { generatorPowers } from '../generator-results.ts';
import { line, loadPoint, networkOf } from '../testing/random-networks.ts';
import { newton } from './newton.ts';

const machine = (id: string, bus: number, more: Partial<Generator> = {}): Generator => ({
  id,
  bus,
  p_kW: 0,
  q_kvar: 0,
  p_min_kW: 0,
  p_max_kW: 1000,
  q_min_kvar: -1000,
  q_max_kvar: 1000,
  v_set_pu: 1,
  holdsVoltage: true,
  inService: true,
  ...more,
});

const ring: Network = networkOf(4, [
  line('a', 0, 1, 0.01, 0.03, { b_pu: 0.02 }),
  line('b', 1, 2, 0.01, 0.03, { ratio: 0.98, shift_deg: 2 }),
  line('c', 2, 3, 0.01, 0.03),
  line('d', 3, 0, 0.01, 0.03),
  line('d2', 0, 3, 0.02, 0.06),
]);
const loaded: OperatingPoint = loadPoint([0, -300, -400, -200], [0, -100, -200, -100], [0]);
const held = (more: Partial<Generator> = {}): OperatingPoint => ({
  ...loaded,
  generators: [machine('g0', 0, { v_set_pu: 1.02 }), machine('g2', 2, { p_kW: 300, v_set_pu: 1.01, ...more })],
});

describePowerFlow(newton, {
  'a ring with a parallel line and a phase shifter': { network: ring, point: loaded },
  'a ring with a bus that holds its voltage': { network: ring, point: held() },
  'two slacks in one island': { network: ring, point: { ...loaded, slacks: [0, 2] } },
});

describe('newton', () => {
  it('holds set points and takes only reactive power for it', () => {
    const point = held();
    const result = newton.prepare(ring, point).solve(point);
    expect(result.v_pu[0]).toBe(1.02);
    expect(result.v_pu[2]).toBe(1.01);
    expect(result.p_kW[2]).toBeCloseTo(-100, 9);
  });

  it('counts a generator that holds no voltage as a fixed injection', () => {
    const point = held({ holdsVoltage: false, q_kvar: 50 });
    const result = newton.prepare(ring, point).solve(point);
    expect(result.q_kvar[2]).toBeCloseTo(-150, 9);
    expect(generatorPowers(point, result).q_kvar[1]).toBe(50);
  });

  it('shares reactive power in proportion to the ranges, and gives the slack the rest of the active power', () => {
    const point = held({ q_min_kvar: -100, q_max_kvar: 300 });
    const both = { ...point, generators: [...point.generators, machine('g3', 2, { v_set_pu: 1.01, q_min_kvar: 0, q_max_kvar: 800 })] };
    const result = newton.prepare(ring, both).solve(both);
    const { p_kW, q_kvar } = generatorPowers(both, result);
    const total = result.q_kvar[2] + 200;
    expect(q_kvar[1] + q_kvar[2]).toBeCloseTo(total, 9);
    expect((q_kvar[1] + 100) / 400).toBeCloseTo(q_kvar[2] / 800, 9);
    expect(p_kW[0]).toBeCloseTo(result.p_kW[0], 9);
  });

  it('lets a generator go at its reactive limit, and says so', () => {
    const point = held({ q_max_kvar: 120, v_set_pu: 1.05 });
    const free = newton.prepare(ring, point).solve(point);
    expect(free.v_pu[2]).toBe(1.05);
    expect(free.q_kvar[2] + 200).toBeGreaterThan(120);
    const result = newton.prepare(ring, point, { enforceReactiveLimits: true }).solve(point);
    expect(result.status).toBe('converged');
    expect(result.atReactiveLimit).toEqual(['g2']);
    expect(result.q_kvar[2]).toBeCloseTo(-80, 6);
    expect(result.v_pu[2]).toBeLessThan(1.05);
  });

  it('gives a voltage back when another limit has made the first needless', () => {
    // Alone, "low" would have to absorb more than it can; once "high" is held at its limit, it need not.
    const network = networkOf(3, [line('a', 0, 1, 0.001, 0.05), line('b', 1, 2, 0.001, 0.05)]);
    const point: OperatingPoint = {
      ...loadPoint([0, 0, 0], [0, 0, 0], [0]),
      generators: [
        machine('slack', 0),
        machine('low', 1, { v_set_pu: 1.0, q_min_kvar: -300, q_max_kvar: 300 }),
        machine('high', 2, { v_set_pu: 1.1, q_min_kvar: -500, q_max_kvar: 100 }),
      ],
    };
    const result = newton.prepare(network, point, { enforceReactiveLimits: true }).solve(point);
    expect(result.status).toBe('converged');
    expect(result.atReactiveLimit).toEqual(['high']);
    expect(result.v_pu[1]).toBeCloseTo(1, 9);
  });

  it('converges from a poor start', () => {
    const point = { ...held(), v_start_pu: Float64Array.of(1, 0.6, 0.7, 0.6), angle_start_deg: Float64Array.of(0, 30, -20, 20) };
    const result = newton.prepare(ring, point).solve(point);
    const plain = newton.prepare(ring, held()).solve(held());
    expect(result.status, result.diagnosis).toBe('converged');
    for (let b = 0; b < 4; b++) expect(result.v_pu[b]).toBeCloseTo(plain.v_pu[b], 7);
  });

  it('starts again from a flat profile when the given start leads nowhere', () => {
    const point = { ...loaded, v_start_pu: Float64Array.of(1, 1e-3, 1e-3, 1e-3), angle_start_deg: Float64Array.of(0, 170, -170, 90) };
    const result = newton.prepare(ring, point).solve(point);
    expect(result.status, result.diagnosis).toBe('converged');
    expect(Math.min(...result.v_pu)).toBeGreaterThan(0.9);
  });

  it('turns a flat start by the phase shifters on the way', () => {
    const chain = networkOf(
      6,
      [0, 1, 2, 3, 4].map((k) => line(`t${k}`, k, k + 1, 0.001, 0.01, { shift_deg: 30 })),
    );
    const point = loadPoint([0, 0, 0, 0, 0, -10], [0, 0, 0, 0, 0, 0], [0]);
    const result = newton.prepare(chain, point).solve(point);
    expect(result.v_pu[5]).toBeCloseTo(1, 3);
    expect((result.angle_rad[5] * 180) / Math.PI).toBeCloseTo(-150, 0);
  });

  it('needs no iteration when it starts warm at the solution', () => {
    const prepared = newton.prepare(ring, loaded);
    expect(prepared.solve(loaded).iterations_count).toBeGreaterThan(0);
    expect(prepared.solve(loaded, true).iterations_count).toBe(0);
  });
});
