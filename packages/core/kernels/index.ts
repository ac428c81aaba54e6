// AssemblyScript kernels. Every export has a plain TypeScript twin in ../src/linalg that tests hold equal to it.
// Pointers are byte offsets into the imported memory; the caller owns all memory.

/** y += a·x over n doubles. */
export function axpy(n: i32, a: f64, x: usize, y: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<f64>(y + (i << 3), load<f64>(y + (i << 3)) + a * load<f64>(x + (i << 3)));
  }
}
