import { buildQuotientGraph, compact } from './quotient-graph.ts';

/**
 * Approximate minimum degree ordering of a symmetric pattern.
 *
 * Eliminating variable k from a graph joins all its neighbours. The quotient graph stores each such clique as one
 * *element* instead of its edges, so the graph never grows. At every step the variable of least approximate external
 * degree is eliminated:
 *
 *   d_i ← min( n − eliminated − |i|,  d_i + |L_k∖i|,  |A_i∖i| + |L_k∖i| + Σ_{e ∈ E_i∖k} |L_e∖L_k| )
 *
 * Variables with the same neighbours are merged (found by hash); variables whose neighbours all lie in the new element
 * are eliminated with it; elements that the new one covers are absorbed, aggressively too.
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | list of i | list[first[i] …+length[i]] | variable: its elements, then its variables; element: its variables L_e |
 * | E_i | elements[i] | number of elements at the front of the list; IS_ELEMENT, IS_DEAD |
 * | \|i\| | size[i] | variables merged into i; 0 when i is merged or dense, negative while i lies in L_k |
 * | d_i, \|L_e\| | degree[i] | approximate external degree; size of an element |
 * | parent | −2 − first[i] | of a merged variable or absorbed element; first[i] = −1 at a root |
 * | \|L_e∖L_k\| + tag | mark[e] | 0 when the element is dead |
 *
 * Ties: the variable that entered its degree list last goes first, so the result depends on the pattern alone.
 * Never fails. O(nnz·log n) in practice, O(n·nnz) at worst.
 * @source Amestoy, Davis, Duff: An approximate minimum degree ordering algorithm, SIAM J. Matrix Anal. 17 (1996)
 */

const IS_ELEMENT = -2;
const IS_DEAD = -1;

/** Rows with more neighbours than max(16, 10·√n) are put last: they would be in every element anyway. */
const DENSE_LEAST_COUNT = 16;
const DENSE_FACTOR = 10;
/** Entries of lists between two looks at `shouldStop`. */
const PORTION = 1e6;

/** Children before parents; merged variables directly before the pivot they were merged into. Appends, returns the count. */
function postorderInto(order: Int32Array, n: number, first: Int32Array, size: Int32Array): number {
  const child = new Int32Array(n).fill(-1);
  const sibling = new Int32Array(n);
  for (let pass = 0; pass < 2; pass++) {
    for (let i = n - 1; i >= 0; i--) {
      if (first[i] === -1 || size[i] > 0 !== (pass === 1)) continue;
      const parent = -2 - first[i];
      sibling[i] = child[parent];
      child[parent] = i;
    }
  }
  const stack = new Int32Array(n);
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (first[root] !== -1 || size[root] === 0) continue;
    let top = 0;
    stack[0] = root;
    while (top >= 0) {
      const i = stack[top];
      const c = child[i];
      if (c >= 0) {
        child[i] = sibling[c];
        stack[++top] = c;
      } else {
        order[count++] = i;
        top--;
      }
    }
  }
  return count;
}

/**
 * Fill-reducing elimination order of the symmetric pattern of A + Aᵀ, postordered.
 *
 * Any triangle or the full pattern may be given; rows need not be sorted, duplicates and the diagonal are ignored.
 * @param n - order of the matrix
 * @param shouldStop - asked now and then in a large graph; true ends it
 * @returns order[k] = the row and column that is eliminated as k-th; undefined when it was stopped
 * @shape colStart (n + 1), rowIndex (nnz), result (n)
 * @cost about O(nnz·log n); 54 000 columns in tens of milliseconds (measured: bench/linalg.bench.mjs)
 * @source Amestoy, Davis, Duff (1996); Davis, Direct Methods for Sparse Linear Systems (2006), ch. 7
 * @example amdOrder(2, Int32Array.of(0, 0, 1), Int32Array.of(0)) // a permutation of 0, 1
 */
export function amdOrder(n: number, colStart: Int32Array, rowIndex: Int32Array): Int32Array;
export function amdOrder(n: number, colStart: Int32Array, rowIndex: Int32Array, shouldStop?: () => boolean): Int32Array | undefined;
export function amdOrder(n: number, colStart: Int32Array, rowIndex: Int32Array, shouldStop?: () => boolean): Int32Array | undefined {
  const order = new Int32Array(n);
  if (n === 0) return order;
  const graph = buildQuotientGraph(n, colStart, rowIndex);
  const { first, length, list } = graph;
  const capacity = list.length;
  const elements = new Int32Array(n);
  const size = new Int32Array(n).fill(1);
  const degree = length.slice();
  const mark = new Int32Array(n).fill(1);
  const head = new Int32Array(n + 1).fill(-1);
  const next = new Int32Array(n).fill(-1);
  const previous = new Int32Array(n).fill(-1);
  const bucket = new Int32Array(n).fill(-1);
  const denseLimit = Math.max(DENSE_LEAST_COUNT, Math.floor(DENSE_FACTOR * Math.sqrt(n)));
  const tagLimit = 0x7fffffff - 2 * n - 2;
  let tag = 2;
  let eliminated = 0;
  let dense_count = 0;

  for (let i = n - 1; i >= 0; i--) {
    const d = degree[i];
    if (d === 0) {
      elements[i] = IS_ELEMENT;
      first[i] = -1;
      mark[i] = 0;
      eliminated++;
    } else if (d > denseLimit) {
      elements[i] = IS_DEAD;
      first[i] = -1;
      size[i] = 0;
      eliminated++;
      dense_count++;
    } else {
      const h = head[d];
      if (h >= 0) previous[h] = i;
      next[i] = h;
      head[d] = i;
    }
  }

  let minDegree = 0;
  let largestElement = 0;
  let work = graph.used;
  while (eliminated < n) {
    if (work > PORTION) {
      if (shouldStop?.()) return undefined;
      work = 0;
    }
    // 1. The pivot: least approximate degree.
    while (head[minDegree] < 0) minDegree++;
    const k = head[minDegree];
    head[minDegree] = next[k];
    if (next[k] >= 0) previous[next[k]] = -1;
    const elementsOfK = elements[k];
    let sizeK = size[k];
    eliminated += sizeK;

    // 2. The new element L_k: neighbours of k, directly and through its elements, which it absorbs.
    if (elementsOfK > 0 && graph.used + minDegree >= capacity) compact(graph);
    size[k] = -sizeK;
    let degreeK = 0;
    let source = first[k];
    const begin = elementsOfK === 0 ? source : graph.used;
    let end = begin;
    const variablesOfK = length[k] - elementsOfK;
    for (let turn = 1; turn <= elementsOfK + 1; turn++) {
      let e = k;
      let p = source;
      let count = variablesOfK;
      if (turn <= elementsOfK) {
        e = list[source++];
        p = first[e];
        count = length[e];
      }
      for (let c = 0; c < count; c++) {
        const i = list[p++];
        const sizeI = size[i];
        if (sizeI <= 0) continue;
        degreeK += sizeI;
        size[i] = -sizeI;
        list[end++] = i;
        const after = next[i];
        const before = previous[i];
        if (after >= 0) previous[after] = before;
        if (before >= 0) next[before] = after;
        else head[degree[i]] = after;
      }
      if (e !== k) {
        first[e] = -2 - k;
        mark[e] = 0;
      }
    }
    if (elementsOfK !== 0) graph.used = end;
    degree[k] = degreeK;
    first[k] = begin;
    length[k] = end - begin;
    elements[k] = IS_ELEMENT;

    // 3. |L_e ∖ L_k| of every element e that touches L_k.
    if (tag >= tagLimit) {
      for (let i = 0; i < n; i++) if (mark[i] !== 0) mark[i] = 1;
      tag = 2;
    }
    for (let q = begin; q < end; q++) {
      const i = list[q];
      const sizeI = -size[i];
      const stop = first[i] + elements[i];
      for (let p = first[i]; p < stop; p++) {
        const e = list[p];
        if (mark[e] >= tag) mark[e] -= sizeI;
        else if (mark[e] !== 0) mark[e] = degree[e] + tag - sizeI;
      }
    }

    // 4. New degrees; covered elements are absorbed, variables without other neighbours are eliminated with k.
    work += end - begin;
    for (let q = begin; q < end; q++) {
      const i = list[q];
      work += length[i];
      const p1 = first[i];
      const p2 = p1 + elements[i];
      const p4 = p1 + length[i];
      let write = p1;
      let hash = 0;
      let d = 0;
      for (let p = p1; p < p2; p++) {
        const e = list[p];
        if (mark[e] === 0) continue;
        const outside = mark[e] - tag;
        if (outside > 0) {
          d += outside;
          list[write++] = e;
          hash += e;
        } else {
          first[e] = -2 - k;
          mark[e] = 0;
        }
      }
      elements[i] = write - p1 + 1;
      const p3 = write;
      for (let p = p2; p < p4; p++) {
        const j = list[p];
        const sizeJ = size[j];
        if (sizeJ <= 0) continue;
        d += sizeJ;
        list[write++] = j;
        hash += j;
      }
      if (d === 0) {
        const sizeI = -size[i];
        first[i] = -2 - k;
        degreeK -= sizeI;
        sizeK += sizeI;
        eliminated += sizeI;
        size[i] = 0;
        elements[i] = IS_DEAD;
      } else {
        if (d < degree[i]) degree[i] = d;
        list[write] = list[p3];
        list[p3] = list[p1];
        list[p1] = k;
        length[i] = write - p1 + 1;
        const h = hash % n;
        next[i] = bucket[h];
        bucket[h] = i;
        previous[i] = h;
      }
    }
    degree[k] = degreeK;
    if (degreeK > largestElement) largestElement = degreeK;
    tag += largestElement;

    // 5. Variables with equal lists are one from now on.
    for (let q = begin; q < end; q++) {
      let i = list[q];
      if (size[i] >= 0) continue;
      const h = previous[i];
      i = bucket[h];
      bucket[h] = -1;
      for (; i >= 0 && next[i] >= 0; i = next[i], tag++) {
        const count = length[i];
        const elementsOfI = elements[i];
        const from = first[i] + 1;
        for (let p = from; p < from + count - 1; p++) mark[list[p]] = tag;
        let last = i;
        for (let j = next[i]; j >= 0; ) {
          let equal = length[j] === count && elements[j] === elementsOfI;
          if (equal) {
            const stop = first[j] + count;
            for (let p = first[j] + 1; p < stop; p++) {
              if (mark[list[p]] !== tag) {
                equal = false;
                break;
              }
            }
          }
          if (equal) {
            first[j] = -2 - i;
            size[i] += size[j];
            size[j] = 0;
            elements[j] = IS_DEAD;
            j = next[j];
            next[last] = j;
          } else {
            last = j;
            j = next[j];
          }
        }
      }
    }

    // 6. The element keeps its live variables; they return to the degree lists.
    let write = begin;
    for (let q = begin; q < end; q++) {
      const i = list[q];
      const sizeI = -size[i];
      if (sizeI <= 0) continue;
      size[i] = sizeI;
      const d = Math.min(degree[i] + degreeK - sizeI, n - eliminated - sizeI);
      const h = head[d];
      if (h >= 0) previous[h] = i;
      next[i] = h;
      previous[i] = -1;
      head[d] = i;
      if (d < minDegree) minDegree = d;
      degree[i] = d;
      list[write++] = i;
    }
    size[k] = sizeK;
    length[k] = write - begin;
    if (write === begin) {
      first[k] = -1;
      mark[k] = 0;
    }
    if (elementsOfK !== 0) graph.used = write;
  }

  const placed = postorderInto(order, n, first, size);
  if (dense_count > 0) placeDenseInto(order, placed, n, elements, size, first, degree);
  return order;
}

/** Dense rows come last, fewest neighbours first, then by index. */
function placeDenseInto(
  order: Int32Array,
  placed: number,
  n: number,
  elements: Int32Array,
  size: Int32Array,
  first: Int32Array,
  degree: Int32Array,
): void {
  let write = placed;
  for (let i = 0; i < n; i++) if (elements[i] === IS_DEAD && size[i] === 0 && first[i] === -1) order[write++] = i;
  order.subarray(placed, write).sort((a, b) => degree[a] - degree[b] || a - b);
}
