import { type CastGroup, EmulatedLinks, PacedRole, type Role, type Seal, SteppedRole } from '@gridflock/core';
import type { PresenceChange } from '../transports/attendance.ts';
import type { Connection } from '../transports/contract.ts';
import { type LiveOptions, type LiveReport, runLive } from '../transports/live.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/** How the run of a process ended. */
export interface ProcessEnding {
  /** What the agents were told; `not-converged` as well when others went silent for good. */
  readonly status: NonNullable<CastGroup['status']>;
  readonly reason: string | undefined;
  /** Absent when the run was given up. */
  readonly report: LiveReport | undefined;
}

export interface ProcessOptions {
  /** Where snapshots are kept; without it a crash loses the round, and with it the run. */
  readonly store?: SnapshotStore | undefined;
  /** Signs what leaves and believes nothing that is not signed; without it the broker is trusted. */
  readonly seal?: Seal | undefined;
  readonly breathe: () => Promise<void>;
  readonly onPresence: (change: PresenceChange) => void;
}

const isSilence = (error: unknown): error is Error & { what: string } =>
  error instanceof Error && 'code' in error && error.code === 'AGENTS_SILENT' && 'what' in error;

/** Roles of a simulated world live by the clock of who tells its time; others at the pace of the run. */
function rolesOf({ roles, world }: CastGroup): readonly Role[] {
  if (world?.clock === 'lockstep') return roles.map((role) => new SteppedRole(role, world.keeper));
  if (world === undefined || world.realTime_frac === 1) return roles;
  return roles.map((role) => new PacedRole(role, world.realTime_frac));
}

/** Links of a run in wall-clock time that are worse than those that carry it. */
function linksOf({ world }: CastGroup): LiveOptions['links'] {
  if (world?.clock !== 'wall' || world.script.faults.length === 0) return undefined;
  const { script, everybody, seed, realTime_frac } = world;
  const links = new EmulatedLinks(script, everybody, seed);
  return (from, to, message, now_s) => links.delaysOf(from, to, message, now_s * realTime_frac).map((delay_s) => delay_s / realTime_frac);
}

/**
 * Runs the agents of a file on a connection until they are done and nobody needs them any more.
 *
 * That others went silent is an answer of the run, not a fault of the transport: then it has not converged, and who is waited for and
 * for which message of which round is the reason.
 * @throws {TransportError} AGENTS_ABSENT, BROKER_AWAY and what `runLive` throws else
 */
export async function runProcess(group: CastGroup, connection: Connection, options: ProcessOptions): Promise<ProcessEnding> {
  const { run, silence_s, beat_s, absence_s } = group.live;
  try {
    const report = await runLive(rolesOf(group), connection, {
      run,
      links: linksOf(group),
      silence_s,
      beat_s,
      absence_s,
      admits: (from, to) => group.admits(from, to),
      keeper: options.store,
      seal: options.seal,
      onPresence: options.onPresence,
      breathe: options.breathe,
    });
    return { status: group.status ?? 'not-converged', reason: group.reason, report };
  } catch (error) {
    if (!isSilence(error)) throw error;
    return { status: 'not-converged', reason: error.what, report: undefined };
  }
}
