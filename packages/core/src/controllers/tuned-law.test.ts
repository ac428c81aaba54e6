import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { affineLaw } from './affine-law.ts';
import { buildHeard, defineController, type Law } from './contract.ts';
import { TunedLaw } from './tuned-law.ts';

/** dx/dt = c·(1 − x)/τ: one gain, one time constant, and an offset that has nothing to do with speed. */
const approach = defineController({
  name: 'approach',
  title: 'goes to one, for tests only',
  theorem: 'A first-order lag tends to its input, with a rate that its gain and its time constant give together.',
  params: {
    gain_frac: { type: 'number', min: 0, default: 1, about: 'gain' },
    tau_s: { type: 'number', min: 1e-6, default: 1, about: 'time constant' },
    offset_frac: { type: 'number', default: 0, about: 'offset' },
  },
  example: { gain_frac: 1, tau_s: 1, offset_frac: 0 },
  speed: { gain_frac: 1, tau_s: -1 },
  check: ({ gain_frac, offset_frac }) => (offset_frac > gain_frac ? ['offset_frac is above gain_frac'] : []),
  build({ gain_frac, tau_s }): Law {
    return affineLaw({
      states: ['x_frac'],
      measures: [],
      commands: ['out_frac'],
      says: [],
      startInto: (commands, x) => x.set(commands),
      rateInto(x, _y, _heard, one, rate) {
        rate[0] = (gain_frac * (one - x[0])) / tau_s;
      },
      commandInto: (x, _y, _one, commands) => commands.set(x),
      sayInto() {},
    });
  },
});

const rateOf = (law: Law): number => {
  const rate = new Float64Array(1);
  law.rateInto(Float64Array.of(0), new Float64Array(0), buildHeard(0, 0), rate);
  return rate[0];
};

describe('a tuned law', () => {
  const tuned = () => new TunedLaw(approach, { gain_frac: 2, tau_s: 4, offset_frac: 1 });

  it('is what the controller builds, and follows every change', () => {
    const law = tuned();
    expect(rateOf(law.build())).toBe(0.5);
    law.change('tau_s', 1);
    expect(rateOf(law.build())).toBe(2);
    expect(law.read('tau_s')).toBe(1);
    expect(law.names).toEqual(['gain_frac', 'tau_s', 'offset_frac', 'speed_frac']);
  });

  it('multiplies by the speed what has a power of it, and gives back the values as they were said', () => {
    const law = tuned();
    law.change('speed_frac', 3);
    // gain times 3, time constant by 3
    expect(rateOf(law.build())).toBeCloseTo(0.5 * 9, 12);
    expect(law.read('gain_frac')).toBe(2);
    expect(law.effective()['offset_frac']).toBe(1);
    law.change('speed_frac', 1);
    expect(rateOf(law.build())).toBe(0.5);
  });

  it('refuses what its table or its check refuses, and then has not changed', () => {
    const law = tuned();
    for (const [name, value] of [
      ['tau_s', 0],
      ['gain_frac', Number.NaN],
      ['gain_frac', 0.5],
      ['speed_frac', 0],
    ] as const) {
      expect(() => law.change(name, value), name).toThrow(InputError);
    }
    expect(rateOf(law.build())).toBe(0.5);
  });
});
