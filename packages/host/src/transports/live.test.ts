import { setTimeout as pause } from 'node:timers/promises';
import { type AgentId, EnvelopeReader, EnvelopeWriter, type Message, type Outbox, type Role, type Snapshot } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { beatKind } from './attendance.ts';
import { type LiveReport, runLive, type SnapshotKeeper } from './live.ts';
import { placeOf, subjectOf } from './subject.ts';
import { MemoryBus } from './testing/memory-bus.ts';

const note = (round = 0): Message => ({ kind: 'note', round, body: {} });

function roleOf(id: string, law: Partial<Role>): Role {
  return { id, start() {}, receive() {}, tick() {}, done: true, ...law };
}

/** A role that is done when the test says so. */
function patient(id: string, law: Partial<Role> = {}): Role & { done: boolean } {
  return { ...roleOf(id, law), done: false };
}

describe('timers of a live run', () => {
  it('wake in the order asked for, and a later call replaces an earlier one, sooner or later', async () => {
    const rung: string[] = [];
    const sleeper = (id: string, ...delays_s: number[]): Role => {
      const role = patient(id, {
        start: (out) => delays_s.forEach((delay_s) => out.wakeAfter(delay_s)),
        tick: () => {
          rung.push(id);
          role.done = true;
        },
      });
      return role;
    };
    await runLive([sleeper('postponed', 0.01, 0.15), sleeper('second', 0.08), sleeper('advanced', 9, 0.03)], new MemoryBus().connect(), {
      run: 'r',
    });
    expect(rung).toEqual(['advanced', 'second', 'postponed']);
  });

  it('tell the time since the run began', async () => {
    let at_s = 0;
    const role = patient('a', {
      start: (out) => out.wakeAfter(0.05),
      tick: (now_s) => {
        at_s = now_s;
        role.done = true;
      },
    });
    await runLive([role], new MemoryBus().connect(), { run: 'r' });
    expect(at_s).toBeGreaterThan(0.045);
    expect(at_s).toBeLessThan(1);
  });
});

describe('a connection that is lost', () => {
  it('loses what is said, counts it, and makes everybody who sleeps repeat himself when it is back', async () => {
    const bus = new MemoryBus();
    const fates: string[] = [];
    const sender = patient('a', {
      start: (out) => {
        bus.cut();
        out.send('b', note(1));
        out.wakeAfter(60);
      },
      tick: (_, out) => out.send('b', note(2)),
    });
    const listener = patient('b', {
      receive: () => {
        sender.done = true;
        listener.done = true;
      },
    });
    setTimeout(() => bus.mend(), 30);
    const report = await runLive([sender, listener], bus.connect(), { run: 'r', observe: ({ fate }) => void fates.push(fate) });
    expect(fates).toEqual(['lost', 'delivered']);
    expect(report).toMatchObject({ lost_count: 1, sent_count: 1, heard_count: 1, losses_count: 1 });
  });
});

describe('a connection that takes no more', () => {
  it('makes messages wait unanswered, and none is lost', async () => {
    const bus = new MemoryBus();
    const heard: number[] = [];
    const sender = roleOf('a', {
      start: (out) => {
        for (let k = 0; k < 50; k++) out.send('b', note(k));
        bus.backlog_bytes = 1 << 30;
      },
    });
    const listener = patient('b', {
      receive: (_, { round }) => {
        heard.push(round);
        listener.done = heard.length === 50;
      },
    });
    const run = runLive([sender, listener], bus.connect(), { run: 'r' });
    await pause(60);
    expect(heard.length).toBeLessThan(2);
    bus.takeAll();
    await run;
    expect(heard).toEqual(Array.from({ length: 50 }, (_, k) => k));
  });
});

describe('what strangers put on the wire', () => {
  it('is dropped with its reason, and harms nobody', async () => {
    const bus = new MemoryBus();
    const writer = new EnvelopeWriter();
    const heard: string[] = [];
    const role = patient('a', { start: (out) => out.wakeAfter(60), receive: (from) => void heard.push(from) });
    const run = runLive([role, roleOf('b', {})], bus.connect(), { run: 'r' });
    const garbage = [
      new Uint8Array(3),
      new Uint8Array(2 << 20),
      writer.write('mallory', 'a', note()),
      writer.write('b', 'somebody else', note()),
      writer.write('b', 'a', note()).slice(0, -1),
    ];
    for (const payload of garbage) bus.say(subjectOf(placeOf('r', 'a'), 'b'), payload);
    bus.say(subjectOf(placeOf('another run', 'a'), 'b'), writer.write('b', 'a', note()));
    bus.say(subjectOf(placeOf('r', 'a'), 'b'), writer.write('b', 'a', note()));
    await pause(30);
    role.done = true;
    const { dropped } = await run;
    expect(heard).toEqual(['b']);
    expect([...dropped].sort()).toEqual([
      ['not an envelope', 1],
      ['not for us', 1],
      ['oversized', 1],
      ['unknown sender', 1],
      ['wrong length', 1],
    ]);
  });

  it('is dropped when it is said under the name of another, where the broker vouches for names', async () => {
    const bus = new MemoryBus();
    bus.vouches = true;
    const heard: string[] = [];
    const role = patient('a', { start: (out) => out.wakeAfter(60), receive: (from) => void heard.push(from) });
    const run = runLive([role, roleOf('b', {}), roleOf('c b', {})], bus.connect(), { run: 'r' });
    const writer = new EnvelopeWriter();
    bus.say(subjectOf(placeOf('r', 'a'), 'c b'), writer.write('b', 'a', note()));
    bus.say(subjectOf(placeOf('r', 'a'), 'c b'), writer.write('c b', 'a', note()));
    await pause(30);
    role.done = true;
    const { dropped } = await run;
    expect(heard).toEqual(['c b']);
    expect([...dropped]).toEqual([['foreign subject', 1]]);
  });

  it('cannot make a run of several processes end or begin', async () => {
    const bus = new MemoryBus();
    const writer = new EnvelopeWriter();
    const run = runLive([patient('a')], bus.connect(), { run: 'r', agents: ['a', 'b'], silence_s: 0.2 });
    const beat = { life: 1, done: 1, leaving: 0, heard: 1 };
    const say = (from: string, body: Message['body']): void =>
      bus.say(subjectOf(placeOf('r', 'a'), from), writer.write(from, 'a', { kind: beatKind, round: 0, body }));
    say('mallory', beat);
    say('b', {});
    say('b', { ...beat, done: 7 });
    await expect(run).rejects.toMatchObject({ code: 'AGENTS_ABSENT', message: expect.stringContaining('b') });
  });
});

describe('a run over several processes', () => {
  const agents = ['a', 'b', 'c'];

  it('begins when everybody is here and ends everywhere when everybody is done', async () => {
    const bus = new MemoryBus();
    const events: string[] = [];
    const member = (id: string, to: string): Role => {
      const role = patient(id, {
        start: (out) => {
          events.push(`start ${id}`);
          out.send(to, note());
        },
        receive: (from) => {
          events.push(`${from}>${id}`);
          role.done = true;
        },
      });
      return role;
    };
    const run = (role: Role): Promise<LiveReport> => runLive([role], bus.connect(), { run: 'r', agents, beat_s: 0.05 });
    const early = [run(member('a', 'b')), run(member('b', 'c'))];
    await pause(80);
    expect(events).toEqual([]);
    const reports = await Promise.all([...early, run(member('c', 'a'))]);
    expect(events.filter((event) => event.startsWith('start'))).toHaveLength(3);
    expect(events.filter((event) => !event.startsWith('start')).sort()).toEqual(['a>b', 'b>c', 'c>a']);
    expect(reports.map(({ heard_count }) => heard_count)).toEqual([1, 1, 1]);
  });

  it('says who waits for whom when somebody has gone: AGENTS_SILENT', async () => {
    const bus = new MemoryBus();
    const asking = patient('a', {
      start: (out) => {
        out.send('b', { kind: 'price', round: 7, body: {} });
        out.wakeAfter(0.05);
      },
      tick: (_, out) => out.send('b', { kind: 'price', round: 7, body: {} }),
    });
    const mute = patient('b');
    const run = (role: Role): Promise<LiveReport> =>
      runLive([role], bus.connect(), { run: 'r', agents: ['a', 'b'], beat_s: 0.05, silence_s: 0.4 });
    const [error] = (await Promise.allSettled([run(asking), run(mute)])).map((each) =>
      each.status === 'rejected' ? each.reason : undefined,
    );
    expect(error).toMatchObject({ code: 'AGENTS_SILENT' });
    expect(error.message).toContain('"a" waits for "b" (price of round 7, said 2 times); not done elsewhere: b');
  });

  it('takes old words that are said again and again for silence, and for no answer', async () => {
    const bus = new MemoryBus();
    const say = (to: string, kind: string, round: number) => (out: Outbox) => {
      out.send(to, { kind, round, body: { power_kW: Float64Array.of(1, 2) } });
      out.wakeAfter(0.05);
    };
    const net = patient('net', { start: say('line', 'price', 8), tick: (_, out) => say('line', 'price', 8)(out) });
    // It waits for another net, and says its word of the round before again.
    const line = patient('line', { start: say('net', 'schedule', 7), tick: (_, out) => say('net', 'schedule', 7)(out) });
    const run = (role: Role): Promise<LiveReport> =>
      runLive([role], bus.connect(), { run: 'r', agents: ['net', 'line'], beat_s: 0.05, silence_s: 0.4 });
    const [error] = (await Promise.allSettled([run(net), run(line)])).map((each) => (each.status === 'rejected' ? each.reason : undefined));
    expect(error).toMatchObject({ code: 'AGENTS_SILENT' });
    expect(error.message).toMatch(/"net" waits for "line" \(price of round 8, said \d+ times/);
  });

  it('goes on answering after its own agents are done', async () => {
    const bus = new MemoryBus();
    let answered = 0;
    const server = roleOf('a', {
      receive: (from, _, out) => {
        answered++;
        out.send(from, note());
      },
    });
    const late = patient('b', {
      start: (out) => out.wakeAfter(0.15),
      tick: (_, out) => out.send('a', note()),
      receive: () => void (late.done = true),
    });
    await Promise.all([server, late].map((role) => runLive([role], bus.connect(), { run: 'r', agents: ['a', 'b'], beat_s: 0.05 })));
    expect(answered).toBe(1);
  });
});

describe('an error of a role', () => {
  it('ends the run, from a timer too', async () => {
    const role = patient('a', {
      start: (out) => out.wakeAfter(0.01),
      tick: () => {
        throw new Error('at night');
      },
    });
    await expect(runLive([role], new MemoryBus().connect(), { run: 'r' })).rejects.toThrow('at night');
  });
});

/** Keeps in memory, and can be told to fail. */
class Shelf implements SnapshotKeeper {
  readonly kept = new Map<AgentId, Snapshot>();
  readonly events: string[] = [];
  full = false;

  recall(id: AgentId): Snapshot | undefined {
    return this.kept.get(id);
  }

  keep(id: AgentId, snapshot: Snapshot): void {
    if (this.full) throw new Error('no room');
    this.kept.set(id, snapshot);
    this.events.push(`kept ${id} ${Object.values(snapshot).join(' ')}`);
  }
}

/**
 * Two who count in turns, each adding one to what it heard, up to a number. A role that repeats itself and remembers what it
 * said last, as the roles of schemes do.
 */
function counter(
  id: string,
  other: string,
  upTo: number,
  law: { readonly begins?: boolean; readonly onCount?: (n: number) => void } = {},
): Role {
  let said = 0;
  const repeat = (out: Parameters<Role['start']>[0]): void => {
    out.wakeAfter(0.02);
    if (said > 0) out.send(other, { kind: 'count', round: said, body: {} });
  };
  return {
    id,
    peers: [other],
    get done() {
      return said >= upTo;
    },
    start(out) {
      if (law.begins) said = 1;
      repeat(out);
    },
    receive(_, { round }, out) {
      if (round !== said + 1 || said >= upTo) return;
      law.onCount?.(round);
      said = round + 1;
      repeat(out);
    },
    tick: (_, out) => repeat(out),
    remember: () => ({ said }),
    resume(snapshot, out) {
      said = snapshot['said'] as number;
      repeat(out);
    },
  };
}

describe('snapshots of a live run', () => {
  it('are safe before anything that was said with them leaves', async () => {
    const bus = new MemoryBus();
    const shelf = new Shelf();
    const reader = new EnvelopeReader();
    await bus.connect().listen([placeOf('r', 'b')], (payload) => {
      const { message } = reader.read(payload) as { message: Message };
      if (message.kind === 'count') shelf.events.push(`said ${message.round}`);
    });
    const options = { run: 'r', beat_s: 0.02 };
    const theirs = runLive([counter('b', 'a', 8)], bus.connect(), options);
    await runLive([counter('a', 'b', 9, { begins: true })], bus.connect(), { ...options, keeper: shelf });
    await theirs;
    const firsts = shelf.events.filter((event, k) => shelf.events.indexOf(event) === k);
    expect(firsts).toEqual([1, 3, 5, 7, 9].flatMap((n) => [`kept a ${n}`, `said ${n}`]));
  });

  it('that cannot be kept keep back what would have been said', async () => {
    const bus = new MemoryBus();
    const shelf = new Shelf();
    shelf.full = true;
    const heard: number[] = [];
    const other = counter('b', 'a', 2, { onCount: (n) => void heard.push(n) });
    const theirs = runLive([other], bus.connect(), { run: 'r', beat_s: 0.02, silence_s: 0.3 });
    const ours = runLive([counter('a', 'b', 3, { begins: true })], bus.connect(), { run: 'r', beat_s: 0.02, keeper: shelf });
    await expect(ours).rejects.toThrow('no room');
    await expect(theirs).rejects.toMatchObject({ code: 'AGENTS_SILENT', message: expect.stringContaining('not done elsewhere: a') });
    expect(heard).toEqual([]);
  });

  it('are enough for who comes back when all is said and the others have gone; who was not done says whom it misses', async () => {
    const bus = new MemoryBus();
    const shelf = new Shelf();
    const options = { run: 'r', beat_s: 0.02, silence_s: 0.1 };
    const theirs = runLive([counter('b', 'a', 8)], bus.connect(), options);
    await runLive([counter('a', 'b', 9, { begins: true })], bus.connect(), { ...options, keeper: shelf });
    await theirs;
    const again = counter('a', 'b', 9, { begins: true });
    expect(await runLive([again], bus.connect(), { ...options, keeper: shelf })).toMatchObject({ unconfirmed: ['b'] });
    expect(again.done).toBe(true);
    const undone = runLive([counter('a', 'b', 11, { begins: true })], bus.connect(), { ...options, keeper: shelf });
    await expect(undone).rejects.toMatchObject({ code: 'AGENTS_SILENT', message: expect.stringContaining('not done elsewhere: b') });
  });

  it('make a crash a pause, whoever crashes, and however often', async () => {
    const bus = new MemoryBus();
    const shelves = { a: new Shelf(), b: new Shelf() };
    const changes: string[] = [];
    const counted: number[] = [];
    let crashes_count = 0;
    /** Lives until it has counted a few, then dies without a word and is started again with what it kept. */
    const live = async (id: 'a' | 'b', other: 'a' | 'b'): Promise<LiveReport> => {
      for (;;) {
        let left = 4;
        let dead = false;
        const role = counter(id, other, id === 'a' ? 41 : 40, {
          begins: id === 'a',
          onCount: (n) => {
            counted.push(n);
            if (--left > 0) return;
            dead = true;
            throw new Error('killed');
          },
        });
        const connection = bus.connect();
        const mortal = {
          ...connection,
          connected: true,
          backlog_bytes: 0,
          publish: (subject: string, payload: Uint8Array) => dead || connection.publish(subject, payload),
        };
        try {
          const onPresence = ({ agent, state }: { agent: AgentId; state: string }): void => void changes.push(`${agent} ${state}`);
          return await runLive([role], mortal, { run: 'r', beat_s: 0.02, keeper: shelves[id], onPresence });
        } catch {
          crashes_count++;
          await pause(30);
        }
      }
    };
    await Promise.all([live('a', 'b'), live('b', 'a')]);
    expect(crashes_count).toBeGreaterThan(8);
    expect([...new Set(counted)].sort((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, k) => k + 1));
    expect(changes).toContain('a back');
    expect(changes).toContain('b back');
    expect(shelves.a.kept.get('a')).toEqual({ said: 41 });
  });
});

describe('agents that come and go', () => {
  it('are named when they go silent and when they are back', async () => {
    const bus = new MemoryBus();
    const changes: string[] = [];
    const options = { run: 'r', beat_s: 0.02, absence_s: 0.1 };
    const waiting = patient('a', { peers: ['b'] });
    const ours = runLive([waiting], bus.connect(), {
      ...options,
      onPresence: ({ agent, state }) => void changes.push(`${agent} ${state}`),
    });
    const writer = new EnvelopeWriter();
    const beat = (round: number, body: Message['body']): void =>
      bus.say(subjectOf(placeOf('r', 'a'), 'b'), writer.write('b', 'a', { kind: beatKind, round, body }));
    beat(0, { life: 1, done: 0, leaving: 0, heard: 0 });
    await pause(200);
    expect(changes).toEqual(['b here', 'b silent']);
    beat(1, { life: 1, done: 0, leaving: 1, heard: 1 });
    await pause(20);
    beat(0, { life: 2, done: 1, leaving: 0, heard: 1 });
    waiting.done = true;
    const { unconfirmed } = await ours;
    expect(changes).toEqual(['b here', 'b silent', 'b back', 'b left', 'b back', 'b done']);
    expect(unconfirmed).toEqual([]);
  });

  it('say farewell when they are stopped, and leave nobody guessing', async () => {
    const bus = new MemoryBus();
    const changes: string[] = [];
    let stop = false;
    const options = { run: 'r', beat_s: 0.02 };
    const leaving = runLive([patient('b', { peers: ['a'] })], bus.connect(), {
      ...options,
      breathe: async () => {
        if (stop) throw new Error('stopped');
      },
    });
    const ours = runLive([patient('a', { peers: ['b'] })], bus.connect(), {
      ...options,
      silence_s: 0.4,
      onPresence: ({ agent, state }) => void changes.push(`${agent} ${state}`),
    });
    await pause(100);
    stop = true;
    await expect(leaving).rejects.toThrow('stopped');
    await expect(ours).rejects.toMatchObject({ code: 'AGENTS_SILENT' });
    expect(changes).toEqual(['b here', 'b left']);
  });

  it('may be missed by those who are done without holding them up for ever', async () => {
    const bus = new MemoryBus();
    const role = roleOf('a', { peers: ['b'] });
    const writer = new EnvelopeWriter();
    const run = runLive([role], bus.connect(), { run: 'r', beat_s: 0.02, silence_s: 0.3 });
    bus.say(
      subjectOf(placeOf('r', 'a'), 'b'),
      writer.write('b', 'a', { kind: beatKind, round: 0, body: { life: 1, done: 0, leaving: 0, heard: 1 } }),
    );
    expect((await run).unconfirmed).toEqual(['b']);
  });

  it('may join while it runs, where the run admits them', async () => {
    const bus = new MemoryBus();
    const heard: string[] = [];
    let peers: readonly string[] = [];
    const host: Role & { done: boolean } = {
      ...patient('host', { start: (out) => out.wakeAfter(60) }),
      get peers() {
        return peers;
      },
      receive(from, { kind }, out) {
        heard.push(`${from} ${kind}`);
        peers = [...peers, from];
        out.send(from, note());
        this.done = true;
      },
    };
    const guest = patient('guest', {
      peers: ['host'],
      start: (out) => out.send('host', { kind: 'join', round: 0, body: {} }),
      receive: () => void (guest.done = true),
    });
    const uninvited = patient('stranger', { peers: ['host'], start: (out) => out.send('host', { kind: 'join', round: 0, body: {} }) });
    const admits = (from: string): boolean => from !== 'stranger';
    const [{ dropped }] = await Promise.all([
      runLive([host], bus.connect(), { run: 'r', beat_s: 0.02, admits }),
      runLive([guest], bus.connect(), { run: 'r', beat_s: 0.02 }),
      runLive([uninvited], bus.connect(), { run: 'r', beat_s: 0.02, silence_s: 0.2 }).catch(() => {}),
    ]);
    expect(heard).toEqual(['guest join']);
    expect(dropped.get('unknown sender')).toBeGreaterThan(0);
  });
});
