import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComplexMatrix, complexFrom, complexInverse, complexMatrix, complexProduct, kronReduced } from './complex-dense.ts';

const entry = fc.double({ min: -10, max: 10, noNaN: true });

const square: fc.Arbitrary<ComplexMatrix> = fc
  .integer({ min: 1, max: 6 })
  .chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(entry, { minLength: n * n, maxLength: n * n }),
      fc.array(entry, { minLength: n * n, maxLength: n * n }),
    ),
  )
  .map(([n, re, im]) => complexFrom(n, re, im));

describe('complexInverse', () => {
  it('gives the identity with its matrix', () => {
    fc.assert(
      fc.property(square, (a) => {
        for (let i = 0; i < a.rows; i++) a.re[i * a.rows + i] += 70;
        const product = complexProduct(a, complexInverse(a)!);
        for (let i = 0; i < a.rows; i++) {
          for (let j = 0; j < a.rows; j++) {
            expect(product.re[i * a.rows + j]).toBeCloseTo(i === j ? 1 : 0, 11);
            expect(product.im[i * a.rows + j]).toBeCloseTo(0, 11);
          }
        }
      }),
    );
  });

  it('exchanges rows where the diagonal is zero', () => {
    const inverse = complexInverse(complexFrom(2, [0, 2, 4, 0], [0, 0, 0, 0]))!;
    expect([...inverse.re]).toEqual([0, 0.25, 0.5, 0]);
  });

  it('finds that a matrix has none', () => {
    expect(complexInverse(complexFrom(2, [1, 2, 2, 4], [1, 2, 2, 4]))).toBeUndefined();
    expect(complexInverse(complexMatrix(2))).toBeUndefined();
  });
});

describe('kronReduced', () => {
  it('makes a delta of a star: three equal legs y become y/3 between the ends', () => {
    // nodes 0 1 2 outside, 3 the middle; y = 3 − 6j
    const star = complexMatrix(4);
    for (let k = 0; k < 3; k++) {
      for (const [i, j, sign] of [
        [k, k, 1],
        [3, 3, 1],
        [k, 3, -1],
        [3, k, -1],
      ]) {
        star.re[i * 4 + j] += 3 * sign;
        star.im[i * 4 + j] -= 6 * sign;
      }
    }
    const delta = kronReduced(star, 3);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        expect(delta.re[i * 3 + j]).toBeCloseTo(i === j ? 2 : -1, 13);
        expect(delta.im[i * 3 + j]).toBeCloseTo(i === j ? -4 : 2, 13);
      }
    }
  });

  it('leaves out a node that nothing holds', () => {
    // an inner pair 1 – 2 joined to each other only
    const y = complexFrom(3, [5, 0, 0, 0, 1, -1, 0, -1, 1]);
    const reduced = kronReduced(y, 1);
    expect([...reduced.re, ...reduced.im]).toEqual([5, 0]);
  });
});
