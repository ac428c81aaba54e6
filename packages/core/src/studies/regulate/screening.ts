import type { RandomStream } from '../../base/random.ts';
import type { Follower } from '../../flexibility/follower.ts';
import { project } from '../../flexibility/project.ts';
import type { PowerRegion } from '../../flexibility/region.ts';
import { clusterBuses } from '../../network/partition/partition.ts';
import type { ListedPartition } from '../../network/partition/space.ts';
import { track } from '../../opf/tracking/track.ts';
import type { Aggregation, Command, TrackingWeights } from '../../regulation/contract.ts';
import { regulateDayOpenly } from '../../regulation/regulate-day.ts';
import type { ScreeningResult } from '../../wire/regulate-result.ts';
import type { StudyFeeder } from './feeder.ts';
import type { Player } from './players.ts';
import { regulationSetup } from './runs.ts';

/** A command that can be met, on a step of the undisturbed day. */
export interface Trial {
  readonly t: number;
  readonly command: Command;
  readonly regions: readonly PowerRegion[];
  readonly followers: readonly Follower[];
}

/**
 * Random commands that the feeder can follow: the import that random set-points cause, each drawn in the box about a resource's region
 * and moved to the nearest point of it.
 */
export function drawTrials(
  study: StudyFeeder,
  day: readonly { readonly regions: readonly PowerRegion[]; readonly followers: readonly Follower[] }[],
  commands_count: number,
  stream: RandomStream,
): Trial[] {
  return Array.from({ length: commands_count }, (_, k) => {
    const t = k % day.length;
    const { regions, followers } = day[t];
    const points = regions.map((region) => {
      const reach_kvar = Number.isFinite(region.s_max_kVA)
        ? region.s_max_kVA
        : Math.max(Math.abs(region.p_min_kW), Math.abs(region.p_max_kW));
      const p_kW = region.p_min_kW + stream.uniform() * (region.p_max_kW - region.p_min_kW);
      return project(region, { p_kW, q_kvar: (2 * stream.uniform() - 1) * reach_kvar });
    });
    const { p_pcc_kW, q_pcc_kvar } = study.check(t, {
      p_kW: Float64Array.from(points, (point) => point.p_kW),
      q_kvar: Float64Array.from(points, (point) => point.q_kvar),
    });
    return { t, command: { p_pcc_kW, q_pcc_kvar }, regions, followers };
  });
}

/** Mean relative errors of clusters on trials. */
export function errorsOf(
  study: StudyFeeder,
  trials: readonly Trial[],
  clusters: readonly (readonly number[])[],
  aggregation: Aggregation,
  weights: TrackingWeights,
): { readonly p_error_frac: number; readonly q_error_frac: number } {
  let [p, q] = [0, 0];
  const { load_max_kVA } = study;
  for (const { t, command, followers } of trials) {
    const copies = followers.map((follower) => follower.copy());
    const setup = regulationSetup(
      study,
      copies,
      clusters,
      aggregation,
      weights,
      () => command,
      () => t,
    );
    const [{ measured }] = regulateDayOpenly(setup);
    p += relative(measured.p_pcc_kW, command.p_pcc_kW, load_max_kVA);
    q += relative(measured.q_pcc_kvar, command.q_pcc_kvar, load_max_kVA);
  }
  return { p_error_frac: p / trials.length, q_error_frac: q / trials.length };
}

/**
 * |actual − command|/|command|, the note under the paper's Table 2. A command near zero, which the paper does not have, is taken for a
 * hundredth of the feeder's load.
 */
export const relative = (actual: number, command: number, load_max_kVA: number): number =>
  Math.abs(actual - command) / Math.max(Math.abs(command), 0.01 * load_max_kVA);

/** Players of each cluster, by place; clusters without players are left out. */
export function placesOf(players: readonly Player[], buses: readonly (readonly number[])[]): number[][] {
  const clusterAt = new Map(buses.flatMap((each, m) => each.map((b) => [b, m] as const)));
  const places: number[][] = buses.map(() => []);
  players.forEach(({ bus }, k) => {
    const m = clusterAt.get(bus);
    if (m !== undefined) places[m].push(k);
  });
  return places.filter((each) => each.length > 0);
}

/** Below this mean error a partition is kept whatever single-point regulation does: a tenth of a percent of the command. */
const harmless_frac = 1e-3;

/** Tries partitions with random commands and drops those that follow them badly (§4.4 of the paper, which gives neither number nor threshold). */
export function screen(
  study: StudyFeeder,
  trials: readonly Trial[],
  candidates: readonly ListedPartition[],
  aggregation: Aggregation,
  weights: TrackingWeights,
  error_max_ratio: number,
  onPartition: (done: number) => void,
): ScreeningResult {
  const single = { p_error_frac: 0, q_error_frac: 0 };
  const { load_max_kVA } = study;
  for (const { t, command, regions } of trials) {
    const { granted } = track(study.feeder, study.step(t, regions), command, study.options);
    single.p_error_frac += relative(granted.p_pcc_kW, command.p_pcc_kW, load_max_kVA) / trials.length;
    single.q_error_frac += relative(granted.q_pcc_kvar, command.q_pcc_kvar, load_max_kVA) / trials.length;
  }
  const error_max_frac = Math.max(harmless_frac, error_max_ratio * Math.max(single.p_error_frac, single.q_error_frac));
  const partitions = candidates.map(({ partition, distance }, done) => {
    onPartition(done);
    const errors = errorsOf(study, trials, placesOf(study.players, clusterBuses(partition)), aggregation, weights);
    const kept = Math.max(errors.p_error_frac, errors.q_error_frac) <= error_max_frac;
    return { distance, clusters_count: partition.clusters_count, ...errors, kept };
  });
  return {
    commands_count: trials.length,
    partitions_count: partitions.length,
    error_max_frac,
    kept_count: partitions.filter(({ kept }) => kept).length,
    partitions,
    single,
  };
}
