import { InputError } from '../base/errors.ts';
import { type RandomStream, randomStream } from '../base/random.ts';
import type { Form, Horizon } from './form.ts';
import { available } from './forms/available.ts';
import { curtailed } from './forms/curtailed.ts';
import { filled } from './forms/filled.ts';
import { fixed } from './forms/fixed.ts';
import { heated } from './forms/heated.ts';
import { lossy } from './forms/lossy.ts';
import { ramped } from './forms/ramped.ts';
import { transfer } from './forms/transfer.ts';
import { scatterPoints, spanningTree } from './plane.ts';
import { buildCohortProblem, type CohortProblem, type CohortSpec, type Memory } from './problem.ts';

/** A feeder as far as energy is concerned. */
export interface FeederGraph {
  readonly name: string;
  /** Net at the substation; all others hang on it. */
  readonly root: number;
  /** Peak load at each net; its length is the number of nets. */
  readonly load_kW: Float64Array;
  /** Ends of the lines, [line][end]. */
  readonly lines: Int32Array;
  /** Infinity where the source gives none: then half as much again as the load behind the line. @shape (lines) */
  readonly capacity_kW: Float64Array;
}

export interface JoinedFeedersOptions {
  /** Feeders are copied in turn until there are so many nets. */
  readonly nets_count: number;
  readonly seed: number;
  readonly steps_count?: number;
  /** Coefficients of the squares in the cost of sources are multiplied by this; 0 makes the problem linear. Default 1. */
  readonly squares_frac?: number;
  /** Capacities of ties between feeders are multiplied by this; 0 leaves each feeder alone. Default 1. */
  readonly ties_frac?: number;
}

/**
 * Real feeders joined to a network of any size, seeded. Copies are scattered over a plane; along the edges of their spanning tree two ties
 * join them, one from substation to substation and one between the nets that are farthest from these. Lines carry energy without
 * losses, up to their capacity.
 *
 * With l the peak load at a net, times 0.7 … 1.3 in each copy:
 *
 * | device | where | drawn uniformly |
 * |---|---|---|
 * | source | substation | 0 … 1.5·Σ l; marginal cost 0.5 … 2 at nothing, 1.4 … 7 more at full power; ramp of a third per hour |
 * | load | l > 0 | 0.7·l·s(t), s the day's shape 0.6 + 0.4·sin(2π·(t − φ)/24h), φ 9 … 13 h |
 * | curtailment | l > 0 | 0.3·l·s(t); 4 … 10 per kWh that is short |
 * | sun | 3 of 10 | 0 … 0.8·l at noon |
 * | vehicle | 2 of 10 | 0.4·l for 30 … 70 % of a window of 8 … 12 h |
 * | battery | 2 of 10 | 0.3·l for 4 h, 92 … 97 % each way, half full at the beginning and at the end |
 * | house | 2 of 10 | heat pump of 0.3·l, performance 3, that holds 18 … 22 °C; time constant 10 … 40 h |
 * | tie | between feeders | 0.3 of the smaller feeder's Σ l between substations, 0.1 between far ends |
 * @throws {InputError} COHORT_FEEDER
 */
export function joinFeeders(feeders: readonly FeederGraph[], options: JoinedFeedersOptions, memory?: Memory): CohortProblem {
  const { nets_count, seed, steps_count = 24, squares_frac = 1, ties_frac = 1 } = options;
  if (feeders.length === 0 || !(nets_count >= 1)) {
    throw new InputError({
      code: 'COHORT_FEEDER',
      message: `Joined feeders need a feeder and a number of nets, got ${feeders.length} and ${nets_count}`,
      hint: 'Give at least one feeder and one net.',
    });
  }
  const horizon = { steps_count, dt_h: 24 / steps_count };
  const random = randomStream(seed, 'joined feeders');
  const shapes = feeders.map(measure);
  const copies: Copy[] = [];
  let nets = 0;
  for (let k = 0; nets < nets_count; k++) {
    const shape = shapes[k % shapes.length];
    copies.push({ shape, firstNet: nets });
    nets += shape.feeder.load_kW.length;
  }
  const batch = new Batch(horizon);
  const { between } = random.split('devices');
  copies.forEach((copy) => furnish(batch, copy, between, squares_frac));
  tie(batch, copies, random.split('ties'), ties_frac);
  return buildCohortProblem(horizon, nets, batch.specs(), memory);
}

/** A feeder with what is known of it for all copies. */
interface Shape {
  readonly feeder: FeederGraph;
  readonly total_kW: number;
  readonly capacity_kW: Float64Array;
  /** Net with the most lines between it and the root. */
  readonly farthest: number;
}

interface Copy {
  readonly shape: Shape;
  readonly firstNet: number;
}

/** @throws {InputError} COHORT_FEEDER where a net cannot be reached */
function measure(feeder: FeederGraph): Shape {
  const { load_kW, lines, root } = feeder;
  const count = load_kW.length;
  const neighbours: { net: number; line: number }[][] = Array.from({ length: count }, () => []);
  for (let e = 0; e < lines.length / 2; e++) {
    neighbours[lines[2 * e]].push({ net: lines[2 * e + 1], line: e });
    neighbours[lines[2 * e + 1]].push({ net: lines[2 * e], line: e });
  }
  const order = [root];
  const up = new Int32Array(count).fill(-1);
  const parent = new Int32Array(count).fill(-1);
  parent[root] = root;
  for (const n of order) {
    for (const { net, line } of neighbours[n]) {
      if (parent[net] >= 0) continue;
      parent[net] = n;
      up[net] = line;
      order.push(net);
    }
  }
  if (order.length < count) {
    throw new InputError({
      code: 'COHORT_FEEDER',
      message: `${count - order.length} of ${count} nets are not connected to the substation`,
      where: feeder.name,
      hint: 'Leave them out, or close a line.',
    });
  }
  const behind_kW = Float64Array.from(load_kW);
  for (const n of [...order].reverse()) if (n !== root) behind_kW[parent[n]] += behind_kW[n];
  const total_kW = behind_kW[root];
  const capacity_kW = Float64Array.from(feeder.capacity_kW, (given, e) => {
    if (Number.isFinite(given)) return given;
    const end = up[lines[2 * e]] === e ? lines[2 * e] : up[lines[2 * e + 1]] === e ? lines[2 * e + 1] : root;
    return 1.5 * behind_kW[end];
  });
  return { feeder, total_kW, capacity_kW, farthest: order[order.length - 1] };
}

/** Devices as they are drawn, kind by kind; becomes cohorts. */
class Batch {
  readonly horizon: Horizon;
  private readonly kinds = new Map<string, { form: Form; nets: number[]; values: number[][] }>();

  constructor(horizon: Horizon) {
    this.horizon = horizon;
  }

  /** @param values - in the order of the form's parameters: a number, or one for each step by a function of the hour */
  add(name: string, form: Form, nets: readonly number[], ...values: readonly (number | ((hour_h: number) => number))[]): void {
    let kind = this.kinds.get(name);
    if (kind === undefined) {
      kind = { form, nets: [], values: form.parameters.map(() => []) };
      this.kinds.set(name, kind);
    }
    kind.nets.push(...nets);
    const { steps_count, dt_h } = this.horizon;
    values.forEach((value, q) => {
      const own = (kind as { values: number[][] }).values[q];
      if (typeof value === 'number') own.push(value);
      else for (let t = 0; t < steps_count; t++) own.push(value((t + 0.5) * dt_h));
    });
  }

  specs(): CohortSpec[] {
    return [...this.kinds].map(([name, { form, nets, values }]) => ({
      name,
      form,
      nets: Int32Array.from(nets),
      values: Object.fromEntries(form.parameters.map((parameter, q) => [parameter.name, Float64Array.from(values[q])])),
    }));
  }
}

const wave = (hour_h: number, phase_h: number): number => Math.sin((2 * Math.PI * (hour_h - phase_h)) / 24);

/** Lines, the source at the substation, and what stands at the nets with load. */
function furnish(batch: Batch, { shape, firstNet }: Copy, between: RandomStream['between'], squares_frac: number): void {
  const { feeder, total_kW, capacity_kW } = shape;
  const { steps_count: T, dt_h } = batch.horizon;
  const { lines, load_kW, root } = feeder;
  for (let e = 0; e < capacity_kW.length; e++) {
    batch.add('line', transfer, [firstNet + lines[2 * e], firstNet + lines[2 * e + 1]], capacity_kW[e]);
  }
  const most_kW = 1.5 * total_kW;
  const square = (squares_frac * between(0.7, 3.5)) / most_kW;
  batch.add('source', ramped, [firstNet + root], 0, most_kW, square, between(0.5, 2), most_kW / 3);
  for (let n = 0; n < load_kW.length; n++) {
    if (!(load_kW[n] > 0)) continue;
    const net = [firstNet + n];
    const l = load_kW[n] * between(0.7, 1.3);
    const phase_h = between(9, 13);
    const shapeAt = (hour_h: number): number => 0.6 + 0.4 * wave(hour_h, phase_h);
    batch.add('load', fixed, net, (hour_h) => 0.7 * l * shapeAt(hour_h));
    batch.add('curtailment', curtailed, net, (hour_h) => 0.3 * l * shapeAt(hour_h), between(4, 10));
    if (between(0, 1) < 0.3) batch.add('sun', available, net, (hour_h) => 0.8 * l * Math.max(0, wave(hour_h, 6)), 0);
    if (between(0, 1) < 0.2) {
      const length = Math.max(1, Math.round(between(8, 12) / dt_h));
      const from = Math.floor(between(0, 1) * Math.max(1, T - length));
      const to = Math.min(T, from + length);
      batch.add('vehicle', filled, net, 0.4 * l, between(0.3, 0.7) * 0.4 * l * (to - from) * dt_h, from, to);
    }
    if (between(0, 1) < 0.2) {
      batch.add('battery', lossy, net, 0.3 * l, 1.2 * l, 0.6 * l, 0.6 * l, between(0.92, 0.97), between(0.92, 0.97));
    }
    if (between(0, 1) < 0.2) {
      // at 20 K below the house, six tenths of its power hold the temperature
      const loss = (3 * 0.6 * 0.3 * l) / 20;
      const outside = (hour_h: number): number => 3 + 4 * wave(hour_h, 9);
      batch.add(
        'house',
        heated,
        net,
        0.3 * l,
        3,
        loss,
        loss * between(10, 40),
        20,
        outside,
        () => 18,
        () => 22,
      );
    }
  }
}

function tie(batch: Batch, copies: readonly Copy[], random: RandomStream, ties_frac: number): void {
  if (ties_frac === 0) return;
  const edges = spanningTree(scatterPoints(copies.length, random));
  for (let e = 0; e < edges.length; e += 2) {
    const ends = [copies[edges[e]], copies[edges[e + 1]]];
    const smaller_kW = Math.min(...ends.map(({ shape }) => shape.total_kW));
    const substations = ends.map(({ shape, firstNet }) => firstNet + shape.feeder.root);
    const farEnds = ends.map(({ shape, firstNet }) => firstNet + shape.farthest);
    batch.add('tie', transfer, substations, 0.3 * ties_frac * smaller_kW);
    batch.add('tie', transfer, farEnds, 0.1 * ties_frac * smaller_kW);
  }
}
