import { type ConicSolveResult, type CscMatrix, solveConic } from 'cvxjs';
import { SparseBuilder, type SparseMatrix } from '../../linalg/sparse.ts';
import type { ConeKind, Program } from '../../problem/program.ts';
import { coneMask } from '../residuals.ts';

/** What Clarabel 0.9 (WebAssembly, inside cvxjs; without semidefinite cones) says of a program; a peer to hold our solver against. */
export interface PeerAnswer {
  readonly status: ConicSolveResult['status'];
  /** With the constant of the program. */
  readonly objective: number;
  readonly x: Float64Array | null;
}

/**
 * min ½·xᵀPx + cᵀx  subject to  b − A·x in a product of cones, whose rows stand in Clarabel's order: equal, at least 0,
 * second-order, exponential (turned round: w₂, w₁, w₀), power.
 */
export async function solveByClarabel(program: Program): Promise<PeerAnswer> {
  const { cost, quadratic, lower, upper, rowLower, rowUpper, rows, cones = [] } = program;
  const n = cost.length;
  const lines = linesOf(rows);
  const a = new SparseBuilder();
  const b: number[] = [];
  /** sign·(line·x − right) is a slack. */
  const add = (line: ReadonlyMap<number, number>, right: number, sign: number): void => {
    for (const [j, value] of line) a.add(b.length, j, -sign * value);
    b.push(-sign * right);
  };
  const sides = [
    ...Array.from(coneMask(program)).flatMap((isInCone, i) =>
      isInCone === 1 ? [] : [{ line: lines[i]!, low: rowLower[i]!, high: rowUpper[i]! }],
    ),
    ...Array.from(cost, (_, j) => ({ line: new Map([[j, 1]]), low: lower[j]!, high: upper[j]! })),
  ];
  for (const { line, low, high } of sides) if (low === high) add(line, low, 1);
  const zero = b.length;
  for (const { line, low, high } of sides) {
    if (low === high) continue;
    if (low > -Infinity) add(line, low, 1);
    if (high < Infinity) add(line, high, -1);
  }
  const of = (kind: ConeKind) => cones.filter((cone) => cone.kind === kind);
  const all = (members: Iterable<number>): void => {
    for (const i of members) add(lines[i]!, rowLower[i]!, 1);
  };
  const long = of('second-order').filter((cone) => cone.rows.length > 1);
  for (const cone of of('second-order')) if (cone.rows.length === 1) all(cone.rows);
  const nonneg = b.length - zero;
  for (const cone of long) all(cone.rows);
  for (const cone of of('exponential')) all(cone.rows.slice().reverse());
  for (const cone of of('power')) all(cone.rows);
  const result = await solveConic(
    asCsc(quadratic ?? new SparseBuilder().build(n, n)),
    cost,
    asCsc(a.build(b.length, n)),
    Float64Array.from(b),
    {
      zero,
      nonneg,
      soc: long.map((cone) => cone.rows.length),
      exp: of('exponential').length,
      power: of('power').map(({ exponent }) => exponent!),
    },
  );
  return { status: result.status, objective: (result.objVal ?? Number.NaN) + program.offset, x: result.x };
}

function linesOf({ rows_count, cols_count, colStart, rowIndex, values }: SparseMatrix): Map<number, number>[] {
  const lines = Array.from({ length: rows_count }, () => new Map<number, number>());
  for (let j = 0; j < cols_count; j++) {
    for (let p = colStart[j]!; p < colStart[j + 1]!; p++) lines[rowIndex[p]!]!.set(j, values[p]!);
  }
  return lines;
}

const asCsc = ({ rows_count, cols_count, colStart, rowIndex, values }: SparseMatrix): CscMatrix => ({
  nrows: rows_count,
  ncols: cols_count,
  colPtr: Uint32Array.from(colStart),
  rowIdx: Uint32Array.from(rowIndex),
  values,
});
