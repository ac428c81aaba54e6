import type { NonlinearProgram, Places } from '../solvers/nonlinear/program.ts';
import { PlaceList } from './ac/place-list.ts';
import { PolarVoltages } from './ac/polar.ts';
import type { AcVoltages } from './ac/voltages.ts';
import { BranchFlows, packedPairs } from './ac-branch.ts';
import type { LiveBranch, OpfModel } from './model.ts';

export interface AcOptions {
  readonly objective: 'cost' | 'loss';
  /** What a rating limits: apparent power, or current (the rating at one per unit of voltage). */
  readonly limits: 'apparent' | 'current';
}

/**
 * Where things stand: x = (first and second voltage coordinates: θ, v, or f, e; then p, q, t), g = (P balance, Q balance, rows of
 * the voltages), h = (ratings, rows of the voltages, cost lines).
 */
export interface AcLayout {
  readonly theta: number;
  readonly v: number;
  readonly p: number;
  readonly q: number;
  readonly t: number;
  readonly variables_count: number;
  /** First row of the voltages' own equalities and inequalities. */
  readonly voltageEqualities: number;
  readonly voltageInequalities: number;
  /** First cost line in h. */
  readonly lines: number;
  /** Branches with a rating: two rows each, from and to. */
  readonly rated: readonly LiveBranch[];
}

/**
 * AC optimal power flow with exact first and second derivatives, in the coordinates of its `AcVoltages`:
 *
 *   min Σ c(p_d)   subject to, at each bus b,
 *   Σ P_end(V) + g·|V|² − Σ p_d = p_b,   Σ Q_end(V) − b·|V|² − Σ q_d = q_b,
 *   P² + Q² ≤ s² (or s²·|V|²) at both ends,   angle limits across branches,   limits of |V|, p, q
 *
 * A piecewise-linear cost is a variable t above its lines, in units of its steepest slope. The loss objective is
 * Σ p_d + Σ p_b − Σ g·|V|², in kW.
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
  readonly model: OpfModel;
  readonly options: AcOptions;
  readonly voltages: AcVoltages;
  /** Row of the from end of a branch in h, −1 without a rating. */
  private readonly limitRow: Int32Array;
  private readonly lines: readonly { readonly row: number; readonly d: number; readonly k: number; readonly t: number }[];
  private readonly unitOfT: readonly number[];
  private readonly flows: BranchFlows;
  private readonly local = new Float64Array(10);

  /** @param voltages - default: polar coordinates */
  constructor(model: OpfModel, options: AcOptions, voltages: AcVoltages = new PolarVoltages(model)) {
    const nB = model.busOf.length;
    const nD = model.generators.length;
    this.model = model;
    this.options = options;
    const rated = model.branches.filter((x) => x.s_max_pu < Infinity);
    this.voltages = voltages;
    this.flows = new BranchFlows(model.branches, voltages.products, voltages.turn_rad);
    let next = 0;
    this.limitRow = Int32Array.from(model.branches, (x) => (x.s_max_pu < Infinity ? (next += 2) - 2 : -1));
    let row = next + voltages.rows.inequalities_count;
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
    this.layout = {
      theta: 0,
      v: nB,
      p: 2 * nB,
      q: 2 * nB + nD,
      t: t0,
      variables_count: this.variables_count,
      voltageEqualities: 2 * nB,
      voltageInequalities: next,
      lines: next + voltages.rows.inequalities_count,
      rated,
    };
    this.equalities_count = 2 * nB + voltages.rows.equalities_count;
    this.inequalities_count = row;

    this.lower = new Float64Array(this.variables_count).fill(Number.NEGATIVE_INFINITY);
    this.upper = new Float64Array(this.variables_count).fill(Number.POSITIVE_INFINITY);
    voltages.boundsInto(this.lower, this.upper);
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
    this.rangeLower.set(voltages.rows.rangeLower, next);
    this.rangeUpper.set(voltages.rows.rangeUpper, next);
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
    const { v_min_pu: low, v_max_pu: high } = model;
    const v = high.map((most, b) => (most < Infinity ? 0.5 * (low[b] + most) : Math.max(1, low[b])));
    this.voltages.fromPolarInto(model.angleStart, v, x);
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
    const { model, layout, options, limitRow, lines, voltages, flows } = this;
    const { branches, generators } = model;
    const { flow } = flows;
    const nB = model.busOf.length;
    for (let b = 0; b < nB; b++) {
      const v2 = this.square(x, b);
      g[b] = model.g[b] * v2 - model.p[b];
      g[nB + b] = -model.b[b] * v2 - model.q[b];
    }
    for (let d = 0; d < generators.length; d++) {
      g[generators[d].bus] -= x[layout.p + d];
      g[nB + generators[d].bus] -= x[layout.q + d];
    }
    for (let l = 0; l < branches.length; l++) {
      const { from, to, s_max_pu } = branches[l];
      flows.evaluate(l, x[from], x[to], x[nB + from], x[nB + to]);
      g[from] += flow[0];
      g[nB + from] += flow[1];
      g[to] += flow[2];
      g[nB + to] += flow[3];
      const row = limitRow[l];
      if (row < 0) continue;
      h[row] = flow[0] * flow[0] + flow[1] * flow[1];
      h[row + 1] = flow[2] * flow[2] + flow[3] * flow[3];
      if (options.limits === 'current') {
        h[row] -= s_max_pu * s_max_pu * this.square(x, from);
        h[row + 1] -= s_max_pu * s_max_pu * this.square(x, to);
      }
    }
    voltages.rows.functionsInto(x, g.subarray(layout.voltageEqualities), h.subarray(layout.voltageInequalities));
    for (const { row, d, k, t } of lines) {
      const { cost } = generators[d];
      if (cost.kind === 'lines') h[row] = cost.slope[k] * x[layout.p + d] - this.unitOfT[t - layout.t] * x[t];
    }
    return this.objective(x);
  }

  /** |V|² of a bus. */
  private square(x: Float64Array, b: number): number {
    const second = x[this.layout.v + b];
    return second * second + this.voltages.firstShare * x[b] * x[b];
  }

  private objective(x: Float64Array): number {
    const { model, layout } = this;
    const nB = model.busOf.length;
    let f = 0;
    if (this.options.objective === 'loss') {
      for (let b = 0; b < nB; b++) f += model.p[b] - model.g[b] * this.square(x, b);
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
    const { model, layout, options, limitRow, flows, voltages } = this;
    const { branches } = model;
    const { flow, gradient: slope } = flows;
    const { firstShare } = voltages;
    const nB = model.busOf.length;
    this.gradientInto(x, gradient);
    let at = 0;
    let atH = 0;
    for (let l = 0; l < branches.length; l++) {
      const { from, to, s_max_pu } = branches[l];
      flows.evaluate(l, x[from], x[to], x[nB + from], x[nB + to]);
      flows.differentiate();
      for (let k = 0; k < 16; k++) jg[at + k] = slope[k];
      at += 16;
      if (limitRow[l] < 0) continue;
      for (let k = 0; k < 4; k++) {
        jh[atH + k] = 2 * (flow[0] * slope[k] + flow[1] * slope[4 + k]);
        jh[atH + 4 + k] = 2 * (flow[2] * slope[8 + k] + flow[3] * slope[12 + k]);
      }
      if (options.limits === 'current') {
        const twice = 2 * s_max_pu * s_max_pu;
        jh[atH] -= twice * firstShare * x[from];
        jh[atH + 2] -= twice * x[nB + from];
        jh[atH + 5] -= twice * firstShare * x[to];
        jh[atH + 7] -= twice * x[nB + to];
      }
      atH += 8;
    }
    for (let b = 0; b < nB; b++) {
      jg[at++] = 2 * firstShare * model.g[b] * x[b];
      jg[at++] = 2 * model.g[b] * x[nB + b];
      jg[at++] = -2 * firstShare * model.b[b] * x[b];
      jg[at++] = -2 * model.b[b] * x[nB + b];
    }
    const { rows } = voltages;
    rows.derivativesInto(x, jg.subarray(at), jh.subarray(atH));
    at += rows.equalityPlaces.row.length;
    atH += rows.inequalityPlaces.row.length;
    jg.fill(-1, at);
    for (const { d, k, t } of this.lines) {
      const { cost } = model.generators[d];
      jh[atH++] = cost.kind === 'lines' ? cost.slope[k] : 0;
      jh[atH++] = -this.unitOfT[t - layout.t];
    }
  }

  private gradientInto(x: Float64Array, gradient: Float64Array): void {
    const { model, layout } = this;
    const { generators, s_base_kVA } = model;
    const nB = model.busOf.length;
    gradient.fill(0);
    for (let k = 0; k < this.unitOfT.length; k++) gradient[layout.t + k] = this.unitOfT[k];
    if (this.options.objective === 'loss') {
      gradient.fill(s_base_kVA, layout.p, layout.q);
      for (let b = 0; b < nB; b++) {
        gradient[b] = -2 * s_base_kVA * this.voltages.firstShare * model.g[b] * x[b];
        gradient[nB + b] = -2 * s_base_kVA * model.g[b] * x[nB + b];
      }
      return;
    }
    for (let d = 0; d < generators.length; d++) {
      const { cost } = generators[d];
      if (cost.kind === 'polynomial') gradient[layout.p + d] = slopeOf(cost.coefficients, x[layout.p + d]);
    }
  }

  hessianInto(x: Float64Array, factor: number, y: Float64Array, lambda: Float64Array, values: Float64Array): void {
    const { model, layout, options, limitRow, flows, local, voltages } = this;
    const { branches, generators } = model;
    const { flow } = flows;
    const { firstShare } = voltages;
    const nB = model.busOf.length;
    const isLoss = options.objective === 'loss';
    let at = 0;
    for (let l = 0; l < branches.length; l++) {
      const { from: i, to: j, s_max_pu } = branches[l];
      flows.evaluate(l, x[i], x[j], x[nB + i], x[nB + j]);
      local.fill(0);
      const row = limitRow[l];
      const mf = row < 0 ? 0 : 2 * lambda[row];
      const mt = row < 0 ? 0 : 2 * lambda[row + 1];
      flows.addCurvature(y[i] + mf * flow[0], y[nB + i] + mf * flow[1], y[j] + mt * flow[2], y[nB + j] + mt * flow[3], local);
      if (row >= 0) {
        flows.differentiate();
        flows.addOuter('from', mf, local);
        flows.addOuter('to', mt, local);
        if (options.limits === 'current') {
          local[0] -= mf * firstShare * s_max_pu * s_max_pu;
          local[4] -= mt * firstShare * s_max_pu * s_max_pu;
          local[7] -= mf * s_max_pu * s_max_pu;
          local[9] -= mt * s_max_pu * s_max_pu;
        }
      }
      for (let k = 0; k < 10; k++) values[at++] = local[k];
    }
    for (let b = 0; b < nB; b++) {
      const shunt = 2 * (y[b] * model.g[b] - y[nB + b] * model.b[b]) - (isLoss ? 2 * factor * model.s_base_kVA * model.g[b] : 0);
      values[at++] = firstShare * shunt;
      values[at++] = shunt;
    }
    for (let d = 0; d < generators.length; d++) {
      const { cost } = generators[d];
      values[at++] = isLoss || cost.kind === 'lines' ? 0 : factor * bendOf(cost.coefficients, x[layout.p + d]);
    }
    voltages.rows.hessianInto(y.subarray(layout.voltageEqualities), lambda.subarray(layout.voltageInequalities), values.subarray(at));
  }

  equalityName(i: number): string {
    const { busOf } = this.model;
    if (i >= this.layout.voltageEqualities) return this.voltages.rows.equalityName(i - this.layout.voltageEqualities);
    const id = this.model.case.network.buses[busOf[i % busOf.length]].id;
    return `${i < busOf.length ? 'active' : 'reactive'} power balance of bus ${id}`;
  }

  inequalityName(i: number): string {
    const { rated, voltageInequalities, lines } = this.layout;
    if (i < voltageInequalities) return `rating of branch ${rated[i >> 1].branch.id} at its ${i % 2 === 0 ? 'from' : 'to'} end`;
    if (i < lines) return this.voltages.rows.inequalityName(i - voltageInequalities);
    return `cost of generator ${this.model.generators[this.lines[i - lines].d].generator.id}`;
  }

  private placesOfG(): Places {
    const { model, layout, voltages } = this;
    const nB = model.busOf.length;
    const list = new PlaceList();
    for (const { from, to } of model.branches) {
      for (const r of [from, nB + from, to, nB + to]) list.add(r, from, to, nB + from, nB + to);
    }
    for (let b = 0; b < nB; b++) {
      list.add(b, b, nB + b);
      list.add(nB + b, b, nB + b);
    }
    list.addAll(voltages.rows.equalityPlaces, layout.voltageEqualities);
    model.generators.forEach(({ bus }, d) => {
      list.add(bus, layout.p + d);
      list.add(nB + bus, layout.q + d);
    });
    return list.places();
  }

  private placesOfH(): Places {
    const { model, layout, voltages } = this;
    const nB = model.busOf.length;
    const list = new PlaceList();
    layout.rated.forEach(({ from, to }, k) => {
      for (const r of [2 * k, 2 * k + 1]) list.add(r, from, to, nB + from, nB + to);
    });
    list.addAll(voltages.rows.inequalityPlaces, layout.voltageInequalities);
    for (const { row, d, t } of this.lines) list.add(row, layout.p + d, t);
    return list.places();
  }

  private placesOfHessian(): Places {
    const { model, layout, voltages } = this;
    const nB = model.busOf.length;
    const list = new PlaceList();
    for (const { from, to } of model.branches) {
      const own = [from, to, nB + from, nB + to];
      for (const [r, c] of packedPairs) list.add(Math.min(own[r], own[c]), Math.max(own[r], own[c]));
    }
    for (let b = 0; b < nB; b++) {
      list.add(b, b);
      list.add(nB + b, nB + b);
    }
    for (let d = 0; d < model.generators.length; d++) list.add(layout.p + d, layout.p + d);
    list.addAll(voltages.rows.hessianPlaces, 0);
    return list.places();
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
