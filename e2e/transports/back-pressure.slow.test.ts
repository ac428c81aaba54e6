import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Wire, ways } from './ways.ts';

const payload_bytes = 1 << 16;
const payloads_count = 6000;
/** What a live run lets wait (backlog_max_bytes of live.ts). */
const backlog_max_bytes = 4 << 20;

const rss_MiB = (pid: number | 'self'): number => {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
};

for (const { name, present, open } of ways) {
  describe.runIf(present && process.platform === 'linux')(`a slow listener over ${name}`, () => {
    let wire: Wire;
    beforeAll(async () => {
      wire = await open();
    });
    afterAll(() => wire.close());

    it('costs bounded memory, here and at the broker, and is heard again afterwards', async () => {
      const speaker = await wire.connect();
      const place = 'gridflock.slow.listener';
      const listener = wire.listenInThread(new URL('./slow-listener.mjs', import.meta.url), { place, pause_ms: 0.5 });
      await once(listener, 'message');
      const ended = once(listener, 'message') as Promise<[{ heard_bytes: number }]>;
      const before_MiB = rss_MiB('self');
      let growth_MiB = 0;
      let broker_MiB = 0;
      let backlog_bytes = 0;
      const look = (): void => {
        growth_MiB = Math.max(growth_MiB, rss_MiB('self') - before_MiB);
        if (wire.pid !== undefined) broker_MiB = Math.max(broker_MiB, rss_MiB(wire.pid));
        backlog_bytes = Math.max(backlog_bytes, speaker.backlog_bytes);
      };
      const payload = new Uint8Array(payload_bytes).fill(7);
      for (let k = 0; k < payloads_count; k++) {
        if (speaker.backlog_bytes > backlog_max_bytes) await speaker.drained();
        if (speaker.connected) speaker.publish(`${place}.a`, payload);
        if (k % 50 === 0) look();
      }
      await speaker.drained();
      look();
      // a listener that was cut off because it was too slow comes back
      const last = setInterval(() => speaker.connected && speaker.publish(`${place}.a`, Uint8Array.of(1)), 100);
      const [{ heard_bytes }] = await ended;
      clearInterval(last);
      await listener.terminate();
      await speaker.close();
      console.info(
        `${name}: of ${(payloads_count * payload_bytes) >> 20} MiB heard ${heard_bytes >> 20}, here +${growth_MiB.toFixed(0)} MiB, broker ${broker_MiB.toFixed(0)} MiB`,
      );
      expect(backlog_bytes).toBeLessThanOrEqual(backlog_max_bytes + payload_bytes);
      expect(growth_MiB).toBeLessThan(200);
      expect(broker_MiB).toBeLessThan(200);
      expect(heard_bytes).toBeGreaterThan(backlog_max_bytes);
      if (wire.losesNothing) expect(heard_bytes).toBe(payloads_count * payload_bytes);
    }, 120_000);
  });
}
