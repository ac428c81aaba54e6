import type { AgentId } from '../../agents/role.ts';
import { CombinationError } from '../../base/errors.ts';
import type { EnrolledTerminal } from './limits.ts';

export interface NetSetup {
  readonly id: AgentId;
  readonly convener: AgentId;
  /** Everybody who may ever take part here, terminal by terminal. */
  readonly terminals: readonly (EnrolledTerminal & {
    /** Not there from the beginning: it is let in when it asks. */
    readonly comesLater?: boolean | undefined;
    /** Its first z, which a net that does not wait for everyone has to know. */
    readonly start?: Float64Array | undefined;
  })[];
  readonly channels_count: number;
  readonly steps_count: number;
  readonly dt_h: number;
  readonly relaxation: number;
  readonly retry_s: number;
  /** Repetitions without a valid word after which the net goes on without a participant; 0: it waits for ever. */
  readonly giveUp_count: number;
  /** Rounds that a net goes on with the last word of who is late; 0: it waits for everyone, and needs sums only. */
  readonly staleness_max_count: number;
  /** How long it waits for who is late. */
  readonly straggler_s: number;
  readonly rho: number;
  /** ρ at this net and channel over the common ρ. */
  readonly rhoScale: Float64Array;
  /** Rounds between two reports to the convener. */
  readonly checkEvery_count: number;
  /** Reports over which prices are watched for moving. */
  readonly watched_count: number;
  readonly openingPrice: Float64Array;
}

/** @throws {CombinationError} SCHEME_STALENESS_INVALID */
export function checkStaleness({ id, staleness_max_count, checkEvery_count, watched_count, terminals }: NetSetup): void {
  if (staleness_max_count === 0) return;
  const longest_count = Math.floor((checkEvery_count * watched_count) / 2);
  const several = terminals.find(({ terminals_count }) => terminals_count > 1);
  if (staleness_max_count <= longest_count && several === undefined) return;
  throw new CombinationError({
    code: 'SCHEME_STALENESS_INVALID',
    message: several
      ? `"${several.id}" adds up for ${several.terminals_count} terminals, and a net that goes on without the late needs the words of each`
      : `Words may be ${staleness_max_count} rounds old, too long for the ${checkEvery_count * watched_count} rounds that prices are watched: nobody could tell that they stand still`,
    where: id,
    hint: several
      ? 'Set staleness_max_count to 0 where sums are taken.'
      : `Set staleness_max_count to ${longest_count} at most, or watched_count higher.`,
  });
}
