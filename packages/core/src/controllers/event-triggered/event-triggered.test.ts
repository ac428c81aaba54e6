import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { buildHeard } from '../contract.ts';
import { dynamicEventTriggered, eventTriggered } from './event-triggered.ts';
import { disagreementRule, edgeRule } from './trigger-rules.ts';

describeController(eventTriggered);
describeController(dynamicEventTriggered);

describe('when to speak, by hand', () => {
  const heard = { ...buildHeard(2, 2), weights: Float64Array.of(1, 2), values: Float64Array.of(5, 0, 8, 0), own: Float64Array.of(6, 0) };

  it('thresholds', () => {
    // δ = (6 − 5) + 2·(6 − 8) = −3, d = 3: 0.9·0.2·(1 − 0.6)/3·9
    expect(disagreementRule(0.9, 0.2).threshold(heard, 0, 2)).toBeCloseTo(0.216, 12);
    // 0.5/12·(1 + 2·4)
    expect(edgeRule(0.5).threshold(heard, 0, 2)).toBeCloseTo(0.375, 12);
  });

  it('an error beyond threshold and floor is worth a word, one below is not', () => {
    const law = eventTriggered.build({ ...eventTriggered.example, floor_w_rad_per_s: 0.1 });
    const at = (error: number): boolean => law.isDue!(Float64Array.of(6 + error, 0), new Float64Array(2), heard);
    const edge = Math.sqrt(0.216 + 0.01);
    expect(at(edge - 1e-9)).toBe(false);
    expect(at(-edge - 1e-9)).toBe(true);
  });

  it('what was saved may be used', () => {
    const law = dynamicEventTriggered.build({ ...dynamicEventTriggered.example, sigma_frac: 0.5, floor_w_rad_per_s: 0, saved_per_s: 0.5 });
    const at = (error: number, saved: number): boolean => law.isDue!(Float64Array.of(6 + error, 0, saved, 0), new Float64Array(2), heard);
    expect(at(1, 1.2)).toBe(true);
    expect(at(1, 1.3)).toBe(false);
  });

  it('at rest nobody speaks', () => {
    const law = eventTriggered.build({ ...eventTriggered.example, floor_w_rad_per_s: 0, floor_v_V: 0 });
    expect(law.isDue!(Float64Array.of(6, 0), new Float64Array(2), { ...heard, values: Float64Array.of(6, 0, 6, 0) })).toBe(false);
  });
});
