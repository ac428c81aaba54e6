import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../contract.ts';
import { payloadSize_max_bytes } from '../payload-limit.ts';

/** What a suite asks of a way to carry bytes: connections, and where there is a broker its death and return. */
export interface WireUnderTest {
  connect(): Promise<Connection>;
  readonly interrupt?: ((gone_ms: number) => Promise<void>) | undefined;
}

/** Payloads of many lengths, each unlike the others, some of which look like something else. */
function payloads(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, k) => {
    const bytes = new Uint8Array(8 + ((k * 7919) % 3000)).fill(k);
    new DataView(bytes.buffer).setUint32(4, k);
    bytes.set([0x62, 1, k % 3, 0], 0);
    if (k % 4 !== 0) bytes[0] = k;
    return bytes;
  });
}

const numberIn = (payload: Uint8Array): number => new DataView(payload.buffer, payload.byteOffset).getUint32(4);

/** What every connection does with bytes, whoever speaks through it. */
export function connectionConformance(name: string, wire: () => WireUnderTest, places_count = 2000): void {
  describe(`${name} keeps the contract of connections:`, () => {
    const open: Connection[] = [];
    let runs_count = 0;

    const connect = async (): Promise<Connection> => {
      const connection = await wire().connect();
      open.push(connection);
      return connection;
    };
    /** A listener and a speaker on connections of their own, and a place that nobody has used before. */
    const pair = async (): Promise<{ listener: Connection; speaker: Connection; place: string }> => ({
      listener: await connect(),
      speaker: await connect(),
      place: `gridflock.conformance-${name.replaceAll(/\W/g, '')}-${runs_count++}.listener`,
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((connection) => connection.close()));
    });

    it('carries any bytes, once and in the order in which they were said, and tells under which subject', async () => {
      const { listener, speaker, place } = await pair();
      const heard: [string, Uint8Array][] = [];
      await listener.listen([place, `${place}2`], (payload, { subject }) => void heard.push([subject, payload.slice()]));
      const said = payloads(600).map((payload, k): [string, Uint8Array] => [`${place}${k % 5 === 0 ? '2' : ''}.speaker${k % 3}`, payload]);
      for (const [k, [subject, payload]] of said.entries()) {
        speaker.publish(subject, payload);
        if (k % 100 === 99) await pause(0);
      }
      await expect.poll(() => heard.length, { timeout: 5000 }).toBe(said.length);
      expect(heard.map(([subject]) => subject)).toEqual(said.map(([subject]) => subject));
      for (const [k, [, payload]] of heard.entries()) expect(Buffer.compare(payload, said[k]![1])).toBe(0);
      await pause(50);
      expect(heard).toHaveLength(said.length);
    });

    it('hears nothing of other places, nor after it has stopped', async () => {
      const { listener, speaker, place } = await pair();
      const heard: string[] = [];
      const hear = (_: Uint8Array, { subject }: { readonly subject: string }): void => void heard.push(subject);
      const stop = await listener.listen([place], hear);
      await listener.listen([`${place}-last`], hear);
      for (const subject of [`${place}2.a`, `${place}.a.b`, place, `${place}.a`, `${place}-last.a`])
        speaker.publish(subject, Uint8Array.of(1));
      await expect.poll(() => heard).toEqual([`${place}.a`, `${place}-last.a`]);
      stop();
      await pause(50);
      speaker.publish(`${place}.a`, Uint8Array.of(1));
      speaker.publish(`${place}-last.a`, Uint8Array.of(1));
      await expect.poll(() => heard.length).toBe(3);
      await pause(50);
      expect(heard.at(-1)).toBe(`${place}-last.a`);
      expect(heard).toHaveLength(3);
    });

    it(`hears at ${places_count} places`, async () => {
      const { listener, speaker, place } = await pair();
      const places = Array.from({ length: places_count }, (_, k) => `${place}-${k}`);
      const heard = new Map<string, number>();
      await listener.listen(places, (payload, { subject }) => void heard.set(subject, numberIn(payload)));
      for (const [k, each] of places.entries()) {
        const payload = new Uint8Array(8);
        new DataView(payload.buffer).setUint32(4, k);
        speaker.publish(`${each}.a`, payload);
        if (k % 1000 === 999) await speaker.drained();
      }
      await expect.poll(() => heard.size, { timeout: 20_000 }).toBe(places_count);
      for (const [k, each] of places.entries()) expect(heard.get(`${each}.a`)).toBe(k);
    }, 60_000);

    it('carries 1 MiB, and refuses more before anything is sent: PAYLOAD_TOO_LARGE', async () => {
      const { listener, speaker, place } = await pair();
      const sizes: number[] = [];
      await listener.listen([place], ({ length }) => void sizes.push(length));
      speaker.publish(`${place}.a`, new Uint8Array(payloadSize_max_bytes));
      for (const over of [1, payloadSize_max_bytes]) {
        expect(() => speaker.publish(`${place}.a`, new Uint8Array(payloadSize_max_bytes + over))).toThrow(
          expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE', where: `${place}.a` }),
        );
      }
      speaker.publish(`${place}.a`, Uint8Array.of(1));
      await expect.poll(() => sizes).toEqual([payloadSize_max_bytes, 1]);
      expect(speaker.connected).toBe(true);
    });

    it('says what is still to be said before it closes', async () => {
      const { listener, speaker, place } = await pair();
      let heard_count = 0;
      await listener.listen([place], () => void heard_count++);
      for (let k = 0; k < 3000; k++) speaker.publish(`${place}.a`, new Uint8Array(1000));
      await speaker.close();
      await expect.poll(() => heard_count, { timeout: 5000 }).toBe(3000);
    });

    it('tells its backlog, which is worked off when it has drained', async () => {
      const { listener, speaker, place } = await pair();
      let heard_count = 0;
      await listener.listen([place], () => void heard_count++);
      for (let k = 0; k < 64; k++) speaker.publish(`${place}.a`, new Uint8Array(1 << 16));
      expect(speaker.backlog_bytes).toBeGreaterThan(0);
      await speaker.drained();
      expect(speaker.backlog_bytes).toBe(0);
      await expect.poll(() => heard_count).toBe(64);
    });

    it('tells when the broker has gone and is back, and keeps its places', async ({ skip }) => {
      const { interrupt } = wire();
      if (interrupt === undefined) return skip('there is no broker');
      const { listener, speaker, place } = await pair();
      const heard: number[] = [];
      const changes: boolean[] = [];
      await listener.listen([place], (payload) => void heard.push(payload[0]!));
      listener.onChange((connected) => void changes.push(connected));
      const bothAre = (connected: boolean): boolean => listener.connected === connected && speaker.connected === connected;
      speaker.publish(`${place}.a`, Uint8Array.of(1));
      await expect.poll(() => heard).toEqual([1]);
      const back = interrupt(400);
      await expect.poll(() => bothAre(false), { timeout: 5000 }).toBe(true);
      expect(speaker.backlog_bytes).toBe(0);
      await back;
      await expect.poll(() => bothAre(true), { timeout: 10_000 }).toBe(true);
      speaker.publish(`${place}.a`, Uint8Array.of(2));
      await expect.poll(() => heard).toEqual([1, 2]);
      expect(changes).toEqual([false, true]);
    }, 30_000);
  });
}
