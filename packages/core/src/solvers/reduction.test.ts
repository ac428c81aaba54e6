import { describe, expect, it } from 'vitest';
import { componentsOf, denseRows, reduce } from './reduction.ts';
import { numbersFrom, programOf } from './testing/dense-program.ts';

const free = () => false;

describe('componentsOf', () => {
  it('splits along rows and along squares', () => {
    const program = programOf({
      cost: [0, 0, 0, 0, 0],
      quadratic: [
        [1, 0, 0, 0, 0],
        [0, 1, 0, 0.5, 0],
        [0, 0, 1, 0, 0],
        [0, 0.5, 0, 1, 0],
        [0, 0, 0, 0, 1],
      ],
      rows: [
        [1, 0, 1, 0, 0],
        [0, 0, 0, 0, 2],
      ],
    });
    expect(componentsOf(program).map(({ columns, rows }) => [columns, rows])).toEqual([
      [[0, 2], [0]],
      [[1, 3], []],
      [[4], [1]],
    ]);
  });
});

describe('reduce', () => {
  it('eliminates the columns that are not wanted free', () => {
    const program = programOf({ cost: [0, 0, 0], rows: [[1, 1, 1]], rowLower: [6], rowUpper: [6] });
    const { z, start, free: left, free_count } = reduce(program, componentsOf(program)[0], (j) => j !== 1)!;
    expect(left).toEqual([0, 2]);
    expect(free_count).toBe(2);
    expect([...start]).toEqual([0, 6, 0]);
    expect([...z].map((v) => v + 0)).toEqual([1, 0, -1, -1, 0, 1]);
  });

  it('refuses equalities that contradict each other, whatever their size', () => {
    for (const size of [1e-6, 1, 1e6]) {
      const rows = [
        [size, size],
        [2 * size, 2 * size],
      ];
      const side = [3 * size, 7 * size];
      const program = programOf({ cost: [0, 0], rows, rowLower: side, rowUpper: side });
      expect(reduce(program, componentsOf(program)[0], free), `size ${size}`).toBeUndefined();
    }
  });

  it('does not take the rounding that a dependent row leaves for a pivot', () => {
    const next = numbersFrom(5);
    for (let run = 0; run < 200; run++) {
      // Row 2 is a combination of rows 0 and 1 with factors that binary fractions cannot hold.
      const [a, b] = [0, 1].map(() => Array.from({ length: 4 }, () => next() - 0.5));
      const [f, g] = [next() * 3, next() * 3];
      const c = a.map((v, j) => f * v + g * b[j]);
      const x = [1, -2, 3, 0.5];
      const side = [a, b, c].map((row) => row.reduce((sum, v, j) => sum + v * x[j], 0));
      const program = programOf({ cost: [0, 0, 0, 0], rows: [a, b, c], rowLower: side, rowUpper: side });
      const found = reduce(program, componentsOf(program)[0], free);
      expect(found?.free_count).toBe(2);
      const { z, start } = found!;
      for (const [i, row] of [a, b, c].entries()) {
        expect(row.reduce((sum, v, k) => sum + v * start[k], 0)).toBeCloseTo(side[i], 9);
        for (let col = 0; col < 2; col++) expect(row.reduce((sum, v, k) => sum + v * z[k * 2 + col], 0)).toBeCloseTo(0, 9);
      }
    }
  });

  it('finds a point where nothing is left free', () => {
    const program = programOf({
      cost: [0, 0],
      rows: [
        [1, 1],
        [1, -1],
      ],
      rowLower: [3, 1],
      rowUpper: [3, 1],
    });
    const { free_count, start } = reduce(program, componentsOf(program)[0], free)!;
    expect(free_count).toBe(0);
    expect([...start]).toEqual([2, 1]);
  });
});

describe('denseRows', () => {
  it('keeps the order asked for', () => {
    const { rows } = programOf({
      cost: [0, 0, 0],
      rows: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
    expect([...denseRows(rows, [1, 0], [2, 0])]).toEqual([6, 4, 3, 1]);
  });
});
