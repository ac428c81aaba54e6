import { BugError, CombinationError, InputError } from '../base/errors.ts';
import { type Cone, type ConeKind, type Program, semidefiniteOrder } from '../problem/program.ts';
import type { Solution, SolveStatus } from './contract.ts';
import { Certifier } from './residuals.ts';

/**
 * Refuses programs whose arrays do not fit each other or hold values no solver can read.
 * @param cones - kinds of cones that the solver takes; a program with others is refused
 * @throws {BugError} SOLVER_BAD_SHAPE if the arrays do not fit each other
 * @throws {CombinationError} SOLVER_CANNOT if the program has cones that the solver does not take
 * @throws {InputError} SOLVER_NOT_A_NUMBER if a coefficient is not finite or a bound is not a number
 */
export function checkProgram(program: Program, cones: readonly ConeKind[] = []): void {
  const { cost, lower, upper, rows, rowLower, rowUpper, quadratic, integer } = program;
  const n = cost.length;
  const m = rowLower.length;
  const fits =
    lower.length === n &&
    upper.length === n &&
    rowUpper.length === m &&
    rows.rows_count === m &&
    rows.cols_count === n &&
    (!quadratic || (quadratic.rows_count === n && quadratic.cols_count === n)) &&
    (!integer || integer.length === n);
  if (!fits) {
    throw new BugError({
      message: `The arrays of a program do not fit each other: expected ${n} columns and ${m} rows everywhere`,
      code: 'SOLVER_BAD_SHAPE',
      hint: 'Please report how the program was built.',
    });
  }
  if (program.cones && program.cones.length > 0) {
    const other = program.cones.find(({ kind }) => !cones.includes(kind));
    if (other) refuseOtherCone(program, other);
    checkCones(program);
  }
  for (let j = 0; j < n; j++) {
    if (!Number.isFinite(cost[j])) refuse('cost', cost[j], program.columnName(j));
    if (Number.isNaN(lower[j]) || Number.isNaN(upper[j])) refuse('bounds', Number.NaN, program.columnName(j));
    for (let p = rows.colStart[j]; p < rows.colStart[j + 1]; p++) {
      if (!Number.isFinite(rows.values[p])) {
        refuse(`coefficient in "${program.rowName(rows.rowIndex[p])}"`, rows.values[p], program.columnName(j));
      }
    }
    if (!quadratic) continue;
    for (let p = quadratic.colStart[j]; p < quadratic.colStart[j + 1]; p++) {
      if (!Number.isFinite(quadratic.values[p])) refuse('quadratic cost', quadratic.values[p], program.columnName(j));
    }
  }
  for (let i = 0; i < m; i++) {
    if (Number.isNaN(rowLower[i]) || Number.isNaN(rowUpper[i])) refuse('bounds', Number.NaN, program.rowName(i));
  }
}

function refuseOtherCone(program: Program, { kind, rows }: Cone): never {
  const where = rows.length === 0 ? 'there is one' : `"${program.rowName(rows[0])}" is in one`;
  throw new CombinationError({
    message: `This solver takes no ${kind} cones, but ${where}`,
    code: 'SOLVER_CANNOT',
    hint: `Choose the solver ${program.integer === undefined ? 'interior-point' : 'outer-approximation'}.`,
  });
}

/**
 * @throws {BugError} SOLVER_BAD_SHAPE if a cone has the wrong number of rows or no exponent between 0 and 1, a row is in
 *   two places, or the bounds of a row in a cone are not one finite number
 */
export function checkCones(program: Program): void {
  const { cones, rowLower, rowUpper } = program;
  if (!cones) return;
  const isTaken = new Uint8Array(rowLower.length);
  for (const cone of cones) {
    const { rows } = cone;
    if (rows.length === 0) refuseCone('A cone has no rows: expected at least one');
    checkSize(cone);
    for (const i of rows) {
      if (!(i >= 0 && i < isTaken.length)) refuseCone(`A cone asks for row ${i}: expected 0 to ${isTaken.length - 1}`);
      if (isTaken[i] === 1) refuseCone(`The row "${program.rowName(i)}" is in cones twice: expected once`);
      isTaken[i] = 1;
      if (Number.isNaN(rowLower[i]) || Number.isNaN(rowUpper[i])) refuse('bounds', Number.NaN, program.rowName(i));
      if (rowLower[i] !== rowUpper[i] || !Number.isFinite(rowLower[i])) {
        refuseCone(
          `The row "${program.rowName(i)}" in a cone has bounds of its own: expected one right side, got ${rowLower[i]} to ${rowUpper[i]}`,
        );
      }
    }
  }
}

function checkSize({ kind, rows, exponent }: Cone): void {
  const hasThree = kind === 'exponential' || kind === 'power';
  if (hasThree && rows.length !== 3) refuseCone(`A cone of kind ${kind} has ${rows.length} rows: expected 3`);
  if (kind === 'positive-semidefinite' && !Number.isInteger(semidefiniteOrder(rows.length))) {
    refuseCone(`A positive-semidefinite cone has ${rows.length} rows: expected k·(k + 1)/2 for a matrix of order k`);
  }
  const isPower = kind === 'power';
  if (isPower !== (exponent !== undefined) || (isPower && !((exponent as number) > 0 && (exponent as number) < 1))) {
    refuseCone(`A cone of kind ${kind} has the exponent ${exponent}: expected one between 0 and 1 on power cones, none on others`);
  }
}

function refuseCone(message: string): never {
  throw new BugError({ message, code: 'SOLVER_BAD_SHAPE', hint: 'Please report how the program was built.' });
}

function refuse(what: string, value: number, name: string): never {
  throw new InputError({
    message: `The ${what} of "${name}" must be a number, got ${value}`,
    code: 'SOLVER_NOT_A_NUMBER',
    hint: 'Look for a missing measurement, price or parameter in the data behind it.',
  });
}

/** Names of the rows and variables whose own bounds leave no value; undefined when there are none. */
export function contradictionsOf(program: Program): string[] | undefined {
  const { lower, upper, rowLower, rowUpper, integer } = program;
  const names: string[] = [];
  for (let j = 0; j < lower.length; j++) {
    const whole = integer !== undefined && integer[j] === 1;
    const noWhole = whole && Math.ceil(lower[j] - 1e-9) > Math.floor(upper[j] + 1e-9);
    if (isEmpty(lower[j], upper[j]) || noWhole) names.push(program.columnName(j));
  }
  for (let i = 0; i < rowLower.length; i++) if (isEmpty(rowLower[i], rowUpper[i])) names.push(program.rowName(i));
  return names.length > 0 ? names : undefined;
}

/** @internal */
export function isEmpty(lower: number, upper: number): boolean {
  return lower > upper || lower === Number.POSITIVE_INFINITY || upper === Number.NEGATIVE_INFINITY;
}

/** What a solver found, before it is judged. */
export interface Finding {
  readonly solver: string;
  readonly status: SolveStatus;
  readonly x: Float64Array;
  readonly rowDual: Float64Array;
  readonly columnDual: Float64Array;
  readonly iterations_count: number;
  /** For whole variables: the bound proven by the tree. Otherwise the dual objective is the bound. */
  readonly bound?: number | undefined;
  readonly conflict?: readonly string[] | undefined;
}

/** Adds objective, bound and a certificate recomputed from the program. */
export function buildSolution(program: Program, finding: Finding): Solution {
  const judge = new Certifier(program);
  judge.evaluate(finding.x, finding.rowDual);
  judge.judge(finding.x, finding.rowDual, finding.columnDual, finding.bound);
  const { conflict, bound, ...rest } = finding;
  return {
    ...rest,
    objective: judge.objective,
    bound: bound ?? judge.dualObjective,
    certificate: judge.certificate(),
    ...(conflict ? { conflict } : {}),
  };
}

/** The answer to a program that is infeasible before any arithmetic. */
export function contradictorySolution(program: Program, solver: string, conflict: readonly string[]): Solution {
  const n = program.cost.length;
  return buildSolution(program, {
    solver,
    status: 'infeasible',
    x: new Float64Array(n),
    rowDual: new Float64Array(program.rowLower.length),
    columnDual: new Float64Array(n),
    iterations_count: 0,
    bound: Number.POSITIVE_INFINITY,
    conflict,
  });
}
