import { z } from 'zod';
import type { FaultScript } from '../agents/faults/script.ts';
import type { AgentId, Role } from '../agents/role.ts';
import type { StudyResult } from '../wire/result.ts';
import type { AgentReport } from './agent-report.ts';

/** Keys of a file of agents that say how they live: the host's business, and the same for every kind of study. */
export const liveKeys = {
  /** Names the run: agents of different runs never hear each other. */
  run: z.string().min(1).max(100),
  /** Address of the broker, such as nats://127.0.0.1:4222. */
  transport: z.string(),
  /** The run has failed when nobody here has heard anything new for so long. */
  silence_s: z.number().positive().default(120),
  /** How often an agent shows that it is there. */
  beat_s: z.number().positive().default(1),
  /** An agent that was not heard for so long has gone silent; ten beats when left out. */
  absence_s: z.number().positive().optional(),
  /** Who puts the common result together: every agent leaves a letter for it at the end. Nobody when left out. */
  reportsTo: z.string().min(1).max(200).optional(),
};

export type LiveTerms = z.infer<z.ZodObject<typeof liveKeys>>;

export interface SplitStudy {
  /** Keys that stand in every file. */
  readonly common: Readonly<Record<string, unknown>>;
  readonly agents: readonly SplitAgent[];
}

export interface SplitAgent {
  readonly id: AgentId;
  /** Who holds it: an owner of devices, or one of the roles of the grid. */
  readonly party: string;
  /** Whether it belongs to somebody who has devices, so that a gateway may hold it together with others. */
  readonly isOwners: boolean;
  readonly peers: readonly AgentId[];
  /** What it knows that nobody else does, in words. */
  readonly knows: string;
  /** Its entry in `agents`. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** The world of a run that depends on time: whose it is, what its links suffer. */
export interface WorldTerms {
  /** wall: time passes by itself. lockstep: simulated time, told by the process that holds the plant. */
  readonly clock: 'wall' | 'lockstep';
  /** Seconds of the run in a second of the wall. */
  readonly realTime_frac: number;
  /** Who tells the time in lockstep. */
  readonly keeper: AgentId;
  /** Everybody of the run, in the order that counts. */
  readonly everybody: readonly AgentId[];
  readonly script: FaultScript;
  readonly seed: number;
}

/** A plant that may be changed by hand while it runs. */
export interface LivePlant {
  readonly names: readonly string[];
  /** @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_PARAMETER */
  change(name: string, value: number): void;
}

/** The agents of one process. */
export interface CastGroup {
  readonly live: LiveTerms;
  readonly title: string;
  readonly roles: readonly Role[];
  /** Where time and links matter; absent: messages arrive when they do. */
  readonly world?: WorldTerms | undefined;
  /** Where this process holds one. */
  readonly plant?: LivePlant | undefined;
  /**
   * Whether to come back from an older snapshot than the last would show what is hidden: then each must be on the disk before messages
   * leave, though the machine lose power.
   */
  readonly mustNotForget: boolean;
  /** Whether an agent elsewhere may speak to one of these at all, whether it takes part by now or not. */
  admits(from: AgentId, to: AgentId): boolean;
  /** For a progress line. */
  readonly progress: { readonly phase: string; readonly done: number; readonly text?: string | undefined };
  /** How it ended, as far as these agents have been told; undefined while they have not. */
  readonly status: StudyResult['status'] | undefined;
  /** The same in a sentence, where it is not `ok`. */
  readonly reason: string | undefined;
  /** What these agents know at the end, each its own. Plain data. */
  results(): readonly Readonly<Record<string, unknown>>[];
  /** What of that others may know. Ask for results first: where a solver has to be asked for it, it forgets the plan. */
  reports(): readonly AgentReport[];
}
