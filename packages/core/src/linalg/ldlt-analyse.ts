import { BugError } from '../base/errors.ts';
import { amdOrder } from './amd.ts';
import { factorPattern } from './elimination-tree.ts';
import type { SparseMatrix } from './sparse.ts';

/** Columns that the kernel takes at once where they have the same rows. */
const CHAIN_LEAST_COUNT = 4;

/** Share of the work in such chains below which looking for them costs more than it saves: feeders have less than a third. */
const CHAINS_LEAST_SHARE = 0.5;

/** A full triangle of so many columns of L is worth the dense kernel. */
const BLOCK_LEAST_COUNT = 16;

/**
 * What the pattern alone tells about K = Pᵀ·L·D·Lᵀ·P. Immutable, may be shared by many factors.
 * @shape order, rank, parent (n); diagonal (n); aStart (n + 1), aRow, source (nnz of the upper triangle); lRow, rowCol (lNnz)
 */
export interface LdltSymbolic {
  readonly n: number;
  readonly nnz: number;
  /** Entries of L below the diagonal. */
  readonly lNnz: number;
  /** order[k] = original index of the k-th pivot. */
  readonly order: Int32Array;
  /** rank[i] = elimination step of the original index i. */
  readonly rank: Int32Array;
  /** Elimination tree in elimination order, −1 at roots. */
  readonly parent: Int32Array;
  readonly aStart: Int32Array;
  readonly aRow: Int32Array;
  /** The entry p of the permuted triangle is the entry source[p] of the original one. */
  readonly source: Int32Array;
  /** Where the diagonal entry of column k stands in the permuted triangle, −1 where it is missing. */
  readonly diagonal: Int32Array;
  readonly lStart: Int32Array;
  readonly lRow: Int32Array;
  readonly rowStart: Int32Array;
  readonly rowCol: Int32Array;
  /** Columns j … chainEnd[j] have the same rows below themselves: each is the only child of the next in the elimination tree. */
  readonly chainEnd: Int32Array;
  /** Chains of four and more do most of the work, so the kernel looks for them. */
  readonly hasChains: boolean;
  /** Columns block … blockEnd of L are a full triangle, worth a dense kernel; empty (n … n) when none is large enough. */
  readonly block: number;
  readonly blockEnd: number;
}

/**
 * Orders and analyses a symmetric pattern for `LdltFactor`.
 * @param upper - upper triangle by columns; its values are not read; missing diagonal entries count as zero
 * @param order - elimination order; default: approximate minimum degree
 * @param shouldStop - asked now and then in a large pattern; true ends it
 * @returns undefined when it was stopped
 * @throws {BugError} LINALG_NOT_UPPER when an entry lies below the diagonal or the matrix is not square
 * @cost amdOrder + O(nnz(L))
 * @source Davis, Direct Methods for Sparse Linear Systems (2006), ch. 4
 */
export function analyseLdlt(upper: SparseMatrix, order?: Int32Array): LdltSymbolic;
export function analyseLdlt(upper: SparseMatrix, order?: Int32Array, shouldStop?: () => boolean): LdltSymbolic | undefined;
export function analyseLdlt(upper: SparseMatrix, order?: Int32Array, shouldStop?: () => boolean): LdltSymbolic | undefined {
  const n = upper.cols_count;
  const { colStart, rowIndex } = upper;
  const nnz = colStart[n];
  let below_count = 0;
  for (let j = 0; j < n; j++) for (let p = colStart[j]; p < colStart[j + 1]; p++) if (rowIndex[p] > j) below_count++;
  if (upper.rows_count !== n || below_count > 0)
    throw new BugError({
      message: `LDLᵀ takes the upper triangle of a square matrix: got ${upper.rows_count} × ${n} with ${below_count} entries below the diagonal`,
      code: 'LINALG_NOT_UPPER',
      hint: 'Pass only entries with row ≤ column.',
    });
  const chosen = order ? order.slice() : amdOrder(n, colStart, rowIndex, shouldStop);
  if (!chosen || shouldStop?.()) return undefined;
  const rank = new Int32Array(n);
  for (let k = 0; k < n; k++) rank[chosen[k]] = k;

  const aStart = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) {
    const cj = rank[j];
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      const ci = rank[rowIndex[p]];
      aStart[(ci > cj ? ci : cj) + 1]++;
    }
  }
  for (let k = 0; k < n; k++) aStart[k + 1] += aStart[k];
  const aRow = new Int32Array(nnz);
  const source = new Int32Array(nnz);
  const diagonal = new Int32Array(n).fill(-1);
  const next = aStart.slice(0, n);
  for (let j = 0; j < n; j++) {
    const cj = rank[j];
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      const ci = rank[rowIndex[p]];
      const at = next[ci > cj ? ci : cj]++;
      aRow[at] = ci > cj ? cj : ci;
      source[at] = p;
      if (ci === cj) diagonal[ci] = at;
    }
  }
  if (shouldStop?.()) return undefined;
  const pattern = factorPattern(n, aStart, aRow);
  return {
    n,
    nnz,
    lNnz: pattern.lStart[n],
    order: chosen,
    rank,
    aStart,
    aRow,
    source,
    diagonal,
    ...pattern,
    ...findChains(n, pattern.parent, pattern.lStart),
  };
}

/** Chains of columns with the same rows (supernodes), and the longest one that ends at a root: there they are a full triangle. */
function findChains(
  n: number,
  parent: Int32Array,
  lStart: Int32Array,
): Pick<LdltSymbolic, 'chainEnd' | 'hasChains' | 'block' | 'blockEnd'> {
  const chainEnd = new Int32Array(n);
  let block = n;
  let blockEnd = n;
  let end = n;
  let work = 0;
  let chainWork = 0;
  for (let j = n - 1; j >= 0; j--) {
    const below = lStart[j + 1] - lStart[j];
    const goesOn = parent[j] === j + 1 && below === lStart[j + 2] - lStart[j + 1] + 1;
    if (!goesOn) end = j + 1;
    chainEnd[j] = end;
    work += below * below;
    if (end - j >= CHAIN_LEAST_COUNT) chainWork += below * below;
    if (parent[end - 1] >= 0 || end - j < BLOCK_LEAST_COUNT || end - j <= blockEnd - block) continue;
    block = j;
    blockEnd = end;
  }
  return { chainEnd, hasChains: chainWork > CHAINS_LEAST_SHARE * work, block, blockEnd };
}
