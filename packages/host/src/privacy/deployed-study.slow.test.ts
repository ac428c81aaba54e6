import { describe, expect, it } from 'vitest';
import { deployed, hasBattery, study } from './testing/deployed.ts';

describe.skipIf(!hasBattery)('agents of a private study', () => {
  it('come to the plan of the open ones behind Paillier sums, with the trustee as an agent of its own', async () => {
    const open = await deployed(study(undefined, 0));
    expect(open.openWords_count).toBeGreaterThan(10);
    const hidden = await deployed(study({ kind: 'homomorphic-sums' }, 0));
    expect(hidden.ids).toContain('trustee');
    expect(hidden.status).toEqual(hidden.ids.map(() => 'ok'));
    expect([hidden.openWords_count, hidden.p_kW]).toEqual([0, open.p_kW]);
    expect(hidden.kinds).toContain('decrypted');
  });
});
