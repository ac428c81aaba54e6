/**
 * Elimination tree and the static pattern of the Cholesky-like factor of a symmetric pattern.
 *
 * parent(j) = min{ i > j : L_ij ≠ 0 }. Row k of L is the union of the tree paths that start at the entries of column k
 * of the upper triangle and stop before k.
 * @shape aStart (n + 1), aRow (nnz of the upper triangle, any order, diagonal allowed), parent (n)
 * @cost O(nnz(L))
 * @source Davis, Direct Methods for Sparse Linear Systems (2006), sections 4.1 to 4.4
 */
export interface FactorPattern {
  readonly parent: Int32Array;
  /** Columns of L without the diagonal; rows ascend. */
  readonly lStart: Int32Array;
  readonly lRow: Int32Array;
  /** Rows of L without the diagonal; columns ascend, which is a valid order of elimination. */
  readonly rowStart: Int32Array;
  readonly rowCol: Int32Array;
}

/** Parents and the number of entries below the diagonal in each column of L. */
export function eliminationTree(n: number, aStart: Int32Array, aRow: Int32Array): { parent: Int32Array; count: Int32Array } {
  const parent = new Int32Array(n).fill(-1);
  const count = new Int32Array(n);
  const seen = new Int32Array(n).fill(-1);
  for (let k = 0; k < n; k++) {
    seen[k] = k;
    for (let p = aStart[k]; p < aStart[k + 1]; p++) {
      for (let i = aRow[p]; seen[i] !== k; i = parent[i]) {
        if (parent[i] < 0) parent[i] = k;
        count[i]++;
        seen[i] = k;
      }
    }
  }
  return { parent, count };
}

/** The pattern of L by columns and by rows. */
export function factorPattern(n: number, aStart: Int32Array, aRow: Int32Array): FactorPattern {
  const { parent, count } = eliminationTree(n, aStart, aRow);
  const lStart = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) lStart[j + 1] = lStart[j] + count[j];
  const lRow = new Int32Array(lStart[n]);
  const next = lStart.slice(0, n);
  const seen = new Int32Array(n).fill(-1);
  const rowStart = new Int32Array(n + 1);
  for (let k = 0; k < n; k++) {
    seen[k] = k;
    let inRow = 0;
    for (let p = aStart[k]; p < aStart[k + 1]; p++) {
      for (let i = aRow[p]; seen[i] !== k; i = parent[i]) {
        lRow[next[i]++] = k;
        seen[i] = k;
        inRow++;
      }
    }
    rowStart[k + 1] = rowStart[k] + inRow;
  }
  const rowCol = new Int32Array(lStart[n]);
  const place = rowStart.slice(0, n);
  for (let j = 0; j < n; j++) for (let p = lStart[j]; p < lStart[j + 1]; p++) rowCol[place[lRow[p]]++] = j;
  return { parent, lStart, lRow, rowStart, rowCol };
}
