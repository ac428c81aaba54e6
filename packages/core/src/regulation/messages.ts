import type { Message } from '../agents/role.ts';

/**
 * Everything that the operator, coordinators and resources ever say to each other. Nothing else crosses the wire: no limit, state,
 * cost or corner of one resource has a field here, nor has anything of the wires. `round` is the step between operator and
 * coordinators; inside a cluster it is the coordinator's count of sums, so that a restarted sum is told from the first.
 */
export type Body<K extends keyof Bodies> = Bodies[K];

interface Bodies {
  /** Operator → coordinator: the step begins. */
  open: Record<string, never>;
  /** Coordinator → resource: add yourself to a sum of what can be injected on this step. */
  ask: SumCall;
  /** Coordinator → resource: inject by these weights of your own vector, and add what you injected to a sum. */
  dispatch: SumCall & { readonly weights: Float64Array };
  /** Resource → resource of the same cluster: take this off your contribution; I add it to mine. Whole numbers below 2^52. */
  share: { readonly mask: Float64Array };
  /** Resource → coordinator: own vector and masks modulo 2^52. */
  contribution: { readonly masked: Float64Array };
  /** Resource → coordinator: here, and waiting for shares of these; in round 0 for a first call. */
  waiting: { readonly awaited: string };
  /** Coordinator → operator: the sum over the cluster, in kW and kvar. */
  characteristic: { readonly sum_kW: Float64Array; readonly absent_count: number };
  /** Operator → coordinator: what the cluster is to inject. */
  target: { readonly p_kW: number; readonly q_kvar: number };
  /** Coordinator → operator: what the cluster did inject. */
  delivered: { readonly p_kW: number; readonly q_kvar: number; readonly absent_count: number };
  /** Downwards: the day is over; upwards: understood. */
  end: Record<string, never>;
  ended: Record<string, never>;
}

interface SumCall {
  readonly step: number;
  readonly members_count: number;
  /** With whom to exchange shares. */
  readonly neighbours: string;
}

/** Between ids in one text; ids may have blanks in them. */
export const idSeparator = '\u0000';

export const idsOf = (text: string): string[] => (text === '' ? [] : text.split(idSeparator));

export const say = <K extends keyof Bodies>(kind: K, round: number, body: Bodies[K]): Message => ({
  kind,
  round,
  body: body as unknown as Message['body'],
});

export const heard = <K extends keyof Bodies>(message: Message): Bodies[K] => message.body as unknown as Bodies[K];
