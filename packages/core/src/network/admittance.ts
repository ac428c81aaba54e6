import type { Branch, Network } from './network.ts';

/**
 * A branch as a two-port in per unit: i_from = y_ff·v_from + y_ft·v_to, i_to = y_tf·v_from + y_tt·v_to, y = g + jb.
 *
 * With y = 1/(r + jx) and the ideal transformer t = ratio∠shift at the from side:
 * y_ff = (y + j·b/2)/ratio², y_ft = −y/t*, y_tf = −y/t, y_tt = y + j·b/2.
 * @unit per unit on the base of the network
 */
export interface TwoPort {
  readonly g_ff: number;
  readonly b_ff: number;
  readonly g_ft: number;
  readonly b_ft: number;
  readonly g_tf: number;
  readonly b_tf: number;
  readonly g_tt: number;
  readonly b_tt: number;
}

/** Does not look at `inService`. @source Zimmerman, Murillo-Sánchez, MATPOWER User's Manual 8.0, section 3.2 */
export function branchTwoPort(branch: Branch): TwoPort {
  const { r_pu: r, x_pu: x, b_pu, ratio } = branch;
  const z2 = r * r + x * x;
  const g = r / z2;
  const b = -x / z2;
  const shift_rad = (branch.shift_deg * Math.PI) / 180;
  const c = Math.cos(shift_rad) / ratio;
  const s = Math.sin(shift_rad) / ratio;
  const b_self = b + b_pu / 2;
  return {
    g_ff: g / (ratio * ratio),
    b_ff: b_self / (ratio * ratio),
    // −y/t* = −(g + jb)(c + js), −y/t = −(g + jb)(c − js)
    g_ft: -(g * c - b * s),
    b_ft: -(g * s + b * c),
    g_tf: -(g * c + b * s),
    b_tf: -(b * c - g * s),
    g_tt: g,
    b_tt: b_self,
  };
}

/**
 * The bus admittance matrix Y = G + jB in compressed columns; both parts share one pattern, the diagonal is always stored.
 * @shape colStart (n + 1), rowIndex (nnz), g, b (nnz), diagonal (n): place of (j, j) in g and b
 * @unit per unit on the base of the network
 */
export interface BusAdmittance {
  readonly n: number;
  readonly colStart: Int32Array;
  readonly rowIndex: Int32Array;
  readonly g: Float64Array;
  readonly b: Float64Array;
  readonly diagonal: Int32Array;
}

/**
 * Adds up branches in service and shunts. Parallel branches share an entry; a branch out of service leaves no trace.
 * @cost O(nnz log degree)
 */
export function buildAdmittance(network: Network): BusAdmittance {
  const n = network.buses.length;
  const live = network.branches.filter((branch) => branch.inService);
  const neighbours: Set<number>[] = Array.from({ length: n }, (_, j) => new Set<number>([j]));
  for (const { from, to } of live) {
    neighbours[from].add(to);
    neighbours[to].add(from);
  }
  const colStart = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) colStart[j + 1] = colStart[j] + neighbours[j].size;
  const nnz = colStart[n];
  const rowIndex = new Int32Array(nnz);
  for (let j = 0; j < n; j++) rowIndex.set(Int32Array.from(neighbours[j]).sort(), colStart[j]);
  const g = new Float64Array(nnz);
  const b = new Float64Array(nnz);
  const placeOf = (row: number, col: number): number => {
    let low = colStart[col];
    let high = colStart[col + 1] - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rowIndex[middle] < row) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const diagonal = Int32Array.from({ length: n }, (_, j) => placeOf(j, j));
  const add = (row: number, col: number, g_pu: number, b_pu: number): void => {
    const at = row === col ? diagonal[row] : placeOf(row, col);
    g[at] += g_pu;
    b[at] += b_pu;
  };
  for (const branch of live) {
    const y = branchTwoPort(branch);
    add(branch.from, branch.from, y.g_ff, y.b_ff);
    add(branch.from, branch.to, y.g_ft, y.b_ft);
    add(branch.to, branch.from, y.g_tf, y.b_tf);
    add(branch.to, branch.to, y.g_tt, y.b_tt);
  }
  for (const shunt of network.shunts) add(shunt.bus, shunt.bus, shunt.g_pu, shunt.b_pu);
  return { n, colStart, rowIndex, g, b, diagonal };
}
