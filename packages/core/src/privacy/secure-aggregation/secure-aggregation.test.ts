import { describe, expect, it } from 'vitest';
import { type RandomStream, randomStream } from '../../base/random.ts';
import { toyCrypto } from '../testing/toy-crypto.ts';
import { Collector } from './collector.ts';
import { neighbourGraph, randomOrder } from './graph.ts';
import { Member } from './member.ts';

const modulus = 2 ** 52;

interface Group {
  readonly members: readonly Member[];
  readonly collector: Collector;
  readonly neighbours: readonly (readonly number[])[];
  readonly stream: RandomStream;
}

/** A group that has exchanged keys and shares. */
function group(n: number, degree_count: number, threshold_count: number, numbers_count: number, seed = 1): Group {
  const stream = randomStream(seed);
  const crypto = toyCrypto(stream.split('crypto'));
  const { neighbours } = neighbourGraph(
    randomOrder(n, (m) => stream.index(m)),
    degree_count,
  );
  const members = neighbours.map(
    (list, place) => new Member({ crypto, group: 'g', place, neighbours: list, threshold_count, numbers_count }),
  );
  const collector = new Collector({ crypto, neighbours, threshold_count, numbers_count });
  members.forEach((member, place) => collector.know(place, member.publicKeys));
  members.forEach((member, place) => {
    const sealed = member.sealShares(neighbours[place].map((j) => members[j].publicKeys))!;
    neighbours[place].forEach((j, k) => void waiting.push([j, place, sealed[k]]));
  });
  for (const [to, from, sealed] of waiting.splice(0)) expect(members[to].keepShares(from, sealed)).toBe(true);
  return { members, collector, neighbours, stream };
}
const waiting: [to: number, from: number, sealed: Uint8Array][] = [];

const vector = (stream: RandomStream, count: number): Float64Array => Float64Array.from({ length: count }, () => stream.index(2 ** 40));

const total = (vectors: readonly Float64Array[]): number[] =>
  [...vectors[0].keys()].map((i) => vectors.reduce((sum, v) => (sum + v[i]) % modulus, 0));

/** One round: `silent` say nothing, `left` say their vector and then nothing more. @returns sum and what was sent */
function play(
  { members, collector, neighbours }: Group,
  round: number,
  values: readonly Float64Array[],
  silent: number[],
  left: number[] = [],
) {
  collector.open(round);
  const gone = (place: number): boolean => collector.isGone(place);
  const newlySilent = silent.filter((place) => !gone(place));
  const sent = values.map((v, place) => {
    if (gone(place) || silent.includes(place)) return undefined;
    const masked = Float64Array.from(v);
    members[place].mask(round, masked);
    expect(collector.hear(place, masked)).toBe(true);
    return masked;
  });
  const shares = new Map(newlySilent.map((place) => [place, new Map<number, Uint8Array>()]));
  sent.forEach((masked, place) => {
    if (!masked || left.includes(place)) return;
    const revealed = members[place].reveal(
      round,
      newlySilent.filter((j) => neighbours[place].includes(j)),
    )!;
    collector.unmaskSelf(revealed.selfKey);
    for (const [of, share] of revealed.maskingShares) shares.get(of)!.set(place, share);
  });
  for (const [place, of] of shares) expect(collector.recoverMasks(place, of)).toBe(true);
  for (const place of left) {
    const of = new Map<number, Uint8Array>();
    for (const j of neighbours[place]) {
      if (!sent[j] || left.includes(j)) continue;
      of.set(j, members[j].revealSelves([place])!.get(place)!);
    }
    expect(collector.recoverSelf(place, of)).toBe(true);
  }
  return { sum: [...collector.sum], sent };
}

describe('a group that shows sums only', () => {
  it('gives the exact sum, round after round on one agreement of keys', () => {
    const all = group(9, 4, 3, 11);
    for (let round = 1; round <= 4; round++) {
      const values = all.members.map(() => vector(all.stream, 11));
      expect(play(all, round, values, []).sum).toEqual(total(values));
    }
  });

  it('gives the exact sum of those who spoke when others are silent, and when some leave after they spoke', () => {
    const all = group(16, 8, 4, 7, 3);
    const values = all.members.map(() => vector(all.stream, 7));
    const spoke = (silent: number[]): Float64Array[] => values.filter((_, place) => !silent.includes(place));
    expect(play(all, 1, values, [3]).sum).toEqual(total(spoke([3])));
    expect(play(all, 2, values, [3, 7], [5]).sum).toEqual(total(spoke([3, 7])));
    expect(play(all, 3, values, [3, 5, 7]).sum).toEqual(total(spoke([3, 5, 7])));
  });

  it('shows the collector numbers that are uniform, whatever they hide', () => {
    const all = group(6, 5, 2, 400, 5);
    const counts = new Int32Array(16);
    let same = 0;
    let before: Float64Array | undefined;
    for (let round = 1; round <= 40; round++) {
      const values = all.members.map(() => new Float64Array(400));
      const { sent } = play(all, round, values, []);
      for (const number of sent[2]!) counts[Math.floor(number / 2 ** 48)]++;
      if (before) sent[2]!.forEach((number, i) => number === before![i] && same++);
      before = sent[2]!;
    }
    const expected = (40 * 400) / 16;
    // 15 degrees of freedom: 99.9 % lie below 37.7.
    expect(counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)).toBeLessThan(37.7);
    expect(same).toBe(0);
  });

  it('keeps a late vector closed when its pair masks have been recovered: a member gives one kind of share only', () => {
    const all = group(6, 5, 3, 4, 7);
    const values = all.members.map(() => vector(all.stream, 4));
    play(all, 1, values, [2]);
    for (const j of all.neighbours[2]) expect(all.members[j].revealSelves([2])).toBeUndefined();
    // And the other way round.
    play(all, 2, values, [2], [4]);
    for (const j of all.neighbours[4]) if (j !== 2) expect(all.members[j].reveal(2, [4])).toBeUndefined();
  });

  it('reveals nothing for a round in which it did not speak, and masks no two vectors alike', () => {
    const { members } = group(4, 3, 2, 4);
    members[0].mask(3, new Float64Array(4));
    expect(members[0].reveal(2, [])).toBeUndefined();
    expect(members[1].reveal(3, [])).toBeUndefined();
    expect(() => members[0].mask(3, new Float64Array(4))).toThrow(RangeError);
  });

  it('refuses shares that were changed, sealed for another or for another group', () => {
    const stream = randomStream(2);
    const crypto = toyCrypto(stream);
    const member = (place: number, name: string): Member =>
      new Member({ crypto, group: name, place, neighbours: [0, 1, 2].filter((j) => j !== place), threshold_count: 2, numbers_count: 1 });
    const [a, b, c] = [member(0, 'g'), member(1, 'g'), member(2, 'g')];
    const fromA = a.sealShares([b.publicKeys, c.publicKeys])!;
    b.sealShares([a.publicKeys, c.publicKeys]);
    expect(b.keepShares(0, fromA[1])).toBe(false);
    expect(b.keepShares(2, fromA[0])).toBe(false);
    const changed = Uint8Array.from(fromA[0]);
    changed[5] ^= 4;
    expect(b.keepShares(0, changed)).toBe(false);
    expect(b.keepShares(0, fromA[0])).toBe(true);
    expect(a.sealShares([{ masking: new Uint8Array(32), sealing: new Uint8Array(32) }, c.publicKeys])).toBeUndefined();
  });

  it('recovers nothing from too few shares or wrong ones, and says so', () => {
    const all = group(6, 5, 3, 4, 11);
    const values = all.members.map(() => vector(all.stream, 4));
    all.collector.open(1);
    const shares = new Map<number, Uint8Array>();
    for (const place of [0, 1, 2, 3, 4]) {
      const masked = Float64Array.from(values[place]);
      all.members[place].mask(1, masked);
      all.collector.hear(place, masked);
      const { selfKey, maskingShares } = all.members[place].reveal(1, [5])!;
      all.collector.unmaskSelf(selfKey);
      shares.set(place, maskingShares.get(5)!);
    }
    expect(all.collector.recoverMasks(5, new Map([...shares].slice(0, 2)))).toBe(false);
    const wrong = new Map(shares);
    wrong.set(
      0,
      wrong.get(0)!.map((byte) => byte ^ 1),
    );
    expect(all.collector.recoverMasks(5, wrong)).toBe(false);
    expect(all.collector.recoverMasks(5, shares)).toBe(true);
    expect([...all.collector.sum]).toEqual(total(values.slice(0, 5)));
  });

  it('drops what is no masked vector', () => {
    const { collector } = group(4, 3, 2, 3);
    collector.open(1);
    for (const wrong of [
      [1, 2],
      [1, 2, -1],
      [1, 2, 0.5],
      [1, 2, modulus],
      [1, 2, Number.NaN],
    ]) {
      expect(collector.hear(0, Float64Array.from(wrong))).toBe(false);
    }
    expect(collector.hear(0, Float64Array.of(1, 2, 3))).toBe(true);
    expect(collector.hear(0, Float64Array.of(1, 2, 3))).toBe(false);
  });
});
