import type { NonlinearProgram, Places } from './program.ts';

/** Rows and objective whose gradient at the start is longer than this are scaled down to it. */
const GRADIENT_MAX = 100;
/** No scale falls below this: a row that is steep only at the start would lose its meaning. */
const SCALE_MIN = 1e-8;
/** Bounds are widened by this fraction, so that a feasible set without interior gets one. */
const WIDEN = 1e-10;

/**
 * The program as the iteration sees it: variables w = (x, s) with h(x) − s = 0, objective and rows scaled by their gradients at
 * the start, bounds widened by a hair; fixed
 * variables have none, because they do not move. Owns the values of the functions at the current point.
 * @shape g (mE), h (mI), gradient (n), jacobianG, jacobianH, hessian (their places); lower, upper (n + mI)
 * @source Wächter & Biegler, Math. Program. 106 (2006), sections 3.5 and 3.8
 */
export class ScaledProgram {
  readonly program: NonlinearProgram;
  readonly n: number;
  readonly mE: number;
  readonly mI: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly fixed: Uint8Array;
  readonly g: Float64Array;
  readonly h: Float64Array;
  readonly gradient: Float64Array;
  readonly jacobianG: Float64Array;
  readonly jacobianH: Float64Array;
  readonly hessian: Float64Array;
  readonly scaleG: Float64Array;
  readonly scaleH: Float64Array;
  scaleF = 1;
  private readonly y: Float64Array;
  private readonly lambda: Float64Array;

  constructor(program: NonlinearProgram, start: Float64Array) {
    const { variables_count: n, equalities_count: mE, inequalities_count: mI } = program;
    this.program = program;
    this.n = n;
    this.mE = mE;
    this.mI = mI;
    this.g = new Float64Array(mE);
    this.h = new Float64Array(mI);
    this.gradient = new Float64Array(n);
    this.jacobianG = new Float64Array(program.equalityPlaces.row.length);
    this.jacobianH = new Float64Array(program.inequalityPlaces.row.length);
    this.hessian = new Float64Array(program.hessianPlaces.row.length);
    this.y = new Float64Array(mE);
    this.lambda = new Float64Array(mI);
    this.scaleG = new Float64Array(mE).fill(1);
    this.scaleH = new Float64Array(mI).fill(1);
    this.fixed = new Uint8Array(n);
    this.lower = new Float64Array(n + mI);
    this.upper = new Float64Array(n + mI);
    for (let j = 0; j < n; j++) {
      this.fixed[j] = program.upper[j] - program.lower[j] <= 0 ? 1 : 0;
      if (this.fixed[j]) {
        this.lower[j] = Number.NEGATIVE_INFINITY;
        this.upper[j] = Number.POSITIVE_INFINITY;
      } else this.widen(j, program.lower[j], program.upper[j]);
    }
    this.chooseScales(start);
    for (let i = 0; i < mI; i++) this.widen(n + i, program.rangeLower[i] * this.scaleH[i], program.rangeUpper[i] * this.scaleH[i]);
  }

  private widen(k: number, lower: number, upper: number): void {
    this.lower[k] = lower - WIDEN * Math.max(1, Math.abs(lower));
    this.upper[k] = upper + WIDEN * Math.max(1, Math.abs(upper));
  }

  private chooseScales(x: Float64Array): void {
    const { program, fixed, gradient, jacobianG, jacobianH, scaleH } = this;
    program.derivativesInto(x, gradient, jacobianG, jacobianH);
    let largest = 0;
    for (let j = 0; j < this.n; j++) if (!fixed[j]) largest = Math.max(largest, Math.abs(gradient[j]));
    this.scaleF = scaleOf(largest);
    const rows = [{ places: program.inequalityPlaces, values: jacobianH, scale: scaleH }];
    for (const { places, values, scale } of rows) {
      scale.fill(0);
      for (let k = 0; k < values.length; k++) {
        const size = Math.abs(values[k]);
        if (size > scale[places.row[k]]) scale[places.row[k]] = size;
      }
      for (let i = 0; i < scale.length; i++) scale[i] = scaleOf(scale[i]);
    }
  }

  /** Fills g and h at x, returns f; all scaled. */
  functions(x: Float64Array): number {
    const { g, h, scaleG, scaleH } = this;
    const f = this.program.functionsInto(x, g, h) * this.scaleF;
    for (let i = 0; i < g.length; i++) g[i] *= scaleG[i];
    for (let i = 0; i < h.length; i++) h[i] *= scaleH[i];
    return f;
  }

  /** Fills gradient and Jacobians at x, scaled. */
  derivatives(x: Float64Array): void {
    const { program, gradient, jacobianG, jacobianH, scaleF, scaleG, scaleH } = this;
    program.derivativesInto(x, gradient, jacobianG, jacobianH);
    for (let j = 0; j < gradient.length; j++) gradient[j] *= scaleF;
    const rowG = program.equalityPlaces.row;
    const rowH = program.inequalityPlaces.row;
    for (let k = 0; k < jacobianG.length; k++) jacobianG[k] *= scaleG[rowG[k]];
    for (let k = 0; k < jacobianH.length; k++) jacobianH[k] *= scaleH[rowH[k]];
  }

  /** Fills the Hessian of the scaled Lagrangian, or of its rows alone with objectiveFactor 0. */
  curvature(x: Float64Array, y: Float64Array, lambda: Float64Array, objectiveFactor = 1): void {
    for (let i = 0; i < this.mE; i++) this.y[i] = y[i] * this.scaleG[i];
    for (let i = 0; i < this.mI; i++) this.lambda[i] = lambda[i] * this.scaleH[i];
    this.program.hessianInto(x, objectiveFactor * this.scaleF, this.y, this.lambda, this.hessian);
  }

  /** out ← gradient + Jgᵀ·y + Jhᵀ·λ, with the Jacobians at hand; sizes ← the same with the sizes of all terms. */
  lagrangianGradientInto(y: Float64Array, lambda: Float64Array, out: Float64Array, sizes: Float64Array): void {
    const { program, gradient, jacobianG, jacobianH } = this;
    out.set(gradient);
    for (let j = 0; j < sizes.length; j++) sizes[j] = Math.abs(gradient[j]);
    addTransposed(program.equalityPlaces, jacobianG, y, out, sizes);
    addTransposed(program.inequalityPlaces, jacobianH, lambda, out, sizes);
  }
}

const scaleOf = (size: number): number => (size > GRADIENT_MAX ? Math.max(SCALE_MIN, GRADIENT_MAX / size) : 1);

function addTransposed({ row, column }: Places, values: Float64Array, y: Float64Array, out: Float64Array, sizes: Float64Array): void {
  for (let k = 0; k < values.length; k++) {
    const term = values[k] * y[row[k]];
    out[column[k]] += term;
    sizes[column[k]] += Math.abs(term);
  }
}
