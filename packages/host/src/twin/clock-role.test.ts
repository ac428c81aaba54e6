import { type Message, type Role, SteppedRole, stepKind } from '@gridflock/core';
import { expect, it } from 'vitest';
import { ClockRole } from './clock-role.ts';

/** Says how often it was told something. */
const counter = (id: string): Role => {
  let told = 0;
  const say: Role['start'] = (out) => out.send('world', { kind: 'told', round: ++told, body: {} });
  return { id, done: false, start: say, receive: (_from, _message, out) => say(out), tick: (_now_s, out) => say(out) };
};

it('a clock repeats what was not answered, takes every answer once, and ends everybody', async () => {
  const agents = new Map(['a', 'b'].map((id) => [id, new SteppedRole(counter(id), 'clock')]));
  let lost_count = 3;
  let steps_count = 0;
  let alarm: (() => void) | undefined;
  let started = false;
  const clock = new ClockRole('clock', ['a', 'b'], () => {
    started = true;
  });
  const out = {
    send(to: string, message: Message) {
      if (message.kind === stepKind) steps_count++;
      const reply = { send: (_: string, answer: Message) => answer.round > 0 && clock.receive(to, answer), wakeAfter() {} };
      agents.get(to)!.receive('clock', message, lost_count-- > 0 ? { ...reply, send() {} } : reply);
    },
    wakeAfter: () => {
      alarm = () => clock.tick(0, out);
    },
  };
  await expect(async () => clock.tell('a', { act: 'start' })).rejects.toThrow('before its run has begun');
  clock.start(out);
  expect(started).toBe(true);
  const first = clock.tell('a', { act: 'start' });
  for (let k = 0; k < 3; k++) alarm!();
  expect(await first).toEqual({ done: false, deeds: [{ to: 'world', message: { kind: 'told', round: 1, body: {} } }] });
  expect(steps_count).toBe(4);
  // told four times, done once
  const second = await clock.tell('a', { act: 'tick', now_s: 1 });
  expect(second.deeds).toEqual([{ to: 'world', message: { kind: 'told', round: 2, body: {} } }]);
  clock.receive('b', { kind: 'stepped', round: 7, body: { done: 0, deeds: 0 } });
  expect(clock.done).toBe(false);
  await clock.end();
  expect([clock.done, ...[...agents.values()].map(({ done }) => done)]).toEqual([true, true, true]);
});
