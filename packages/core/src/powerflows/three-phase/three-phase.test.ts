import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ThreePhaseResult } from './contract.ts';
import { at, feederOf, line, load, randomFeeder, source } from './testing/feeders.ts';
import { prepareThreePhase } from './three-phase.ts';

const size = (result: ThreePhaseResult, place: number) => Math.hypot(result.v_re_V[place]!, result.v_im_V[place]!);

describe('by hand', () => {
  test('one phase, one constant-power load: the root of the quadratic', () => {
    // 230 V behind 0.5 Ω, 10 kW at unity: v² − 230·v + 0.5·10 000 = 0.
    const feeder = feederOf({
      buses: [
        { id: 'a', v_base_kV: 0.4 },
        { id: 'b', v_base_kV: 0.4 },
      ],
      sources: [{ id: 's', terminal: at(0, 1), e_kV: [0.23], angle_deg: [0], inService: true }],
      lines: [line('l', at(0, 1), at(1, 1), 0.5, 0)],
      loads: [load('d', at(1, 1, 0), 0.23, [10], { q_kvar: [0] })],
    });
    const result = prepareThreePhase(feeder).solve();
    const v = 115 + Math.sqrt(115 * 115 - 5000);
    expect(result.status).toBe('converged');
    expect(size(result, 1)).toBeCloseTo(v, 6);
    expect(result.loss_kW).toBeCloseTo((0.5 * (10000 / v) ** 2) / 1000, 6);
    expect(result.loads[0]!.ends[0]!.p_kW[0]).toBeCloseTo(10, 6);
    expect(result.sources[0]!.ends[0]!.p_kW[0]).toBeCloseTo(-(10 + result.loss_kW), 6);
  });

  test('beyond what the wire can carry: diverged, with the place and the load named', () => {
    const feeder = feederOf({
      buses: [
        { id: 'a', v_base_kV: 0.4 },
        { id: 'b', v_base_kV: 0.4 },
      ],
      sources: [{ id: 's', terminal: at(0, 1), e_kV: [0.23], angle_deg: [0], inService: true }],
      lines: [line('l', at(0, 1), at(1, 1), 0.5, 0)],
      loads: [load('heavy', at(1, 1, 0), 0.23, [27], { q_kvar: [0] })],
    });
    const result = prepareThreePhase(feeder).solve();
    expect(result.status).toBe('diverged');
    expect(result.diagnosis).toMatch(/b\.1/);
    expect(result.diagnosis).toMatch(/"heavy"/);
    // Just below the limit of 26.45 kW Newton still finds it.
    const near = { ...feeder, loads: [{ ...feeder.loads[0]!, p_kW: [26.4] }] };
    expect(prepareThreePhase(near).solve()).toMatchObject({ status: 'converged', method: 'newton' });
    // With a voltage limit the load turns into an impedance instead.
    const held = { ...feeder, loads: [{ ...feeder.loads[0]!, v_min_pu: 0.8 }] };
    const impedance = prepareThreePhase(held).solve();
    expect(impedance.status).toBe('converged');
    const r = (230 * 0.8) ** 2 / 27000;
    expect(size(impedance, 1)).toBeCloseTo((230 * r) / (r + 0.5), 6);
  });
});

test('random feeders: every place balances, energy is kept, Newton and fixed point agree', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.integer(), fc.constantFrom(0.5, 1, 2), (n, seed, stress) => {
      const feeder = randomFeeder(n, seed, stress);
      const flow = prepareThreePhase(feeder);
      const result = flow.solve();
      expect(result.status).toBe('converged');
      expect(result.mismatch_max_kVA).toBeLessThan(1e-5);
      const total = (list: ThreePhaseResult['loads']) =>
        list.reduce((sum, { ends }) => sum + ends.reduce((s, { p_kW }) => s + p_kW.reduce((a, b) => a + b, 0), 0), 0);
      expect(total(result.sources) + total(result.loads) + result.loss_kW).toBeCloseTo(0, 5);
      const newton = prepareThreePhase(feeder, { iterations_max_count: 50 });
      const other = newton.solve({}, true);
      for (let i = 0; i < result.v_re_V.length; i++) expect(size(other, i)).toBeCloseTo(size(result, i), 5);
    }),
    { numRuns: 60 },
  );
});

test('a source behind an impedance and loads as impedances are one linear solve', () => {
  const feeder = randomFeeder(12, 3);
  const linear = { ...feeder, loads: feeder.loads.map((one) => ({ ...one, pLaw: { exponent: 2 }, qLaw: { exponent: 2 } })) };
  const result = prepareThreePhase(feeder, { linear: true }).solve();
  expect(result).toMatchObject({ status: 'converged', method: 'linear', iterations_count: 1 });
  const other = prepareThreePhase(linear).solve();
  expect(other.iterations_count).toBeLessThanOrEqual(1);
  for (let i = 0; i < result.v_re_V.length; i++) expect(other.v_re_V[i]).toBeCloseTo(result.v_re_V[i]!, 9);
});

test('what no source feeds is dead: 0 V, listed, without flow', () => {
  const feeder = feederOf({
    buses: ['a', 'b', 'c', 'd'].map((id) => ({ id, v_base_kV: 0.4 })),
    sources: [source(0, 0.4)],
    lines: [line('l', at(0, 1, 2, 3), at(1, 1, 2, 3), 0.1, 0.1), line('m', at(2, 1, 2, 3), at(3, 1, 2, 3), 0.1, 0.1)],
    loads: [load('x', at(1, 1, 2, 3, 0), 0.23, [1, 2, 3]), load('y', at(3, 1, 2, 3, 0), 0.23, [1, 2, 3])],
  });
  const { status, dead, v_re_V, loads } = prepareThreePhase(feeder).solve();
  expect(status).toBe('converged');
  expect(dead).toEqual([6, 7, 8, 9, 10, 11]);
  expect([...v_re_V.slice(6)]).toEqual([0, 0, 0, 0, 0, 0]);
  expect([...loads[1]!.ends[0]!.p_kW]).toEqual([0, 0, 0, 0]);
});

test('a neutral that only loads hold finds its voltage', () => {
  const feeder = feederOf({
    buses: ['a', 'b'].map((id) => ({ id, v_base_kV: 0.4 })),
    sources: [source(0, 0.4)],
    lines: [line('l', at(0, 1, 2, 3), at(1, 1, 2, 3), 0.01, 0.01)],
    loads: [load('x', at(1, 1, 2, 3, 4), 0.23, [4, 5, 6])],
  });
  const result = prepareThreePhase(feeder).solve();
  expect(result.status).toBe('converged');
  expect(result.dead).toEqual([]);
  const neutral = prepareThreePhase(feeder).places.indexOf(1, 4);
  expect(size(result, neutral)).toBeGreaterThan(10);
  expect(result.loads[0]!.ends[0]!.i_re_A.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 6);
});

test('an admittance that is no number is refused with its place', () => {
  const feeder = feederOf({
    buses: ['a', 'b'].map((id) => ({ id, v_base_kV: 0.4 })),
    sources: [source(0, 0.4)],
    lines: [line('l', at(0, 1, 2, 3), at(1, 1, 2, 3), 0.1, 0.1)],
    shunts: [{ id: 'huge', terminal: at(1, 1), g_S: [1e306], b_S: [0], inService: true }],
  });
  expect(() => prepareThreePhase(feeder).solve()).toThrow(/at b\.1 do not add up.*THREE_PHASE_NOT_FINITE/);
});
