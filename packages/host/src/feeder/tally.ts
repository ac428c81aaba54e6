import {
  dead_pu,
  type Feeder,
  type Places,
  type SeenVoltages,
  seenVoltages,
  type ThreePhaseBatch,
  usualHigh_pu,
  usualLow_pu,
} from '@gridflock/core';
import { type BranchExtremes, BranchTallier, type BranchWire, mergeBranchExtremes, newBranchExtremes } from './branch-tally.ts';

/** What is kept of every step of a long run: numbers that do not grow with the feeder. Not a number where the step has no solution. */
export const stepFields = [
  'converged',
  'iterations',
  'mismatch_max_kVA',
  'loss_kW',
  'source_kW',
  'v_min_pu',
  'v_min_place',
  'v_max_pu',
  'v_max_place',
  'unbalance_frac',
  'loading_max_frac',
  'loading_wire',
  'dead_count',
] as const;
export type StepField = (typeof stepFields)[number];

const fields_count = stepFields.length;
export const fieldAt = Object.fromEntries(stepFields.map((name, k) => [name, k])) as Readonly<Record<StepField, number>>;

/** What is kept of every place: numbers that do not grow with time. Steps are those of the whole run. @shape [place] */
export interface PlaceExtremes {
  readonly v_min_pu: Float64Array;
  readonly v_min_step: Int32Array;
  readonly v_max_pu: Float64Array;
  readonly v_max_step: Int32Array;
  /** Steps outside the limits of the bus. */
  readonly below_count: Int32Array;
  readonly above_count: Int32Array;
}

/** Steps, places and branches of a chunk or of a whole run; plain data, so that threads can hand it over. */
export interface FeederTally {
  readonly rows: Float64Array;
  readonly extremes: PlaceExtremes;
  readonly branches: BranchExtremes;
}

/** What a tally has to hold besides the steps. */
export interface TallySize {
  readonly places_count: number;
  readonly wires_count: number;
  readonly branches_count: number;
}

export function newTally(steps_count: number, { places_count, wires_count, branches_count }: TallySize): FeederTally {
  return {
    branches: newBranchExtremes(wires_count, branches_count),
    rows: new Float64Array(steps_count * fields_count),
    extremes: {
      v_min_pu: new Float64Array(places_count).fill(Number.POSITIVE_INFINITY),
      v_min_step: new Int32Array(places_count).fill(-1),
      v_max_pu: new Float64Array(places_count).fill(Number.NEGATIVE_INFINITY),
      v_max_step: new Int32Array(places_count).fill(-1),
      below_count: new Int32Array(places_count),
      above_count: new Int32Array(places_count),
    },
  };
}

export const valueAt = ({ rows }: FeederTally, t: number, field: StepField): number =>
  rows[t * fields_count + fieldAt[field]] ?? Number.NaN;

/** One field over all steps. */
export function* valuesOf(tally: FeederTally, field: StepField): Generator<number> {
  for (let t = 0; t < tally.rows.length / fields_count; t++) yield valueAt(tally, t, field);
}

/** Puts what a thread found of steps `first` on into the whole. Chunks may come in any order; sums of losses are added in that of the calls. */
export function mergeTally(whole: FeederTally, part: FeederTally, first: number): void {
  whole.rows.set(part.rows, first * fields_count);
  const into = whole.extremes;
  const from = part.extremes;
  for (let k = 0; k < into.v_min_pu.length; k++) {
    const low = from.v_min_pu[k] ?? Number.NaN;
    const high = from.v_max_pu[k] ?? Number.NaN;
    const lowStep = from.v_min_step[k] ?? -1;
    const highStep = from.v_max_step[k] ?? -1;
    if (isFurther(into.v_min_pu[k], into.v_min_step[k], low, lowStep)) {
      into.v_min_pu[k] = low;
      into.v_min_step[k] = lowStep;
    }
    if (isFurther(-(into.v_max_pu[k] ?? 0), into.v_max_step[k], -high, highStep)) {
      into.v_max_pu[k] = high;
      into.v_max_step[k] = highStep;
    }
    into.below_count[k] = (into.below_count[k] ?? 0) + (from.below_count[k] ?? 0);
    into.above_count[k] = (into.above_count[k] ?? 0) + (from.above_count[k] ?? 0);
  }
  mergeBranchExtremes(whole.branches, part.branches);
}

/** The lower value wins, of equal ones the earlier: whichever chunk came first. */
function isFurther(known = 0, knownStep = -1, value = 0, step = -1): boolean {
  return step >= 0 && (knownStep < 0 || value < known || (value === known && step < knownStep));
}

const half = Math.sqrt(3) / 2;

/** A step as a run has solved it. */
export interface TalliedSteps extends Omit<ThreePhaseBatch, 'diagnosis'> {
  /** Taps, where they may move. @shape [t][winding] */
  readonly tap_pu?: Float64Array | undefined;
}

/** Looks at the voltages, currents and losses of one step after the other, without allocation. */
export class Tallier {
  private seen: SeenVoltages;
  private floating: readonly number[];
  private readonly places: Places;
  private readonly low_pu: Float64Array;
  private readonly high_pu: Float64Array;
  /** Places of a, b, c of the buses that have all three. @shape [bus · 3] */
  private readonly triples: Int32Array;
  private readonly branchTallier: BranchTallier;

  /** @param like - of a feeder that differs in nothing but what is switched and tapped */
  constructor(feeder: Feeder, places: Places, floating: readonly number[], like?: Tallier) {
    this.places = places;
    this.floating = floating;
    this.seen = seenVoltages(places, floating);
    const busAt = (k: number): Feeder['buses'][number] | undefined => feeder.buses[places.bus[k] ?? -1];
    this.low_pu = Float64Array.from({ length: places.count }, (_, k) => busAt(k)?.v_min_pu ?? usualLow_pu);
    this.high_pu = Float64Array.from({ length: places.count }, (_, k) => busAt(k)?.v_max_pu ?? usualHigh_pu);
    const triples = feeder.buses.map((_, bus) => [1, 2, 3].map((conductor) => places.indexOf(bus, conductor)));
    this.triples = Int32Array.from(triples.filter((three) => three.every((k) => k >= 0)).flat());
    this.branchTallier = new BranchTallier(feeder, places, like?.branchTallier);
  }

  /** Takes a feeder that differs in nothing but what is switched and tapped. */
  take(feeder: Feeder, floating: readonly number[]): void {
    this.branchTallier.take(feeder);
    if (floating.length === this.floating.length && floating.every((place, k) => place === this.floating[k])) return;
    this.floating = floating;
    this.seen = seenVoltages(this.places, floating);
  }

  get wires(): readonly BranchWire[] {
    return this.branchTallier.wires;
  }

  get size(): TallySize {
    return { places_count: this.low_pu.length, wires_count: this.wires.length, branches_count: this.branchTallier.branches_count };
  }

  /** @param row - of the tally; `t` of the batch, `step` of the whole run */
  add(tally: FeederTally, row: number, step: number, batch: TalliedSteps, t = row): void {
    const base = row * fields_count;
    tally.rows.fill(Number.NaN, base, base + fields_count);
    tally.rows[base + fieldAt.converged] = batch.converged[t] as number;
    tally.rows[base + fieldAt.iterations] = batch.iterations_count[t] as number;
    tally.rows[base + fieldAt.mismatch_max_kVA] = batch.mismatch_max_kVA[t] as number;
    // what has no solution has no voltages either
    if (batch.converged[t] === 1) this.addSolved(tally, base, step, batch, t);
  }

  private addSolved({ rows, extremes, branches }: FeederTally, base: number, step: number, batch: TalliedSteps, t: number): void {
    const { low_pu, high_pu, branchTallier } = this;
    const { other, perVolt_pu } = this.seen;
    const { v_re_V, v_im_V } = batch;
    const { v_min_pu, v_min_step, v_max_pu, v_max_step, below_count, above_count } = extremes;
    const at = t * other.length;
    let dead_count = 0;
    let low = -1;
    let high = -1;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < other.length; k++) {
      const n = other[k] as number;
      if (n === -2) continue;
      const re = (v_re_V[at + k] as number) - (n < 0 ? 0 : (v_re_V[at + n] as number));
      const im = (v_im_V[at + k] as number) - (n < 0 ? 0 : (v_im_V[at + n] as number));
      const v = Math.sqrt(re * re + im * im) * (perVolt_pu[k] as number);
      if (!(v > dead_pu)) {
        dead_count++;
        continue;
      }
      if (v < lowest) {
        lowest = v;
        low = k;
      }
      if (v > highest) {
        highest = v;
        high = k;
      }
      if (v < (v_min_pu[k] as number)) {
        v_min_pu[k] = v;
        v_min_step[k] = step;
      }
      if (v > (v_max_pu[k] as number)) {
        v_max_pu[k] = v;
        v_max_step[k] = step;
      }
      if (v < (low_pu[k] as number)) below_count[k] = (below_count[k] as number) + 1;
      else if (v > (high_pu[k] as number)) above_count[k] = (above_count[k] as number) + 1;
    }
    rows[base + fieldAt.loss_kW] = batch.loss_kW[t] as number;
    rows[base + fieldAt.source_kW] = batch.source_kW[t] as number;
    rows[base + fieldAt.v_min_pu] = low < 0 ? Number.NaN : lowest;
    rows[base + fieldAt.v_min_place] = low;
    rows[base + fieldAt.v_max_pu] = high < 0 ? Number.NaN : highest;
    rows[base + fieldAt.v_max_place] = high;
    rows[base + fieldAt.unbalance_frac] = this.unbalance_frac(v_re_V, v_im_V, at);
    branchTallier.add(branches, t, step, v_re_V, v_im_V, batch.tap_pu);
    rows[base + fieldAt.loading_max_frac] = branchTallier.most.frac;
    rows[base + fieldAt.loading_wire] = branchTallier.most.wire;
    rows[base + fieldAt.dead_count] = dead_count;
  }

  /** Largest |V₂|/|V₁| over the buses with three phases; the larger of the two counts as positive sequence. */
  private unbalance_frac(v_re_V: Float64Array, v_im_V: Float64Array, at: number): number {
    const { triples } = this;
    const { perVolt_pu } = this.seen;
    let worst = 0;
    for (let j = 0; j < triples.length; j += 3) {
      const a = at + (triples[j] as number);
      const b = at + (triples[j + 1] as number);
      const c = at + (triples[j + 2] as number);
      const re = (v_re_V[a] as number) - ((v_re_V[b] as number) + (v_re_V[c] as number)) / 2;
      const im = (v_im_V[a] as number) - ((v_im_V[b] as number) + (v_im_V[c] as number)) / 2;
      const acrossRe = half * ((v_re_V[b] as number) - (v_re_V[c] as number));
      const acrossIm = half * ((v_im_V[b] as number) - (v_im_V[c] as number));
      const one = (re - acrossIm) ** 2 + (im + acrossRe) ** 2;
      const two = (re + acrossIm) ** 2 + (im - acrossRe) ** 2;
      const positive = one > two ? one : two;
      if (!(Math.sqrt(positive) * (perVolt_pu[triples[j] as number] as number) > 3 * dead_pu)) continue;
      const part = (one > two ? two : one) / positive;
      if (part > worst) worst = part;
    }
    return Math.sqrt(worst);
  }
}
