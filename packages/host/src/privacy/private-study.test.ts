import { catalog, type NegotiateResult, type StudyServices } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from './node-crypto.ts';

const negotiate = catalog.studies.find(({ kind }) => kind === 'negotiate')!;
const hasBattery = catalog.devices.some(({ kind }) => kind === 'battery');

const services: StudyServices = {
  readText: () => Promise.reject(new Error('no files')),
  onProgress() {},
  breathe: async () => {},
  clock_s: () => 0,
  version: 'test',
  crypto: nodeCrypto,
};

const store = (id: string, owner: string, bus = 'farm') => ({
  id,
  owner,
  bus,
  kind: 'battery',
  p_max_kW: 5,
  e_max_kWh: 12,
  e_start_kWh: 6,
  e_end_min_kWh: 6,
  wear_cur_per_kWh: 0.02,
  s_max_kVA: 5,
});

const study = (privacy?: object) => ({
  study: 'negotiate',
  network: 'four-bus',
  time: { start: '2025-01-15T00:00', step_min: 60, steps_count: 3 },
  tariff: { buy_cur_per_kWh: [0.2, 0.4, 0.3], sell_cur_per_kWh: 0.1 },
  upstream: { buy_cur_per_kWh: [0.2, 0.4, 0.3], sell_cur_per_kWh: 0.1, p_import_max_kW: 200, p_export_max_kW: 100, q_max_kvar: 100 },
  refinements_count: 0,
  scheme: { tolerance_frac: 1e-3 },
  devices: [store('a', 'x'), store('b', 'y'), store('c', 'z')],
  ...(privacy ? { privacy } : {}),
});

const run = (document: unknown, with_: StudyServices = services): Promise<NegotiateResult> =>
  negotiate.run(document, catalog, with_) as Promise<NegotiateResult>;

describe.skipIf(!hasBattery)('a study that asks for privacy', () => {
  it('has the plans and prices of the open study, bit for bit, and says what it cost', async () => {
    const open = await run(study());
    const masked = await run(study({ kind: 'secure-aggregation' }));
    expect(masked.plans).toEqual(open.plans);
    expect(masked.negotiation.nets).toEqual(open.negotiation.nets);
    expect(masked.negotiation.history).toEqual(open.negotiation.history);
    expect(masked.kpis['privacy_extra_bytes_count']).toBe(masked.negotiation.bytes_count - open.negotiation.bytes_count);
    expect(masked.kpis['privacy_owners_min_count']).toBe(3);
    expect(open.negotiation.privacy).toBeUndefined();
    expect(masked.negotiation.traffic.some(({ kind }) => kind === 'schedule')).toBe(false);
    expect(open.negotiation.traffic.some(({ kind }) => kind === 'schedule')).toBe(true);
  });

  it('ends with its budget under differential privacy: not agreed, and the loss is told', async () => {
    const result = await run(study({ kind: 'differential-privacy', epsilon: 5, clip_kW: 10, rounds_count: 12 }));
    expect(result.status).toBe('not-converged');
    expect(result.negotiation.rounds_count).toBe(10);
    expect(result.kpis['privacy_epsilon']).toBe(5);
    expect(result.kpis['privacy_noise_max_kW']).toBeGreaterThan(10);
    expect(result.kpis['gap_to_central_frac']).toBeGreaterThan(0);
    expect(result.notes.join()).toContain('privacy budget');
  });

  const refusals: readonly (readonly [string, object, string, RegExp])[] = [
    ['an unknown kind', { kind: 'magic' }, 'STUDY_VALUE_INVALID', /secure-aggregation/],
    ['an unknown key', { kind: 'secure-aggregation', corrupt: 0.1 }, 'STUDY_UNKNOWN_KEY', /corrupt_frac/],
    ['a key too short', { kind: 'homomorphic-sums', key_bits: 1024 }, 'STUDY_VALUE_INVALID', /2048/],
    ['no ε', { kind: 'differential-privacy', clip_kW: 5 }, 'STUDY_MISSING_KEY', /epsilon/],
    ['an ε below zero', { kind: 'differential-privacy', clip_kW: 5, epsilon: -1 }, 'STUDY_VALUE_INVALID', /0\.01/],
    [
      'a crowd too small',
      { kind: 'secure-aggregation', crowd_min_count: 4 },
      'PRIVACY_CROWD_SMALL',
      /3 owners.*lower crowd_min_count to 3/,
    ],
    ['half of all corrupt', { kind: 'secure-aggregation', corrupt_frac: 0.6, dropout_frac: 0.6 }, 'PRIVACY_GROUP', /Lower corrupt_frac/],
    ['noise beyond reach', { kind: 'differential-privacy', clip_kW: 1e6, epsilon: 0.01 }, 'PRIVACY_NOISE_TOO_LARGE', /Raise epsilon/],
  ];
  it.each(refusals)('is refused for %s', async (_what, privacy, code, says) => {
    const error = await run(study(privacy)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(says);
  });

  it('is refused where nothing is said, and where no keys are handed in', async () => {
    const central = { ...study({ kind: 'secure-aggregation' }), scheme: { kind: 'central' } };
    await expect(run(central)).rejects.toMatchObject({ code: 'PRIVACY_SCHEME' });
    const { crypto: _crypto, ...without } = services;
    await expect(run(study({ kind: 'secure-aggregation' }), without)).rejects.toMatchObject({ code: 'PRIVACY_NEEDS_CRYPTO' });
  });
});
