import { symmetricEigenInto } from '../linalg/symmetric-eigen.ts';
import { matrixInto } from '../linalg/symmetric-vector.ts';
import { type Cone, semidefiniteOrder } from '../problem/program.ts';
import { projectIntoExponential } from './exponential-cone.ts';
import { projectIntoPower } from './power-cone.ts';

/** Distances to one cone and its dual. Owns its scratch: no allocation after construction, not re-entrant. */
export interface ConeGeometry {
  /** Euclidean distance of (w − r)_I to the cone; r = 0 when absent. */
  distance(w: Float64Array, r?: Float64Array): number;
  /** Euclidean distance of y_I to the dual cone, where multipliers belong. */
  dualDistance(y: Float64Array): number;
  /** Moves y_I to the nearest point of the dual cone. */
  projectIntoDual(y: Float64Array): void;
  /** A vector inside the cone and inside its dual. @shape as rows */
  readonly centre: Float64Array;
}

/** The geometry of a cone on its rows. */
export function geometryOf({ kind, rows, exponent = 0.5 }: Cone): ConeGeometry {
  switch (kind) {
    case 'second-order':
      return new SecondOrderGeometry(rows);
    case 'exponential':
      return new DualPairGeometry(rows, Float64Array.of(1.25, 0.8, -0.8), projectIntoExponential);
    case 'power':
      return new DualPairGeometry(rows, Float64Array.of(1, 1, 0), (v) => projectIntoPower(v, exponent));
    case 'positive-semidefinite':
      return new SemidefiniteGeometry(rows);
  }
}

/** @source Boyd & Vandenberghe, Convex Optimization (2004), exercise 8.3 (projection) */
class SecondOrderGeometry implements ConeGeometry {
  readonly centre: Float64Array;
  private readonly rows: Int32Array;

  constructor(rows: Int32Array) {
    this.rows = rows;
    this.centre = new Float64Array(rows.length).fill(1, 0, 1);
  }

  distance(w: Float64Array, r?: Float64Array): number {
    const { rows } = this;
    const head = w[rows[0]] - (r ? r[rows[0]] : 0);
    let square = 0;
    for (let l = 1; l < rows.length; l++) square += (w[rows[l]] - (r ? r[rows[l]] : 0)) ** 2;
    const length = Math.sqrt(square);
    if (length <= head) return 0;
    return length <= -head ? Math.sqrt(square + head * head) : (length - head) * Math.SQRT1_2;
  }

  dualDistance(y: Float64Array): number {
    return this.distance(y);
  }

  projectIntoDual(y: Float64Array): void {
    const { rows } = this;
    const head = y[rows[0]];
    let square = 0;
    for (let l = 1; l < rows.length; l++) square += y[rows[l]] ** 2;
    const length = Math.sqrt(square);
    if (length <= head) return;
    const share = length <= -head ? 0 : 0.5 * (1 + head / length);
    y[rows[0]] = share * length;
    for (let l = 1; l < rows.length; l++) y[rows[l]] *= share;
  }
}

/**
 * A cone K by its projection Π; its dual by Moreau's decomposition: Π*(y) = y + Π(−y), dist(y, K*) = ‖Π(−y)‖.
 * @source Moreau, Décomposition orthogonale d'un espace hilbertien selon deux cônes mutuellement polaires, C. R. Acad.
 *   Sci. 255 (1962)
 */
class DualPairGeometry implements ConeGeometry {
  readonly centre: Float64Array;
  private readonly rows: Int32Array;
  private readonly project: (v: Float64Array) => number;
  private readonly v: Float64Array;

  constructor(rows: Int32Array, centre: Float64Array, project: (v: Float64Array) => number) {
    this.rows = rows;
    this.centre = centre;
    this.project = project;
    this.v = new Float64Array(rows.length);
  }

  distance(w: Float64Array, r?: Float64Array): number {
    const { rows, v } = this;
    for (let l = 0; l < rows.length; l++) v[l] = w[rows[l]] - (r ? r[rows[l]] : 0);
    return v.some(Number.isNaN) ? Number.NaN : this.project(v);
  }

  dualDistance(y: Float64Array): number {
    const { rows, v } = this;
    for (let l = 0; l < rows.length; l++) v[l] = -y[rows[l]];
    if (v.some(Number.isNaN)) return Number.NaN;
    this.project(v);
    return Math.hypot(v[0], v[1], v[2]);
  }

  projectIntoDual(y: Float64Array): void {
    const { rows, v } = this;
    for (let l = 0; l < rows.length; l++) v[l] = -y[rows[l]];
    this.project(v);
    for (let l = 0; l < rows.length; l++) y[rows[l]] += v[l];
  }
}

/** By eigenvalues: what is negative is outside. @source Boyd & Vandenberghe (2004), section 8.1.1 */
class SemidefiniteGeometry implements ConeGeometry {
  readonly centre: Float64Array;
  private readonly rows: Int32Array;
  private readonly order: number;
  private readonly matrix: Float64Array;
  private readonly values: Float64Array;
  private readonly work: Float64Array;
  private readonly v: Float64Array;

  constructor(rows: Int32Array) {
    const order = semidefiniteOrder(rows.length);
    this.rows = rows;
    this.order = order;
    this.matrix = new Float64Array(order * order);
    this.values = new Float64Array(order);
    this.work = new Float64Array(2 * order);
    this.v = new Float64Array(rows.length);
    this.centre = new Float64Array(rows.length);
    for (let j = 0, at = 0; j < order; at += order - j++) this.centre[at] = 1;
  }

  distance(w: Float64Array, r?: Float64Array): number {
    const { rows, v, matrix, values, work, order } = this;
    for (let l = 0; l < rows.length; l++) v[l] = w[rows[l]] - (r ? r[rows[l]] : 0);
    if (!v.every(Number.isFinite)) return Number.NaN;
    matrixInto(v, matrix, order);
    if (symmetricEigenInto(matrix, order, values, matrix, work, 'values') >= 0) return Number.NaN;
    let square = 0;
    for (let i = 0; i < order; i++) square += Math.min(0, values[i]) ** 2;
    return Math.sqrt(square);
  }

  dualDistance(y: Float64Array): number {
    return this.distance(y);
  }

  projectIntoDual(y: Float64Array): void {
    const { rows, v, matrix, values, work, order } = this;
    for (let l = 0; l < rows.length; l++) v[l] = y[rows[l]];
    matrixInto(v, matrix, order);
    if (symmetricEigenInto(matrix, order, values, matrix, work) >= 0) return;
    for (let k = 0; k < order && values[k] < 0; k++) {
      let at = 0;
      for (let j = 0; j < order; j++) {
        for (let i = j; i < order; i++) {
          const scale = i === j ? 1 : Math.SQRT2;
          y[rows[at++]] -= scale * values[k] * matrix[k * order + i] * matrix[k * order + j];
        }
      }
    }
  }
}
