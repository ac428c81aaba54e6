import { BranchMeter, type Conductor, type Feeder, type Places, type Transformer } from '@gridflock/core';
import { lineCurrent_A } from './branch-rows.ts';

/** One conductor of a branch, as the branch rows of a single result have it. */
export interface BranchWire {
  readonly kind: 'line' | 'switch' | 'transformer';
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly conductor: Conductor;
  /** In the order of the meter; its losses belong to the first of its wires. */
  readonly branch: number;
  readonly isFirst: boolean;
}

/** What is kept of every wire and branch: numbers that do not grow with time. Steps are those of the whole run. @shape [wire], loss_sum_kW [branch] */
export interface BranchExtremes {
  readonly i_from_max_A: Float64Array;
  readonly i_to_max_A: Float64Array;
  /** −1 where nothing is rated. */
  readonly loading_max_frac: Float64Array;
  readonly loading_max_step: Int32Array;
  /** Steps beyond the rating. */
  readonly over_count: Int32Array;
  /** Of all steps that converged. */
  readonly loss_sum_kW: Float64Array;
}

export function newBranchExtremes(wires_count: number, branches_count: number): BranchExtremes {
  return {
    i_from_max_A: new Float64Array(wires_count),
    i_to_max_A: new Float64Array(wires_count),
    loading_max_frac: new Float64Array(wires_count).fill(-1),
    loading_max_step: new Int32Array(wires_count).fill(-1),
    over_count: new Int32Array(wires_count),
    loss_sum_kW: new Float64Array(branches_count),
  };
}

/** The larger loading wins, of equal ones the earlier; sums are added in the order of the calls. */
export function mergeBranchExtremes(into: BranchExtremes, from: BranchExtremes): void {
  for (let w = 0; w < into.over_count.length; w++) {
    into.i_from_max_A[w] = Math.max(into.i_from_max_A[w] as number, from.i_from_max_A[w] as number);
    into.i_to_max_A[w] = Math.max(into.i_to_max_A[w] as number, from.i_to_max_A[w] as number);
    into.over_count[w] = (into.over_count[w] as number) + (from.over_count[w] as number);
    const [known, knownStep] = [into.loading_max_frac[w] as number, into.loading_max_step[w] as number];
    const [found, step] = [from.loading_max_frac[w] as number, from.loading_max_step[w] as number];
    if (step < 0 || found < known || (found === known && step > knownStep && knownStep >= 0)) continue;
    into.loading_max_frac[w] = found;
    into.loading_max_step[w] = step;
  }
  for (let b = 0; b < into.loss_sum_kW.length; b++) into.loss_sum_kW[b] = (into.loss_sum_kW[b] as number) + (from.loss_sum_kW[b] as number);
}

/** Rows of the meter that meet at one end of a wire, and what may flow there (0: no rating). */
interface WireEnd {
  readonly rows: readonly number[];
  readonly rated_A: number;
}

/** Largest loading of a step, and the wire that has it (−1: nothing is rated). */
export interface StepLoading {
  frac: number;
  wire: number;
}

/** Looks at the branches of one step after the other, without allocation. */
export class BranchTallier {
  readonly wires: readonly BranchWire[];
  readonly branches_count: number;
  readonly most: StepLoading = { frac: Number.NaN, wire: -1 };
  private readonly meter: BranchMeter;
  private readonly places_count: number;
  private readonly plan: BranchPlan;

  /** @param like - of a feeder whose branches differ in nothing but what is switched and tapped: its plan is shared */
  constructor(feeder: Feeder, places: Places, like?: BranchTallier) {
    this.meter = new BranchMeter(feeder, places);
    this.places_count = places.count;
    this.branches_count = this.meter.loss_kW.length;
    this.plan = like?.plan ?? planOf(feeder, this.meter.firstRow);
    this.wires = this.plan.wires;
  }

  /** Takes the branches of a feeder that differs in nothing but what is switched and tapped. */
  take(feeder: Feeder): void {
    this.meter.take(feeder);
  }

  /** Step t of the arrays is `step` of the whole run; taps of that step where they move. @shape v_re_V, v_im_V [t][place] */
  add(into: BranchExtremes, t: number, step: number, v_re_V: Float64Array, v_im_V: Float64Array, tap_pu?: Float64Array): void {
    const { meter, most } = this;
    const { perRating2 } = this.plan;
    if (tap_pu !== undefined) meter.useTaps(tap_pu, t);
    meter.measure(v_re_V, v_im_V, t, this.places_count);
    const { loss_kW } = meter;
    const { i_from_max_A, i_to_max_A, loading_max_frac, loading_max_step, over_count, loss_sum_kW } = into;
    let largest = -1;
    most.wire = -1;
    for (let w = 0; w < over_count.length; w++) {
      const e = 2 * w;
      const from2 = this.squareAt(e);
      const to2 = this.squareAt(e + 1);
      if (from2 > (i_from_max_A[w] as number) ** 2) i_from_max_A[w] = Math.sqrt(from2);
      if (to2 > (i_to_max_A[w] as number) ** 2) i_to_max_A[w] = Math.sqrt(to2);
      const square = Math.max(from2 * (perRating2[e] as number), to2 * (perRating2[e + 1] as number));
      if (!(perRating2[e] as number) && !(perRating2[e + 1] as number)) continue;
      if (square > largest) {
        largest = square;
        most.wire = w;
      }
      if (square > 1) over_count[w] = (over_count[w] as number) + 1;
      const known = loading_max_frac[w] as number;
      if (known >= 0 && square <= known * known) continue;
      const frac = Math.sqrt(square);
      if (frac <= known) continue;
      loading_max_frac[w] = frac;
      loading_max_step[w] = step;
    }
    most.frac = largest < 0 ? Number.NaN : Math.sqrt(largest);
    for (let b = 0; b < loss_kW.length; b++) loss_sum_kW[b] = (loss_sum_kW[b] as number) + (loss_kW[b] as number);
  }

  /** |Σ i|² of the rows that meet at an end. */
  private squareAt(end: number): number {
    const { i_re_A, i_im_A } = this.meter;
    const { rows, firstRow } = this.plan;
    let re = 0;
    let im = 0;
    for (let at = firstRow[end] as number; at < (firstRow[end + 1] as number); at++) {
      const row = rows[at] as number;
      re += i_re_A[row] as number;
      im += i_im_A[row] as number;
    }
    return re * re + im * im;
  }
}

/** Two ends per wire: their rows of the meter, one end after another, and 1/rating² (0: no rating). */
interface BranchPlan {
  readonly wires: readonly BranchWire[];
  readonly firstRow: Int32Array;
  readonly rows: Int32Array;
  readonly perRating2: Float64Array;
}

function planOf(feeder: Feeder, firstRowOf: Int32Array): BranchPlan {
  const planned = [...plannedWires(feeder, firstRowOf)];
  const ends = planned.flatMap(({ head, tail }) => [head, tail]);
  const firstRow = new Int32Array(ends.length + 1);
  for (const [e, { rows }] of ends.entries()) firstRow[e + 1] = (firstRow[e] as number) + rows.length;
  return {
    wires: planned.map(({ wire }) => wire),
    firstRow,
    rows: Int32Array.from(ends.flatMap(({ rows }) => rows)),
    perRating2: Float64Array.from(ends, ({ rated_A }) => (rated_A > 0 ? 1 / (rated_A * rated_A) : 0)),
  };
}

interface PlannedWire {
  readonly wire: BranchWire;
  readonly head: WireEnd;
  readonly tail: WireEnd;
}

/** Wires in the order of `branchRows`; rows of the meter are those of all conductors of all ends. */
function* plannedWires(feeder: Feeder, firstRow: Int32Array): Generator<PlannedWire> {
  let branch = 0;
  const straight = [...feeder.lines.map((each) => ['line', each] as const), ...feeder.switches.map((each) => ['switch', each] as const)];
  for (const [kind, { id, from, to, i_max_A = 0 }] of straight) {
    const first = firstRow[branch] ?? 0;
    let isFirst = true;
    for (const [k, conductor] of from.conductors.entries()) {
      if (conductor === 0) continue;
      const wire = { kind, id, from: from.bus, to: to.bus, conductor, branch, isFirst };
      yield { wire, head: { rows: [first + k], rated_A: i_max_A }, tail: { rows: [first + from.conductors.length + k], rated_A: i_max_A } };
      isFirst = false;
    }
    branch++;
  }
  for (const transformer of feeder.transformers) yield* transformerWires(transformer, branch, firstRow[branch++] ?? 0);
}

const nothing: WireEnd = { rows: [], rated_A: 0 };

function* transformerWires(transformer: Transformer, branch: number, first: number): Generator<PlannedWire> {
  const { id, windings } = transformer;
  const from = windings[0]?.terminal.bus;
  if (from === undefined) return;
  const others = [...new Set(windings.slice(1).map(({ terminal }) => terminal.bus))];
  let isFirst = true;
  for (const [nth, to] of (others.length === 0 ? [from] : others).entries()) {
    const heads = nth === 0 ? endsOf(transformer, first, (w) => w === 0) : new Map<Conductor, WireEnd>();
    const tails = endsOf(transformer, first, (w, bus) => w > 0 && bus === to);
    for (const conductor of [...new Set([...heads.keys(), ...tails.keys()])].sort((a, b) => a - b)) {
      const wire = { kind: 'transformer', id, from, to, conductor, branch, isFirst } as const;
      yield { wire, head: heads.get(conductor) ?? nothing, tail: tails.get(conductor) ?? nothing };
      isFirst = false;
    }
  }
}

/** Currents of some windings that share a conductor are added, and so are their ratings. */
function endsOf(
  { windings, cores_count }: Transformer,
  first: number,
  isWanted: (w: number, bus: number) => boolean,
): Map<Conductor, WireEnd> {
  const found = new Map<Conductor, WireEnd>();
  let row = first;
  for (const [w, winding] of windings.entries()) {
    const { bus, conductors } = winding.terminal;
    for (const conductor of conductors) {
      if (conductor !== 0 && isWanted(w, bus)) {
        const { rows, rated_A } = found.get(conductor) ?? nothing;
        found.set(conductor, { rows: [...rows, row], rated_A: rated_A + lineCurrent_A(winding, cores_count) });
      }
      row++;
    }
  }
  return found;
}
