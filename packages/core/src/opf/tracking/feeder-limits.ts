import { PolarVoltages } from '../ac/polar.ts';
import { BranchFlows } from '../ac-branch.ts';
import type { OpfModel } from '../model.ts';
import type { FeederFlow } from './feeder-flow.ts';

/** A limit of the wires that a state exceeds, or has exceeded: value ≤ 0 is kept. */
export interface WireLimit {
  readonly kind: 'low' | 'high' | 'from' | 'to';
  /** Live bus, or live branch. */
  readonly index: number;
}

/** Limits of voltages and ratings as functions of the state of a feeder. @unit per unit; a rating relative to itself */
export class FeederLimits {
  private readonly model: OpfModel;
  private readonly isCurrent: boolean;
  private readonly flows: BranchFlows;
  private readonly rated: readonly number[];

  /** @param model - buses held at the slack have no limits of their own */
  constructor(model: OpfModel, limits: 'apparent' | 'current') {
    const voltages = new PolarVoltages(model);
    this.model = model;
    this.isCurrent = limits === 'current';
    this.flows = new BranchFlows(model.branches, voltages.products, voltages.turn_rad);
    this.rated = [...model.branches.keys()].filter((l) => model.branches[l].s_max_pu < Infinity);
  }

  /** All limits that are exceeded by more than `tolerance`. */
  exceeded(state: FeederFlow, tolerance: number): WireLimit[] {
    const { model, rated } = this;
    const found: WireLimit[] = [];
    model.busOf.forEach((bus, index) => {
      if (!Number.isNaN(model.reference[index])) return;
      if (model.v_min_pu[index] - state.v[bus] > tolerance) found.push({ kind: 'low', index });
      if (state.v[bus] - model.v_max_pu[index] > tolerance) found.push({ kind: 'high', index });
    });
    for (const index of rated) {
      for (const kind of ['from', 'to'] as const) if (this.value(state, { kind, index }) > tolerance) found.push({ kind, index });
    }
    return found;
  }

  /** v − v_max, v_min − v, or (|S|² − s²)/(2·s²). */
  value(state: FeederFlow, { kind, index }: WireLimit): number {
    const { model, isCurrent } = this;
    if (kind === 'low') return model.v_min_pu[index] - state.v[model.busOf[index]];
    if (kind === 'high') return state.v[model.busOf[index]] - model.v_max_pu[index];
    const { flow } = this.evaluate(state, index);
    const { from, to, s_max_pu } = model.branches[index];
    const [p, q, end] = kind === 'from' ? [flow[0], flow[1], from] : [flow[2], flow[3], to];
    const v = isCurrent ? state.v[model.busOf[end]] : 1;
    return (p * p + q * q) / (2 * s_max_pu * s_max_pu) - 0.5 * v * v;
  }

  /** Gradient of `value` by the injections at all buses, after `state.linearise()`. @shape out: 2 × buses of the network */
  gradientInto(state: FeederFlow, { kind, index }: WireLimit, out: Float64Array): void {
    const { model, isCurrent } = this;
    if (kind === 'low' || kind === 'high') {
      state.gradientInto([model.busOf[index]], [0], [kind === 'high' ? 1 : -1], out);
      return;
    }
    const { flow, gradient } = this.evaluate(state, index);
    this.flows.differentiate();
    const { from, to, s_max_pu } = model.branches[index];
    const ends = [model.busOf[from], model.busOf[to]];
    const o = kind === 'from' ? 0 : 8;
    const [p, q] = kind === 'from' ? [flow[0], flow[1]] : [flow[2], flow[3]];
    const by = [0, 1, 2, 3].map((k) => (p * gradient[o + k] + q * gradient[o + 4 + k]) / (s_max_pu * s_max_pu));
    if (isCurrent) by[kind === 'from' ? 2 : 3] -= state.v[kind === 'from' ? ends[0] : ends[1]];
    state.gradientInto(ends, [by[0], by[1]], [by[2], by[3]], out);
  }

  private evaluate(state: FeederFlow, l: number): BranchFlows {
    const { flows, model } = this;
    const { from, to } = model.branches[l];
    const [i, j] = [model.busOf[from], model.busOf[to]];
    flows.evaluate(l, state.theta[i], state.theta[j], state.v[i], state.v[j]);
    return flows;
  }
}
