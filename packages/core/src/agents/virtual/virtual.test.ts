import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { note, roleOf } from '../conformance.ts';
import type { Invariant } from '../invariant.ts';
import { EventQueue } from './event-queue.ts';
import { Luck, luckOfPair } from './luck.ts';
import { PairTable } from './pair-table.ts';
import { VirtualWorld } from './world.ts';

describe('EventQueue', () => {
  it('gives events in order of time and number, however they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 20 })), { maxLength: 400 }), (actions) => {
        const queue = new EventQueue<string>();
        let waiting: { at_s: number; order: number }[] = [];
        let order = 0;
        let now_s = 0;
        const take = (): void => {
          waiting.sort((a, b) => a.at_s - b.at_s || a.order - b.order);
          const [next, ...rest] = waiting;
          expect(queue.take()).toBe(next !== undefined);
          if (next === undefined) return;
          expect([queue.at_s, queue.order, queue.subject, queue.payload]).toEqual([next.at_s, next.order, next.order % 7, `${next.order}`]);
          now_s = next.at_s;
          waiting = rest;
        };
        for (const action of actions) {
          if (action === undefined) take();
          else {
            queue.push(now_s + action, order, 1, order % 7, `${order}`);
            waiting.push({ at_s: now_s + action, order: order++ });
          }
          expect(queue.size_count).toBe(waiting.length);
        }
        while (waiting.length > 0) take();
        expect(queue.take()).toBe(false);
      }),
    );
  });
});

describe('PairTable', () => {
  it('keeps a row for each ordered pair, and knows the way back', () => {
    const pairs = new PairTable(true);
    const n = 60;
    const message = note('');
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) if ((a * b) % 3 !== 1) pairs.add(a, b, a % 5, [a, -b]);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        const row = pairs.find(a, b);
        if ((a * b) % 3 === 1) expect(row).toBe(-1);
        else expect([pairs.from(row), pairs.to(row), pairs.plan(row), pairs.luck0(row), pairs.luck1(row) + b]).toEqual([a, b, a % 5, a, 0]);
      }
    }
    const there = pairs.find(3, 4);
    expect([pairs.kind(there), pairs.said(there)]).toEqual(['', undefined]);
    expect([message, message, note('', 1), { ...message, kind: 'other' }].map((each) => pairs.say(there, each))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect([pairs.unanswered_count(there), pairs.sent_count(there), pairs.kind(there), pairs.round(there)]).toEqual([4, 4, 'other', 0]);
    expect(pairs.said(there)).toEqual({ ...message, kind: 'other' });
    pairs.hear(pairs.find(4, 3), -1);
    expect(pairs.unanswered_count(there)).toBe(4);
    pairs.hear(pairs.find(4, 3), 0);
    expect([pairs.unanswered_count(there), pairs.sent_count(there)]).toEqual([0, 4]);
  });
});

describe('Luck', () => {
  it('is uniform over messages, faults and draws, bit by bit', () => {
    const luck = new Luck();
    const counts = new Float64Array(3 * 16);
    const count = 40_000;
    const [pair0, pair1] = luckOfPair('a', 'b', 1);
    for (let k = 0; k < count; k++) {
      luck.begin(pair0, pair1, k >> 2, k & 3);
      for (let draw = 0; draw < 3; draw++) counts[16 * draw + Math.floor(16 * luck.uniform())]++;
    }
    for (let draw = 0; draw < 3; draw++) {
      let chi2 = 0;
      for (const seen of counts.subarray(16 * draw, 16 * draw + 16)) chi2 += (seen - count / 16) ** 2 / (count / 16);
      expect(chi2).toBeLessThan(44.3); // 15 degrees of freedom, one in ten thousand
    }
  });

  it('has a normal with variance one', () => {
    const luck = new Luck();
    luck.begin(1, 2, 3, 4);
    const drawn = Array.from({ length: 20_000 }, () => luck.normal());
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(drawn.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / drawn.length));
  });
});

describe('VirtualWorld', () => {
  const noScript = { faults: [] };

  it('looks at invariants after every event, and says which broke, when and where', () => {
    const seen: string[] = [];
    const invariant: Invariant = {
      name: 'no round above 2',
      after: ({ kind, agent, message, said }) => {
        seen.push(`${kind} ${agent} ${message?.round ?? '-'} ${said.map(({ to }) => to).join()}`);
        return (message?.round ?? 0) > 2 ? `round ${message!.round}` : undefined;
      },
    };
    const roles = ['a', 'b'].map((id, k) =>
      roleOf(id, {
        start: (out) => k === 0 && out.send('b', note('', 1)),
        receive: (from, { round }, out) => out.send(from, note('', round + 1)),
        done: () => false,
      }),
    );
    const world = new VirtualWorld(roles, { script: noScript, seed: 1, invariants: [invariant] });
    world.start();
    while (world.violation === undefined && world.step());
    expect(seen).toEqual(['start a - b', 'start b - ', 'receive b 1 a', 'receive a 2 b', 'receive b 3 a']);
    expect(world.violation).toEqual({ invariant: 'no round above 2', says: 'round 3', agent: 'b', at_s: 0, event: 3 });
  });

  it('takes an exception of a role for a violation where there are invariants', () => {
    const bomb = roleOf('a', {
      start: () => {
        throw new RangeError('boom');
      },
    });
    const world = new VirtualWorld([bomb], { script: noScript, seed: 1, invariants: [] });
    world.start();
    expect(world.violation).toMatchObject({ invariant: 'no agent breaks', says: 'it threw RangeError: boom', agent: 'a' });
    expect(() => new VirtualWorld([bomb], { script: noScript, seed: 1 }).start()).toThrow('boom');
  });

  it('says who waits for whom, for what, and how often it was said', () => {
    const roles = [
      roleOf('net', {
        start: (out) => out.wakeAfter(1),
        tick: (now_s, out) => {
          out.send('home', { kind: 'price', round: 3, body: {} });
          out.send('shop', { kind: 'price', round: 3, body: {} });
          out.send('line', { kind: 'price', round: 3, body: {} });
          if (now_s < 5) out.wakeAfter(1);
        },
        done: () => false,
      }),
      roleOf('home', { receive: (from, _, out) => out.send(from, note('yes', 3)) }),
      roleOf('shop', {}),
      // It is there, and says an old word: that is no answer.
      roleOf('line', { receive: (from, _, out) => out.send(from, note('yes', 2)) }),
    ];
    const world = new VirtualWorld(roles, { script: noScript, seed: 1 });
    world.start();
    while (world.step());
    const price = { kind: 'price', round: 3, said_count: 5 };
    expect([...world.waiting]).toEqual([
      [
        'net',
        [
          { to: 'shop', ...price },
          { to: 'line', ...price },
        ],
      ],
    ]);
  });
});
