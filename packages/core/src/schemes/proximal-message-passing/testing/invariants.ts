import type { Invariant, World, WorldEvent } from '../../../agents/invariant.ts';
import type { AgentId, Message } from '../../../agents/role.ts';
import { heard, shapesOf } from '../messages.ts';
import type { Net } from '../net.ts';
import type { Participant } from '../participant.ts';

/** What an observer knows of a negotiation that its agents do not tell each other. */
export interface Overview {
  readonly channels_count: number;
  readonly steps_count: number;
  readonly dt_h: number;
  /** Nets and, in the order of their terminals, who stands there. */
  readonly nets: readonly { readonly id: AgentId; readonly terminals: readonly { readonly id: AgentId; readonly k: number }[] }[];
  /** What each device can do at most and least, on every step, active power. */
  readonly limits: ReadonlyMap<AgentId, readonly [low_kW: number, high_kW: number]>;
  /** Agents that do not keep to the rules. */
  readonly liars: ReadonlySet<AgentId>;
}

const rounding_kW = 1e-6;

/**
 * The rounds that an agent speaks of to another never fall, not even after a crash.
 * @param kinds - of messages whose round is the sender's own; others repeat the round of what they answer
 */
export function roundsRise(kinds: readonly string[]): Invariant {
  const last = new Map<string, number>();
  return {
    name: 'rounds rise',
    after({ said }) {
      for (const { from, to, message } of said) {
        const key = `${from}\u0000${to}\u0000${message.kind}`;
        if (!kinds.includes(message.kind)) continue;
        const before = last.get(key) ?? 0;
        if (message.round < before)
          return `"${from}" spoke of round ${before} to "${to}" and now sends ${message.kind} of round ${message.round}`;
        last.set(key, message.round);
      }
      return undefined;
    },
  };
}

/** Who repeats itself says the same again: also after a crash, since nothing leaves that is not remembered. */
export function wordsStand({ nets }: Overview): Invariant {
  const last = new Map<string, Message>();
  const isNet = new Set(nets.map(({ id }) => id));
  return {
    name: 'words stand',
    after({ said }) {
      for (const { from, to, message } of said) {
        const key = `${from}\u0000${to}\u0000${message.kind}`;
        const before = last.get(key);
        if (before?.round === message.round && !isSame(before, message, isNet.has(from))) {
          return `"${from}" told "${to}" two different things in ${message.kind} of round ${message.round}`;
        }
        last.set(key, message);
      }
      return undefined;
    },
  };
}

/** `heardRound` of a price says what a net has heard by now, and may change. */
function isSame(one: Message, other: Message, ofNet: boolean): boolean {
  for (const name in one.body) {
    if (ofNet && name === 'heardRound') continue;
    const [a, b] = [one.body[name], other.body[name]];
    if (typeof a === 'object' && typeof b === 'object') {
      if (a.length !== b.length) return false;
      for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
    } else if (!Object.is(a, b)) return false;
  }
  return true;
}

/** Nothing crosses but the fields of the protocol. */
export function onlyTheProtocol({ channels_count, steps_count }: Overview, checkEvery_count: number): Invariant {
  const shapes = shapesOf(channels_count, steps_count, checkEvery_count);
  const fields = new Map(Object.entries(shapes).map(([kind, shape]) => [kind, new Set(Object.keys(shape))]));
  return {
    name: 'nothing private on the wire',
    after({ said }) {
      for (const { from, message } of said) {
        const known = fields.get(message.kind);
        if (known === undefined) return `"${from}" says "${message.kind}", which is no kind of this protocol`;
        for (const name in message.body) if (!known.has(name)) return `"${from}" puts "${name}" into ${message.kind}`;
      }
      return undefined;
    },
  };
}

/** Every schedule that an honest device says is one that it can keep. */
export function limitsKept({ limits, liars, steps_count }: Overview): Invariant {
  return {
    name: 'limits kept',
    after({ said }) {
      for (const { from, message } of said) {
        const own = limits.get(from);
        if (message.kind !== 'schedule' || own === undefined || liars.has(from)) continue;
        const { power_kW } = heard<'schedule'>(message);
        for (let t = 0; t < power_kW.length; t++) {
          const [low, high] = t < steps_count ? own : [0, 0];
          const p = power_kW[t];
          if (!(p >= low - rounding_kW && p <= high + rounding_kW))
            return `"${from}" commits ${p}, its limits are ${low} to ${high} (value ${t})`;
        }
      }
      return undefined;
    },
  };
}

/** All who settle at a net settle on the same price. */
export function onePriceEach({ nets }: Overview): Invariant {
  const settled = new Map<AgentId, Float64Array>();
  const isNet = new Set(nets.map(({ id }) => id));
  return {
    name: 'one price at a net',
    after({ said }) {
      for (const { from, message } of said) {
        if (message.kind !== 'settle' || !isNet.has(from)) continue;
        const { price_cur_per_kWh } = heard<'settle'>(message);
        const first = settled.get(from);
        if (first === undefined) settled.set(from, price_cur_per_kWh.slice());
        else if (!first.every((value, i) => Object.is(value, price_cur_per_kWh[i]))) return `"${from}" settles at a second price`;
      }
      return undefined;
    },
  };
}

/**
 * What a net has closed balances: the mean that it found is that of the schedules of the round, and Σ z = Σ σ − m·σ̄ = 0 over
 * its terminals, where everybody takes part all the time and nobody lies.
 */
export function powerBalances({ nets, channels_count, steps_count }: Overview): Invariant {
  const width = channels_count * steps_count;
  const places = new Map(nets.map((net) => [net.id, net]));
  const schedules = new Map<string, Message>();
  const closed = new Map<AgentId, number>();
  const sumAt = (world: World, terminals: readonly { id: AgentId; k: number }[], field: string, i: number): number =>
    terminals.reduce((sum, { id, k }) => sum + (remembered(world, id)[field] as Float64Array)[k * width + i], 0);
  return {
    name: 'power balances',
    after(event, world) {
      for (const { from, to, message } of event.said) if (message.kind === 'schedule') schedules.set(`${from}\u0000${to}`, message);
      const net = places.get(event.agent);
      const round = net && closedRound(event);
      if (net === undefined || round === undefined || round <= (closed.get(net.id) ?? 0)) return undefined;
      closed.set(net.id, round);
      const { imbalance, terminals_count } = world.role(net.id) as Net;
      const own = remembered(world, net.id);
      for (let i = 0; i < width; i++) {
        let power_kW = 0;
        for (const { id } of net.terminals) {
          const said = schedules.get(`${id}\u0000${net.id}`);
          if (said?.round !== round) return `"${net.id}" closes round ${round} without a schedule of "${id}"`;
          power_kW += heard<'schedule'>(said).power_kW[i];
        }
        if (!(Math.abs(power_kW - imbalance[i] * terminals_count) <= rounding_kW)) {
          return `"${net.id}" counts ${imbalance[i] * terminals_count} where ${power_kW} was said (round ${round}, value ${i})`;
        }
        const balance = sumAt(world, net.terminals, 'sum_kW', i) - net.terminals.length * (own['mean_kW'] as Float64Array)[i];
        if (!(Math.abs(balance) <= rounding_kW)) return `Σ z is ${balance} kW at "${net.id}" after round ${round} (value ${i})`;
      }
      return undefined;
    },
  };
}

const remembered = (world: World, id: AgentId) => world.role(id).remember!();

/** The round that a net has just closed, by what it says: the price of the next, or a report of this. */
function closedRound({ said }: WorldEvent): number | undefined {
  for (const { message } of said) {
    if (message.kind === 'price') return message.round - 1 || undefined;
    if (message.kind === 'progress') return message.round;
  }
  return undefined;
}

/**
 * What is paid at a net, Σ λᵀp·dt over its terminals at the price that each was told, is what its residual is worth. Looked at when everybody
 * there has settled.
 */
export function moneyStays({ nets, channels_count, steps_count, dt_h }: Overview): Invariant {
  const width = channels_count * steps_count;
  const told = new Map<string, Float64Array>();
  const paid = new Set<AgentId>();
  return {
    name: 'money stays',
    after({ kind, agent, from, message }, world) {
      if (kind !== 'receive' || message?.kind !== 'settle' || from === undefined) return undefined;
      const net = nets.find(({ id }) => id === from);
      if (net === undefined) return undefined;
      told.set(`${agent}\u0000${from}`, heard<'settle'>(message).price_cur_per_kWh);
      if (paid.has(from) || !net.terminals.every(({ id }) => told.has(`${id}\u0000${from}`))) return undefined;
      paid.add(from);
      const { imbalance, terminals_count, price } = world.role(from) as Net;
      let paid_cur = 0;
      let worth_cur = 0;
      let turnover_cur = 0;
      for (let i = 0; i < width; i++) {
        worth_cur += price[i] * imbalance[i] * terminals_count * dt_h;
        for (const { id, k } of net.terminals) {
          const part_cur = told.get(`${id}\u0000${from}`)![i] * (world.role(id) as Participant).power[k * width + i] * dt_h;
          paid_cur += part_cur;
          turnover_cur += Math.abs(part_cur);
        }
      }
      if (Math.abs(paid_cur - worth_cur) <= 1e-9 * (1 + turnover_cur)) return undefined;
      return `at "${from}" ${paid_cur} is paid, and the residual is worth ${worth_cur}`;
    },
  };
}
