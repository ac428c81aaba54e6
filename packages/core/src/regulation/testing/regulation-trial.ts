import { drawScript } from '../../agents/chaos/draw-script.ts';
import { smallerScripts } from '../../agents/chaos/shrink.ts';
import type { Attempt, Trial, Verdict } from '../../agents/chaos/trial.ts';
import { type Fault, type FaultKind, settledAt_s } from '../../agents/faults/script.ts';
import type { Invariant, Violation } from '../../agents/invariant.ts';
import type { Role } from '../../agents/role.ts';
import { VirtualWorld } from '../../agents/virtual/world.ts';
import { stalling } from '../../agents/waiting.ts';
import { type RandomStream, randomStream } from '../../base/random.ts';
import { evenDirections } from '../../flexibility/directions.ts';
import { boxes } from '../boxes.ts';
import type { RegulatedStep, RegulationSetup } from '../contract.ts';
import { polygons } from '../polygons.ts';
import { regulateDay, regulateDayOpenly } from '../regulate-day.ts';
import { drawClusters, feederOf } from './small-feeder.ts';
import type { StoreFollower } from './store-follower.ts';

/**
 * `faithful`: the network is bad; coordinators wait for everybody, and the day must be that of the open sums, bit for bit. `departing`: coordinators go
 * on without those who are silent, and some have gone for good: what is said to be delivered is what those who are there have injected.
 */
export interface RegulationCase {
  readonly mode: 'faithful' | 'departing';
  readonly characteristic: 'box' | 'polygon';
  /** Resources of each cluster. */
  readonly sizes: readonly number[];
  /** Which of the feeders of this size. */
  readonly feeder: number;
}

const badNetwork: readonly FaultKind[] = ['delay', 'loss', 'burst-loss', 'duplicate', 'reorder', 'partition', 'clock', 'replay', 'flood'];
const horizon_s = 10;
const patience_s = 10_000;
const events_max_count = 60_000;
const rounding_kW = 1e-6;

/** Every field of regulation's messages; nothing else may cross. */
const fields: Readonly<Record<string, readonly string[]>> = {
  open: [],
  ask: ['step', 'members_count', 'neighbours'],
  dispatch: ['step', 'members_count', 'neighbours', 'weights'],
  share: ['mask'],
  contribution: ['masked'],
  waiting: ['awaited'],
  characteristic: ['sum_kW', 'absent_count'],
  target: ['p_kW', 'q_kvar'],
  delivered: ['p_kW', 'q_kvar', 'absent_count'],
  end: [],
  ended: [],
};

export const regulationTrial = (): Trial<RegulationCase> => ({ name: 'regulation', draw: drawCase, run: runCase, smaller });

function drawCase(stream: RandomStream): Pick<Attempt<RegulationCase>, 'case' | 'faults'> {
  const mode = stream.uniform() < 0.6 ? 'faithful' : 'departing';
  const which: RegulationCase = {
    mode,
    characteristic: stream.uniform() < 0.7 ? 'box' : 'polygon',
    sizes: Array.from({ length: 1 + stream.index(2) }, () => 1 + stream.index(4)),
    feeder: stream.index(10),
  };
  const agents = dayOf(which).roles.map(({ id }) => id);
  const drawn = drawScript(stream, { agents, kinds: badNetwork, faults_max_count: 5, horizon_s }).faults;
  const usual: Fault = { fault: 'delay', law: 'exponential', mean_s: 0.05, luck: 100 };
  const faults: Fault[] = stream.uniform() < 0.8 ? [usual, ...drawn] : [...drawn];
  if (mode === 'departing' && stream.uniform() < 0.7) {
    faults.push({
      fault: 'crash',
      luck: 101,
      agents: agents[stream.index(agents.length)],
      at_s: Number(stream.between(0, horizon_s).toPrecision(3)),
    });
  }
  return { case: which, faults };
}

const setupOf = ({ characteristic, sizes, feeder }: RegulationCase): RegulationSetup =>
  feederOf(drawClusters(randomStream(feeder), sizes), characteristic === 'box' ? boxes() : polygons(evenDirections(8)));

interface Day {
  readonly setup: RegulationSetup;
  readonly roles: readonly Role[];
  readonly steps: RegulatedStep[];
}

/** The roles of a day, to be run in a world of our own; steps are added as the operator closes them. */
function dayOf(which: RegulationCase): Day {
  const setup = setupOf(which);
  const steps: RegulatedStep[] = [];
  let roles: readonly Role[] = [];
  void regulateDay(setup, {
    carry: async (cast) => {
      roles = cast;
    },
    stream: randomStream(which.feeder).split('masks'),
    giveUp_count: which.mode === 'faithful' ? Number.MAX_SAFE_INTEGER : 5,
    onStep: (step) => void steps.push(step),
  });
  return { setup, roles, steps };
}

function onlyTheProtocol(): Invariant {
  return {
    name: 'nothing private on the wire',
    after({ said }) {
      for (const { from, message } of said) {
        const known = fields[message.kind];
        if (known === undefined) return `"${from}" says "${message.kind}", which is no kind of this protocol`;
        for (const name in message.body) if (!known.includes(name)) return `"${from}" puts "${name}" into ${message.kind}`;
      }
      return undefined;
    },
  };
}

/** Each step once and in order; each resource within its limits; and delivered is what those who are there have injected. */
function stepsHold({ setup, steps }: Day): Invariant {
  let seen_count = 0;
  return {
    name: 'steps hold',
    after() {
      for (; seen_count < steps.length; seen_count++) {
        const step = steps[seen_count];
        if (step.step !== seen_count) return `step ${step.step} is closed as number ${seen_count}`;
        const fault = faultOf(setup, step);
        if (fault !== undefined) return `step ${step.step}: ${fault}`;
      }
      return undefined;
    },
  };
}

function faultOf({ clusters }: RegulationSetup, { injections, absent, delivered }: RegulatedStep): string | undefined {
  for (const [m, { resources }] of clusters.entries()) {
    let p_kW = 0;
    let q_kvar = 0;
    for (const follower of resources) {
      const point = injections.get(follower.id)!;
      const { s_max_kVA, p_min_kW, p_max_kW } = (follower as StoreFollower).values;
      const isWithin =
        point.p_kW >= p_min_kW - rounding_kW &&
        point.p_kW <= p_max_kW + rounding_kW &&
        Math.hypot(point.p_kW, point.q_kvar) <= s_max_kVA + rounding_kW;
      if (!isWithin) return `"${follower.id}" injects ${point.p_kW} kW and ${point.q_kvar} kvar, beyond its limits`;
      if (absent.includes(follower.id)) continue;
      p_kW += point.p_kW;
      q_kvar += point.q_kvar;
    }
    if (!(Math.abs(p_kW - delivered[m].p_kW) <= rounding_kW && Math.abs(q_kvar - delivered[m].q_kvar) <= rounding_kW)) {
      return `cluster ${m} says it delivers ${delivered[m].p_kW} kW, and those who are there inject ${p_kW} kW`;
    }
  }
  return undefined;
}

const references = new Map<string, readonly number[]>();

/** All numbers of a day, in a fixed order. */
const numbersOf = (steps: readonly RegulatedStep[]): number[] =>
  steps.flatMap(({ delivered, injections, measured, decomposition }) => [
    ...[...delivered, ...injections.values(), ...decomposition.targets].flatMap(({ p_kW, q_kvar }) => [p_kW, q_kvar]),
    measured.p_pcc_kW,
    measured.q_pcc_kvar,
  ]);

function referenceOf(which: RegulationCase): readonly number[] {
  const key = JSON.stringify([which.characteristic, which.sizes, which.feeder]);
  let numbers = references.get(key);
  if (numbers === undefined) references.set(key, (numbers = numbersOf(regulateDayOpenly(setupOf(which)))));
  return numbers;
}

function runCase({ case: which, faults, seed }: Attempt<RegulationCase>): Verdict {
  const day = dayOf(which);
  const world = new VirtualWorld(day.roles, { script: { faults }, seed, invariants: [onlyTheProtocol(), stepsHold(day)] });
  const settled_s = settledAt_s({ faults });
  let ending = 'done';
  world.start();
  while (world.violation === undefined && !world.isDone) {
    if (!world.step()) ending = 'stuck';
    else if (world.events_count > events_max_count) ending = 'endless';
    else if (world.now_s - Math.max(world.news_s, settled_s) > patience_s) ending = 'silent';
    if (ending !== 'done') break;
  }
  const violation = world.violation ?? judged(which, day, world, ending);
  const outcome = violation ? `broken: ${violation.invariant}` : ending;
  return { outcome: `${which.mode}, ${outcome}`, violation, events_count: world.events_count, counts: world.counts };
}

function judged(which: RegulationCase, { steps }: Day, world: VirtualWorld, ending: string): Violation | undefined {
  const broken = (invariant: string, says: string, agent = 'operator'): Violation => ({
    invariant,
    says,
    agent,
    at_s: world.now_s,
    event: world.events_count,
  });
  if (ending !== 'done') {
    const culprits = stalling(world.waiting);
    const blame = culprits.map(({ to, kind, round, from }) => `"${from}" waits for "${to}" (${kind} of round ${round})`).join(', ');
    const gone = world.agents.filter((id) => world.isGone(id));
    // A day goes on without resources; without its operator or a coordinator it cannot.
    if (!gone.some((id) => !id.startsWith('resource ')))
      return broken('the day ends', `it is ${ending}: ${blame || 'everybody waits'}`, culprits[0]?.to);
    // A coordinator that was never called waits without having asked anybody: it is named, and leads no further.
    const isNamed = culprits.some(({ to }) => gone.includes(to) || world.waiting.get(to)?.length === 0);
    if (!isNamed) return broken('who stalls is named', `${gone.join()} has gone, and named is ${blame}`);
    return undefined;
  }
  if (which.mode !== 'faithful') return undefined;
  const found = numbersOf(steps);
  const expected = referenceOf(which);
  const i = expected.findIndex((value, k) => !Object.is(value, found[k]));
  if (i < 0 && found.length === expected.length) return undefined;
  return broken('the day is that of open sums', `number ${i} is ${found[i]} where open sums give ${expected[i]}`);
}

function smaller(attempt: Attempt<RegulationCase>): readonly Attempt<RegulationCase>[] {
  const { case: which, faults } = attempt;
  const sized = (sizes: readonly number[]) => ({ ...attempt, case: { ...which, sizes } });
  return [
    ...(which.sizes.length > 1 ? which.sizes.map((_, m) => sized(which.sizes.filter((__, k) => k !== m))) : []),
    ...which.sizes.flatMap((size, m) => (size > 1 ? [sized(which.sizes.map((each, k) => (k === m ? size - 1 : each)))] : [])),
    ...[...smallerScripts({ faults })].map((script) => ({ ...attempt, faults: script.faults })),
  ];
}
