import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import { missingKinds, servicesWith, titled } from '../testing/studies.ts';
import { runVoltVar } from './run.ts';
import { small } from './testing/small.ts';

const run = (changes: object): Promise<unknown> => runVoltVar({ ...small, ...changes }, catalog, servicesWith());
const roof = small.devices[0];
const bank = small.banks[0];

const missing = missingKinds({ devices: small.devices, upstream: { kind: 'pv' } });

describe.skipIf(missing.length > 0)(
  titled('bad input of volt-var is refused before anything is solved, with its place and a cure', missing),
  () => {
    it.each<[string, object, string, string]>([
      ['a source without a rating', { devices: [{ ...roof, s_max_kVA: 0 }] }, 'STUDY_VALUE_INVALID', 'devices[0] "roof".s_max_kVA'],
      ['a least power factor', { devices: [{ ...roof, pf_min_frac: 0.9 }] }, 'STUDY_VALUE_INVALID', 'devices[0] "roof".pf_min_frac'],
      [
        'sources of a zone that differ in their course',
        { devices: [roof, { ...roof, id: 'shed', p_available_kW: [1, 9] }] },
        'STUDY_VALUE_INVALID',
        'zones',
      ],
      ['a zone of no bus', { zones: [{ name: 'a', buses: ['mil'] }] }, 'STUDY_UNKNOWN_BUS', 'zones[0].buses[0]'],
      [
        'a bus in two zones',
        {
          zones: [
            { name: 'a', buses: ['mill'] },
            { name: 'b', buses: ['mill'] },
          ],
        },
        'STUDY_DUPLICATE_ID',
        'zones[1].buses[0]',
      ],
      [
        'a zone named twice',
        {
          zones: [
            { name: 'a', buses: ['mill'] },
            { name: 'a', buses: ['farm'] },
          ],
        },
        'STUDY_DUPLICATE_ID',
        'zones[1].name',
      ],
      ['a bank at no bus', { banks: [{ ...bank, bus: 'frm' }] }, 'STUDY_UNKNOWN_BUS', 'banks[0].bus'],
      ['a bank named twice', { banks: [bank, bank] }, 'STUDY_DUPLICATE_ID', 'banks[1].id'],
      ['a hold that steps do not fill', { hold_min: 90 }, 'STUDY_VALUE_INVALID', 'hold_min'],
      [
        'a margin that leaves nothing',
        { limits: { v_min_pu: 0.99, v_max_pu: 1.01, margin_pu: 0.02 } },
        'STUDY_VALUE_INVALID',
        'limits.margin_pu',
      ],
      ['a strategy that is none', { decide: { knows: 'set', strategy: 'column' } }, 'STUDY_UNKNOWN_MEMBER', 'decide.strategy'],
      ['an option that is none', { decide: { knows: 'scenarios', strategy: 'extensive', gap: 1 } }, 'STUDY_UNKNOWN_KEY', 'decide.gap'],
      ['a set for a strategy of scenarios', { decide: { knows: 'set', strategy: 'l-shaped' } }, 'STRATEGY_CANNOT', 'strategy l-shaped'],
      ['a way to trace that is none', { objective: 'front', front: { method: 'weighted' } }, 'STUDY_UNKNOWN_MEMBER', 'front.method'],
      ['a front of one point', { objective: 'front', front: { points_count: 1 } }, 'STUDY_VALUE_INVALID', 'front.points_count'],
      ['an objective that is none', { objective: 'cost' }, 'STUDY_VALUE_INVALID', 'objective'],
      ['a key with another unit', { hold_h: 1 }, 'STUDY_UNKNOWN_KEY', 'hold_h'],
    ])('%s', async (_, changes, code, where) => {
      await expect(run(changes)).rejects.toMatchObject({ code, where });
    });

    it('a law that cannot be', async () => {
      const sun = { ...small.errors.sun, deviation_frac: 1.9, most_frac: 1.25 };
      await expect(run({ errors: { ...small.errors, sun } })).rejects.toMatchObject({ code: 'ERROR_LAW_INVALID' });
    });
  },
);
