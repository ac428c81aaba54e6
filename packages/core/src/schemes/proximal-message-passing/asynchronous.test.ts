import { describe, expect, it } from 'vitest';
import type { AgentId, Message, Outbox, Role } from '../../agents/role.ts';
import { type Faults, noFaults, runInVirtualTime } from '../../agents/virtual-time.ts';
import { randomStream } from '../../base/random.ts';
import { central } from '../central/scheme.ts';
import { everything, leftOver } from '../conformance.ts';
import type { CoordinationProblem } from '../contract.ts';
import { closedFormProblem } from '../testing/closed-forms.ts';
import { exchangeProblem, totalCost } from '../testing/exchange-problems.ts';
import type { Phoenix } from '../testing/phoenix.ts';
import { agreementOf, castNet } from './cast.ts';
import { defaults, type ProximalOptions } from './options.ts';
import { castEveryone, castPhoenixes, oracleIn } from './testing/cast-everyone.ts';

/** Opens its letters some seconds after the first has come. */
class Slow implements Role {
  readonly id: AgentId;
  private readonly role: Role;
  private readonly delay_s: number;
  private letters: { from: AgentId; message: Message }[] = [];

  constructor(role: Role, delay_s: number) {
    this.id = role.id;
    this.role = role;
    this.delay_s = delay_s;
  }

  get done(): boolean {
    return this.role.done;
  }

  start(out: Outbox): void {
    this.role.start(this.deaf(out));
  }

  receive(from: AgentId, message: Message, out: Outbox): void {
    if (this.letters.length === 0) out.wakeAfter(this.delay_s);
    this.letters.push({ from, message });
  }

  tick(now_s: number, out: Outbox): void {
    const letters = this.letters;
    this.letters = [];
    for (const { from, message } of letters) this.role.receive(from, message, this.deaf(out));
    this.role.tick(now_s, this.deaf(out));
  }

  /** It has one alarm, and needs it for its letters. */
  private deaf(out: Outbox): Outbox {
    return { send: (to, message) => out.send(to, message), wakeAfter() {} };
  }
}

const lossy: Faults = { delay_min_s: 0.01, delay_mean_s: 0.02, loss_frac: 0.2, duplicate_frac: 0 };
const waiting: ProximalOptions = { ...defaults, rho: 0.03, tolerance_frac: 1e-6, retry_s: 0.2, straggler_s: 0.1 };
const goingOn: ProximalOptions = { ...waiting, staleness_max_count: 30 };
const closedForms = (): CoordinationProblem => closedFormProblem(randomStream(6), 3);
const withSolver = (): CoordinationProblem => exchangeProblem(randomStream(7), { nets_count: 4, steps_count: 6, lineLimit_kW: 4 });

interface Course {
  readonly wrap?: (role: Role) => Role;
  readonly faults?: Faults;
  readonly seed?: number;
  readonly timeLimit_s?: number;
}

async function negotiate(problem: CoordinationProblem, options: ProximalOptions, course: Course = {}) {
  const { wrap = (role) => role, faults = lossy, seed = 3, timeLimit_s = 2000 } = course;
  const { owners, places, convener } = castEveryone(agreementOf(problem, options), oracleIn(problem));
  const roles = [...owners.map(wrap), ...places, convener];
  let time_s = Number.POSITIVE_INFINITY;
  await runInVirtualTime(roles, { faults, stream: randomStream(seed), timeLimit_s }).then(
    (end_s) => {
      time_s = end_s;
    },
    (error: unknown) => expect(error).toMatchObject({ code: 'AGENTS_TOO_LATE' }),
  );
  return { problem, owners, places, convener, time_s, rounds_count: convener.history.length };
}

/** One who takes 50 times as long as a message usually does. */
const slow =
  (...ids: readonly string[]) =>
  (role: Role): Role =>
    ids.includes(role.id) ? new Slow(role, 50 * 0.03) : role;

async function expectOptimum({ problem, owners, places, convener }: Awaited<ReturnType<typeof negotiate>>): Promise<void> {
  expect(convener.verdict).toBe('agreed');
  const cost = totalCost(problem.parts.map(({ oracle }) => oracle.cost()));
  const best = totalCost((await central.run(problem, central.defaults, everything)).cost_cur);
  expect(Math.abs(cost - best) / Math.abs(best)).toBeLessThan(1e-4);
  const ports = problem.parts.map(({ id }) => owners.find((owner) => owner.id === id)!.power);
  for (const left of leftOver(problem, ports).values()) for (const value of left) expect(Math.abs(value)).toBeLessThan(1e-3);
  expect(places.flatMap(({ dropped }) => [...dropped])).toEqual([]);
}

describe('nets that go on without who is late', () => {
  it.each([
    ['a device with a closed form', closedForms, ['generator 0'], 3],
    ['a device that asks a solver', withSolver, ['generator 0'], 3],
    ['two devices', withSolver, ['generator 0', 'load 1'], 3],
    ['a line between two nets', closedForms, ['line 0'], 2],
  ])(
    'end at the same optimum, and much sooner, when one is 50 times slower and every fifth message is lost: %s',
    async (_name, problemOf, ids, times) => {
      const patient = await negotiate(problemOf(), waiting, { wrap: slow(...ids) });
      const hasty = await negotiate(problemOf(), goingOn, { wrap: slow(...ids) });
      await expectOptimum(patient);
      await expectOptimum(hasty);
      expect(patient.time_s / hasty.time_s).toBeGreaterThan(times);
    },
  );

  it('are as fast as nets that wait, round by round, when nobody is late', async () => {
    const patient = await negotiate(closedForms(), { ...waiting, adaptUntil_count: 0 }, { faults: noFaults });
    const hasty = await negotiate(closedForms(), goingOn, { faults: noFaults });
    expect(hasty.rounds_count).toBe(patient.rounds_count);
    hasty.owners.forEach(({ power }, k) =>
      power.forEach((value, i) => expect(Math.abs(value - patient.owners[k].power[i])).toBeLessThan(1e-8)),
    );
  });

  it('wait for everyone from a round on, as the theorem asks', async () => {
    const run = await negotiate(closedForms(), { ...goingOn, asynchronousUntil_count: 20 }, { wrap: slow('generator 0') });
    await expectOptimum(run);
    // Every round after the twentieth takes the slow one's time.
    expect(run.time_s).toBeGreaterThan((run.rounds_count - 20) * 1.5);
  });

  it('go on for so many rounds and no more, when somebody says nothing', async () => {
    const limit = 6;
    let heard_count = 0;
    const deafAfter30 = (role: Role): Role =>
      role.id !== 'load 1'
        ? role
        : {
            id: role.id,
            done: false,
            start: (out) => role.start(out),
            receive: (from, message, out) => {
              if (message.kind === 'price' && ++heard_count > 30) return;
              role.receive(from, message, out);
            },
            tick: () => {},
          };
    const { places, owners } = await negotiate(
      closedForms(),
      { ...goingOn, staleness_max_count: limit },
      { wrap: deafAfter30, timeLimit_s: 300 },
    );
    const last = (owners.find(({ id }) => id === 'load 1')!.remember()['answered'] as Float64Array)[0];
    const round = places.find(({ id }) => id === 'net n1')!.remember()['round'] as number;
    // One more for each other terminal whose word came in meanwhile.
    expect(round).toBeGreaterThan(last + limit);
    expect(round).toBeLessThanOrEqual(last + limit + 2 + 4);
  });

  it('never wait for each other without end, however short the limit and however many messages are lost', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const run = await negotiate(
        closedFormProblem(randomStream(seed), 4),
        { ...waiting, tolerance_frac: 1e-3, staleness_max_count: 1, straggler_s: 0.005 },
        { faults: { ...lossy, loss_frac: 0.5, delay_mean_s: 0.3 }, seed },
      );
      expect(run.convener.verdict, `seed ${seed}`).toBe('agreed');
    }
  });

  it('come back from snapshots', async () => {
    const problem = closedForms();
    const { owners, places, convener } = castPhoenixes(agreementOf(problem, goingOn), oracleIn(problem), randomStream(8), 0.01);
    const roles = [...owners, ...places, convener];
    const time_s = await runInVirtualTime(
      roles.map((role) => slow('generator 0')(role)),
      { faults: lossy, stream: randomStream(1) },
    );
    expect(roles.reduce((sum, { crashes_count }) => sum + crashes_count, 0)).toBeGreaterThan(30);
    const last = <R extends Role>(list: readonly Phoenix<R>[]): R[] => list.map(({ role }) => role);
    await expectOptimum({
      problem,
      owners: last(owners),
      places: last(places),
      convener: convener.role,
      time_s,
      rounds_count: convener.role.history.length,
    });
  });

  it('refuse what would not fit together', () => {
    const { common, nets } = agreementOf(closedForms(), goingOn);
    const tooLong = { ...common, options: { ...goingOn, staleness_max_count: 31 } };
    expect(() => castNet(tooLong, nets[0])).toThrow(expect.objectContaining({ code: 'SCHEME_STALENESS_INVALID' }));
    const summed = { ...nets[0], terminals: [{ id: 'sum', terminals_count: 3 }] };
    expect(() => castNet(common, summed)).toThrow(expect.objectContaining({ code: 'SCHEME_STALENESS_INVALID' }));
  });
});
