import { momentsOf, type ReducedScenarios, type Scenarios } from '../uncertainty/scenarios.ts';
import type { ScenarioFacts } from '../wire/dispatch-result.ts';

/** What a reduction of scenarios lost: of their law, their means and spreads, all relative. */
export function scenarioFacts(
  drawn: Scenarios,
  reduced: ReducedScenarios,
  expected: Float64Array,
  how: { readonly method: string; readonly reduction: string },
): ScenarioFacts {
  const [before, after] = [momentsOf(drawn), momentsOf(reduced)];
  return {
    drawn_count: drawn.outcomes.length,
    kept_count: reduced.outcomes.length,
    ...how,
    distance_frac: reduced.distance_frac,
    meanError_frac: apart(after.mean, before.mean),
    deviationError_frac: apart(after.deviation, before.deviation),
    meanFromForecast_frac: apart(after.mean, expected),
    probabilities: [...reduced.probabilities],
  };
}

const scale = (values: Float64Array): number => values.reduce((sum, value) => sum + Math.abs(value), 0);

const apart = (a: Float64Array, b: Float64Array): number => (scale(b) > 0 ? scale(a.map((value, j) => value - b[j])) / scale(b) : 0);
