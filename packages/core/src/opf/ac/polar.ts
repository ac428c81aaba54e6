import type { Places } from '../../solvers/nonlinear/program.ts';
import type { LiveBranch, OpfModel } from '../model.ts';
import type { AcVoltages, VoltageProducts, VoltageRows } from './voltages.ts';

/**
 * Voltages as angle θ and magnitude v: limits of v are bounds, limits of angles are linear.
 *
 *   c = v_i·v_j·cos θ,  s = v_i·v_j·sin θ,  θ = θ_i − θ_j      ∂c/∂θ = −s,  ∂s/∂θ = c
 */
export class PolarVoltages implements AcVoltages {
  readonly products: VoltageProducts = new PolarProducts();
  readonly firstShare = 0;
  readonly turn_rad: Float64Array;
  readonly rows: AngleRows;
  private readonly model: OpfModel;

  constructor(model: OpfModel) {
    this.model = model;
    this.turn_rad = new Float64Array(model.busOf.length);
    this.rows = new AngleRows(model.branches.filter((x) => x.angle_min_rad > -Infinity || x.angle_max_rad < Infinity));
  }

  boundsInto(lower: Float64Array, upper: Float64Array): void {
    const { reference, v_min_pu, v_max_pu } = this.model;
    const nB = reference.length;
    for (let b = 0; b < nB; b++) {
      const isHeld = !Number.isNaN(reference[b]);
      lower[b] = isHeld ? reference[b] : Number.NEGATIVE_INFINITY;
      upper[b] = isHeld ? reference[b] : Number.POSITIVE_INFINITY;
    }
    lower.set(v_min_pu, nB);
    upper.set(v_max_pu, nB);
  }

  fromPolarInto(angle: ArrayLike<number>, v: ArrayLike<number>, x: Float64Array): void {
    x.set(angle);
    x.set(v, angle.length);
  }
}

class PolarProducts implements VoltageProducts {
  readonly values = new Float64Array(4);
  readonly gradient = new Float64Array(16);
  private cos = 1;
  private sin = 0;
  private vi = 0;
  private vj = 0;

  evaluate(thetaI: number, thetaJ: number, vi: number, vj: number): void {
    const { values } = this;
    const cos = Math.cos(thetaI - thetaJ);
    const sin = Math.sin(thetaI - thetaJ);
    values[0] = vi * vi;
    values[1] = vj * vj;
    values[2] = vi * vj * cos;
    values[3] = vi * vj * sin;
    this.cos = cos;
    this.sin = sin;
    this.vi = vi;
    this.vj = vj;
  }

  differentiate(): void {
    const { gradient: d, values, cos, sin, vi, vj } = this;
    d[2] = 2 * vi;
    d[7] = 2 * vj;
    d[8] = -values[3];
    d[9] = values[3];
    d[10] = vj * cos;
    d[11] = vi * cos;
    d[12] = values[2];
    d[13] = -values[2];
    d[14] = vj * sin;
    d[15] = vi * sin;
  }

  addCurvature(weight: Float64Array, out: Float64Array): void {
    const { values, cos, sin, vi, vj } = this;
    const turn = -(weight[2] * values[2] + weight[3] * values[3]);
    const across = weight[3] * cos - weight[2] * sin;
    out[0] += turn;
    out[1] -= turn;
    out[2] += vj * across;
    out[3] += vi * across;
    out[4] += turn;
    out[5] -= vj * across;
    out[6] -= vi * across;
    out[7] += 2 * weight[0];
    out[8] += weight[2] * cos + weight[3] * sin;
    out[9] += 2 * weight[1];
  }
}

/** angle_min ≤ θ_from − θ_to ≤ angle_max, one row per limited branch. */
class AngleRows implements VoltageRows {
  readonly equalities_count = 0;
  readonly inequalities_count: number;
  readonly rangeLower: Float64Array;
  readonly rangeUpper: Float64Array;
  readonly equalityPlaces: Places = nowhere;
  readonly inequalityPlaces: Places;
  readonly hessianPlaces: Places = nowhere;
  readonly limited: readonly LiveBranch[];

  constructor(limited: readonly LiveBranch[]) {
    this.limited = limited;
    this.inequalities_count = limited.length;
    this.rangeLower = Float64Array.from(limited, (x) => x.angle_min_rad);
    this.rangeUpper = Float64Array.from(limited, (x) => x.angle_max_rad);
    this.inequalityPlaces = {
      row: Int32Array.from(limited.flatMap((_, k) => [k, k])),
      column: Int32Array.from(limited.flatMap(({ from, to }) => [from, to])),
    };
  }

  functionsInto(x: Float64Array, _: Float64Array, h: Float64Array): void {
    const { limited } = this;
    for (let k = 0; k < limited.length; k++) h[k] = x[limited[k].from] - x[limited[k].to];
  }

  derivativesInto(_: Float64Array, __: Float64Array, jacobianH: Float64Array): void {
    for (let k = 0; k < this.limited.length; k++) {
      jacobianH[2 * k] = 1;
      jacobianH[2 * k + 1] = -1;
    }
  }

  hessianInto(): void {}

  equalityName(): string {
    return '';
  }

  inequalityName(i: number): string {
    return `angle limit of branch ${this.limited[i].branch.id}`;
  }
}

const nowhere: Places = { row: new Int32Array(0), column: new Int32Array(0) };
