import { type Law, pull } from '../contract.ts';
import { CHANNELS_COUNT, setPointLaw } from '../set-point-consensus.ts';
import type { TriggerRule } from './trigger-rules.ts';

export interface TriggeredOptions {
  readonly w_ref_rad_per_s: number;
  readonly v_ref_V: number;
  readonly pin_frac: number;
  readonly gain_w_per_s: number;
  readonly gain_v_per_s: number;
  readonly floor_w_rad_per_s: number;
  readonly floor_v_V: number;
}

/** How much of its unused allowance an agent saves up, and how fast that fades. */
export interface Memory {
  /** 1/θ. */
  readonly saved_per_s: number;
  readonly fades_per_s: number;
}

/**
 * Consensus on set-points with what was said last, x̂, in place of what is:
 *
 * dx_i/dt = c·[Σ a_ij·(x̂_j − x̂_i) + g_i·(ref − measured_i)],  speaks when e² − T − ε ≥ χ/θ,  e = x̂_i − x_i
 * dχ_i/dt = −β·χ_i + T + ε − e²   (with memory only)
 *
 * | symbol | meaning |
 * |---|---|
 * | T | threshold of the rule, from what was heard and said |
 * | ε | square of the floor of the channel: smaller errors are not worth a word |
 * | χ/θ | saved_per_s·χ: allowance not used before; without memory 0 |
 */
export function triggeredLaw(p: TriggeredOptions, rule: TriggerRule, memory?: Memory): Law {
  const gains = [p.gain_w_per_s, p.gain_v_per_s];
  const references = [p.w_ref_rad_per_s, p.v_ref_V];
  const floors = [p.floor_w_rad_per_s ** 2, p.floor_v_V ** 2];
  const { pin_frac } = p;
  const { states, measures, commands, says } = setPointLaw;
  return {
    states: memory === undefined ? states : [...states, 'saved_w_rad2_per_s', 'saved_v_V2s'],
    measures,
    commands,
    says,
    startInto(set, x) {
      x.fill(0);
      x.set(set);
    },
    rateInto(x, y, heard, rate) {
      for (let c = 0; c < CHANNELS_COUNT; c++) {
        rate[c] = gains[c] * (pull(heard, CHANNELS_COUNT, c, heard.own[c]) + pin_frac * (references[c] - y[c]));
        if (memory === undefined) continue;
        const saved = rule.threshold(heard, c, CHANNELS_COUNT) + floors[c] - (heard.own[c] - x[c]) ** 2;
        rate[CHANNELS_COUNT + c] = saved - memory.fades_per_s * x[CHANNELS_COUNT + c];
      }
    },
    commandInto(x, _y, set) {
      for (let c = 0; c < CHANNELS_COUNT; c++) set[c] = x[c];
    },
    sayInto(x, _y, said) {
      for (let c = 0; c < CHANNELS_COUNT; c++) said[c] = x[c];
    },
    isDue(x, _y, heard) {
      for (let c = 0; c < CHANNELS_COUNT; c++) {
        const excess = (heard.own[c] - x[c]) ** 2 - rule.threshold(heard, c, CHANNELS_COUNT) - floors[c];
        const saved = memory === undefined ? 0 : memory.saved_per_s * x[CHANNELS_COUNT + c];
        // equality at zero is rest, and rest needs no words
        if (excess >= saved && heard.own[c] !== x[c]) return true;
      }
      return false;
    },
    tangentInto({ x, heard }, d, out) {
      for (let c = 0; c < CHANNELS_COUNT; c++) {
        out.rate[c] = gains[c] * (pullAlong(heard.weights, d.heard.values, d.heard.own[c], c) - pin_frac * d.y[c]);
        out.commands[c] = d.x[c];
        out.said[c] = d.x[c];
        if (memory === undefined) continue;
        const saved = rule.slope(heard, d.heard, c, CHANNELS_COUNT) - 2 * (heard.own[c] - x[c]) * (d.heard.own[c] - d.x[c]);
        out.rate[CHANNELS_COUNT + c] = saved - memory.fades_per_s * d.x[CHANNELS_COUNT + c];
      }
    },
  };
}

/** Σ a_ij·(v_j − own) for a direction, with the weights of the point. */
function pullAlong(weights: Float64Array, values: Float64Array, own: number, channel: number): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) sum += weights[j] * (values[j * CHANNELS_COUNT + channel] - own);
  return sum;
}
