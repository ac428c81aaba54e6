import type { NonlinearProgram, Places } from '../../solvers/nonlinear/program.ts';
import { BranchEnd, packedPairs } from './ac-branch.ts';
import type { LiveBranch, OpfModel } from './model.ts';

export interface AcOptions {
  readonly objective: 'cost' | 'loss';
  /** What a rating limits: apparent power, or current (the rating at one per unit of voltage). */
  readonly limits: 'apparent' | 'current';
}

/** Where things stand in x and in the rows: x = (θ, v, p, q, t); g = (P balance, Q balance); h = (limits, angles, cost lines). */
export interface AcLayout {
  readonly theta: number;
  readonly v: number;
  readonly p: number;
  readonly q: number;
  readonly t: number;
  readonly variables_count: number;
  /** Branches with a rating: two rows each, from and to. */
  readonly rated: readonly LiveBranch[];
}

/**
 * AC optimal power flow in polar coordinates, with exact first and second derivatives:
 *
 *   min Σ c(p_d)   subject to, at each bus b,
 *   Σ P_end(θ, v) + g·v² − Σ p_d = p_b,   Σ Q_end(θ, v) − b·v² − Σ q_d = q_b,
 *   P² + Q² ≤ s² (or s²·v²) at both ends,   angle limits across branches,   limits of v, p, q
 *
 * A piecewise-linear cost is a variable t above its lines, in units of its steepest slope. The loss objective is
 * Σ p_d + Σ p_b − Σ g·v², in kW.
 * @unit per unit inside; f in cur/h or kW. Duals of the balance rows are prices per per unit: + for demand
 * @cost O(branches + generators) per evaluation
 */
export class AcProblem implements NonlinearProgram {
  readonly layout: AcLayout;
  readonly variables_count: number;
  readonly equalities_count: number;
  readonly inequalities_count: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rangeLower: Float64Array;
  readonly rangeUpper: Float64Array;
  readonly equalityPlaces: Places;
  readonly inequalityPlaces: Places;
  readonly hessianPlaces: Places;
  private readonly model: OpfModel;
  private readonly options: AcOptions;
  private readonly angled: readonly LiveBranch[];
  /** Row of the from end of a branch in h, −1 without a rating. */
  private readonly limitRow: Int32Array;
  private readonly lines: readonly { readonly row: number; readonly d: number; readonly k: number; readonly t: number }[];
  private readonly unitOfT: readonly number[];
  private readonly from = new BranchEnd('from');
  private readonly to = new BranchEnd('to');
  private readonly local = new Float64Array(10);

  constructor(model: OpfModel, options: AcOptions) {
    const nB = model.busOf.length;
    const nD = model.generators.length;
    this.model = model;
    this.options = options;
    const rated = model.branches.filter((x) => x.s_max_pu < Infinity);
    this.angled = model.branches.filter((x) => x.angle_min_rad > -Infinity || x.angle_max_rad < Infinity);
    let next = 0;
    this.limitRow = Int32Array.from(model.branches, (x) => (x.s_max_pu < Infinity ? (next += 2) - 2 : -1));
    let row = next + this.angled.length;
    const lines: { row: number; d: number; k: number; t: number }[] = [];
    const unitOfT: number[] = [];
    const t0 = 2 * nB + 2 * nD;
    model.generators.forEach(({ cost }, d) => {
      if (cost.kind !== 'lines' || options.objective === 'loss') return;
      cost.slope.forEach((_, k) => {
        lines.push({ row: row++, d, k, t: t0 + unitOfT.length });
      });
      unitOfT.push(Math.max(...cost.slope.map(Math.abs)));
    });
    this.lines = lines;
    this.unitOfT = unitOfT;
    this.variables_count = t0 + unitOfT.length;
    this.layout = { theta: 0, v: nB, p: 2 * nB, q: 2 * nB + nD, t: t0, variables_count: this.variables_count, rated };
    this.equalities_count = 2 * nB;
    this.inequalities_count = row;

    this.lower = new Float64Array(this.variables_count).fill(Number.NEGATIVE_INFINITY);
    this.upper = new Float64Array(this.variables_count).fill(Number.POSITIVE_INFINITY);
    for (let b = 0; b < nB; b++) {
      if (!Number.isNaN(model.reference[b])) this.lower[b] = this.upper[b] = model.reference[b];
      this.lower[nB + b] = model.v_min_pu[b];
      this.upper[nB + b] = model.v_max_pu[b];
    }
    model.generators.forEach((x, d) => {
      this.lower[2 * nB + d] = x.p_min_pu;
      this.upper[2 * nB + d] = x.p_max_pu;
      this.lower[2 * nB + nD + d] = x.q_min_pu;
      this.upper[2 * nB + nD + d] = x.q_max_pu;
    });
    this.rangeLower = new Float64Array(row).fill(Number.NEGATIVE_INFINITY);
    this.rangeUpper = new Float64Array(row);
    rated.forEach((x, k) => {
      this.rangeUpper.fill(options.limits === 'current' ? 0 : x.s_max_pu * x.s_max_pu, 2 * k, 2 * k + 2);
    });
    this.angled.forEach((x, k) => {
      this.rangeLower[next + k] = x.angle_min_rad;
      this.rangeUpper[next + k] = x.angle_max_rad;
    });
    for (const { row: r, d, k } of lines) {
      const { cost } = model.generators[d];
      if (cost.kind === 'lines') this.rangeUpper[r] = -cost.offset[k];
    }
    this.equalityPlaces = this.placesOfG();
    this.inequalityPlaces = this.placesOfH();
    this.hessianPlaces = this.placesOfHessian();
  }

  /** Flat start: middle of the voltage and power ranges, angles as the phase shifters turn them. */
  start(): Float64Array {
    const { model, layout } = this;
    const x = new Float64Array(this.variables_count);
    model.busOf.forEach((_, b) => {
      x[b] = model.angleStart[b];
      x[layout.v + b] = model.v_max_pu[b] < Infinity ? 0.5 * (model.v_min_pu[b] + model.v_max_pu[b]) : Math.max(1, model.v_min_pu[b]);
    });
    for (let j = layout.p; j < layout.t; j++) x[j] = middle(this.lower[j], this.upper[j]);
    for (const { d, k, t } of this.lines) {
      const { cost } = model.generators[d];
      if (cost.kind !== 'lines') continue;
      const height = (cost.slope[k] * x[layout.p + d] + cost.offset[k]) / this.unitOfT[t - layout.t];
      x[t] = k === 0 ? height : Math.max(x[t], height);
    }
    return x;
  }

  functionsInto(x: Float64Array, g: Float64Array, h: Float64Array): number {
    const { model, layout, options, limitRow, lines } = this;
    const { branches, generators } = model;
    const nB = model.busOf.length;
    for (let b = 0; b < nB; b++) {
      const v2 = x[nB + b] * x[nB + b];
      g[b] = model.g[b] * v2 - model.p[b];
      g[nB + b] = -model.b[b] * v2 - model.q[b];
    }
    for (let d = 0; d < generators.length; d++) {
      g[generators[d].bus] -= x[layout.p + d];
      g[nB + generators[d].bus] -= x[layout.q + d];
    }
    for (let l = 0; l < branches.length; l++) {
      const { from, to, s_max_pu } = branches[l];
      this.ends(branches[l], x);
      g[from] += this.from.p;
      g[nB + from] += this.from.q;
      g[to] += this.to.p;
      g[nB + to] += this.to.q;
      const row = limitRow[l];
      if (row < 0) continue;
      h[row] = this.from.p ** 2 + this.from.q ** 2;
      h[row + 1] = this.to.p ** 2 + this.to.q ** 2;
      if (options.limits === 'current') {
        h[row] -= (s_max_pu * x[nB + from]) ** 2;
        h[row + 1] -= (s_max_pu * x[nB + to]) ** 2;
      }
    }
    const firstAngle = 2 * layout.rated.length;
    for (let k = 0; k < this.angled.length; k++) h[firstAngle + k] = x[this.angled[k].from] - x[this.angled[k].to];
    for (const { row, d, k, t } of lines) {
      const { cost } = generators[d];
      if (cost.kind === 'lines') h[row] = cost.slope[k] * x[layout.p + d] - this.unitOfT[t - layout.t] * x[t];
    }
    return this.objective(x);
  }

  private objective(x: Float64Array): number {
    const { model, layout } = this;
    const nB = model.busOf.length;
    let f = 0;
    if (this.options.objective === 'loss') {
      for (let b = 0; b < nB; b++) f += model.p[b] - model.g[b] * x[nB + b] * x[nB + b];
      for (let d = 0; d < model.generators.length; d++) f += x[layout.p + d];
      return f * model.s_base_kVA;
    }
    for (let d = 0; d < model.generators.length; d++) {
      const { cost } = model.generators[d];
      if (cost.kind === 'lines') continue;
      let value = 0;
      for (let k = cost.coefficients.length - 1; k >= 0; k--) value = value * x[layout.p + d] + cost.coefficients[k];
      f += value;
    }
    for (let k = 0; k < this.unitOfT.length; k++) f += this.unitOfT[k] * x[layout.t + k];
    return f;
  }

  derivativesInto(x: Float64Array, gradient: Float64Array, jg: Float64Array, jh: Float64Array): void {
    const { model, layout, options, limitRow, from, to } = this;
    const { branches, generators, s_base_kVA } = model;
    const nB = model.busOf.length;
    gradient.fill(0);
    const isLoss = options.objective === 'loss';
    for (let d = 0; d < generators.length; d++) {
      const { cost } = generators[d];
      if (isLoss) gradient[layout.p + d] = s_base_kVA;
      else if (cost.kind === 'polynomial') gradient[layout.p + d] = slopeOf(cost.coefficients, x[layout.p + d]);
    }
    if (isLoss) for (let b = 0; b < nB; b++) gradient[nB + b] = -2 * s_base_kVA * model.g[b] * x[nB + b];
    for (let k = 0; k < this.unitOfT.length; k++) gradient[layout.t + k] = this.unitOfT[k];

    let at = 0;
    let atH = 0;
    for (let l = 0; l < branches.length; l++) {
      this.ends(branches[l], x);
      from.gradients();
      to.gradients();
      for (let k = 0; k < 4; k++) {
        jg[at + k] = from.dp[k];
        jg[at + 4 + k] = from.dq[k];
        jg[at + 8 + k] = to.dp[k];
        jg[at + 12 + k] = to.dq[k];
      }
      at += 16;
      if (limitRow[l] < 0) continue;
      for (let k = 0; k < 4; k++) {
        jh[atH + k] = 2 * (from.p * from.dp[k] + from.q * from.dq[k]);
        jh[atH + 4 + k] = 2 * (to.p * to.dp[k] + to.q * to.dq[k]);
      }
      if (options.limits === 'current') {
        const { s_max_pu } = branches[l];
        jh[atH + 2] -= 2 * s_max_pu * s_max_pu * x[nB + branches[l].from];
        jh[atH + 7] -= 2 * s_max_pu * s_max_pu * x[nB + branches[l].to];
      }
      atH += 8;
    }
    for (let b = 0; b < nB; b++) {
      jg[at++] = 2 * model.g[b] * x[nB + b];
      jg[at++] = -2 * model.b[b] * x[nB + b];
    }
    jg.fill(-1, at);
    for (let k = 0; k < this.angled.length; k++) {
      jh[atH++] = 1;
      jh[atH++] = -1;
    }
    for (const { d, k, t } of this.lines) {
      const { cost } = generators[d];
      jh[atH++] = cost.kind === 'lines' ? cost.slope[k] : 0;
      jh[atH++] = -this.unitOfT[t - layout.t];
    }
  }

  hessianInto(x: Float64Array, factor: number, y: Float64Array, lambda: Float64Array, values: Float64Array): void {
    const { model, layout, options, limitRow, from, to, local } = this;
    const { branches, generators } = model;
    const nB = model.busOf.length;
    const isLoss = options.objective === 'loss';
    let at = 0;
    for (let l = 0; l < branches.length; l++) {
      const { from: i, to: j, s_max_pu } = branches[l];
      this.ends(branches[l], x);
      local.fill(0);
      const row = limitRow[l];
      const mf = row < 0 ? 0 : 2 * lambda[row];
      const mt = row < 0 ? 0 : 2 * lambda[row + 1];
      from.addCurvature(y[i] + mf * from.p, y[nB + i] + mf * from.q, local);
      to.addCurvature(y[j] + mt * to.p, y[nB + j] + mt * to.q, local);
      if (row >= 0) {
        from.gradients();
        to.gradients();
        from.addOuter(mf, local);
        to.addOuter(mt, local);
        if (options.limits === 'current') {
          from.addSelfVoltage(-mf * s_max_pu * s_max_pu, local);
          to.addSelfVoltage(-mt * s_max_pu * s_max_pu, local);
        }
      }
      for (let k = 0; k < 10; k++) values[at++] = local[k];
    }
    for (let b = 0; b < nB; b++) {
      const shunt = 2 * (y[b] * model.g[b] - y[nB + b] * model.b[b]);
      values[at++] = shunt - (isLoss ? 2 * factor * model.s_base_kVA * model.g[b] : 0);
    }
    for (let d = 0; d < generators.length; d++) {
      const { cost } = generators[d];
      values[at++] = isLoss || cost.kind === 'lines' ? 0 : factor * bendOf(cost.coefficients, x[layout.p + d]);
    }
  }

  equalityName(i: number): string {
    const { busOf } = this.model;
    const id = this.model.case.network.buses[busOf[i % busOf.length]].id;
    return `${i < busOf.length ? 'active' : 'reactive'} power balance of bus ${id}`;
  }

  inequalityName(i: number): string {
    const { rated } = this.layout;
    if (i < 2 * rated.length) return `rating of branch ${rated[i >> 1].branch.id} at its ${i % 2 === 0 ? 'from' : 'to'} end`;
    const angle = this.angled[i - 2 * rated.length];
    if (angle !== undefined) return `angle limit of branch ${angle.branch.id}`;
    const line = this.lines[i - 2 * rated.length - this.angled.length];
    return `cost of generator ${this.model.generators[line.d].generator.id}`;
  }

  private ends({ from, to, port }: LiveBranch, x: Float64Array): void {
    const nB = this.model.busOf.length;
    const theta = x[from] - x[to];
    const cos = Math.cos(theta);
    const sin = Math.sin(theta);
    this.from.functions(port.g_ff, port.b_ff, port.g_ft, port.b_ft, cos, sin, x[nB + from], x[nB + to]);
    this.to.functions(port.g_tt, port.b_tt, port.g_tf, port.b_tf, cos, -sin, x[nB + to], x[nB + from]);
  }

  private placesOfG(): Places {
    const { model, layout } = this;
    const nB = model.busOf.length;
    const row: number[] = [];
    const column: number[] = [];
    const add = (r: number, ...columns: number[]): void => {
      for (const c of columns) {
        row.push(r);
        column.push(c);
      }
    };
    for (const { from, to } of model.branches) {
      for (const r of [from, nB + from, to, nB + to]) add(r, from, to, nB + from, nB + to);
    }
    for (let b = 0; b < nB; b++) {
      add(b, nB + b);
      add(nB + b, nB + b);
    }
    model.generators.forEach(({ bus }, d) => {
      add(bus, layout.p + d);
      add(nB + bus, layout.q + d);
    });
    return { row: Int32Array.from(row), column: Int32Array.from(column) };
  }

  private placesOfH(): Places {
    const { model, layout } = this;
    const nB = model.busOf.length;
    const row: number[] = [];
    const column: number[] = [];
    layout.rated.forEach(({ from, to }, k) => {
      for (const r of [2 * k, 2 * k + 1]) {
        row.push(r, r, r, r);
        column.push(from, to, nB + from, nB + to);
      }
    });
    this.angled.forEach(({ from, to }, k) => {
      row.push(2 * layout.rated.length + k, 2 * layout.rated.length + k);
      column.push(from, to);
    });
    for (const { row: r, d, t } of this.lines) {
      row.push(r, r);
      column.push(layout.p + d, t);
    }
    return { row: Int32Array.from(row), column: Int32Array.from(column) };
  }

  private placesOfHessian(): Places {
    const { model, layout } = this;
    const nB = model.busOf.length;
    const row: number[] = [];
    const column: number[] = [];
    const add = (a: number, b: number): void => {
      row.push(Math.min(a, b));
      column.push(Math.max(a, b));
    };
    for (const { from, to } of model.branches) {
      const own = [from, to, nB + from, nB + to];
      for (const [r, c] of packedPairs) add(own[r], own[c]);
    }
    for (let b = 0; b < nB; b++) add(nB + b, nB + b);
    for (let d = 0; d < model.generators.length; d++) add(layout.p + d, layout.p + d);
    return { row: Int32Array.from(row), column: Int32Array.from(column) };
  }
}

function middle(lower: number, upper: number): number {
  if (lower > -Infinity && upper < Infinity) return 0.5 * (lower + upper);
  return Math.min(Math.max(0, lower), upper);
}

function slopeOf(coefficients: readonly number[], p: number): number {
  let value = 0;
  for (let k = coefficients.length - 1; k >= 1; k--) value = value * p + k * coefficients[k];
  return value;
}

function bendOf(coefficients: readonly number[], p: number): number {
  let value = 0;
  for (let k = coefficients.length - 1; k >= 2; k--) value = value * p + k * (k - 1) * coefficients[k];
  return value;
}
