import { describe, expect, it } from 'vitest';
import { runInLoop } from '../agents/loop.ts';
import type { Observation, Role } from '../agents/role.ts';
import { type Faults, runInVirtualTime } from '../agents/virtual-time.ts';
import { randomStream } from '../base/random.ts';
import type { CoordinationProblem, Outcome } from '../schemes/contract.ts';
import { proximalMessagePassing } from '../schemes/proximal-message-passing/scheme.ts';
import { closedFormProblem } from '../schemes/testing/closed-forms.ts';
import { exchangeProblem } from '../schemes/testing/exchange-problems.ts';
import { encryptedSums, encryptedSumsDefaults } from './homomorphic/encrypted-sums.ts';
import { maskedSums, maskedSumsDefaults } from './secure-aggregation/masked-sums.ts';
import { toyCrypto } from './testing/toy-crypto.ts';
import { type Veils, wrapRoles } from './wrap-roles.ts';

const { run, defaults, crowds } = proximalMessagePassing;
const options = { ...defaults, rho: 0.03, tolerance_frac: 3e-2, tolerancePrice_frac: 0.3, watched_count: 3 };
/** Made anew for each run: oracles begin where they last stood. */
const problem = (): CoordinationProblem => exchangeProblem(randomStream(5), { nets_count: 3, steps_count: 4, lineLimit_kW: 2 });
const gathered = crowds!(problem());
const open = await run(problem(), options, { carry: (roles) => runInLoop(roles) });

const faults: Faults = { delay_min_s: 0.01, delay_mean_s: 0.05, loss_frac: 0.1, duplicate_frac: 0.1 };

const veils: readonly (readonly [string, () => Veils])[] = [
  ['masked sums', () => maskedSums(maskedSumsDefaults, toyCrypto(randomStream(1)))],
  ['homomorphic sums', () => encryptedSums({ ...encryptedSumsDefaults, key_bits: 256 }, gathered, toyCrypto(randomStream(2)))],
];

type Carry = (roles: readonly Role[]) => Promise<unknown>;

const negotiate = (protection: Veils, carry: Carry, own = options): Promise<Outcome> =>
  run(problem(), own, {
    hasCrowds: true,
    carry: async (roles) => void (await carry(wrapRoles(roles, crowds!(problem()), protection, own.retry_s))),
  });

function expectSame(outcome: Outcome): void {
  expect(outcome.status).toBe('agreed');
  expect(outcome.ports).toEqual(open.ports);
  expect(outcome.prices).toEqual(open.prices);
  expect(outcome.history).toEqual(open.history);
}

describe.each(veils)('%s', (_name, make) => {
  it('give the result of the open run, bit for bit', async () => {
    expectSame(await negotiate(make(), (roles) => runInLoop(roles)));
  });

  it('give it over a network that loses, doubles and delays', async () => {
    const stream = randomStream(11);
    expectSame(await negotiate(make(), (roles) => runInVirtualTime(roles, { faults, stream })));
  });

  it('send no schedule in the open', async () => {
    const seen: Observation[] = [];
    await negotiate(make(), (roles) => runInLoop(roles, { observe: (o) => void seen.push(o) }));
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.filter(({ message }) => message.kind === 'schedule')).toEqual([]);
    expect(seen.filter(({ message }) => 'power_kW' in message.body)).toEqual([]);
  });
});

/** A role that falls silent, for good, as soon as it is to say a word of some kind and round. */
function silencedAt(role: Role, kind: string, round: number): Role {
  let isGone = false;
  const mute = (out: Parameters<Role['start']>[0]): Parameters<Role['start']>[0] => ({
    send(to, message) {
      if (message.kind === kind && message.round >= round) isGone = true;
      if (!isGone) out.send(to, message);
    },
    wakeAfter: (delay_s) => out.wakeAfter(delay_s),
  });
  return {
    id: role.id,
    get done() {
      return isGone || role.done;
    },
    start: (out) => role.start(mute(out)),
    receive: (from, message, out) => void (isGone || role.receive(from, message, mute(out))),
    tick: (now_s, out) => void (isGone || role.tick(now_s, mute(out))),
  };
}

describe('a member who leaves', () => {
  const own = { ...options, giveUp_count: 5 };
  const leaver = 'battery 0';
  // Two rounds before the leaver is missed, everything is as in the open run in which it is missed too.
  const openly = (round: number): Promise<Outcome> =>
    run(problem(), own, {
      carry: async (roles) => {
        const cut = roles.map((role) => (role.id === leaver ? silencedAt(role, 'schedule', round) : role));
        await runInVirtualTime(cut, { faults: { ...faults, loss_frac: 0 }, stream: randomStream(3) });
      },
    });
  const crypto = () => toyCrypto(randomStream(4));
  const leaves = async (protection: Veils, kind: string, round: number): Promise<Outcome> =>
    negotiate(
      protection,
      (roles) =>
        runInVirtualTime(
          roles.map((role) => (role.id === leaver ? silencedAt(role, kind, round) : role)),
          { faults: { ...faults, loss_frac: 0 }, stream: randomStream(3) },
        ),
      own,
    );
  const masked = { ...maskedSumsDefaults, giveUp_count: 5, dropout_frac: 0.3, corrupt_frac: 0 };

  it('before it speaks is missing in the sum from then on, as in the open', async () => {
    const outcome = await leaves(maskedSums(masked, crypto()), 'masked', 7);
    const expected = await openly(7);
    expect(outcome.status).toBe('agreed');
    const others = problem()
      .parts.map(({ id }, k) => (id === leaver ? -1 : k))
      .filter((k) => k >= 0);
    for (const k of others) expect(outcome.ports[k]).toEqual(expected.ports[k]);
    expect(outcome.prices).toEqual(expected.prices);
  });

  it('after it spoke is in the sum of that round, and missing from the next on', async () => {
    const outcome = await leaves(maskedSums(masked, crypto()), 'mask-opened', 6);
    // It was heard on round 6 and is missed on round 7: as one who falls silent at its word of round 7.
    const expected = await openly(7);
    expect(outcome.status).toBe('agreed');
    expect(outcome.prices).toEqual(expected.prices);
  });

  it('is simply missing in an encrypted sum', async () => {
    const outcome = await leaves(
      encryptedSums({ ...encryptedSumsDefaults, key_bits: 256, giveUp_count: 5 }, crowds!(problem()), crypto()),
      'encrypted',
      7,
    );
    expect(outcome.prices).toEqual((await openly(7)).prices);
  });

  it('leaves too few behind: PRIVACY_RECOVERY, and who must wait longer is named', async () => {
    await expect(leaves(maskedSums({ ...masked, crowd_min_count: 100 }, crypto()), 'masked', 7)).rejects.toMatchObject({
      code: 'PRIVACY_RECOVERY',
    });
  });
});

describe.each([
  [
    'masked sums',
    'masked',
    () => maskedSums({ ...maskedSumsDefaults, giveUp_count: 3, dropout_frac: 0.3, corrupt_frac: 0 }, toyCrypto(randomStream(7))),
  ],
  [
    'homomorphic sums',
    'encrypted',
    () =>
      encryptedSums(
        { ...encryptedSumsDefaults, key_bits: 256, giveUp_count: 3 },
        crowds!(closedFormProblem(randomStream(6), 5, 2)),
        toyCrypto(randomStream(8)),
      ),
  ],
] as const)('along a chain of five nets behind %s', (_name, kind, make) => {
  const chain = (): CoordinationProblem => closedFormProblem(randomStream(6), 5, 2);
  const own = { ...options, tolerance_frac: 1e-2 };
  /** So slow that the news of a give-up takes longer than its neighbour net lags behind. */
  const slow: Faults = { delay_min_s: 0.05, delay_mean_s: 0.3, loss_frac: 0, duplicate_frac: 0.1 };
  const without = async (leaver: string, silent: string, round: number): Promise<readonly (readonly string[])[]> => {
    let nets: readonly Role[] = [];
    const outcome = await run(chain(), own, {
      hasCrowds: true,
      carry: async (roles) => {
        const veiled = wrapRoles(roles, crowds!(chain()), make(), own.retry_s);
        nets = veiled.filter(({ id }) => id.startsWith('net '));
        const cut = veiled.map((role) => (role.id === leaver ? silencedAt(role, silent, round) : role));
        await runInVirtualTime(cut, { faults: slow, stream: randomStream(round), timeLimit_s: 1e5 });
      },
    });
    expect(outcome.status).toBe('agreed');
    // Whom each net has gone on without.
    return crowds!(chain()).map(({ net, members }) => members.filter((id) => !nets.find((role) => role.id === net)!.peers!.includes(id)));
  };

  it.each([
    ['generator 0', 3],
    ['load 4', 8],
    ['line 1', 5],
    ['line 3', 11],
  ])('only %s, silent from its word of round %i on, is given up on', async (leaver, round) => {
    const expected = crowds!(chain()).map(({ members }) => members.filter((id) => id === leaver));
    expect(await without(leaver, kind, round)).toEqual(expected);
  });

  it('one that goes before it has understood that all is over holds nobody up', async () => {
    await without('line 1', 'settled', 0);
  });
});
