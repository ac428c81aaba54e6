import { describe, expect, it } from 'vitest';
import { note, roleOf } from '../conformance.ts';
import type { AgentId, Message, Observation, Role, Snapshot } from '../role.ts';
import { VirtualWorld } from '../virtual/world.ts';
import type { Fault } from './script.ts';

const N = 10_000;

interface Heard {
  readonly at_s: number;
  readonly from: AgentId;
  readonly message: Message;
}

/** a says a note to b at every whole second; what b hears, and the world at its end. */
function spoken(faults: readonly Fault[], count = N, seed = 1, body: Message['body'] = {}) {
  const heard: Heard[] = [];
  const observed: Observation[] = [];
  let said_count = 0;
  const roles = [
    roleOf('a', {
      start: (out) => out.wakeAfter(1),
      tick: (_, out) => {
        out.send('b', { kind: 'note', round: ++said_count, body });
        if (said_count < count) out.wakeAfter(1);
      },
      done: () => said_count >= count,
    }),
    roleOf('b', { receive: (from, message) => void heard.push({ at_s: world.now_s, from, message }) }),
    roleOf('c', {}),
  ];
  const world = new VirtualWorld(roles, { script: { faults }, seed, observe: (o) => void observed.push(o) });
  world.start();
  while (world.step());
  return { heard, observed, world, rounds: heard.map(({ message }) => message.round) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const all = Array.from({ length: N }, (_, k) => k + 1);

describe('delays', () => {
  const delays = (fault: Partial<Extract<Fault, { fault: 'delay' }>>): number[] =>
    spoken([{ fault: 'delay', min_s: 0.5, mean_s: 2, ...fault }]).heard.map(({ at_s, message }) => at_s - message.round - 0.5);

  it('constant: exactly', () => {
    for (const delay_s of delays({})) expect(delay_s).toBeCloseTo(2, 9);
  });

  // deviations of the laws: uniform on [0, 4] 4/√12, exponential 2, log-normal 2·√(e^σ² − 1), Lomax with α = 4: 2·√(α/(α − 2))
  it.each([
    ['uniform', undefined, 4 / Math.sqrt(12)],
    ['exponential', undefined, 2],
    ['log-normal', 0.5, 2 * Math.sqrt(Math.exp(0.25) - 1)],
    ['pareto', 4, 2 * Math.SQRT2],
  ] as const)('%s: with the mean asked for and its own deviation', (law, shape, deviation) => {
    const drawn = delays({ law, shape });
    const m = mean(drawn);
    expect(Math.abs(m - 2)).toBeLessThan((4 * deviation) / Math.sqrt(N));
    expect(Math.abs(Math.sqrt(mean(drawn.map((d) => (d - m) ** 2))) / deviation - 1)).toBeLessThan(0.05);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-1e-9);
  });

  it('uniform stays below twice the mean, Pareto has its tail', () => {
    expect(Math.max(...delays({ law: 'uniform' }))).toBeLessThan(4);
    // P(Lomax > x) = (1 + x/2)^−2 for mean 2, α = 2: above 18 one in a hundred
    const far_count = delays({ law: 'pareto' }).filter((d) => d > 18).length;
    expect(Math.abs(far_count - N / 100)).toBeLessThan(4 * Math.sqrt(N / 100));
  });

  it('of several faults add up', () => {
    const { heard } = spoken(
      [
        { fault: 'delay', min_s: 1 },
        { fault: 'delay', min_s: 2 },
      ],
      3,
    );
    expect(heard.map(({ at_s }) => at_s)).toEqual([4, 5, 6]);
  });
});

describe('losses', () => {
  it('meet only whom, what and when they name', () => {
    const lossOf = (more: Partial<Extract<Fault, { fault: 'loss' }>>): number[] =>
      spoken([{ fault: 'loss', loss_frac: 1, ...more }], 10).rounds;
    expect(lossOf({})).toEqual([]);
    expect(lossOf({ after_s: 3, until_s: 6 })).toEqual([1, 2, 6, 7, 8, 9, 10]);
    expect(lossOf({ from: 'b' })).toEqual(all.slice(0, 10));
    expect(lossOf({ to: ['c', 'b*'] })).toEqual([]);
    expect(lossOf({ messages: 'price' })).toEqual(all.slice(0, 10));
  });

  it('come in bursts of the mean length asked for', () => {
    const { rounds, world } = spoken([{ fault: 'burst-loss', begins_frac: 0.02, ends_frac: 0.2 }]);
    const heard = new Set(rounds);
    const bursts: number[] = [];
    for (let k = 1, run = 0; k <= N; k++) {
      if (!heard.has(k)) run++;
      else if (run > 0) {
        bursts.push(run);
        run = 0;
      }
    }
    // A burst is geometric with mean 5; the chain is in it begins/(begins + ends) = 1/11 of the time.
    expect(Math.abs(mean(bursts) - 5)).toBeLessThan((4 * Math.sqrt(20)) / Math.sqrt(bursts.length));
    expect(Math.abs((N - heard.size) / N - 1 / 11)).toBeLessThan(0.02);
    expect(world.counts.get('burst-loss')).toBe(N - heard.size);
  });
});

describe('copies, order and lies', () => {
  it('duplicates arrive as often as told', () => {
    const { rounds } = spoken([{ fault: 'duplicate', duplicate_frac: 1, copies_count: 3 }], 5);
    expect(rounds).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]);
  });

  it('reordering lets later messages overtake, and loses none', () => {
    const { rounds } = spoken([{ fault: 'reorder', reorder_frac: 0.3, hold_s: 5 }]);
    expect(rounds).not.toEqual(all);
    expect([...rounds].sort((x, y) => x - y)).toEqual(all);
  });

  it('replays what was said before, as it was', () => {
    const { rounds, heard } = spoken([{ fault: 'replay', replay_frac: 1, memory_count: 2 }], 50, 1, { x: 1 });
    expect(rounds).toHaveLength(99);
    for (let k = 2; k <= 50; k++) {
      const old = rounds[2 * (k - 1)];
      expect(rounds[2 * k - 3]).toBe(k);
      expect(k - old).toBeGreaterThanOrEqual(1);
      expect(k - old).toBeLessThanOrEqual(2);
    }
    expect(heard.every(({ message }) => message.body['x'] === 1)).toBe(true);
  });

  it('forges the sender', () => {
    const { heard } = spoken([{ fault: 'forge', forge_frac: 1, as: 'c' }], 2);
    expect(heard.map(({ from, message }) => `${from} ${message.round}`)).toEqual(['a 1', 'c 1', 'a 2', 'c 2']);
  });

  it('floods with the last words, or noise', () => {
    const { heard, world } = spoken([{ fault: 'flood', agents: ['a', 'c'], to: 'b', every_s: 0.25, after_s: 1.1, until_s: 2.1 }], 2);
    expect(heard.filter(({ from }) => from === 'a').map(({ message }) => message.round)).toEqual([1, 1, 1, 1, 1, 2]);
    expect(heard.filter(({ from }) => from === 'c').map(({ message }) => message.kind)).toEqual(['noise', 'noise', 'noise', 'noise']);
    expect(world.counts.get('flood')).toBe(8);
  });

  const body = { p_kW: Float64Array.of(1, 2, 3), ok: 1, text: 'abc' };
  const lies = (how: Extract<Fault, { fault: 'alter' }>['how'], count = 200): Message[] =>
    spoken([{ fault: 'alter', alter_frac: 1, how }], count, 3, body).heard.map(({ message }) => message);

  it('alters bodies in the way named, and never what the sender holds', () => {
    expect(lies('scale')[0].body).toEqual({ p_kW: Float64Array.of(10, 20, 30), ok: 10, text: 'abc' });
    expect(lies('nan').some(({ body: { p_kW } }) => !(p_kW as Float64Array).every(Number.isFinite))).toBe(true);
    expect(new Set(lies('wrong-length').map(({ body: { p_kW } }) => (p_kW as Float64Array).length))).toEqual(new Set([0, 1, 2, 4, 5, 6]));
    expect(lies('wrong-round').every(({ round }, k) => round !== k + 1 && Math.abs(round - k - 1) <= 3)).toBe(true);
    expect(lies('wrong-field').some(({ body: lie }) => 'p_kWx' in lie)).toBe(true);
    expect(lies('wrong-field').some(({ body: lie }) => typeof lie['text'] === 'number')).toBe(true);
    for (const { body: lie } of lies('bit-flip')) expect(lie).not.toEqual(body);
    expect(body).toEqual({ p_kW: Float64Array.of(1, 2, 3), ok: 1, text: 'abc' });
  });

  it('stale: the body of the message before under the new round', () => {
    const seen: number[][] = [];
    let k = 0;
    const roles = [
      roleOf('a', {
        start: (out) => {
          for (; k < 3; k++) out.send('b', { kind: 'note', round: k, body: { k } });
        },
      }),
      roleOf('b', { receive: (_, { round, body: heard }) => void seen.push([round, heard['k'] as number]) }),
    ];
    const world = new VirtualWorld(roles, { script: { faults: [{ fault: 'alter', alter_frac: 1, how: 'stale' }] }, seed: 1 });
    world.start();
    while (world.step());
    expect(seen).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
    ]);
  });
});

describe('partitions', () => {
  it('cut off until they heal; what is under way is lost', () => {
    const { rounds, world } = spoken(
      [
        { fault: 'partition', agents: ['b', 'c'], after_s: 4.5, until_s: 7.5 },
        { fault: 'delay', min_s: 1 },
      ],
      10,
    );
    // 4 leaves before and would arrive at 5; 7 leaves within.
    expect(rounds).toEqual([1, 2, 3, 8, 9, 10]);
    expect(world.counts.get('partition')).toBe(4);
  });

  it('leave those on one side alone', () => {
    expect(spoken([{ fault: 'partition', agents: ['a', 'b'] }], 3).rounds).toEqual([1, 2, 3]);
  });
});

describe('clocks', () => {
  it('that are fast ring early, and show their own time', () => {
    const ticks: number[][] = [];
    const role = roleOf('a', {
      start: (out) => out.wakeAfter(11),
      tick: (now_s) => void ticks.push([world.now_s, now_s]),
      done: () => ticks.length > 0,
    });
    const script = { faults: [{ fault: 'clock', agents: 'a', drift_frac: 0.1, skew_s: 100 } as const] };
    const world = new VirtualWorld([role], { script, seed: 1 });
    world.start();
    while (world.step());
    expect(ticks[0][0]).toBeCloseTo(10, 12);
    expect(ticks[0][1]).toBeCloseTo(111, 12);
  });
});

/** Counts seconds aloud, from what it remembers. */
class Counter implements Role {
  readonly id = 'a';
  private readonly end: number;
  n = 0;
  constructor(end: number) {
    this.end = end;
  }
  get done(): boolean {
    return this.n >= this.end;
  }
  start(out: Parameters<Role['start']>[0]): void {
    out.wakeAfter(1);
  }
  receive(): void {}
  tick(_: number, out: Parameters<Role['start']>[0]): void {
    this.n++;
    out.send('b', note('', this.n));
    if (!this.done) out.wakeAfter(1);
  }
  remember(): Snapshot {
    return { n: this.n };
  }
  resume(snapshot: Snapshot, out: Parameters<Role['start']>[0]): void {
    this.n = snapshot['n'] as number;
    out.send('b', note('again', this.n));
    out.wakeAfter(1);
  }
}

describe('crashes', () => {
  const counted = (fault: Partial<Extract<Fault, { fault: 'crash' }>>, revive = true, role: Role = new Counter(8)) => {
    const heard: string[] = [];
    const listener = roleOf('b', { receive: (_, { round }) => void heard.push(`${world.now_s}: ${round}`) });
    const world = new VirtualWorld([role, listener], {
      script: { faults: [{ fault: 'crash', agents: 'a', at_s: 3.5, restart_s: 2, ...fault }] },
      seed: 1,
      revive: revive ? (id) => (id === 'a' ? new Counter(8) : listener) : undefined,
    });
    world.start();
    while (!world.isDone && world.step());
    while (world.step());
    return { heard, world };
  };
  const after = ['7.5: 5', '8.5: 6', '9.5: 7', '10.5: 8'];

  it('between events: it goes on from its snapshot, made anew', () => {
    const { heard } = counted({});
    expect(heard).toEqual(['1: 1', '2: 2', '3: 3', '5.5: 3', '6.5: 4', ...after]);
    expect(counted({}, false).heard).toEqual(heard);
  });

  it('unsaved: what it did last is forgotten, and nobody heard of it', () => {
    expect(counted({ moment: 'unsaved' }).heard).toEqual(['1: 1', '2: 2', '3: 3', '6: 3', '7: 4', '8: 5', '9: 6', '10: 7', '11: 8']);
  });

  it('unsent: what it did last is remembered, and it says it when it is back', () => {
    expect(counted({ moment: 'unsent' }).heard).toEqual(['1: 1', '2: 2', '3: 3', '6: 4', '7: 5', '8: 6', '9: 7', '10: 8']);
  });

  it('without return: silence, for which nobody waits', () => {
    const { heard, world } = counted({ restart_s: undefined });
    expect(heard).toEqual(['1: 1', '2: 2', '3: 3']);
    expect([world.isDone, world.isUp('a'), world.isUp('b')]).toEqual([true, false, true]);
    const forgetful = roleOf('a', { start: (out) => out.wakeAfter(9), done: () => false });
    expect(counted({}, true, forgetful).world.isDone).toBe(true);
  });

  it('before it ever spoke: it starts again', () => {
    expect(counted({ at_s: 0.5 }).heard[0]).toBe('3.5: 1');
  });

  it('lose what is said to it meanwhile', () => {
    const heard: number[] = [];
    const roles = [
      roleOf('clock', {
        start: (out) => out.wakeAfter(1),
        tick: (now_s, out) => {
          out.send('a', note('', now_s));
          if (now_s < 5) out.wakeAfter(1);
        },
      }),
      { ...roleOf('a', { receive: (_, { round }) => void heard.push(round) }), remember: () => ({}), resume: () => {} },
    ];
    const world = new VirtualWorld(roles, { script: { faults: [{ fault: 'crash', agents: 'a', at_s: 1.5, restart_s: 2 }] }, seed: 1 });
    world.start();
    while (world.step());
    expect(heard).toEqual([1, 4, 5]);
    expect(world.unheard_count).toBe(2);
  });
});

describe('chance', () => {
  const storm: Fault[] = [
    { fault: 'loss', luck: 5, loss_frac: 0.2 },
    { fault: 'delay', luck: 9, law: 'log-normal', mean_s: 3 },
    { fault: 'duplicate', luck: 2, duplicate_frac: 0.1 },
  ];

  it('repeats itself for a seed, and differs for another', () => {
    expect(spoken(storm, 500, 4).rounds).toEqual(spoken(storm, 500, 4).rounds);
    expect(spoken(storm, 500, 5).rounds).not.toEqual(spoken(storm, 500, 4).rounds);
  });

  it('of a fault stays when others are taken out, and does not depend on its place', () => {
    const lost = (faults: readonly Fault[]): number[] =>
      spoken(faults, 500, 4)
        .observed.filter(({ fate }) => fate === 'lost')
        .map(({ message }) => message.round);
    expect(lost([storm[0]])).toEqual(lost(storm));
    expect(lost([...storm].reverse())).toEqual(lost(storm));
  });

  it('of two faults is independent: each of four outcomes comes as often as it should', () => {
    const { observed } = spoken([
      { fault: 'loss', luck: 0, loss_frac: 0.5 },
      { fault: 'duplicate', luck: 1, duplicate_frac: 0.5 },
    ]);
    const count = (fate: string): number => observed.filter((o) => o.fate === fate).length;
    for (const [fate, p] of [
      ['lost', 0.5],
      ['duplicated', 0.25],
      ['delivered', 0.25],
    ] as const)
      expect(Math.abs(count(fate) - p * N)).toBeLessThan(4 * Math.sqrt(N * p * (1 - p)));
  });
});
