import type { AgentId } from '../role.ts';

/**
 * What a simulated network and the agents on it suffer: a plain document, the same in YAML, JSON and TypeScript.
 *
 * Every fault says whom it meets and when; all that meet a message act on it, in the order of `phases`, wherever they stand in the list.
 * Chance comes from the seed of the run, the pair of agents, the number of the message between them and the fault's `luck`.
 */
export interface FaultScript {
  readonly faults: readonly Fault[];
}

/** Names of agents; `*` stands for any characters. Left out: everybody. */
export type Names = string | readonly string[];

interface Always {
  /** Which stream of chance it draws from; its place in the list where left out. */
  readonly luck?: number | undefined;
  /** Begins to act; 0 where left out. */
  readonly after_s?: number | undefined;
  /** Ceases to act; never where left out. */
  readonly until_s?: number | undefined;
}

/** Meets messages on the way. */
interface OnMessages extends Always {
  readonly from?: Names | undefined;
  readonly to?: Names | undefined;
  /** Kinds of messages. */
  readonly messages?: Names | undefined;
}

/** Meets agents. */
interface OnAgents {
  readonly agents: Names;
}

export type DelayLaw = 'constant' | 'uniform' | 'exponential' | 'log-normal' | 'pareto';
export type Alteration = 'bit-flip' | 'nan' | 'scale' | 'stale' | 'wrong-length' | 'wrong-field' | 'wrong-round';
export type CrashMoment = 'between' | 'unsaved' | 'unsent';

/** Every message takes min_s and a random time of mean mean_s: all laws have the same mean. Delays of several faults add up. */
export interface Delay extends OnMessages {
  readonly fault: 'delay';
  readonly law?: DelayLaw | undefined;
  readonly min_s?: number | undefined;
  readonly mean_s?: number | undefined;
  /** Log-normal: deviation of the logarithm, 1. Pareto (from zero, Lomax): tail exponent, 2; above 1. */
  readonly shape?: number | undefined;
}

/** Each message is lost with this probability, whatever happened to others. */
export interface Loss extends OnMessages {
  readonly fault: 'loss';
  readonly loss_frac: number;
}

/**
 * Losses in bursts, by Gilbert and Elliott: with each message of a pair a burst begins or ends with the given probability; in a burst
 * messages are lost with probability loss_frac, 1 where left out.
 */
export interface BurstLoss extends OnMessages {
  readonly fault: 'burst-loss';
  readonly begins_frac: number;
  readonly ends_frac: number;
  readonly loss_frac?: number | undefined;
}

/** Arrives again, copies_count times (1), each after a delay of its own. */
export interface Duplicate extends OnMessages {
  readonly fault: 'duplicate';
  readonly duplicate_frac: number;
  readonly copies_count?: number | undefined;
}

/** Is held back for up to hold_s, so that later ones overtake it. */
export interface Reorder extends OnMessages {
  readonly fault: 'reorder';
  readonly reorder_frac: number;
  readonly hold_s: number;
}

/** Nothing passes between these agents and all others from after_s until it heals at until_s; what is under way is lost. */
export interface Partition extends Always, OnAgents {
  readonly fault: 'partition';
}

/** The agents' clocks show t·(1 + drift_frac) + skew_s: with drift 0.1 a timer of 11 s rings after 10 s. */
export interface Clock extends OnAgents {
  readonly fault: 'clock';
  readonly luck?: number | undefined;
  readonly skew_s?: number | undefined;
  readonly drift_frac?: number | undefined;
}

/**
 * An agent is gone from at_s on, and back after restart_s with its snapshot; for good where that is left out or the role keeps
 * no snapshot. Messages to it are lost meanwhile. A snapshot is saved before anything leaves that was said since the last one.
 * `between` events (the usual); `unsaved`: in the middle of the next event it handles, which it then forgets; `unsent`: when it next has
 * something to say, after saving and before sending.
 */
export interface Crash extends OnAgents {
  readonly fault: 'crash';
  readonly luck?: number | undefined;
  readonly at_s: number;
  readonly restart_s?: number | undefined;
  readonly moment?: CrashMoment | undefined;
}

/**
 * The sender lies, or its memory fails. `bit-flip` one bit of a number, or a character of a text; `nan` a number becomes NaN or ±Infinity; `scale` all
 * numbers times factor (10); `stale` the body of the message before, with the new round; `wrong-length` an array is cut or grows;
 * `wrong-field` a field is renamed, or gets a value of another type; `wrong-round` the round is another.
 */
export interface Alter extends OnMessages {
  readonly fault: 'alter';
  readonly alter_frac: number;
  readonly how: Alteration;
  readonly factor?: number | undefined;
}

/** With a message arrives one of the memory_count (8) last of the same pair once more. */
export interface Replay extends OnMessages {
  readonly fault: 'replay';
  readonly replay_frac: number;
  readonly memory_count?: number | undefined;
}

/** A copy of the message arrives in the name of another agent. */
export interface Forge extends OnMessages {
  readonly fault: 'forge';
  readonly forge_frac: number;
  readonly as: AgentId;
}

/** Every every_s each of the agents says its last words to each of `to` again; who has said nothing yet says noise. */
export interface Flood extends Always, OnAgents {
  readonly fault: 'flood';
  readonly to: Names;
  readonly every_s: number;
}

export type Fault = Delay | Loss | BurstLoss | Duplicate | Reorder | Partition | Clock | Crash | Alter | Replay | Forge | Flood;
export type FaultKind = Fault['fault'];

/** Order in which faults meet a message. */
export const phases: readonly FaultKind[] = [
  'alter',
  'partition',
  'loss',
  'burst-loss',
  'duplicate',
  'replay',
  'forge',
  'delay',
  'reorder',
  'clock',
  'crash',
  'flood',
];

/** A key of a fault: what may stand there. `calm`: the value at which it does nothing or least, for shrinking. */
export type KeySpec =
  | { readonly type: 'number'; readonly min: number; readonly max: number; readonly calm?: number; readonly required?: boolean }
  | { readonly type: 'whole'; readonly min: number; readonly max: number; readonly calm?: number; readonly required?: boolean }
  | { readonly type: 'choice'; readonly among: readonly string[]; readonly required?: boolean }
  | { readonly type: 'names'; readonly required?: boolean }
  | { readonly type: 'name'; readonly required?: boolean };

export type FaultSpec = Readonly<Record<string, KeySpec>>;

const time = { type: 'number', min: 0, max: 1e9 } as const;
const frac = { type: 'number', min: 0, max: 1 } as const;
const luck = { type: 'whole', min: 0, max: 1e6 } as const;
const names = { type: 'names' } as const;
const always = { luck, after_s: time, until_s: time };
const onMessages = { ...always, from: names, to: names, messages: names };
const agents = { type: 'names', required: true } as const;
const needed = <S extends KeySpec>(spec: S): S & { required: true } => ({ ...spec, required: true });

/** Every key of every fault, once: reading, shrinking and messages of errors come from here. */
export const faultSpecs: Readonly<Record<FaultKind, FaultSpec>> = {
  delay: {
    ...onMessages,
    law: { type: 'choice', among: ['constant', 'uniform', 'exponential', 'log-normal', 'pareto'] },
    min_s: { ...time, calm: 0 },
    mean_s: { ...time, calm: 0 },
    shape: { type: 'number', min: 0.01, max: 20 },
  },
  loss: { ...onMessages, loss_frac: needed({ ...frac, calm: 0 }) },
  'burst-loss': {
    ...onMessages,
    begins_frac: needed({ ...frac, calm: 0 }),
    ends_frac: needed({ ...frac, calm: 1 }),
    loss_frac: frac,
  },
  duplicate: { ...onMessages, duplicate_frac: needed({ ...frac, calm: 0 }), copies_count: { type: 'whole', min: 1, max: 1000, calm: 1 } },
  reorder: { ...onMessages, reorder_frac: needed({ ...frac, calm: 0 }), hold_s: needed({ ...time, calm: 0 }) },
  partition: { ...always, agents },
  clock: {
    luck,
    agents,
    skew_s: { type: 'number', min: -1e9, max: 1e9, calm: 0 },
    drift_frac: { type: 'number', min: -0.9, max: 100, calm: 0 },
  },
  crash: {
    luck,
    agents,
    at_s: needed(time),
    restart_s: { ...time, calm: 0 },
    moment: { type: 'choice', among: ['between', 'unsaved', 'unsent'] },
  },
  alter: {
    ...onMessages,
    alter_frac: needed({ ...frac, calm: 0 }),
    how: {
      type: 'choice',
      among: ['bit-flip', 'nan', 'scale', 'stale', 'wrong-length', 'wrong-field', 'wrong-round'],
      required: true,
    },
    factor: { type: 'number', min: -1e12, max: 1e12, calm: 1 },
  },
  replay: { ...onMessages, replay_frac: needed({ ...frac, calm: 0 }), memory_count: { type: 'whole', min: 1, max: 1000, calm: 1 } },
  forge: { ...onMessages, forge_frac: needed({ ...frac, calm: 0 }), as: { type: 'name', required: true } },
  flood: { ...always, agents, to: { type: 'names', required: true }, every_s: needed({ type: 'number', min: 1e-3, max: 1e9 }) },
};

export const noScript: FaultScript = Object.freeze({ faults: Object.freeze([]) });

/** Four numbers for the usual bad network. All zero is a perfect one. */
export interface Faults {
  /** Every message takes at least this long. */
  readonly delay_min_s: number;
  /** Mean of an exponential delay on top; it reorders messages. */
  readonly delay_mean_s: number;
  /** Probability that a message never arrives. */
  readonly loss_frac: number;
  /** Probability that a message arrives twice, the second time with a delay of its own. */
  readonly duplicate_frac: number;
}

export const noFaults: Faults = Object.freeze({ delay_min_s: 0, delay_mean_s: 0, loss_frac: 0, duplicate_frac: 0 });

/** The four numbers as a script. Each keeps its luck, whichever of the others are zero. */
export function scriptOf({ delay_min_s, delay_mean_s, loss_frac, duplicate_frac }: Faults): FaultScript {
  const faults: Fault[] = [];
  if (loss_frac > 0) faults.push({ fault: 'loss', luck: 0, loss_frac });
  if (duplicate_frac > 0) faults.push({ fault: 'duplicate', luck: 1, duplicate_frac });
  if (delay_min_s > 0 || delay_mean_s > 0)
    faults.push({ fault: 'delay', luck: 2, law: 'exponential', min_s: delay_min_s, mean_s: delay_mean_s });
  return { faults };
}

/** When the last thing happens that the script has a time for: a partition that heals, an agent that comes back. Faults without an end do not count. */
export function settledAt_s({ faults }: FaultScript): number {
  let last_s = 0;
  for (const fault of faults) {
    const { after_s = 0, until_s = after_s } = fault as { after_s?: number; until_s?: number };
    last_s = Math.max(last_s, fault.fault === 'crash' ? fault.at_s + (fault.restart_s ?? 0) : until_s);
  }
  return last_s;
}

/** Mean of the longest time that messages are held up, but for losses. */
export function longestUsualDelay_s({ faults }: FaultScript): number {
  let sum_s = 0;
  for (const fault of faults) {
    if (fault.fault === 'delay') sum_s += (fault.min_s ?? 0) + (fault.mean_s ?? 0);
    else if (fault.fault === 'reorder') sum_s += fault.hold_s;
  }
  return sum_s;
}

/** Does an agent's name fit? */
export function fits(name: string, wanted: Names | undefined): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted !== 'string') return wanted.some((each) => fits(name, each));
  const [first, ...rest] = wanted.split('*');
  if (rest.length === 0) return name === wanted;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop()!;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
