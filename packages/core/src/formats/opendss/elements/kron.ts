import { complex, inverse, product } from './sequence.ts';

interface Matrices {
  readonly r: readonly number[];
  readonly x: readonly number[];
  readonly c: readonly number[];
}

/**
 * Takes an earthed conductor k out of a line of n: z_ij − z_ik·z_kj / z_kk; its capacitances go with it.
 * @shape r, x, c [n · n] in, [(n − 1) · (n − 1)] out
 */
export function reducedMatrices({ r, x, c }: Matrices, n: number, k: number): { r: number[]; x: number[]; c: number[] } {
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => i !== k);
  const z = (i: number, j: number) => complex(r[i * n + j], x[i * n + j]);
  const own = inverse(z(k, k));
  const out = { r: [] as number[], x: [] as number[], c: [] as number[] };
  for (const i of kept) {
    for (const j of kept) {
      const through = product(product(z(i, k), z(k, j)), own);
      out.r.push(r[i * n + j] - through.re);
      out.x.push(x[i * n + j] - through.im);
      out.c.push(c[i * n + j]);
    }
  }
  return out;
}
