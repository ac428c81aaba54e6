import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { type RandomStream, randomStream } from '../../base/random.ts';
import { PointRun } from '../../powerflows/three-phase/batch/point-run.ts';
import type { ThreePhaseOptions } from '../../powerflows/three-phase/contract.ts';
import { prepareThreePhase } from '../../powerflows/three-phase/three-phase.ts';
import { buildConsumerPowers } from '../scenarios.ts';
import { updateBatches } from './scenario-batch.ts';
import { powerGridModelScenarios } from './scenarios.ts';

const buses_count = 8;
const id = { node: 0, line: 100, source: 200, load: 300, asym: 400, gen: 500, shunt: 600, transformer: 700, regulator: 800, tap: 900 };

/** A feeder with a loop, behind a transformer, every kind of consumer at each law, one generator that holds a voltage. */
function input(random: RandomStream, isRegulated: boolean): object {
  const line = (k: number, from: number, to: number): object => ({
    ...{ id: id.line + k, from_node: from, to_node: to, from_status: 1, to_status: 1, i_n: 'inf' },
    ...{ r1: random.between(0.01, 0.05), x1: random.between(0.01, 0.05), c1: 1e-6, tan1: 0, r0: 0.1, x0: 0.1, c0: 1e-6, tan0: 0 },
  });
  const at = Array.from({ length: buses_count - 1 }, (_, k) => k + 1);
  return {
    node: [{ id: 50, u_rated: 10500 }, { id: 0, u_rated: 400 }, ...at.map((k) => ({ id: k, u_rated: 400 }))],
    line: [...at.map((k) => line(k, Math.max(0, k - 1 - random.index(2)), k)), line(90, 2, buses_count - 1)],
    transformer: [
      {
        ...{ id: id.transformer, from_node: 50, to_node: 0, from_status: 1, to_status: 1, u1: 10500, u2: 400, sn: 1e6, uk: 0.04, pk: 8000 },
        ...{
          i0: 0.001,
          p0: 500,
          winding_from: 2,
          winding_to: 1,
          clock: 5,
          tap_side: 0,
          tap_pos: 0,
          tap_min: -8,
          tap_max: 8,
          tap_size: 125,
        },
      },
    ],
    source: [{ id: id.source, node: 50, status: 1, u_ref: 1.02, sk: 1e8 }],
    sym_load: at.map((k) => ({ id: id.load + k, node: k, status: k % 4 === 0 ? 0 : 1, type: k % 3, p_specified: 8000, q_specified: 2000 })),
    asym_load: at.map((k) => ({
      id: id.asym + k,
      node: k,
      status: 1,
      type: k % 3,
      p_specified: [3000, 0, 5000],
      q_specified: [500, 100, 0],
    })),
    sym_gen: [{ id: id.gen, node: 3, status: 1, type: 0, p_specified: 5000, q_specified: 0 }],
    asym_gen: [{ id: id.gen + 1, node: 5, status: 1, type: 1, p_specified: [1000, 2000, 0] }],
    shunt: [{ id: id.shunt, node: 4, status: 1, g1: 0, b1: 0.01, g0: 0, b0: 0.01 }],
    ...(random.uniform() < 0.3
      ? { voltage_regulator: [{ id: id.regulator, regulated_object: id.gen, status: 1, u_ref: 1, q_min: '-inf', q_max: 60000 }] }
      : {}),
    ...(isRegulated
      ? { transformer_tap_regulator: [{ id: id.tap, regulated_object: id.transformer, status: 1, control_side: 1, u_set: 405, u_band: 8 }] }
      : {}),
  };
}

/** Powers in every scenario; now and then switches, taps, sources and consumers that go off. */
function scenario(random: RandomStream): object {
  const maybe = (share: number): boolean => random.uniform() < share;
  const power = (): number => random.between(-2000, 9000);
  const loads = Array.from({ length: buses_count - 1 }, (_, k) => k + 1).filter(() => maybe(0.7));
  return {
    sym_load: loads.map((k) => ({ id: id.load + k, p_specified: power(), ...(maybe(0.3) ? { status: random.index(2) } : {}) })),
    asym_load: loads.map((k) => ({ id: id.asym + k, p_specified: [power(), null, power()], ...(maybe(0.1) ? { status: 0 } : {}) })),
    ...(maybe(0.2) ? { asym_gen: [{ id: id.gen + 1, q_specified: [500, null, 0] }] } : {}),
    ...(maybe(0.2) ? { sym_gen: [{ id: id.gen, status: 0 }] } : {}),
    ...(maybe(0.3) ? { line: [{ id: id.line + 1 + random.index(buses_count - 1), from_status: 0, to_status: random.index(2) }] } : {}),
    ...(maybe(0.2) ? { transformer: [{ id: id.transformer, tap_pos: random.index(5) - 2 }] } : {}),
    ...(maybe(0.2) ? { source: [{ id: id.source, u_ref: 1.03 }] } : {}),
    ...(maybe(0.1) ? { shunt: [{ id: id.shunt, status: 0 }] } : {}),
  };
}

const datasetOf = (type: string, data: object, attributes: object = {}): string =>
  JSON.stringify({ version: '1.0', type, is_batch: Array.isArray(data), attributes, data });

interface Solved {
  readonly isSolved: boolean;
  readonly v: Float64Array;
  readonly loss_kW: number;
}

/** All scenarios, those with equal wires together, on one run as far as it goes over; v is per unit (re, im). */
function solveTogether(grid: string, updates: string, options: ThreePhaseOptions): Solved[] {
  const batch = updateBatches.batch(grid, updates);
  const powers = buildConsumerPowers(batch.scenarios_count, batch.consumers_count);
  const groups = new Map<string, number[]>();
  for (let s = 0; s < batch.scenarios_count; s++) {
    const wires = batch.read(s, powers, s);
    groups.set(wires, [...(groups.get(wires) ?? []), s]);
  }
  const networks = updateBatches.networks(grid, powers, 'grid');
  const solved: Solved[] = [];
  const shared = new PointRun(networks.network('', 'grid.json').feeder, options);
  for (const [wires, rows] of groups) {
    const { feeder, powersOf } = networks.network(wires, 'updates.json');
    const run = shared.take(feeder) ? shared : new PointRun(feeder, options);
    const found = run.solve({ steps_count: rows.length, ...powersOf(powers, rows) });
    const { count, v_base_V } = run.places;
    rows.forEach((s, t) => {
      const v = Float64Array.from({ length: 2 * count }, (_, k) => {
        const at = t * count + (k >> 1);
        return (k % 2 === 0 ? found.v_re_V[at]! : found.v_im_V[at]!) / v_base_V[k >> 1]!;
      });
      solved[s] = { isSolved: found.converged[t] === 1 && found.hunting[t] === 0, v, loss_kW: found.loss_kW[t]! };
    });
  }
  return solved;
}

function solveAlone(grid: string, updates: string, options: ThreePhaseOptions): Solved[] {
  return [...powerGridModelScenarios(grid, updates)].map(({ feeder }) => {
    const { places, solve } = prepareThreePhase(feeder!, options);
    const { status, v_re_V, v_im_V, loss_kW } = solve();
    const v = Float64Array.from(
      { length: 2 * places.count },
      (_, k) => (k % 2 === 0 ? v_re_V : v_im_V)[k >> 1]! / places.v_base_V[k >> 1]!,
    );
    return { isSolved: status === 'converged', v, loss_kW };
  });
}

describe('scenarios with equal wires, solved together', () => {
  it.each([
    ['without controls', false],
    ['with a tap regulator', true],
  ])('give what each gives alone, to 1e-9 of the voltage, %s', (_, isRegulated) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, count) => {
        const random = randomStream(seed, 'scenarios');
        const grid = datasetOf('input', input(random, isRegulated));
        const updates = datasetOf(
          'update',
          Array.from({ length: count }, () => scenario(random)),
        );
        const options = { tolerance_frac: 1e-12 };
        const alone = solveAlone(grid, updates, options);
        const together = solveTogether(grid, updates, options);
        expect(together.map(({ isSolved }) => isSolved)).toEqual(alone.map(({ isSolved }) => isSolved));
        alone.forEach(({ v, loss_kW, isSolved }, s) => {
          if (!isSolved) return;
          const apart = v.reduce((worst, value, k) => Math.max(worst, Math.abs(value - together[s]!.v[k]!)), 0);
          expect(apart).toBeLessThan(1e-9);
          expect(Math.abs(loss_kW - together[s]!.loss_kW)).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe('an update batch', () => {
  const grid = datasetOf('input', input(randomStream(1, 'fixed'), false));
  const read = (scenarios: readonly object[], attributes: object = {}) => {
    const batch = updateBatches.batch(grid, datasetOf('update', scenarios, attributes));
    const powers = buildConsumerPowers(scenarios.length, batch.consumers_count);
    const wires = scenarios.map((_, s) => batch.read(s, powers, s));
    const p_kW = (s: number, consumer: number) =>
      Array.from(powers.p_kW.subarray(3 * (s * batch.consumers_count + consumer)).subarray(0, 3));
    return { wires, p_kW, passedOver: batch.passedOver };
  };

  it('tells powers from wires: what is said anew but equal is no change, and the order of records is none', () => {
    const { wires } = read([
      {},
      { sym_load: [{ id: 301, p_specified: 5, status: 0 }] },
      { line: [{ id: 101, from_status: 1 }] },
      {
        line: [
          { id: 101, from_status: 0 },
          { id: 102, to_status: 0 },
        ],
      },
      {
        line: [
          { id: 102, to_status: 0, from_status: null },
          { id: 101, from_status: 1 },
          { id: 101, from_status: 0 },
        ],
      },
      { line: [{ id: 101, from_status: -128 }] },
    ]);
    expect(wires.slice(0, 3)).toEqual(['', '', '']);
    expect(wires[3]).not.toBe('');
    expect(wires[4]).toBe(wires[3]);
    expect(wires[5]).toBe('');
  });

  it('starts each scenario from the input; a load that is off has no power, and its own again when it comes back', () => {
    const { p_kW } = read([
      { sym_load: [{ id: 301, p_specified: 6000 }] },
      { sym_load: [] },
      { sym_load: [{ id: 304, p_specified: 3000 }] },
      { sym_load: [{ id: 304, p_specified: 3000, status: 1 }] },
      { sym_load: [{ id: 304, status: 1 }] },
      { sym_load: [{ id: 301, status: 0 }] },
    ]);
    expect(p_kW(0, 0)).toEqual([2, 2, 2]);
    expect(p_kW(1, 0)).toEqual([8 / 3, 8 / 3, 8 / 3]);
    expect(p_kW(2, 3)).toEqual([0, 0, 0]);
    expect(p_kW(3, 3)).toEqual([1, 1, 1]);
    expect(p_kW(4, 3)).toEqual([8 / 3, 8 / 3, 8 / 3]);
    expect(p_kW(5, 0)).toEqual([0, 0, 0]);
  });

  it('reads rows under attributes, records without ids in the order of the input, and phases that are left out', () => {
    const rows = Array.from({ length: buses_count - 1 }, (_, k) => [3000 * (k + 1), k === 1 ? null : 0]);
    const { p_kW, passedOver } = read([{ sym_load: rows }, { asym_load: [{ id: 402, p_specified: [null, 9000, null] }] }], {
      sym_load: ['p_specified', 'q_specified'],
    });
    expect(p_kW(0, 1)).toEqual([2, 2, 2]);
    expect(p_kW(1, buses_count - 1 + 1)).toEqual([3, 9, 5]);
    expect(passedOver).toEqual([]);
  });

  it('reads powers alike as records and as lists, with values left out, null or unknown beside them', () => {
    const [p_specified, q_specified] = [
      [3000, 0, 1500],
      [0, 600, 0],
    ];
    const { p_kW, wires } = read([
      { asym_load: [{ id: 401, p_specified, q_specified }], sym_load: [{ id: 301, p_specified: 6000 }] },
      { asym_load: [{ id: 401, p_specified, q_specified, remark: 'x' }], sym_load: [{ id: 301, p_specified: 6000, q_specified: null }] },
      { asym_load: [{ id: 401, p_specified, status: null }], sym_load: [{ id: 301, p_specified: 6000, status: 1 }] },
      { asym_load: [{ id: 401, p_specified, status: 0 }], sym_load: [{ id: 301, p_specified: 6000, status: 1 }] },
    ]);
    expect(wires).toEqual(['', '', '', '']);
    for (const s of [0, 1, 2, 3]) expect(p_kW(s, 0)).toEqual([2, 2, 2]);
    for (const s of [0, 1, 2]) expect(p_kW(s, buses_count - 1)).toEqual([3, 0, 1.5]);
    expect(p_kW(3, buses_count - 1)).toEqual([0, 0, 0]);
  });

  it('opens the line that it names, where lines share their names', () => {
    const named = { ...(input(randomStream(1, 'fixed'), false) as { line: object[] }) };
    named.line = named.line.map((line) => ({ ...line, name: 'cable' }));
    const twins = datasetOf('input', named);
    const batch = updateBatches.batch(twins, datasetOf('update', [{ line: [{ id: 103, to_status: 0 }] }]));
    const powers = buildConsumerPowers(1, batch.consumers_count);
    const wires = batch.read(0, powers, 0);
    const { lines } = updateBatches.networks(twins, powers, 'twins').network(wires, 'updates.json').feeder;
    expect(lines.filter(({ closedTo }) => !closedTo).map(({ id }) => id)).toEqual(['103']);
  });

  it('lists what an update cannot change, and passes it over', () => {
    const { wires, passedOver } = read([
      { line: [{ id: 101, r1: 9 }] },
      { line: [{ id: 102, r1: 9 }], sym_load: [{ id: 301, p_specifed: 1 }] },
    ]);
    expect(wires).toEqual(['', '']);
    expect(passedOver).toEqual([
      'line.r1 is not changed by an update (first at update_batch.json: data[0].line[0])',
      'sym_load.p_specifed is not changed by an update (first at update_batch.json: data[1].sym_load[0])',
    ]);
  });

  it.each([
    [{ sym_load: [{ id: 999 }] }, 'PGM_UNKNOWN_ID', 'data[0].sym_load[0]'],
    [{ wind: [{ id: 1 }] }, 'PGM_UNKNOWN_ID', 'data[0].wind[0]'],
    [{ sym_load: [{ p_specified: 1 }] }, 'PGM_DATASET_INVALID', 'data[0].sym_load'],
    [{ sym_load: [{ id: 301, p_specified: 1 }, { p_specified: 1 }] }, 'PGM_ATTRIBUTE_MISSING', 'data[0].sym_load[1]'],
    [{ sym_load: [{ id: 301, p_specified: '1' }] }, 'PGM_ATTRIBUTE_INVALID', 'data[0].sym_load[0]'],
    [{ asym_load: [{ id: 401, p_specified: 1 }] }, 'PGM_ATTRIBUTE_INVALID', 'data[0].asym_load[0]'],
    [{ sym_load: 3 }, 'PGM_DATASET_INVALID', 'data[0].sym_load'],
  ])('%j: %s', (wrong, code, place) => {
    const error = (() => {
      try {
        return read([wrong]);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code, where: `update_batch.json: ${place}` });
  });
});
