import type { Role } from '../../agents/role.ts';
import type { RandomStream } from '../../base/random.ts';
import type { Follower } from '../../flexibility/follower.ts';
import type { PowerPoint, PowerRegion } from '../../flexibility/region.ts';
import type { Setpoints } from '../../opf/tracking/question.ts';
import type { PlanCheck } from '../../opf/tracking/result.ts';
import { trackDay } from '../../opf/tracking/track.ts';
import type { Aggregation, ClusterSetup, GridSide, RegulatedStep, RegulationSetup } from '../../regulation/contract.ts';
import { regulateDay } from '../../regulation/regulate-day.ts';
import type { Commands } from './commands.ts';
import type { Band, StudyFeeder } from './feeder.ts';

/** One way to regulate the feeder through the horizon, with what the AC power flow says of it. Everything per step. */
export interface Run {
  readonly kind: 'single-point' | 'clusters';
  readonly withMarket: boolean;
  /** Name of the partition; absent for single point. */
  readonly partition?: string | undefined;
  readonly bands: readonly Band[];
  readonly setpoints: readonly Setpoints[];
  readonly checks: readonly PlanCheck[];
  readonly saturated: readonly number[];
  /** States after each step, by player. */
  readonly states: readonly ReadonlyMap<string, readonly number[]>[];
  /** Of clusters: what was asked of them and what they say they gave. */
  readonly steps?: readonly RegulatedStep[] | undefined;
  /** Of single point: steps on which a limit of the wires could not be kept, in words. */
  readonly conflicts: readonly string[];
}

export interface RunServices {
  readonly carry: (roles: readonly Role[]) => Promise<unknown>;
  readonly stream: RandomStream;
  readonly onStep: (step: number) => void;
}

/** Every resource set by one optimal power flow that knows everything (eq. 7–14). */
export function runSinglePoint(study: StudyFeeder, commands: Commands, withMarket: boolean, services: RunServices): Run {
  const { players, feeder, options } = study;
  const followers = players.map(({ follower }) => follower.copy());
  const diary = new Diary(players.map(({ id }) => id));
  const bands: Band[] = [];
  const regions: PowerRegion[][] = [];
  const steps_count = commands.p_pcc_kW.length;
  const { p_fixed_kW, q_fixed_kvar } = study.fixed;
  const day = trackDay(
    feeder,
    {
      steps_count,
      p_fixed_kW,
      q_fixed_kvar,
      commands: commands.p_pcc_kW.map((p_pcc_kW, t) => ({ p_pcc_kW, q_pcc_kvar: commands.q_pcc_kvar[t] })),
      regionsAt(t, before) {
        if (before) advance(followers, before, diary);
        services.onStep(t);
        regions.push(followers.map((follower) => follower.region()));
        return regions[t];
      },
    },
    options,
  );
  const last = day.steps.at(-1);
  if (last) advance(followers, last.setpoints, diary);
  regions.forEach((each, t) => bands.push(study.band(t, each)));
  return {
    kind: 'single-point',
    withMarket,
    bands,
    setpoints: day.steps.map(({ setpoints }) => setpoints),
    checks: day.steps.map(({ setpoints }, t) => study.check(t, setpoints)),
    saturated: day.steps.flatMap(({ isSaturated }, t) => (isSaturated ? [t] : [])),
    states: diary.states,
    conflicts: day.steps.flatMap(({ conflict }, t) => conflict.map((text) => `step ${t}: ${text}`)),
  };
}

/** Clusters that know only their sums: characteristics, decomposition, de-aggregation by agents (eq. 15–20). */
export async function runClusters(
  study: StudyFeeder,
  partition: { readonly name: string; readonly clusters: readonly (readonly number[])[] },
  commands: Commands,
  aggregation: Aggregation,
  passes: Pick<RegulationSetup, 'weights'>,
  withMarket: boolean,
  services: RunServices,
): Promise<Run> {
  const { players } = study;
  const followers = players.map(({ follower }) => follower.copy());
  const diary = new Diary(players.map(({ id }) => id));
  const setup = regulationSetup(study, followers, partition.clusters, aggregation, passes.weights, (step) => ({
    p_pcc_kW: commands.p_pcc_kW[step],
    q_pcc_kvar: commands.q_pcc_kvar[step],
  }));
  const regions: PowerRegion[][] = [];
  const checks: PlanCheck[] = [];
  const grid: GridSide = {
    ...setup.grid,
    command(step, band) {
      services.onStep(step);
      regions.push(followers.map((follower) => follower.region()));
      return setup.grid.command(step, band);
    },
    measure(step, injections) {
      const check = study.check(step, setpointsOf(players, injections));
      checks.push(check);
      return check;
    },
  };
  const steps = await regulateDay(
    { ...setup, grid, steps_count: commands.p_pcc_kW.length },
    {
      carry: services.carry,
      stream: services.stream,
      onStep: () => diary.write(followers),
    },
  );
  return {
    kind: 'clusters',
    withMarket,
    partition: partition.name,
    bands: regions.map((each, t) => study.band(t, each)),
    setpoints: steps.map(({ injections }) => setpointsOf(players, injections)),
    checks,
    saturated: steps.flatMap(({ step, decomposition }) => (decomposition.saturation ? [step] : [])),
    states: diary.states,
    steps,
    conflicts: [],
  };
}

/**
 * Regulation by clusters as the study sets it up. The operator knows his loads and wires and where each cluster's resources stand;
 * he takes a cluster's target to be spread evenly over them when he estimates losses.
 * @param clusters - players of each, by place
 */
export function regulationSetup(
  study: StudyFeeder,
  followers: readonly Follower[],
  clusters: readonly (readonly number[])[],
  aggregation: Aggregation,
  weights: RegulationSetup['weights'],
  command: GridSide['command'],
  stepOf: (step: number) => number = (step) => step,
): RegulationSetup {
  const { players } = study;
  const setups = clusters.map(
    (places, m): ClusterSetup => ({
      id: String(m + 1),
      resources: places.map((k) => followers[k]),
      owners: places.map((k) => players[k].device.owner),
    }),
  );
  return {
    clusters: setups,
    steps_count: 1,
    aggregation,
    weights,
    grid: {
      command,
      demand(step, targets) {
        const setpoints = { p_kW: new Float64Array(players.length), q_kvar: new Float64Array(players.length) };
        clusters.forEach((places, m) => {
          for (const k of places) {
            setpoints.p_kW[k] = targets[m].p_kW / places.length;
            setpoints.q_kvar[k] = targets[m].q_kvar / places.length;
          }
        });
        const { p_pcc_kW, q_pcc_kvar } = study.check(stepOf(step), setpoints);
        const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
        return { p_kW: p_pcc_kW + total(setpoints.p_kW), q_kvar: q_pcc_kvar + total(setpoints.q_kvar) };
      },
      split: (step, characteristics, { p_pcc_kW, q_pcc_kvar }) =>
        study.split(stepOf(step), clusters, characteristics, { p_pcc_kW, q_pcc_kvar }),
      measure: (step, injections) => study.check(stepOf(step), setpointsOf(players, injections)),
    },
  };
}

export function setpointsOf(players: readonly { readonly id: string }[], injections: ReadonlyMap<string, PowerPoint>): Setpoints {
  return {
    p_kW: Float64Array.from(players, ({ id }) => injections.get(id)?.p_kW ?? 0),
    q_kvar: Float64Array.from(players, ({ id }) => injections.get(id)?.q_kvar ?? 0),
  };
}

function advance(followers: readonly Follower[], { p_kW, q_kvar }: Setpoints, diary: Diary): void {
  followers.forEach((follower, k) => {
    follower.advance({ p_kW: p_kW[k], q_kvar: q_kvar[k] });
  });
  diary.write(followers);
}

/** States of all players after each step. */
class Diary {
  readonly states: readonly Map<string, number[]>[];

  constructor(ids: readonly string[]) {
    this.states = ids.map(() => new Map());
  }

  write(followers: readonly Follower[]): void {
    followers.forEach((follower, k) => {
      for (const [name, value] of follower.state()) {
        const series = this.states[k].get(name);
        if (series) series.push(value);
        else this.states[k].set(name, [value]);
      }
    });
  }
}
