import { InputError } from '../../base/errors.ts';
import { allowedViolations, clopperPearsonLower } from './clopper-pearson.ts';

export interface SafeSetOptions {
  /** δ: how often a change inside the set may break a limit. */
  readonly violation_max_frac: number;
  /** 1 − β: how sure that is to hold, of both ends together. */
  readonly confidence_frac: number;
  /** Largest change looked at, in either direction. */
  readonly reach_kW: number;
  /** An end of the set is found this exactly. */
  readonly resolution_kW: number;
  /** Points between 0 and `reach_kW` at which it is checked that a larger change never breaks less; 16 when left out. */
  readonly grid_count?: number | undefined;
}

/** Changes of aggregate power that are safe: low ≤ 0 ≤ high. All that an aggregator is ever told of a grid. */
export interface PublishedSet {
  readonly low_kW: number;
  readonly high_kW: number;
}

export interface SafeSet extends PublishedSet {
  readonly down: SafeEnd;
  readonly up: SafeEnd;
}

/** How an end of the set was found; known to the utility. */
export interface SafeEnd {
  /** Without sign. */
  readonly limit_kW: number;
  /** The same when no sample at all may break a limit. */
  readonly worstCase_kW: number;
  /** False: limits are broken too often without any change. Then the end is zero. */
  readonly baseIsSafe: boolean;
  readonly method: 'bisection' | 'grid';
  readonly violations_count: number;
  /** Lower bound on the probability that all limits are kept at the end, at confidence 1 − β/2. */
  readonly kept_min_frac: number;
}

/**
 * The largest changes s in each direction with π(s) = P(all limits are kept | s) ≥ 1 − δ, as far as N samples can tell:
 *
 *   ŝ = max { s: Clopper–Pearson lower bound of (number of samples kept at s) of N ≥ 1 − δ },   confidence 1 − β/2 per direction.
 *
 * All s are tried on the same samples. Where a larger change breaks a limit whenever a smaller one does, a sample is its threshold, ŝ the
 * (m + 1)-th smallest of them with m the violations allowed, and P(π(ŝ) < 1 − δ) = P(Binomial(N, δ) ≤ m) ≤ β/2, although ŝ was chosen by
 * looking: bisection is as good as one test. Whether it is so is checked on a grid, sample by sample. Where it is not, the grid's
 * points are tested from zero outwards until the first that fails; in a fixed order no correction for their number is needed
 * (only the first unsafe point can do harm, and it passes with probability ≤ β/2). The guarantee is then about the grid's points.
 *
 * @param violates - does this change break a limit on this sample of the network's condition? The utility's own knowledge
 * @throws {InputError} CONSTRAINT_SET_SAMPLES when there are too few samples for what is wanted; CONSTRAINT_SET_OPTIONS
 * @source Jang, Ozay, Mathieu (2023), arXiv 2301.05303 (the idea of a set that the utility publishes); Wilks (1941), Determination of sample
 * sizes for setting tolerance limits, Ann. Math. Stat. 12 (the guarantee)
 */
export function safeSet<Sample>(
  samples: readonly Sample[],
  violates: (change_kW: number, sample: Sample) => boolean,
  options: SafeSetOptions,
): SafeSet {
  const { violation_max_frac: delta, confidence_frac, reach_kW, resolution_kW } = options;
  if (!(delta > 0 && delta < 1 && confidence_frac > 0 && confidence_frac < 1 && reach_kW > 0 && resolution_kW > 0)) {
    throw new InputError({
      code: 'CONSTRAINT_SET_OPTIONS',
      message: `A safe set needs a violation and a confidence between 0 and 1 and a positive reach and resolution: got ${delta}, ${confidence_frac}, ${reach_kW} kW and ${resolution_kW} kW`,
      hint: 'For example 0.05, 0.95, 500 kW and 1 kW.',
    });
  }
  const beta = (1 - confidence_frac) / 2;
  const allowed = allowedViolations(samples.length, delta, beta);
  if (allowed < 0) {
    const needed = Math.ceil(Math.log(beta) / Math.log1p(-delta));
    throw new InputError({
      code: 'CONSTRAINT_SET_SAMPLES',
      message: `${samples.length} samples cannot show that limits are kept with probability ${1 - delta} at confidence ${confidence_frac}, even if none violates`,
      hint: `Take at least ${needed} samples, or allow more violations.`,
    });
  }
  const end = (sign: 1 | -1): SafeEnd => findEnd(samples, (size_kW, sample) => violates(sign * size_kW, sample), allowed, beta, options);
  const [down, up] = [end(-1), end(1)];
  return { low_kW: down.limit_kW === 0 ? 0 : -down.limit_kW, high_kW: up.limit_kW, down, up };
}

function findEnd<Sample>(
  samples: readonly Sample[],
  violates: (size_kW: number, sample: Sample) => boolean,
  allowed: number,
  beta: number,
  { reach_kW, resolution_kW, grid_count = 16 }: SafeSetOptions,
): SafeEnd {
  const grid = Array.from({ length: grid_count + 1 }, (_, g) => (reach_kW * g) / grid_count);
  const broken = grid.map((size_kW) => samples.map((sample) => violates(size_kW, sample)));
  const counts = broken.map((row) => row.reduce((count, flag) => count + (flag ? 1 : 0), 0));
  const monotone = samples.every((_, i) => broken.every((row, g) => g === 0 || row[i] || !broken[g - 1][i]));

  /** The largest size tried that at most `most` samples break, and by how many it is broken. */
  const largest = (most: number): { readonly size_kW: number; readonly count: number } => {
    const firstBad = counts.findIndex((count) => count > most);
    if (firstBad === 0) return { size_kW: 0, count: counts[0] };
    if (firstBad < 0) return { size_kW: reach_kW, count: counts[grid_count] };
    let low = grid[firstBad - 1];
    let high = grid[firstBad];
    let count = counts[firstBad - 1];
    if (!monotone) return { size_kW: low, count };
    const open = samples.filter((_, i) => broken[firstBad][i] && !broken[firstBad - 1][i]);
    const settled = counts[firstBad - 1];
    while (high - low > resolution_kW) {
      const middle = 0.5 * (low + high);
      let here = settled;
      for (const sample of open) if (violates(middle, sample)) here++;
      if (here > most) high = middle;
      else {
        low = middle;
        count = here;
      }
    }
    return { size_kW: low, count };
  };
  const { size_kW, count } = largest(allowed);
  return {
    limit_kW: size_kW,
    worstCase_kW: largest(0).size_kW,
    baseIsSafe: counts[0] <= allowed,
    method: monotone ? 'bisection' : 'grid',
    violations_count: count,
    kept_min_frac: clopperPearsonLower(samples.length - count, samples.length, beta),
  };
}
