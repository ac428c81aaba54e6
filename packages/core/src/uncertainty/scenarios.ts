import { InputError } from '../base/errors.ts';

/** Outcomes with their probabilities: a discrete law of the symbols. */
export interface Scenarios {
  readonly outcomes: readonly Float64Array[];
  readonly probabilities: Float64Array;
}

/** Alike likely. */
export function evenScenarios(outcomes: readonly Float64Array[]): Scenarios {
  return { outcomes, probabilities: new Float64Array(outcomes.length).fill(1 / outcomes.length) };
}

/** Mean and standard deviation of every symbol. */
export function momentsOf({ outcomes, probabilities }: Scenarios): { readonly mean: Float64Array; readonly deviation: Float64Array } {
  const size = outcomes[0].length;
  const mean = new Float64Array(size);
  const deviation = new Float64Array(size);
  outcomes.forEach((u, k) => {
    for (let i = 0; i < size; i++) mean[i] += probabilities[k] * u[i];
  });
  outcomes.forEach((u, k) => {
    for (let i = 0; i < size; i++) deviation[i] += probabilities[k] * (u[i] - mean[i]) ** 2;
  });
  return { mean, deviation: deviation.map(Math.sqrt) };
}

export interface ReducedScenarios extends Scenarios {
  /** Which of the given outcomes were kept, in the order of `outcomes`. */
  readonly kept: readonly number[];
  /** For every given outcome the place, in `kept`, of the one that stands for it. */
  readonly standsFor: readonly number[];
  /** Kantorovich distance of the two laws, in the unit of the symbols: what has to be moved, times how far. */
  readonly distance: number;
  /** The same, relative to what one outcome alone would leave. 0: nothing lost, 1: no better than a single one. */
  readonly distance_frac: number;
}

export type ReductionMethod = 'fast-forward' | 'backward';

/**
 * Keeps `count` outcomes and gives each the probability of those that lie nearest to it: no other weights on them are nearer to the
 * given law. `fast-forward` adds the outcome that lowers the distance most, `backward` takes away the one that raises it least.
 *
 * Distances between outcomes are Euclidean, after each symbol is divided by `scale`.
 * @param scale - default 1 for every symbol
 * @cost fast-forward n²·(count + size), backward n²·(n − count + size)
 * @throws {InputError} SCENARIOS_INVALID
 * @source Heitsch, Römisch, Scenario reduction algorithms in stochastic programming, Comput. Optim. Appl. 24 (2003), algorithms 2.2 and 2.4
 */
export function reduceScenarios(given: Scenarios, count: number, method: ReductionMethod, scale?: Float64Array): ReducedScenarios {
  checkScenarios(given);
  const n = given.outcomes.length;
  if (!Number.isInteger(count) || count < 1) refuse(`Scenarios cannot be reduced to ${count}`, 'Keep one or more.');
  const distances = distancesOf(given.outcomes, scale);
  const most = Math.min(count, n);
  const kept = method === 'fast-forward' ? forward(distances, given.probabilities, most) : backward(distances, given.probabilities, most);
  const whole = moved(distances, given.probabilities, kept);
  const alone = moved(distances, given.probabilities, forward(distances, given.probabilities, 1)).distance;
  const probabilities = new Float64Array(kept.length);
  whole.standsFor.forEach((place, i) => void (probabilities[place] += given.probabilities[i]));
  return {
    outcomes: kept.map((i) => given.outcomes[i]),
    probabilities,
    kept,
    standsFor: whole.standsFor,
    distance: whole.distance,
    distance_frac: alone > 0 ? whole.distance / alone : 0,
  };
}

/** @throws {InputError} SCENARIOS_INVALID where there are none, probabilities are no distribution, or lengths differ */
export function checkScenarios({ outcomes, probabilities }: Scenarios): void {
  if (outcomes.length === 0) refuse('There are no scenarios', 'Draw some.');
  if (outcomes.length !== probabilities.length) {
    refuse(`${outcomes.length} scenarios have ${probabilities.length} probabilities`, 'Give one each.');
  }
  if (outcomes.some((u) => u.length !== outcomes[0].length))
    refuse('Scenarios are about different numbers of symbols', 'Give all symbols a value.');
  const total = probabilities.reduce((sum, p) => sum + p, 0);
  if (probabilities.some((p) => !(p >= 0)) || Math.abs(total - 1) > 1e-9) {
    refuse(`The probabilities of ${outcomes.length} scenarios sum to ${total}`, 'They must be 0 or more and sum to 1.');
  }
}

/** Euclidean distances between outcomes, n × n. */
export function distancesOf(outcomes: readonly Float64Array[], scale?: Float64Array): Float64Array {
  const n = outcomes.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      const [a, b] = [outcomes[i], outcomes[j]];
      for (let s = 0; s < a.length; s++) {
        const apart = (a[s] - b[s]) / (scale?.[s] ?? 1);
        sum += apart * apart;
      }
      distances[i * n + j] = distances[j * n + i] = Math.sqrt(sum);
    }
  }
  return distances;
}

function forward(distances: Float64Array, probabilities: Float64Array, count: number): number[] {
  const n = probabilities.length;
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const kept: number[] = [];
  while (kept.length < count) {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let u = 0; u < n; u++) {
      if (kept.includes(u)) continue;
      let left = 0;
      for (let i = 0; i < n; i++) left += probabilities[i] * Math.min(nearest[i], distances[i * n + u]);
      if (left < least) [best, least] = [u, left];
    }
    kept.push(best);
    for (let i = 0; i < n; i++) nearest[i] = Math.min(nearest[i], distances[i * n + best]);
  }
  return kept;
}

function backward(distances: Float64Array, probabilities: Float64Array, count: number): number[] {
  const n = probabilities.length;
  const kept = new Set(probabilities.keys());
  while (kept.size > count) {
    // for every outcome its two nearest among the kept, so that one can go
    const first = new Int32Array(n);
    const second = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < n; i++) {
      let near = Number.POSITIVE_INFINITY;
      for (const j of kept) {
        const d = distances[i * n + j];
        if (d < near) [second[i], near, first[i]] = [near, d, j];
        else if (d < second[i]) second[i] = d;
      }
    }
    const raised = new Float64Array(n);
    for (let i = 0; i < n; i++) raised[first[i]] += probabilities[i] * (second[i] - distances[i * n + first[i]]);
    let least = -1;
    for (const j of kept) if (least < 0 || raised[j] < raised[least]) least = j;
    kept.delete(least);
  }
  return [...kept];
}

/** What is nearest among the kept, and how far everything is moved. */
function moved(distances: Float64Array, probabilities: Float64Array, kept: readonly number[]): { distance: number; standsFor: number[] } {
  const n = probabilities.length;
  let distance = 0;
  const standsFor = Array.from(probabilities, (probability, i) => {
    let place = 0;
    for (let k = 1; k < kept.length; k++) if (distances[i * n + kept[k]] < distances[i * n + kept[place]]) place = k;
    distance += probability * distances[i * n + kept[place]];
    return place;
  });
  return { distance, standsFor };
}

function refuse(message: string, hint: string): never {
  throw new InputError({ code: 'SCENARIOS_INVALID', message, hint });
}
