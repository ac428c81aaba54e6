import { describe, expect, it } from 'vitest';
import type { AgentId, Message, Outbox, Role } from '../../agents/role.ts';
import { type Faults, noFaults, runInVirtualTime } from '../../agents/virtual-time.ts';
import { randomStream } from '../../base/random.ts';
import { central } from '../central/scheme.ts';
import { everything, leftOver } from '../conformance.ts';
import type { CoordinationProblem } from '../contract.ts';
import { closedFormProblem, quadraticPart } from '../testing/closed-forms.ts';
import { totalCost } from '../testing/exchange-problems.ts';
import { agreementOf } from './cast.ts';
import type { Net } from './net.ts';
import { defaults } from './options.ts';
import type { Participant } from './participant.ts';
import { castEveryone, oracleIn } from './testing/cast-everyone.ts';

const tight = { ...defaults, rho: 0.03, tolerance_frac: 1e-6 };
const delays: Faults = { ...noFaults, delay_min_s: 0.01, delay_mean_s: 0.02 };
const rough: Faults = { delay_min_s: 0.01, delay_mean_s: 0.05, loss_frac: 0.15, duplicate_frac: 0.1 };

/** Three nets, a cheap power station at n1 besides. */
const whole = (): CoordinationProblem => {
  const problem = closedFormProblem(randomStream(6), 3);
  const station = quadraticPart('station', 'n1', problem.steps_count, { low: 0, high: 6, slope: 0.01, curve: 0 });
  return { ...problem, parts: [...problem.parts, station] };
};
const without = (...ids: readonly string[]): CoordinationProblem => {
  const problem = whole();
  return { ...problem, parts: problem.parts.filter(({ id }) => !ids.includes(id)) };
};

type Live = (at: { readonly prices_count: number; readonly out: Outbox; readonly self: Participant }) => number | undefined;

/** A participant whose life is not as usual: `live` is asked at every message, with the number of prices heard so far; it may send it to sleep for some seconds. */
class Life implements Role {
  readonly id: AgentId;
  readonly participant: Participant;
  private readonly live: Live;
  private prices_count = 0;
  private sleep_s: number | undefined;

  constructor(participant: Participant, live: Live) {
    this.id = participant.id;
    this.participant = participant;
    this.live = live;
  }

  get done(): boolean {
    return this.sleep_s === Number.POSITIVE_INFINITY || this.participant.done;
  }

  start(out: Outbox): void {
    this.participant.start(out);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (this.sleep_s !== undefined) return;
    if (message.kind === 'price') this.prices_count++;
    this.sleep_s = this.live({ prices_count: this.prices_count, out, self: this.participant });
    if (this.sleep_s === undefined) this.participant.receive(from, message, out);
    else if (this.sleep_s < Number.POSITIVE_INFINITY) out.wakeAfter(this.sleep_s);
  }

  tick(now_s: number, out: Outbox): void {
    if (this.sleep_s === Number.POSITIVE_INFINITY) return;
    this.sleep_s = undefined;
    this.participant.tick(now_s, out);
  }
}

/** Starts after a while. */
class Late implements Role {
  readonly id: AgentId;
  private readonly role: Role;
  private readonly delay_s: number;
  private started = false;

  constructor(role: Role, delay_s: number) {
    this.id = role.id;
    this.role = role;
    this.delay_s = delay_s;
  }

  get done(): boolean {
    return this.role.done;
  }

  start(out: Outbox): void {
    out.wakeAfter(this.delay_s);
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (this.started) this.role.receive(from, message, out);
  }

  tick(now_s: number, out: Outbox): void {
    if (this.started) this.role.tick(now_s, out);
    else {
      this.started = true;
      this.role.start(out);
    }
  }
}

interface Course {
  readonly late?: Readonly<Record<string, number>>;
  readonly lives?: Readonly<Record<string, Live>>;
  readonly faults?: Faults;
  readonly giveUp_count?: number;
  readonly staleness_max_count?: number;
  readonly nets?: (nets: readonly Net[]) => readonly Role[];
}

async function negotiate({
  late = {},
  lives = {},
  faults = delays,
  giveUp_count = 0,
  staleness_max_count = 0,
  nets: wrap = (nets) => nets,
}: Course) {
  const problem = whole();
  const agreement = agreementOf(problem, { ...tight, giveUp_count, staleness_max_count, straggler_s: 0.2 }, new Set(Object.keys(late)));
  const { owners, places, convener } = castEveryone(agreement, oracleIn(problem));
  const roles = owners.map((owner) => {
    const alive = lives[owner.id] ? new Life(owner, lives[owner.id]) : owner;
    return late[owner.id] ? new Late(alive, late[owner.id]) : alive;
  });
  await runInVirtualTime([...roles, ...wrap(places), convener], { faults, stream: randomStream(2), timeLimit_s: 1e5 });
  return { problem, owners, places, convener };
}

/** The plan is the optimum of a problem, balances, and z adds up to zero at every net. */
async function expectOptimum(run: Awaited<ReturnType<typeof negotiate>>, problem: CoordinationProblem, onTheWay_kW = 1e-9): Promise<void> {
  expect(run.convener.verdict).toBe('agreed');
  const owners = problem.parts.map(({ id }) => run.owners.find((owner) => owner.id === id)!);
  const plans = owners.map(({ power }) => power);
  const best = totalCost((await central.run(problem, central.defaults, everything)).cost_cur);
  const cost = totalCost(problem.parts.map(({ id }) => run.problem.parts.find((part) => part.id === id)!.oracle.cost()));
  expect(Math.abs(cost - best) / Math.abs(best)).toBeLessThan(1e-4);
  for (const left of leftOver(problem, plans).values()) for (const value of left) expect(Math.abs(value)).toBeLessThan(1e-3);
  const sums = leftOver(
    problem,
    owners.map((owner) => owner.remember()['sum_kW'] as Float64Array),
  );
  for (const { id } of problem.nets) {
    const mean = run.places.find((net) => net.id === `net ${id}`)!.remember()['mean_kW'] as Float64Array;
    const count = problem.parts.reduce((n, { terminals }) => n + terminals.filter((at) => at === id).length, 0);
    sums.get(id)!.forEach((sum, i) => expect(Math.abs(sum - count * mean[i])).toBeLessThan(onTheWay_kW));
  }
  expect(run.places.flatMap(({ dropped }) => [...dropped])).toEqual([]);
}

describe('who comes while a negotiation runs', () => {
  it.each([
    ['a device', { station: 5 }, delays],
    ['a line with a terminal at each of two nets', { 'line 0': 4 }, delays],
    ['several, at different times, over a network that loses and doubles', { station: 7, 'line 1': 20, 'load 2': 33 }, rough],
  ])('takes part from a report on, and all end at the optimum with it: %s', async (_name, late, faults) => {
    const run = await negotiate({ late, faults });
    await expectOptimum(run, whole());
    expect(run.convener.history.length).toBeGreaterThan(60);
  });

  it('hears how it ended, when it has ended', async () => {
    const run = await negotiate({ late: { station: 2000 } });
    await expectOptimum(run, without('station'));
    expect(run.owners.find(({ id }) => id === 'station')!.done).toBe(true);
  });
});

describe('where nets go on without who is late', () => {
  it('agents come and go as well', async () => {
    const leave: Live = ({ prices_count, out, self }) => {
      if (prices_count === 25) self.leave(out);
      return undefined;
    };
    const run = await negotiate({
      late: { station: 6, 'line 1': 3 },
      lives: { 'generator 2': leave },
      faults: rough,
      staleness_max_count: 20,
    });
    await expectOptimum(run, without('generator 2'), 1e-3);
  });
});

describe('who goes while a negotiation runs', () => {
  it.each([
    ['a device', ['station'], delays],
    ['a line with a terminal at each of two nets', ['line 1'], delays],
    ['several, over a network that loses and doubles', ['station', 'line 0', 'generator 2'], rough],
  ])('is done when its nets know, and the others end at the optimum without it: %s', async (_name, ids, faults) => {
    const leave: Live = ({ prices_count, out, self }) => {
      if (prices_count === 25) self.leave(out);
      return undefined;
    };
    const run = await negotiate({ lives: Object.fromEntries(ids.map((id) => [id, leave])), faults });
    await expectOptimum(run, without(...ids));
    for (const id of ids) expect(run.owners.find((owner) => owner.id === id)!.done).toBe(true);
  });

  it('need not say so: a net goes on without one that is silent', async () => {
    const run = await negotiate({
      lives: { station: ({ prices_count }) => (prices_count > 25 ? Number.POSITIVE_INFINITY : undefined) },
      giveUp_count: 3,
    });
    await expectOptimum(run, without('station'));
  });

  it('or is declared gone by the host', async () => {
    const gone = (net: Net): Role => ({
      id: net.id,
      get done() {
        return net.done;
      },
      start: (out) => net.start(out),
      receive: (from, message, out) => net.receive(from, message, out),
      tick: (now_s, out) => (now_s > 20 ? net.release('station', out) : net.tick(now_s, out)),
    });
    const run = await negotiate({
      lives: { station: ({ prices_count }) => (prices_count > 25 ? Number.POSITIVE_INFINITY : undefined) },
      nets: (nets) => nets.map((net) => (net.id === 'net n1' ? gone(net) : net)),
    });
    await expectOptimum(run, without('station'));
  });

  it('is let in again when it was only away', async () => {
    let naps_count = 0;
    const nap: Live = ({ prices_count }) => (prices_count === 26 && naps_count++ === 0 ? 16 : undefined);
    const run = await negotiate({ lives: { station: nap }, giveUp_count: 3 });
    expect(naps_count).toBeGreaterThan(0);
    await expectOptimum(run, whole());
  });
});
