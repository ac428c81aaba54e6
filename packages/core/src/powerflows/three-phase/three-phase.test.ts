import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ThreePhaseResult } from './contract.ts';
import { NewtonSolver } from './newton.ts';
import { at, feederOf, line, load, randomFeeder, source, transformer } from './testing/feeders.ts';
import { prepareThreePhase } from './three-phase.ts';
import { WireSolver } from './wire-solver.ts';

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
    // Just below the limit of 26.45 kW it is still found.
    const near = { ...feeder, loads: [{ ...feeder.loads[0]!, p_kW: [26.4] }] };
    const found = prepareThreePhase(near).solve();
    expect(found.status).toBe('converged');
    expect(size(found, 1)).toBeCloseTo(115 + Math.sqrt(115 * 115 - 0.5 * 26400), 4);
    // With a voltage limit the load turns into an impedance instead.
    const held = { ...feeder, loads: [{ ...feeder.loads[0]!, v_min_pu: 0.8 }] };
    const impedance = prepareThreePhase(held).solve();
    expect(impedance.status).toBe('converged');
    const r = (230 * 0.8) ** 2 / 27000;
    expect(size(impedance, 1)).toBeCloseTo((230 * r) / (r + 0.5), 6);
  });
});

test('random feeders: every place balances, energy is kept, Newton agrees with the fixed point', () => {
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
      const solver = new WireSolver(feeder, {});
      solver.nodal.assemble();
      solver.system.startLinear();
      const newton = new NewtonSolver(solver.system, []).run(solver.tolerance_kVA, 20);
      expect(newton.end).toBe('balanced');
      expect(newton.iterations_count).toBeLessThan(9);
      const { rowOf } = solver.nodal.rows;
      for (let i = 0; i < result.v_re_V.length; i++) {
        const u = Math.hypot(solver.system.u[2 * rowOf[i]!]!, solver.system.u[2 * rowOf[i]! + 1]!);
        expect(u * flow.places.v_base_V[i]!).toBeCloseTo(size(result, i), 5);
      }
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

describe('generators that hold a voltage', () => {
  const held = (more: object) =>
    feederOf({
      buses: ['a', 'b'].map((id) => ({ id, v_base_kV: 0.4 })),
      sources: [source(0, 0.4)],
      lines: [line('l', at(0, 1, 2, 3), at(1, 1, 2, 3), 0.05, 0.1)],
      loads: [load('d', at(1, 1, 2, 3, 0), 0.23, [20, 25, 30])],
      generators: [
        {
          id: 'g',
          connection: 'wye',
          terminal: at(1, 1, 2, 3, 0),
          v_rated_kV: 0.4 / Math.sqrt(3),
          inService: true,
          p_kW: [10, 10, 10],
          q_kvar: [0, 0, 0],
          v_set_pu: 1.01,
          ...more,
        },
      ],
    });
  const positiveSequence = (result: ThreePhaseResult, first: number) => {
    let re = 0;
    let im = 0;
    for (let k = 0; k < 3; k++) {
      const [c, s] = [Math.cos((k * 2 * Math.PI) / 3), Math.sin((k * 2 * Math.PI) / 3)];
      re += (result.v_re_V[first + k]! * c - result.v_im_V[first + k]! * s) / 3;
      im += (result.v_re_V[first + k]! * s + result.v_im_V[first + k]! * c) / 3;
    }
    return Math.hypot(re, im) / (400 / Math.sqrt(3));
  };

  test('hold it, with the same reactive power in each phase', () => {
    const result = prepareThreePhase(held({})).solve();
    expect(result.status).toBe('converged');
    expect(positiveSequence(result, 3)).toBeCloseTo(1.01, 9);
    const { p_kW, q_kvar } = result.generators[0]!.ends[0]!;
    expect(-p_kW[0]!).toBeCloseTo(10, 6);
    expect(q_kvar[1]).toBeCloseTo(q_kvar[0]!, 6);
    expect(q_kvar[0]).toBeLessThan(0);
  });

  test('hold nothing where nothing feeds them', () => {
    const feeder = held({});
    const result = prepareThreePhase({ ...feeder, lines: feeder.lines.map((each) => ({ ...each, closedTo: false })) }).solve();
    expect(result.status).toBe('converged');
    expect(result.dead).toEqual([3, 4, 5]);
  });

  test('stop at their limit', () => {
    const result = prepareThreePhase(held({ q_max_kvar: 30 })).solve();
    expect(result.status).toBe('converged');
    expect(positiveSequence(result, 3)).toBeLessThan(1.009);
    expect(-result.generators[0]!.ends[0]!.q_kvar[0]!).toBeCloseTo(10, 6);
    const wide = prepareThreePhase(held({ q_max_kvar: 500, q_min_kvar: -500 })).solve();
    expect(positiveSequence(wide, 3)).toBeCloseTo(1.01, 9);
  });

  test('two at one bus hold it together and share equally within their ranges', () => {
    const feeder = held({ q_min_kvar: 0, q_max_kvar: 200 });
    const [one] = feeder.generators;
    const pair = { ...feeder, generators: [one!, { ...one!, id: 'h', q_min_kvar: -100, q_max_kvar: 5, p_kW: [0, 0, 0] }] };
    const result = prepareThreePhase(pair).solve();
    const alone = prepareThreePhase(held({})).solve();
    expect(result.status, result.diagnosis).toBe('converged');
    expect(positiveSequence(result, 3)).toBeCloseTo(1.01, 9);
    const q = (flows: ThreePhaseResult, k: number) => -flows.generators[k]!.ends[0]!.q_kvar.reduce((a, b) => a + b, 0);
    expect(q(result, 0) + q(result, 1)).toBeCloseTo(q(alone, 0), 5);
    expect(q(result, 1)).toBeCloseTo(5, 6);
    const free = prepareThreePhase({ ...pair, generators: [one!, { ...one!, id: 'h', p_kW: [0, 0, 0] }] }).solve();
    expect(q(free, 1)).toBeCloseTo(q(free, 0), 6);
    const weak = prepareThreePhase({ ...pair, generators: pair.generators.map((g) => ({ ...g, q_min_kvar: -5, q_max_kvar: 10 })) }).solve();
    expect([q(weak, 0), q(weak, 1)].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([10, 10]);
  });
});

describe('odd wires', () => {
  const low = (connection: 'wye' | 'delta', antifloat_frac?: number) =>
    feederOf({
      buses: [
        { id: 'a', v_base_kV: 10 },
        { id: 'b', v_base_kV: 0.4 },
      ],
      sources: [source(0, 10)],
      transformers: [
        { ...transformer(0, 1, ['wye', connection], [10, 0.4], 100), ...(antifloat_frac === undefined ? {} : { antifloat_frac }) },
      ],
      loads: [load('d', at(1, 1, 2, 3), 0.4, [10, 20, 5], { connection: 'delta' })],
    });
  const between = (result: ThreePhaseResult, i: number, j: number) =>
    Math.hypot(result.v_re_V[i]! - result.v_re_V[j]!, result.v_im_V[i]! - result.v_im_V[j]!);

  test('a delta without any path to earth is held, listed, and right between its phases', () => {
    const floating = prepareThreePhase(low('delta', 0)).solve();
    const held = prepareThreePhase(low('delta')).solve();
    expect(floating.status, floating.diagnosis).toBe('converged');
    expect(floating.floating.length).toBeGreaterThan(0);
    expect(floating.floating.every((place) => place >= 3)).toBe(true);
    expect(held.floating).toEqual([]);
    for (const [i, j] of [
      [3, 4],
      [4, 5],
      [5, 3],
    ] as const) {
      expect(between(floating, i, j)).toBeCloseTo(between(held, i, j), 1);
    }
  });

  test('a line open at its end is charged, and its far end follows', () => {
    const open = (more: object) =>
      feederOf({
        buses: ['a', 'b'].map((id) => ({ id, v_base_kV: 10 })),
        sources: [source(0, 10)],
        lines: [line('l', at(0, 1, 2, 3), at(1, 1, 2, 3), 0.5, 0.5, { b_S: [1e-4, 0, 0, 0, 1e-4, 0, 0, 0, 1e-4], ...more })],
      });
    const charged = prepareThreePhase(open({ closedTo: false })).solve();
    expect(charged.dead).toEqual([3, 4, 5]);
    expect(-charged.lines[0]!.ends[0]!.q_kvar[0]!).toBeCloseTo(1e-4 * (10 / Math.sqrt(3)) ** 2 * 1000, 1);
    expect(prepareThreePhase(open({ closedFrom: false, closedTo: false })).solve().lines[0]!.ends[0]!.q_kvar[0]).toBe(0);
  });

  test('loops, parallel lines and two sources', () => {
    const base = randomFeeder(8, 2);
    const feeder = {
      ...base,
      buses: [...base.buses, { id: 'other', v_base_kV: 10 }],
      sources: [...base.sources, { ...source(base.buses.length, 10), id: 'other', angle_deg: [1, -119, 121] }],
      lines: [
        ...base.lines,
        line('again', at(0, 1, 2, 3), at(base.buses.length, 1, 2, 3), 0.5, 2),
        line('beside', at(0, 1, 2, 3), at(base.buses.length, 1, 2, 3), 0.5, 2),
      ],
    };
    const result = prepareThreePhase(feeder).solve();
    expect(result.status, result.diagnosis).toBe('converged');
    expect(result.mismatch_max_kVA).toBeLessThan(1e-4);
    const [first, second] = result.sources.map(({ ends }) => ends[0]!.p_kW.reduce((a, b) => a + b, 0));
    expect(first!).toBeGreaterThan(0);
    expect(second!).toBeLessThan(0);
  });

  test('nothing but a source', () => {
    const result = prepareThreePhase(feederOf({ buses: [{ id: 'a', v_base_kV: 10 }], sources: [source(0, 10)] })).solve();
    expect(result).toMatchObject({ status: 'converged', loss_kW: 0, dead: [] });
    expect(size(result, 0)).toBeCloseTo(10000 / Math.sqrt(3), 6);
  });
});
