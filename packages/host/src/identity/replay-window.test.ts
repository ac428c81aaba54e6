import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayWindow } from './replay-window.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a replay window', () => {
  const isNew = (window: ReplayWindow, counter: number): boolean => !window.isOld(counter) && !window.hasTaken(counter);

  it('takes every counter once, in whatever order within 128', () => {
    const window = new ReplayWindow(0);
    for (const counter of [5, 9, 7, 6, 1000]) {
      expect(isNew(window, counter)).toBe(true);
      window.take(counter);
      expect(isNew(window, counter)).toBe(false);
    }
    expect(isNew(window, 8)).toBe(true);
  });

  it('calls old what is before its floor, or before the 128 newest', () => {
    const window = new ReplayWindow(10);
    expect([window.isOld(10), window.isOld(11)]).toEqual([true, false]);
    for (let counter = 100; counter < 100 + 128; counter++) window.take(counter);
    expect([window.isOld(99), window.isOld(100), window.hasTaken(100)]).toEqual([true, false, true]);
    window.take(1000);
    // now the 128 newest begin with 101
    expect([window.isOld(100), window.isOld(101)]).toEqual([true, false]);
  });

  it('never takes anything twice, and nothing that arrives less than 128 late is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ gap: fc.integer({ min: 1, max: 1e6 }), delay: fc.nat(60), again: fc.nat(200) })), (sent) => {
        let counter = 0;
        const arrivals = sent.flatMap(({ gap, delay, again }, k) => {
          counter += gap;
          return [
            { counter, at: k + delay },
            { counter, at: k + delay + again },
          ];
        });
        arrivals.sort((a, b) => a.at - b.at);
        const window = new ReplayWindow(0);
        const taken: number[] = [];
        for (const arrival of arrivals) {
          if (!isNew(window, arrival.counter)) continue;
          window.take(arrival.counter);
          taken.push(arrival.counter);
        }
        expect(taken.length).toBe(sent.length);
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });
});

describe('a token bucket', () => {
  it('lets a second of its rate through at once, and then its rate', () => {
    const bucket = new TokenBucket(200, 0);
    const through = (tries: number, now_ms: number): number =>
      Array.from({ length: tries }, () => bucket.draw(1, now_ms)).filter(Boolean).length;
    expect(through(1000, 0)).toBe(200);
    expect(through(1000, 500)).toBe(100);
    expect(through(1000, 60_000)).toBe(200);
    // a clock that is set back brings nothing
    expect(through(10, 0)).toBe(0);
  });

  it('has room for one message of the largest size however slow it is, whose 65 tokens come back at its rate', () => {
    const bucket = new TokenBucket(1, 0);
    expect([bucket.draw(65, 0), bucket.draw(65, 0), bucket.draw(65, 49_000), bucket.draw(65, 51_000)]).toEqual([true, false, false, true]);
  });
});
