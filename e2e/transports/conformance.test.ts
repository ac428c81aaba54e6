import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { transportConformance } from '../../packages/core/src/agents/conformance.ts';
import { runLive } from '../../packages/host/src/transports/live.ts';
import { connectionConformance } from '../../packages/host/src/transports/testing/connection-conformance.ts';
import { type Wire, ways } from './ways.ts';

for (const { name, present, open } of ways) {
  describe.runIf(present)(`over ${name}`, () => {
    let wire: Wire;
    beforeAll(async () => {
      wire = await open();
    });
    afterAll(() => wire.close());

    connectionConformance(name, () => wire);

    transportConformance(name, async (roles, options = {}) => {
      const connection = await wire.connect();
      try {
        await runLive(roles, connection, { ...options, run: randomUUID() });
      } finally {
        await connection.close();
      }
    });
  });
}
