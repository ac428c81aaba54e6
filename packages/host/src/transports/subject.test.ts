import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, subjectOf } from './subject.ts';

describe('places and subjects', () => {
  it('leave plain ids as they are and write the rest in hexadecimal', () => {
    expect(placeOf('run-1', 'battery_2')).toBe('gridflock.run-1.battery_2');
    expect(placeOf('r', 'net 4.1')).toBe('gridflock.r.net=204=2e1');
    expect(placeOf('r', 'é')).toBe('gridflock.r.=c3=a9');
    expect(subjectOf(placeOf('r', 'a'), 'b c')).toBe('gridflock.r.a.b=20c');
  });

  it('have no wildcard, separator or blank of any broker, and tell ids apart', () => {
    const id = fc.string({ unit: fc.constantFrom('a', 'A', '2', '0', '=', '.', '*', '>', '+', '#', '/', '$', ' ', '\0', 'é', '-') });
    fc.assert(
      fc.property(id, id, (one, other) => {
        const place = placeOf('r', one);
        expect(place).toMatch(/^gridflock\.r\.[\w=-]+$/);
        expect(place === placeOf('r', other)).toBe(one === other);
        expect(subjectOf(place, other)).toMatch(/^gridflock\.r\.[\w=-]+\.[\w=-]+$/);
      }),
    );
  });
});
