import type { DenseProgram } from './dense-program.ts';

/** Programs with known answers, for the conformance suite. */
export interface Known {
  readonly name: string;
  readonly dense: DenseProgram;
  readonly objective: number;
  readonly x?: readonly number[];
  readonly rowDual?: readonly number[];
}

export const KNOWN: readonly Known[] = [
  {
    name: 'workshop: max 30x + 50y, two machines',
    dense: {
      cost: [-30, -50],
      rows: [
        [1, 2],
        [2, 1],
      ],
      rowUpper: [40, 50],
    },
    objective: -1100,
    x: [20, 10],
    rowDual: [-70 / 3, -10 / 3],
  },
  {
    name: 'prices: y is the rise of the cost per unit of the active bound',
    dense: { cost: [3, 8], upper: [5, Infinity], rows: [[1, 1]], rowLower: [7], rowUpper: [7] },
    objective: 31,
    x: [5, 2],
    rowDual: [8],
  },
  {
    name: 'degenerate: three rows through one corner',
    dense: {
      cost: [-1, -1],
      rows: [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      rowUpper: [1, 1, 2],
    },
    objective: -2,
    x: [1, 1],
  },
  {
    name: 'many optima: a face',
    dense: { cost: [1, 1, 0], upper: [4, 4, 4], rows: [[1, 1, 1]], rowLower: [6] },
    objective: 2,
  },
  {
    name: 'free variables: |x − 3| + |y + 2| with slack',
    dense: {
      cost: [0, 0, 1, 1],
      lower: [-Infinity, -Infinity, 0, 0],
      rows: [
        [1, 0, -1, 0],
        [1, 0, 1, 0],
        [0, 1, -1, 0],
        [0, 1, 0, -1],
        [0, 1, 0, 1],
      ],
      rowUpper: [3, Infinity, Infinity, -2, Infinity],
      rowLower: [-Infinity, 3, -Infinity, -Infinity, -2],
    },
    objective: 0,
    x: [3, -2, 0, 0],
  },
  {
    name: 'fixed variables keep their value and have a price',
    dense: { cost: [1, 2], lower: [3, 0], upper: [3, Infinity], rows: [[1, 1]], rowLower: [5], rowUpper: [5] },
    objective: 7,
    x: [3, 2],
    rowDual: [2],
  },
  {
    name: 'a range row from both sides',
    dense: { cost: [1, 1], lower: [-10, -10], rows: [[1, 1]], rowLower: [-4], rowUpper: [9] },
    objective: -4,
    rowDual: [1],
  },
  {
    name: 'empty rows, free rows and empty columns',
    dense: {
      cost: [1, -2, 0, 3],
      upper: [Infinity, 6, 7, 8],
      rows: [
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [1, 0, 0, 1],
      ],
      rowLower: [-1, -Infinity, 2],
      rowUpper: [1, Infinity, Infinity],
    },
    objective: -10,
    rowDual: [0, 0, 1],
  },
  { name: 'no rows at all', dense: { cost: [1, -1], lower: [-3, 0], upper: [9, 4] }, objective: -7, x: [-3, 4] },
  { name: 'no columns at all', dense: { cost: [], offset: 5 }, objective: 5 },
  { name: 'no columns, rows that hold', dense: { cost: [], rows: [[]], rowLower: [-1], rowUpper: [2] }, objective: 0 },
  { name: 'every variable fixed', dense: { cost: [2, 3], lower: [1, 1], upper: [1, 1], rows: [[1, 1]], rowUpper: [2] }, objective: 5 },
  {
    name: 'redundant equalities',
    dense: {
      cost: [1, 2],
      rows: [
        [1, 1],
        [2, 2],
      ],
      rowLower: [1, 2],
      rowUpper: [1, 2],
    },
    objective: 1,
    x: [1, 0],
  },
  { name: 'no cost: any feasible point', dense: { cost: [0, 0], rows: [[1, 1]], rowLower: [1], rowUpper: [1] }, objective: 0 },
  { name: 'the constant counts', dense: { cost: [1], offset: -12.5, lower: [2] }, objective: -10.5 },
];

export const CURVED: readonly { name: string; dense: DenseProgram; objective: number; x: readonly number[] }[] = [
  {
    name: 'projection on a simplex',
    dense: {
      cost: [-0.5, -0.3, 1],
      quadratic: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      rows: [[1, 1, 1]],
      rowLower: [1],
      rowUpper: [1],
    },
    objective: -0.16,
    x: [0.6, 0.4, 0],
  },
  { name: 'unconstrained parabola', dense: { cost: [-4], lower: [-Infinity], quadratic: [[2]] }, objective: -4, x: [2] },
  {
    name: 'singular P with a linear direction held by a bound',
    dense: {
      cost: [-2, 1],
      quadratic: [
        [1, 1],
        [1, 1],
      ],
      lower: [-Infinity, -1],
      upper: [Infinity, 5],
    },
    objective: -5,
    x: [3, -1],
  },
];

export const INFEASIBLE: readonly { name: string; dense: DenseProgram; needs: readonly string[]; never?: readonly string[] }[] = [
  {
    name: 'two rows that exclude each other',
    dense: {
      cost: [1, 1, 1],
      rows: [
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 1],
      ],
      rowLower: [3, -Infinity, 1],
      rowUpper: [Infinity, 2, 4],
    },
    needs: ['row0', 'row1'],
    never: ['row2'],
  },
  {
    name: 'a row beyond what the bounds can give',
    dense: {
      cost: [1, 1, 1],
      upper: [1, 1, 1],
      rows: [
        [1, 1, 0],
        [0, 0, 1],
      ],
      rowLower: [5, 0],
    },
    needs: ['row0'],
    never: ['row1'],
  },
  { name: 'contradictory bounds of a variable', dense: { cost: [1, 1], lower: [0, 3], upper: [1, 2] }, needs: ['x1'] },
  { name: 'contradictory bounds of a row', dense: { cost: [1], rows: [[1]], rowLower: [2], rowUpper: [1] }, needs: ['row0'] },
  { name: 'an empty row that must not be zero', dense: { cost: [1], rows: [[0]], rowLower: [1], rowUpper: [2] }, needs: ['row0'] },
  {
    name: 'free variables and three equalities',
    dense: {
      cost: [0, 0],
      lower: [-Infinity, -Infinity],
      rows: [
        [1, 1],
        [1, -1],
        [1, 0],
      ],
      rowLower: [2, 0, 5],
      rowUpper: [2, 0, 5],
    },
    needs: ['row0', 'row1', 'row2'],
  },
  {
    name: 'infeasible although a direction of descent exists',
    dense: {
      cost: [0, -1],
      rows: [
        [1, 0],
        [1, 0],
      ],
      rowLower: [2, -Infinity],
      rowUpper: [Infinity, 1],
    },
    needs: ['row0', 'row1'],
  },
];

export const UNBOUNDED: readonly { name: string; dense: DenseProgram }[] = [
  { name: 'one variable', dense: { cost: [-1] } },
  { name: 'along a row', dense: { cost: [-1, 0], rows: [[1, -1]], rowUpper: [3] } },
  { name: 'free variables', dense: { cost: [1, 1], lower: [-Infinity, -Infinity], rows: [[1, -1]], rowLower: [0], rowUpper: [0] } },
];

/** Unit of the right side, size of the coefficients. */
export const SCALES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1e6, 1],
  [1e-3, 1],
  [1, 1e6],
  [1, 1e-6],
  [1e4, 1e-4],
];
