import { certify } from '../../solvers/nonlinear/certificate.ts';
import { NonlinearSolver } from '../../solvers/nonlinear/nonlinear.ts';
import type { NonlinearOptions, NonlinearPoint, NonlinearSolution } from '../../solvers/nonlinear/program.ts';
import { AcProblem } from '../ac-problem.ts';
import type { LiveBranch } from '../model.ts';
import { PolarVoltages } from './polar.ts';
import { type AngleRow, RectangularVoltages } from './rectangular.ts';

export type AcCoordinates = 'polar' | 'rectangular';

/**
 * Solves polar AC problems, one after another, in polar or in rectangular coordinates. Starts and answers are polar in any case,
 * and so is the certificate: a point found in rectangular coordinates is judged by the polar conditions, with its multipliers
 * carried over.
 */
export class AcSolver {
  private readonly coordinates: AcCoordinates;
  private readonly inner = new NonlinearSolver();

  constructor(coordinates: AcCoordinates = 'polar') {
    this.coordinates = coordinates;
  }

  solve(polar: AcProblem, options: NonlinearOptions): NonlinearSolution {
    if (this.coordinates === 'polar') return this.inner.solve(polar, options);
    const form = new RectangularForm(polar);
    const { start, warmStart, ...rest } = options;
    const found = this.inner.solve(form.problem, {
      ...rest,
      ...(start === undefined ? {} : { start: form.fromPolar(start) }),
      ...(warmStart === undefined ? {} : { warmStart: form.pointFromPolar(warmStart) }),
    });
    const point = form.pointToPolar(found);
    const { objective, ...certificate } = certify(polar, point);
    return { ...found, ...point, objective, certificate };
  }

  release(): void {
    this.inner.release();
  }
}

/**
 * The rectangular twin of a polar problem and the way between the two. The Lagrangian is the same function of the voltages, so
 * that a multiplier changes by the slope of its row:
 *
 *   v² ≤ v_max² with μ:  z_v = −2·v·μ;   v_i·v_j·sin(θ − α) ≤ 0 with ν:  λ_θ = v_i·v_j·cos(θ − α)·ν;   f = 0 with ζ:  z_θ = e·ζ
 */
class RectangularForm {
  readonly problem: AcProblem;
  private readonly polar: AcProblem;
  private readonly voltages: RectangularVoltages;
  /** Row in the polar h of a branch with angle limits. */
  private readonly angleRow: ReadonlyMap<LiveBranch, number>;

  constructor(polar: AcProblem) {
    const { model, options, layout } = polar;
    this.polar = polar;
    this.voltages = new RectangularVoltages(model);
    this.problem = new AcProblem(model, options, this.voltages);
    const { limited } = new PolarVoltages(model).rows;
    this.angleRow = new Map(limited.map((branch, k) => [branch, layout.voltageInequalities + k]));
  }

  fromPolar(x: Float64Array): Float64Array {
    const { theta, v, p } = this.polar.layout;
    const out = x.slice();
    this.voltages.fromPolarInto(x.subarray(theta, v), x.subarray(v, p), out);
    return out;
  }

  pointToPolar({ x: from, equalityDual: y, inequalityDual: lambda, boundDual: z }: NonlinearPoint): NonlinearPoint {
    const { polar, problem, voltages, angleRow } = this;
    const { rows, turn_rad } = voltages;
    const { v: nB, voltageEqualities: firstY, voltageInequalities: firstLambda, lines } = polar.layout;
    const x = from.slice();
    const boundDual = z.slice();
    for (let b = 0; b < nB; b++) {
      const f = from[b];
      const e = from[nB + b];
      x[b] = turn_rad[b] + Math.atan2(f, e);
      x[nB + b] = Math.hypot(e, f);
      boundDual[b] = e * z[b] - f * z[nB + b];
      boundDual[nB + b] = (e * z[nB + b] + f * z[b]) / Math.max(x[nB + b], Number.MIN_VALUE);
    }
    rows.heldBuses.forEach((b, i) => {
      boundDual[nB + b] -= 2 * x[nB + b] * y[firstY + i];
    });
    rows.rangedBuses.forEach((b, i) => {
      boundDual[nB + b] -= 2 * x[nB + b] * lambda[firstLambda + i];
    });
    const inequalityDual = new Float64Array(polar.inequalities_count);
    inequalityDual.set(lambda.subarray(0, firstLambda));
    inequalityDual.set(lambda.subarray(problem.layout.lines), lines);
    const carry = (row: AngleRow, nu: number): void => {
      inequalityDual[angleRow.get(row.branch) ?? -1] += nu * slopeByAngle(from, nB, row);
    };
    rows.heldAngles.forEach((row, i) => {
      carry(row, y[firstY + rows.heldBuses.length + i]);
    });
    rows.rangedAngles.forEach((row, i) => {
      carry(row, lambda[firstLambda + rows.rangedBuses.length + i]);
    });
    return { x, equalityDual: y.slice(0, firstY), inequalityDual, boundDual };
  }

  pointFromPolar({ x: from, equalityDual, inequalityDual, boundDual: z }: NonlinearPoint): NonlinearPoint {
    const { polar, problem, voltages, angleRow } = this;
    const { rows } = voltages;
    const { v: nB, voltageEqualities: firstY, voltageInequalities: firstLambda, lines } = polar.layout;
    const x = this.fromPolar(from);
    const boundDual = z.slice();
    boundDual.fill(0, 0, 2 * nB);
    polar.model.reference.forEach((angle, b) => {
      if (Number.isNaN(angle)) return;
      boundDual[b] = z[b] / x[nB + b];
      boundDual[nB + b] = z[nB + b];
    });
    const y = new Float64Array(problem.equalities_count);
    y.set(equalityDual);
    const lambda = new Float64Array(problem.inequalities_count);
    lambda.set(inequalityDual.subarray(0, firstLambda));
    lambda.set(inequalityDual.subarray(lines), problem.layout.lines);
    const ofMagnitude = (b: number): number => -z[nB + b] / (2 * from[nB + b]);
    const ofAngle = (row: AngleRow): number => {
      const whole = inequalityDual[angleRow.get(row.branch) ?? -1] / slopeByAngle(x, nB, row);
      if (row.side === 'both') return whole;
      return row.side === 'upper' ? Math.max(0, whole) : Math.min(0, whole);
    };
    y.set([...rows.heldBuses.map(ofMagnitude), ...rows.heldAngles.map(ofAngle)], firstY);
    lambda.set([...rows.rangedBuses.map(ofMagnitude), ...rows.rangedAngles.map(ofAngle)], firstLambda);
    return { x, equalityDual: y, inequalityDual: lambda, boundDual };
  }
}

/** v_i·v_j·cos(θ − α), the slope of v_i·v_j·sin(θ − α) by the angle. */
function slopeByAngle(x: Float64Array, nB: number, { branch: { from: i, to: j }, cosine, sine }: AngleRow): number {
  const c = x[nB + i] * x[nB + j] + x[i] * x[j];
  const s = x[i] * x[nB + j] - x[nB + i] * x[j];
  return cosine * c + sine * s;
}
