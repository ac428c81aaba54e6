/**
 * Loads of constant power or current among wires of admittances: their voltages by Newton, and their answer along a direction.
 *
 * A load draws y·s(|V|)·V with s = (V_n/|V|)^γ, γ = 1 for current and 2 for power; below `DROP_FRAC` of V_n s stays what it is there. With V⁰ = A·E what the buses have without these loads,
 *
 *   F(V) = V − A·E + Z·(y·s(|V|)·V) = 0,   I = Y·E + K·(y·s(|V|)·V)
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | A | ofE | voltage at the loads per formed voltage. @shape [load][inverter] |
 * | Z | ofDrawn | fall of voltage at the loads per current drawn. @shape [load][load] |
 * | K | brought | current of inverters per current drawn. @shape [inverter][load] |
 * | ∂F/∂V, factored | jacobian | @shape [2·load][2·load], real and imaginary parts side by side |
 *
 * Constant power has a solution up to the limit of the wires only; beyond it voltages are NaN, and a run ends with a diagnosis.
 * @source exponential loads: Kundur, Power System Stability and Control (1994), section 7.1
 */
import { denseLuInto, denseLuSolveInto } from '../../linalg/dense.ts';

/** Below this part of nominal voltage a load gives its law up. */
const DROP_FRAC = 0.5;
const ITERATIONS_MAX = 30;
const TOLERANCE_PU = 1e-14;

/** One load as Newton sees it, per unit. */
export interface DependentLoad {
  readonly g: number;
  readonly b: number;
  readonly gamma: number;
  readonly v_nominal_pu: number;
}

/** Complex matrices by rows. */
export interface LoadMatrices {
  readonly ofE: { readonly re: Float64Array; readonly im: Float64Array };
  readonly ofDrawn: { readonly re: Float64Array; readonly im: Float64Array };
  readonly brought: { readonly re: Float64Array; readonly im: Float64Array };
}

export class VoltageDependentLoads {
  private readonly loads: readonly DependentLoad[];
  private readonly matrices: LoadMatrices;
  private readonly n: number;
  private readonly vRe: Float64Array;
  private readonly vIm: Float64Array;
  private readonly idleRe: Float64Array;
  private readonly idleIm: Float64Array;
  private readonly drawnRe: Float64Array;
  private readonly drawnIm: Float64Array;
  private readonly jacobian: Float64Array;
  private readonly pivotRow: Int32Array;
  private readonly step: Float64Array;

  /** @param inverters_count - columns of A, rows of K */
  constructor(loads: readonly DependentLoad[], matrices: LoadMatrices, inverters_count: number) {
    const m = loads.length;
    this.loads = loads;
    this.matrices = matrices;
    this.n = inverters_count;
    const vector = (): Float64Array => new Float64Array(m);
    this.vRe = vector();
    this.vIm = vector();
    this.idleRe = vector();
    this.idleIm = vector();
    this.drawnRe = vector();
    this.drawnIm = vector();
    this.jacobian = new Float64Array(4 * m * m);
    this.pivotRow = new Int32Array(2 * m);
    this.step = new Float64Array(2 * m);
  }

  /** I ← I + what the loads draw, for these formed voltages. */
  addCurrentsInto(eRe: Float64Array, eIm: Float64Array, iRe: Float64Array, iIm: Float64Array): void {
    const { vRe, vIm, idleRe, idleIm, step, drawnRe, drawnIm } = this;
    const m = vRe.length;
    multiply(this.matrices.ofE, m, this.n, eRe, eIm, idleRe, idleIm);
    vRe.set(idleRe);
    vIm.set(idleIm);
    let size = Infinity;
    for (let count = 0; count < ITERATIONS_MAX && size > TOLERANCE_PU; count++) {
      this.residualInto(step);
      this.factor();
      denseLuSolveInto(this.jacobian, 2 * m, this.pivotRow, step);
      size = 0;
      for (let l = 0; l < m; l++) {
        vRe[l] -= step[2 * l];
        vIm[l] -= step[2 * l + 1];
        size = Math.max(size, Math.abs(step[2 * l]), Math.abs(step[2 * l + 1]));
      }
    }
    // rounding keeps the last digit moving; what moves more has no solution
    if (!(size < 1e3 * TOLERANCE_PU)) vRe.fill(Number.NaN);
    this.drawInto(drawnRe, drawnIm);
    addProduct(this.matrices.brought, this.n, m, drawnRe, drawnIm, iRe, iIm);
    this.factor();
  }

  /** dI ← dI + what the loads draw more along dE, at the voltages found last. */
  addTangentsInto(deRe: Float64Array, deIm: Float64Array, diRe: Float64Array, diIm: Float64Array): void {
    const { idleRe, idleIm, step, jacobian, pivotRow, drawnRe, drawnIm } = this;
    const m = idleRe.length;
    multiply(this.matrices.ofE, m, this.n, deRe, deIm, idleRe, idleIm);
    for (let l = 0; l < m; l++) {
      step[2 * l] = idleRe[l];
      step[2 * l + 1] = idleIm[l];
    }
    denseLuSolveInto(jacobian, 2 * m, pivotRow, step);
    for (let l = 0; l < m; l++) {
      const [rr, ri, ir, ii] = this.slopeOf(l);
      drawnRe[l] = rr * step[2 * l] + ri * step[2 * l + 1];
      drawnIm[l] = ir * step[2 * l] + ii * step[2 * l + 1];
    }
    addProduct(this.matrices.brought, this.n, m, drawnRe, drawnIm, diRe, diIm);
  }

  private scaleOf(l: number): number {
    const { gamma, v_nominal_pu } = this.loads[l];
    return (v_nominal_pu / Math.max(Math.hypot(this.vRe[l], this.vIm[l]), DROP_FRAC * v_nominal_pu)) ** gamma;
  }

  /** y·s·V */
  private drawInto(re: Float64Array, im: Float64Array): void {
    const { loads, vRe, vIm } = this;
    for (let l = 0; l < loads.length; l++) {
      const { g, b } = loads[l];
      const s = this.scaleOf(l);
      re[l] = s * (g * vRe[l] - b * vIm[l]);
      im[l] = s * (g * vIm[l] + b * vRe[l]);
    }
  }

  /** ∂(y·s·V)/∂(V_re, V_im) of load l, by rows. */
  private slopeOf(l: number): readonly [number, number, number, number] {
    const { g, b, gamma, v_nominal_pu } = this.loads[l];
    const [re, im] = [this.vRe[l], this.vIm[l]];
    const v = Math.hypot(re, im);
    const s = this.scaleOf(l);
    const bend = v > DROP_FRAC * v_nominal_pu ? (-gamma * s) / (v * v) : 0;
    // ∂(s·V): s on the diagonal, and bend·V·Vᵀ
    const [aa, ab, bb] = [s + bend * re * re, bend * re * im, s + bend * im * im];
    return [g * aa - b * ab, g * ab - b * bb, g * ab + b * aa, g * bb + b * ab];
  }

  private residualInto(into: Float64Array): void {
    const { vRe, vIm, idleRe, idleIm, drawnRe, drawnIm } = this;
    const m = vRe.length;
    this.drawInto(drawnRe, drawnIm);
    const { re, im } = this.matrices.ofDrawn;
    for (let i = 0, at = 0; i < m; i++) {
      let real = vRe[i] - idleRe[i];
      let imaginary = vIm[i] - idleIm[i];
      for (let j = 0; j < m; j++, at++) {
        real += re[at] * drawnRe[j] - im[at] * drawnIm[j];
        imaginary += re[at] * drawnIm[j] + im[at] * drawnRe[j];
      }
      into[2 * i] = real;
      into[2 * i + 1] = imaginary;
    }
  }

  private factor(): void {
    const { jacobian, pivotRow, loads } = this;
    const { re, im } = this.matrices.ofDrawn;
    const m = loads.length;
    for (let j = 0; j < m; j++) {
      const [rr, ri, ir, ii] = this.slopeOf(j);
      for (let i = 0; i < m; i++) {
        const [zRe, zIm] = [re[i * m + j], im[i * m + j]];
        const at = 2 * i * 2 * m + 2 * j;
        const one = i === j ? 1 : 0;
        jacobian[at] = one + zRe * rr - zIm * ir;
        jacobian[at + 1] = zRe * ri - zIm * ii;
        jacobian[at + 2 * m] = zRe * ir + zIm * rr;
        jacobian[at + 2 * m + 1] = one + zRe * ii + zIm * ri;
      }
    }
    denseLuInto(jacobian, 2 * m, pivotRow);
  }
}

type Complex = LoadMatrices['ofE'];

/** out ← M·v */
function multiply(
  matrix: Complex,
  rows: number,
  columns: number,
  vRe: Float64Array,
  vIm: Float64Array,
  outRe: Float64Array,
  outIm: Float64Array,
): void {
  outRe.fill(0);
  outIm.fill(0);
  addProduct(matrix, rows, columns, vRe, vIm, outRe, outIm);
}

/** out ← out + M·v */
function addProduct(
  { re, im }: Complex,
  rows: number,
  columns: number,
  vRe: Float64Array,
  vIm: Float64Array,
  outRe: Float64Array,
  outIm: Float64Array,
): void {
  for (let i = 0, at = 0; i < rows; i++) {
    let real = 0;
    let imaginary = 0;
    for (let j = 0; j < columns; j++, at++) {
      real += re[at] * vRe[j] - im[at] * vIm[j];
      imaginary += re[at] * vIm[j] + im[at] * vRe[j];
    }
    outRe[i] += real;
    outIm[i] += imaginary;
  }
}
