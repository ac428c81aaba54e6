import {
  type Catalog,
  CombinationError,
  conicFormOf,
  InputError,
  type Program,
  readProgram,
  type Solution,
  type Solver,
  type StatedProgram,
} from '@gridflock/core';
import type { SolveOrder, SolveOutcome, SolveReport } from './solve-thread.ts';

/** What a point may miss its limits by and still count as one. */
const feasible = 1e-6;
const coupledShown_count = 8;
const reportEvery_ms = 100;

export interface SolveListener {
  readonly onReport: (report: SolveReport) => void;
  /** A heading and a line for each iteration, if the order asks for a log. */
  readonly onLog: (line: string) => void;
}

/** Reads a programme, solves it, and tells it in the sense and the names of its file. */
export async function executeSolve(order: SolveOrder, catalog: Catalog, { onReport, onLog }: SolveListener): Promise<SolveOutcome> {
  const { fileName, timeLimit_s, gap_frac } = order;
  const flag = new Int32Array(order.stop);
  onReport({ phase: 'read', done: 0 });
  const readStarted_ms = performance.now();
  const stated = readProgram(order.text, { fileName, format: order.format }, catalog.programs);
  const read_ms = performance.now() - readStarted_ms;
  const form = conicFormOf(stated);
  const solver = await solverFor(stated, form.program, order, catalog.solvers).prepare();
  const sign = stated.sense === 'maximise' ? -1 : 1;
  const isWhole = stated.program.integer !== undefined;
  let last_ms = Number.NEGATIVE_INFINITY;
  let incumbent = Number.POSITIVE_INFINITY;
  const started_ms = performance.now();
  let solution: Solution;
  try {
    onReport({ phase: 'solve', done: 0 });
    if (order.log) onLog(logLine(['iteration', 'objective', 'bound', 'primal', 'dual']));
    solution = solver.solve(form.program, {
      clock_s: () => performance.now() / 1000,
      ...(timeLimit_s === undefined ? {} : { timeLimit_s }),
      ...(gap_frac === undefined ? {} : { gap_frac }),
      shouldStop: () => Atomics.load(flag, 0) !== 0,
      onProgress({ iteration_count, objective, bound, primalResidual, dualResidual }) {
        if (order.log) onLog(logLine([iteration_count, sign * objective, sign * bound, primalResidual, dualResidual]));
        const isBetter = isWhole && objective < incumbent;
        if (!isBetter && performance.now() - last_ms < reportEvery_ms) return;
        last_ms = performance.now();
        if (isBetter) incumbent = objective;
        const facts = [
          fact(isWhole ? 'incumbent' : 'objective', sign * objective),
          fact('bound', sign * bound),
          isWhole ? gapText(objective, bound) : fact('residual', primalResidual),
        ];
        onReport({ phase: 'solve', done: iteration_count, text: facts.filter((each) => each !== '').join(', ') });
      },
    });
  } catch (error) {
    throw error instanceof InputError ? placed(error, stated, fileName) : error;
  }
  const time_ms = performance.now() - started_ms;
  return outcomeOf(stated, { ...solution, ...form.restate(solution) }, { fileName, read_ms, time_ms });
}

const logWidths = [9, 18, 18, 9, 9];
const logDigits = [0, 9, 9, 1, 1];

function logLine(cells: readonly (string | number)[]): string {
  const texts = cells.map((cell, k) =>
    typeof cell === 'string' || k === 0 ? `${cell}` : Number.isFinite(cell) ? cell.toExponential(logDigits[k]) : '–',
  );
  return texts.map((text, k) => text.padStart(logWidths[k] ?? 0)).join(' ');
}

const fact = (name: string, value: number): string => (Number.isFinite(value) ? `${name} ${Number(value.toPrecision(6))}` : '');

/** Distance between the best point and the proven bound, relative to the point. */
const gapText = (objective: number, bound: number): string => {
  const gap = objective === bound ? 0 : Math.abs((objective - bound) / objective);
  return Number.isFinite(gap) ? `gap ${Number((100 * gap).toPrecision(3))} %` : '';
};

/** The solver that is named, or the first of the catalogue that takes the programme. */
function solverFor(stated: StatedProgram, program: Program, order: SolveOrder, solvers: readonly Solver[]): Solver {
  const named = solvers.find(({ name }) => name === order.solver);
  if (named !== undefined) return named;
  const whole = program.integer !== undefined;
  const quadratic = program.quadratic !== undefined;
  const kinds = new Set(program.cones?.map(({ kind }) => kind));
  const able = solvers.filter(
    ({ takes }) => (takes.integer || !whole) && (takes.quadratic || !quadratic) && [...kinds].every((kind) => takes.cones.includes(kind)),
  );
  const chosen = able[0];
  if (chosen !== undefined) return chosen;
  const features = [...(quadratic ? ['a quadratic cost'] : []), ...[...kinds].map((kind) => `${kind} cones`)].join(' and ');
  if (!whole) {
    const cone = stated.cones[0];
    throw new CombinationError({
      code: 'SOLVER_CANNOT',
      message: `No solver takes ${features}`,
      where: cone === undefined ? order.fileName : `${order.fileName}:${cone.line}`,
      hint: 'See `gridflock list solvers` for what each of them takes.',
    });
  }
  const first = program.integer?.indexOf(1) ?? 0;
  throw new CombinationError({
    code: 'SOLVER_CANNOT',
    message: `No solver takes ${features === '' ? '' : `${features} together with `}whole variables, but "${program.columnName(first)}" must be whole`,
    where: `${order.fileName}:${stated.columnLine(first)}`,
    hint: quadratic ? 'Make the cost linear, or piecewise linear, or relax the whole variables.' : 'Relax the whole variables.',
  });
}

interface Circumstances {
  readonly fileName: string;
  readonly read_ms: number;
  readonly time_ms: number;
}

function outcomeOf(stated: StatedProgram, solution: Solution, { fileName, read_ms, time_ms }: Circumstances): SolveOutcome {
  const { program, sense, name, warnings } = stated;
  const { status, certificate, conflict, x, rowDual, columnDual } = solution;
  const sign = sense === 'maximise' ? -1 : 1;
  const isSolved = status === 'optimal' || status === 'almost-optimal';
  const isLimited = status === 'time-limit' || status === 'iteration-limit';
  const isPoint = isSolved || (isLimited && certificate.primalResidual <= feasible && certificate.integerResidual <= feasible);
  const isBound = isSolved || (isLimited && (program.integer !== undefined || certificate.dualResidual <= feasible));
  return {
    name,
    sense,
    status,
    solver: solution.solver,
    objective: isPoint ? sign * solution.objective : null,
    bound: isBound && Number.isFinite(solution.bound) ? sign * solution.bound : null,
    iterations_count: solution.iterations_count,
    read_ms,
    time_ms,
    certificate,
    conflict: (conflict ?? []).map((each) => ({ name: each, where: whereOf(each, stated, fileName) })),
    warnings,
    rows: isPoint ? rowsOf(program, x, rowDual, sign) : [],
    columns: isPoint
      ? Array.from(x, (value, j) => ({ name: program.columnName(j), value, reducedCost: sign * (columnDual[j] ?? Number.NaN) }))
      : [],
    size: {
      rows: program.rowLower.length,
      columns: program.cost.length,
      coefficients: program.rows.values.length,
      integers: program.integer?.reduce((total, each) => total + each, 0) ?? 0,
      quadratic: program.quadratic?.values.length ?? 0,
      cones: stated.cones.length,
    },
  };
}

function rowsOf({ rows, rowLower, rowUpper, rowName }: Program, x: Float64Array, dual: Float64Array, sign: number): SolveOutcome['rows'] {
  const activity = new Float64Array(rows.rows_count);
  for (let j = 0; j < rows.cols_count; j++) {
    for (let p = rows.colStart[j] ?? 0; p < (rows.colStart[j + 1] ?? 0); p++) {
      const i = rows.rowIndex[p] ?? 0;
      activity[i] = (activity[i] ?? 0) + (rows.values[p] ?? 0) * (x[j] ?? 0);
    }
  }
  return Array.from(activity, (value, i) => ({
    name: rowName(i),
    activity: value,
    lower: rowLower[i] ?? Number.NaN,
    upper: rowUpper[i] ?? Number.NaN,
    dual: sign * (dual[i] ?? Number.NaN),
  }));
}

/** Where the row or variable of this name stands. */
function whereOf(name: string, { program, rowLine, columnLine }: StatedProgram, fileName: string): string {
  for (let i = 0; i < program.rowLower.length; i++) if (program.rowName(i) === name) return `${fileName}:${rowLine(i)}`;
  const j = columnNamed(program, name);
  return j < 0 ? fileName : `${fileName}:${columnLine(j)}`;
}

function columnNamed(program: Program, name: string): number {
  for (let j = 0; j < program.cost.length; j++) if (program.columnName(j) === name) return j;
  return -1;
}

/** A solver names a variable: this says where it stands, and with which others its quadratic cost couples it. */
function placed(error: InputError, stated: StatedProgram, fileName: string): InputError {
  const { code, what, hint } = error;
  const { program, sense } = stated;
  const j = columnNamed(program, /"(.+?)"/.exec(what)?.[1] ?? '');
  if (error.where !== undefined || j < 0) return error;
  const coupled = coupledWith(program, j);
  const others = coupled.slice(0, coupledShown_count).map((k) => `"${program.columnName(k)}"`);
  const rest = coupled.length > coupledShown_count ? ` and ${coupled.length - coupledShown_count} more` : '';
  const block = coupled.length > 0 ? `; it is in one block with ${others.join(', ')}${rest}` : '';
  const turned = sense === 'maximise' ? ' The file maximises: squares need a minus sign there.' : '';
  const restored = new InputError({
    code,
    message: `${what}${block}`,
    where: `${fileName}:${stated.columnLine(j)}`,
    hint: `${hint ?? ''}${turned}`,
  });
  if (error.stack !== undefined) restored.stack = error.stack;
  return restored;
}

/** The variables that products in the quadratic cost tie to this one, directly or through others. */
function coupledWith({ quadratic, cost }: Program, start: number): number[] {
  if (quadratic === undefined) return [];
  const neighbours = new Map<number, number[]>();
  const link = (a: number, b: number): void => {
    const known = neighbours.get(a);
    if (known === undefined) neighbours.set(a, [b]);
    else known.push(b);
  };
  for (let j = 0; j < cost.length; j++) {
    for (let p = quadratic.colStart[j] ?? 0; p < (quadratic.colStart[j + 1] ?? 0); p++) {
      const i = quadratic.rowIndex[p] ?? 0;
      if (i === j || quadratic.values[p] === 0) continue;
      link(i, j);
      link(j, i);
    }
  }
  const found = new Set([start]);
  for (const j of found) for (const k of neighbours.get(j) ?? []) found.add(k);
  found.delete(start);
  return [...found];
}
