import { InputError } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { choice, readSettings, unknownVariables } from './settings.ts';

const originOf = (name: string, ...given: Parameters<typeof readSettings>) =>
  readSettings(...given).all.find((each) => each.name === name)?.origin;

describe('settings', () => {
  it('have defaults', () => {
    const settings = readSettings({}, {});
    expect(settings).toMatchObject({ json: false, out: undefined, force: false, seed: 1, seedChosen: false, quiet: false, debug: false });
    expect(settings.threads).toBeGreaterThan(0);
  });

  it('flags win over the environment, the environment over defaults', () => {
    expect(readSettings({ seed: '5' }, { GRIDFLOCK_SEED: '7' })).toMatchObject({ seed: 5, seedChosen: true });
    expect(readSettings({}, { GRIDFLOCK_SEED: '7', GRIDFLOCK_QUIET: '1' })).toMatchObject({ seed: 7, seedChosen: true, quiet: true });
    expect(originOf('seed', { seed: '5' }, { GRIDFLOCK_SEED: '7' })).toBe('flag');
    expect(originOf('seed', {}, { GRIDFLOCK_SEED: '7' })).toBe('environment');
    expect(originOf('seed', {}, {})).toBe('default');
  });

  it.each([
    [{ seed: '-1' }, {}],
    [{ seed: '1.5' }, {}],
    [{ seed: 'x' }, {}],
    [{ seed: '99999999999' }, {}],
    [{ threads: '0' }, {}],
    [{}, { GRIDFLOCK_SEED: 'abc' }],
    [{}, { GRIDFLOCK_JSON: 'maybe' }],
  ])('refuse %j %j', (flags, env) => {
    expect(() => readSettings(flags, env)).toThrow(InputError);
  });

  it('name variables that mean nothing', () => {
    const { all } = readSettings({}, {});
    expect(unknownVariables({ GRIDFLOCK_SED: '1', PATH: 'x', GRIDFLOCK_SEED: '1' }, all)).toEqual([
      'GRIDFLOCK_SED is not a setting. Did you mean "GRIDFLOCK_SEED"?',
    ]);
  });

  it('choose from a list with the nearest name', () => {
    expect(choice('newton', '--method', ['newton', 'sweep'])).toBe('newton');
    expect(() => choice('newtn', '--method', ['newton', 'sweep'])).toThrow(/Did you mean "newton"\? Known: newton, sweep\./);
    expect(() => choice('zzzzzzzz', '--method', ['newton', 'sweep'])).toThrow(/\. Known: newton, sweep\. \[/);
  });
});
