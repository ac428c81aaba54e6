import { describe, expect, it } from 'vitest';
import type { Message, Outbox } from '../agents/role.ts';
import { controlRole, type DevicePort, delayedDevice } from './control-role.ts';
import { meanVoltage } from './secondary-consensus/mean-voltage.ts';

const law = meanVoltage.build(meanVoltage.example);
const said = (round: number, ...values: number[]): Message => ({ kind: 'said', round, body: { values: Float64Array.from(values) } });

function scene(forgetAfter_s?: number) {
  const commanded: number[][] = [];
  const sent: { to: string; message: Message }[] = [];
  const wakes: number[] = [];
  const device: DevicePort = {
    measureInto: (_now_s, y) => y.set([313, 376, 10, 10]),
    command: (_now_s, values) => void commanded.push([...values]),
  };
  const out: Outbox = { send: (to, message) => void sent.push({ to, message }), wakeAfter: (delay_s) => void wakes.push(delay_s) };
  const build = () =>
    controlRole({
      id: 'a',
      law,
      device,
      neighbours: [{ id: 'b', weight_frac: 0.5 }],
      period_s: 0.1,
      commands: Float64Array.of(314, 380),
      stop_s: 1,
      ...(forgetAfter_s === undefined ? {} : { forgetAfter_s }),
    });
  return { role: build(), build, device, commanded, sent, wakes, out };
}

describe('a law as a role', () => {
  it('takes over without a jump, and says its payload to its neighbours', () => {
    const { role, commanded, sent, wakes, out } = scene();
    role.start(out);
    role.tick(0, out);
    expect(commanded).toEqual([[314, 380]]);
    expect(sent).toEqual([{ to: 'b', message: said(0, 313, 0.094 * 10, 376, 13) }]);
    expect(wakes).toEqual([0, 0.1]);
  });

  it('steps with what it heard, and ignores what is old, malformed or from strangers', () => {
    const { role, commanded, out } = scene();
    role.tick(0, out);
    role.receive('b', said(3, 314, 2, 381, 20), out);
    role.receive('b', said(2, 1, 1, 1, 1), out);
    role.receive('c', said(9, 1, 1, 1, 1), out);
    role.receive('b', said(9, 1), out);
    role.receive('b', said(9, Number.NaN, 1, 1, 1), out);
    role.receive('b', { kind: 'other', round: 9, body: {} }, out);
    role.tick(0.1, out);
    // 0.1 s at the rate computed by hand in secondary-consensus.test.ts, with z = 0: 2·(380 − 376) + 20·0.5·(20 − 13)
    expect(commanded[1][1]).toBeCloseTo(380 + 0.1 * 78, 10);
    expect(role.dropped).toEqual(
      new Map([
        ['older than what is known', 1],
        ['not understood', 3],
        ['not finite', 1],
      ]),
    );
  });

  it('forgets a neighbour that went silent', () => {
    const { role, commanded, out } = scene(0.25);
    role.tick(0, out);
    role.receive('b', said(0, 313, 0.94, 376, 20), out);
    for (const now_s of [0.1, 0.2, 0.3, 0.4]) role.tick(now_s, out);
    const steps = commanded.slice(1).map(([, v], k) => v - commanded[k][1]);
    expect(steps[1]).toBeGreaterThan(5);
    expect(steps[3]).toBeCloseTo(0.8, 6);
  });

  it('comes back from a snapshot without a jump', () => {
    const { role, build, commanded, sent, out } = scene();
    role.tick(0, out);
    role.receive('b', said(0, 314, 2, 381, 20), out);
    role.tick(0.1, out);
    const snapshot = role.remember();
    const again = build();
    again.resume(snapshot, out);
    again.tick(0.7, out);
    expect(commanded[2]).toEqual(commanded[1]);
    expect(again.remember()).toEqual({ ...snapshot, acts: 3, events: 3, saidAt: 0.7, own: sent.at(-1)!.message.body['values'], now: 0.7 });
  });

  it('that speaks at events only: acts on what it said, repeats itself when told, reads itself back over the network where its law does', () => {
    const { device, out, sent } = scene();
    const silent = { ...law, isDue: () => false };
    const options = { id: 'a', law: silent, device, period_s: 0.1, commands: Float64Array.of(314, 380), stop_s: 1, repeatAfter_s: 0.25 };
    const quiet = controlRole({ ...options, neighbours: [{ id: 'b', weight_frac: 1 }] });
    for (const now_s of [0, 0.1, 0.2, 0.3, 0.4]) quiet.tick(now_s, out);
    expect(sent.map(({ message }) => message.round)).toEqual([0, 3]);
    expect([quiet.acts_count, quiet.events_count]).toEqual([5, 2]);
    expect(quiet.remember()['own']).toEqual(sent[1].message.body['values']);

    const echo = controlRole({ ...options, law: { ...law, hearsItself: true }, neighbours: [{ id: 'b', weight_frac: 1 }] });
    echo.tick(0, out);
    const first = sent.at(-1)!;
    expect(first.to).toBe('a');
    echo.tick(0.1, out);
    echo.receive('a', said(1, 1, 2, 3, 4), out);
    expect(echo.remember()['own']).toEqual(Float64Array.of(1, 2, 3, 4));
    echo.receive('a', first.message, out);
    expect(echo.dropped).toEqual(new Map([['older than what is known', 1]]));
  });

  it('leaves out the periods that its host was late for, and counts them', () => {
    const { role, wakes, out } = scene();
    role.start(out);
    role.tick(0.02, out);
    role.tick(0.1, out);
    role.tick(0.437, out);
    expect(wakes.map((wait) => Math.round(1000 * wait))).toEqual([0, 80, 100, 63]);
    expect(role.overruns_count).toBe(2);
    expect(role.acts_count).toBe(3);
    // too early: waits for the rest, says nothing
    role.tick(0.4995, out);
    expect(wakes.at(-1)).toBeCloseTo(5e-4, 9);
    expect(role.acts_count).toBe(3);
  });

  it('is done after its time', () => {
    const { role, out } = scene();
    for (let k = 0; k <= 10; k++) role.tick(k / 10, out);
    expect(role.done).toBe(true);
  });
});

describe('a delayed device', () => {
  it('gives what was measured so long ago, at first what came first', () => {
    let now = 0;
    const plain: DevicePort = { measureInto: (now_s, y) => void (y[0] = 10 * now_s), command() {} };
    const device = delayedDevice(plain, 0.2);
    const seen: number[] = [];
    for (let k = 0; k < 6; k++, now = k / 10) {
      const y = new Float64Array(1);
      device.measureInto(now, y);
      seen.push(y[0]);
    }
    expect(seen.map((v) => Math.round(10 * v) / 10)).toEqual([0, 0, 0, 1, 2, 3]);
  });
});
