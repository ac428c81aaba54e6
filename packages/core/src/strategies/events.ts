import { CombinationError, InputError } from '../base/errors.ts';
import type { TwoStage } from '../problem/two-stage.ts';
import type { UncertainEvent } from './contract.ts';

/** @throws {InputError} EVENTS_INVALID when there are none, probabilities are no distribution, or an outcome has another length */
export function checkEvents({ forecast }: TwoStage, events: readonly UncertainEvent[]): void {
  const refuse = (message: string, hint: string): never => {
    throw new InputError({ code: 'EVENTS_INVALID', message, hint });
  };
  if (events.length === 0) refuse('There is no event to decide for', 'Give at least one, such as the forecast with probability 1.');
  let total = 0;
  events.forEach(({ probability, support, name }, e) => {
    const called = name ?? `number ${e}`;
    if (!(probability >= 0)) refuse(`The probability of event ${called} is ${probability}`, 'Probabilities are 0 or more.');
    const size = support instanceof Float64Array ? support.length : support.offset.length;
    if (size !== forecast.length)
      refuse(`Event ${called} is about ${size} symbols, the problem has ${forecast.length}`, 'Give one value per symbol.');
    if (support instanceof Float64Array && !support.every(Number.isFinite))
      refuse(`An outcome of event ${called} is not a number`, 'Look for gaps in the data.');
    total += probability;
  });
  if (Math.abs(total - 1) > 1e-9) refuse(`The probabilities of ${events.length} events sum to ${total}`, 'They must sum to 1.');
}

/** The outcomes of events that have one each. @throws {CombinationError} STRATEGY_CANNOT where one has a set */
export function outcomesOf(events: readonly UncertainEvent[], strategy: string): Float64Array[] {
  return events.map(({ support, name }, e) => {
    if (support instanceof Float64Array) return support;
    throw new CombinationError({
      code: 'STRATEGY_CANNOT',
      message: `The strategy ${strategy} takes events with one outcome each, event ${name ?? `number ${e}`} has a set`,
      where: `strategy ${strategy}`,
      hint: 'Choose column-and-constraint or affine-rules for sets, or sample the set.',
    });
  });
}
