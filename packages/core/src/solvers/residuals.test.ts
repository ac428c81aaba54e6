import { describe, expect, it } from 'vitest';
import { objectiveOf } from '../problem/program.ts';
import { certifyInfeasible, certifyUnbounded } from './rays.ts';
import { activityOf, certify } from './residuals.ts';
import { programOf } from './testing/dense-program.ts';

const of = (...values: number[]) => Float64Array.from(values);

// min x² + 2y + 3 with x + y ≥ 2, 0 ≤ y ≤ 5, x free: x = 1, y = 1, price 2, cost 6.
const program = programOf({
  cost: [0, 2],
  offset: 3,
  quadratic: [
    [2, 0],
    [0, 0],
  ],
  lower: [-Infinity, 0],
  upper: [Infinity, 5],
  rows: [[1, 1]],
  rowLower: [2],
});

describe('certify', () => {
  it('is zero at a solution and its multipliers', () => {
    expect(certify(program, of(1, 1), of(2), of(0, 0))).toEqual({
      primalResidual: 0,
      dualResidual: 0,
      gap: 0,
      integerResidual: 0,
    });
    expect(objectiveOf(program, of(1, 1))).toBe(6);
    expect(activityOf(program, of(1, 1))).toEqual(of(2));
  });

  it('measures each kind of error by hand', () => {
    // Row short by 0.5, terms up to 1; stationarity x: 2·0.5 − 2 = −1 over 1 + 2.
    const row = certify(program, of(0.5, 1), of(2), of(0, 0));
    expect(row.primalResidual).toBeCloseTo(0.5 / 2, 12);
    expect(row.dualResidual).toBeCloseTo(1 / 3, 12);
    expect(certify(program, of(-4, 6), of(2), of(0, 0)).primalResidual).toBeCloseTo(1 / 7, 12);
    // y < 0 would lean on rowUpper = ∞; x = −1 is then stationary.
    const leaning = certify(program, of(-1, 3), of(-2), of(0, 4));
    expect(leaning.dualResidual).toBeCloseTo(2 / 5, 12);
    // 6 − 3 against −½·0 … : the gap has no constant in its scale.
    expect(certify(program, of(1, 2), of(2), of(0, 0)).gap).toBeCloseTo(2 / 6, 12);
  });

  it('never hides a number that is none', () => {
    const bad = certify(program, of(Number.NaN, 1), of(2), of(0, 0));
    expect([bad.primalResidual, bad.dualResidual, bad.gap]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(certify(program, of(1, 1), of(2), of(Number.NaN, 0)).dualResidual).toBeNaN();
    expect(certify(program, of(1, 1), of(Number.NaN), of(0, 0)).dualResidual).toBeNaN();
  });

  it('measures whole variables and the bound of the tree', () => {
    const whole = programOf({ cost: [1], integer: [1], rows: [[1]], rowLower: [1.5] });
    const proof = certify(whole, of(2.25), of(0), of(1), 1.5);
    expect(proof.integerResidual).toBe(0.25);
    expect(proof.gap).toBeCloseTo(0.75 / 3.25, 12);
  });
});

describe('rays', () => {
  const box = programOf({
    cost: [-1, 0],
    upper: [1, Infinity],
    rows: [
      [1, 0],
      [0, 1],
    ],
    rowLower: [3, 1],
    rowUpper: [Infinity, 4],
  });

  it('accepts a Farkas ray, names its members, and refuses a wrong one', () => {
    const proof = certifyInfeasible(box, of(1, 0));
    expect(proof).toMatchObject({ proved: true, radius: Infinity, conflict: ['row0', 'x0'] });
    expect(certifyInfeasible(box, of(-1, 0)).proved).toBe(false);
    expect(certifyInfeasible(box, of(0, 1)).proved).toBe(false);
    expect(certifyInfeasible(box, of(Number.NaN, 0)).proved).toBe(false);
  });

  it('cleans a ray that is nearly one, not one that is none', () => {
    expect(certifyInfeasible(box, of(1, 1e-5)).conflict).toEqual(['row0', 'x0']);
    expect(certifyInfeasible(box, of(1, 0.5)).proved).toBe(false);
  });

  it('accepts a direction of unbounded descent only inside every bound', () => {
    const open = programOf({ cost: [-1, 1], rows: [[1, -2]], rowUpper: [5] });
    expect(certifyUnbounded(open, of(2, 1))).toBe(true);
    expect(certifyUnbounded(open, of(1, 0))).toBe(false);
    expect(certifyUnbounded(open, of(0, 1))).toBe(false);
    expect(certifyUnbounded(programOf({ cost: [-1], upper: [4] }), of(1))).toBe(false);
    expect(certifyUnbounded(programOf({ cost: [-1], quadratic: [[1]] }), of(1))).toBe(false);
  });
});
