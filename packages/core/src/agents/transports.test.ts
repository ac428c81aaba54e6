import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { note, roleOf, senderAndListener, transportConformance } from './conformance.ts';
import { runInLoop } from './loop.ts';
import type { Observation, Role } from './role.ts';
import { type Faults, noFaults, runInVirtualTime } from './virtual-time.ts';

transportConformance('loop', runInLoop);
transportConformance('virtual time', (roles, options) =>
  runInVirtualTime(roles, { ...options, faults: noFaults, stream: randomStream(1) }),
);
transportConformance('virtual time with a constant delay', (roles, options) =>
  runInVirtualTime(roles, { ...options, faults: { ...noFaults, delay_min_s: 0.3 }, stream: randomStream(1) }),
);

const N = 20_000;

/** N messages from a to b over a faulty network; everything that was seen, and in which order things arrived. */
async function manyMessages(faults: Partial<Faults>, seed: number): Promise<{ observed: Observation[]; heard: number[] }> {
  const observed: Observation[] = [];
  const heard: number[] = [];
  let ended = false;
  const roles: Role[] = [
    roleOf('a', {
      start: (out) => {
        for (let k = 0; k < N; k++) out.send('b', note('', k));
        out.wakeAfter(1e4);
      },
      tick: () => void (ended = true),
      done: () => ended,
    }),
    roleOf('b', { receive: (_, message) => void heard.push(message.round) }),
  ];
  await runInVirtualTime(roles, { faults: { ...noFaults, ...faults }, stream: randomStream(seed), observe: (o) => void observed.push(o) });
  return { observed, heard };
}

/** Is a count within four standard deviations of a binomial's mean? */
const expectBinomial = (count: number, n: number, p: number): void =>
  expect(Math.abs(count - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)));

describe('virtual time with faults', () => {
  it('loses as many messages as it was told to, and says which', async () => {
    const { observed, heard } = await manyMessages({ loss_frac: 0.3 }, 4);
    const lost = new Set(observed.filter((o) => o.fate === 'lost').map((o) => o.message.round));
    expect(observed).toHaveLength(N);
    expectBinomial(lost.size, N, 0.3);
    expect(heard).toEqual(Array.from({ length: N }, (_, k) => k).filter((k) => !lost.has(k)));
  });

  it('doubles as many as it was told to; both copies arrive', async () => {
    const { observed, heard } = await manyMessages({ duplicate_frac: 0.1, delay_mean_s: 1 }, 5);
    const twice = observed.filter((o) => o.fate === 'duplicated').length;
    expectBinomial(twice, N, 0.1);
    expect(heard).toHaveLength(N + twice);
  });

  it('does not double what it has lost', async () => {
    const { observed, heard } = await manyMessages({ duplicate_frac: 0.5, loss_frac: 0.5 }, 6);
    const lost = observed.filter((o) => o.fate === 'lost').length;
    const twice = observed.filter((o) => o.fate === 'duplicated').length;
    expectBinomial(lost, N, 0.5);
    expectBinomial(twice, N, 0.25);
    expect(heard).toHaveLength(N - lost + twice);
  });

  it('reorders like independent exponential delays: any two messages change places with probability ½', async () => {
    const { heard } = await manyMessages({ delay_min_s: 0.5, delay_mean_s: 2 }, 7);
    const place = new Int32Array(N);
    heard.forEach((k, i) => {
      place[k] = i;
    });
    let swapped = 0;
    for (let k = 0; k < N; k += 2) if (place[k] > place[k + 1]) swapped++;
    expectBinomial(swapped, N / 2, 0.5);
  });

  it('delays by the minimum plus an exponential with the mean asked for', async () => {
    const delays: number[] = [];
    let now_s = 0;
    const rounds = 4000;
    const pingPong = (id: string, other: string, first: boolean): Role =>
      roleOf(id, {
        start: (out) => first && out.send(other, note('')),
        receive: (_, __, out) => {
          delays.push(0);
          out.send(other, note(''));
        },
        done: () => delays.length >= rounds,
      });
    now_s = await runInVirtualTime([pingPong('a', 'b', true), pingPong('b', 'a', false)], {
      faults: { ...noFaults, delay_min_s: 0.2, delay_mean_s: 0.5 },
      stream: randomStream(8),
    });
    expect(Math.abs(now_s / rounds - 0.7)).toBeLessThan((4 * 0.5) / Math.sqrt(rounds));
  });

  it('repeats itself exactly for a seed, and differs for another', async () => {
    const rough = { loss_frac: 0.2, delay_mean_s: 1, duplicate_frac: 0.1 };
    const [one, again, other] = await Promise.all([11, 11, 12].map((seed) => manyMessages(rough, seed)));
    expect(again.heard).toEqual(one.heard);
    expect(other.heard).not.toEqual(one.heard);
  });

  it("gives each pair of agents luck of its own: more talk between others changes nobody's fate", async () => {
    const fates = async (chatter: number): Promise<string[]> => {
      const observed: string[] = [];
      const roles = [
        roleOf('a', { start: (out) => Array.from({ length: 50 }, (_, k) => out.send('b', note('', k))) }),
        roleOf('b', {}),
        roleOf('c', { start: (out) => Array.from({ length: chatter }, () => out.send('b', note(''))) }),
        roleOf('clock', { start: (out) => out.wakeAfter(1), tick: () => void (ticked = true), done: () => ticked }),
      ];
      let ticked = false;
      await runInVirtualTime(roles, {
        faults: { ...noFaults, loss_frac: 0.5 },
        stream: randomStream(3),
        observe: ({ from, fate }) => void (from === 'a' && observed.push(fate)),
      });
      return observed;
    };
    expect(await fates(100)).toEqual(await fates(0));
  });
});

describe('timers of virtual time', () => {
  const clockwork = async (start: (wakeAfter: (s: number) => void) => void, ticks_count: number): Promise<number[]> => {
    const ticks: number[] = [];
    const role = roleOf('a', {
      start: (out) => start((s) => out.wakeAfter(s)),
      tick: (now_s, out) => {
        ticks.push(now_s);
        if (ticks.length < ticks_count) out.wakeAfter(2);
      },
      done: () => ticks.length >= ticks_count,
    });
    await runInVirtualTime([role], { faults: noFaults, stream: randomStream(1) });
    return ticks;
  };

  it('wake at the time asked for, again and again', async () => {
    expect(await clockwork((wake) => wake(1.5), 3)).toEqual([1.5, 3.5, 5.5]);
  });

  it('a later call replaces an earlier one, sooner or later', async () => {
    expect(
      await clockwork((wake) => {
        wake(1);
        wake(4);
      }, 1),
    ).toEqual([4]);
    expect(
      await clockwork((wake) => {
        wake(4);
        wake(1);
      }, 2),
    ).toEqual([1, 3]);
  });

  it('belong to one agent each', async () => {
    const ticks: string[] = [];
    const role = (id: string, after_s: number): Role =>
      roleOf(id, { start: (out) => out.wakeAfter(after_s), tick: () => void ticks.push(id), done: () => ticks.length === 2 });
    await runInVirtualTime([role('late', 2), role('soon', 1)], { faults: noFaults, stream: randomStream(1) });
    expect(ticks).toEqual(['soon', 'late']);
  });

  it('end when the virtual time is up: AGENTS_TOO_LATE, with a cure', async () => {
    const restless = roleOf('a', {
      start: (out) => out.wakeAfter(1),
      tick: (_, out) => out.wakeAfter(1),
      done: () => false,
    });
    const run = runInVirtualTime([restless], { faults: noFaults, stream: randomStream(1), timeLimit_s: 100 });
    const error = await run.catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'AGENTS_TOO_LATE', hint: expect.stringContaining('loss') });
  });

  it('never fire in the loop, where nothing is late', async () => {
    const { roles, heard } = senderAndListener(2);
    const timid = roleOf('c', {
      start: (out) => out.wakeAfter(0),
      tick: () => {
        throw new Error('woken');
      },
    });
    await runInLoop([...roles, timid]);
    expect(heard).toEqual([0, 1]);
  });
});
