import { drawScript } from '../../../agents/chaos/draw-script.ts';
import { smallerScripts } from '../../../agents/chaos/shrink.ts';
import type { Attempt, Trial, Verdict } from '../../../agents/chaos/trial.ts';
import type { Fault, FaultKind } from '../../../agents/faults/script.ts';
import { settledAt_s } from '../../../agents/faults/script.ts';
import type { Invariant, Violation } from '../../../agents/invariant.ts';
import type { AgentId, Role } from '../../../agents/role.ts';
import { VirtualWorld } from '../../../agents/virtual/world.ts';
import { stalling } from '../../../agents/waiting.ts';
import { type RandomStream, randomStream } from '../../../base/random.ts';
import type { CoordinationProblem } from '../../contract.ts';
import { closedFormProblem } from '../../testing/closed-forms.ts';
import { type Agreement, agreementOf, castConvener, castNet, castParticipant, convenerId } from '../cast.ts';
import type { Convener } from '../convener.ts';
import type { Net } from '../net.ts';
import { defaults, type ProximalOptions } from '../options.ts';
import type { Participant } from '../participant.ts';
import { bugs } from './bugs.ts';
import {
  limitsKept,
  moneyStays,
  type Overview,
  onePriceEach,
  onlyTheProtocol,
  powerBalances,
  roundsRise,
  wordsStand,
} from './invariants.ts';

/**
 * `faithful`: the network is bad, and agents die and come back with their snapshots; nets wait for everybody, and the plan must be that of a loop, bit
 * for bit. `departing`: nets go on without those who are silent, and some have gone for good. `lying`: one participant says what it likes. `hasty`: nets go on for some rounds without
 * who is late, so that the plan depends on the network.
 */
export type Mode = 'faithful' | 'departing' | 'lying' | 'hasty';

/** A small negotiation whose every answer is a closed form. */
export interface NegotiationCase {
  readonly mode: Mode;
  /** 1, 2 or 3 nets have 2, 5 or 8 parts. */
  readonly nets_count: number;
  readonly steps_count: number;
  /** Which of the problems of this size. */
  readonly problem: number;
  readonly liar?: AgentId | undefined;
  /** A bug of bugs.ts. */
  readonly bug?: string | undefined;
}

const problems_count = 20;
const badNetwork: readonly FaultKind[] = [
  'delay',
  'loss',
  'burst-loss',
  'duplicate',
  'reorder',
  'partition',
  'clock',
  'crash',
  'crash',
  'replay',
  'flood',
];
/** Of virtual time without a new word, after the script has come to rest. */
const patience_s = 10_000;
const horizon_s = 8;
/** Several times what the longest run takes. */
const events_max_count = 60_000;

/**
 * @param bug - planted in all of its cases, which are faithful then
 * @param mode - of all of its cases; without it all but the hasty ones are drawn
 */
export function negotiationTrial({ bug, mode }: { bug?: string | undefined; mode?: Mode } = {}): Trial<NegotiationCase> {
  return { name: 'negotiation', draw: (stream) => drawCase(stream, mode ?? drawMode(stream, bug), bug), run: runCase, smaller };
}

function drawMode(stream: RandomStream, bug: string | undefined): Mode {
  const luck = stream.uniform();
  return bug !== undefined || luck < 0.6 ? 'faithful' : luck < 0.75 ? 'departing' : 'lying';
}

function drawCase(stream: RandomStream, mode: Mode, bug: string | undefined): Pick<Attempt<NegotiationCase>, 'case' | 'faults'> {
  const size = { nets_count: 1 + stream.index(3), steps_count: 1 + stream.index(3), problem: stream.index(problems_count) };
  const { participants, nets } = castingOf({ mode, ...size }).agreement;
  const parts = participants.map(({ id }) => id);
  const agents = [...parts, ...nets.map(({ id }) => id), convenerId];
  const drawn = drawScript(stream, { agents, kinds: badNetwork, faults_max_count: 6, horizon_s }).faults;
  // Without any delay a negotiation takes no time at all, and nothing that has a time would meet it; nets that do not wait would go round for ever.
  const usual: Fault = { fault: 'delay', law: 'exponential', mean_s: 0.05, luck: 100 };
  const faults = stream.uniform() < 0.8 || mode === 'hasty' ? [usual, ...drawn] : drawn;
  if (mode === 'faithful' || mode === 'hasty') return { case: { mode, ...size, ...(bug === undefined ? {} : { bug }) }, faults };
  if (mode === 'departing') {
    return {
      case: { mode, ...size },
      faults: faults.map((fault) => (fault.fault === 'crash' && stream.uniform() < 0.6 ? forGood(fault) : fault)),
    };
  }
  const liar = parts[stream.index(parts.length)];
  const lies = drawScript(stream, { agents: [liar], kinds: ['alter', 'alter', 'forge', 'flood'], faults_max_count: 3, horizon_s }).faults;
  const lying = lies.map((fault, n): Fault => {
    const luck = 10 + n;
    if (fault.fault === 'flood') return { ...fault, luck, agents: liar, to: agents[stream.index(agents.length)] };
    if (fault.fault === 'forge') return { ...fault, luck, from: liar, as: parts[stream.index(parts.length)] };
    const { to: _everybody, ...rest } = fault as Extract<Fault, { fault: 'alter' }>;
    return { ...rest, luck, from: liar };
  });
  return { case: { mode, ...size, liar }, faults: [...faults.slice(0, 4), ...lying] };
}

function forGood({ restart_s: _never, ...crash }: Extract<Fault, { fault: 'crash' }>): Fault {
  return crash;
}

interface Casting {
  readonly problem: CoordinationProblem;
  readonly agreement: Agreement;
  readonly overview: Overview;
}

const castings = new Map<string, Casting>();

const sizeOf = ({ mode, nets_count, steps_count, problem }: NegotiationCase): string => `${mode} ${nets_count} ${steps_count} ${problem}`;

export function optionsOf(mode: Mode): ProximalOptions {
  return {
    ...defaults,
    tolerance_frac: 1e-3,
    tolerancePrice_frac: 2e-2,
    watched_count: 2,
    rounds_max_count: 60,
    adaptUntil_count: 30,
    giveUp_count: mode === 'departing' || mode === 'lying' ? 5 : 0,
    ...(mode === 'hasty' ? { staleness_max_count: 5, straggler_s: 0.2, asynchronousUntil_count: 40, rounds_max_count: 100 } : {}),
  };
}

function castingOf(which: NegotiationCase): Casting {
  const key = sizeOf(which);
  const known = castings.get(key);
  if (known !== undefined) return known;
  const { nets_count, steps_count } = which;
  const problem = closedFormProblem(randomStream(which.problem), nets_count, steps_count);
  const agreement = agreementOf(problem, optionsOf(which.mode));
  const limits = new Map(
    problem.parts.map(({ id, oracle, terminals }) => {
      // What it does at prices beyond all reason: everything it can, in either direction.
      const out = new Float64Array(oracle.width_count);
      const price = new Float64Array(oracle.width_count);
      let [low_kW, high_kW] = [0, 0];
      for (const sign of [1, -1]) {
        terminals.forEach((_, k) => price.fill(k % 2 === 0 ? sign * 1e6 : -sign * 1e6, 2 * k * steps_count, (2 * k + 1) * steps_count));
        oracle.response(price, out);
        low_kW = Math.min(low_kW, ...out);
        high_kW = Math.max(high_kW, ...out);
      }
      return [id, [low_kW, high_kW] as const] as const;
    }),
  );
  const overview: Overview = {
    channels_count: problem.channels_count,
    steps_count,
    dt_h: problem.dt_h,
    nets: agreement.nets.map(({ id, terminals }) => ({
      id,
      terminals: terminals.map((terminal) => ({
        id: terminal.id,
        k: agreement.participants.find((own) => own.id === terminal.id)!.nets.findIndex((net) => net.id === id),
      })),
    })),
    limits,
    liars: new Set(),
  };
  const casting = { problem, agreement, overview };
  castings.set(key, casting);
  return casting;
}

/** Makes each agent anew, with the bug that the case names. */
function makersOf({ bug = '' }: NegotiationCase, { problem, agreement }: Casting): ReadonlyMap<AgentId, () => Role> {
  const { common, participants, nets } = agreement;
  const planted = bugs[bug];
  const makers = new Map<AgentId, () => Role>();
  for (const own of participants) {
    const { oracle } = problem.parts.find((part) => part.id === own.id)!;
    makers.set(own.id, () => {
      const role = castParticipant(common, own, oracle);
      return planted?.participant?.(role) ?? role;
    });
  }
  for (const net of nets) {
    makers.set(net.id, () => {
      const role = castNet(common, net);
      return planted?.net?.(role) ?? role;
    });
  }
  makers.set(convenerId, () => {
    const role = castConvener(
      common,
      nets.map(({ id }) => id),
    );
    return planted?.convener?.(role) ?? role;
  });
  return makers;
}

/** What was agreed, to the last bit. */
type Plan = ReadonlyMap<AgentId, Float64Array>;

const planOf = (world: VirtualWorld, { participants, nets }: Agreement): Plan =>
  new Map([
    ...participants.map(({ id }) => [id, (world.role(id) as Participant).power.slice()] as const),
    ...nets.map(({ id }) => [id, (world.role(id) as Net).price.slice()] as const),
  ]);

const references = new Map<string, Plan>();

function referenceOf(which: NegotiationCase, casting: Casting): Plan {
  const key = sizeOf(which);
  let plan = references.get(key);
  if (plan === undefined) {
    const { bug: _none, ...sound } = which;
    const world = new VirtualWorld(
      [...makersOf(sound, casting).values()].map((make) => make()),
      { script: { faults: [] }, seed: 0 },
    );
    world.start();
    while (!world.isDone && world.step());
    references.set(key, (plan = planOf(world, casting.agreement)));
  }
  return plan;
}

function runCase(attempt: Attempt<NegotiationCase>): Verdict {
  const { case: which, faults, seed } = attempt;
  const casting = castingOf(which);
  const overview: Overview = { ...casting.overview, liars: new Set(which.liar === undefined ? [] : [which.liar]) };
  const isFaithful = which.mode === 'faithful';
  const invariants: Invariant[] = [
    // A participant that was left behind begins anew, and may for a while follow a price of long ago.
    roundsRise(['price', 'progress', 'verdict', ...(isFaithful ? ['schedule'] : [])]),
    onlyTheProtocol(overview, casting.agreement.common.options.checkEvery_count),
    limitsKept(overview),
    onePriceEach(overview),
    ...(isFaithful ? [wordsStand(overview), powerBalances(overview), moneyStays(overview)] : []),
  ];
  const makers = makersOf(which, casting);
  const world = new VirtualWorld(
    [...makers.values()].map((make) => make()),
    {
      script: { faults },
      seed,
      invariants,
      revive: (id) => makers.get(id)!(),
    },
  );
  const ending = untilTheEnd(world, settledAt_s({ faults }), overview.liars);
  const violation = world.violation ?? judged(attempt, casting, world, ending);
  const outcome = violation ? `broken: ${violation.invariant}` : ending === 'done' ? (world.role(convenerId) as Convener).verdict! : ending;
  return { outcome: `${which.mode}, ${outcome}`, violation, events_count: world.events_count, counts: world.counts };
}

type Ending = 'done' | 'silent' | 'stuck' | 'endless';

function untilTheEnd(world: VirtualWorld, settled_s: number, liars: ReadonlySet<AgentId>): Ending {
  const others = world.agents.filter((id) => !liars.has(id));
  const isOver = liars.size === 0 ? () => world.isDone : () => others.every((id) => world.role(id).done || world.isGone(id));
  world.start();
  while (world.violation === undefined && !isOver()) {
    if (!world.step()) return 'stuck';
    if (world.events_count > events_max_count) return 'endless';
    if (world.now_s - Math.max(world.news_s, settled_s) > patience_s) return 'silent';
  }
  return 'done';
}

/** What can be told only when all is over. */
function judged(
  { case: which, faults }: Attempt<NegotiationCase>,
  casting: Casting,
  world: VirtualWorld,
  ending: Ending,
): Violation | undefined {
  const broken = (invariant: string, says: string, agent: AgentId = convenerId): Violation => ({
    invariant,
    says,
    agent,
    at_s: world.now_s,
    event: world.events_count,
  });
  const gone = world.agents.filter((id) => world.isGone(id));
  const culprits = stalling(world.waiting);
  const blame = culprits.map(({ to, kind, round, from }) => `"${from}" waits for "${to}" (${kind} of round ${round})`).join(', ');
  if (ending !== 'done') {
    // On a wire without signatures whoever speaks for another can keep it from being heard.
    if (faults.some(({ fault }) => fault === 'forge')) return undefined;
    // Nets go on without a participant; without a net or the convener nobody can.
    const mayStall = which.mode !== 'faithful' && gone.some((id) => id === convenerId || id.startsWith('net '));
    if (!mayStall) return broken('the negotiation ends', `it is ${ending}: ${blame || 'everybody waits'}`, culprits[0]?.to);
    // Who is left may have asked nobody: a convener is told, and does not ask. Then there is nothing to follow but who has gone.
    const isNamed = culprits.length === 0 || culprits.some(({ to }) => gone.includes(to));
    if (!isNamed) return broken('who stalls is named', `${gone.join()} has gone, and named is ${blame}`);
    return undefined;
  }
  if (which.mode !== 'faithful') return undefined;
  const plan = planOf(world, casting.agreement);
  for (const [id, expected] of referenceOf(which, casting)) {
    const found = plan.get(id)!;
    const i = expected.findIndex((value, k) => !Object.is(value, found[k]));
    if (i >= 0) return broken('the plan is that of a loop', `"${id}" has ${found[i]} where a loop gives ${expected[i]} (value ${i})`, id);
  }
  return undefined;
}

function smaller(attempt: Attempt<NegotiationCase>): readonly Attempt<NegotiationCase>[] {
  const { case: which, faults } = attempt;
  const sized = (change: Partial<NegotiationCase>) => ({ ...attempt, case: { ...which, ...change } });
  return [
    ...(which.nets_count > 1
      ? [sized({ nets_count: 1, liar: which.liar && 'generator 0' }), sized({ nets_count: which.nets_count - 1 })]
      : []),
    ...(which.steps_count > 1 ? [sized({ steps_count: 1 })] : []),
    ...[...smallerScripts({ faults })].map((script) => ({ ...attempt, faults: script.faults })),
  ];
}
