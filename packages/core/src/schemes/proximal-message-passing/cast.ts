import type { Crowd } from '../../agents/crowd.ts';
import type { AgentId } from '../../agents/role.ts';
import type { Oracle } from '../../problem/oracle.ts';
import type { CoordinationProblem, Part, RoundRecord, TerminalLimits } from '../contract.ts';
import { Convener } from './convener.ts';
import { sayableOf } from './limits.ts';
import { shapesOf } from './messages.ts';
import { Net } from './net.ts';
import type { ProximalOptions } from './options.ts';
import { Participant } from './participant.ts';

/** What everyone who takes part is told. Plain data: it may be written as JSON and read back without losing a bit. */
export interface CommonTerms {
  readonly channels_count: number;
  readonly steps_count: number;
  readonly dt_h: number;
  /** First ρ. */
  readonly rho: number;
  readonly options: ProximalOptions;
}

/** What one participant is told besides: where its terminals are, and its own start. Nothing of anybody else. */
export interface ParticipantTerms {
  readonly id: AgentId;
  readonly nets: readonly { readonly id: AgentId; readonly largest_kW: number }[];
  readonly start?: readonly number[] | undefined;
  readonly joins?: boolean | undefined;
}

/** What one net is told besides: who may take part there, and within which limits. */
export interface NetTerms {
  readonly id: AgentId;
  readonly rhoScale: readonly number[];
  readonly openingPrice_cur_per_kWh: readonly number[];
  readonly terminals: readonly {
    readonly id: AgentId;
    readonly terminals_count: number;
    readonly limits?: TerminalLimits | undefined;
    readonly comesLater?: boolean | undefined;
    /** Only where the net does not wait for everyone. */
    readonly start?: readonly number[] | undefined;
  }[];
}

/** A whole negotiation as data: whoever deals it out gives each process its own line and the common one. */
export interface Agreement {
  readonly common: CommonTerms;
  readonly participants: readonly ParticipantTerms[];
  readonly nets: readonly NetTerms[];
}

export const convenerId = 'convener';
export const netId = (id: string): AgentId => `net ${id}`;

/**
 * Splits a problem into what each agent has to know. Blocks and oracles stay where they are.
 * @param comesLater - parts that are not there from the beginning
 */
export function agreementOf(
  problem: CoordinationProblem,
  options: ProximalOptions,
  comesLater: ReadonlySet<string> = new Set(),
): Agreement {
  const { channels_count, steps_count, dt_h } = problem;
  const parts = [...problem.parts].sort((a, b) => (a.id < b.id ? -1 : 1));
  const nets = [...problem.nets].sort((a, b) => (a.id < b.id ? -1 : 1));
  const scale_kW = Math.min(...nets.map((net) => net.scale_kW));
  const width = channels_count * steps_count;
  const enrol = ({ id, limits, start }: Part, k: number): NetTerms['terminals'][number] => ({
    id,
    terminals_count: 1,
    ...(limits ? { limits: limits[k] } : {}),
    ...(comesLater.has(id) ? { comesLater: true } : {}),
    ...(start && options.staleness_max_count > 0 ? { start: plain(start.subarray(k * width, (k + 1) * width)) } : {}),
  });
  const enrolled = new Map(
    nets.map((net) => [net.id, parts.flatMap((part) => part.terminals.flatMap((at, k) => (at === net.id ? [enrol(part, k)] : [])))]),
  );
  const largest_kW = new Map([...enrolled].map(([net, terminals]) => [net, sayableOf(terminals)]));
  return {
    common: {
      channels_count,
      steps_count,
      dt_h,
      rho: options.rho > 0 ? options.rho : firstRho(problem, scale_kW),
      options,
    },
    participants: parts.map(({ id, terminals, start }) => ({
      id,
      nets: terminals.map((net) => ({
        id: netId(net),
        largest_kW: largest_kW.get(net)![enrolled.get(net)!.findIndex((terminal) => terminal.id === id)],
      })),
      ...(start ? { start: plain(start) } : {}),
      ...(comesLater.has(id) ? { joins: true } : {}),
    })),
    nets: nets.map((net) => {
      const weight = Math.sqrt(scale_kW / net.scale_kW);
      return {
        id: netId(net.id),
        rhoScale: Array.from({ length: channels_count }, (_, c) => (c === 0 ? weight : weight * options.rhoReactive_frac)),
        openingPrice_cur_per_kWh: plain(net.openingPrice),
        terminals: enrolled.get(net.id)!,
      };
    }),
  };
}

/** As whom a net knows its crowd. */
const crowdId = (net: AgentId): AgentId => `crowd at ${net}`;

/**
 * The same negotiation, where each net has one terminal that stands for all: their limits are those of the sum, and nobody is given up
 * here, since who sums knows who is silent.
 */
export function agreementOfCrowds({ common, participants, nets }: Agreement): Agreement {
  return {
    common: { ...common, options: { ...common.options, giveUp_count: 0 } },
    participants,
    nets: nets.map((net) => ({
      ...net,
      terminals: [
        {
          id: crowdId(net.id),
          terminals_count: net.terminals.reduce((sum, { terminals_count }) => sum + terminals_count, 0),
          ...(net.terminals.every(({ limits }) => limits) ? { limits: sumOf(net.terminals.map(({ limits }) => limits!)) } : {}),
        },
      ],
    })),
  };
}

function sumOf(limits: readonly TerminalLimits[]): TerminalLimits {
  const total = (of: (each: TerminalLimits) => number): number => limits.reduce((sum, each) => sum + of(each), 0);
  return { p_min_kW: total((l) => l.p_min_kW), p_max_kW: total((l) => l.p_max_kW), q_max_kvar: total((l) => l.q_max_kvar) };
}

/** Who speaks to each net; a net adds up schedules, field by field. */
export function crowdsOf({ parts, nets, channels_count, steps_count }: CoordinationProblem): Crowd[] {
  return nets.map(({ id }) => ({
    ...crowdAt({ channels_count, steps_count }, netId(id)),
    members: parts.flatMap((part) => (part.terminals.includes(id) ? [part.id] : [])).sort(),
  }));
}

/** The crowd of a net, whoever is in it. */
export function crowdAt(
  { channels_count, steps_count }: Pick<CommonTerms, 'channels_count' | 'steps_count'>,
  net: AgentId,
): Omit<Crowd, 'members'> {
  const shape = shapesOf(channels_count, steps_count, 0).schedule;
  const fields = Object.fromEntries(Object.entries(shape).map(([name, sort]) => [name, typeof sort === 'number' ? sort : 0]));
  const word = { kind: 'schedule', fields, asked: 'price', before: 'join', over: 'settle', understood: 'settled' };
  return { net, id: crowdId(net), word };
}

export function castParticipant(
  { channels_count, steps_count, dt_h, options }: CommonTerms,
  own: ParticipantTerms,
  oracle: Oracle,
): Participant {
  return new Participant({
    ...own,
    oracle,
    channels_count,
    steps_count,
    dt_h,
    retry_s: options.retry_s,
    start: own.start && Float64Array.from(own.start),
  });
}

export function castNet({ channels_count, steps_count, dt_h, rho, options }: CommonTerms, net: NetTerms): Net {
  const { relaxation, retry_s, giveUp_count, checkEvery_count, watched_count } = options;
  const { staleness_max_count, straggler_s } = options;
  return new Net({
    id: net.id,
    convener: convenerId,
    terminals: net.terminals.map((terminal) => ({ ...terminal, start: terminal.start && Float64Array.from(terminal.start) })),
    channels_count,
    steps_count,
    dt_h,
    rho,
    relaxation,
    retry_s,
    giveUp_count,
    staleness_max_count,
    straggler_s,
    checkEvery_count,
    watched_count,
    rhoScale: Float64Array.from(net.rhoScale),
    openingPrice: Float64Array.from(net.openingPrice_cur_per_kWh),
  });
}

export function castConvener(
  { rho, options }: CommonTerms,
  nets: readonly AgentId[],
  onRound?: ((round: RoundRecord) => void) | undefined,
): Convener {
  const { checkEvery_count, tolerance_frac, tolerancePrice_frac, rounds_max_count, staleness_max_count, asynchronousUntil_count } = options;
  // Last words of who is late say little about the balance of residuals.
  const adaptUntil_count = staleness_max_count > 0 ? 0 : options.adaptUntil_count;
  return new Convener({
    id: convenerId,
    nets,
    rho,
    checkEvery_count,
    tolerance_frac,
    tolerancePrice_frac,
    tolerance_kW: 1e-6,
    tolerance_cur_per_kWh: 1e-9,
    rounds_max_count,
    adaptUntil_count,
    asynchronousUntil_count,
    onRound,
  });
}

/** ρ·(kW of one net) ≈ a tenth of the price: a net's surplus moves its price by steps of that size. */
function firstRho({ nets, dt_h, steps_count }: CoordinationProblem, scale_kW: number): number {
  let sum = 0;
  for (const net of nets) for (let t = 0; t < steps_count; t++) sum += Math.abs(net.openingPrice[t]);
  const mean = sum / (nets.length * steps_count);
  return (0.1 * (mean > 0 ? mean : 0.1) * dt_h) / scale_kW;
}

/** Numbers as JSON keeps them: it knows no −0. */
const plain = (values: Float64Array): number[] => Array.from(values, (value) => value + 0);
