import { fromTriplets, type SparseMatrix } from '../linalg/sparse.ts';
import type { Balance } from './balance.ts';
import { busRole } from './setpoints.ts';

/**
 * The Jacobian of the power mismatch, with a map from every computed term to its place, made once per set of bus roles.
 *
 * Unknowns, interleaved by bus: θ (pv, pq) and Δv/v (pq). Rows: P (pv, pq) and Q (pq), at the same places.
 *   ∂P_i/∂θ_j = b_ij        v_j·∂P_i/∂v_j = a_ij
 *   ∂Q_i/∂θ_j = −a_ij       v_j·∂Q_i/∂v_j = b_ij
 *   ∂P_i/∂θ_i = −Q_i − B_ii·v_i²    v_i·∂P_i/∂v_i = P_i + G_ii·v_i²
 *   ∂Q_i/∂θ_i = P_i − G_ii·v_i²     v_i·∂Q_i/∂v_i = Q_i − B_ii·v_i²
 * Terms of known quantities are written to a spare place behind the last entry, so that the loop has no branches.
 *
 * | symbol | variable |
 * |---|---|
 * | place of θ_b and P_b, of Δv_b/v_b and Q_b | `thetaAt[b]`, `vAt[b]` (−1 when known) |
 * @cost  8 stores per pair of buses, 4 per bus
 * @source Tinney, Hart (1967), eq. 8–13; scaling of the voltage columns as in Grainger, Stevenson (1994), ch. 9
 */
export interface Jacobian {
  readonly role: Uint8Array;
  readonly size: number;
  readonly thetaAt: Int32Array;
  readonly vAt: Int32Array;
  readonly pattern: SparseMatrix;
  /** Numeric values in the pattern's order: a view without the spare place. */
  readonly values: Float64Array;
  readonly valuesAndSpare: Float64Array;
  readonly pairPlace: Int32Array;
  readonly busPlace: Int32Array;
}

/** @cost O(entries), allocates; called again only when a bus changes role */
export function buildJacobian(balance: Balance, role: Uint8Array): Jacobian {
  const { buses_count: nB, pairs_count: nK, first, second } = balance;
  const thetaAt = new Int32Array(nB).fill(-1);
  const vAt = new Int32Array(nB).fill(-1);
  let size = 0;
  for (let b = 0; b < nB; b++) {
    if (role[b] === busRole.pq || role[b] === busRole.pv) thetaAt[b] = size++;
    if (role[b] === busRole.pq) vAt[b] = size++;
  }
  const rows: number[] = [];
  const cols: number[] = [];
  const origins: number[] = [];
  const add = (row: number, col: number, origin: number) => {
    if (row < 0 || col < 0) return;
    rows.push(row);
    cols.push(col);
    origins.push(origin);
  };
  const addBlock = (i: number, j: number, origin: number) => {
    add(thetaAt[i], thetaAt[j], origin);
    add(thetaAt[i], vAt[j], origin + 1);
    add(vAt[i], thetaAt[j], origin + 2);
    add(vAt[i], vAt[j], origin + 3);
  };
  for (let k = 0; k < nK; k++) {
    addBlock(first[k], second[k], 8 * k);
    addBlock(second[k], first[k], 8 * k + 4);
  }
  for (let b = 0; b < nB; b++) addBlock(b, b, 8 * nK + 4 * b);

  const pattern = fromTriplets(size, size, rows, cols, origins);
  const nnz = pattern.values.length;
  const pairPlace = new Int32Array(8 * nK).fill(nnz);
  const busPlace = new Int32Array(4 * nB).fill(nnz);
  for (let p = 0; p < nnz; p++) {
    const origin = pattern.values[p];
    if (origin < 8 * nK) pairPlace[origin] = p;
    else busPlace[origin - 8 * nK] = p;
  }
  const valuesAndSpare = new Float64Array(nnz + 1);
  const values = valuesAndSpare.subarray(0, nnz);
  return { role: role.slice(), size, thetaAt, vAt, pattern, values, valuesAndSpare, pairPlace, busPlace };
}

/** Numbers of the Jacobian at the voltages of the last `balance.evaluate`. */
export function fillJacobian(jacobian: Jacobian, balance: Balance, v: Float64Array): void {
  const { valuesAndSpare: values, pairPlace, busPlace } = jacobian;
  const { terms, p, q, g_ii, b_ii, pairs_count: nK, buses_count: nB } = balance;
  for (let k = 0, at = 0, place = 0; k < nK; k++, at += 4, place += 8) {
    const aij = terms[at];
    const bij = terms[at + 1];
    const aji = terms[at + 2];
    const bji = terms[at + 3];
    values[pairPlace[place]] = bij;
    values[pairPlace[place + 1]] = aij;
    values[pairPlace[place + 2]] = -aij;
    values[pairPlace[place + 3]] = bij;
    values[pairPlace[place + 4]] = bji;
    values[pairPlace[place + 5]] = aji;
    values[pairPlace[place + 6]] = -aji;
    values[pairPlace[place + 7]] = bji;
  }
  for (let b = 0, place = 0; b < nB; b++, place += 4) {
    const v2 = v[b] * v[b];
    const gv2 = g_ii[b] * v2;
    const bv2 = b_ii[b] * v2;
    values[busPlace[place]] = -q[b] - bv2;
    values[busPlace[place + 1]] = p[b] + gv2;
    values[busPlace[place + 2]] = p[b] - gv2;
    values[busPlace[place + 3]] = q[b] - bv2;
  }
}
