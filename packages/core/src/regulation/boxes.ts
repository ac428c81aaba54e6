import { availableBox, largestBox, type PowerBox } from '../flexibility/box.ts';
import type { PowerRegion } from '../flexibility/region.ts';
import type { Aggregation } from './contract.ts';

/**
 * The paper's description: a range of P and a range of Q that do not know of each other. A resource's vector is p_min p_max q_min q_max
 * of a box inside its region; ranges add up (eq. 18). Weights are two fractions, of the ranges of P and of Q, and everyone goes to the
 * same fractions of his own: proportional dispatch.
 * @param boxOf - the box inside a region. When left out that of eq. (19), which keeps all of P; where no Q fits all of P, the largest
 * @source Jia et al. (2025), Electronics 14, 1306, eq. (18)–(19)
 */
export function boxes(boxOf: (region: PowerRegion) => PowerBox = (region) => availableBox(region) ?? largestBox(region)): Aggregation {
  return {
    kind: 'box',
    numbers_count: 4,
    measure(region, into, first) {
      const { low, high } = boxOf(region);
      into[first] = low.p_kW;
      into[first + 1] = high.p_kW;
      into[first + 2] = low.q_kvar;
      into[first + 3] = high.q_kvar;
    },
    characteristic: ([p_low, p_high, q_low, q_high]) => ({
      kind: 'box',
      low: { p_kW: p_low, q_kvar: q_low },
      high: { p_kW: p_high, q_kvar: q_high },
    }),
    weights: ([p_low, p_high, q_low, q_high], x) => Float64Array.of(fractionOf(x.p_kW, p_low, p_high), fractionOf(x.q_kvar, q_low, q_high)),
    point: (own, first, [p_frac, q_frac]) => ({
      p_kW: own[first] + p_frac * (own[first + 1] - own[first]),
      q_kvar: own[first + 2] + q_frac * (own[first + 3] - own[first + 2]),
    }),
  };
}

const fractionOf = (value: number, low: number, high: number): number =>
  high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
