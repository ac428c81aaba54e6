import type { Role } from '../../../agents/role.ts';
import type { RandomStream } from '../../../base/random.ts';
import type { Oracle } from '../../../problem/oracle.ts';
import type { CoordinationProblem } from '../../contract.ts';
import { Phoenix } from '../../testing/phoenix.ts';
import { type Agreement, castConvener, castNet, castParticipant } from '../cast.ts';

export type OracleOf = (id: string) => Oracle;

export const oracleIn =
  ({ parts }: CoordinationProblem): OracleOf =>
  (id) =>
    parts.find((part) => part.id === id)!.oracle;

/** Everybody of a negotiation: participants, nets, the convener. */
export function castEveryone({ common, participants, nets }: Agreement, oracleOf: OracleOf) {
  const owners = participants.map((own) => castParticipant(common, own, oracleOf(own.id)));
  const places = nets.map((net) => castNet(common, net));
  const ids = nets.map(({ id }) => id);
  return { owners, places, convener: castConvener(common, ids) };
}

/** The same, and each event kills its role with a probability; who is killed asks for its oracle anew. */
export function castPhoenixes({ common, participants, nets }: Agreement, oracleOf: OracleOf, stream: RandomStream, crash_frac: number) {
  const phoenix = <R extends Role>(make: () => R, id: string): Phoenix<R> => new Phoenix(make, stream.split(id), crash_frac);
  const owners = participants.map((own) => phoenix(() => castParticipant(common, own, oracleOf(own.id)), own.id));
  const places = nets.map((net) => phoenix(() => castNet(common, net), net.id));
  const ids = nets.map(({ id }) => id);
  return { owners, places, convener: phoenix(() => castConvener(common, ids), 'convener') };
}
