/**
 * Dense vectors. Four running sums because one would make the processor wait for each addition.
 */

/** y ← a·x + y over the first n entries. */
export function axpyInto(a: number, x: Float64Array, y: Float64Array, n = x.length): void {
  for (let i = 0; i < n; i++) y[i] += a * x[i];
}

/** xᵀy over the first n entries, summed as ((s₀ + s₁) + (s₂ + s₃)) and then the last n mod 4 in order. */
export function dot(x: Float64Array, y: Float64Array, n = x.length): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const quads = n - (n % 4);
  for (let i = 0; i < quads; i += 4) {
    s0 += x[i] * y[i];
    s1 += x[i + 1] * y[i + 1];
    s2 += x[i + 2] * y[i + 2];
    s3 += x[i + 3] * y[i + 3];
  }
  let sum = s0 + s1 + (s2 + s3);
  for (let i = quads; i < n; i++) sum += x[i] * y[i];
  return sum;
}
