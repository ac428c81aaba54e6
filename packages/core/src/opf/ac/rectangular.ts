import type { Places } from '../../solvers/nonlinear/program.ts';
import type { LiveBranch, OpfModel } from '../model.ts';
import type { AcVoltages, VoltageProducts, VoltageRows } from './voltages.ts';

/**
 * Voltages as V = (e + j·f)·exp(j·turn); first = f, second = e. Everything is quadratic in e and f:
 *
 *   c = e_i·e_j + f_i·f_j,  s = f_i·e_j − e_i·f_j
 *   v_min² ≤ e² + f² ≤ v_max²,   s·cos α − c·sin α = v_i·v_j·sin(θ − α)  ≤ 0 at the upper limit α, ≥ 0 at the lower one
 *
 * The turn is the angle that phase shifters give a bus, so that a flat start is f = 0 everywhere. A reference has f fixed at 0 and
 * bounds on e. Limits at which nothing can move (v_min = v_max) are equalities. An angle limit of 180° or more is none.
 * @source Torres & Quintana, An interior-point method for nonlinear optimal power flow using voltage rectangular coordinates,
 * IEEE Trans. Power Systems 13 (1998); the turned coordinates are ours
 */
export class RectangularVoltages implements AcVoltages {
  readonly products: VoltageProducts = new RectangularProducts();
  readonly firstShare = 1;
  readonly turn_rad: Float64Array;
  readonly rows: RectangularRows;
  private readonly model: OpfModel;

  constructor(model: OpfModel) {
    this.model = model;
    this.turn_rad = model.angleStart.map((angle, b) => (Number.isNaN(model.reference[b]) ? angle : model.reference[b]));
    this.rows = new RectangularRows(model, this.turn_rad);
  }

  boundsInto(lower: Float64Array, upper: Float64Array): void {
    const { reference, v_min_pu, v_max_pu } = this.model;
    const nB = reference.length;
    for (let b = 0; b < nB; b++) {
      const isHeld = !Number.isNaN(reference[b]);
      lower[b] = isHeld ? 0 : Number.NEGATIVE_INFINITY;
      upper[b] = isHeld ? 0 : Number.POSITIVE_INFINITY;
      lower[nB + b] = isHeld ? v_min_pu[b] : Number.NEGATIVE_INFINITY;
      upper[nB + b] = isHeld ? v_max_pu[b] : Number.POSITIVE_INFINITY;
    }
  }

  fromPolarInto(angle: ArrayLike<number>, v: ArrayLike<number>, x: Float64Array): void {
    const nB = angle.length;
    for (let b = 0; b < nB; b++) {
      x[b] = v[b] * Math.sin(angle[b] - this.turn_rad[b]);
      x[nB + b] = v[b] * Math.cos(angle[b] - this.turn_rad[b]);
    }
  }
}

class RectangularProducts implements VoltageProducts {
  readonly values = new Float64Array(4);
  readonly gradient = new Float64Array(16);
  private fi = 0;
  private fj = 0;
  private ei = 0;
  private ej = 0;

  evaluate(fi: number, fj: number, ei: number, ej: number): void {
    const { values } = this;
    values[0] = ei * ei + fi * fi;
    values[1] = ej * ej + fj * fj;
    values[2] = ei * ej + fi * fj;
    values[3] = fi * ej - ei * fj;
    this.fi = fi;
    this.fj = fj;
    this.ei = ei;
    this.ej = ej;
  }

  differentiate(): void {
    const { gradient: d, fi, fj, ei, ej } = this;
    d[0] = 2 * fi;
    d[2] = 2 * ei;
    d[5] = 2 * fj;
    d[7] = 2 * ej;
    d[8] = fj;
    d[9] = fi;
    d[10] = ej;
    d[11] = ei;
    d[12] = ej;
    d[13] = -ei;
    d[14] = -fj;
    d[15] = fi;
  }

  addCurvature(weight: Float64Array, out: Float64Array): void {
    out[0] += 2 * weight[0];
    out[1] += weight[2];
    out[3] += weight[3];
    out[4] += 2 * weight[1];
    out[5] -= weight[3];
    out[7] += 2 * weight[0];
    out[8] += weight[2];
    out[9] += 2 * weight[1];
  }
}

/** A row cosine·s − sine·c of a branch, limited to one side of the angle α. */
export interface AngleRow {
  readonly branch: LiveBranch;
  readonly cosine: number;
  readonly sine: number;
  readonly side: 'lower' | 'upper' | 'both';
}

/** Magnitudes first, then angles; equalities where a limit leaves no room. */
class RectangularRows implements VoltageRows {
  readonly equalities_count: number;
  readonly inequalities_count: number;
  readonly rangeLower: Float64Array;
  readonly rangeUpper: Float64Array;
  readonly equalityPlaces: Places;
  readonly inequalityPlaces: Places;
  readonly hessianPlaces: Places;
  /** Buses with a magnitude row: held at one value, or between two. */
  readonly heldBuses: readonly number[];
  readonly rangedBuses: readonly number[];
  readonly heldAngles: readonly AngleRow[];
  readonly rangedAngles: readonly AngleRow[];
  private readonly model: OpfModel;

  constructor(model: OpfModel, turn_rad: Float64Array) {
    const { reference, v_min_pu, v_max_pu } = model;
    this.model = model;
    const buses = model.busOf.map((_, b) => b).filter((b) => Number.isNaN(reference[b]));
    this.heldBuses = buses.filter((b) => v_min_pu[b] === v_max_pu[b]);
    this.rangedBuses = buses.filter((b) => v_min_pu[b] !== v_max_pu[b] && (v_min_pu[b] > 0 || v_max_pu[b] < Infinity));
    const angles = angleRowsOf(model, turn_rad);
    this.heldAngles = angles.filter(({ side }) => side === 'both');
    this.rangedAngles = angles.filter(({ side }) => side !== 'both');
    this.equalities_count = this.heldBuses.length + this.heldAngles.length;
    this.inequalities_count = this.rangedBuses.length + this.rangedAngles.length;
    this.rangeLower = Float64Array.of(
      ...this.rangedBuses.map((b) => (v_min_pu[b] > 0 ? v_min_pu[b] ** 2 : Number.NEGATIVE_INFINITY)),
      ...this.rangedAngles.map(({ side }) => (side === 'lower' ? 0 : Number.NEGATIVE_INFINITY)),
    );
    this.rangeUpper = Float64Array.of(
      ...this.rangedBuses.map((b) => v_max_pu[b] ** 2),
      ...this.rangedAngles.map(({ side }) => (side === 'upper' ? 0 : Number.POSITIVE_INFINITY)),
    );
    const nB = model.busOf.length;
    this.equalityPlaces = placesOf(nB, this.heldBuses, this.heldAngles);
    this.inequalityPlaces = placesOf(nB, this.rangedBuses, this.rangedAngles);
    this.hessianPlaces = curvatureOf(nB, [...this.heldBuses, ...this.rangedBuses], [...this.heldAngles, ...this.rangedAngles]);
  }

  functionsInto(x: Float64Array, g: Float64Array, h: Float64Array): void {
    const { v_max_pu } = this.model;
    this.valuesInto(x, this.heldBuses, this.heldAngles, g);
    this.valuesInto(x, this.rangedBuses, this.rangedAngles, h);
    for (let i = 0; i < this.heldBuses.length; i++) g[i] -= v_max_pu[this.heldBuses[i]] ** 2;
  }

  private valuesInto(x: Float64Array, buses: readonly number[], angles: readonly AngleRow[], out: Float64Array): void {
    const nB = this.model.busOf.length;
    let at = 0;
    for (const b of buses) out[at++] = x[b] * x[b] + x[nB + b] * x[nB + b];
    for (const { branch, cosine, sine } of angles) {
      const { from: i, to: j } = branch;
      const s = x[i] * x[nB + j] - x[nB + i] * x[j];
      const c = x[nB + i] * x[nB + j] + x[i] * x[j];
      out[at++] = cosine * s - sine * c;
    }
  }

  derivativesInto(x: Float64Array, jacobianG: Float64Array, jacobianH: Float64Array): void {
    this.slopesInto(x, this.heldBuses, this.heldAngles, jacobianG);
    this.slopesInto(x, this.rangedBuses, this.rangedAngles, jacobianH);
  }

  private slopesInto(x: Float64Array, buses: readonly number[], angles: readonly AngleRow[], out: Float64Array): void {
    const nB = this.model.busOf.length;
    let at = 0;
    for (const b of buses) {
      out[at++] = 2 * x[b];
      out[at++] = 2 * x[nB + b];
    }
    for (const { branch, cosine, sine } of angles) {
      const { from: i, to: j } = branch;
      out[at++] = cosine * x[nB + j] - sine * x[j];
      out[at++] = -cosine * x[nB + i] - sine * x[i];
      out[at++] = -cosine * x[j] - sine * x[nB + j];
      out[at++] = cosine * x[i] - sine * x[nB + i];
    }
  }

  hessianInto(y: Float64Array, lambda: Float64Array, values: Float64Array): void {
    const { heldBuses, rangedBuses, heldAngles, rangedAngles } = this;
    let at = 0;
    for (let i = 0; i < heldBuses.length; i++, at += 2) values[at] = values[at + 1] = 2 * y[i];
    for (let i = 0; i < rangedBuses.length; i++, at += 2) values[at] = values[at + 1] = 2 * lambda[i];
    const bend = ({ cosine, sine }: AngleRow, weight: number): void => {
      values[at++] = -weight * sine;
      values[at++] = -weight * sine;
      values[at++] = weight * cosine;
      values[at++] = -weight * cosine;
    };
    for (let i = 0; i < heldAngles.length; i++) bend(heldAngles[i], y[heldBuses.length + i]);
    for (let i = 0; i < rangedAngles.length; i++) bend(rangedAngles[i], lambda[rangedBuses.length + i]);
  }

  equalityName(i: number): string {
    return this.nameOf(i, this.heldBuses, this.heldAngles);
  }

  inequalityName(i: number): string {
    return this.nameOf(i, this.rangedBuses, this.rangedAngles);
  }

  private nameOf(i: number, buses: readonly number[], angles: readonly AngleRow[]): string {
    if (i >= buses.length) return `angle limit of branch ${angles[i - buses.length].branch.branch.id}`;
    return `voltage limits of bus ${this.model.case.network.buses[this.model.busOf[buses[i]]].id}`;
  }
}

function angleRowsOf({ branches }: OpfModel, turn_rad: Float64Array): AngleRow[] {
  const rows: AngleRow[] = [];
  for (const branch of branches) {
    const { from, to, angle_min_rad, angle_max_rad } = branch;
    const add = (angle: number, side: AngleRow['side']): void => {
      const alpha = angle - turn_rad[from] + turn_rad[to];
      rows.push({ branch, cosine: Math.cos(alpha), sine: Math.sin(alpha), side });
    };
    const isLimit = (angle: number): boolean => Math.abs(angle) < Math.PI;
    if (isLimit(angle_min_rad) && angle_min_rad === angle_max_rad) add(angle_min_rad, 'both');
    else {
      if (isLimit(angle_min_rad)) add(angle_min_rad, 'lower');
      if (isLimit(angle_max_rad)) add(angle_max_rad, 'upper');
    }
  }
  return rows;
}

function placesOf(nB: number, buses: readonly number[], angles: readonly AngleRow[]): Places {
  const columns = [...buses.map((b) => [b, nB + b]), ...angles.map(({ branch: { from, to } }) => [from, to, nB + from, nB + to])];
  return { row: Int32Array.from(columns.flatMap((each, i) => each.map(() => i))), column: Int32Array.from(columns.flat()) };
}

/** Second derivatives: ff and ee of a bus; f_i·f_j, e_i·e_j, f_i·e_j and f_j·e_i of a branch. */
function curvatureOf(nB: number, buses: readonly number[], angles: readonly AngleRow[]): Places {
  const pairs = [
    ...buses.flatMap((b) => [
      [b, b],
      [nB + b, nB + b],
    ]),
    ...angles.flatMap(({ branch: { from: i, to: j } }) => [
      [Math.min(i, j), Math.max(i, j)],
      [nB + Math.min(i, j), nB + Math.max(i, j)],
      [i, nB + j],
      [j, nB + i],
    ]),
  ];
  return { row: Int32Array.from(pairs, ([row]) => row), column: Int32Array.from(pairs, ([, column]) => column) };
}
