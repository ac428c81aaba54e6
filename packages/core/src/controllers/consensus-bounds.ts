/**
 * What closed forms say about consensus ẋ = −c·(L + G)·x before anything runs, and the gain that they advise.
 *
 * | data | stable for |
 * |---|---|
 * | all late by a constant τ | c·λ_max·τ < π/2 |
 * | all late by any τ(t) ≤ τ, L symmetric | c·λ_max·τ < 3/2 |
 * | sampled every T, held | c·λ_max·T < 2 |
 *
 * λ of L + G, real parts where links are one-way. Settling to 1 % takes about 4.6/(c·λ_min).
 * @source constant: Olfati-Saber, Murray, IEEE Trans. Automatic Control 49 (2004), theorem 10; varying: Myshkis' 3/2 theorem (Yorke, J. Differential Equations 7, 1970)
 */
import { type Graph, laplacianSpectrum } from './graph.ts';

export interface ConsensusBounds {
  readonly constantDelay_s: number;
  readonly varyingDelay_s: number;
  readonly period_s: number;
  /** Time to come within 1 %. */
  readonly settling_s: number;
}

/** @param gain_per_s - c */
export function consensusBounds(graph: Graph, gain_per_s: number, pins?: ArrayLike<number>): ConsensusBounds {
  const { least, most } = extremes(graph, pins);
  return {
    constantDelay_s: Math.PI / (2 * gain_per_s * most),
    varyingDelay_s: 1.5 / (gain_per_s * most),
    period_s: 2 / (gain_per_s * most),
    settling_s: SETTLING / (gain_per_s * least),
  };
}

/** A gain, and which of the two wishes it had to give way to. */
export interface GainAdvice {
  readonly gain_per_s: number;
  /** `delay`: the gain is the largest that the delay allows with its margin, and settles later than wished. */
  readonly binds: 'nothing' | 'delay';
  readonly settling_s: number;
  /** Delay bound at this gain over the delay that was named. */
  readonly margin_frac: number;
}

/** Part of the delay bound that is used; the rest is for filters of powers and what else the closed form does not know. */
const DELAY_USED_FRAC = 0.6;
const SETTLING = Math.log(100);

/**
 * The fastest gain that keeps a margin of 1/0.6 on a constant delay, or the slower one that settles in the time wished.
 * The plant's own dynamics shorten what it bears: check the answer with `delayMargin`.
 */
export function adviseGain(graph: Graph, delay_s: number, wished_s: number, pins?: ArrayLike<number>): GainAdvice {
  const { least, most } = extremes(graph, pins);
  const allowed_per_s = (DELAY_USED_FRAC * Math.PI) / (2 * most * delay_s);
  const wanted_per_s = SETTLING / (least * wished_s);
  const gain_per_s = Math.min(allowed_per_s, wanted_per_s);
  return {
    gain_per_s,
    binds: allowed_per_s < wanted_per_s ? 'delay' : 'nothing',
    settling_s: SETTLING / (gain_per_s * least),
    margin_frac: Math.PI / (2 * gain_per_s * most * delay_s),
  };
}

/** Largest eigenvalue, and the smallest that is not the consensus itself (zero without leaders). */
function extremes(graph: Graph, pins?: ArrayLike<number>): { readonly least: number; readonly most: number } {
  const spectrum = laplacianSpectrum(graph, pins);
  const hasLeader = graph.agents.some((_, i) => (pins?.[i] ?? 0) > 0);
  return { least: Math.max(0, spectrum[hasLeader ? 0 : 1] ?? 0), most: spectrum[spectrum.length - 1] };
}
