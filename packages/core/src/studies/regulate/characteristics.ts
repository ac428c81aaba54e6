import { availableBox, largestBox, type PowerBox } from '../../flexibility/box.ts';
import { evenDirections } from '../../flexibility/directions.ts';
import { polygonArea } from '../../flexibility/polygon.ts';
import type { PowerPoint, PowerRegion } from '../../flexibility/region.ts';
import { boundsOf } from '../../flexibility/sum.ts';
import { boxes } from '../../regulation/boxes.ts';
import type { Aggregation, TrackingWeights } from '../../regulation/contract.ts';
import { polygons } from '../../regulation/polygons.ts';
import type { CharacteristicComparison } from '../../wire/regulate-result.ts';
import type { RegulateDocument } from './document.ts';
import type { StudyFeeder } from './feeder.ts';
import { errorsOf, type Trial } from './screening.ts';

/** The characteristic that the study's clusters use. */
export function aggregationOf({ characteristic }: Pick<RegulateDocument, 'characteristic'>): Aggregation {
  return characteristic.kind === 'box' ? boxes() : polygons(evenDirections(characteristic.corners_count));
}

/** Directions that stand for all: between two of them a circle bulges by 2e-5 of its radius. */
const exact_count = 512;

/**
 * Ways for a cluster to say what it can do, on the same random commands: how much of what is possible they promise, how much they
 * have to say, how well commands are followed.
 */
export function compareCharacteristics(
  study: StudyFeeder,
  trials: readonly Trial[],
  clusters: readonly (readonly number[])[],
  weights: TrackingWeights,
  clock_s: () => number,
): CharacteristicComparison[] {
  const exact = evenDirections(exact_count);
  const groups = trials.flatMap(({ regions }) => clusters.map((places) => places.map((k) => regions[k])));
  const areas = groups.map((regions) => polygonArea(boundsOf(regions, exact).inner));
  const boxed = (boxOf: (region: PowerRegion) => PowerBox) => (regions: readonly PowerRegion[]) => {
    const sum = { p_kW: 0, q_kvar: 0 };
    for (const { low, high } of regions.map(boxOf)) {
      sum.p_kW += high.p_kW - low.p_kW;
      sum.q_kvar += high.q_kvar - low.q_kvar;
    }
    return sum.p_kW * sum.q_kvar;
  };
  const cornered = (corners_count: number) => (regions: readonly PowerRegion[]) =>
    polygonArea(boundsOf(regions, evenDirections(corners_count)).inner as readonly PowerPoint[]);
  const orLargest = (region: PowerRegion): PowerBox => availableBox(region) ?? largestBox(region);
  const ways = [
    {
      name: 'box of the paper',
      about: 'eq. 18–19: reactive power as if all active power were used',
      aggregation: boxes(),
      area: boxed(orLargest),
    },
    { name: 'largest box', about: 'the largest box in each region, summed', aggregation: boxes(largestBox), area: boxed(largestBox) },
    ...[8, 16, 64].map((count) => ({
      name: `polygon, ${count} corners`,
      about: 'corners in shared directions, P and Q handed down together',
      aggregation: polygons(evenDirections(count)),
      area: cornered(count),
    })),
  ];
  return ways.map(({ name, about, aggregation, area }): CharacteristicComparison => {
    const shares = groups.flatMap((regions, g) => (areas[g] > 1e-6 ? [area(regions) / areas[g]] : []));
    const began_s = clock_s();
    const errors = errorsOf(study, trials, clusters, aggregation, weights);
    const time_ms = 1000 * (clock_s() - began_s);
    return {
      name,
      about,
      ...(shares.length === 0 ? {} : { area_frac: shares.reduce((sum, share) => sum + share, 0) / shares.length }),
      guaranteed: true,
      numbers_per_cluster_count: aggregation.numbers_count,
      ...errors,
      time_ms,
    };
  });
}
