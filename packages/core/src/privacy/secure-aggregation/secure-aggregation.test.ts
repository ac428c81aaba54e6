import { describe, expect, it } from 'vitest';
import { type RandomStream, randomStream } from '../../base/random.ts';
import { toyCrypto } from '../testing/toy-crypto.ts';
import { Collector } from './collector.ts';
import { neighbourGraph, randomOrder } from './graph.ts';
import { Member, type Refusal, type Revealed } from './member.ts';

const modulus = 2 ** 52;

interface Group {
  readonly members: Member[];
  readonly collector: Collector;
  readonly neighbours: readonly (readonly number[])[];
  readonly threshold_count: number;
  readonly gone: Set<number>;
  readonly stream: RandomStream;
  /** The member of a place, made of what it remembers. */
  readonly again: (place: number) => Member;
}

/** A group that has exchanged keys and shares. */
function group(n: number, degree_count: number, threshold_count: number, numbers_count: number, seed = 1): Group {
  const stream = randomStream(seed);
  const crypto = toyCrypto(stream.split('crypto'));
  const { neighbours } = neighbourGraph(
    randomOrder(n, (m) => stream.index(m)),
    degree_count,
  );
  const setupOf = (place: number) => ({
    crypto,
    group: 'g',
    place,
    neighbours: neighbours[place],
    threshold_count,
    numbers_count,
  });
  const members = neighbours.map((_, place) => new Member(setupOf(place)));
  const collector = new Collector({ crypto, members_count: n, threshold_count, numbers_count });
  const sealed = members.map((member, place) => member.sealShares(neighbours[place].map((j) => members[j].publicKeys.agreeing))!);
  neighbours.forEach((list, place) => {
    list.forEach((j, k) => void expect(members[j].keepShare(place, sealed[place][k])).toBe(true));
  });
  return {
    members,
    collector,
    neighbours,
    threshold_count,
    gone: new Set(),
    stream,
    again: (place) => new Member(setupOf(place), structuredClone(members[place].remember())),
  };
}

const vector = (stream: RandomStream, count: number): Float64Array => Float64Array.from({ length: count }, () => stream.index(2 ** 40));

const total = (vectors: readonly Float64Array[]): number[] =>
  [...vectors[0].keys()].map((i) => vectors.reduce((sum, v) => (sum + v[i]) % modulus, 0));

const done = <T>(answer: T | Refusal): T => {
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
};

/** All but the silent speak and count each other in. @returns what was sent, and the tags towards each, by its neighbours */
function speakAndCount(all: Group, round: number, values: readonly Float64Array[], silent: readonly number[]) {
  const { members, collector, neighbours, gone } = all;
  collector.open(round);
  const missing = silent.filter((place) => !gone.has(place));
  const speaks = (place: number): boolean => !gone.has(place) && !silent.includes(place);
  const sent = values.map((v, place) => {
    if (!speaks(place)) return undefined;
    const masked = members[place].mask(round, v);
    expect(collector.hear(place, masked)).toBe(true);
    return masked;
  });
  const silentAt = (place: number): number[] => missing.filter((j) => neighbours[place].includes(j));
  const tags = members.map((member, place) => (speaks(place) ? done(member.count(round, 0, silentAt(place))) : undefined));
  const towards = (place: number): Float64Array =>
    Float64Array.from(neighbours[place], (j) => tags[j]?.[neighbours[j].indexOf(place)] ?? 0);
  for (const place of missing) gone.add(place);
  return { sent, missing, towards };
}

/** One round: `silent` say nothing, `left` say their vector and then nothing more. @returns sum and what was sent */
function play(all: Group, round: number, values: readonly Float64Array[], silent: number[], left: number[] = []) {
  const { members, collector, neighbours, gone } = all;
  const { sent, towards } = speakAndCount(all, round, values, silent);
  const opens = (place: number): boolean => sent[place] !== undefined && !left.includes(place);
  members.forEach((member, place) => {
    if (!opens(place)) return;
    const { selfKey, pairKeys } = done<Revealed>(member.reveal(round, 0, towards(place)));
    collector.unmaskSelf(selfKey);
    for (const [other, key] of pairKeys) collector.unmaskPair(place, other, key);
  });
  for (const place of left) {
    const holders = neighbours[place].filter(opens);
    const shares = new Map(holders.map((j) => [j, done(members[j].revealSelves(round, 0, [place])).get(place)!]));
    expect(collector.recoverSelf(members[place].publicKeys.selfDigest, shares)).toBe(true);
    gone.add(place);
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
    const all = group(16, 15, 4, 7, 3);
    const values = all.members.map(() => vector(all.stream, 7));
    const spoke = (silent: number[]): Float64Array[] => values.filter((_, place) => !silent.includes(place));
    expect(play(all, 1, values, [3]).sum).toEqual(total(spoke([3])));
    expect(play(all, 2, values, [3], [5]).sum).toEqual(total(spoke([3])));
    expect(play(all, 3, values, [3, 5, 7]).sum).toEqual(total(spoke([3, 5, 7])));
  });

  it('speaks anew, under other masks and without both, where one is silent and its neighbour leaves after it spoke', () => {
    const all = group(8, 4, 2, 5, 9);
    const { members, collector, neighbours } = all;
    const values = members.map(() => vector(all.stream, 5));
    const silent = 2;
    const left = neighbours[silent][0];
    const { sent } = speakAndCount(all, 1, values, [silent]);
    const there = members.map((_, place) => place).filter((place) => place !== silent && place !== left);
    collector.open(1, 1);
    const goneAt = (place: number): number[] => [silent, left].filter((j) => neighbours[place].includes(j));
    for (const place of there) {
      const numbers = done(members[place].again(1, 1, goneAt(place)));
      expect(numbers.some((number, i) => number === sent[place]![i])).toBe(false);
      expect(collector.hear(place, numbers)).toBe(true);
    }
    const tags = new Map(there.map((place) => [place, done(members[place].count(1, 1, []))]));
    for (const place of there) {
      const towards = Float64Array.from(neighbours[place], (j) => tags.get(j)?.[neighbours[j].indexOf(place)] ?? 0);
      collector.unmaskSelf(done<Revealed>(members[place].reveal(1, 1, towards)).selfKey);
    }
    expect([...collector.sum]).toEqual(total(there.map((place) => values[place])));
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

  it('gives away masks of one round only: with those of the round in which a member falls silent no earlier word opens', () => {
    const all = group(6, 5, 2, 4, 13);
    const values = all.members.map(() => vector(all.stream, 4));
    const first = speakAndCount(all, 1, values, []);
    // the net has been told the self-mask of round 1, as of everybody
    const { selfKey } = done<Revealed>(all.members[2].reveal(1, 0, first.towards(2)));
    const second = speakAndCount(all, 2, values, [2]);
    const net = new Collector({ crypto: toyCrypto(randomStream(1)), members_count: 6, threshold_count: 2, numbers_count: 4 });
    net.open(1);
    net.hear(2, first.sent[2]!);
    net.unmaskSelf(selfKey);
    for (const j of all.neighbours[2]) {
      net.unmaskPair(2, j, done<Revealed>(all.members[j].reveal(2, 0, second.towards(j))).pairKeys.get(2)!);
    }
    expect([...net.sum].some((value, i) => value === values[2][i])).toBe(false);
  });
});

describe('a member asked for too much', () => {
  const gathered = () => {
    const all = group(6, 5, 3, 4, 7);
    return { ...all, values: all.members.map(() => vector(all.stream, 4)) };
  };

  it('gives away no mask with one that it has counted in, and no share of one whose mask it gave away', () => {
    const all = gathered();
    const { towards } = speakAndCount(all, 1, all.values, [2]);
    expect(all.members[0].count(1, 0, [2, 4])).toBe('both masks of one member');
    expect(all.members[0].count(1, 0, [])).toBe('counted otherwise');
    done(all.members[0].reveal(1, 0, towards(0)));
    expect(all.members[0].revealSelves(1, 0, [2])).toBe('both masks of one member');
    expect(done(all.members[0].revealSelves(1, 0, [4])).size).toBe(1);
    // whose share it gave is gone: no later word has a mask with it that could be asked for
    const later = all.members[0].mask(2, all.values[0]);
    expect(later.length).toBe(4);
    expect(done(all.members[0].count(2, 0, [4]))[all.neighbours[0].indexOf(4)]).toBe(0);
    const { pairKeys } = done<Revealed>(all.members[0].reveal(2, 0, tagsOf(all, 0, 2)));
    expect([...pairKeys.keys()]).toEqual([]);
  });

  /** What the others' tags towards a member would be if they counted all in. */
  const tagsOf = ({ members, neighbours }: Group, place: number, round: number): Float64Array => {
    for (const j of [1, 3, 5]) members[j].mask(round, new Float64Array(4));
    return Float64Array.from(neighbours[place], (j) =>
      [1, 3, 5].includes(j) ? done(members[j].count(round, 0, []))[neighbours[j].indexOf(place)] : 0,
    );
  };

  it('opens only when as many count it in as would have to be corrupt, and believes their own tags only', () => {
    const all = gathered();
    const { towards } = speakAndCount(all, 1, all.values, []);
    const tags = towards(0);
    const few = tags.map((tag, k) => (k < 2 ? tag : 0));
    expect(all.members[0].reveal(1, 0, few)).toBe('counted in by too few');
    expect(all.members[0].reveal(1, 0, Float64Array.from(tags).reverse())).toBe('counted in by too few');
    expect(all.members[0].reveal(1, 0, towards(1))).toBe('counted in by too few');
    expect(typeof all.members[0].reveal(1, 0, tags)).toBe('object');
  });

  it('is exposed by no net that tells it one thing and its neighbours another', () => {
    const all = gathered();
    const { members, neighbours, values } = all;
    const masked = members.map((member, place) => member.mask(1, values[place]));
    expect(masked.length).toBe(6);
    // member 0 is told that all have spoken, its neighbours that it was silent
    done(members[0].count(1, 0, []));
    const tags = Float64Array.from(neighbours[0], (j) => done(members[j].count(1, 0, [0]))[neighbours[j].indexOf(0)]);
    expect(members[0].reveal(1, 0, tags)).toBe('counted in by too few');
  });

  it('answers nothing for a round in which it did not speak, or before it has counted', () => {
    const { members } = group(4, 3, 2, 4);
    members[0].mask(3, new Float64Array(4));
    expect(members[0].count(2, 0, [])).toBe('another round');
    expect(members[1].count(3, 0, [])).toBe('another round');
    expect(members[0].reveal(3, 0, new Float64Array(3))).toBe('not counted');
    expect(members[0].revealSelves(3, 0, [1])).toBe('not counted');
    expect(members[0].again(3, 9, [])).toBe('too many attempts');
  });

  it('masks one vector a round, the first, in every life', () => {
    const { members, again } = group(4, 3, 2, 4);
    const first = members[0].mask(3, Float64Array.of(1, 2, 3, 4));
    expect(members[0].mask(3, Float64Array.of(1, 2, 3, 5))).toEqual(first);
    const risen = again(0);
    expect(risen.mask(3, Float64Array.of(9, 9, 9, 9))).toEqual(first);
    expect(() => risen.mask(2, new Float64Array(4))).toThrow(RangeError);
    expect(risen.mask(4, Float64Array.of(1, 2, 3, 4))).not.toEqual(first);
  });
});

describe('a member that comes back', () => {
  it('gives the answers that it gave, in every step', () => {
    const all = group(6, 5, 3, 4, 7);
    const values = all.members.map(() => vector(all.stream, 4));
    const { towards } = speakAndCount(all, 1, values, [2]);
    const tags = towards(0);
    const expected = { count: all.members[0].count(1, 0, [2]), opened: all.members[0].reveal(1, 0, tags) };
    const risen = all.again(0);
    expect(risen.count(1, 0, [2])).toEqual(expected.count);
    expect(risen.count(1, 0, [2, 4])).toBe('both masks of one member');
    expect(risen.reveal(1, 0, tags)).toEqual(expected.opened);
    expect(risen.revealSelves(1, 0, [2])).toBe('both masks of one member');
    expect(risen.revealSelves(1, 0, [4])).toEqual(all.members[0].revealSelves(1, 0, [4]));
  });

  it('plays on with the others', () => {
    const all = group(9, 8, 3, 11);
    for (let round = 1; round <= 4; round++) {
      const values = all.members.map(() => vector(all.stream, 11));
      const silent = round >= 3 ? [8] : [];
      const expected = total(values.filter((_, place) => !silent.includes(place)));
      expect(play(all, round, values, silent).sum).toEqual(expected);
      all.members[round] = all.again(round);
    }
  });
});

describe('shares and vectors', () => {
  it('that were changed, or sealed for another or for another group, are refused', () => {
    const stream = randomStream(2);
    const crypto = toyCrypto(stream);
    const member = (place: number, name: string): Member =>
      new Member({ crypto, group: name, place, neighbours: [0, 1, 2].filter((j) => j !== place), threshold_count: 2, numbers_count: 1 });
    const [a, b, c, stranger] = [member(0, 'g'), member(1, 'g'), member(2, 'g'), member(1, 'h')];
    const [ka, kb, kc] = [a, b, c].map(({ publicKeys }) => publicKeys.agreeing);
    const fromA = a.sealShares([kb, kc])!;
    b.sealShares([ka, kc]);
    stranger.sealShares([ka, kc]);
    expect(b.keepShare(0, fromA[1])).toBe(false);
    expect(b.keepShare(2, fromA[0])).toBe(false);
    expect(stranger.keepShare(0, fromA[0])).toBe(false);
    const changed = Uint8Array.from(fromA[0]);
    changed[5] ^= 4;
    expect(b.keepShare(0, changed)).toBe(false);
    expect(b.keepShare(0, fromA[0])).toBe(true);
    expect(member(0, 'g').sealShares([new Uint8Array(32), kc])).toBeUndefined();
  });

  it('that are too few or wrong recover nothing', () => {
    const all = group(6, 5, 3, 4, 11);
    const values = all.members.map(() => vector(all.stream, 4));
    const { towards } = speakAndCount(all, 1, values, []);
    const shares = new Map<number, Uint8Array>();
    for (const place of [0, 1, 2, 3, 4]) {
      all.collector.unmaskSelf(done<Revealed>(all.members[place].reveal(1, 0, towards(place))).selfKey);
      shares.set(place, done(all.members[place].revealSelves(1, 0, [5])).get(5)!);
    }
    const { selfDigest } = all.members[5].publicKeys;
    expect(all.collector.recoverSelf(selfDigest, new Map([...shares].slice(0, 2)))).toBe(false);
    const wrong = new Map(shares);
    wrong.set(
      0,
      wrong.get(0)!.map((byte) => byte ^ 1),
    );
    expect(all.collector.recoverSelf(selfDigest, wrong)).toBe(false);
    expect(all.collector.recoverSelf(selfDigest, shares)).toBe(true);
    expect([...all.collector.sum]).toEqual(total(values));
  });

  it('that are no masked vector are dropped', () => {
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
