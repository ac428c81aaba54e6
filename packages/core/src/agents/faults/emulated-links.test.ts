import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import type { Message, Role } from '../role.ts';
import { runInVirtualTime } from '../virtual-time.ts';
import { EmulatedLinks } from './emulated-links.ts';
import type { Fault, FaultScript } from './script.ts';

const agents = ['a', 'b', 'c'];
const word = (round: number, kind = 'word'): Message => ({ kind, round, body: {} });

/** When b hears what a says at 0, 1, 2 … s in virtual time. */
async function heardInVirtualTime(script: FaultScript, count: number): Promise<Map<number, number[]>> {
  const heard = new Map<number, number[]>();
  let now_s = 0;
  let said = 0;
  const speaker: Role = {
    id: 'a',
    get done() {
      return said === count;
    },
    start: (out) => out.wakeAfter(0),
    receive() {},
    tick(_now_s, out) {
      out.send('b', word(said));
      if (++said < count) out.wakeAfter(1);
    },
  };
  const listener: Role = {
    id: 'b',
    done: false,
    start() {},
    receive: (_from, { round }) => void heard.set(round, [...(heard.get(round) ?? []), now_s]),
    tick() {},
  };
  const clock: Role = {
    id: 'c',
    done: true,
    start: (out) => out.wakeAfter(1e-3),
    receive() {},
    tick(at_s, out) {
      now_s = at_s;
      if (at_s < count + 5) out.wakeAfter(1e-3);
      else (listener as { done: boolean }).done = true;
    },
  };
  await runInVirtualTime([speaker, listener, clock], { faults: script, stream: randomStream(7) });
  return heard;
}

describe('links of a live run', () => {
  it('give messages the fates that they have in virtual time', async () => {
    const faults: Fault[] = [
      { fault: 'loss', loss_frac: 0.2 },
      { fault: 'burst-loss', begins_frac: 0.1, ends_frac: 0.4 },
      { fault: 'duplicate', duplicate_frac: 0.2 },
      { fault: 'delay', law: 'exponential', min_s: 0.05, mean_s: 0.1 },
      { fault: 'partition', agents: 'b', after_s: 20, until_s: 30 },
    ];
    const heard = await heardInVirtualTime({ faults }, 60);
    const links = new EmulatedLinks({ faults }, agents, 7);
    for (let k = 0; k < 60; k++) {
      const delays = [...links.delaysOf('a', 'b', word(k), k)].sort((x, y) => x - y);
      const times = (heard.get(k) ?? []).map((at_s) => at_s - k).sort((x, y) => x - y);
      expect(times.length, `message ${k}`).toBe(delays.length);
      delays.forEach((delay, n) => expect(Math.abs(times[n]! - delay), `message ${k}`).toBeLessThan(2e-3));
    }
    expect(heard.size).toBeGreaterThan(15);
  });

  it('meet pairs and kinds of messages by name, and leave others alone', () => {
    const links = new EmulatedLinks({ faults: [{ fault: 'delay', from: 'a', messages: 'measured', min_s: 0.06 }] }, agents, 1);
    expect(links.delaysOf('a', 'b', word(0, 'measured'), 0)).toEqual([0.06]);
    expect(links.delaysOf('a', 'b', word(0, 'end'), 0)).toEqual([0]);
    expect(links.delaysOf('b', 'a', word(0, 'measured'), 0)).toEqual([0]);
    expect(links.delaysOf('stranger', 'a', word(0, 'measured'), 0)).toEqual([0]);
  });

  it('refuse what no link does: FAULTS_NOT_LIVE', () => {
    expect(
      () =>
        new EmulatedLinks(
          {
            faults: [
              { fault: 'loss', loss_frac: 0.1 },
              { fault: 'crash', agents: 'a', at_s: 1 },
            ],
          },
          agents,
          1,
        ),
    ).toThrow(expect.objectContaining({ code: 'FAULTS_NOT_LIVE', where: 'links[1].fault' }));
  });
});
