import type { Heard } from '../contract.ts';

/**
 * How large the square of an agent's error may be, e = what it said last − what it would say now, before it has to speak. From what all
 * know alone, so that nobody must be asked.
 *
 * | rule | threshold on e² | source |
 * |---|---|---|
 * | disagreement | σ·a·(1 − a·d)/d · δ²,  δ = Σ a_ij·(x̂_i − x̂_j),  0 < a < 1/d | Dimarogonas, Frazzoli, Johansson, IEEE Trans. Automatic Control 57 (2012), eq. (13) |
 * | edges | σ/(4·d) · Σ a_ij·(x̂_j − x̂_i)² | Yi, Liu, Dimarogonas, Johansson, arXiv 1704.05434 (2017) |
 *
 * d = Σ a_ij, 0 < σ < 1. With 0 in place of e² and the direction of h, `slope` gives the derivative.
 */
export interface TriggerRule {
  threshold(heard: Heard, channel: number, width: number): number;
  slope(heard: Heard, direction: Heard, channel: number, width: number): number;
}

/** @param a_frac - at or above 1/d the threshold is negative, and the agent speaks at every act */
export function disagreementRule(sigma_frac: number, a_frac: number): TriggerRule {
  const factor = (d: number): number => (d > 0 ? (sigma_frac * a_frac * (1 - a_frac * d)) / d : 0);
  return {
    threshold: (heard, channel, width) => factor(degreeOf(heard)) * disagreement(heard, heard, channel, width) ** 2,
    slope: (heard, direction, channel, width) =>
      2 * factor(degreeOf(heard)) * disagreement(heard, heard, channel, width) * disagreement(heard, direction, channel, width),
  };
}

export function edgeRule(sigma_frac: number): TriggerRule {
  const along = (heard: Heard, one: Heard, other: Heard, channel: number, width: number): number => {
    const { weights } = heard;
    let sum = 0;
    for (let j = 0; j < weights.length; j++) {
      const at = j * width + channel;
      sum += weights[j] * (one.values[at] - one.own[channel]) * (other.values[at] - other.own[channel]);
    }
    const d = degreeOf(heard);
    return d > 0 ? (sigma_frac / (4 * d)) * sum : 0;
  };
  return {
    threshold: (heard, channel, width) => along(heard, heard, heard, channel, width),
    slope: (heard, direction, channel, width) => 2 * along(heard, heard, direction, channel, width),
  };
}

function degreeOf({ weights }: Heard): number {
  let d = 0;
  for (let j = 0; j < weights.length; j++) d += weights[j];
  return d;
}

/** δ of `from`, with the weights of `heard`. */
function disagreement({ weights }: Heard, from: Heard, channel: number, width: number): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) sum += weights[j] * (from.own[channel] - from.values[j * width + channel]);
  return sum;
}
