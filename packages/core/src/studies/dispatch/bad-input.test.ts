import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import { missingKinds, servicesWith, titled } from '../testing/studies.ts';
import { runDispatch } from './run.ts';
import { small } from './testing/small.ts';

const run = (changes: object): Promise<unknown> => runDispatch({ ...small, ...changes }, catalog, servicesWith());
const sun = small.uncertain[0];

const missing = missingKinds(small);

describe.skipIf(missing.length > 0)(
  titled('bad input of dispatch is refused before anything is solved, with its place and a cure', missing),
  () => {
    it.each<[string, object, string, string]>([
      ['a device that is none', { uncertain: [{ ...sun, devices: ['rof'] }] }, 'STUDY_VALUE_INVALID', 'uncertain[0].devices[0]'],
      ['a parameter without steps', { uncertain: [{ ...sun, parameter: 's_max_kVA' }] }, 'STUDY_VALUE_INVALID', 'uncertain[0].parameter'],
      ['a parameter uncertain twice', { uncertain: [sun, { ...sun, name: 'again' }] }, 'STUDY_VALUE_INVALID', 'uncertain[1].devices'],
      [
        'a set without the forecast',
        { uncertain: [{ ...sun, deviations_max_count: undefined, total_max_frac: 0.8 }] },
        'SET_EXCLUDES_FORECAST',
        'uncertain[0]',
      ],
      [
        'a set that is empty',
        { uncertain: [{ ...sun, deviations_max_count: undefined, up_frac: 0, down_frac: 0.1, total_min_frac: 1, total_max_frac: 0.99 }] },
        'SET_EXCLUDES_FORECAST',
        'uncertain[0]',
      ],
      ['count and total at once', { uncertain: [{ ...sun, total_max_frac: 1.1 }] }, 'STUDY_VALUE_INVALID', 'uncertain[0]'],
      [
        'a law that cannot be',
        { uncertain: [{ ...sun, error: { law: 'beta', deviation_frac: 1.9, most_frac: 1 } }] },
        'ERROR_LAW_INVALID',
        '',
      ],
      ['a limit that is not known ahead', { decided: { ahead: ['roof'] } }, 'AHEAD_UNCERTAIN', 'devices[2] "roof"'],
      ['whole decisions that react', { decided: { later: ['engine'] } }, 'RECOURSE_WHOLE', 'devices[1] "engine"'],
      [
        'an uncertain price of what reacts',
        { uncertain: [{ name: 'fuel', devices: ['engine'], parameter: 'cost_cur_per_kWh', up_frac: 0.5 }] },
        'RECOURSE_UNCERTAIN',
        'devices[1] "engine"',
      ],
      [
        'costs with squares',
        { devices: small.devices.map((each) => (each.id === 'engine' ? { ...each, cost_cur_per_kW2h: 0.001 } : each)) },
        'RECOURSE_NOT_LINEAR',
        'devices[1] "engine"',
      ],
      ['wires with cones', { formulation: 'branch-flow-soc' }, 'RECOURSE_NOT_LINEAR', 'formulation'],
      [
        'a strategy that is none',
        { plans: [{ name: 'a', knows: 'set', strategy: 'column' }] },
        'STUDY_UNKNOWN_MEMBER',
        'plans[0].strategy',
      ],
      [
        'an option that is none',
        { plans: [{ name: 'a', knows: 'set', strategy: 'column-and-constraint', gap: 1 }] },
        'STUDY_UNKNOWN_KEY',
        'plans[0].gap',
      ],
      [
        'a set for a strategy of scenarios',
        { plans: [{ name: 'a', knows: 'set', strategy: 'l-shaped' }] },
        'STRATEGY_CANNOT',
        'strategy l-shaped',
      ],
      [
        'a set for scenarios that come to agree',
        { plans: [{ name: 'a', knows: 'set', strategy: 'progressive-hedging' }] },
        'STRATEGY_CANNOT',
        'strategy progressive-hedging',
      ],
      ['a device decided twice', { decided: { ahead: ['store'], later: ['store'] } }, 'STUDY_VALUE_INVALID', 'decided.later[0]'],
    ])('%s', async (_, changes, code, where) => {
      await expect(run(changes)).rejects.toMatchObject(where === '' ? { code } : { code, where });
    });

    it('recourse that cannot be even with shortfalls is infeasible, with what conflicts', { timeout: 60_000 }, async () => {
      // the mill's own load is more than its cable bears, and nobody there can let go of it
      const devices = small.devices.map((each) => ({ ...each, bus: 'farm' }));
      const plans = [{ name: 'robust', knows: 'set', strategy: 'column-and-constraint' }];
      const result = await runDispatch({ ...small, devices, plans, loads: { scale_frac: 6 } }, catalog, servicesWith());
      expect(result.status).toBe('infeasible');
      expect(result.plans[0].cost_cur).toBeNull();
      expect(result.explanation.sentences).toEqual(['There is no plan: infeasible.']);
      expect(JSON.stringify(result)).not.toContain('Infinity');
    });
  },
);
