import { NumericalError } from '../../base/errors.ts';
import { certifyInfeasible } from '../rays.ts';
import { guarded, isFault, readable } from './library.ts';
import type { Session } from './session.ts';

/** What naming a conflict may cost beyond the solve, if no time limit is nearer. */
const budget_s = 2;
/** A smaller set counts as infeasible only if HiGHS proves it within so many nodes. */
const NODES_MAX = 200;
const PROBES_MAX = 300;

/**
 * Names rows and columns of an infeasible program that exclude each other: an irreducible subsystem of the relaxation,
 * or its Farkas ray, or, when the relaxation has points and only whole numbers are missing, what a deletion filter leaves.
 * @returns undefined when nothing smaller than the whole program is known
 */
export function conflictOf(session: Session): readonly string[] | undefined {
  try {
    if (!session.isWhole) return subsystemOf(session) ?? rayOf(session);
    return isRelaxationEmpty(session) ? (subsystemOf(session) ?? rayOf(session)) : filteredOf(session);
  } catch (error) {
    // Infeasible is proven already: a fault on the way to names takes nothing away from it.
    if (error instanceof NumericalError) return undefined;
    throw error;
  }
}

/** Subsystems and rays are those of a linear program. */
function isRelaxationEmpty(session: Session): boolean {
  session.load(new Float64Array(session.program.cost.length));
  guarded(session.library, () => session.model.clearIntegrality());
  return session.run(false, false, budget_s) === session.library.constants.modelStatus.infeasible;
}

/** HiGHS' irreducible subsystem of the relaxation; the whole program where it gave up is no news. */
function subsystemOf({ model, library, program, remaining_s }: Session): readonly string[] | undefined {
  try {
    const strategy = library.constants.iis.strategyRowPriority;
    model.options.set({ iis_strategy: strategy, iis_time_limit: Math.min(budget_s, remaining_s) });
    const { rowIndex, colIndex, rowBound, colBound } = model.getIis();
    // A variable may be kept although none of its bounds takes part: it says nothing about the conflict.
    const free = library.constants.iis.boundFree;
    const names = [
      ...Array.from(rowIndex).flatMap((i, at) => (rowBound[at] === free ? [] : [program.rowName(i)])),
      ...Array.from(colIndex).flatMap((j, at) => (colBound[at] === free ? [] : [program.columnName(j)])),
    ];
    const isAll = rowIndex.length === program.rowLower.length && names.length === rowIndex.length + program.lower.length;
    return names.length > 0 && !isAll ? names : undefined;
  } catch (error) {
    if (isFault(error)) throw readable(library, error);
    return undefined;
  }
}

function rayOf({ model, library, program }: Session): readonly string[] | undefined {
  try {
    const ray = model.getDualRay();
    if (!ray) return undefined;
    const proof = certifyInfeasible(program, ray.values);
    if (proof.proved) return proof.conflict;
    const turned = certifyInfeasible(
      program,
      ray.values.map((value) => -value),
    );
    return turned.proved ? turned.conflict : undefined;
  } catch (error) {
    if (isFault(error)) throw readable(library, error);
    return undefined;
  }
}

/**
 * Frees rows, then columns (their bounds and their wholeness together), in halves that become smaller, and keeps free
 * whatever is not needed for HiGHS to prove infeasibility again. What is left excludes each other at every moment, so
 * running out of time, nodes or probes only leaves it larger.
 * @source Chinneck, Feasibility and Infeasibility in Optimization (2008), section 6.2 (deletion filter); Guieu & Chinneck,
 *   Analyzing infeasible mixed-integer and integer linear programs, INFORMS J. Comput. 11 (1999)
 */
function filteredOf(session: Session): readonly string[] | undefined {
  const { library, program } = session;
  const { rowLower, rowUpper, lower, upper, integer } = program;
  const code = library.constants.modelStatus;
  session.load(new Float64Array(lower.length));
  session.set({ mip_max_nodes: NODES_MAX });
  let left_s = Math.min(budget_s, session.remaining_s);
  let probes_count = 0;
  let isOver = false;
  const staysInfeasible = (): boolean => {
    if (left_s <= 0 || probes_count >= PROBES_MAX) isOver = true;
    if (isOver) return false;
    probes_count++;
    const ended = session.run(false, true, left_s);
    left_s -= session.model.raw.getRunTime();
    if (ended === code.interrupted) isOver = true;
    return ended === code.infeasible || ended === code.unboundedOrInfeasible;
  };
  const isBound = (low: number, high: number): boolean => low > Number.NEGATIVE_INFINITY || high < Number.POSITIVE_INFINITY;
  const rows = Array.from(rowLower, (_, i) => i).filter((i) => isBound(rowLower[i], rowUpper[i]));
  const columns = Array.from(lower, (_, j) => j).filter((j) => isBound(lower[j], upper[j]) || integer?.[j] === 1);
  const keptRows = filter(rows, (chunk, free) => freeRows(session, chunk, free), staysInfeasible);
  const keptColumns = filter(columns, (chunk, free) => freeColumns(session, chunk, free), staysInfeasible);
  if (keptRows.length === rows.length && keptColumns.length === columns.length && isOver) return undefined;
  return [...keptRows.map((i) => program.rowName(i)), ...keptColumns.map((j) => program.columnName(j))];
}

/** The members that stay when chunks of them are freed, or set back where the program then is no longer infeasible. */
function filter(members: readonly number[], change: (chunk: readonly number[], free: boolean) => void, holds: () => boolean): number[] {
  let kept = [...members];
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const next: number[] = [];
    for (let from = 0; from < kept.length; from += size) {
      const chunk = kept.slice(from, from + size);
      change(chunk, true);
      if (holds()) continue;
      change(chunk, false);
      next.push(...chunk);
    }
    kept = next;
  }
  return kept;
}

function freeRows({ library, model, program }: Session, indices: readonly number[], free: boolean): void {
  const low = indices.map((i) => (free ? Number.NEGATIVE_INFINITY : program.rowLower[i]));
  const high = indices.map((i) => (free ? Number.POSITIVE_INFINITY : program.rowUpper[i]));
  guarded(library, () => model.changeRowsBounds({ kind: 'set', indices }, low, high));
}

function freeColumns({ library, model, program }: Session, indices: readonly number[], free: boolean): void {
  const low = indices.map((j) => (free ? Number.NEGATIVE_INFINITY : program.lower[j]));
  const high = indices.map((j) => (free ? Number.POSITIVE_INFINITY : program.upper[j]));
  const types = Int32Array.from(indices, (j) => (free ? 0 : (program.integer?.[j] ?? 0)));
  guarded(library, () => {
    model.changeColsBounds({ kind: 'set', indices }, low, high);
    model.changeColsIntegrality({ kind: 'set', indices }, types);
  });
}
