import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { heardOf } from '../contract.ts';
import { voltVar } from './three-level-volt-var.ts';

describeController(voltVar, { rest: [1] });

describe('three levels by hand', () => {
  const law = voltVar.build({ ...voltVar.example, release_per_s: 0.01 });
  const at = (x: number[], v: number): { rate: Float64Array; q_kvar: number } => {
    const rate = new Float64Array(2);
    const commands = new Float64Array(1);
    const heard = heardOf(Float64Array.of(2), Float64Array.of(110));
    law.rateInto(Float64Array.from(x), Float64Array.of(v), heard, rate);
    law.commandInto(Float64Array.from(x), Float64Array.of(v), commands);
    return { rate, q_kvar: commands[0] };
  };

  it('above both bands', () => {
    const { rate, q_kvar } = at([1.05, 100], 1.06);
    expect(rate[0]).toBeCloseTo(0.001, 12);
    // 0.3·2·10 + 1000·0.01 − 0.01·100;  5000·0.01 + 3000·0.03 + 100
    expect(rate[1]).toBeCloseTo(6 + 10 - 1, 10);
    expect(q_kvar).toBeCloseTo(-240, 10);
  });

  it('below both, by the lower bounds', () => {
    const { rate, q_kvar } = at([0.94, 0], 0.94);
    expect(rate[1]).toBeCloseTo(0.3 * 2 * 110 - 10, 10);
    expect(q_kvar).toBeCloseTo(90, 10);
  });

  it('within both only the ramp counts, and no inverter gives more than it has', () => {
    expect(at([1, 0], 1.01).q_kvar).toBeCloseTo(-50, 10);
    expect(at([1, 5000], 1.01).q_kvar).toBe(-600);
  });
});
