import { CombinationError } from '../../base/errors.ts';
import type { Feeder } from '../../network/feeder/feeder.ts';
import { feederOfCase } from '../../network/feeder/lift.ts';
import type { Case, Generator } from '../../network/network.ts';
import type { FeederOpfOptions, UnitLimits } from './settings.ts';

/**
 * The feeder of a case, and what the case says about costs and limits of its generators: the phases as they are in the file, or, where the file
 * knows one phase only, three equal ones. Price of the source: that of the generator that stands at the slack, if it has one.
 * @throws {CombinationError} OPF_COST_DEGREE for a source whose cost is no price, and the codes of `feederOfCase`
 */
export function askOfCase(value: Case): { readonly feeder: Feeder; readonly options: FeederOpfOptions } {
  const feeder = value.feeder ?? feederOfCase(value);
  const units: Record<string, UnitLimits> = {};
  let price: number | undefined;
  const known = new Set([...feeder.generators, ...feeder.inverters].map(({ id }) => id));
  for (const generator of value.operatingPoint.generators) {
    if (!generator.inService) continue;
    if (known.has(generator.id)) {
      // What a file with phases says about limits stands in its feeder.
      units[generator.id] = {
        ...(value.feeder === undefined ? limitsOf(generator) : {}),
        ...(generator.cost ? { cost: generator.cost } : {}),
      };
    } else if (value.operatingPoint.slacks.includes(generator.bus)) price ??= priceOf(generator);
  }
  return { feeder, options: { units, ...(price === undefined ? {} : { sourcePrice_cur_per_kWh: price }) } };
}

const limitsOf = ({ p_min_kW, p_max_kW, q_min_kvar, q_max_kvar }: Generator): UnitLimits => ({
  p_min_kW,
  p_max_kW,
  q_min_kvar,
  q_max_kvar,
});

function priceOf({ id, cost }: Generator): number | undefined {
  if (cost === undefined) return undefined;
  if (cost.kind === 'polynomial') {
    const [, slope = 0, ...higher] = [...cost.coefficients].reverse();
    if (higher.every((each) => each === 0)) return slope;
  }
  throw new CombinationError({
    code: 'OPF_COST_DEGREE',
    message: `The three-phase formulations take one price for the source, but generator "${id}" at the slack has a cost that bends`,
    where: `generator ${id}`,
    hint: 'Give its cost as a price per kWh (degree 1), or use a formulation of the balanced equivalent.',
  });
}
