import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { droop } from './droop.ts';

describeController(droop);

describe('droop', () => {
  it('commands what was computed by hand', () => {
    const law = droop.build({ ...droop.example, p_set_kW: 5, q_set_kvar: 2 });
    const commands = new Float64Array(2);
    law.commandInto(new Float64Array(0), Float64Array.of(15, 12), commands);
    expect(commands[0]).toBeCloseTo(100 * Math.PI - 0.94, 12);
    expect(commands[1]).toBeCloseTo(367, 12);
  });
});
