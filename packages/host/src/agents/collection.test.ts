import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentReport, ResultLetter } from '@gridflock/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Ed25519Notary } from '../identity/ed25519-notary.ts';
import type { Register } from '../identity/register.ts';
import { Society } from '../identity/testing/society.ts';
import { MemoryPost } from '../transports/memory-post.ts';
import { placeOf, subjectOf } from '../transports/subject.ts';
import { collectLetters } from './collection.ts';
import { commonResult } from './common-result.ts';
import { LetterFolder } from './letter-folder.ts';
import { type LetterSeal, leaveResults, sealed } from './result-letters.ts';

const agents = ['store', 'pv 1', 'net farm', 'convener'];
const file = { run: 'r 1', collector: 'collector', agents };
const plain = { verdict: 'agreed', passes_count: 1, dropped: {} };
const reports: Record<string, AgentReport> = {
  store: { ...plain, agent: 'store', as: 'participant', dropped: { stale: 2 } },
  'pv 1': { ...plain, agent: 'pv 1', as: 'participant' },
  'net farm': {
    ...plain,
    agent: 'net farm',
    as: 'net',
    net: { id: 'farm', price_cur_per_kWh: [0.1 + 0.2, 1 / 3], price_q_cur_per_kvarh: [0, 5e-324] },
  },
  convener: {
    ...plain,
    agent: 'convener',
    as: 'convener',
    rounds_count: 41,
    primalResidual_kW: 1e-4,
    dualResidual_cur_per_kWh: 2e-6,
    tolerance: { primal_kW: 1e-3, dual_cur_per_kWh: 1e-5 },
  },
};

describe('the letters of a run', () => {
  let post: MemoryPost;
  let path: string;
  beforeEach(() => {
    post = new MemoryPost();
    path = mkdtempSync(join(tmpdir(), 'gridflock-letters-'));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  const leave = (ids: readonly string[], status: 'ok' | 'not-converged' = 'ok', reason?: string) =>
    leaveResults(
      post.openMailbox(),
      { live: { run: file.run, transport: '', silence_s: 1, beat_s: 1 }, reports: () => ids.map((id) => reports[id]!) },
      { status, reason },
      { reportsTo: file.collector, patience_s: 1 },
    );
  /** Collects in a life of its own. @param until_count - letters after which it is killed, with nothing said to the broker */
  async function collect(timeLimit_s: number, until_count = Number.POSITIVE_INFINITY) {
    const folder = new LetterFolder(path, file.run, agents);
    let come_count = 0;
    try {
      const dropped = await collectLetters(post.openMailbox(), file, folder, {
        timeLimit_s,
        onLetter: () => {
          if (++come_count >= until_count) throw new Error('killed');
        },
        check: () => {
          if (come_count >= until_count) throw new Error('killed');
        },
      });
      return { result: commonResult(agents, folder.letters), dropped };
    } finally {
      folder.close();
    }
  }

  it('make the common result, whoever comes first, with every bit of the prices', async () => {
    expect(await leave(['net farm', 'store'])).toBeUndefined();
    const collecting = collect(5);
    await leave(['convener', 'pv 1']);
    const { result, dropped } = await collecting;
    expect(dropped.size).toBe(0);
    expect(result).toMatchObject({ status: 'ok', missing: [], reasons: [], nets: [reports['net farm']!.net], bound_cur: undefined });
    const { rounds_count, primalResidual_kW, dualResidual_cur_per_kWh, tolerance } = reports['convener']!;
    expect(result.judgement).toEqual({ rounds_count, primalResidual_kW, dualResidual_cur_per_kWh, tolerance });
    expect(result.agents.map(({ agent }) => agent)).toEqual(agents);
    expect(result.agents[0]).toEqual({ ...reports['store'], status: 'ok' });
  });

  it('are in the folder before they are taken: who dies in between loses none', async () => {
    await leave(['store', 'pv 1', 'net farm']);
    await expect(collect(5, 2)).rejects.toThrow('killed');
    expect(readdirSync(path).length).toBe(2);
    await leave(['convener']);
    expect((await collect(5)).result).toMatchObject({ status: 'ok', missing: [] });
    expect((await collect(0)).result).toMatchObject({ status: 'ok', missing: [] });
  });

  it('name who has not written when time is up', async () => {
    await leave(['store', 'convener']);
    expect((await collect(0.1)).result).toMatchObject({ status: 'incomplete', missing: ['pv 1', 'net farm'] });
  });

  it('say the worst that anybody says, and why, once', async () => {
    await leave(['store', 'pv 1'], 'not-converged', '"store" waits for "net farm"');
    await leave(['net farm', 'convener']);
    expect((await collect(5)).result).toMatchObject({ status: 'not-converged', reasons: ['"store" waits for "net farm"'] });
  });

  it('count once where an agent has written twice: the newer one', async () => {
    await leave(['store'], 'not-converged', 'the first life');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await leave(agents);
    expect((await collect(5)).result).toMatchObject({ status: 'ok', reasons: [] });
  });

  it('are not believed where they are of another run, of nobody we know, under another name, or no letter', async () => {
    const place = placeOf(file.run, file.collector);
    const letter = { gridflock: 'agent-result/1', run: file.run, ended: '2026-11-28T10:00:00.000Z', status: 'ok' };
    const all: [from: string, letter: object][] = [
      ['store', { ...letter, run: 'r 2', report: reports['store'] }],
      ['mallory', { ...letter, report: { ...reports['store'], agent: 'mallory' } }],
      ['pv 1', { ...letter, report: reports['store'] }],
      ['store', { ...letter, report: { ...reports['store'], p_kW: [1] } }],
    ];
    const mailbox = post.openMailbox();
    for (const [k, [from, content]] of all.entries())
      await mailbox.post(subjectOf(place, from), { id: `x${k}`, payload: Buffer.from(JSON.stringify(content)) });
    await leave(agents);
    const { result, dropped } = await collect(5);
    expect(result.status).toBe('ok');
    expect(Object.fromEntries(dropped)).toEqual({ 'foreign run': 1, stranger: 1, 'foreign subject': 1, unreadable: 1 });
  });

  describe('with keys', () => {
    const society = new Society();
    let register: Register;
    const sealOf = (id: string, run = file.run): LetterSeal => new Ed25519Notary({ run, register, key: society.keyOf(id) });
    const letterOf = (id: string, more: object = {}): ResultLetter => ({
      gridflock: 'agent-result/1',
      run: file.run,
      ended: '2026-11-28T10:00:00.000Z',
      status: 'ok',
      report: reports[id]!,
      ...more,
    });
    const post1 = (id: string, payload: Buffer, from = id): Promise<void> =>
      post.openMailbox().post(subjectOf(placeOf(file.run, file.collector), from), { id: randomUUID(), payload });
    const collectSealed = async () => {
      const folder = new LetterFolder(path, file.run, agents);
      const options = { timeLimit_s: 0.1, seal: sealOf('collector'), onLetter() {}, check() {} };
      const dropped = await collectLetters(post.openMailbox(), file, folder, options);
      folder.close();
      return { taken: [...folder.letters.keys()], dropped: Object.fromEntries(dropped) };
    };
    beforeAll(async () => {
      for (const id of [...agents, 'thief']) society.enrol(id);
      society.enrol('collector', { role: 'collector', nets: [] });
      register = await society.register();
    });
    afterAll(() => {
      register.close();
      society.remove();
    });

    it('are taken where their agents have signed them', async () => {
      for (const id of agents) {
        const group = { live: { run: file.run, transport: '', silence_s: 1, beat_s: 1 }, reports: () => [reports[id]!] };
        const terms = { reportsTo: file.collector, patience_s: 1, seal: sealOf(id) };
        expect(await leaveResults(post.openMailbox(), group, { status: 'ok', reason: undefined }, terms)).toBeUndefined();
      }
      expect(await collectSealed()).toEqual({ taken: agents, dropped: {} });
    });

    it('are not believed, and counted, where they are not signed, altered, by another key, of another run or for another', async () => {
      const signed = sealed(letterOf('store'), file.collector, sealOf('store')).toString();
      await post1('store', Buffer.from(signed.split('\n')[0]!));
      await post1('store', Buffer.from(signed.replace('"ok"', '"infeasible"')));
      await post1('store', Buffer.from(signed.slice(0, -2)));
      await post1('store', sealed(letterOf('store'), file.collector, sealOf('thief')));
      await post1('store', sealed(letterOf('store'), file.collector, sealOf('store', 'r 2')));
      await post1('store', sealed(letterOf('store'), 'another collector', sealOf('store')));
      await post1('store', Buffer.from(signed), 'pv 1');
      expect(await collectSealed()).toEqual({
        taken: [],
        dropped: { unsealed: 1, 'wrong signature': 5, 'foreign subject': 1 },
      });
      await post1('store', Buffer.from(signed));
      expect((await collectSealed()).taken).toEqual(['store']);
    });

    it('are not believed of who has been revoked since', async () => {
      society.revoke(2, { agent: 'pv 1', why: 'stolen' });
      await register.refresh();
      await post1('pv 1', sealed(letterOf('pv 1'), file.collector, sealOf('pv 1')));
      expect(await collectSealed()).toEqual({ taken: [], dropped: { revoked: 1 } });
    });

    it('can be read by who has no keys', async () => {
      await post1('store', sealed(letterOf('store'), file.collector, sealOf('store')));
      expect((await collect(0.1)).result.agents.map(({ agent }) => agent)).toEqual(['store']);
    });
  });

  it('give the dual bound only where all who speak for a part share their terms', async () => {
    const sharing = (id: string, bound_cur?: number) =>
      [
        id,
        {
          gridflock: 'agent-result/1' as const,
          run: file.run,
          ended: '2026-11-28T10:00:00.000Z',
          status: 'ok' as const,
          report: { ...reports[id]!, ...(bound_cur === undefined ? {} : { bound_cur }) },
        },
      ] as const;
    const rest = [sharing('net farm'), sharing('convener')];
    expect(commonResult(agents, new Map([sharing('store', 1.5), sharing('pv 1', -0.25), ...rest])).bound_cur).toBe(1.25);
    expect(commonResult(agents, new Map([sharing('store', 1.5), sharing('pv 1'), ...rest])).bound_cur).toBeUndefined();
    expect(commonResult(agents, new Map([sharing('store', 1.5), ...rest])).bound_cur).toBeUndefined();
  });

  it('that cannot be left in time are told of', async () => {
    const silent = { post: () => new Promise<void>(() => {}), collect: () => Promise.reject(), close: async () => {} };
    const live = { run: 'r', transport: '', silence_s: 1, beat_s: 1 };
    const terms = { reportsTo: 'c', patience_s: 0.05 };
    expect(await leaveResults(silent, { live, reports: () => [reports['store']!] }, { status: 'ok', reason: undefined }, terms)).toContain(
      '0.05 s',
    );
    const closed = post.openMailbox();
    await closed.close();
    expect(await leaveResults(closed, { live, reports: () => [reports['store']!] }, { status: 'ok', reason: undefined }, terms)).toContain(
      'MAILBOX_CLOSED',
    );
  });

  it('stand in a folder of one process and one run, and are never guessed', async () => {
    const open = (run = file.run): LetterFolder => new LetterFolder(path, run, agents);
    const folder = open();
    expect(() => open()).toThrow(expect.objectContaining({ code: 'STATE_IN_USE' }));
    folder.close();
    await leave(['store']);
    await collect(0.1);
    expect(() => open('r 2')).toThrow(expect.objectContaining({ code: 'STATE_FOREIGN' }));
    writeFileSync(join(path, 'store.json'), '{"gridflock":"agent-res');
    expect(() => open()).toThrow(expect.objectContaining({ code: 'STATE_DAMAGED' }));
    rmSync(join(path, 'store.json'));
    expect(() => open().close()).not.toThrow();
  });
});
