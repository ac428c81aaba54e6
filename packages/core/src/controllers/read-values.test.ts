import { describe, expect, it } from 'vitest';
import { droop } from './droop/droop.ts';
import { readControllerValues } from './read-values.ts';

const raw = { v_nominal_V: 380, droop_rad_per_s_per_kW: 0.1, droop_V_per_kvar: 1 };

describe('parameters of a controller', () => {
  it('take their defaults', () => {
    expect(readControllerValues(droop, raw, 'agents[0]')).toEqual({
      ...raw,
      w_nominal_rad_per_s: 100 * Math.PI,
      p_set_kW: 0,
      q_set_kvar: 0,
    });
  });

  it.each<[object, RegExp]>([
    [{ ...raw, drop_V_per_kvar: 1 }, /no parameter "drop_V_per_kvar" \(agents\[0\]\.drop_V_per_kvar\)\. Did you mean "droop_V_per_kvar"/],
    [{ ...raw, v_nominal_kV: 0.38 }, /"v_nominal_kV" has the wrong unit: expected "v_nominal_V"/],
    [{ v_nominal_V: 380, droop_V_per_kvar: 1 }, /needs "droop_rad_per_s_per_kW"/],
    [{ ...raw, droop_V_per_kvar: -1 }, /"droop_V_per_kvar" must be a finite number of at least 0, got -1/],
    [{ ...raw, v_nominal_V: '380' }, /must be a finite number of at least 0.001, got 380/],
    [{ ...raw, p_set_kW: Number.NaN }, /got NaN/],
  ])('%o', (given, message) => {
    expect(() => readControllerValues(droop, given as Record<string, unknown>, 'agents[0]')).toThrow(message);
  });
});
