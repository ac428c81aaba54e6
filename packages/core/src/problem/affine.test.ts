import { describe, expect, it } from 'vitest';
import { addCoefficients, affine, at, mul, multiplyCoefficients, sum, type Variable } from './affine.ts';

const x: Variable = { name: 'x_kW', role: 'input', index: 0 };
const y: Variable = { name: 'y_kW', role: 'input', index: 1 };
const profile = Float64Array.of(1, 2, 3);

/** Value of an expression at step t with x and y. */
const valueAt = (e: ReturnType<typeof affine>, t: number, values: readonly number[]): number =>
  e.terms.reduce((total, term) => total + at(term.coefficient, t) * values[term.variable.index], at(e.constant, t));

describe('affine expressions', () => {
  it('a number is itself on every step, a profile one value per step', () => {
    expect([0, 2].map((t) => at(7, t))).toEqual([7, 7]);
    expect([0, 2].map((t) => at(profile, t))).toEqual([1, 3]);
    expect(addCoefficients(1, 2)).toBe(3);
    expect(addCoefficients(profile, 1)).toEqual(Float64Array.of(2, 3, 4));
    expect(addCoefficients(1, profile)).toEqual(Float64Array.of(2, 3, 4));
    expect(multiplyCoefficients(profile, profile)).toEqual(Float64Array.of(1, 4, 9));
    expect(multiplyCoefficients(2, 3)).toBe(6);
  });

  it('takes variables, numbers and profiles as expressions', () => {
    expect(affine(x)).toEqual({ terms: [{ variable: x, coefficient: 1 }], constant: 0 });
    expect(affine(4)).toEqual({ terms: [], constant: 4 });
    expect(affine(profile).constant).toBe(profile);
    const e = sum(x, 1);
    expect(affine(e)).toBe(e);
  });

  it('sums merge the terms of one variable, also when they change with time', () => {
    const e = sum(x, mul(2, x), mul(profile, x), y, 5, profile);
    expect(e.terms.map(({ variable }) => variable.name)).toEqual(['x_kW', 'y_kW']);
    for (const t of [0, 1, 2]) expect(valueAt(e, t, [10, 100])).toBe((3 + profile[t]) * 10 + 100 + 5 + profile[t]);
  });

  it('products reach every term and the constant, and sums distribute over them', () => {
    const e = mul(profile, sum(x, mul(-2, y), 3));
    for (const t of [0, 1, 2]) expect(valueAt(e, t, [10, 100])).toBe(profile[t] * (10 - 200 + 3));
    const [left, right] = [mul(4, sum(x, y, profile)), sum(mul(4, x), mul(4, y), mul(4, profile))];
    expect(left).toEqual(right);
  });
});
