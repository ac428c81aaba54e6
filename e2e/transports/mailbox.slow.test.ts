import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nats } from '../../packages/host/src/transports/nats/nats.ts';
import { mailboxConformance } from '../../packages/host/src/transports/testing/mailbox-conformance.ts';
import { natsIsInstalled, startBroker } from './broker-process.ts';
import { type Wire, ways } from './ways.ts';

for (const { name, present, open } of ways) {
  describe.runIf(present)(`letters over ${name}`, () => {
    let wire: Wire;
    beforeAll(async () => {
      wire = await open();
    });
    afterAll(() => wire.close());

    mailboxConformance(name, () => wire);
  });
}

describe.runIf(natsIsInstalled)('a NATS server without JetStream', () => {
  it('keeps no letters, and says what to do: MAILBOX_UNAVAILABLE', async () => {
    const broker = await startBroker('nats', 'nats-server', (port) => ['-a', '127.0.0.1', '-p', `${port}`]);
    try {
      await expect(nats.openMailbox(broker.address)).rejects.toMatchObject({
        code: 'MAILBOX_UNAVAILABLE',
        hint: expect.stringContaining('-js'),
      });
    } finally {
      await broker.close();
    }
  });
});
