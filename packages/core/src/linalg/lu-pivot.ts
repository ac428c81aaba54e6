/**
 * The search for pivots in A·Q = Pᵀ·L·U: left-looking, one sparse triangular solve per column.
 *
 *   x = L⁻¹·A(:, q_k);  U(0…k, k) = x at rows already chosen;  pivot among the rest;  L(:, k) = rest / pivot
 *
 * The reach of a column in the graph of L is found depth first; a column j of L is pruned to the rows chosen so far
 * as soon as U_jk and L_kj are both stored, because column k then leads to the others. The preferred row is taken when
 * it is at least `threshold` times the largest candidate. Only pivots and patterns are kept: the numbers are made by
 * the refactorisation kernel, so that factor and refactor agree bit for bit.
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | q, preferred | columnOrder, preferredRow | column and wished row of step k |
 * | P | stepOfRow, rowOfStep | −1 while a row is not chosen |
 * | L | lStart, lRow, lx | columns without the unit diagonal, rows by original index |
 * | U | uStart, uStep | columns above the pivot, rows by step |
 * @cost proportional to the floating-point operations (Gilbert, Peierls), without any sort
 * @source Gilbert, Peierls, SIAM J. Sci. Stat. Comput. 9 (1988); Eisenstat, Liu, SIAM J. Matrix Anal. 13 (1992)
 */
import type { LuSymbolic } from './lu-analyse.ts';

export interface LuPattern {
  /** −1 when every column found a pivot, else the original column that did not. */
  singularColumn: number;
  readonly stepOfRow: Int32Array;
  readonly rowOfStep: Int32Array;
  readonly lStart: Int32Array;
  readonly uStart: Int32Array;
  lRow: Int32Array;
  uStep: Int32Array;
}

function grown(array: Int32Array, least: number): Int32Array {
  const larger = new Int32Array(Math.max(least, array.length * 2));
  larger.set(array);
  return larger;
}

export function findPivots(symbolic: LuSymbolic, values: Float64Array, threshold: number): LuPattern {
  const { n, colStart, rowIndex, columnOrder, preferredRow, boundNnz } = symbolic;
  const stepOfRow = new Int32Array(n).fill(-1);
  const rowOfStep = new Int32Array(n);
  const lStart = new Int32Array(n + 1);
  const uStart = new Int32Array(n + 1);
  let lRow: Int32Array = new Int32Array(boundNnz + n);
  let lx = new Float64Array(boundNnz + n);
  let uStep: Int32Array = new Int32Array(boundNnz + n);
  const liveEnd = new Int32Array(n);
  const pruned = new Uint8Array(n);
  const seenRow = new Int32Array(n).fill(-1);
  const seenStep = new Int32Array(n).fill(-1);
  const reach = new Int32Array(n);
  const stack = new Int32Array(n);
  const place = new Int32Array(n);
  const x = new Float64Array(n);
  let lNnz = 0;
  let uNnz = 0;
  const result: LuPattern = { singularColumn: -1, stepOfRow, rowOfStep, lStart, uStart, lRow, uStep };

  for (let k = 0; k < n; k++) {
    const column = columnOrder[k];
    if (lNnz + n - k > lRow.length) {
      lRow = grown(lRow, lNnz + n);
      const larger = new Float64Array(lRow.length);
      larger.set(lx);
      lx = larger;
    }
    if (uNnz + k > uStep.length) uStep = grown(uStep, uNnz + n);

    // Pattern of x: steps in topological order from the end of `reach`, new rows straight into column k of L.
    let bottom = n;
    for (let a = colStart[column]; a < colStart[column + 1]; a++) {
      const row = rowIndex[a];
      const step = stepOfRow[row];
      if (step < 0) {
        if (seenRow[row] !== k) {
          seenRow[row] = k;
          lRow[lNnz++] = row;
        }
        continue;
      }
      if (seenStep[step] === k) continue;
      let top = 0;
      stack[0] = step;
      place[0] = lStart[step];
      seenStep[step] = k;
      while (top >= 0) {
        const j = stack[top];
        const end = liveEnd[j];
        let p = place[top];
        let child = -1;
        while (p < end) {
          const i = lRow[p++];
          const s = stepOfRow[i];
          if (s < 0) {
            if (seenRow[i] !== k) {
              seenRow[i] = k;
              lRow[lNnz++] = i;
            }
          } else if (seenStep[s] !== k) {
            child = s;
            break;
          }
        }
        if (child >= 0) {
          place[top] = p;
          seenStep[child] = k;
          stack[++top] = child;
          place[top] = lStart[child];
        } else {
          reach[--bottom] = j;
          top--;
        }
      }
    }

    // Numbers of x.
    for (let a = colStart[column]; a < colStart[column + 1]; a++) x[rowIndex[a]] += values[a];
    for (let t = bottom; t < n; t++) {
      const j = reach[t];
      const row = rowOfStep[j];
      const u = x[row];
      x[row] = 0;
      uStep[uNnz++] = j;
      if (u === 0) continue;
      const end = lStart[j + 1];
      for (let p = lStart[j]; p < end; p++) x[lRow[p]] -= lx[p] * u;
    }

    // The pivot.
    const begin = lStart[k];
    let largest = 0;
    let at = -1;
    let preferredAt = -1;
    const preferred = preferredRow[k];
    for (let p = begin; p < lNnz; p++) {
      const size = Math.abs(x[lRow[p]]);
      if (size > largest) at = p;
      largest = Math.max(largest, size);
      if (lRow[p] === preferred) preferredAt = p;
    }
    if (at < 0 || !(largest < Number.POSITIVE_INFINITY)) {
      result.singularColumn = column;
      return result;
    }
    if (preferredAt >= 0 && x[preferred] !== 0 && Math.abs(x[preferred]) >= threshold * largest) at = preferredAt;
    const pivotRow = lRow[at];
    const inverse = 1 / x[pivotRow];
    x[pivotRow] = 0;
    lRow[at] = lRow[--lNnz];
    for (let p = begin; p < lNnz; p++) {
      const row = lRow[p];
      lx[p] = x[row] * inverse;
      x[row] = 0;
    }
    stepOfRow[pivotRow] = k;
    rowOfStep[k] = pivotRow;
    lStart[k + 1] = lNnz;
    liveEnd[k] = lNnz;
    uStart[k + 1] = uNnz;

    // Prune every column that met this one both ways.
    for (let t = uStart[k]; t < uNnz; t++) {
      const j = uStep[t];
      if (pruned[j] === 1) continue;
      const end = lStart[j + 1];
      let meets = false;
      for (let p = lStart[j]; p < end; p++) {
        if (lRow[p] === pivotRow) {
          meets = true;
          break;
        }
      }
      if (!meets) continue;
      let head = lStart[j];
      let tail = end;
      while (head < tail) {
        const row = lRow[head];
        if (stepOfRow[row] >= 0) head++;
        else {
          tail--;
          lRow[head] = lRow[tail];
          lRow[tail] = row;
          const value = lx[head];
          lx[head] = lx[tail];
          lx[tail] = value;
        }
      }
      liveEnd[j] = tail;
      pruned[j] = 1;
    }
  }
  result.lRow = lRow;
  result.uStep = uStep;
  return result;
}

/**
 * Rows of a compressed matrix renamed and sorted inside their columns, by transposing twice.
 * @param name - new name of each row; absent: rows keep theirs
 * @cost O(nnz + n)
 */
export function sortRowsInto(n: number, start: Int32Array, rows: Int32Array, name: Int32Array | undefined, out: Int32Array): void {
  const nnz = start[n];
  const byRow = new Int32Array(n + 1);
  for (let p = 0; p < nnz; p++) byRow[(name ? name[rows[p]] : rows[p]) + 1]++;
  for (let i = 0; i < n; i++) byRow[i + 1] += byRow[i];
  const column = new Int32Array(nnz);
  const next = byRow.slice(0, n);
  for (let j = 0; j < n; j++) for (let p = start[j]; p < start[j + 1]; p++) column[next[name ? name[rows[p]] : rows[p]]++] = j;
  const place = start.slice(0, n);
  for (let i = 0; i < n; i++) for (let q = byRow[i]; q < byRow[i + 1]; q++) out[place[column[q]]++] = i;
}
