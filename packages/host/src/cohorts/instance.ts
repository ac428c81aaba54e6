import { type CohortProblem, joinFeeders, type Memory, randomNetwork } from '@gridflock/core';
import { builtInFeeders } from './built-in-feeders.ts';

export const instanceKinds = ['random', 'feeders'] as const;
export const costLaws = ['quadratic', 'linear'] as const;

/** A problem that is made from a few words; the same words make the same problem. */
export interface CohortInstance {
  readonly kind: (typeof instanceKinds)[number];
  readonly costs: (typeof costLaws)[number];
  readonly nets_count: number;
  readonly steps_count: number;
  readonly seed: number;
}

export function buildInstance({ kind, costs, nets_count, steps_count, seed }: CohortInstance, memory: Memory): CohortProblem {
  const options = { nets_count, steps_count, seed, squares_frac: costs === 'linear' ? 0 : 1 };
  return kind === 'random' ? randomNetwork(options, memory) : joinFeeders(builtInFeeders(), options, memory);
}

/** A first ρ of the size of prices over powers: feeders carry hundreds of kW where the random network carries tens. */
export const firstRho = ({ kind }: CohortInstance): number => (kind === 'random' ? 0.3 : 0.003);
