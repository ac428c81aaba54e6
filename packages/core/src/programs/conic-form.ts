import { SparseBuilder, type SparseMatrix } from '../linalg/sparse.ts';
import { type AffineRow, type Cone, dualExponentialCone, type Program, rotatedCone, scaled, semidefiniteCone } from '../problem/program.ts';
import type { StatedCone, StatedProgram } from './contract.ts';
import { type ConePart, powerCones } from './power-cones.ts';

/** A point and its multipliers. */
export interface PrimalDual {
  readonly x: Float64Array;
  readonly rowDual: Float64Array;
  readonly columnDual: Float64Array;
}

/** A stated programme as solvers take it. */
export interface ConicForm {
  /**
   * The columns of the file come first; what a cone needs besides (the steps of a product of powers) follows. The rows of
   * the file that are in no cone come first, then the rows of the cones.
   */
  readonly program: Program;
  /** A point of `program` and its multipliers, for the columns and rows of the file. */
  restate(found: PrimalDual): PrimalDual;
}

/** A row of the conic form: where it comes from, and what it holds. */
interface ConicRow {
  readonly name: () => string;
  readonly line: AffineRow;
}

/**
 * Writes the cones of a stated programme as rows in the cones of a `Program`: rotated, dual and unscaled cones through
 * their linear maps, products of many powers by columns of their own.
 *
 * With v the elements of a stated cone, M·v + N·t the rows that stand for it, and y their multipliers, the multipliers
 * of the elements are Mᵀy: so every column and row of the file gets its price back.
 * @cost one pass over the coefficients; a row of the file in a cone is copied once for each row it takes part in
 */
export function conicFormOf(stated: StatedProgram): ConicForm {
  const { program, cones } = stated;
  if (cones.length === 0) return { program, restate: (found) => found };
  const n = program.cost.length;
  const own = rowsOf(program.rows);
  const isInCone = new Uint8Array(program.rowLower.length);
  for (const { over, index } of cones) if (over === 'rows') for (const i of index) isInCone[i] = 1;
  const kept = Int32Array.from(isInCone.keys()).filter((i) => isInCone[i] === 0);

  const rows: ConicRow[] = [];
  const members: Cone[] = [];
  const added: string[] = [];
  /** For every row of a cone: what it takes of which element of which stated cone. */
  const shares: { readonly cone: StatedCone; readonly row: AffineRow }[] = [];
  for (const cone of cones) {
    const d = cone.index.length;
    const nameOf = (k: number) => (cone.over === 'rows' ? program.rowName(cone.index[k]) : program.columnName(cone.index[k]));
    const elements = Array.from(cone.index, (at, k) =>
      cone.over === 'rows' ? { ...own[at], constant: cone.offset[k] } : { columns: [at], values: [1], constant: cone.offset[k] },
    );
    const parts = partsOf(cone);
    const first = n + added.length - d;
    for (const { kind, exponent, rows: written } of parts) {
      const start = kept.length + rows.length;
      for (const row of written) {
        const named = row.columns.find((k) => k < d) ?? d - 1;
        for (const k of row.columns) if (k >= d) added[first + k - n] = `step ${k - d + 1} of the power cone of ${nameOf(0)}`;
        rows.push({ name: () => nameOf(named), line: substitute(row, elements, first) });
        shares.push({ cone, row });
      }
      const index = Int32Array.from(written, (_, l) => start + l);
      members.push(exponent === undefined ? { kind, rows: index } : { kind, rows: index, exponent });
    }
  }

  const total = n + added.length;
  const m = kept.length + rows.length;
  const matrix = new SparseBuilder();
  kept.forEach((i, at) => {
    own[i].columns.forEach((j, k) => matrix.add(at, j, own[i].values[k]));
  });
  rows.forEach(({ line }, at) => {
    line.columns.forEach((j, k) => matrix.add(kept.length + at, j, line.values[k]));
  });
  const extended = (values: ArrayLike<number>, fill: number): Float64Array => {
    const longer = new Float64Array(total).fill(fill);
    longer.set(values);
    return longer;
  };
  const bounds = (of: Float64Array): Float64Array =>
    Float64Array.from({ length: m }, (_, i) => (i < kept.length ? of[kept[i]] : -rows[i - kept.length].line.constant));
  const integer = program.integer && Uint8Array.from({ length: total }, (_, j) => program.integer?.[j] ?? 0);
  const { quadratic } = program;
  return {
    program: {
      cost: extended(program.cost, 0),
      offset: program.offset,
      quadratic: quadratic && widened(quadratic, total),
      lower: extended(program.lower, Number.NEGATIVE_INFINITY),
      upper: extended(program.upper, Number.POSITIVE_INFINITY),
      integer,
      rows: matrix.build(m, total),
      rowLower: bounds(program.rowLower),
      rowUpper: bounds(program.rowUpper),
      cones: members,
      columnName: (j) => (j < n ? program.columnName(j) : added[j - n]),
      rowName: (i) => (i < kept.length ? program.rowName(kept[i]) : rows[i - kept.length].name()),
    },
    restate({ x, rowDual, columnDual }) {
      const y = new Float64Array(isInCone.length);
      const z = columnDual.slice(0, n);
      kept.forEach((i, at) => {
        y[i] = rowDual[at];
      });
      shares.forEach(({ cone, row }, at) => {
        const prices = cone.over === 'rows' ? y : z;
        row.columns.forEach((k, l) => {
          if (k < cone.index.length) prices[cone.index[k]] += row.values[l] * rowDual[kept.length + at];
        });
      });
      return { x: x.slice(0, n), rowDual: y, columnDual: z };
    },
  };
}

/** The cones of a `Program` that a stated cone is made of, over its elements 0, 1 … */
function partsOf({ kind, index, weights }: StatedCone): ConePart[] {
  const v = Array.from(index, (_, k): AffineRow => ({ columns: [k], values: [1], constant: 0 }));
  switch (kind) {
    case 'second-order':
    case 'exponential':
      return [{ kind, rows: v }];
    case 'rotated-second-order':
      return [{ kind: 'second-order', rows: rotatedCone(v[0], v[1], v.slice(2)) }];
    case 'dual-exponential':
      return [{ kind: 'exponential', rows: dualExponentialCone(v[0], v[1], v[2]) }];
    case 'scaled-positive-semidefinite':
      return [{ kind: 'positive-semidefinite', rows: v }];
    case 'positive-semidefinite':
      return [{ kind: 'positive-semidefinite', rows: semidefiniteCone(v) }];
    case 'power':
    case 'dual-power':
    case 'geometric-mean':
    case 'dual-geometric-mean': {
      const shares = weights ?? new Float64Array(index.length - 1).fill(1);
      const total = shares.reduce((sum, weight) => sum + weight, 0);
      const exponents = Array.from(shares, (weight) => weight / total);
      const isDual = kind.startsWith('dual');
      const bases = exponents.map((exponent, k) => (isDual ? scaled(v[k], 1 / exponent) : v[k]));
      return powerCones(bases, exponents, v.slice(bases.length), v.length);
    }
  }
}

/** A row over elements, as a row over columns: element k stands for its own row, what follows for columns from `first` on. */
function substitute(row: AffineRow, elements: readonly AffineRow[], first: number): AffineRow {
  const columns: number[] = [];
  const values: number[] = [];
  let { constant } = row;
  row.columns.forEach((k, l) => {
    const element = elements[k] ?? { columns: [first + k], values: [1], constant: 0 };
    element.columns.forEach((j, at) => {
      columns.push(j);
      values.push(row.values[l] * element.values[at]);
    });
    constant += row.values[l] * element.constant;
  });
  return { columns, values, constant };
}

function rowsOf({ rows_count, cols_count, colStart, rowIndex, values }: SparseMatrix): AffineRow[] {
  const rows = Array.from({ length: rows_count }, () => ({ columns: [] as number[], values: [] as number[], constant: 0 }));
  for (let j = 0; j < cols_count; j++) {
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      rows[rowIndex[p]].columns.push(j);
      rows[rowIndex[p]].values.push(values[p]);
    }
  }
  return rows;
}

/** The same matrix with empty rows and columns behind. */
function widened(matrix: SparseMatrix, size: number): SparseMatrix {
  const colStart = new Int32Array(size + 1).fill(matrix.values.length);
  colStart.set(matrix.colStart);
  return { ...matrix, rows_count: size, cols_count: size, colStart };
}
