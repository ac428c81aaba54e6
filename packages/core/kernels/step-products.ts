// Inner products of all pairs of rows. Equations and symbols: ../src/cohorts/step-products.ts.

@inline function at(base: usize, k: i32): usize { return base + (<usize>k << 3); }

/** products[i·(i+1)/2 + j] += Σ_k row_i[k]·row_j[k] for j ≤ i; `length` a multiple of 4; `wide` takes the rows as doubles. */
export function stepProducts(rows: usize, wide: usize, products: usize, rows_count: i32, length: i32): void {
  for (let k = 0, all = rows_count * length; k < all; k += 4) {
    const four = v128.load(rows + (<usize>k << 2));
    v128.store(at(wide, k), f64x2.promote_low_f32x4(four));
    v128.store(at(wide, k), f64x2.promote_low_f32x4(i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)), 16);
  }
  const bytes = <usize>length << 3;
  for (let i = 0; i < rows_count; i++) {
    const a = wide + <usize>i * bytes;
    const out = at(products, (i * (i + 1)) >> 1);
    let j = 0;
    for (; j + 3 <= i; j += 4) {
      const b = wide + <usize>j * bytes, c = b + bytes, d = c + bytes, e = d + bytes;
      let sb = f64x2.splat(0), sc = sb, sd = sb, se = sb;
      for (let q: usize = 0; q < bytes; q += 16) {
        const x = v128.load(a + q);
        sb = f64x2.add(sb, f64x2.mul(x, v128.load(b + q)));
        sc = f64x2.add(sc, f64x2.mul(x, v128.load(c + q)));
        sd = f64x2.add(sd, f64x2.mul(x, v128.load(d + q)));
        se = f64x2.add(se, f64x2.mul(x, v128.load(e + q)));
      }
      keep(at(out, j), sb);
      keep(at(out, j + 1), sc);
      keep(at(out, j + 2), sd);
      keep(at(out, j + 3), se);
    }
    for (; j <= i; j++) {
      const b = wide + <usize>j * bytes;
      let s = f64x2.splat(0);
      for (let q: usize = 0; q < bytes; q += 16) s = f64x2.add(s, f64x2.mul(v128.load(a + q), v128.load(b + q)));
      keep(at(out, j), s);
    }
  }
}

@inline function keep(place: usize, sums: v128): void {
  store<f64>(place, load<f64>(place) + (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)));
}
