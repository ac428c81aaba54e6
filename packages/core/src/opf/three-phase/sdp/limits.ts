import type { FeederModel } from '../model.ts';
import type { Pair } from '../pairs.ts';
import { conjugate, entry, type Phasor, square, times } from '../phasor.ts';
import { noLoadFlow } from '../tree-flow.ts';
import { straightened } from '../voltage-law.ts';

/** Voltages that are looked at where a bus states no limits. */
export const ordinary_pu = { low: 0.7, high: 1.3 };

/** The angle between two conductors of a bus is within this of what it is without load. */
export const window_deg = 15;
export const alpha_rad = (window_deg * Math.PI) / 180;

/** Squares of voltages within their limits or, where there are none, the ordinary ones. @shape (nodes) */
export function ordinaryLimits({ w_min_pu, w_max_pu }: FeederModel): { readonly low: Float64Array; readonly high: Float64Array } {
  return {
    low: w_min_pu.map((w) => (w > 0 ? w : ordinary_pu.low ** 2)),
    high: w_max_pu.map((w) => (Number.isFinite(w) ? w : ordinary_pu.high ** 2)),
  };
}

/** Where nothing stands behind, this much: a bound of zero would leave the cone without an inside. */
export const NOTHING_PU = 1e-5;

/** What holds the lifted currents, under `ordinaryLimits` and the angle window. */
export interface LiftLimits {
  /** Between which |v_a − v_b|² lies. */
  squares(pair: Pair): readonly [low: number, high: number];
  /** Angle of v_a·v_b* without load. */
  angle_rad(pair: Pair): number;
  /** Largest current at each conductor that a section feeds. @shape [section][to] */
  readonly i_max_pu: readonly (readonly number[])[];
  /** Largest voltage of each node. @shape (nodes) */
  readonly v_max_pu: Float64Array;
}

/**
 * Nothing in the relaxation but their losses holds squared currents from above, and where losses cost next to nothing the interior point loses its
 * way and the relaxation its grip. But currents obey Kirchhoff: |i| ≤ Σ |i| of what stands behind, |s|/v_low of loads and units and |y|·v_high of shunts.
 * @param around - voltages at which laws of loads are straightened
 */
export function liftLimits(model: FeederModel, around: readonly Phasor[]): LiftLimits {
  const { wires, loads, loadShunts, units } = model;
  const { low, high } = ordinaryLimits(model);
  const { v } = noLoadFlow(model);
  const angle_rad = ({ a, b }: Pair): number => {
    const [re, im] = times(v[a], conjugate(v[b]));
    return Math.atan2(im, re);
  };
  const squares = (pair: Pair): readonly [number, number] => {
    const { a, b } = pair;
    if (b < 0) return [low[a], high[a]];
    return squaresWithin(Math.sqrt(Math.min(low[a], low[b])), Math.sqrt(Math.max(high[a], high[b])), angle_rad(pair));
  };
  const drawn = new Float64Array(wires.nodes.length);
  const draw = (pair: Pair, current_pu: number): void => {
    drawn[pair.a] += current_pu;
    if (pair.b >= 0) drawn[pair.b] += current_pu;
  };
  for (const load of loads) {
    const [least, most] = squares(load);
    const u = load.b < 0 ? around[load.a] : ([around[load.a][0] - around[load.b][0], around[load.a][1] - around[load.b][1]] as const);
    draw(load, Math.max(...[least, most].map((w) => largestPower(load, w, square(u)))) / Math.sqrt(least));
  }
  for (const unit of units)
    unit.pairs.forEach((pair, k) => draw(pair, (Math.abs(unit.shares[k]) * largestOfUnit(unit)) / Math.sqrt(squares(pair)[0])));
  for (const { nodes, y } of [...wires.shunts, ...loadShunts]) {
    nodes.forEach((node, row) =>
      nodes.forEach((other, col) => (drawn[node] += Math.hypot(...entry(y, row, col)) * Math.sqrt(high[other]))),
    );
  }
  const i_max_pu: number[][] = new Array(wires.sections.length);
  for (let s = wires.sections.length - 1; s >= 0; s--) {
    const { from, to, B } = wires.sections[s];
    const own = to.map((node) => drawn[node]);
    from.forEach((node, row) => own.forEach((current, k) => (drawn[node] += Math.hypot(...entry(B, row, k)) * current)));
    i_max_pu[s] = own.map((current) => Math.max(current, NOTHING_PU));
  }
  const v_max_pu = high.map((w, node) => Math.max(Math.sqrt(w), Math.hypot(...v[node])));
  return { squares, angle_rad, i_max_pu, v_max_pu };
}

/** Apparent power of a load by its tangent at w0. */
export function largestPower(load: FeederModel['loads'][number], w: number, w0: number): number {
  const { p, q } = straightened(load, { columns: [], values: [], constant: w }, w0);
  return Math.hypot(p.constant, q.constant);
}

export const largestOfUnit = (unit: FeederModel['units'][number]): number =>
  Math.min(unit.s_max_pu, Math.hypot(Math.max(-unit.p_min_pu, unit.p_max_pu), Math.max(-unit.q_min_pu, unit.q_max_pu)));

/**
 * Between which the square of v_a − v_b lies, for magnitudes within their limits and an angle within its window; obtuse angles only, which all
 * connections between phases have.
 */
function squaresWithin(low_pu: number, high_pu: number, angle_rad: number): readonly [low: number, high: number] {
  const size = Math.abs(angle_rad);
  const most = size + alpha_rad >= Math.PI ? -1 : Math.cos(size + alpha_rad);
  return [2 * low_pu * low_pu * (1 - Math.cos(size - alpha_rad)), 2 * high_pu * high_pu * (1 - most)];
}
