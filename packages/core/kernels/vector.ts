/** y += a·x over n doubles, two lanes at a time. */
export function axpy(n: i32, a: f64, x: usize, y: usize): void {
  const aa = f64x2.splat(a);
  const end = x + (<usize>n << 3);
  const pairs = x + (<usize>(n & ~1) << 3);
  while (x < pairs) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(aa, v128.load(x))));
    x += 16;
    y += 16;
  }
  if (x < end) store<f64>(y, load<f64>(y) + a * load<f64>(x));
}

/** xᵀy over n doubles with four running sums, added as (s0 + s1) + (s2 + s3), then the rest in order. */
export function dot(n: i32, x: usize, y: usize): f64 {
  let s01 = f64x2.splat(0);
  let s23 = f64x2.splat(0);
  const end = x + (<usize>n << 3);
  const quads = x + (<usize>(n & ~3) << 3);
  while (x < quads) {
    s01 = f64x2.add(s01, f64x2.mul(v128.load(x), v128.load(y)));
    s23 = f64x2.add(s23, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    x += 32;
    y += 32;
  }
  let sum =
    f64x2.extract_lane(s01, 0) + f64x2.extract_lane(s01, 1) + (f64x2.extract_lane(s23, 0) + f64x2.extract_lane(s23, 1));
  while (x < end) {
    sum += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return sum;
}
