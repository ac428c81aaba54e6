import { CombinationError } from '../base/errors.ts';
import { denseLuSolve } from '../linalg/dense.ts';
import { holds, type UncertaintySet } from './uncertainty-set.ts';

/**
 * Corners of a set in its coordinates, each once. A corner has k budgets active and k coordinates between their bounds; all choices
 * are tried. For small sets, and to test cleverer searches against.
 * @param most_count - refuses sets with more choices than that
 * @cost Σ_k C(m, k)·C(n, k)·2^(n−k) systems of k unknowns
 * @throws {CombinationError} SET_TOO_MANY_CORNERS
 */
export function verticesOf(set: UncertaintySet, most_count = 100_000): Float64Array[] {
  const { lower, upper, limit } = set;
  const free = [...lower.keys()].filter((j) => upper[j] > lower[j]);
  const choices = choicesOf(free.length, limit.length);
  if (choices > most_count) {
    throw new CombinationError({
      code: 'SET_TOO_MANY_CORNERS',
      message: `An uncertainty set of ${free.length} symbols and ${limit.length} budgets may have ${choices} corners, at most ${most_count} are listed`,
      hint: 'Search the worst case by complementarity instead of a list of corners.',
    });
  }
  const corners = new Map<string, Float64Array>();
  for (let k = 0; k <= Math.min(free.length, limit.length); k++) {
    for (const active of subsets(limit.length, k)) {
      for (const between of subsets(free.length, k)) {
        const inner = between.map((p) => free[p]);
        const outer = free.filter((j) => !inner.includes(j));
        for (let bits = 0; bits < 2 ** outer.length; bits++) {
          const v = Float64Array.from(lower);
          outer.forEach((j, p) => {
            if (Math.floor(bits / 2 ** p) % 2 === 1) v[j] = upper[j];
          });
          if (!fit(set, v, active, inner) || !holds(set, v)) continue;
          corners.set(v.map((value) => Math.round(value * 1e9) / 1e9).join(), v);
        }
      }
    }
  }
  return [...corners.values()];
}

/** Sets the inner coordinates so that the active budgets hold with equality. @returns false when they do not say where */
function fit({ rows, limit }: UncertaintySet, v: Float64Array, active: readonly number[], inner: readonly number[]): boolean {
  const k = active.length;
  if (k === 0) return true;
  const matrix = new Float64Array(k * k);
  const right = Float64Array.from(active, (i) => limit[i]);
  const rowOf = new Map(active.map((i, r) => [i, r]));
  for (let j = 0; j < v.length; j++) {
    const column = inner.indexOf(j);
    for (let p = rows.colStart[j]; p < rows.colStart[j + 1]; p++) {
      const r = rowOf.get(rows.rowIndex[p]);
      if (r === undefined) continue;
      if (column >= 0) matrix[r * k + column] = rows.values[p];
      else right[r] -= rows.values[p] * v[j];
    }
  }
  const solved = denseLuSolve(matrix, right, k);
  if (!solved?.every(Number.isFinite)) return false;
  inner.forEach((j, c) => void (v[j] = solved[c]));
  return true;
}

function choicesOf(free_count: number, budgets_count: number): number {
  let total = 0;
  for (let k = 0; k <= Math.min(free_count, budgets_count); k++) {
    total += binomial(budgets_count, k) * binomial(free_count, k) * 2 ** (free_count - k);
  }
  return total;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 0; i < k; i++) value = (value * (n - i)) / (i + 1);
  return Math.round(value);
}

/** Subsets of 0 … n−1 with k members, in lexicographic order. */
function* subsets(n: number, k: number): Generator<number[]> {
  const chosen = Array.from({ length: k }, (_, i) => i);
  for (;;) {
    yield [...chosen];
    let i = k - 1;
    while (i >= 0 && chosen[i] === n - k + i) i--;
    if (i < 0) return;
    chosen[i]++;
    for (let j = i + 1; j < k; j++) chosen[j] = chosen[j - 1] + 1;
  }
}
