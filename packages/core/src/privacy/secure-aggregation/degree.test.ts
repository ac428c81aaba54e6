import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { degreeFor, tail_log2 } from './degree.ts';
import { neighbourGraph, randomOrder } from './graph.ts';

const usual = { corrupt_frac: 0.05, dropout_frac: 0.05, security_bits: 40, recovery_bits: 20 };

describe('the number of neighbours', () => {
  it('has the tails of the hypergeometric distribution: 2 or more of 3 drawn from 10 with 4 marked are 1/3', () => {
    // P[2] = C(4,2)·C(6,1)/C(10,3) = 36/120, P[3] = 4/120.
    expect(2 ** tail_log2(10, 4, 3, 2)).toBeCloseTo(40 / 120, 12);
    expect(tail_log2(10, 4, 3, 0)).toBe(0);
    expect(tail_log2(10, 9, 3, 2)).toBe(0);
    expect(tail_log2(10, 2, 5, 3)).toBe(Number.NEGATIVE_INFINITY);
    // A tail that is computed by its complement: P[X ≥ 20], X of 40 drawn from 1000 with 500 marked, is a half and half the middle term.
    expect(2 ** tail_log2(1000, 500, 40, 20)).toBeCloseTo(
      0.5 + (2 ** tail_log2(1000, 500, 40, 20) - 2 ** tail_log2(1000, 500, 40, 21)) / 2,
      9,
    );
  });

  it('grows with the logarithm of the members, and keeps both bounds', () => {
    const degrees = [100, 1000, 10_000, 100_000].map((members_count) => degreeFor({ ...usual, members_count }));
    for (const { exposure_bits, loss_bits, threshold_count, degree_count } of degrees) {
      expect(exposure_bits).toBeGreaterThanOrEqual(40);
      expect(loss_bits).toBeGreaterThanOrEqual(20);
      expect(threshold_count).toBeLessThanOrEqual(degree_count);
    }
    const k = degrees.map(({ degree_count }) => degree_count);
    expect(k[3] - k[2]).toBeLessThan(10);
    expect(k[2]).toBeLessThan(60);
    expect(k[1]).toBeLessThanOrEqual(k[2]);
  });

  it('is small in a small group', () => {
    expect(degreeFor({ ...usual, members_count: 2 })).toMatchObject({
      degree_count: 1,
      threshold_count: 1,
      corrupt_count: 0,
      dropout_count: 0,
    });
    expect(degreeFor({ ...usual, members_count: 3 })).toMatchObject({
      degree_count: 2,
      threshold_count: 2,
      corrupt_count: 1,
      dropout_count: 0,
    });
    expect(degreeFor({ ...usual, members_count: 6 })).toMatchObject({
      degree_count: 4,
      threshold_count: 2,
      corrupt_count: 1,
      dropout_count: 1,
    });
  });

  it('refuses what nothing can protect: PRIVACY_GROUP', () => {
    expect(() => degreeFor({ ...usual, members_count: 1 })).toThrow(/PRIVACY_GROUP/);
    expect(() => degreeFor({ ...usual, members_count: 50, corrupt_frac: 0.6, dropout_frac: 0.5, security_bits: 40 })).toThrow(
      /PRIVACY_GROUP/,
    );
  });

  it('is enough where members are lost at random: bound (1) holds against a count of broken rings', () => {
    const n = 60;
    const lost_count = 18;
    const k = 8;
    const stream = randomStream(12);
    let apart = 0;
    const trials = 4000;
    for (let trial = 0; trial < trials; trial++) {
      const { neighbours } = neighbourGraph(
        randomOrder(n, (m) => stream.index(m)),
        k,
      );
      if (!connected(neighbours, lost_count)) apart++;
    }
    // n²/2·Π (18 − j)/(60 − j) for k = 8 is 0.031, and 0.022 is what happens.
    let bound = (n * n) / 2;
    for (let j = 0; j < k; j++) bound *= (lost_count - j) / (n - j);
    expect(apart / trials).toBeGreaterThan(0);
    expect(apart / trials).toBeLessThan(bound);
  });
});

/** Whether members that are left hang together when those with the lowest numbers are lost: their places are random. */
function connected(neighbours: readonly (readonly number[])[], lost_count: number): boolean {
  const seen = new Set([lost_count]);
  const queue = [lost_count];
  for (const member of queue) {
    for (const other of neighbours[member]) {
      if (other < lost_count || seen.has(other)) continue;
      seen.add(other);
      queue.push(other);
    }
  }
  return seen.size === neighbours.length - lost_count;
}

describe('the ring of neighbours', () => {
  it('gives everybody as many, both ways, in random places', () => {
    const stream = randomStream(2);
    const { neighbours } = neighbourGraph(
      randomOrder(31, (n) => stream.index(n)),
      6,
    );
    neighbours.forEach((list, i) => {
      expect(list).toHaveLength(6);
      expect(new Set(list).size).toBe(6);
      for (const j of list) expect(neighbours[j]).toContain(i);
    });
    expect(neighbours[0]).not.toEqual([1, 2, 3, 28, 29, 30]);
  });
});
