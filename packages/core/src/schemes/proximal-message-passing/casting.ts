import { z } from 'zod';
import type { AgentId, Snapshot } from '../../agents/role.ts';
import { BugError } from '../../base/errors.ts';
import type { Oracle } from '../../problem/oracle.ts';
import type { AgentTerms, CastAgent, Casting, CoordinationProblem, Deal, Terms } from '../contract.ts';
import {
  agreementOf,
  agreementOfCrowds,
  type CommonTerms,
  castConvener,
  castNet,
  castParticipant,
  convenerId,
  crowdAt,
  type NetTerms,
  netId,
  type ParticipantTerms,
} from './cast.ts';
import { statusOf, type Verdict } from './messages.ts';
import type { ProximalOptions } from './options.ts';

const id = z.string().min(1);
const numbers = z.array(z.number());
const count = z.int().min(0);

const commonSchema = z.strictObject({
  channels_count: z.int().min(1),
  steps_count: z.int().min(1),
  dt_h: z.number().positive(),
  rho: z.number().positive(),
  options: z.strictObject({
    tolerance_frac: z.number().positive(),
    tolerancePrice_frac: z.number().positive(),
    rho: z.number().min(0),
    relaxation: z.number().positive().lt(2),
    rounds_max_count: z.int().positive(),
    adaptUntil_count: count,
    checkEvery_count: z.int().positive(),
    watched_count: z.int().positive(),
    rhoReactive_frac: z.number().positive(),
    retry_s: z.number().positive(),
    giveUp_count: count,
    staleness_max_count: count,
    straggler_s: z.number().positive(),
    asynchronousUntil_count: count,
  }),
});

const limitsSchema = z.strictObject({ p_min_kW: z.number(), p_max_kW: z.number(), q_max_kvar: z.number().min(0) });

const termsSchemas = {
  participant: z.strictObject({
    nets: z.array(z.strictObject({ id, largest_kW: z.number().positive() })).min(1),
    start: numbers.optional(),
    joins: z.boolean().optional(),
  }),
  net: z.strictObject({
    rhoScale: z.array(z.number().positive()),
    openingPrice_cur_per_kWh: numbers,
    terminals: z.array(
      z.strictObject({
        id,
        terminals_count: z.int().positive(),
        limits: limitsSchema.optional(),
        comesLater: z.boolean().optional(),
        start: numbers.optional(),
      }),
    ),
  }),
  convener: z.strictObject({ nets: z.array(id).min(1) }),
};

type ParticipantOwn = z.infer<typeof termsSchemas.participant>;
type NetOwn = z.infer<typeof termsSchemas.net>;
type ConvenerOwn = z.infer<typeof termsSchemas.convener>;

/** Participants, nets and the convener as agents that run on their own. */
export const casting: Casting<ProximalOptions> = {
  commonSchema,
  termsSchemas,
  deal(problem: CoordinationProblem, options: ProximalOptions, hasCrowds = false): Deal {
    const agreement = agreementOf(problem, options);
    const { common, participants, nets } = hasCrowds ? agreementOfCrowds(agreement) : agreement;
    return {
      common: { ...common },
      agents: [
        ...participants.map(({ id, ...terms }) => ({ id, as: 'participant', part: id, terms })),
        ...nets.map(({ id, ...terms }) => ({ id, as: 'net', terms })),
        { id: convenerId, as: 'convener', terms: { nets: nets.map(({ id }) => id) } },
      ],
    };
  },
  crowdAt: (common, net) => crowdAt(common as unknown as CommonTerms, net),
  peersOf({ as, terms }) {
    if (as === 'participant') return (terms as ParticipantOwn).nets.map((net) => net.id);
    if (as === 'net') return [...new Set([convenerId, ...(terms as NetOwn).terminals.map((terminal) => terminal.id)])];
    return (terms as ConvenerOwn).nets;
  },
  cast(common: Terms, { id, as, terms }: AgentTerms, oracle?: Oracle, before?: Snapshot): CastAgent {
    const all = common as unknown as CommonTerms;
    if (as === 'participant') return participant(all, { id, ...(terms as ParticipantOwn) }, oracle, before);
    if (as === 'net') return net(all, { id, ...(terms as NetOwn) }, before);
    return convener(all, (terms as ConvenerOwn).nets, before);
  },
};

/** The net of the problem that an agent of this id stands for. */
const placeOf = (agent: AgentId): string => agent.slice(netId('').length);

const ended = (verdict: Verdict | undefined): CastAgent['verdict'] => verdict && statusOf(verdict);

function participant(common: CommonTerms, own: ParticipantTerms, oracle: Oracle | undefined, before: Snapshot | undefined): CastAgent {
  if (oracle === undefined) throw new BugError({ code: 'BUG_UNEXPECTED', message: `The participant "${own.id}" has nobody to ask` });
  // Nets that do not wait for everyone follow each terminal by itself and do not know where it ended: there it begins at zero again.
  const carried = common.options.staleness_max_count > 0 ? undefined : before && [...(before['balanced_kW'] as Float64Array)];
  const start = before ? carried : own.start;
  const role = castParticipant(common, { ...own, start }, oracle);
  const width = common.channels_count * common.steps_count;
  return {
    role,
    get verdict() {
      return ended(role.verdict);
    },
    ports: role.power,
    get prices() {
      return new Map(own.nets.map((net, k) => [placeOf(net.id), role.price.slice(k * width, (k + 1) * width)]));
    },
    get refusing() {
      return role.feasible ? [] : [own.id];
    },
    dropped: role.dropped,
    carry: () => ({ balanced_kW: role.consensus }),
  };
}

function net(common: CommonTerms, own: NetTerms, before: Snapshot | undefined): CastAgent {
  const opening = before ? [...(before['price_cur_per_kWh'] as Float64Array)] : own.openingPrice_cur_per_kWh;
  const role = castNet(common, { ...own, openingPrice_cur_per_kWh: opening });
  return {
    role,
    get verdict() {
      return ended(role.verdict);
    },
    get prices() {
      return new Map([[placeOf(own.id), Float64Array.from(role.price)]]);
    },
    get imbalance_kW() {
      return role.imbalance;
    },
    dropped: role.dropped,
    carry: () => ({ price_cur_per_kWh: Float64Array.from(role.price) }),
  };
}

function convener(common: CommonTerms, nets: readonly AgentId[], before: Snapshot | undefined): CastAgent {
  const role = castConvener(common, nets);
  const roundsBefore_count = (before?.['rounds_count'] as number | undefined) ?? 0;
  return {
    role,
    get verdict() {
      return ended(role.verdict);
    },
    prices: new Map(),
    history: role.history,
    roundsBefore_count,
    get tolerance() {
      return role.tolerance;
    },
    get refusing() {
      return [...role.refusing];
    },
    dropped: role.dropped,
    carry: () => ({ rounds_count: roundsBefore_count + role.history.length }),
  };
}
