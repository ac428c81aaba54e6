import { multiplyInto, type SparseMatrix, symmetricMultiplyInto, transposeMultiplyInto } from '../linalg/sparse.ts';
import type { Cone, Program } from '../problem/program.ts';
import { geometryOf } from './cone-geometry.ts';
import { coneMask } from './residuals.ts';

/** A Farkas ray, checked against the program. */
export interface InfeasibilityProof {
  readonly proved: boolean;
  /**
   * No feasible point exists with ‖x‖∞ below this. Infinite when the ray cancels exactly on every variable without a
   * bound, so the proof then is complete.
   */
  readonly radius: number;
  /** By how much the rows ask more than the bounds of x can give, per unit of the terms compared. */
  readonly margin: number;
  /** Rows and columns that carry the ray, heaviest first, in the model's own words. */
  readonly conflict: readonly string[];
}

/** A ray is a proof only when no feasible point exists inside this ‖x‖∞. */
const RADIUS_MIN = 1e8;
/** Smallest relative surplus that counts as a surplus. */
const MARGIN_MIN = 1e-9;
/** Members lighter than this share of the heaviest are not named. */
const NAME_SHARE = 1e-6;
/** Shares of the heaviest row below which rows are dropped, tried in turn to sharpen a proof. */
const SHARPENINGS = [0.3, 0.1, 0.03, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 0];
/** A ray that holds inside this ‖x‖∞ is worth polishing. */
const POLISH_RADIUS_MIN = 1e3;
const POLISH_ROUNDS = 60;
/** Polishing moves a ray out of its cones: so many times it is lifted back in and polished again. */
const LIFT_ROUNDS = 3;
/** Proofs of at most so many rows are tried without each row in turn. */
const DELETIONS_MAX = 64;
/** A direction may leave the recession cone by this share of its own descent. */
const DIRECTION_TOLERANCE = 1e-7;

/**
 * Checks a Farkas ray y: every feasible x has  Σ y⁺·rowLower − y⁻·rowUpper ≤ yᵀA·x ≤ max over the bounds of (Aᵀy)ᵀx;
 * when the left side is larger than the right, none exists. Signs that lean on an infinite row bound are dropped first,
 * and the parts of y on cones are projected onto their duals: y in the dual of a cone gives yᵀ(A·x − r) ≥ 0, which is the same inequality.
 * @source Farkas' lemma; Andersen, Certificates of primal or dual infeasibility in linear programming (2001)
 */
export function certifyInfeasible(program: Program, rowRay: Float64Array): InfeasibilityProof {
  const rough = weighRay(program, rowRay);
  if (!rough.proved && !isPromising(rough)) return rough;
  const weight = rowSizes(program.rows);
  let heaviest = 0;
  for (let i = 0; i < weight.length; i++) heaviest = Math.max(heaviest, (weight[i] *= Math.abs(rowRay[i])));
  for (const { rows } of program.cones ?? []) {
    // A cone is in the proof or out of it, as a whole.
    let most = 0;
    for (const i of rows) most = Math.max(most, weight[i]);
    for (const i of rows) weight[i] = most;
  }
  let y = rowRay;
  let proof = rough;
  for (const share of SHARPENINGS) {
    y = rowRay.map((value, i) => (weight[i] < share * heaviest ? 0 : value));
    proof = weighRay(program, y);
    if (!proof.proved && isPromising(proof)) {
      y = mendRay(program, y);
      proof = weighRay(program, y);
    }
    if (proof.proved) break;
  }
  if (!proof.proved) return rough;
  const members = Array.from(y.keys()).filter((i) => y[i] !== 0);
  if (members.length > DELETIONS_MAX) return proof;
  const coneOf = new Map<number, Int32Array>();
  for (const { rows } of program.cones ?? []) for (const i of rows) coneOf.set(i, rows);
  for (const i of members.sort((a, b) => weight[a] - weight[b])) {
    const cone = coneOf.get(i);
    if (cone && cone[0] !== i) continue;
    const without = y.slice();
    without[i] = 0;
    if (cone) for (const k of cone) without[k] = 0;
    // Cones leave room in a ray: what one row gives up, the others can often take over.
    const mended = coneOf.size > 0 ? mendRay(program, without) : without;
    const sharper = weighRay(program, mended);
    if (sharper.proved) [y, proof] = [mended, sharper];
  }
  return proof;
}

function isPromising({ margin, radius }: InfeasibilityProof): boolean {
  return margin > MARGIN_MIN && radius > POLISH_RADIUS_MIN;
}

function weighRay(program: Program, rowRay: Float64Array): InfeasibilityProof {
  const { rows, rowLower, rowUpper, lower, upper } = program;
  const y = Float64Array.from(rowRay);
  for (const cone of program.cones ?? []) geometryOf(cone).projectIntoDual(y);
  let asked = 0;
  let size = 0;
  for (let i = 0; i < y.length; i++) {
    const edge = y[i] > 0 ? rowLower[i] : rowUpper[i];
    if (!Number.isFinite(edge)) y[i] = 0;
    else {
      asked += y[i] * edge;
      size += Math.abs(y[i] * edge);
    }
  }
  const pull = new Float64Array(lower.length);
  transposeMultiplyInto(rows, y, pull);
  const rowWeight = new Float64Array(y.length);
  let given = 0;
  let leak = 0;
  for (let j = 0; j < pull.length; j++) {
    let term = 0;
    for (let p = rows.colStart[j]; p < rows.colStart[j + 1]; p++) {
      const part = Math.abs(rows.values[p] * y[rows.rowIndex[p]]);
      if (part > term) term = part;
      if (part > rowWeight[rows.rowIndex[p]]) rowWeight[rows.rowIndex[p]] = part;
    }
    if (Math.abs(pull[j]) <= 1e-14 * term) pull[j] = 0;
    if (pull[j] === 0) continue;
    const edge = pull[j] > 0 ? upper[j] : lower[j];
    if (Number.isFinite(edge)) {
      given += pull[j] * edge;
      size += Math.abs(pull[j] * edge);
    } else {
      leak += Math.abs(pull[j]);
      pull[j] = 0;
    }
  }
  const surplus = asked - given;
  const margin = size > 0 ? surplus / size : 0;
  const radius = leak === 0 ? Number.POSITIVE_INFINITY : surplus / leak;
  const proved = margin > MARGIN_MIN && radius >= RADIUS_MIN;
  return { proved, radius, margin, conflict: proved ? namesOf(program, y, rowWeight, pull) : [] };
}

/**
 * Moves a ray that almost cancels on the variables without bounds to one that does: least squares in w for
 * y·(1 + w), by conjugate gradients, so that rows outside the ray stay outside.
 * @source Björck, Numerical Methods for Least Squares Problems (1996), section 7.4 (CGLS)
 */
function polishRay(program: Program, rowRay: Float64Array): Float64Array {
  const { rows, lower, upper } = program;
  const n = lower.length;
  const m = rowRay.length;
  const leak = new Float64Array(n);
  transposeMultiplyInto(rows, rowRay, leak, -1);
  const leaks = new Uint8Array(n);
  for (let j = 0; j < n; j++) leaks[j] = Number.isFinite(leak[j] < 0 ? upper[j] : lower[j]) ? 0 : 1;
  const mask = (v: Float64Array): void => {
    for (let j = 0; j < n; j++) if (leaks[j] === 0) v[j] = 0;
  };
  mask(leak);
  const [change, along, fit] = [new Float64Array(m), new Float64Array(m), new Float64Array(m)];
  const step = new Float64Array(n);
  let before = 0;
  for (let round = 0; round < POLISH_ROUNDS; round++) {
    multiplyInto(rows, leak, fit);
    let now = 0;
    for (let i = 0; i < m; i++) now += (fit[i] *= rowRay[i]) ** 2;
    if (!(now > 0)) break;
    for (let i = 0; i < m; i++) along[i] = fit[i] + (before > 0 ? (now / before) * along[i] : 0);
    before = now;
    for (let i = 0; i < m; i++) fit[i] = rowRay[i] * along[i];
    transposeMultiplyInto(rows, fit, step);
    mask(step);
    let length = 0;
    for (let j = 0; j < n; j++) length += step[j] ** 2;
    if (!(length > 0)) break;
    for (let i = 0; i < m; i++) change[i] += (now / length) * along[i];
    for (let j = 0; j < n; j++) leak[j] -= (now / length) * step[j];
  }
  return rowRay.map((value, i) => value * (1 + change[i]));
}

/** Polishes a ray and keeps it in its cones. */
function mendRay(program: Program, rowRay: Float64Array): Float64Array {
  let y = polishRay(program, rowRay);
  if (!program.cones || program.cones.length === 0) return y;
  for (let round = 0; round < LIFT_ROUNDS; round++) {
    liftInto(program.cones, y);
    y = polishRay(program, y);
  }
  liftInto(program.cones, y);
  return y;
}

/** Moves y into the dual of every cone: on second-order cones by the first entry alone, else to the nearest point. */
function liftInto(cones: readonly Cone[], y: Float64Array): void {
  for (const cone of cones) {
    const { rows } = cone;
    if (cone.kind !== 'second-order') {
      geometryOf(cone).projectIntoDual(y);
      continue;
    }
    let square = 0;
    for (let l = 1; l < rows.length; l++) square += y[rows[l]] ** 2;
    y[rows[0]] = Math.max(y[rows[0]], Math.sqrt(square) * (1 + 4 * Number.EPSILON));
  }
}

/** Largest entry of each row; 1 for rows without entries. */
function rowSizes(rows: SparseMatrix): Float64Array {
  const sizes = new Float64Array(rows.rows_count);
  for (let p = 0; p < rows.values.length; p++) {
    const size = Math.abs(rows.values[p]);
    if (size > sizes[rows.rowIndex[p]]) sizes[rows.rowIndex[p]] = size;
  }
  for (let i = 0; i < sizes.length; i++) if (sizes[i] === 0) sizes[i] = 1;
  return sizes;
}

/** Rows and columns that weigh most, heaviest first, each name once: all rows of a cone have one. */
function namesOf(program: Program, y: Float64Array, rowWeight: Float64Array, pull: Float64Array): string[] {
  const found: { name: string; weight: number }[] = [];
  for (let i = 0; i < y.length; i++) {
    // A row without entries has no weight of its own: its bounds alone conflict.
    if (y[i] !== 0) found.push({ name: program.rowName(i), weight: rowWeight[i] > 0 ? rowWeight[i] : Math.abs(y[i]) });
  }
  for (let j = 0; j < pull.length; j++) {
    if (pull[j] !== 0) found.push({ name: program.columnName(j), weight: Math.abs(pull[j]) });
  }
  let heaviest = 0;
  for (const { weight } of found) heaviest = Math.max(heaviest, weight);
  const heavy = found.filter(({ weight }) => weight > NAME_SHARE * heaviest).sort((a, b) => b.weight - a.weight);
  return [...new Set(heavy.map(({ name }) => name))];
}

/**
 * Checks a direction d of unbounded descent: cᵀd < 0, P·d = 0, and d stays inside every finite bound for ever.
 * Parts of d that leave a bound of x are dropped first. In a cone, A·d has to be in the cone itself. (The program may still be infeasible.)
 * @source Rockafellar, Convex Analysis (1970), theorem 27.3: recession directions
 */
export function certifyUnbounded(program: Program, direction: Float64Array): boolean {
  const { cost, rows, rowLower, rowUpper, lower, upper, quadratic } = program;
  const d = Float64Array.from(direction);
  let largest = 0;
  for (let j = 0; j < d.length; j++) {
    if ((d[j] < 0 && lower[j] > -Infinity) || (d[j] > 0 && upper[j] < Infinity)) d[j] = 0;
    largest = Math.max(largest, Math.abs(d[j]));
  }
  if (!(largest > 0 && largest < Infinity)) return false;
  let slope = 0;
  let costSize = 0;
  for (let j = 0; j < d.length; j++) {
    d[j] /= largest;
    slope += cost[j] * d[j];
    costSize = Math.max(costSize, Math.abs(cost[j]));
  }
  if (!(slope < 0)) return false;
  const allowed = DIRECTION_TOLERANCE * Math.min(1, -slope / costSize);
  const change = new Float64Array(rowLower.length);
  multiplyInto(rows, d, change);
  const isInCone = program.cones ? coneMask(program) : undefined;
  for (const cone of program.cones ?? []) if (geometryOf(cone).distance(change) > allowed) return false;
  for (let i = 0; i < change.length; i++) {
    if (isInCone?.[i] === 1) continue;
    if (rowLower[i] > -Infinity && change[i] < -allowed) return false;
    if (rowUpper[i] < Infinity && change[i] > allowed) return false;
  }
  if (quadratic) {
    const bend = new Float64Array(d.length);
    symmetricMultiplyInto(quadratic, d, bend);
    for (let j = 0; j < bend.length; j++) if (Math.abs(bend[j]) > allowed) return false;
  }
  return true;
}
