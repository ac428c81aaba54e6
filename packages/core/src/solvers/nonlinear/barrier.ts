import type { Iterate } from './iterate.ts';
import type { Step } from './step.ts';

/** Iterates whose error a free step is held against. */
const MEMORY_COUNT = 5;
const PROGRESS_FRAC = 0.9999;
/** Monotone: μ falls to min(κ·μ, μ^θ) when the barrier problem is solved to this multiple of μ. */
const ERROR_FACTOR = 10;
const DECAY = 0.2;
const POWER = 1.5;
const DECAYS_MAX_COUNT = 5;
/** Monotone begins at this part of the average product. */
const MONOTONE_FRAC = 0.8;
/** Free: σ = (average product after the affine step / average product)^power, within these bounds. */
const CENTRING_POWER = 2;
const CENTRING_MIN = 0.01;
const CENTRING_MAX = 0.8;
const MU_MAX = 1e5;
const MU_START = 0.1;

/** What the barrier is chosen by: residuals of the scaled problem, divided by the size of the multipliers where these are large. */
export interface BarrierMeasures {
  readonly error: number;
  readonly primal: number;
  readonly dual: number;
  readonly scale: number;
  /** Mean product of multiplier and distance. */
  readonly average: number;
}

/**
 * Barrier parameter μ. Free: from how far a step without barrier would come (Mehrotra's probing). When five iterates bring
 * no progress: monotone, a sequence of barrier problems, until there is progress again.
 * @source Nocedal, Wächter & Waltz, SIAM J. Optim. 19 (2009), section 3 and algorithm 4.1
 */
export class Barrier {
  mode: 'free' | 'monotone' = 'free';
  mu = MU_START;
  private readonly muMin: number;
  private readonly errors: number[] = [];

  constructor(tolerance_frac: number) {
    this.muMin = Math.max(1e-11, tolerance_frac / 10);
  }

  /** Chooses the mode, and μ when monotone. @returns whether μ may have changed, so that the filter must forget */
  update(at: Iterate, measures: BarrierMeasures): boolean {
    const { errors, muMin } = this;
    const { error, average, primal, dual, scale } = measures;
    const progresses = errors.length < MEMORY_COUNT || error <= PROGRESS_FRAC * Math.max(...errors);
    let changed = false;
    if (this.mode === 'free' && !progresses) {
      this.mode = 'monotone';
      this.mu = Math.max(muMin, MONOTONE_FRAC * average);
      changed = true;
    } else if (this.mode === 'monotone' && error <= PROGRESS_FRAC * Math.min(...errors)) this.mode = 'free';
    if (this.mode === 'free') {
      errors.push(error);
      if (errors.length > MEMORY_COUNT) errors.shift();
      return true;
    }
    for (let k = 0; k < DECAYS_MAX_COUNT; k++) {
      const barrierError = Math.max(primal, dual / scale, at.offCentre(this.mu) / scale);
      if (this.mu <= muMin || barrierError > ERROR_FACTOR * this.mu) break;
      this.mu = Math.max(muMin, Math.min(DECAY * this.mu, this.mu ** POWER));
      changed = true;
    }
    return changed;
  }

  /** Free mode: looks along the step that `step` holds, which must be one for μ = 0. */
  aim(at: Iterate, step: Step, bounds_count: number, average: number): void {
    if (bounds_count === 0 || !(average > 0)) {
      this.mu = this.muMin;
      return;
    }
    const ahead = step.complementarityAhead(at) / bounds_count;
    const sigma = Math.min(CENTRING_MAX, Math.max(CENTRING_MIN, (ahead / average) ** CENTRING_POWER));
    this.mu = Math.min(MU_MAX, Math.max(this.muMin, sigma * average));
  }

  /** Begins anew after a restoration. */
  restart(): void {
    this.errors.length = 0;
    this.mode = 'free';
  }
}
