import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { denseMultiplyInto } from './dense.ts';
import { orthogonaliseRowsInto } from './orthogonalise-rows.ts';
import { matrixInto, vectorInto } from './symmetric-vector.ts';

const orders = [1, 2, 3, 8, 30] as const;

function symmetric(n: number, seed: number): Float64Array {
  const stream = randomStream(seed);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = 2 * stream.uniform() - 1;
  return a;
}

function transposed(a: Float64Array, n: number): Float64Array {
  return a.map((_, p) => a[(p % n) * n + Math.floor(p / n)]!);
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  denseMultiplyInto(a, b, c, n);
  return c;
}

const away = (a: Float64Array, b: Float64Array): number => a.reduce((most, value, p) => Math.max(most, Math.abs(value - b[p]!)), 0);
const identity = (n: number): Float64Array => Float64Array.from({ length: n * n }, (_, p) => (p % (n + 1) === 0 ? 1 : 0));

describe('rows made orthogonal', () => {
  it.each(orders)('order %d: by rotations that another matrix gets too', (n) => {
    const m = symmetric(n, n + 50).map((value, p) => value + (p % 3));
    const [turned, q] = [m.slice(), identity(n)];
    orthogonaliseRowsInto(turned, q, n);
    expect(away(product(q, transposed(q, n), n), identity(n))).toBeLessThan(1e-14 * n);
    expect(away(product(q, m, n), turned)).toBeLessThan(1e-13 * n);
    const gram = product(turned, transposed(turned, n), n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++)
        expect(Math.abs(gram[i * n + j]!)).toBeLessThan(1e-14 * Math.sqrt(gram[i * (n + 1)]! * gram[j * (n + 1)]!) * n);
    }
  });

  it('keep singular values of very different size to their last digits', () => {
    // Rows of length 1 and 1e-12 at an angle: the small singular value is the area over the large one.
    const m = Float64Array.of(1, 2, 3e-12, -1e-12);
    orthogonaliseRowsInto(m, identity(2), 2);
    const lengths = [Math.hypot(m[0]!, m[1]!), Math.hypot(m[2]!, m[3]!)].sort((a, b) => b - a);
    expect((lengths[0]! * lengths[1]!) / 7e-12).toBeCloseTo(1, 14);
    expect(lengths[0]).toBeCloseTo(Math.sqrt(5), 14);
  });
});

describe('symmetric matrices as vectors', () => {
  it('go there and back, and keep the trace of products', () => {
    const n = 5;
    const size = (n * (n + 1)) / 2;
    const [a, b] = [symmetric(n, 1), symmetric(n, 2)];
    const [u, v] = [new Float64Array(size + 3), new Float64Array(size + 3)];
    vectorInto(a, u, n, 3);
    vectorInto(b, v, n, 3);
    const back = new Float64Array(n * n);
    matrixInto(u, back, n, 3);
    expect(away(back, a)).toBeLessThan(1e-15);
    const trace = product(a, b, n).reduce((sum, value, p) => sum + (p % (n + 1) === 0 ? value : 0), 0);
    expect(u.reduce((sum, value, l) => sum + value * v[l]!, 0)).toBeCloseTo(trace, 13);
  });
});
