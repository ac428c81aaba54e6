import { SparseBuilder } from '../../linalg/sparse.ts';
import type { Program } from '../../problem/program.ts';

/** Prices and penalties on the first decisions of a scenario. @shape each (n) */
export interface Hedge {
  /** w: price of every first decision; over all scenarios their mean is zero. */
  readonly price: Float64Array;
  /** x̄: what scenarios shall agree on. */
  readonly centre: Float64Array;
  /** ρ: weight of the distance from it, positive. */
  readonly weight: Float64Array;
}

/** The scenario with prices only, min f(x, y) + wᵀx: one term of the bound. */
export function pricedScenario(scenario: Program, price: Float64Array): Program {
  const cost = Float64Array.from(scenario.cost);
  for (let j = 0; j < price.length; j++) cost[j] += price[j];
  return { ...scenario, cost };
}

/**
 * The scenario with prices and penalties:
 *
 *   min f(x, y) + wᵀx + Σ_j ρ_j/2·(x_j − x̄_j)²
 *
 * Of a variable that is 0 or 1 the square is the variable itself, so its penalty is linear: ρ/2·(1 − 2x̄)·x. The constant is left out.
 * @source Watson, Woodruff, Progressive hedging innovations for a class of stochastic mixed-integer resource allocation problems,
 *   Comput. Manag. Sci. 8 (2011), section 2
 */
export function hedgedScenario(scenario: Program, { price, centre, weight }: Hedge): Program {
  const { integer, lower, upper } = scenario;
  const priced = pricedScenario(scenario, price);
  const squares = new SparseBuilder();
  let squares_count = 0;
  for (let j = 0; j < price.length; j++) {
    const isBinary = integer?.[j] === 1 && lower[j] >= 0 && upper[j] <= 1;
    if (isBinary) {
      priced.cost[j] += weight[j] * (0.5 - centre[j]);
    } else {
      priced.cost[j] -= weight[j] * centre[j];
      squares.add(j, j, weight[j]);
      squares_count++;
    }
  }
  const n = scenario.cost.length;
  return squares_count > 0 ? { ...priced, quadratic: squares.build(n, n) } : priced;
}
