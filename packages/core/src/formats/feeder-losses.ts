import type { Case } from '../network/network.ts';
import type { Loss } from './contract.ts';

/**
 * What a case has beside its feeder, which a format for feeders has no place for: the costs and the limits of active power of its generators,
 * as optimal power flow reads them from the balanced equivalent.
 */
export function lossesOfFeeder({ operatingPoint }: Case): readonly Loss[] {
  return operatingPoint.generators.flatMap((generator): Loss[] =>
    generator.cost === undefined
      ? []
      : [{ element: `cost of generator "${generator.id}"`, reason: 'a feeder has no place for costs: left out' }],
  );
}
