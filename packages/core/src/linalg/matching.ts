/**
 * A row for every column such that as many columns as possible meet a stored entry: maximum transversal.
 *
 * The diagonal is taken wherever it is stored. Every other column looks for a free row, first among its own entries,
 * then along an alternating path (depth first, without recursion).
 * @returns rowOfColumn, a permutation; columns beyond the structural rank get the rows left over, in ascending order
 * @shape colStart (n + 1), rowIndex (nnz), rowOfColumn (n)
 * @cost O(nnz) when the diagonal is stored, O(n·nnz) at worst
 * @source Duff: On algorithms for obtaining a maximum transversal, ACM Trans. Math. Softw. 7 (1981)
 */
export function matchRows(n: number, colStart: Int32Array, rowIndex: Int32Array): { rowOfColumn: Int32Array; rank_count: number } {
  const rowOfColumn = new Int32Array(n).fill(-1);
  const columnOfRow = new Int32Array(n).fill(-1);
  let rank_count = 0;
  for (let j = 0; j < n; j++) {
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      if (rowIndex[p] !== j || columnOfRow[j] >= 0) continue;
      rowOfColumn[j] = j;
      columnOfRow[j] = j;
      rank_count++;
    }
  }
  if (rank_count === n) return { rowOfColumn, rank_count };

  const seen = new Int32Array(n).fill(-1);
  const cheap = colStart.slice(0, n);
  const path = new Int32Array(n);
  const place = new Int32Array(n);
  for (let j = 0; j < n; j++) {
    if (rowOfColumn[j] >= 0) continue;
    let top = 0;
    path[0] = j;
    place[0] = colStart[j];
    seen[j] = j;
    let found = -1;
    while (top >= 0 && found < 0) {
      const c = path[top];
      while (cheap[c] < colStart[c + 1]) {
        const i = rowIndex[cheap[c]++];
        if (columnOfRow[i] < 0) {
          found = i;
          break;
        }
      }
      if (found >= 0) break;
      let deeper = false;
      while (place[top] < colStart[c + 1] && !deeper) {
        const next = columnOfRow[rowIndex[place[top]++]];
        if (next < 0 || seen[next] === j) continue;
        seen[next] = j;
        path[++top] = next;
        place[top] = colStart[next];
        deeper = true;
      }
      if (!deeper) top--;
    }
    if (found < 0) continue;
    rank_count++;
    // Each column on the path gives its row to the one before it and takes the row found deeper down.
    for (let row = found; top >= 0; top--) {
      const c = path[top];
      const given = rowOfColumn[c];
      rowOfColumn[c] = row;
      columnOfRow[row] = c;
      row = given;
    }
  }
  let free = 0;
  for (let j = 0; j < n; j++) {
    if (rowOfColumn[j] >= 0) continue;
    while (columnOfRow[free] >= 0) free++;
    rowOfColumn[j] = free;
    columnOfRow[free] = j;
  }
  return { rowOfColumn, rank_count };
}
