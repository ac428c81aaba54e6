import { BugError, CombinationError, InputError, StoppedError } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { carriedError, restoredError } from './carried-error.ts';
import { failureDocument, failureOf, failureText } from './failure.ts';
import { plainStyle } from './text.ts';

const fault = new InputError({
  code: 'NETWORK_UNKNOWN_BUS',
  message: 'Line "l12" ends at "671x"',
  where: 'feeder.dss:48',
  hint: 'Did you mean "671"?',
});

describe('what is said about an error', () => {
  it('has what, where, cure and code', () => {
    const failure = failureOf(fault);
    expect(failure.status).toBe(2);
    expect(failureText(failure, plainStyle)).toBe(
      'error: Line "l12" ends at "671x"\n  where  feeder.dss:48\n  cure   Did you mean "671"?\n  code   NETWORK_UNKNOWN_BUS\n',
    );
    expect(failureDocument(failure)).toEqual({
      error: { code: 'NETWORK_UNKNOWN_BUS', message: 'Line "l12" ends at "671x"', where: 'feeder.dss:48', hint: 'Did you mean "671"?' },
    });
  });

  it('asks for a report of what nobody foresaw, without a stack', () => {
    for (const error of [new TypeError('kaboom'), new BugError({ code: 'X', message: 'kaboom' }), 'kaboom']) {
      const failure = failureOf(error);
      expect(failure.status).toBe(70);
      expect(failureText(failure, plainStyle)).toMatch(/kaboom[\s\S]*report it[\s\S]*GRIDFLOCK_DEBUG=1/);
      expect(failureText(failure, plainStyle)).not.toMatch(/failure\.test/);
    }
  });

  it('clips long texts and shows escape sequences', () => {
    const failure = failureOf(new InputError({ code: 'X', message: `\u001b[2J${'x'.repeat(10_000)}` }));
    expect(failureText(failure, plainStyle).length).toBeLessThan(2_200);
    expect(failureText(failure, plainStyle)).toContain('\\x1b[2J');
  });

  it('survives the way between threads', () => {
    for (const error of [fault, new CombinationError({ code: 'C', message: 'm' }), new StoppedError({ code: 'STOPPED', message: 's' })]) {
      const restored = restoredError(structuredClone(carriedError(error)));
      expect(restored).toBeInstanceOf(error.constructor);
      expect(failureOf(restored)).toEqual(failureOf(error));
    }
    expect(failureOf(restoredError(structuredClone(carriedError(new TypeError('kaboom'))))).status).toBe(70);
  });
});
