import { describe, expect, it } from 'vitest';
import { BugError, TransportError } from '../base/errors.ts';
import type { AgentId, Message, Observation, Outbox, Role } from './role.ts';
import type { RunOptions } from './run.ts';

/** Runs roles to their end with perfect delivery. */
export type Carry = (roles: readonly Role[], options?: RunOptions) => Promise<unknown>;

export const note = (text: string, round = 0): Message => ({ kind: 'note', round, body: { text } });

/** A role made of functions; done when it says so. */
export function roleOf(id: AgentId, law: Partial<Omit<Role, 'id' | 'done'>> & { done?: () => boolean }): Role {
  return {
    id,
    start: law.start ?? (() => {}),
    receive: law.receive ?? (() => {}),
    tick: law.tick ?? (() => {}),
    get done() {
      return law.done?.() ?? true;
    },
  };
}

/** A says 0 … count−1 to B; B keeps what it hears. */
export function senderAndListener(count: number): { readonly roles: Role[]; readonly heard: number[] } {
  const heard: number[] = [];
  const sender = roleOf('a', {
    start: (out) => {
      for (let k = 0; k < count; k++) out.send('b', note(`${k}`, k));
    },
  });
  const listener = roleOf('b', { receive: (_, message) => void heard.push(message.round), done: () => heard.length >= count });
  return { roles: [sender, listener], heard };
}

/** A ball that goes around a ring of agents a number of times, and everything that was seen of it. */
function ring(size: number, passes_count: number): { readonly roles: Role[]; readonly trace: string[] } {
  const trace: string[] = [];
  let passed_count = 0;
  const roles = Array.from({ length: size }, (_, k) =>
    roleOf(`r${k}`, {
      start: (out) => k === 0 && out.send('r1', note('ball', 1)),
      receive: (from, message, out) => {
        trace.push(`${from}>r${k}:${message.round}`);
        if (++passed_count < passes_count) out.send(`r${(k + 1) % size}`, note('ball', message.round + 1));
      },
      done: () => passed_count >= passes_count,
    }),
  );
  return { roles, trace };
}

/** What every way to carry messages does when nothing goes wrong on the way. */
export function transportConformance(name: string, carry: Carry): void {
  describe(`${name} keeps the contract of transports:`, () => {
    it('delivers every message once, first in first out', async () => {
      const { roles, heard } = senderAndListener(200);
      await carry(roles);
      expect(heard).toEqual(Array.from({ length: 200 }, (_, k) => k));
    });

    it('delivers in the same order every time', async () => {
      const traces = await Promise.all(
        [0, 1].map(async () => {
          const { roles, trace } = ring(5, 40);
          await carry(roles);
          return trace;
        }),
      );
      expect(traces[0]).toHaveLength(40);
      expect(traces[1]).toEqual(traces[0]);
    });

    it('starts every role before the first message arrives', async () => {
      const events: string[] = [];
      const roles = ['a', 'b', 'c'].map((id) =>
        roleOf(id, {
          start: (out) => {
            events.push(`start ${id}`);
            out.send('a', note('hello'));
          },
          receive: () => void events.push('heard'),
          done: () => events.length === 6,
        }),
      );
      await carry(roles);
      expect(events).toEqual(['start a', 'start b', 'start c', 'heard', 'heard', 'heard']);
    });

    it('lets a role talk to itself', async () => {
      let heard = '';
      const roles = [
        roleOf('a', {
          start: (out) => out.send('a', note('me')),
          receive: (from, message) => void (heard = `${from} ${String(message.body['text'])}`),
          done: () => heard !== '',
        }),
      ];
      await carry(roles);
      expect(heard).toBe('a me');
    });

    it('shows the observer every message, and what became of it', async () => {
      const seen: Observation[] = [];
      const { roles } = senderAndListener(3);
      await carry(roles, { observe: (o) => void seen.push(o) });
      expect(seen.map(({ from, to, fate, message }) => `${from}>${to} ${fate} ${message.round}`)).toEqual([
        'a>b delivered 0',
        'a>b delivered 1',
        'a>b delivered 2',
      ]);
    });

    it('lets an error of `breathe` through: the user wants out', async () => {
      const { roles } = ring(3, 2000);
      await expect(carry(roles, { breathe: () => Promise.reject(new Error('enough')) })).rejects.toThrow('enough');
    });

    it('says who waits when nobody has anything to say: AGENTS_STUCK', async () => {
      const waiting = roleOf('patient', { done: () => false });
      const error = await carry([waiting, roleOf('idle', {})]).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(TransportError);
      expect(error).toMatchObject({ code: 'AGENTS_STUCK' });
      expect((error as Error).message).toContain('patient');
      expect((error as Error).message).not.toContain('idle');
    });

    it('and names whom, and for an answer to what', async () => {
      const asking: Partial<Role> = {
        start: (out) => out.send('mute', note('?', 7)),
        tick: (_, out) => out.send('mute', note('?', 7)),
      };
      const error = await carry([roleOf('asking', { ...asking, done: () => false }), roleOf('mute', {})]).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'AGENTS_STUCK' });
      expect((error as Error).message).toContain('"asking" waits for "mute" (note of round 7');
    });

    it('refuses a message to nobody: AGENT_UNKNOWN', async () => {
      const lost = roleOf('a', { start: (out: Outbox) => out.send('nobody', note('?')), done: () => false });
      await expect(carry([lost])).rejects.toMatchObject({ code: 'AGENT_UNKNOWN' });
    });

    it('refuses two agents with one id', async () => {
      await expect(carry([roleOf('a', {}), roleOf('a', {})])).rejects.toBeInstanceOf(BugError);
    });
  });
}
