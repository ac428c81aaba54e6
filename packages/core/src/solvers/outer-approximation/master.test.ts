import { describe, expect, it } from 'vitest';
import { objectiveOf, type Program } from '../../problem/program.ts';
import { highs } from '../highs/highs.ts';
import { numbersFrom, programOf } from '../testing/dense-program.ts';
import { Master, valueAt } from './master.ts';
import { Parabola } from './parabola.ts';
import { squaresOf } from './squares.ts';

const whole = programOf({ cost: [1, -1, 0], lower: [0, -2, 3], upper: [1, 2, 3], integer: [1, 1, 1] });
const plans = [0, 1].flatMap((a) => [-2, -1, 0, 1, 2].map((b) => [a, b, 3]));

describe('the master', () => {
  it('forbids one plan and no other, of 0–1 and of other whole variables', async () => {
    const solver = await highs().prepare();
    for (const forbidden of plans) {
      const master = new Master(whole);
      expect(master.forbid(forbidden, [0, 1, 2])).toBe(true);
      const program = master.program();
      for (const plan of plans) {
        const at = (bounds: Float64Array): Float64Array => bounds.map((value, j) => plan[j] ?? value);
        const { status } = solver.solve({ ...program, lower: at(program.lower), upper: at(program.upper) });
        expect([forbidden, plan, status]).toEqual([forbidden, plan, plan === forbidden ? 'infeasible' : 'optimal']);
      }
    }
    const open = programOf({ cost: [1], integer: [1] });
    expect(new Master(open).forbid([0], [0])).toBe(false);
  });

  it('keeps names: a cut speaks for the row it stands for', () => {
    const program: Program = {
      ...programOf({
        cost: [1],
        rows: [[1], [1], [2]],
        rowLower: [0, 1, 2],
        rowUpper: [9, 1, 2],
      }),
      cones: [{ kind: 'second-order', rows: Int32Array.of(1, 2) }],
    };
    const master = new Master(program);
    master.addCut([[{ columns: [0], values: [4], constant: -2 }, 1]], 1);
    const { rows, rowLower, rowName, columnName } = master.program();
    expect([rows.rows_count, rowName(0), rowName(1), columnName(0)]).toEqual([2, 'row0', 'row1', 'x0']);
    // scaled so that its largest coefficient is 1
    expect([rows.values[1], rowLower[1]]).toEqual([1, 0.5]);
  });
});

describe('squares of the cost', () => {
  it.each([1, 2, 3, 4])('add up to ½·xᵀPx, also without full rank, seed %d', (seed) => {
    const next = numbersFrom(seed);
    const n = 9;
    const factors = Array.from({ length: 1 + seed * 2 }, () => Array.from({ length: n }, () => (next() < 0.6 ? 2 * next() - 1 : 0)));
    const quadratic = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (__, j) => factors.reduce((s, f) => s + f[i]! * f[j]!, 0)),
    );
    const program = programOf({ cost: new Array<number>(n).fill(0), quadratic });
    const squares = squaresOf(program);
    expect(squares.length).toBeLessThanOrEqual(Math.min(n, factors.length));
    for (let k = 0; k < 20; k++) {
      const x = Float64Array.from({ length: n }, () => 10 * next() - 5);
      const sum = squares.reduce((total, { weight, row }) => total + 0.5 * weight * valueAt(row, x) ** 2, 0);
      expect(sum).toBeCloseTo(objectiveOf(program, x), 9);
    }
  });
});

describe('a parabola', () => {
  /** Rows that were cut, at a point with its height on the surface, or above it. */
  const slackOf = (program: Program, point: Float64Array): number => {
    const activity = new Float64Array(program.rowLower.length);
    for (let j = 0; j < point.length; j++) {
      for (let p = program.rows.colStart[j]!; p < program.rows.colStart[j + 1]!; p++) {
        activity[program.rows.rowIndex[p]!]! += program.rows.values[p]! * point[j]!;
      }
    }
    return activity.reduce((least, value, i) => Math.min(least, value - program.rowLower[i]!), Number.POSITIVE_INFINITY);
  };
  const column = (j: number) => ({ columns: [j], values: [1], constant: 0 });

  it('is never cut: 2·height·base ≥ width²', () => {
    const next = numbersFrom(5);
    const master = new Master(programOf({ cost: [0, 0, 0], lower: [0, 0, -9], upper: [9, 9, 9] }));
    const parabola = new Parabola(master, column(0), column(1), column(2), 0);
    parabola.begin();
    for (let k = 0; k < 30; k++) {
      const outside = Float64Array.of(next(), next() - 0.2, 6 * next() - 3);
      const isOutside = outside[1]! <= 0 || 2 * outside[0]! * outside[1]! < outside[2]! ** 2 - 1e-3;
      if (isOutside) parabola.separate(outside);
      parabola.addTangent(20 * next() - 10);
    }
    const program = master.program();
    for (let k = 0; k < 200; k++) {
      const [base, width] = [3 * next(), 6 * next() - 3];
      expect(slackOf(program, Float64Array.of(width ** 2 / (2 * base), base, width))).toBeGreaterThan(-1e-9);
    }
  });

  it('lets whole values through and nothing between their chords', () => {
    const master = new Master(programOf({ cost: [0, 0], lower: [0, -3], upper: [Infinity, 3], integer: [0, 1] }));
    const parabola = new Parabola(master, column(0), { columns: [], values: [], constant: 0.5 }, column(1), 0);
    // height ≥ width²
    for (let at = -3; at <= 3; at += 0.5) parabola.touch(Float64Array.of(0, at));
    const program = master.program();
    for (let value = -3; value <= 3; value++) expect(slackOf(program, Float64Array.of(value ** 2, value))).toBeCloseTo(0, 12);
    // between 1 and 2 the chord is at 2.5, the square at 2.25
    expect(slackOf(program, Float64Array.of(2.4, 1.5))).toBeLessThan(-0.01);
    expect(parabola.separate(Float64Array.of(2.4, 1.5))).toBe(true);
    expect(parabola.separate(Float64Array.of(2.6, 1.5))).toBe(false);
  });
});
