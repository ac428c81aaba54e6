import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subjectOf } from './subject.ts';

describe('subjectOf', () => {
  it('leaves plain ids as they are and writes the rest in hexadecimal', () => {
    expect(subjectOf('run-1', 'battery_2')).toBe('gridflock.run-1.battery_2');
    expect(subjectOf('r', 'net 4.1')).toBe('gridflock.r.net=204=2e1');
    expect(subjectOf('r', 'é')).toBe('gridflock.r.=c3=a9');
  });

  it('has no wildcard, separator or blank of any broker, and tells ids apart', () => {
    const id = fc.string({ unit: fc.constantFrom('a', 'A', '2', '0', '=', '.', '*', '>', '+', '#', '/', '$', ' ', '\0', 'é', '-') });
    fc.assert(
      fc.property(id, id, (one, other) => {
        const subject = subjectOf('r', one);
        expect(subject).toMatch(/^gridflock\.r\.[\w=-]+$/);
        expect(subject === subjectOf('r', other)).toBe(one === other);
      }),
    );
  });
});
