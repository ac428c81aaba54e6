import type { RandomStream } from '../../base/random.ts';
import { type DrawMethod, drawOutcomes, type UncertainQuantity } from '../../uncertainty/forecast-error.ts';
import { evenScenarios, type ReducedScenarios, reduceScenarios } from '../../uncertainty/scenarios.ts';
import { boxSet, twoSidedDeviationSet, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import type { ScenarioFacts } from '../../wire/dispatch-result.ts';
import { scenarioFacts } from '../scenario-facts.ts';
import type { Prepared, Quantity } from './prepare.ts';

/** Symbols stand by period, then by quantity. @shape [period][quantity] */
export function expectedOf({ quantities, grid }: Prepared): Float64Array {
  const count = quantities.length;
  return Float64Array.from({ length: grid.steps_count * count }, (_, s) => quantities[s % count].forecast[Math.floor(s / count)]);
}

/** Value of every quantity at an outcome. [quantity][period] */
export const outcomeSeries = ({ quantities, grid }: Prepared, u: ArrayLike<number>): number[][] =>
  quantities.map((_, q) => Array.from({ length: grid.steps_count }, (_, t) => u[t * quantities.length + q]));

/** What a plan guards against: every factor within its own bounds, with a count of full deviations where one is given. */
export function guardedSet(prepared: Prepared): UncertaintySet {
  const { quantities, document } = prepared;
  const expected = expectedOf(prepared);
  const errors = Array.from(expected, (_, s) => document.errors[quantities[s % quantities.length].kind]);
  const down = expected.map((value, s) => errors[s].down_frac * value);
  const up = expected.map((value, s) => errors[s].up_frac * value);
  const groups = (['load', 'sun'] as const).flatMap((kind) => {
    const { deviations_max_count } = document.errors[kind];
    const at = [...expected.keys()].filter((s) => quantities[s % quantities.length].kind === kind && (down[s] > 0 || up[s] > 0));
    return deviations_max_count === undefined || deviations_max_count >= at.length ? [] : [{ at, deviations_max_count }];
  });
  if (groups.length > 0) return twoSidedDeviationSet(expected, down, up, groups);
  return boxSet(
    expected.map((value, s) => value - down[s]),
    expected.map((value, s) => value + up[s]),
  );
}

/** Lowest and highest value of a quantity that the set allows in every period. */
export function rangeOf({ document }: Prepared, { kind, forecast }: Quantity): { readonly low: number[]; readonly high: number[] } {
  const { down_frac, up_frac } = document.errors[kind];
  return {
    low: Array.from(forecast, (value) => value * (1 - down_frac)),
    high: Array.from(forecast, (value) => value * (1 + up_frac)),
  };
}

/** Outcomes drawn from the errors; loads are correlated with loads, sun with sun. */
export function drawSymbols(prepared: Prepared, count: number, method: DrawMethod, stream: RandomStream): Float64Array[] {
  const { quantities, document, grid } = prepared;
  const errors = quantities.map(({ kind, zone, forecast }): UncertainQuantity => {
    const { law, deviation_frac, persistence_frac, most_frac } = document.errors[kind];
    const most = most_frac * Math.max(...forecast);
    // what is never expected cannot deviate
    const own = most > 0 ? deviation_frac : 0;
    return {
      name: `${kind} of ${zone}`,
      forecast,
      law: law === 'beta' ? { kind: law, deviation_frac: own, most: most || 1 } : { kind: law, deviation_frac: own },
      persistence_frac,
    };
  });
  const n = quantities.length;
  const correlation = Float64Array.from({ length: n * n }, (_, k) => {
    const [a, b] = [quantities[Math.floor(k / n)], quantities[k % n]];
    return a === b ? 1 : a.kind === b.kind ? document.errors[a.kind].correlation_frac : 0;
  });
  const steps_count = grid.steps_count;
  return drawOutcomes({ quantities: errors, correlation }, count, method, stream).map((values) =>
    Float64Array.from({ length: n * steps_count }, (_, s) => values[(s % n) * steps_count + Math.floor(s / n)]),
  );
}

export interface StudyScenarios {
  readonly reduced: ReducedScenarios;
  readonly facts: ScenarioFacts;
}

/** Scenarios drawn and reduced, with what the reduction lost. */
export function scenariosOf(prepared: Prepared): StudyScenarios {
  const { drawn_count, kept_count, method, reduction } = prepared.document.scenarios;
  const drawn = evenScenarios(drawSymbols(prepared, drawn_count, method, prepared.stream.split('scenarios')));
  const reduced = reduceScenarios(drawn, kept_count, reduction);
  return { reduced, facts: scenarioFacts(drawn, reduced, expectedOf(prepared), { method, reduction }) };
}
