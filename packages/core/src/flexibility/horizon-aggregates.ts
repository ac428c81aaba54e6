/**
 * Four ways to say what a cluster can do over a horizon, held against each other:
 *
 *   steps      Σ_i of each step's range by itself: promises on every step what energy allows on one
 *   envelopes  outer sums P_lo ≤ p ≤ P_hi, E_lo ≤ Σ_{τ≤t} p·dt ≤ E_hi: every member's limits added up, whoever would have to keep them
 *   signals    the hull of S sums, each of everybody's own answer to one shared price signal: weights on the signals are handed down
 *              and everybody mixes its own answers, so that all of it is deliverable
 *   judge      the support function of the exact sum, by everybody's bold answer: an upper bound where storage loses energy
 *
 * @source operation notes §6.4 E3 for envelopes; shared signals are `sum.ts` in T dimensions
 */
import type { RandomStream } from '../base/random.ts';
import { SparseBuilder } from '../linalg/sparse.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { type HorizonMember, shortfallOf, solverOf, usable } from './horizon.ts';

export interface HorizonComparison {
  readonly name: 'steps' | 'envelopes' | 'signals';
  /** True: every point can be delivered. */
  readonly guaranteed: boolean;
  /** What a cluster has to say. */
  readonly numbers_per_cluster_count: number;
  /** Mean over random directions of its width over that of the judge; above 1 it promises too much, below it gives something away. */
  readonly width_frac: number;
  /** Share of random commands from it that no plan of the members delivers. */
  readonly failed_frac: number;
  /** Mean over commands of what is not delivered at best. */
  readonly shortfall_kWh: number;
}

export interface HorizonQuestion {
  readonly members: readonly HorizonMember[];
  readonly solver: ReadySolver;
  readonly random: RandomStream;
  readonly signals_count: number;
  readonly directions_count: number;
  readonly commands_count: number;
}

/** Sums of everybody's safe answers to shared signals; signal 2k + 1 is the opposite of signal 2k. @shape (signals)[steps] */
export function signalTrajectories(members: readonly HorizonMember[], signals: readonly Float64Array[]): Float64Array[] {
  return signals.map((prices) => sumOf(members, (member) => member.answer(prices, 'safe')));
}

/**
 * Signals that all share: opposite pairs, first of one price for all steps, then of each step against the rest, then at random.
 * @shape (signals)[steps]
 */
export function sharedSignals(steps_count: number, signals_count: number, random: RandomStream): Float64Array[] {
  const signals: Float64Array[] = [];
  for (let k = 0; signals.length < signals_count; k++) {
    const signal = Float64Array.from({ length: steps_count }, (_, t) =>
      k === 0 ? 1 : k <= steps_count ? (t === k - 1 ? 1 : 0.01) : random.normal(),
    );
    signals.push(
      signal,
      signal.map((price) => -price),
    );
  }
  return signals.slice(0, signals_count);
}

export function compareOverTime(question: HorizonQuestion): HorizonComparison[] {
  const { members, random, directions_count, commands_count, solver } = question;
  const nT = members[0].steps_count;
  const signals = sharedSignals(nT, question.signals_count, random.split('signals'));
  const trajectories = signalTrajectories(members, signals);
  const envelopes = envelopesOf(members);
  const inEnvelopes = envelopeSupport(envelopes, members[0].dt_h, solver);
  const draw = random.split('directions');
  const directions = Array.from({ length: directions_count }, () => Float64Array.from({ length: nT }, () => draw.normal()));

  const farthest = {
    steps: (d: Float64Array) => d.map((price, t) => (price > 0 ? envelopes.p_high_kW[t] : envelopes.p_low_kW[t])),
    envelopes: inEnvelopes,
    signals: (d: Float64Array) => trajectories.reduce((best, one) => (dot(d, one) > dot(d, best) ? one : best)),
    judge: (d: Float64Array) => sumOf(members, (member) => member.answer(d, 'bold')),
  };
  const widths = (of: (d: Float64Array) => Float64Array): number[] =>
    directions.map((d) => {
      const opposite = d.map((price) => -price);
      return dot(d, of(d)) + dot(opposite, of(opposite));
    });
  const judged = widths(farthest.judge);
  const said = { steps: 2 * nT, envelopes: 4 * nT, signals: signals.length * nT };

  return (['steps', 'envelopes', 'signals'] as const).map((name) => {
    const ratios = widths(farthest[name]).map((width, k) => width / judged[k]);
    const stream = random.split(name);
    let failed_count = 0;
    let shortfall_kWh = 0;
    for (let k = 0; k < commands_count; k++) {
      const command = randomMix(nT, stream, (d) => farthest[name](d));
      const size = command.reduce((sum, p) => sum + Math.abs(p), 1) * members[0].dt_h;
      const short = shortfallOf(members, command, solver);
      if (short > 1e-5 * size) failed_count++;
      shortfall_kWh += short / commands_count;
    }
    return {
      name,
      guaranteed: name === 'signals',
      numbers_per_cluster_count: said[name],
      width_frac: ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
      failed_frac: commands_count > 0 ? failed_count / commands_count : 0,
      shortfall_kWh,
    };
  });
}

/** A random point: a mix of three farthest points in random directions. */
function randomMix(nT: number, stream: RandomStream, farthest: (d: Float64Array) => Float64Array): Float64Array {
  const shares = [0, 1, 2].map(() => stream.exponential(1));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const mix = new Float64Array(nT);
  for (const share of shares) {
    const corner = farthest(Float64Array.from({ length: nT }, () => stream.normal()));
    for (let t = 0; t < nT; t++) mix[t] += (share / total) * corner[t];
  }
  return mix;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, t) => sum + v * b[t], 0);

function sumOf(members: readonly HorizonMember[], of: (member: HorizonMember) => Float64Array): Float64Array {
  const total = new Float64Array(members[0].steps_count);
  for (const member of members) {
    const one = of(member);
    for (let t = 0; t < total.length; t++) total[t] += one[t];
  }
  return total;
}

/** @shape all (steps); energy counts from the start, what is injected by the end of the step */
export interface Envelopes {
  readonly p_low_kW: Float64Array;
  readonly p_high_kW: Float64Array;
  readonly e_low_kWh: Float64Array;
  readonly e_high_kWh: Float64Array;
}

/** Every member's own limits of power and of energy so far, added up: outer sums. */
export function envelopesOf(members: readonly HorizonMember[]): Envelopes {
  const { steps_count: nT, dt_h } = members[0];
  const extreme = (sign: 1 | -1, from: (t: number) => number, scale: number): Float64Array =>
    Float64Array.from({ length: nT }, (_, t) => {
      const prices = new Float64Array(nT).fill(sign * scale, from(t), t + 1);
      let sum = 0;
      for (const member of members) sum += dot(prices, member.answer(prices, 'bold'));
      return sign * sum;
    });
  return {
    p_low_kW: extreme(-1, (t) => t, 1),
    p_high_kW: extreme(1, (t) => t, 1),
    e_low_kWh: extreme(-1, () => 0, dt_h),
    e_high_kWh: extreme(1, () => 0, dt_h),
  };
}

/** The farthest trajectory within envelopes in a direction, by a linear program in p and the energy so far. */
function envelopeSupport(envelopes: Envelopes, dt_h: number, solver: ReadySolver): (d: Float64Array) => Float64Array {
  const nT = envelopes.p_low_kW.length;
  const rows = new SparseBuilder();
  for (let t = 0; t < nT; t++) {
    rows.add(t, nT + t, 1);
    if (t > 0) rows.add(t, nT + t - 1, -1);
    rows.add(t, t, -dt_h);
  }
  const wider = (low: Float64Array, high: Float64Array, sign: 1 | -1): Float64Array => {
    // Answers carry the tolerance of their solver.
    const slack = 1e-7;
    return low.map((value, t) => (sign < 0 ? value : high[t]) + sign * slack * (1 + Math.abs(low[t]) + Math.abs(high[t])));
  };
  const { p_low_kW, p_high_kW, e_low_kWh, e_high_kWh } = envelopes;
  const joined = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from([...a, ...b]);
  const ask = solverOf(solver, {
    cost: new Float64Array(2 * nT),
    offset: 0,
    lower: joined(wider(p_low_kW, p_high_kW, -1), wider(e_low_kWh, e_high_kWh, -1)),
    upper: joined(wider(p_low_kW, p_high_kW, 1), wider(e_low_kWh, e_high_kWh, 1)),
    rows: rows.build(nT, 2 * nT),
    rowLower: new Float64Array(nT),
    rowUpper: new Float64Array(nT),
    columnName: (j) => `column ${j}`,
    rowName: (i) => `row ${i}`,
  });
  return (d) => {
    const cost = new Float64Array(2 * nT);
    for (let t = 0; t < nT; t++) cost[t] = -d[t];
    return usable(ask(cost), 'envelopes').x.slice(0, nT);
  };
}
