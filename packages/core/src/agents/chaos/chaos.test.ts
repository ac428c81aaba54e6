import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { readFaultScript } from '../faults/read-script.ts';
import { type Fault, type FaultKind, type FaultScript, faultSpecs } from '../faults/script.ts';
import { stalling, waitingOf } from '../waiting.ts';
import { addTallies, emptyTally, trySeeds } from './campaign.ts';
import { drawScript } from './draw-script.ts';
import { shrink, smallerScripts } from './shrink.ts';
import type { Trial } from './trial.ts';

const kinds = Object.keys(faultSpecs) as FaultKind[];
const draw = (seed: number): FaultScript =>
  drawScript(randomStream(seed), { agents: ['a', 'b', 'net'], kinds, faults_max_count: 8, horizon_s: 10 });

describe('drawScript', () => {
  it('draws scripts of every kind, all of them valid, the same for a seed', () => {
    const seen = new Set<FaultKind>();
    for (let seed = 0; seed < 300; seed++) {
      const script = draw(seed);
      expect(readFaultScript(JSON.parse(JSON.stringify(script)))).toEqual(script);
      expect(draw(seed)).toEqual(script);
      for (const { fault } of script.faults) seen.add(fault);
    }
    expect(seen).toEqual(new Set(kinds));
  });
});

describe('shrink', () => {
  const of = (script: FaultScript, kind: FaultKind): Fault | undefined => script.faults.find(({ fault }) => fault === kind);
  const storm: FaultScript = {
    faults: [
      { fault: 'delay', law: 'pareto', min_s: 0.012, mean_s: 0.345 },
      { fault: 'loss', loss_frac: 0.4321, from: 'a', after_s: 3.21 },
      { fault: 'clock', agents: ['a', 'b'], drift_frac: 0.5 },
      { fault: 'crash', agents: ['a', 'b', 'c'], at_s: 4.567, restart_s: 7.89, moment: 'unsent' },
      { fault: 'flood', agents: 'a', to: 'b', every_s: 0.123, after_s: 1, until_s: 9 },
    ],
  };

  it('finds what matters and drops the rest, and keeps the chance of what stays', () => {
    const fails = (script: FaultScript): boolean => {
      const loss = of(script, 'loss') as Extract<Fault, { fault: 'loss' }> | undefined;
      const crash = of(script, 'crash') as Extract<Fault, { fault: 'crash' }> | undefined;
      return loss !== undefined && crash !== undefined && loss.loss_frac > 0.1 && crash.agents.includes('b');
    };
    const small = shrink(storm, smallerScripts, fails);
    expect(small.faults.map(({ fault, luck }) => [fault, luck])).toEqual([
      ['loss', 1],
      ['crash', 3],
    ]);
    expect((small.faults[0] as Extract<Fault, { fault: 'loss' }>).loss_frac).toBeLessThan(0.2);
    expect(Object.keys(small.faults[0]).sort()).toEqual(['fault', 'loss_frac', 'luck']);
    expect(small.faults[1]).toMatchObject({ agents: ['b'], restart_s: 0 });
    expect(shrink(storm, smallerScripts, fails)).toEqual(small);
  });

  it('ends, wherever it goes: every smaller script has less to it, and is valid', () => {
    for (let seed = 0; seed < 40; seed++) {
      const script = draw(seed);
      for (const smaller of smallerScripts(script)) expect(readFaultScript({ faults: [...smaller.faults] })).toEqual(smaller);
      expect(shrink(script, smallerScripts, () => true, { tries_max_count: 20_000 })).toEqual({ faults: [] });
    }
  });

  it('stops after so many tries', () => {
    let tries_count = 0;
    shrink(storm, smallerScripts, () => ++tries_count > 0, { tries_max_count: 2 });
    expect(tries_count).toBe(2);
  });
});

describe('a campaign', () => {
  /** Breaks whenever there is a crash at a time above 5. */
  const brittle: Trial<{ size: number }> = {
    name: 'brittle',
    draw: (stream) => ({
      case: { size: stream.index(5) },
      faults: drawScript(stream, { agents: ['a'], kinds, faults_max_count: 3, horizon_s: 10 }).faults,
    }),
    run: ({ faults }) => {
      const bad = faults.some((fault) => fault.fault === 'crash' && fault.at_s > 5);
      const violation = bad ? { invariant: 'no crash above 5', says: 'crash', agent: 'a', at_s: 5, event: 1 } : undefined;
      return { outcome: bad ? 'broken' : 'fine', violation, events_count: 2, counts: new Map(faults.map(({ fault }) => [fault, 1])) };
    },
    smaller: (attempt) => [...smallerScripts(attempt)].map(({ faults }) => ({ ...attempt, faults })),
  };

  it('counts, shrinks what breaks, and gives the same in one piece or in several', () => {
    const whole = trySeeds(brittle, 1, 200);
    const pieces = [
      [1, 50],
      [51, 70],
      [121, 80],
    ].map(([from, count]) => trySeeds(brittle, from, count));
    expect(pieces.reduce(addTallies, emptyTally)).toEqual(whole);
    expect([...whole.outcomes.values()].reduce((a, b) => a + b)).toBe(200);
    expect(whole.failures.length).toBe(whole.outcomes.get('broken'));
    expect(whole.failures.length).toBeGreaterThan(3);
    for (const { attempt, shrunk, violation } of whole.failures) {
      expect(shrunk.faults.map(({ fault }) => fault)).toEqual(['crash']);
      expect(shrunk.seed).toBe(attempt.seed);
      expect(violation.invariant).toBe('no crash above 5');
    }
  });
});

describe('who waits', () => {
  const owes = (to: string, round: number, said_count = 1) => ({ to, kind: 'price', round, said_count });

  it('is told in words, the oldest first', () => {
    expect(waitingOf('net', [owes('b', 4, 7), owes('a', 3)])).toBe(
      '"net" waits for "a" (price of round 3), "b" (price of round 4, said 7 times)',
    );
    expect(waitingOf('net', [owes('a', 3)], () => 'gone since 5 s')).toBe('"net" waits for "a" (price of round 3; gone since 5 s)');
    expect(waitingOf('net', [])).toBe('"net" waits and has asked nobody');
    expect(
      waitingOf(
        'net',
        ['a', 'b', 'c', 'd', 'e'].map((to) => owes(to, 1)),
      ),
    ).toMatch(/"c" \(price of round 1\) and 2 more$/);
  });

  it('leads to those who wait for nobody themselves', () => {
    const waiting = new Map([
      ['home', [owes('net', 3)]],
      ['net', [owes('shop', 4), owes('home', 4)]],
      ['convener', [owes('net', 2)]],
    ]);
    expect(stalling(waiting)).toEqual([{ from: 'net', ...owes('shop', 4) }]);
  });
});
