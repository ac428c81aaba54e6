import { afterAll, beforeAll, describe } from 'vitest';
import { connectionConformance } from '../../packages/host/src/transports/testing/connection-conformance.ts';
import { type Wire, ways } from './ways.ts';

for (const { name, present, open } of ways) {
  describe.runIf(present)(`many places over ${name}`, () => {
    let wire: Wire;
    beforeAll(async () => {
      wire = await open();
    });
    afterAll(() => wire.close());

    connectionConformance(name, () => wire, 20_000);
  });
}
