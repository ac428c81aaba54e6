import { beforeAll, describe, expect, it } from 'vitest';
import { symmetricMultiplyInto } from '../../linalg/sparse.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { stateProgram, Triplets } from '../assembly.ts';
import { conicFormOf } from '../conic-form.ts';
import type { StatedProgram } from '../contract.ts';
import { cbfFormat } from './format.ts';

/** A CBF file: the cone over all variables; con_k fixes variable `fixed[k]`. */
function over(
  cone: string,
  size: number,
  sense: 'MIN' | 'MAX',
  cost: readonly number[],
  fixed: Readonly<Record<number, number>>,
  powers = '',
): string {
  const held = Object.entries(fixed);
  const costs = cost.flatMap((value, j) => (value === 0 ? [] : [`${j} ${value}`]));
  return [
    `VER\n4\n${powers}OBJSENSE\n${sense}\nVAR\n${size} 1\n${cone} ${size}\nCON\n${held.length} 1\nL= ${held.length}`,
    `OBJACOORD\n${costs.length}\n${costs.join('\n')}`,
    `ACOORD\n${held.length}\n${held.map(([j], i) => `${i} ${j} 1`).join('\n')}`,
    `BCOORD\n${held.length}\n${held.map(([, value], i) => `${i} ${-value}`).join('\n')}\n`,
  ].join('\n');
}
const weights = (block: string, ...list: number[]): string => `${block}\n1 ${list.length}\n${list.length}\n${list.join('\n')}\n`;

/** Optimum in the sense of the file, and its slopes in what con0, con1 … fix. */
const cases: readonly { readonly title: string; readonly text: string; readonly optimum: number; readonly prices?: readonly number[] }[] = [
  { title: 'QR: x₀ ≥ 3²/(2·2)', text: over('QR', 3, 'MIN', [1], { 1: 2, 2: 3 }), optimum: 2.25, prices: [-9 / 8, 1.5] },
  {
    title: 'EXP: x₀ ≥ 2·exp(1/2)',
    text: over('EXP', 3, 'MIN', [1], { 1: 2, 2: 1 }),
    optimum: 2 * Math.exp(0.5),
    prices: [0.5 * Math.exp(0.5), Math.exp(0.5)],
  },
  {
    title: 'EXP*: x₀ ≥ exp(−x₁ − 1) at x₂ = −1',
    text: over('EXP*', 3, 'MIN', [1], { 1: 0.5, 2: -1 }),
    optimum: Math.exp(-1.5),
    prices: [-Math.exp(-1.5)],
  },
  {
    title: 'POW: x₂ ≤ 2^¼·3^¾',
    text: over('@0:POW', 3, 'MAX', [0, 0, 1], { 0: 2, 1: 3 }, weights('POWCONES', 1, 3)),
    optimum: 2 ** 0.25 * 3 ** 0.75,
    prices: [0.25 * (3 / 2) ** 0.75, 0.75 * (2 / 3) ** 0.25],
  },
  {
    title: 'POW of three weights over two others: ‖(x₃, 1)‖ ≤ (2·4²·5)^¼',
    text: over('@0:POW', 5, 'MAX', [0, 0, 0, 1], { 0: 2, 1: 4, 2: 5, 4: 1 }, weights('POWCONES', 1, 2, 1)),
    optimum: Math.sqrt(Math.sqrt(160) - 1),
    prices: [((0.5 / Math.sqrt(Math.sqrt(160) - 1)) * 0.5 * Math.sqrt(160)) / 2],
  },
  {
    title: 'POW of one weight is a length',
    text: over('@0:POW', 3, 'MIN', [1], { 1: 3, 2: 4 }, weights('POWCONES', 2)),
    optimum: 5,
    prices: [0.6, 0.8],
  },
  {
    title: 'POW of nothing but weights is the orthant',
    text: over('@0:POW', 2, 'MIN', [1, 1], { 1: 3 }, weights('POWCONES', 1, 2)),
    optimum: 3,
    prices: [1],
  },
  {
    title: 'POW*: x₂ ≤ (2/¼)^¼·(3/¾)^¾',
    text: over('@0:POW*', 3, 'MAX', [0, 0, 1], { 0: 2, 1: 3 }, weights('POW*CONES', 1, 3)),
    optimum: 8 ** 0.25 * 4 ** 0.75,
    prices: [(0.25 * 8 ** 0.25 * 4 ** 0.75) / 2, (0.75 * 8 ** 0.25 * 4 ** 0.75) / 3],
  },
  {
    title: 'GMEANABS: (2·4·27)^⅓',
    text: over('GMEANABS', 4, 'MAX', [0, 0, 0, 1], { 0: 2, 1: 4, 2: 27 }),
    optimum: 6,
    prices: [1, 0.5, 2 / 27],
  },
  { title: 'GMEANABS of two is a rotated cone', text: over('GMEANABS', 3, 'MIN', [0, 1], { 0: 2, 2: -6 }), optimum: 18, prices: [-9, -6] },
  {
    title: 'GMEANABS*: 3·(2·4·27)^⅓',
    text: over('GMEANABS*', 4, 'MAX', [0, 0, 0, 1], { 0: 2, 1: 4, 2: 27 }),
    optimum: 18,
    prices: [3, 1.5, 2 / 9],
  },
  {
    title: 'SVECPSD: [2 1; 1 x] ⪰ 0',
    text: over('SVECPSD', 3, 'MIN', [0, 0, 1], { 0: 2, 1: Math.SQRT2 }),
    optimum: 0.5,
    prices: [-0.25, Math.SQRT1_2],
  },
  {
    title: 'PSDVAR: the least ⟨C, X⟩ of trace 1 is the least eigenvalue of C = [2 1; 1 3]',
    text: 'VER\n1\nOBJSENSE\nMIN\nPSDVAR\n1\n2\nCON\n1 1\nL= 1\nOBJFCOORD\n3\n0 0 0 2\n0 1 0 1\n0 1 1 3\nFCOORD\n2\n0 0 0 0 1\n0 0 1 1 1\nBCOORD\n1\n0 -1\n',
    optimum: (5 - Math.sqrt(5)) / 2,
    prices: [(5 - Math.sqrt(5)) / 2],
  },
  {
    title: 'PSDCON: the largest x with C − x·I ⪰ 0',
    text: 'VER\n1\nOBJSENSE\nMAX\nVAR\n1 1\nF 1\nPSDCON\n1\n2\nOBJACOORD\n1\n0 1\nHCOORD\n2\n0 0 0 0 -1\n0 0 1 1 -1\nDCOORD\n3\n0 0 0 2\n0 1 0 1\n0 1 1 3\n',
    optimum: (5 - Math.sqrt(5)) / 2,
  },
];

describe('stated cones as rows in cones', () => {
  let solver: ReadySolver;
  beforeAll(async () => {
    solver = await interiorPoint().prepare();
  });

  function solved(stated: StatedProgram) {
    const form = conicFormOf(stated);
    const found = solver.solve(form.program, { tolerance_frac: 1e-9 });
    expect(found.status).toBe('optimal');
    const restated = form.restate(found);
    // Stationarity in the file's own columns: P·x + c − Aᵀy − z = 0.
    const { rows, cost, quadratic } = stated.program;
    const { x, rowDual, columnDual } = restated;
    expect([x.length, rowDual.length, columnDual.length]).toEqual([cost.length, rows.rows_count, cost.length]);
    const reduced = cost.slice();
    if (quadratic) symmetricMultiplyInto(quadratic, x, reduced, 1, 1);
    for (let j = 0; j < cost.length; j++) {
      for (let p = rows.colStart[j]!; p < rows.colStart[j + 1]!; p++)
        reduced[j] = reduced[j]! - rows.values[p]! * rowDual[rows.rowIndex[p]!]!;
      expect(Math.abs(reduced[j]! - columnDual[j]!)).toBeLessThan(1e-7 * (1 + Math.abs(reduced[j]!)));
    }
    return { ...restated, objective: found.objective, program: form.program };
  }

  it.each(cases)('$title', ({ text, optimum, prices = [] }) => {
    const stated = cbfFormat.read(text, { fileName: 'a.cbf' });
    const sign = stated.sense === 'maximise' ? -1 : 1;
    const { objective, rowDual } = solved(stated);
    expect(sign * objective).toBeCloseTo(optimum, 6);
    prices.forEach((price, i) => {
      expect(sign * rowDual[i]!).toBeCloseTo(price, 3);
    });
  });

  it('shifts rows in cones by their constants, and gives them their prices', () => {
    // min x with x ≥ ‖(3, 4)‖ over con0 … con2: the price of con0 is 1, of the others −3/5 and −4/5.
    const text = 'VER\n2\nOBJSENSE\nMIN\nVAR\n1 1\nF 1\nCON\n3 1\nQ 3\nOBJACOORD\n1\n0 1\nACOORD\n1\n0 0 1\nBCOORD\n2\n1 3\n2 4\n';
    const { objective, rowDual, program } = solved(cbfFormat.read(text, { fileName: 'a.cbf' }));
    expect(objective).toBeCloseTo(5, 7);
    expect([...rowDual]).toEqual([1, -0.6, -0.8].map((value) => expect.closeTo(value, 4)));
    expect([0, 1, 2].map((i) => program.rowName(i))).toEqual(['con0', 'con1', 'con2']);
  });

  it('leaves a programme without cones as it is', () => {
    const stated = cbfFormat.read('VER\n1\nOBJSENSE\nMIN\nVAR\n1 1\nL+ 1\nOBJACOORD\n1\n0 1\n', { fileName: 'a.cbf' });
    const form = conicFormOf(stated);
    expect(form.program).toBe(stated.program);
    const found = { x: Float64Array.of(1), rowDual: new Float64Array(0), columnDual: Float64Array.of(2) };
    expect(form.restate(found)).toBe(found);
  });

  it('keeps whole variables, quadratic cost and offset, and fills up for the columns it adds', () => {
    const entries = new Triplets();
    entries.add(0, 3, 1);
    const quadratic = new Triplets();
    quadratic.add(3, 3, 2);
    const free = (size: number, value: number) => new Float64Array(size).fill(value);
    const stated = stateProgram({
      name: '',
      maximise: false,
      cost: [1, 1, 1, 0],
      offset: 7,
      lower: free(4, -Infinity),
      upper: free(4, Infinity),
      whole: Uint8Array.of(0, 0, 0, 1),
      rowLower: free(1, 2),
      rowUpper: free(1, Infinity),
      entries,
      quadratic,
      cones: [{ kind: 'geometric-mean', over: 'columns', index: Int32Array.of(0, 1, 2, 3), offset: Float64Array.of(0, 0, 0, 1), line: 1 }],
      warnings: [],
      columnName: (j) => `x${j}`,
      rowName: (i) => `r${i}`,
      columnLine: () => 1,
      rowLine: () => 1,
    });
    const { program } = conicFormOf(stated);
    expect([program.cost.length, program.integer?.length, program.quadratic?.cols_count, program.lower[4], program.offset]).toEqual([
      5,
      5,
      5,
      -Infinity,
      7,
    ]);
    expect(program.cones?.map(({ kind, exponent }) => [kind, exponent])).toEqual([
      ['power', 1 / 3],
      ['second-order', undefined],
    ]);
    expect(program.columnName(4)).toBe('step 1 of the power cone of x0');
    // x₃ = 2 costs 4, and x₀ = x₁ = x₂ = x₃ + 1 = 3 cost 9; relaxed, nothing moves x₃ from its bound.
    const { objective, x } = solved({ ...stated, program: { ...stated.program, integer: undefined } });
    expect(objective).toBeCloseTo(7 + 9 + 4, 6);
    expect([...x]).toEqual([3, 3, 3, 2].map((value) => expect.closeTo(value, 3)));
  });
});
