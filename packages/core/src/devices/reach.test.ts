import { describe, expect, it } from 'vitest';
import { firstOutOfReach } from './reach.ts';

const law = { steps_count: 3, dt_h: 1, start: 10, leak: 0, slowest: -2, fastest: 3, lower: 0, upper: 20 };

describe('what one state can reach', () => {
  it('says when and where a limit is out of reach', () => {
    expect(firstOutOfReach(law)).toBeUndefined();
    expect(firstOutOfReach({ ...law, lower: Float64Array.of(0, 17, 0) })).toEqual({ step: 1, low: 6, high: 16 });
    expect(firstOutOfReach({ ...law, upper: Float64Array.of(20, 20, 3) })).toEqual({ step: 2, low: 4, high: 19 });
    expect(firstOutOfReach({ ...law, lower: 16, upper: 15 })).toMatchObject({ step: 0 });
  });

  it('limits on the way count: a cut interval reaches less', () => {
    const cut = { ...law, upper: Float64Array.of(11, 20, 20) };
    expect(firstOutOfReach({ ...cut, lower: Float64Array.of(0, 0, 17) })).toBeUndefined();
    expect(firstOutOfReach({ ...cut, lower: Float64Array.of(0, 0, 17.1) })).toEqual({ step: 2, low: 4, high: 17 });
  });

  it('a leak pulls down exactly, and an end without limit does not hide the other', () => {
    const leaking = { ...law, leak: 0.1, slowest: 0, fastest: 0 };
    expect(firstOutOfReach({ ...leaking, lower: 10 * Math.exp(-0.3) })).toBeUndefined();
    expect(firstOutOfReach({ ...leaking, lower: 10 * Math.exp(-0.3) + 1e-6 })).toMatchObject({ step: 2 });
    expect(firstOutOfReach({ ...law, slowest: -Infinity, lower: Float64Array.of(0, 0, 20) })).toMatchObject({ step: 2, high: 19 });
  });
});
