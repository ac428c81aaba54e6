import { InputError } from '../base/errors.ts';
import { fromTriplets } from '../linalg/sparse.ts';
import type { TwoStage } from '../problem/two-stage.ts';
import type { Scenarios } from '../uncertainty/scenarios.ts';
import type { UncertaintySet } from '../uncertainty/uncertainty-set.ts';
import { type Lifted, restoreTo, withAdditions } from './lifted.ts';

/** All laws on a box that are no farther than a radius from scenarios, by what has to be moved how far (Wasserstein distance of order 1). */
export interface WassersteinBall {
  readonly scenarios: Scenarios;
  /** The box that holds every outcome; scenarios beyond it widen it. @shape (symbols) */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Distances are Σ_j |u_j − û_j|/scale_j. @shape (symbols) */
  readonly scale: Float64Array;
  readonly radius: number;
}

/**
 * Decides for the worst law of a ball:
 *
 *   min_x cᵀx + sup_{P in ball} E_P[Q(x, u)]  =  min_{x, λ ≥ 0} cᵀx + λ·radius + Σ_e p_e·max_{u in box} ( Q(x, u) − λ·d(u, û_e) )
 *
 * In coordinates of what is above and below û_e the distance is linear, so each scenario becomes an event with a set, the distance one more symbol, and −λ·d
 * a product of a decision and a symbol: column-and-constraint generation takes it as it is. Radius 0 is the sample average, an infinite one
 * robust optimisation over the box.
 * @throws {InputError} BALL_INVALID
 * @source Mohajerin Esfahani, Kuhn, Data-driven distributionally robust optimization using the Wasserstein metric, Math. Program. 171 (2018), theorem 4.2;
 *   as an event-wise set: Chen, Sim, Xiong, Robust stochastic optimization made easy with RSOME, Manag. Sci. 66(8) (2020)
 */
export function worstInBall(problem: TwoStage, ball: WassersteinBall): Lifted {
  const { scenarios, radius, scale } = ball;
  if (!(radius >= 0) || scale.some((value) => !(value > 0) || !Number.isFinite(value)) || scale.length !== problem.forecast.length) {
    throw new InputError({
      code: 'BALL_INVALID',
      message: `A ball of radius ${radius} with ${scale.length} scales is none around laws of ${problem.forecast.length} symbols`,
      hint: 'Give a radius of 0 or more and a positive scale per symbol.',
    });
  }
  const n = problem.first.cost.length;
  const k = problem.cost.length;
  const s = problem.forecast.length;
  const lifted = withAdditions(problem, {
    keep_frac: 1,
    first: { cost: radius, lower: 0, upper: Number.POSITIVE_INFINITY, name: 'price of distance' },
    recourse: { cost: 1, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY, name: 'rebate for distance' },
    symbols_count: 1,
    // rebate + λ·d = 0
    row: {
      name: 'distance',
      first: [],
      recourse: [{ column: k, value: 1 }],
      products: [{ first: n, symbol: s, value: 1 }],
      least: 0,
      most: 0,
    },
  });
  const events = scenarios.outcomes.map((u, e) => ({
    name: `scenario ${e}`,
    probability: scenarios.probabilities[e],
    support: aroundOutcome(u, ball),
    // without distance: from there on the price of distance is worth nothing but what it saves
    opening: Float64Array.from([...u, 0]),
  }));
  return { problem: lifted, events, restore: restoreTo(problem) };
}

/** The box seen from an outcome: u = û + up∘v⁺ − down∘v⁻, and the distance as the last symbol. */
function aroundOutcome(u: Float64Array, { lower, upper, scale }: WassersteinBall): UncertaintySet {
  const size = u.length;
  const row: number[] = [];
  const col: number[] = [];
  const value: number[] = [];
  for (let j = 0; j < size; j++) {
    for (const [at, width, sign] of [
      [j, Math.max(0, upper[j] - u[j]), 1],
      [size + j, Math.max(0, u[j] - lower[j]), -1],
    ] as const) {
      row.push(j, size);
      col.push(at, at);
      value.push(sign * width, width / scale[j]);
    }
  }
  return {
    offset: Float64Array.from([...u, 0]),
    map: fromTriplets(size + 1, 2 * size, row, col, value),
    lower: new Float64Array(2 * size),
    upper: new Float64Array(2 * size).fill(1),
    rows: fromTriplets(0, 2 * size, [], [], []),
    limit: new Float64Array(0),
  };
}
