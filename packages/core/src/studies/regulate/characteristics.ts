import { availableBox, largestBox, type PowerBox } from '../../flexibility/box.ts';
import { evenDirections } from '../../flexibility/directions.ts';
import { horizonMember } from '../../flexibility/horizon.ts';
import { compareOverTime } from '../../flexibility/horizon-aggregates.ts';
import { polygonArea } from '../../flexibility/polygon.ts';
import type { PowerPoint, PowerRegion } from '../../flexibility/region.ts';
import { boundsOf } from '../../flexibility/sum.ts';
import { declaration } from '../../problem/declare.ts';
import { boxes } from '../../regulation/boxes.ts';
import type { Aggregation, TrackingWeights } from '../../regulation/contract.ts';
import { polygons } from '../../regulation/polygons.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import type { CharacteristicComparison, HorizonCharacteristic } from '../../wire/regulate-result.ts';
import type { RegulateDocument } from './document.ts';
import type { StudyFeeder } from './feeder.ts';
import type { Prepared } from './prepare.ts';
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
    const errors = errorsOf(study, trials, clusters, aggregation, weights);
    return {
      name,
      about,
      ...(shares.length === 0 ? {} : { area_frac: shares.reduce((sum, share) => sum + share, 0) / shares.length }),
      guaranteed: true,
      numbers_per_cluster_count: aggregation.numbers_count,
      ...errors,
    };
  });
}

const aboutOverTime = {
  steps: "each step's range by itself: promises on every step what energy allows on one",
  envelopes: 'limits of power and of energy, each added up over the resources',
  signals: "everybody's own answers to shared price signals, mixed with common weights",
} as const;

/** Random directions in which widths are compared. */
const directions_count = 24;

/**
 * Ways to say what all resources can do together over the horizon, where energy, ramps and end conditions couple the steps: how much of the exact
 * set they hold, and how many commands taken from them nobody can deliver.
 */
export function compareOverHorizon(
  prepared: Prepared,
  solver: ReadySolver,
  { signals_count, commands_count }: NonNullable<RegulateDocument['overTime']>,
): HorizonCharacteristic[] {
  const members = prepared.devices.map(({ id, kind, values }) =>
    horizonMember(
      id,
      declaration(prepared.grid, (m) => kind.declare(m, values)),
      solver,
    ),
  );
  const random = prepared.stream.split('over time');
  return compareOverTime({ members, solver, random, signals_count, directions_count, commands_count }).map((one) => ({
    ...one,
    about: aboutOverTime[one.name],
  }));
}
