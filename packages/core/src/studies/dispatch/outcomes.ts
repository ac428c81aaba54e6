import type { RandomStream } from '../../base/random.ts';
import { type DrawMethod, drawOutcomes, evenCorrelation, type UncertainQuantity } from '../../uncertainty/forecast-error.ts';
import { evenScenarios, type ReducedScenarios, reduceScenarios } from '../../uncertainty/scenarios.ts';
import { boxSet, deviationSet, productSet, twoSidedDeviationSet, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import type { ScenarioFacts } from '../../wire/dispatch-result.ts';
import { scenarioFacts } from '../scenario-facts.ts';
import type { Prepared, Quantity } from './prepare.ts';

/** One factor for all quantities, or one by name; 1 where there is none. */
export type Widening = number | Readonly<Record<string, number>>;

export const widenOf = (widening: Widening, name: string): number => (typeof widening === 'number' ? widening : (widening[name] ?? 1));

/** What is expected of the symbols. */
export const expectedOf = ({ symbols }: Prepared): Float64Array => Float64Array.from(symbols, ({ expected }) => expected);

/**
 * What a plan guards against: the sets of the quantities, which know nothing of each other.
 * @param widen_frac - factor on all deviations
 * @param extra - added to the count of one quantity's deviations
 */
export function guardedSet(
  prepared: Prepared,
  widen_frac: Widening,
  extra?: { readonly quantity: number; readonly count: number },
): UncertaintySet {
  return productSet(
    prepared.quantities
      .map((quantity, q) => quantitySet(quantity, widenOf(widen_frac, quantity.spec.name), extra?.quantity === q ? extra.count : 0))
      .filter(({ offset }) => offset.length > 0),
  );
}

function quantitySet({ spec, forecast }: Quantity, widen_frac: number, extra_count: number): UncertaintySet {
  const expected = forecast.filter((value) => value !== 0);
  const down = expected.map((value) => Math.min(1, widen_frac * spec.down_frac) * Math.abs(value));
  const up = expected.map((value) => widen_frac * spec.up_frac * Math.abs(value));
  const at = [...expected.keys()];
  const { total_min_frac, total_max_frac, deviations_max_count } = spec;
  if (total_min_frac !== undefined || total_max_frac !== undefined) {
    const total = expected.reduce((sum, value) => sum + value, 0);
    const budget = {
      at,
      weights: at.map(() => 1 / total),
      ...(total_min_frac === undefined ? {} : { least: total_min_frac }),
      ...(total_max_frac === undefined ? {} : { most: total_max_frac }),
    };
    const lower = expected.map((value, j) => value - down[j]);
    const upper = expected.map((value, j) => value + up[j]);
    return boxSet(lower, upper, [budget]);
  }
  const count = deviations_max_count === undefined ? undefined : deviations_max_count + extra_count;
  if (count === undefined || count >= expected.length) {
    const lowest = expected.map((value, j) => value - down[j]);
    return deviationSet(
      lowest,
      down.map((value, j) => value + up[j]),
    );
  }
  const groups = [{ at, deviations_max_count: count }];
  if (spec.up_frac === 0)
    return deviationSet(
      expected,
      down.map((value) => -value),
      groups,
    );
  if (spec.down_frac === 0) return deviationSet(expected, up, groups);
  return twoSidedDeviationSet(expected, down, up, groups);
}

/** The box around the set of a plan, and how far each symbol deviates fully. */
export function boxOf(
  { quantities, symbols }: Prepared,
  widening: Widening,
): { readonly lower: Float64Array; readonly upper: Float64Array; readonly scale: Float64Array } {
  const by = symbols.map(({ quantity, expected }) => {
    const { spec } = quantities[quantity];
    const widen = widenOf(widening, spec.name) * Math.abs(expected);
    return { expected, down: Math.min(Math.abs(expected), widen * spec.down_frac), up: widen * spec.up_frac };
  });
  return {
    lower: Float64Array.from(by, ({ expected, down }) => expected - down),
    upper: Float64Array.from(by, ({ expected, up }) => expected + up),
    scale: Float64Array.from(by, ({ expected, down, up }) => Math.max(down, up) || Math.abs(expected)),
  };
}

/** Lowest and highest value of a quantity that its set allows on every step. */
export function rangeOf({ spec, forecast }: Quantity): { readonly low: number[]; readonly high: number[] } {
  return {
    low: Array.from(forecast, (value) => value - spec.down_frac * Math.abs(value)),
    high: Array.from(forecast, (value) => value + spec.up_frac * Math.abs(value)),
  };
}

/**
 * Outcomes drawn from the errors of the quantities; those without an error keep their forecast.
 * @param errors_frac - factor on all standard deviations
 */
export function drawSymbols(prepared: Prepared, count: number, method: DrawMethod, stream: RandomStream, errors_frac = 1): Float64Array[] {
  const { quantities, symbols, document, grid } = prepared;
  const moving = quantities.map((_, q) => q).filter((q) => quantities[q].law !== undefined);
  const errors = moving.map((q): UncertainQuantity => {
    const { spec, forecast, law } = quantities[q];
    return {
      name: spec.name,
      forecast,
      law: { ...law!, deviation_frac: errors_frac * law!.deviation_frac },
      persistence_frac: spec.error!.persistence_frac,
    };
  });
  const expected = expectedOf(prepared);
  if (errors.length === 0) return Array.from({ length: count }, () => Float64Array.from(expected));
  const correlation = evenCorrelation(errors.length, document.correlation_frac);
  return drawOutcomes({ quantities: errors, correlation }, count, method, stream).map((values) =>
    Float64Array.from(symbols, ({ quantity, step, expected: own }) => {
      const place = moving.indexOf(quantity);
      return place < 0 ? own : values[place * grid.steps_count + step];
    }),
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
