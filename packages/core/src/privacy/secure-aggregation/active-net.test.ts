import { describe, expect, it } from 'vitest';
import type { Crowd } from '../../agents/crowd.ts';
import type { AgentId, Message, Outbox } from '../../agents/role.ts';
import { randomStream } from '../../base/random.ts';
import type { Notary } from '../crypto.ts';
import { packAll, packBytes, unpackAll } from '../packed-bytes.ts';
import { toyCrypto } from '../testing/toy-crypto.ts';
import { MaskedCrowd } from './masked-crowd.ts';
import { MaskedMember } from './masked-member.ts';
import { namesOfText, textOfNames } from './messages.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const word = { kind: 'schedule', fields: { power_kW: 4 }, asked: 'price', before: 'join', over: 'settle', understood: 'settled' };
const crowd: Crowd = { net: 'net n', id: 'crowd at net n', members: ids, word };
const degree = { degree_count: 5, threshold_count: 3 };
const crypto = toyCrypto(randomStream(5));

/** Who has signed what is known by a secret of each; the net has none of them. */
const notary: Notary = {
  sign(from, statement) {
    const half = crypto.derive(
      Uint8Array.from({ length: 32 }, (_, k) => k + from.charCodeAt(0)),
      statement,
    );
    return Uint8Array.from([...half, ...half]);
  },
  confirms: (from, net, statement, signature) =>
    ids.includes(from) && net === crowd.net && notary.sign(from, statement).every((byte, k) => byte === signature[k]),
};

/** What the net says to a member, as it is or otherwise; undefined: not at all. */
type Tamper = (to: AgentId, message: Message) => Message | readonly Message[] | undefined;

/** A round of six members at a net whose words go through somebody's hands. */
function play(tamper: Tamper, vouching: Notary | 'nobody' = notary, isLost: (from: AgentId, message: Message) => boolean = () => false) {
  const veil = new MaskedCrowd({
    crowd,
    crypto,
    degree,
    crowd_min_count: 2,
    giveUp_count: 1,
  });
  const members = new Map(
    ids.map((id) => [
      id,
      new MaskedMember({
        id,
        net: crowd.net,
        crypto,
        notary: vouching === 'nobody' ? undefined : vouching,
        degree,
        numbers_count: 4,
        crowd_min_count: 2,
      }),
    ]),
  );
  const said: [from: AgentId, Message][] = [];
  const queue: (() => void)[] = [];
  const ofMember = (id: AgentId): Outbox => ({
    send(_to, message) {
      said.push([id, message]);
      if (!isLost(id, message)) queue.push(() => void veil.receive(id, message, ofNet));
    },
    wakeAfter() {},
  });
  const ofNet: Outbox = {
    send(to, message) {
      const altered = tamper(to, message) ?? [];
      for (const each of [altered].flat()) queue.push(() => void members.get(to)!.receive(crowd.net, each, ofMember(to)));
    },
    wakeAfter() {},
  };
  const deliver = (): void => {
    for (let next = queue.shift(); next; next = queue.shift()) next();
  };
  veil.start(ofNet);
  deliver();
  const isGathered = veil.isReady;
  let sum: Float64Array | undefined;
  let failure: unknown;
  if (isGathered) {
    veil.open(1, 0);
    ids.forEach((id, k) => {
      members.get(id)!.send(1, Float64Array.of(k, 10 * k, 100 * k, 1), ofMember(id));
    });
    deliver();
    for (let k = 0; k < 6 && sum === undefined; k++) {
      try {
        veil.remind(ofNet);
        deliver();
      } catch (error) {
        failure = error;
        break;
      }
      sum = veil.takeSum();
    }
  }
  const kinds = (id: AgentId): string[] => said.filter(([from]) => from === id).map(([, { kind }]) => kind);
  return { isGathered, sum: sum && [...sum], failure, kinds, dropped: (id: AgentId) => [...members.get(id)!.dropped.keys()] };
}

const silent =
  (who: AgentId) =>
  (from: AgentId, { round }: Message): boolean =>
    from === who && round > 0;

const asItIs: Tamper = (_to, message) => message;

/** Only what is said to `a` is otherwise. */
const toA =
  (change: (message: Message) => Message | readonly Message[] | undefined): Tamper =>
  (to, message) =>
    to === 'a' ? change(message) : message;

/** The first neighbour of `a`, `b`, with a key of the net's own. */
const swapped = toA((message) => {
  if (message.kind !== 'mask-neighbours') return message;
  const keys = unpackAll(message.body['agreeing'] as Float64Array, 5, 32)!;
  keys[0] = crypto.keyPair(crypto.random(32)).publicKey;
  return { ...message, body: { ...message.body, agreeing: packAll(keys) } };
});

describe('a net that follows the protocol', () => {
  it('has the sum, with keys that are signed and without, whoever is silent', () => {
    for (const vouching of [notary, 'nobody'] as const) {
      expect(play(asItIs, vouching).sum).toEqual([15, 150, 1500, 6]);
      expect(play(asItIs, vouching, silent('c')).sum).toEqual([13, 130, 1300, 5]);
    }
    expect(play(asItIs).dropped('a')).toEqual([]);
  });
});

describe('a member who leaves after it spoke', () => {
  const leavesLate = (from: AgentId, { kind }: Message): boolean => from === 'd' && (kind === 'mask-counted' || kind === 'mask-opened');

  it('is in the sum, whether it leaves before it counts or after', () => {
    expect(play(asItIs, notary, leavesLate).sum).toEqual([15, 150, 1500, 6]);
    expect(play(asItIs, notary, (from, { kind }) => from === 'd' && kind === 'mask-opened').sum).toEqual([15, 150, 1500, 6]);
  });

  it('is not in it where nobody is left who knows its mask with one who is silent: all speak anew', () => {
    const { sum, kinds } = play(asItIs, notary, (from, message) => silent('c')(from, message) || leavesLate(from, message));
    expect(sum).toEqual([10, 100, 1000, 4]);
    expect(kinds('a').filter((kind) => kind === 'masked').length).toBe(2);
    expect(kinds('a')).not.toContain('mask-recovered');
  });
});

describe('a net that hands on other keys than it was given', () => {
  it('is found out, and gets no share, where keys are signed', () => {
    const { isGathered, kinds, dropped } = play(swapped);
    expect(isGathered).toBe(false);
    expect(kinds('a')).toEqual(['mask-keys']);
    expect(dropped('a')).toEqual(["a key that is not its owner's"]);
  });

  it('is not found out where they are not: then it is trusted', () => {
    expect(play(swapped, 'nobody').kinds('a')).toContain('mask-shares');
  });

  it('cannot give one neighbour two places, or a stranger one', () => {
    const named = (change: (names: string[]) => string[]): Tamper =>
      toA((message) =>
        message.kind === 'mask-neighbours'
          ? { ...message, body: { ...message.body, names: textOfNames(change(namesOfText(message.body['names'] as string, 5)!)) } }
          : message,
      );
    expect(play(named(([b, , ...rest]) => [b!, b!, ...rest])).dropped('a')).toEqual(['one neighbour twice']);
    expect(play(named(([, ...rest]) => ['a', ...rest])).dropped('a')).toEqual(['one neighbour twice']);
    expect(play(named(([, ...rest]) => ['mallory', ...rest])).dropped('a')).toEqual(["a key that is not its owner's"]);
  });

  it('cannot use a signature of another gathering', () => {
    let earlier: Message | undefined;
    play((to, message) => {
      if (to === 'a' && message.kind === 'mask-neighbours') earlier = message;
      return message;
    });
    const { agreeing, signatures } = earlier!.body;
    const replayed = toA((message) =>
      message.kind === 'mask-neighbours' ? { ...message, body: { ...message.body, agreeing, signatures } } : message,
    );
    expect(play(replayed).dropped('a')).toEqual(["a key that is not its owner's"]);
  });
});

describe('a net that asks for both masks of one member', () => {
  const places = (...those: number[]): Float64Array => Float64Array.from(those);

  it('is not opened to by one whose neighbours were told that it was silent', () => {
    const { kinds, dropped, failure } = play((to, message) =>
      message.kind === 'mask-count' && to !== 'a' ? { ...message, body: { ...message.body, silent: places(0) } } : message,
    );
    expect(kinds('a')).toContain('mask-counted');
    expect(kinds('a')).not.toContain('mask-opened');
    expect(dropped('a')).toContain('counted in by too few');
    // nor do its neighbours, who would give no share of one that they have not counted in
    expect(failure).toMatchObject({ code: 'PRIVACY_RECOVERY' });
  });

  it('cannot make up tags by which a member would be counted in', () => {
    const { kinds, dropped } = play(
      toA((message) =>
        message.kind === 'mask-open' ? { ...message, body: { ...message.body, tags: new Float64Array(5).fill(2 ** 47) } } : message,
      ),
    );
    expect(kinds('a')).not.toContain('mask-opened');
    expect(dropped('a')).toContain('counted in by too few');
  });

  it('gets no mask with a member that was counted in, however often it asks', () => {
    const { dropped, kinds } = play(
      toA((message) => (message.kind === 'mask-count' ? [message, { ...message, body: { ...message.body, silent: places(1) } }] : message)),
    );
    expect(dropped('a')).toEqual(['both masks of one member']);
    expect(kinds('a').filter((kind) => kind === 'mask-counted').length).toBe(1);
  });

  it('gets no share of the self-mask of one whose masks it was given', () => {
    const { dropped, kinds } = play(
      toA((message) =>
        message.kind === 'mask-open' ? [message, { kind: 'mask-left', round: 1, body: { attempt: 0, left: places(2) } }] : message,
      ),
      notary,
      silent('c'),
    );
    expect(kinds('a')).toContain('mask-opened');
    expect(kinds('a')).not.toContain('mask-recovered');
    expect(dropped('a')).toEqual(['both masks of one member']);
  });

  it('gets nothing before the keys are there, for another gathering, or for a sum over too few', () => {
    const early = play(
      toA((message) =>
        message.kind === 'mask-gather' ? [{ kind: 'mask-count', round: 1, body: { attempt: 0, silent: places() } }, message] : message,
      ),
    );
    expect(early.dropped('a')).toEqual(['not gathered']);
    const foreign = play(
      toA((message) => (message.kind === 'mask-sealed' ? { ...message, body: { ...message.body, gathering: 1 } } : message)),
    );
    expect(foreign.dropped('a')).toEqual(['another gathering']);
    const alone = play(
      toA((message) => (message.kind === 'mask-open' ? { ...message, body: { ...message.body, spoke_count: 1 } } : message)),
    );
    expect(alone.dropped('a')).toEqual(['crowd too small']);
    const anew = play(toA((message) => (message.kind === 'mask-count' ? { kind: 'mask-gather', round: 0, body: gatherAnew } : message)));
    expect(anew.dropped('a')).toContain('gathered already');
    const lower = (change: object): Tamper =>
      toA((message) => (message.kind === 'mask-gather' ? { ...message, body: { ...message.body, ...change } } : message));
    expect(play(lower({ threshold_count: 1 })).dropped('a')).toEqual(['other terms']);
    expect(play(lower({ neighbours: places(1, 2, 3) })).dropped('a')).toEqual(['other terms']);
  });

  const gatherAnew = { gathering: 7, place: 0, neighbours: places(1, 2, 3, 4, 5), threshold_count: 3, numbers_count: 4 };

  it('is refused keys of small order', () => {
    const { dropped } = play(
      toA((message) =>
        message.kind === 'mask-neighbours'
          ? { ...message, body: { ...message.body, agreeing: packAll([new Uint8Array(32), ...Array(4).fill(new Uint8Array(32).fill(3))]) } }
          : message,
      ),
      'nobody',
    );
    expect(packBytes(new Uint8Array(32)).length).toBe(6);
    expect(dropped('a')).toEqual(['bad key']);
  });
});
