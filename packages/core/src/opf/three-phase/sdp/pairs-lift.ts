import type { BlockBuilder } from '../../../problem/block-builder.ts';
import { addRow, combine } from '../../affine.ts';
import { type ComplexRow, combineRows } from '../complex-row.ts';
import type { FeederModel } from '../model.ts';
import type { Pair } from '../pairs.ts';
import { entry, minus, type Phasor, plus, zero } from '../phasor.ts';
import { entryOf, type HermitianRows, sandwich } from './hermitian.ts';
import { type BusLift, bordered } from './lifted.ts';
import { alpha_rad, type LiftLimits } from './limits.ts';

/**
 * M = y·yᴴ of the pairs of a bus that are not to earth, y = (x, j) with x the coordinates of its voltages and i = i_max·j the current of each pair: its power is
 * (v_a − v_b)·i*.
 * @source Zhao, Dall'Anese, Low, Optimal power flow in multiphase radial networks with delta connections, IREP Symposium (2017)
 */
export interface PairsLift {
  readonly m: HermitianRows;
  /** By pair: the power that it takes. */
  readonly power: readonly ComplexRow[];
  /** What the pairs take at each node of the bus. */
  readonly taken: readonly ComplexRow[];
  /** By pair: |i|² and |v_a − v_b|². */
  readonly currents2: readonly ComplexRow[];
  readonly squares: readonly ComplexRow[];
}

export function addPairsLift(
  build: BlockBuilder,
  nodes: readonly number[],
  { T, x }: BusLift,
  pairs: readonly Pair[],
  i_max_pu: readonly number[],
  name: () => string,
): PairsLift {
  const m = bordered(build, x, pairs.length, name);
  const voltages = nodes.map((_, i) => [...x.map((__, k) => entry(T, i, k)), ...pairs.map(() => zero)]);
  const currents = pairs.map((_, k) => [...x.map(() => zero), ...pairs.map((__, l): Phasor => [k === l ? i_max_pu[k] : 0, 0])]);
  const across = pairs.map(({ a, b }) => {
    const other = voltages[nodes.indexOf(b)];
    return voltages[nodes.indexOf(a)].map((each, k) => minus(each, other[k]));
  });
  const power = pairs.map((_, k) => sandwich(across[k], m, currents[k]));
  const squares = across.map((each) => sandwich(each, m, each));
  const currents2 = currents.map((each) => sandwich(each, m, each));
  const taken = nodes.map((node, i) => {
    const leaving = pairs.map(({ a, b }, k) => currents[k].map(([re]): Phasor => [a === node ? re : b === node ? -re : 0, 0]));
    return sandwich(
      voltages[i],
      m,
      leaving.reduce((sum, each) => sum.map((part, k) => plus(part, each[k]))),
    );
  });
  return { m, power, taken, currents2, squares };
}

/**
 * What makes the matrix of a pair worth having. Nothing else holds |i|² from above, and a current that may be anything splits the power of the pair
 * between its two phases at will. Of a power of at most s, |i|² = |s|²/w ≤ s²·(w₀ + w₁ − w)/(w₀·w₁) for w = |v_a − v_b|² in [w₀, w₁].
 * The angle between the phases is held in its window.
 */
export function addPairBounds(
  build: BlockBuilder,
  model: FeederModel,
  w: HermitianRows,
  lift: PairsLift,
  { nodes, pairs, limits, power_max_pu }: PairBounds,
): void {
  pairs.forEach((pair, k) => {
    const { a, b } = pair;
    const angle_rad = limits.angle_rad(pair);
    const [low, high] = limits.squares(pair);
    const what = (): string => `voltage between ${model.nodeName(a)} and ${model.nodeName(b)}`;
    addRow(build, lift.squares[k].re, low, high, what);
    const product = combineRows([[Math.cos(angle_rad), -Math.sin(angle_rad)], entryOf(w, nodes.indexOf(a), nodes.indexOf(b))]);
    for (const sign of [1, -1]) {
      addRow(
        build,
        combine([Math.tan(alpha_rad), product.re], [sign, product.im]),
        0,
        Number.POSITIVE_INFINITY,
        () => `angle of the ${what()}`,
      );
    }
    const s2 = Math.max(power_max_pu(k, low), power_max_pu(k, high)) ** 2;
    const chord = combine([1, lift.currents2[k].re], [s2 / (low * high), lift.squares[k].re]);
    addRow(
      build,
      chord,
      Number.NEGATIVE_INFINITY,
      (s2 * (low + high)) / (low * high),
      () => `current between ${model.nodeName(a)} and ${model.nodeName(b)}`,
    );
  });
}

export interface PairBounds {
  readonly nodes: readonly number[];
  readonly pairs: readonly Pair[];
  readonly limits: LiftLimits;
  /** Largest apparent power of pair k where the square of its voltage is w; convex in w. */
  readonly power_max_pu: (k: number, w: number) => number;
}
