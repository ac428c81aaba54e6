import type { AgentId, Message } from '../role.ts';
import type { Luck } from '../virtual/luck.ts';
import { altered, copyOf } from './alter.ts';
import {
  type BurstLoss,
  type Delay,
  type Fault,
  type FaultKind,
  type FaultScript,
  fits,
  type Names,
  type Partition,
  phases,
  type Replay,
} from './script.ts';

/** One message on its way into the network, and what becomes of it. Reused; agents and pairs are numbers. */
export class Passage {
  pair = 0;
  from = 0;
  now_s = 0;
  /** Of the same pair, before this one. */
  before: Message | undefined;
  /** What the sender is taken to have said. */
  message!: Message;
  isAltered = false;
  isLost = false;
  /** What will arrive: by whom it seems to be said, what, and after how long. */
  arrivals_count = 0;
  readonly senders: number[] = [];
  readonly messages: Message[] = [];
  readonly delays_s: number[] = [];

  begin(pair: number, from: number, now_s: number, message: Message, before: Message | undefined): void {
    this.pair = pair;
    this.from = from;
    this.now_s = now_s;
    this.message = message;
    this.before = before;
    this.isAltered = this.isLost = false;
    this.arrivals_count = 0;
  }

  arrive(sender: number, message: Message): void {
    const i = this.arrivals_count++;
    this.senders[i] = sender;
    this.messages[i] = message;
    this.delays_s[i] = 0;
  }
}

/** Does something to a passage; true where it did. */
type Law = (passage: Passage, luck: Luck) => boolean;

export interface LinkRule {
  readonly kind: FaultKind;
  readonly luck: number;
  readonly after_s: number;
  readonly until_s: number;
  /** Before the message itself has entered the network, or after. */
  readonly isEarly: boolean;
  readonly meetsPair: (from: AgentId, to: AgentId) => boolean;
  readonly meetsKind: (kind: string) => boolean;
  readonly apply: Law;
}

/** The faults of a script that meet messages, in the order in which they do. */
export function linkRulesOf(script: FaultScript, agents: readonly AgentId[]): readonly LinkRule[] {
  const rules = script.faults.flatMap((fault, n) => {
    const apply = lawOf(fault, agents);
    if (apply === undefined) return [];
    const { after_s = 0, until_s = Number.POSITIVE_INFINITY } = fault as { after_s?: number; until_s?: number };
    const { messages } = fault as { messages?: Names };
    const kinds = new Map<string, boolean>();
    const rule: LinkRule = {
      kind: fault.fault,
      luck: fault.luck ?? n,
      after_s,
      until_s,
      isEarly: phases.indexOf(fault.fault) < phases.indexOf('duplicate'),
      meetsPair: fault.fault === 'partition' ? isCut(fault) : within(fault as { from?: Names; to?: Names }),
      meetsKind(kind) {
        let met = kinds.get(kind);
        if (met === undefined) kinds.set(kind, (met = fits(kind, messages)));
        return met;
      },
      apply,
    };
    return [rule];
  });
  return rules.sort((a, b) => phases.indexOf(a.kind) - phases.indexOf(b.kind));
}

const within =
  ({ from, to }: { readonly from?: Names; readonly to?: Names }) =>
  (sender: AgentId, receiver: AgentId): boolean =>
    fits(sender, from) && fits(receiver, to);

const isCut =
  ({ agents }: Partition) =>
  (sender: AgentId, receiver: AgentId): boolean =>
    fits(sender, agents) !== fits(receiver, agents);

const lose: Law = (passage) => {
  passage.isLost = true;
  return true;
};

/** What a fault does to messages; undefined for those that meet agents. */
function lawOf(fault: Fault, agents: readonly AgentId[]): Law | undefined {
  switch (fault.fault) {
    case 'partition':
      return lose;
    case 'loss':
      return (passage, luck) => luck.uniform() < fault.loss_frac && lose(passage, luck);
    case 'burst-loss':
      return burstLoss(fault);
    case 'alter':
      return (passage, luck) => {
        const lie = luck.uniform() < fault.alter_frac ? altered(passage.message, passage.before, fault, luck) : undefined;
        if (lie === undefined) return false;
        passage.message = lie;
        passage.isAltered = true;
        return true;
      };
    case 'duplicate':
      return (passage, luck) => {
        if (passage.isLost || luck.uniform() >= fault.duplicate_frac) return false;
        for (let k = 0; k < (fault.copies_count ?? 1); k++) passage.arrive(passage.from, passage.message);
        return true;
      };
    case 'replay':
      return replay(fault);
    case 'forge': {
      const as = agents.indexOf(fault.as);
      return (passage, luck) => {
        if (as < 0 || luck.uniform() >= fault.forge_frac) return false;
        passage.arrive(as, passage.message);
        return true;
      };
    }
    case 'delay': {
      const drawn = delayOf(fault);
      return (passage, luck) => {
        for (let i = 0; i < passage.arrivals_count; i++) passage.delays_s[i] += drawn(luck);
        return passage.arrivals_count > 0;
      };
    }
    case 'reorder':
      return (passage, luck) => {
        if (passage.arrivals_count === 0 || luck.uniform() >= fault.reorder_frac) return false;
        passage.delays_s[0] += fault.hold_s * luck.uniform();
        return true;
      };
    default:
      return undefined;
  }
}

function burstLoss({ begins_frac, ends_frac, loss_frac = 1 }: BurstLoss): Law {
  const inBurst = new Set<number>();
  return (passage, luck) => {
    const { pair } = passage;
    const turns = luck.uniform() < (inBurst.has(pair) ? ends_frac : begins_frac);
    if (turns && !inBurst.delete(pair)) inBurst.add(pair);
    return inBurst.has(pair) && luck.uniform() < loss_frac && lose(passage, luck);
  };
}

function replay({ replay_frac, memory_count = 8 }: Replay): Law {
  const memories = new Map<number, Message[]>();
  return (passage, luck) => {
    let memory = memories.get(passage.pair);
    if (memory === undefined) memories.set(passage.pair, (memory = []));
    const old = memory.length > 0 && luck.uniform() < replay_frac ? memory[luck.index(memory.length)] : undefined;
    memory.push(copyOf(passage.message));
    if (memory.length > memory_count) memory.shift();
    if (old !== undefined) passage.arrive(passage.from, old);
    return old !== undefined;
  };
}

function delayOf({ law = 'constant', min_s = 0, mean_s = 0, shape }: Delay): (luck: Luck) => number {
  switch (law) {
    case 'constant':
      return () => min_s + mean_s;
    case 'uniform':
      return (luck) => min_s + 2 * mean_s * luck.uniform();
    case 'exponential':
      return (luck) => min_s + mean_s * luck.exponential();
    case 'log-normal': {
      const sigma = shape ?? 1;
      return (luck) => min_s + mean_s * Math.exp(sigma * luck.normal() - 0.5 * sigma * sigma);
    }
    case 'pareto': {
      const alpha = shape ?? 2;
      return (luck) => min_s + mean_s * (alpha - 1) * ((1 - luck.uniform()) ** (-1 / alpha) - 1);
    }
  }
}
