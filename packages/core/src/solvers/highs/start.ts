import { guarded } from './library.ts';
import type { Session } from './session.ts';

/** Nodes for the whole variables that a start leaves open. */
const NODES_MAX = 500;

/**
 * Completes a start to a feasible point: whole variables that it gives are fixed at their nearest whole values, the others and
 * all continuous ones are solved for. Done here and not by HiGHS, whose reports then would carry bounds of the restricted program.
 * @param start - NaN where nothing is known
 * @returns undefined if the start gives no whole variable, or none that a feasible point has
 */
export function completedStart(session: Session, start: Float64Array): Float64Array | undefined {
  const { library, model, program } = session;
  const { integer, lower, upper } = program;
  const indices: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < lower.length; j++) {
    if (integer?.[j] !== 1 || !Number.isFinite(start[j])) continue;
    const value = Math.round(start[j]);
    if (value < lower[j] || value > upper[j]) return undefined;
    indices.push(j);
    values.push(value);
  }
  if (indices.length === 0) return undefined;
  guarded(library, () => model.changeColsBounds({ kind: 'set', indices }, values, values));
  session.set({ mip_max_nodes: NODES_MAX });
  session.run(false);
  if (!session.hasPoint) return undefined;
  const found = guarded(library, () => model.getSolution()).colValue;
  return found.map((value, j) => (integer?.[j] === 1 ? Math.round(value) : value));
}
