import { catalog, type Notary } from '@gridflock/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ed25519Notary } from '../identity/ed25519-notary.ts';
import type { Register } from '../identity/register.ts';
import { Society } from '../identity/testing/society.ts';
import { deployed, hasBattery, services, split, study } from './testing/deployed.ts';

describe.skipIf(!hasBattery)('agents of a private study', () => {
  it('end with their budget behind noise, and send nothing in the open', async () => {
    const noisy = await deployed(study({ kind: 'differential-privacy', epsilon: 5, clip_kW: 10, rounds_count: 10 }));
    expect(noisy.status).toEqual(noisy.ids.map(() => 'not-converged'));
    expect(noisy.openWords_count).toBe(0);
  });

  describe('who are enrolled', () => {
    const society = new Society();
    let register: Register;
    beforeAll(async () => {
      const { agents } = await split(study({ kind: 'secure-aggregation' }), catalog, services);
      for (const { id, peers, entry } of agents) society.enrol(id, { role: String(entry['as']), nets: [...peers] });
      society.enrol('thief', { nets: ['net farm'] });
      register = await society.register();
    });
    afterAll(() => {
      register.close();
      society.remove();
    });
    const notaryWith =
      (keys: Readonly<Record<string, string>> = {}) =>
      (id: string): Notary =>
        new Ed25519Notary({ run: 'r', register, key: society.keyOf(keys[id] ?? id) });

    it('sign their keys, and come to the same plan', async () => {
      const open = await deployed(study());
      const signed = await deployed(study({ kind: 'secure-aggregation' }), notaryWith());
      expect([signed.openWords_count, signed.p_kW]).toEqual([0, open.p_kW]);
      expect(signed.dropped).toEqual(signed.ids.map(() => ({})));
    });

    it('do not begin with one whose key is not the enrolled one', async () => {
      await expect(deployed(study({ kind: 'secure-aggregation' }), notaryWith({ b: 'thief' }))).rejects.toMatchObject({
        code: 'AGENTS_STUCK',
      });
    });
  });
});
