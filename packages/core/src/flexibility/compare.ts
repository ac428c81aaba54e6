import { availableBox, largestBox, type PowerBox, sumBoxes } from './box.ts';
import { type Directions, evenDirections } from './directions.ts';
import { hullOf, polygonArea, regionOfPolygon } from './polygon.ts';
import type { PowerRegion } from './region.ts';
import { boundsOf } from './sum.ts';

/** One way to say what a cluster can inject on a step. */
export interface StepComparison {
  readonly name: 'paper-box' | 'sum-of-boxes' | 'box-in-sum' | 'inner-polygon' | 'outer-polygon';
  /** Its area over that of the exact sum; absent where the sum has no area. */
  readonly area_frac: number | undefined;
  /** True: every point can be delivered. */
  readonly guaranteed: boolean;
  readonly numbers_per_cluster_count: number;
}

/** Directions with which the exact area is bracketed: to 1e-5 of itself for circles. */
const EXACT_count = 1024;

/**
 * The ways to describe the sum of some regions, from the paper's box to polygons, by area over that of the exact sum: the mean of an
 * inner and an outer polygon of 1024 directions, which differ by about 1e-5.
 *
 * - paper-box: everybody's whole range of p and what q that leaves, equation (19), added up; of members for which there is no such
 *   box their largest;
 * - sum-of-boxes: everybody's box of largest area, added up;
 * - box-in-sum: the box of largest area in the inner polygon of the cluster;
 * - inner- and outer-polygon: by shared directions.
 */
export function compareOnStep(regions: readonly PowerRegion[], directions: Directions): StepComparison[] {
  const { inner, outer } = boundsOf(regions, directions);
  const fine = boundsOf(regions, evenDirections(EXACT_count));
  const exact = 0.5 * (polygonArea(hullOf(fine.inner)) + polygonArea(hullOf(fine.outer)));
  const boxArea = ({ low, high }: PowerBox): number => (high.p_kW - low.p_kW) * (high.q_kvar - low.q_kvar);
  const of = (name: StepComparison['name'], area: number, numbers_per_cluster_count: number): StepComparison => ({
    name,
    area_frac: exact > 0 ? area / exact : undefined,
    guaranteed: name !== 'outer-polygon',
    numbers_per_cluster_count,
  });
  return [
    of('paper-box', boxArea(sumBoxes(regions.map((region) => availableBox(region) ?? largestBox(region)))), 4),
    of('sum-of-boxes', boxArea(sumBoxes(regions.map(largestBox))), 4),
    of('box-in-sum', boxArea(largestBox(regionOfPolygon(inner))), 4),
    of('inner-polygon', polygonArea(hullOf(inner)), 2 * inner.length),
    of('outer-polygon', polygonArea(hullOf(outer)), inner.length),
  ];
}
