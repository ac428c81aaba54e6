/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const complex = (re: number, im: number): Complex => ({ re, im });
export const sum = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
export const scaled = (a: Complex, k: number): Complex => ({ re: a.re * k, im: a.im * k });
export const product = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
export const inverse = (a: Complex): Complex => {
  const size = a.re * a.re + a.im * a.im;
  return { re: a.re / size, im: -a.im / size };
};

/** Matrix of one quantity with `self` on the diagonal and `mutual` beside it. @shape [n · n] */
export function symmetricMatrix(n: number, self: number, mutual: number): number[] {
  return Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? self : mutual));
}

/** From positive- and zero-sequence values: self (2·v1 + v0)/3, mutual (v0 − v1)/3. @shape [n · n] */
export const matrixOfSequence = (n: number, v1: number, v0: number): number[] => symmetricMatrix(n, (2 * v1 + v0) / 3, (v0 - v1) / 3);
