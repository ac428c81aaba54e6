import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { type BranchPart, type BusPart, buildNetwork, type NetworkParts } from './build.ts';
import { baseAt } from './network.ts';

const bus = (id: string, more: Partial<BusPart> = {}): BusPart => ({ id, v_base_kV: 10, v_min_pu: 0.9, v_max_pu: 1.1, ...more });
const branch = (id: string, from: string, to: string, more: Partial<BranchPart> = {}): BranchPart => ({
  id,
  from,
  to,
  r_pu: 0.01,
  x_pu: 0.02,
  ...more,
});
const parts = (more: Partial<NetworkParts> = {}): NetworkParts => ({
  name: 'test',
  s_base_kVA: 1000,
  buses: [bus('671'), bus('675')],
  branches: [branch('l12', '671', '675')],
  ...more,
});

describe('buildNetwork', () => {
  it('fills in defaults, resolves ids and freezes', () => {
    const network = buildNetwork(parts({ shunts: [{ bus: '675', g_pu: 0, b_pu: 0.1 }], source: 'made up' }));
    expect(network.branches[0]).toEqual({
      id: 'l12',
      from: 0,
      to: 1,
      r_pu: 0.01,
      x_pu: 0.02,
      b_pu: 0,
      ratio: 1,
      shift_deg: 0,
      s_max_kVA: Infinity,
      inService: true,
    });
    expect(network.shunts).toEqual([{ bus: 1, g_pu: 0, b_pu: 0.1 }]);
    for (const value of [network, network.buses, network.buses[0], network.branches, network.branches[0], network.shunts]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
    expect(baseAt(network, 1)).toEqual({ s_base_kVA: 1000, v_base_kV: 10 });
  });

  it.each<[string, Partial<NetworkParts>]>([
    ['NETWORK_EMPTY', { buses: [], branches: [] }],
    ['NETWORK_BASE_INVALID', { s_base_kVA: 0 }],
    ['NETWORK_BASE_INVALID', { s_base_kVA: Number.NaN }],
    ['NETWORK_BASE_INVALID', { buses: [bus('671', { v_base_kV: 0 }), bus('675')] }],
    ['NETWORK_BASE_INVALID', { buses: [bus('671', { v_base_kV: Infinity }), bus('675')] }],
    ['NETWORK_DUPLICATE_ID', { buses: [bus('671'), bus('671')] }],
    ['NETWORK_DUPLICATE_ID', { branches: [branch('a', '671', '675'), branch('a', '675', '671')] }],
    ['NETWORK_UNKNOWN_BUS', { branches: [branch('a', '671', '671x')] }],
    ['NETWORK_UNKNOWN_BUS', { shunts: [{ bus: '9', g_pu: 0, b_pu: 0 }] }],
    ['NETWORK_SELF_LOOP', { branches: [branch('a', '671', '671')] }],
    ['NETWORK_VOLTAGE_LIMITS', { buses: [bus('671', { v_min_pu: 1.2 }), bus('675')] }],
    ['NETWORK_VOLTAGE_LIMITS', { buses: [bus('671', { v_min_pu: -1 }), bus('675')] }],
    ['NETWORK_NUMBER_INVALID', { buses: [bus('671', { v_max_pu: Number.NaN }), bus('675')] }],
    ['NETWORK_NUMBER_INVALID', { buses: [bus('671', { x: Infinity }), bus('675')] }],
    ['NETWORK_NUMBER_INVALID', { branches: [branch('a', '671', '675', { r_pu: Number.NaN })] }],
    ['NETWORK_NUMBER_INVALID', { branches: [branch('a', '671', '675', { b_pu: Infinity })] }],
    ['NETWORK_NUMBER_INVALID', { shunts: [{ bus: '671', g_pu: Number.NaN, b_pu: 0 }] }],
    ['NETWORK_IMPEDANCE_INVALID', { branches: [branch('a', '671', '675', { r_pu: 0, x_pu: 0 })] }],
    ['NETWORK_IMPEDANCE_INVALID', { branches: [branch('a', '671', '675', { r_pu: 1e-300, x_pu: 0 })] }],
    ['NETWORK_IMPEDANCE_INVALID', { branches: [branch('a', '671', '675', { r_pu: -0.1 })] }],
    ['NETWORK_IMPEDANCE_INVALID', { branches: [branch('a', '671', '675', { x_pu: -0.1 })] }],
    ['NETWORK_RATIO_INVALID', { branches: [branch('a', '671', '675', { ratio: 0 })] }],
    ['NETWORK_RATING_INVALID', { branches: [branch('a', '671', '675', { s_max_kVA: -5 })] }],
    ['NETWORK_RATING_INVALID', { branches: [branch('a', '671', '675', { s_max_kVA: Number.NaN })] }],
    ['NETWORK_ANGLE_LIMITS', { branches: [branch('a', '671', '675', { angle_min_deg: 10, angle_max_deg: -10 })] }],
    ['NETWORK_NUMBER_INVALID', { branches: [branch('a', '671', '675', { angle_max_deg: Number.NaN })] }],
  ])('refuses with %s', (code, more) => {
    try {
      buildNetwork(parts(more));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ code });
      expect((error as InputError).hint).toBeTruthy();
    }
  });

  it('says where, and what was meant', () => {
    const wrong = parts({ branches: [branch('l12', '675', '671x', { where: 'feeder.dss:48' })] });
    expect(() => buildNetwork(wrong)).toThrow(
      'Branch "l12" ends at bus "671x", which does not exist (feeder.dss:48). Did you mean "671"? [NETWORK_UNKNOWN_BUS]',
    );
  });

  it('keeps a negative reactance with a warning when asked, never a zero impedance', () => {
    const warnings: string[] = [];
    const options = { negativeImpedance: 'warning', warn: (text: string) => void warnings.push(text) } as const;
    const network = buildNetwork(parts({ branches: [branch('c', '671', '675', { x_pu: -0.1, where: 'a.m:3' })] }), options);
    expect(network.branches[0].x_pu).toBe(-0.1);
    expect(warnings).toEqual(['Branch "c" has a negative reactance (-0.1 per unit) (a.m:3)']);
    expect(() => buildNetwork(parts({ branches: [branch('c', '671', '675', { r_pu: 0, x_pu: 0 })] }), options)).toThrow('zero');
  });
});
