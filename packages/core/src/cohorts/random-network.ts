import { type RandomStream, randomStream } from '../base/random.ts';
import type { Horizon } from './form.ts';
import { conversion } from './forms/conversion.ts';
import { curtailed } from './forms/curtailed.ts';
import { filled } from './forms/filled.ts';
import { fixed } from './forms/fixed.ts';
import { ramped } from './forms/ramped.ts';
import { stored } from './forms/stored.ts';
import { transfer } from './forms/transfer.ts';
import { randomLines, scatterPoints, spanningTree } from './plane.ts';
import { buildCohortProblem, type CohortProblem, type CohortSpec, type Memory } from './problem.ts';

export interface RandomNetworkOptions {
  readonly nets_count: number;
  readonly seed: number;
  readonly steps_count?: number;
  /** Coefficients of the squares in the cost of sources are multiplied by this; 0 makes the problem linear. Default 1. */
  readonly squares_frac?: number;
  /** Capacities of lines are multiplied by this; below about 0.3 lines are congested, far below no plan may exist. Default 1. */
  readonly capacity_frac?: number;
  /** Share of what a line takes that arrives; below 1 lines are `conversion`s. Default 1. */
  readonly through_frac?: number;
}

/**
 * A seeded network of any size: N nets at random in the square [0, √N]², their Euclidean minimum spanning tree, further lines
 * between nets at distance r with probability 0.8·min(1, 0.25²/r²), and one device at each net, in turn a source, a fixed load, a
 * load that is to be filled, one that may be curtailed, and a store.
 *
 * | device | drawn uniformly |
 * |---|---|
 * | line | capacity 30 … 60 kW; with `through_frac` it loses a share |
 * | source | 0 … p_max, p_max 20 … 50 kW; a 0.02 … 0.1, b 0.5 … 2; ramp 3 … 10 kW/h |
 * | fixed load | 6 + 3·sin(2π·(t − φ)/24h) kW, φ 0 … 24 h |
 * | filled load | p_max 5 kW, energy 30 … 70 % of what p_max takes in all steps |
 * | curtailed load | 1 … 5 kW, 2 … 6 per kWh that is short |
 * | store | 20 … 50 kWh, 5 … 10 kW, half full at the beginning and at the end |
 *
 * Nets are numbered along the rows of a grid, so that neighbours have near numbers and kinds of devices are spread evenly over the plane.
 * @source operation notes §6.4 E1, after Kraning, Chu, Lavaei, Boyd (2014), §7.1
 */
export function randomNetwork(options: RandomNetworkOptions, memory?: Memory): CohortProblem {
  const { nets_count, seed, steps_count = 24, squares_frac = 1, capacity_frac = 1, through_frac = 1 } = options;
  const horizon = { steps_count, dt_h: 24 / steps_count };
  const random = randomStream(seed, 'network');
  const points = scatterPoints(nets_count, random.split('points'));
  const lines = randomLines(points, spanningTree(points), random.split('lines'));
  const devices = [sources, loads, fills, curtailments, stores].map((make, kind) => {
    const nets = Int32Array.from({ length: Math.ceil(Math.max(0, nets_count - kind) / 5) }, (_, i) => 5 * i + kind);
    return make(nets, random.split(`kind ${kind}`), horizon, squares_frac);
  });
  return buildCohortProblem(horizon, nets_count, [...devices, wires(lines, random.split('wires'), capacity_frac, through_frac)], memory);
}

const draw = (count: number, next: () => number): Float64Array => {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = next();
  return values;
};

/** In the order of the nets that they begin at, so that what meets at a net is near in memory: an iteration takes half the time that way. */
function wires(nets: Int32Array, { between }: RandomStream, capacity_frac: number, through_frac: number): CohortSpec {
  const capacity_kW = draw(nets.length / 2, () => capacity_frac * between(30, 60));
  const order = Int32Array.from(capacity_kW, (_, i) => i).sort((a, b) => nets[2 * a] - nets[2 * b] || nets[2 * a + 1] - nets[2 * b + 1]);
  const values = { capacity_kW: capacity_kW.map((_, i) => capacity_kW[order[i]]) };
  const common = { name: 'line', nets: Int32Array.from(nets, (_, k) => nets[2 * order[k >> 1] + (k % 2)]) };
  return through_frac === 1
    ? { ...common, form: transfer, values }
    : { ...common, form: conversion, values: { ...values, through_frac: new Float64Array(capacity_kW.length).fill(through_frac) } };
}

function sources(nets: Int32Array, { between }: RandomStream, _horizon: Horizon, squares_frac: number): CohortSpec {
  const n = nets.length;
  return {
    name: 'source',
    form: ramped,
    nets,
    values: {
      p_min_kW: new Float64Array(n),
      p_max_kW: draw(n, () => between(20, 50)),
      cost_cur_per_kW2h: draw(n, () => squares_frac * between(0.02, 0.1)),
      cost_cur_per_kWh: draw(n, () => between(0.5, 2)),
      ramp_kW_per_h: draw(n, () => between(3, 10)),
    },
  };
}

function loads(nets: Int32Array, { between }: RandomStream, { steps_count: T, dt_h }: Horizon): CohortSpec {
  const load = new Float64Array(nets.length * T);
  for (let i = 0; i < nets.length; i++) {
    const phase_h = between(0, 24);
    for (let t = 0; t < T; t++) load[i * T + t] = 6 + 3 * Math.sin((2 * Math.PI * (t * dt_h - phase_h)) / 24);
  }
  return { name: 'load', form: fixed, nets, values: { p_load_kW: load } };
}

function fills(nets: Int32Array, { between }: RandomStream, { steps_count, dt_h }: Horizon): CohortSpec {
  const n = nets.length;
  return {
    name: 'fill',
    form: filled,
    nets,
    values: {
      p_max_kW: new Float64Array(n).fill(5),
      e_needed_kWh: draw(n, () => between(0.3, 0.7) * 5 * steps_count * dt_h),
      startsAt_count: new Float64Array(n),
      endsAt_count: new Float64Array(n).fill(steps_count),
    },
  };
}

function curtailments(nets: Int32Array, { between }: RandomStream, { steps_count: T }: Horizon): CohortSpec {
  const load = new Float64Array(nets.length * T);
  for (let i = 0; i < nets.length; i++) load.fill(between(1, 5), i * T, (i + 1) * T);
  return {
    name: 'curtailment',
    form: curtailed,
    nets,
    values: { p_load_kW: load, short_cur_per_kWh: draw(nets.length, () => between(2, 6)) },
  };
}

function stores(nets: Int32Array, { between }: RandomStream): CohortSpec {
  const size = draw(nets.length, () => between(20, 50));
  const half = size.map((e_kWh) => e_kWh / 2);
  return {
    name: 'store',
    form: stored,
    nets,
    values: { p_max_kW: draw(nets.length, () => between(5, 10)), e_max_kWh: size, e_start_kWh: half, e_end_kWh: half },
  };
}
