import type { OpfModel } from './model.ts';
import { forestOf, pairsOf } from './pairs.ts';

const busesShown = 6;

/** A sentence for every island in which power is asked for and no generator is in service: the usual reason why nothing is feasible. */
export function islandsWithoutSource(model: OpfModel): string[] {
  const { roots, rootOf } = forestOf(model, pairsOf(model));
  const supplied = new Set(model.generators.map(({ bus }) => rootOf[bus]));
  return roots.flatMap((root) => {
    if (supplied.has(root)) return [];
    const buses = [...rootOf.keys()].filter((b) => rootOf[b] === root);
    if (buses.every((b) => model.p[b] === 0 && model.q[b] === 0)) return [];
    const ids = buses.map((b) => model.case.network.buses[model.busOf[b]].id);
    const more = ids.length > busesShown ? ` and ${ids.length - busesShown} more` : '';
    const [subject, verb] = ids.length === 1 ? ['Bus', 'is'] : ['Buses', 'are'];
    return [`${subject} ${ids.slice(0, busesShown).join(', ')}${more} ${verb} an island without a generator in service.`];
  });
}
