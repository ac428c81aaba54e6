import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NatsFrames } from './nats-frames.ts';

const spelled = (subject: string, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`PUB ${subject} ${payload.length}\r\n`), payload, Buffer.from('\r\n')]);

function gather() {
  const pieces: Uint8Array[] = [];
  return { pieces, frames: new NatsFrames((piece) => pieces.push(piece)) };
}

describe('frames for a NATS server', () => {
  it('are spelled as it reads them, and leave together at the end of the turn', async () => {
    const { pieces, frames } = gather();
    const said: [string, Uint8Array][] = [0, 1, 9, 10, 99, 100, 1000, 65_536].map((count, k) => [`a.b${k}`, new Uint8Array(count).fill(k)]);
    for (const [subject, payload] of said) frames.add(subject, payload);
    expect(pieces).toHaveLength(0);
    await turn();
    expect(pieces).toHaveLength(1);
    expect(Buffer.compare(pieces[0]!, Buffer.concat(said.map(([subject, payload]) => spelled(subject, payload))))).toBe(0);
  });

  it('are never written over once they have left, however much follows', async () => {
    const { pieces, frames } = gather();
    const said: Buffer[] = [];
    for (let k = 0; k < 3000; k++) {
      const payload = new Uint8Array(700 + (k % 50)).fill(k);
      frames.add(`to.${k}`, payload);
      said.push(spelled(`to.${k}`, payload));
      if (k % 700 === 0) await turn();
    }
    frames.flush();
    expect(Buffer.compare(Buffer.concat(pieces), Buffer.concat(said))).toBe(0);
    expect(pieces.length).toBeLessThan(20);
  });

  it('carry what is larger than a slab', () => {
    const { pieces, frames } = gather();
    const large = new Uint8Array(1 << 20).fill(7);
    frames.add('a', Uint8Array.of(1));
    frames.add('b', large);
    frames.flush();
    expect(Buffer.compare(Buffer.concat(pieces), Buffer.concat([spelled('a', Uint8Array.of(1)), spelled('b', large)]))).toBe(0);
  });

  it('refuse a subject that would end early and begin another command', () => {
    const { frames } = gather();
    for (const subject of ['a b', 'a\r\nUNSUB 1', 'ä', 'a\u007f'])
      expect(() => frames.add(subject, Uint8Array.of(1))).toThrow('No subject');
  });
});
