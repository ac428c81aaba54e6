import { beforeAll, describe, expect, it } from 'vitest';
import { SparseBuilder } from '../linalg/sparse.ts';
import type { Block } from '../problem/block.ts';
import type { ReadySolver } from './contract.ts';
import { interiorPoint } from './interior-point/interior-point.ts';
import { blockOracle } from './oracle.ts';
import { oracleFor, reducedOracle } from './reduced-oracle.ts';
import { type DenseProgram, numbersFrom, programOf } from './testing/dense-program.ts';

let solver: ReadySolver;
beforeAll(async () => {
  solver = await interiorPoint().prepare();
});

/** A block of one step; ports as rows over the columns. */
function blockOf(dense: DenseProgram, ports: readonly (readonly number[])[], offset: readonly number[] = ports.map(() => 0)): Block {
  const n = dense.cost.length;
  return {
    name: 'it',
    program: programOf(dense),
    ports: ports.map((row, k) => {
      const map = new SparseBuilder();
      row.forEach((value, j) => value !== 0 && map.add(0, j, value));
      return { name: `p${k}`, unit: 'kW', map: map.build(1, n), offset: Float64Array.of(offset[k]) };
    }),
    trajectories: [{ name: 'x0', role: 'input', columns: Int32Array.of(0) }],
    relaxed: [],
  };
}

const prox = (oracle: ReturnType<typeof blockOracle> | ReturnType<typeof oracleFor>, v: number[], rho: number[]) => {
  const out = new Float64Array(v.length);
  const ok = oracle.prox(Float64Array.from(v), Float64Array.from(rho), out);
  return { ok, out: [...out], cost_cur: oracle.cost() };
};

describe('reducedOracle', () => {
  it('equals the generic oracle on random blocks: answer, cost and feasibility', () => {
    const next = numbersFrom(12);
    let binding_count = 0;
    for (let run = 0; run < 60; run++) {
      const n = 5;
      const point = Array.from({ length: n }, () => 2 * next() - 1);
      const rows = Array.from({ length: 4 }, () => Array.from({ length: n }, () => 2 * next() - 1));
      const side = rows.map((row) => row.reduce((sum, v, j) => sum + v * point[j], 0));
      const block = blockOf(
        {
          cost: point.map(() => next() - 0.5),
          quadratic: point.map((_, i) => point.map((__, j) => (i === j ? next() : 0))),
          lower: point.map((v) => v - next()),
          upper: point.map((v) => v + next()),
          rows,
          // Two equalities, two ranges: three columns stay free, and all of them are ports.
          rowLower: side.map((v, i) => (i < 2 ? v : v - 0.2)),
          rowUpper: side.map((v, i) => (i < 2 ? v : v + 0.2)),
        },
        [
          [0, 0, 1.5, 0, 0],
          [0, 0, 0, -1, 0],
          [0, 0, 0, 0, 1],
        ],
        [0.1, 0, -0.3],
      );
      const reduced = reducedOracle(block, 1, solver);
      expect(reduced, `run ${run}`).toBeDefined();
      const generic = blockOracle(block, 1, solver);
      for (let k = 0; k < 3; k++) {
        const v = [0, 1, 2].map(() => 4 * next() - 2);
        const a = prox(reduced!, v, [0.3, 0.3, 0.7]);
        const b = prox(generic, v, [0.3, 0.3, 0.7]);
        expect(a.ok).toBe(b.ok);
        a.out.forEach((value, i) => expect(Math.abs(value - b.out[i])).toBeLessThan(1e-6));
        expect(Math.abs(a.cost_cur - b.cost_cur)).toBeLessThan(1e-6);
        if (a.out.some((value, i) => Math.abs(value - v[i]) > 0.2)) binding_count++;
      }
    }
    expect(binding_count).toBeGreaterThan(50);
  });

  it('leaves contradicting equalities to the generic oracle, which finds no plan', () => {
    const block = blockOf(
      {
        cost: [0, 0],
        rows: [
          [1, 1],
          [1, 1],
        ],
        rowLower: [1, 2],
        rowUpper: [1, 2],
      },
      [
        [1, 0],
        [0, 1],
      ],
    );
    expect(reducedOracle(block, 1, solver)).toBeUndefined();
    expect(prox(oracleFor(block, 1, solver), [0, 0], [1, 1]).ok).toBe(false);
  });

  it('does not overlook a limit that no port can move', () => {
    // x1 is fixed at 5 by an equality, but may be 3 at most; the port x0 has nothing to do with it.
    const fixed = { cost: [0, 0], lower: [-1, -1], upper: [1, 3], rows: [[0, 1]], rowLower: [5], rowUpper: [5] };
    const apart = blockOf(fixed, [[1, 0]]);
    expect(reducedOracle(apart, 1, solver)).toBeUndefined();
    expect(prox(oracleFor(apart, 1, solver), [0.5], [1]).ok).toBe(false);
    // The same in one piece: x1 − x2 = 5 whatever x0 = x2 does, and row 2 wants x1 − x2 ≤ 3.
    const joined = blockOf(
      {
        cost: [0, 0],
        lower: [-9, -9],
        upper: [9, 9],
        rows: [
          [-0.3, 0.3],
          [-0.7, 0.7],
        ],
        rowLower: [1.5, -Infinity],
        rowUpper: [1.5, 2.1],
      },
      [[1, 0]],
    );
    expect(prox(oracleFor(joined, 1, solver), [0.5], [1]).ok).toBe(false);
    expect(prox(oracleFor(blockOf({ ...fixed, upper: [1, 5] }, [[1, 0]]), 1, solver), [0.5], [1])).toMatchObject({ ok: true, out: [0.5] });
  });

  it('does not overlook a row without entries that cannot hold', () => {
    const rows = [[1], [0]];
    const block = (rowUpper: number[]) => blockOf({ cost: [0], rows, rowLower: [0, -9], rowUpper }, [[1]]);
    expect(prox(oracleFor(block([1, -1]), 1, solver), [0.5], [1]).ok).toBe(false);
    expect(prox(oracleFor(block([1, 0]), 1, solver), [0.5], [1])).toMatchObject({ ok: true, out: [0.5] });
  });

  it('gives constant ports their value', () => {
    const block = blockOf({ cost: [1], lower: [-5], upper: [5] }, [[0], [2], [0]], [3, 1, -4]);
    const reduced = reducedOracle(block, 1, solver)!;
    // ½·(2x + 1 − 2)² + x: 2(2x − 1) + 1 = 0, x = ¼, port 1.5.
    const { out, ok } = prox(reduced, [9, 2, 9], [1, 1, 1]);
    expect(ok).toBe(true);
    expect(out[0]).toBe(3);
    expect(out[1]).toBeCloseTo(1.5, 9);
    expect(out[2]).toBe(-4);
    expect(reduced.schedule().get('x0')![0]).toBeCloseTo(0.25, 9);
  });

  it('is not made where free columns are no ports, or several stand behind one port, or some are whole', () => {
    const two = { cost: [0, 1], lower: [0, 0], upper: [1, 1] };
    expect(reducedOracle(blockOf({ ...two, rows: [[1, 1]] }, [[1, 0]]), 1, solver)).toBeUndefined();
    expect(reducedOracle(blockOf(two, [[1, -1]]), 1, solver)).toBeUndefined();
    expect(reducedOracle(blockOf({ cost: [1], upper: [1], integer: [1] }, [[1]]), 1, solver)).toBeUndefined();
    expect(prox(oracleFor(blockOf(two, [[1, -1]]), 1, solver), [0.4], [1]).out[0]).toBeCloseTo(0.4, 6);
  });

  it('hands over to the generic oracle when ρ leaves no curvature, with its cost and schedule', () => {
    const block = blockOf({ cost: [1, 0.5], lower: [-1, -1], upper: [1, 1] }, [
      [1, 0],
      [0, 1],
    ]);
    const oracle = reducedOracle(block, 1, solver)!;
    expect(prox(oracle, [3, 0.6], [1, 1]).out.map((v) => Math.round(v * 1e6) / 1e6)).toEqual([1, 0.1]);
    const without = prox(oracle, [0.2, 0.6], [0, 1]);
    expect(without.ok).toBe(true);
    expect(without.out[0]).toBeCloseTo(-1, 5);
    expect(without.cost_cur).toBeCloseTo(-1 + 0.05, 5);
    expect(oracle.schedule().get('x0')![0]).toBeCloseTo(-1, 5);
  });

  it('reports intentions that overlap like the generic oracle', () => {
    const plain = blockOf({ cost: [0, 0], upper: [4, 4] }, [
      [1, 0],
      [0, 1],
    ]);
    const block: Block = {
      ...plain,
      relaxed: [{ kind: 'exclusive', a: Int32Array.of(0), b: Int32Array.of(1), names: ['it.in', 'it.out'] }],
    };
    for (const oracle of [reducedOracle(block, 1, solver)!, blockOracle(block, 1, solver)]) {
      prox(oracle, [3, 2], [1, 1]);
      expect(oracle.relaxation?.()).toMatch(/it\.in and it\.out overlap by up to 2\.00/);
      prox(oracle, [3, -2], [1, 1]);
      expect(oracle.relaxation?.()).toBeUndefined();
    }
  });
});

describe('blockOracle', () => {
  it('answers prices with the optimum, and −Infinity where there is none', () => {
    const bounded = blockOf({ cost: [0.2], upper: [3] }, [[2]], [1]);
    const out = new Float64Array(1);
    // Port 1 + 2x at price 0.5 over a quarter hour: x = 3 earns 0.5·0.25·7, costs 0.6.
    expect(blockOracle(bounded, 0.25, solver).response(Float64Array.of(0.5), out)).toBeCloseTo(0.6 - 0.5 * 0.25 * 7, 6);
    expect(blockOracle(bounded, 0.25, solver).response(Float64Array.of(1.5), out)).toBeCloseTo(0.6 - 1.5 * 0.25 * 7, 6);
    expect(out[0]).toBeCloseTo(7, 5);
    const open = blockOf({ cost: [0.2] }, [[1]]);
    expect(blockOracle(open, 1, solver).response(Float64Array.of(1), out)).toBe(-Infinity);
  });

  it('answers for a part without variables', () => {
    const block = { ...blockOf({ cost: [] }, [[]], [-3]), trajectories: [] };
    const oracle = blockOracle(block, 0.5, solver);
    expect(prox(oracle, [8], [1]).out).toEqual([-3]);
    const out = new Float64Array(1);
    expect(oracle.response(Float64Array.of(0.4), out)).toBeCloseTo(0.6, 12);
    expect(out[0]).toBe(-3);
  });

  it('says that a solver without sequences will not do', () => {
    const block = blockOf({ cost: [0] }, [[1]]);
    expect(() => blockOracle(block, 1, { solve: solver.solve })).toThrow(/ORACLE_NEEDS_SEQUENCE/);
  });
});
