import { expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { PacedRole } from './paced-role.ts';
import type { Role } from './role.ts';
import { noFaults, runInVirtualTime } from './virtual-time.ts';

it('a run in slow motion is the same run, later', async () => {
  const playAt = async (pace_frac: number) => {
    const seen: number[] = [];
    let said = 0;
    const speaker: Role = {
      id: 'a',
      peers: ['b'],
      get done() {
        return said === 4;
      },
      start: (out) => out.wakeAfter(0.5),
      receive() {},
      tick(now_s, out) {
        seen.push(now_s);
        out.send('b', { kind: 'word', round: said, body: {} });
        if (++said < 4) out.wakeAfter(0.25);
      },
    };
    const listener: Role = { id: 'b', done: true, start() {}, receive: (_from, { round }) => void seen.push(-round), tick() {} };
    const roles = [speaker, listener].map((role) => new PacedRole(role, pace_frac));
    expect(roles.map(({ peers }) => peers)).toEqual([['b'], undefined]);
    const end_s = await runInVirtualTime(roles, { faults: { ...noFaults, delay_min_s: 0.01 / pace_frac }, stream: randomStream(1) });
    return { seen, end_s };
  };
  const [real, slow] = [await playAt(1), await playAt(0.25)];
  expect(slow.seen).toEqual(real.seen);
  expect(slow.end_s).toBeCloseTo(4 * real.end_s, 9);
});
