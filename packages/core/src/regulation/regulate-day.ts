import { InputError } from '../base/errors.ts';
import { addEncoded, decoded } from '../base/fixed-point.ts';
import type { Follower } from '../flexibility/follower.ts';
import type { PowerPoint } from '../flexibility/region.ts';
import type { ClusterSetup, RegulatedStep, RegulationServices, RegulationSetup } from './contract.ts';
import { Coordinator } from './coordinator.ts';
import { Holding } from './holding.ts';
import { type OperatedStep, Operator } from './operator.ts';
import { planStep } from './plan-step.ts';
import { Resource } from './resource.ts';

/** An agent of a cluster: the resources of one owner. */
interface Member {
  readonly id: string;
  readonly resources: readonly string[];
  readonly holding: Holding;
}

/**
 * The closed loop over the day by agents: every step each cluster finds out what it can do, the operator decomposes the command,
 * resources inject, the grid answers, and states are carried on.
 * @throws {InputError} REGULATION_NO_CLUSTER, REGULATION_EMPTY_CLUSTER, REGULATION_TWICE, REGULATION_WEIGHTS, REGULATION_TOO_LARGE
 */
export async function regulateDay(setup: RegulationSetup, services: RegulationServices): Promise<readonly RegulatedStep[]> {
  const clusters = membersOf(setup);
  const members = clusters.flat();
  const { retry_s = 1, giveUp_count = 12 } = services;
  const coordinatorId = (m: number): string => `coordinator ${setup.clusters[m].id}`;
  const coordinators = clusters.map(
    (inside, m) =>
      new Coordinator({
        id: coordinatorId(m),
        operator: 'operator',
        members: inside.map(({ id }) => id),
        aggregation: setup.aggregation,
        retry_s,
        giveUp_count,
      }),
  );
  const resources = clusters.flatMap((inside, m) =>
    inside.map(
      ({ id, holding }) => new Resource({ id, coordinator: coordinatorId(m), holding, stream: services.stream.split(id), retry_s }),
    ),
  );
  const steps: RegulatedStep[] = [];
  const operator = new Operator({
    id: 'operator',
    clusters: coordinators.map(({ id }) => id),
    steps_count: setup.steps_count,
    aggregation: setup.aggregation,
    weights: setup.weights,
    passes_count: setup.passes_count,
    grid: setup.grid,
    retry_s,
    onStep(operated) {
      // The experiment looks at every resource and lets the grid answer; nothing of it is sent.
      const away = new Set(coordinators.flatMap((coordinator) => [...coordinator.absent]));
      const absent = members.flatMap((member) => (away.has(member.id) ? member.resources : []));
      steps.push(regulated(setup, operated, members, absent));
      services.onStep?.(steps[steps.length - 1]);
    },
  });
  await services.carry([...resources, ...coordinators, operator]);
  return steps;
}

/**
 * The same day without agents, masks and messages: the sums that masks cancel out of are taken in the open. Bit for bit the same numbers; for studies that ask
 * thousands of times and for tests of what agents do.
 * @throws {InputError} as `regulateDay`
 */
export function regulateDayOpenly(setup: RegulationSetup): readonly RegulatedStep[] {
  const { aggregation, grid, weights, passes_count } = setup;
  const clusters = membersOf(setup);
  const members = clusters.flat();
  const steps: RegulatedStep[] = [];
  const own = new Float64Array(2);
  for (let step = 0; step < setup.steps_count; step++) {
    const sums = clusters.map((inside) => {
      const total = new Float64Array(aggregation.numbers_count);
      for (const { holding } of inside) addEncoded(total, holding.measure(step));
      return decoded(total);
    });
    const characteristics = sums.map((sum) => aggregation.characteristic(sum));
    const plan = planStep(step, characteristics, grid, weights, passes_count);
    const delivered = clusters.map((inside, m) => {
      const shared = aggregation.weights(sums[m], plan.decomposition.targets[m]);
      const total = new Float64Array(2);
      for (const { holding } of inside) {
        const injected = holding.inject(step, shared);
        own[0] = injected.p_kW;
        own[1] = injected.q_kvar;
        addEncoded(total, own);
      }
      const [p_kW, q_kvar] = decoded(total);
      return { p_kW, q_kvar };
    });
    steps.push(regulated(setup, { ...plan, step, characteristics, delivered }, members, []));
  }
  return steps;
}

function regulated(setup: RegulationSetup, operated: OperatedStep, members: readonly Member[], absent: readonly string[]): RegulatedStep {
  const injections = new Map<string, PowerPoint>();
  for (const { holding, resources } of members) {
    holding.close(operated.step);
    resources.forEach((id, l) => injections.set(id, holding.injections[l]));
  }
  return { ...operated, injections, absent, measured: setup.grid.measure(operated.step, injections) };
}

function membersOf({ clusters, aggregation }: RegulationSetup): Member[][] {
  if (clusters.length === 0) {
    throw new InputError({
      code: 'REGULATION_NO_CLUSTER',
      message: 'A feeder without clusters cannot follow a command: expected at least one cluster, got none',
      hint: 'Give at least one cluster with a resource in it.',
    });
  }
  const seen = new Map<string, string>();
  return clusters.map((cluster) => {
    if (cluster.resources.length === 0) {
      throw new InputError({
        code: 'REGULATION_EMPTY_CLUSTER',
        message: 'A cluster has no resources: expected at least one',
        where: `cluster ${cluster.id}`,
        hint: 'Join it to a neighbour, or leave it out.',
      });
    }
    for (const { id } of cluster.resources) {
      if (seen.has(id)) {
        throw new InputError({
          code: 'REGULATION_TWICE',
          message: `Resource "${id}" is in cluster ${seen.get(id)} and in cluster ${cluster.id}`,
          hint: 'Every resource belongs to one cluster, once.',
        });
      }
      seen.set(id, cluster.id);
    }
    return [...byOwner(cluster)].map(([owner, followers]) => ({
      id: `resource ${owner} of ${cluster.id}`,
      resources: followers.map(({ id }) => id),
      holding: new Holding(followers, aggregation),
    }));
  });
}

function byOwner({ resources, owners }: ClusterSetup): Map<string, Follower[]> {
  const groups = new Map<string, Follower[]>();
  resources.forEach((follower, l) => {
    const owner = owners?.[l] ?? follower.id;
    const group = groups.get(owner);
    if (group) group.push(follower);
    else groups.set(owner, [follower]);
  });
  return groups;
}
