import { describe, expect, it } from 'vitest';
import { FlexibleGmres } from './gmres.ts';
import { analyseLdlt, LdltFactor } from './ldlt.ts';
import { type SparseMatrix, symmetricMultiplyInto } from './sparse.ts';
import { meshMatrix } from './testing/matrices.ts';

const product = (a: SparseMatrix) => (x: Float64Array, out: Float64Array) => symmetricMultiplyInto(a, x, out);
const nothing = () => {};
const residualOf = (a: SparseMatrix, x: Float64Array, b: Float64Array): number => {
  const out = b.slice();
  symmetricMultiplyInto(a, x, out, -1, 1);
  return Math.hypot(...out);
};

describe('flexible GMRES', () => {
  const a = meshMatrix(8);
  const n = a.cols_count;
  const b = Float64Array.from({ length: n }, (_, k) => Math.sin(k + 1));

  it('needs one step with the exact inverse, and keeps a solution', () => {
    const factor = new LdltFactor(analyseLdlt(a));
    factor.factor(a.values);
    const gmres = new FlexibleGmres(n, 5);
    let count = 0;
    const x = new Float64Array(n);
    const precondition = (z: Float64Array): void => {
      count++;
      factor.solveInto(z);
    };
    expect(gmres.solveInto(b, x, product(a), precondition, 1e-10)).toBeLessThan(1e-10);
    expect(count).toBe(1);
    expect(residualOf(a, x, b)).toBeLessThan(1e-10);
    gmres.solveInto(b, x, product(a), precondition, 1e-10);
    expect(count).toBe(1);
  });

  it('converges where plain refinement with the same factor diverges', () => {
    // The factor of K + 4·I against K with a negative eigenvalue: refinement multiplies the error by up to 4/λ − 1.
    const shifted = { ...a, values: a.values.slice() };
    const indefinite = { ...a, values: a.values.slice() };
    for (let j = 0; j < n; j++) {
      const at = a.rowIndex.subarray(a.colStart[j], a.colStart[j + 1]).indexOf(j) + a.colStart[j];
      shifted.values[at] += 4;
      indefinite.values[at] -= 3;
    }
    const factor = new LdltFactor(analyseLdlt(shifted));
    factor.factor(shifted.values);
    const x = new Float64Array(n);
    const said = new FlexibleGmres(n, n).solveInto(b, x, product(indefinite), (z) => factor.solveInto(z), 1e-9);
    expect(said).toBeLessThan(1e-9);
    expect(residualOf(indefinite, x, b)).toBeLessThan(1e-8);
  });

  it('says how far it came when its steps run out, or when nothing helps', () => {
    const x = new Float64Array(n);
    const said = new FlexibleGmres(n, 2).solveInto(b, x, product(a), nothing, 1e-12);
    expect(said).toBeGreaterThan(1e-12);
    expect(said / residualOf(a, x, b)).toBeCloseTo(1, 6);
    const zero = { ...a, values: new Float64Array(a.values.length) };
    expect(new FlexibleGmres(n, 3).solveInto(b, new Float64Array(n), product(zero), nothing, 1e-9)).toBeCloseTo(Math.hypot(...b), 12);
  });
});
