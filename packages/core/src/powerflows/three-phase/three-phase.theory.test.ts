import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../base/random.ts';
import type { Feeder, Terminal, Transformer } from '../../network/feeder/feeder.ts';
import type { EndFlows, Places, ThreePhaseResult } from './contract.ts';
import { at, load, randomFeeder, transformer } from './testing/feeders.ts';
import { prepareThreePhase } from './three-phase.ts';

/** A random feeder with everything on it: a second transformer of any connection, shunts, a generator, inverters, switches. */
function fullFeeder(n: number, seed: number): Feeder {
  const base = randomFeeder(n, seed);
  const random = randomStream(seed, 'full-feeder');
  const end = base.buses.length;
  const phase = 0.4 / Math.sqrt(3);
  const connection = () => (random.uniform() < 0.5 ? 'wye' : 'delta');
  const second: Transformer = {
    ...transformer(1, end, [connection(), connection()], [0.4, 0.69], 100),
    noLoadLoss_frac: 0.003,
    magnetising_frac: 0.01,
  };
  return {
    ...base,
    buses: [...base.buses, { id: 'second', v_base_kV: 0.69 }, { id: 'behind', v_base_kV: 0.4 }],
    transformers: [...base.transformers, second],
    switches: [{ id: 'switch', from: at(1, 1, 2, 3), to: at(end + 1, 1, 2, 3), closed: true }],
    shunts: [
      { id: 'cap', terminal: at(1, 1, 2, 3), g_S: new Array(9).fill(0), b_S: [0.3, 0, 0, 0, 0.3, 0, 0, 0, 0.3], inService: true },
      { id: 'lossy', terminal: at(end + 1, 2), g_S: [0.01], b_S: [-0.02], inService: true },
    ],
    loads: [
      ...base.loads,
      load('second', at(end, 1, 2, 3), 0.69, [4, 7, 2], { connection: 'delta', pLaw: { exponent: 0.7 }, qLaw: { exponent: 3 } }),
    ],
    generators: [
      {
        id: 'g',
        connection: 'wye',
        terminal: at(end + 1, 1, 0),
        v_rated_kV: phase,
        inService: true,
        p_kW: [random.between(0, 20)],
        q_kvar: [2],
      },
    ],
    inverters: [
      {
        id: 'pv',
        kind: 'pv',
        connection: 'wye',
        terminal: at(end + 1, 1, 2, 3, 0),
        v_rated_kV: phase,
        inService: true,
        s_rated_kVA: 30,
        p_kW: random.between(0, 25),
        p_rated_kW: 30,
        q_kvar: random.between(-8, 8),
        priority: 'watt',
      },
    ],
  };
}

/** All ends of all elements with their terminals. */
function* allEnds(feeder: Feeder, result: ThreePhaseResult): Generator<[Terminal, EndFlows['ends'][number]]> {
  const twoEnded = [
    [feeder.lines, result.lines],
    [feeder.switches, result.switches],
  ] as const;
  for (const [elements, flows] of twoEnded) {
    for (const [k, { from, to }] of elements.entries()) {
      yield [from, flows[k]!.ends[0]!];
      yield [to, flows[k]!.ends[1]!];
    }
  }
  for (const [k, { windings }] of feeder.transformers.entries())
    for (const [w, { terminal }] of windings.entries()) yield [terminal, result.transformers[k]!.ends[w]!];
  for (const kind of ['sources', 'shunts', 'loads', 'generators', 'inverters'] as const) {
    for (const [k, { terminal }] of feeder[kind].entries()) yield [terminal, result[kind][k]!.ends[0]!];
  }
}

function balances(feeder: Feeder, places: Places, result: ThreePhaseResult) {
  const i = new Float64Array(2 * places.count);
  const bus = new Float64Array(2 * feeder.buses.length);
  for (const [terminal, end] of allEnds(feeder, result)) {
    for (const [k, conductor] of terminal.conductors.entries()) {
      const place = places.indexOf(terminal.bus, conductor);
      bus[2 * terminal.bus] += end.p_kW[k]!;
      bus[2 * terminal.bus + 1] += end.q_kvar[k]!;
      if (place < 0) continue;
      i[2 * place] += end.i_re_A[k]!;
      i[2 * place + 1] += end.i_im_A[k]!;
    }
  }
  const worst = (list: Float64Array) => list.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { current_A: worst(i), power_kVA: worst(bus) };
}

test('currents balance at every conductor and powers at every bus, whatever hangs on it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.integer(), (n, seed) => {
      const feeder = fullFeeder(n, seed);
      const flow = prepareThreePhase(feeder);
      const result = flow.solve();
      expect(result.status, result.diagnosis).toBe('converged');
      const { current_A, power_kVA } = balances(feeder, flow.places, result);
      expect(current_A).toBeLessThan(1e-4);
      expect(power_kVA).toBeLessThan(1e-5);
      expect(result.mismatch_max_kVA).toBeLessThan(1e-5);
    }),
    { numRuns: 60 },
  );
});

test('a feeder of impedances answers twice the voltage with twice the voltage', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 15 }), fc.integer(), (n, seed) => {
      const flow = prepareThreePhase(fullFeeder(n, seed), { linear: true });
      const once = flow.solve();
      const twice = flow.solve({ source_frac: 2 });
      for (let i = 0; i < flow.places.count; i++) {
        expect(Math.abs(twice.v_re_V[i]! - 2 * once.v_re_V[i]!)).toBeLessThan(1e-6);
        expect(Math.abs(twice.v_im_V[i]! - 2 * once.v_im_V[i]!)).toBeLessThan(1e-6);
      }
      expect(twice.loss_kW).toBeCloseTo(4 * once.loss_kW, 6);
    }),
    { numRuns: 20 },
  );
});

test('turning the phases round turns the answer round', () => {
  const turned = (c: number) => (c >= 1 && c <= 3 ? (c % 3) + 1 : c);
  const turn = <T extends { terminal: Terminal }>(one: T): T => ({
    ...one,
    terminal: { ...one.terminal, conductors: one.terminal.conductors.map(turned) },
  });
  const end = (terminal: Terminal) => ({ ...terminal, conductors: terminal.conductors.map(turned) });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 15 }), fc.integer(), (n, seed) => {
      const feeder = fullFeeder(n, seed);
      const other: Feeder = {
        ...feeder,
        sources: feeder.sources.map(turn),
        lines: feeder.lines.map((one) => ({ ...one, from: end(one.from), to: end(one.to) })),
        switches: feeder.switches.map((one) => ({ ...one, from: end(one.from), to: end(one.to) })),
        transformers: feeder.transformers.map((one) => ({ ...one, windings: one.windings.map(turn) })),
        shunts: feeder.shunts.map(turn),
        loads: feeder.loads.map(turn),
        generators: feeder.generators.map(turn),
        inverters: feeder.inverters.map(turn),
      };
      const flow = prepareThreePhase(feeder);
      const once = flow.solve();
      const otherFlow = prepareThreePhase(other);
      const again = otherFlow.solve();
      for (let i = 0; i < flow.places.count; i++) {
        const j = otherFlow.places.indexOf(flow.places.bus[i]!, turned(flow.places.conductor[i]!));
        expect(Math.hypot(once.v_re_V[i]! - again.v_re_V[j]!, once.v_im_V[i]! - again.v_im_V[j]!)).toBeLessThan(1e-4);
      }
    }),
    { numRuns: 20 },
  );
});

test('a warm start and the powers of a point give what a cold start gives', () => {
  const feeder = fullFeeder(12, 4);
  const flow = prepareThreePhase(feeder);
  flow.solve();
  const point = {
    loadP_frac: Float64Array.from(feeder.loads, (_, k) => 0.5 + 0.1 * k),
    generatorP_frac: Float64Array.of(0.3),
    inverterP_kW: Float64Array.of(12),
    inverterQ_kvar: Float64Array.of(-4),
    source_frac: 1.03,
  };
  const warm = flow.solve(point, true);
  const cold = prepareThreePhase(feeder).solve(point);
  for (let i = 0; i < flow.places.count; i++)
    expect(Math.hypot(warm.v_re_V[i]! - cold.v_re_V[i]!, warm.v_im_V[i]! - cold.v_im_V[i]!)).toBeLessThan(1e-4);
  expect(-cold.inverters[0]!.ends[0]!.p_kW.reduce((a, b) => a + b, 0)).toBeCloseTo(12, 6);
  expect(cold.loads[1]!.ends[0]!.p_kW.reduce((a, b) => a + b, 0)).toBeGreaterThan(0);
});
