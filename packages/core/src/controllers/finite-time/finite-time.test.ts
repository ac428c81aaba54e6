import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { buildHeard } from '../contract.ts';
import { chatterOf, implicitPower, signedPower, signedPowerSlope } from '../signed-power.ts';
import { finiteTimeBalancing } from './finite-time-balancing.ts';
import { finiteTimeSecondary } from './finite-time-secondary.ts';

describeController(finiteTimeSecondary);
describeController(finiteTimeBalancing);

describe('the signed power', () => {
  const root = { power_frac: 0.5, zone: 0.01 };

  it('is the power beyond its zone, linear within, continuous between', () => {
    expect(signedPower(root, -4)).toBe(-2);
    expect(signedPower(root, 0.005)).toBeCloseTo(0.05, 12);
    expect(signedPower(root, 0.01 - 1e-12)).toBeCloseTo(signedPower(root, 0.01), 9);
    expect(signedPowerSlope(root, 4)).toBe(0.25);
  });

  it.each([0.1, 0.3, 0.5, 0.9, 1])('its implicit step solves y + k·σ(y) = e for a = %d', (power_frac) => {
    const law = { power_frac, zone: 1e-6 };
    for (const e of [-1e3, -2, -1e-3, -1e-7, 0, 1e-9, 1e-4, 0.7, 30]) {
      for (const k of [1e-6, 0.01, 1, 100]) {
        const y = implicitPower(law, k, e);
        expect(Math.abs(y + k * signedPower(law, y) - e), `${e} ${k}`).toBeLessThan(1e-9 * (1e-3 + Math.abs(e)));
        expect(y * e).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('predicts the chatter of explicit steps', () => {
    // the sheet on control, section 8
    expect(chatterOf(10, 0.01, 0.5)).toBeCloseTo(2.5e-3, 12);
    expect(chatterOf(100, 0.005, 0.5)).toBeCloseTo(0.0625, 12);
    expect(chatterOf(600, 0.005, 2 / 3)).toBeCloseTo(3.375, 12);
  });
});

describe('the laws, by hand', () => {
  it('balancing: 0.1·√0.4 + 0.05·(0.08)^(2/3)', () => {
    const law = finiteTimeBalancing.build({
      ...finiteTimeBalancing.example,
      gain_energy_per_s: 0.1,
      gain_power_per_s: 0.05,
      power_frac: 0.5,
    });
    const heard = { ...buildHeard(1, 2), weights: Float64Array.of(2), values: Float64Array.of(0.7, 0.14) };
    const rate = new Float64Array(1);
    law.rateInto(Float64Array.of(0.1), Float64Array.of(0.5), heard, rate);
    expect(rate[0]).toBeCloseTo(0.1 * Math.sqrt(0.4) + 0.05 * 0.08 ** (2 / 3), 12);
    const set = new Float64Array(1);
    law.commandInto(Float64Array.of(0.1), new Float64Array(1), set);
    expect(set[0]).toBeCloseTo(-3.6, 12);
  });

  it('secondary: 4·√(0.5·2 + 1·3)', () => {
    const law = finiteTimeSecondary.build({ ...finiteTimeSecondary.example, w_ref_rad_per_s: 314 });
    const heard = { ...buildHeard(1, 2), weights: Float64Array.of(0.5), values: Float64Array.of(315, 380) };
    const rate = new Float64Array(2);
    law.rateInto(Float64Array.of(313, 380), Float64Array.of(311, 380), heard, rate);
    expect(rate[0]).toBeCloseTo(8, 12);
    expect(rate[1]).toBe(0);
  });
});
