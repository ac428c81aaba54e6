import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BugError,
  CombinationError,
  didYouMean,
  exitStatusOf,
  InputError,
  NumericalError,
  nearestName,
  StoppedError,
  TransportError,
} from './errors.ts';

describe('errors', () => {
  it('say what, where, what to do, and the code', () => {
    const error = new InputError({ message: 'Line "l12" is wrong', where: 'a.m:4', hint: 'Mend it.', code: 'LINE_WRONG' });
    expect(error.message).toBe('Line "l12" is wrong (a.m:4). Mend it. [LINE_WRONG]');
    expect(error).toMatchObject({ name: 'InputError', what: 'Line "l12" is wrong', where: 'a.m:4', hint: 'Mend it.' });
    expect(new BugError({ message: 'Odd', code: 'ODD' }).message).toBe('Odd. [ODD]');
  });

  it('map to exit statuses', () => {
    const facts = { message: 'x', code: 'X' };
    const kinds = [InputError, CombinationError, NumericalError, TransportError, StoppedError, BugError];
    expect(kinds.map((Kind) => exitStatusOf(new Kind(facts)))).toEqual([2, 3, 4, 5, 130, 70]);
    expect(exitStatusOf(new TypeError('x'))).toBe(70);
    expect(exitStatusOf(undefined)).toBe(70);
  });
});

describe('nearestName', () => {
  it.each([
    ['671x', ['632', '671', '675'], '671'],
    ['batery', ['battery', 'pv', 'load'], 'battery'],
    ['laod', ['load', 'pv'], 'load'],
    ['P_MAX_KW', ['p_max_kW'], 'p_max_kW'],
    ['zzz', ['load', 'pv'], undefined],
    ['x'.repeat(65), ['x'.repeat(65)], undefined],
  ])('%s', (wrong, known, expected) => {
    expect(nearestName(wrong, known)).toBe(expected);
  });

  it('finds a name again after one slip of the hand', () => {
    const names = ['interior-point', 'radial-sweep', 'lindistflow', 'proximal-message-passing'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(100), fc.nat(3), (name, at, kind) => {
        const i = at % (name.length - 1);
        const slips = [
          name.slice(0, i) + name.slice(i + 1),
          `${name.slice(0, i)}q${name.slice(i)}`,
          name.slice(0, i) + name[i + 1] + name[i] + name.slice(i + 2),
          `${name.slice(0, i)}q${name.slice(i + 1)}`,
        ];
        expect(nearestName(slips[kind], names)).toBe(name);
      }),
    );
  });

  it('didYouMean lists what is known when nothing is near and the list is short', () => {
    expect(didYouMean('newtn', ['newton'])).toBe('Did you mean "newton"?');
    expect(didYouMean('zzz', ['a1', 'b2'])).toBe('Known: a1, b2.');
    expect(didYouMean('zzz', [])).toBeUndefined();
    expect(
      didYouMean(
        'zzzz',
        Array.from({ length: 31 }, (_, k) => `name-${k}`),
      ),
    ).toBeUndefined();
  });
});
