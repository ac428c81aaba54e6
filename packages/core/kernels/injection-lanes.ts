// Currents of single-phase elements at four sets of voltages. Equations and symbols:
// ../src/powerflows/three-phase/batch/injection-lanes-kernel.ts.

const N = 0, BASE = 4, FROM = 8, TO = 12, HAS_CURRENT = 16, BOUNDS = 20, LAW = 24, Y_RATED = 28, POWER = 32, CURRENT = 36, REPORT = 40;
const X = 44, RHS = 48;

@inline function int(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)); }
@inline function at(base: usize, i: i32): usize { return base + (<usize>i << 3); }

/** c of a law (at its first coefficient) outside its main segment. */
@inline function outside(law: usize, segment: i32, root: f64): f64 {
  const c = law + <usize>(segment * 48);
  return segment == 1 ? load<f64>(c) + load<f64>(c, 8) * root : load<f64>(c);
}

/** c_P and c_Q of two lanes, lane by lane, where some voltage is outside the main segment; into `to` (c_P × 2, c_Q × 2). */
function segments(law: usize, bounds: usize, v2: v128, to: usize): void {
  const low = load<f64>(bounds), least = load<f64>(bounds, 8), most = load<f64>(bounds, 16);
  for (let lane = 0; lane < 2; lane++) {
    const v = lane == 0 ? f64x2.extract_lane(v2, 0) : f64x2.extract_lane(v2, 1);
    const inverse = 1 / v, root = sqrt<f64>(inverse);
    let p: f64 = 0, q: f64 = 0;
    if (v >= least && v <= most) {
      p = load<f64>(law, 96) + load<f64>(law, 104) * root + load<f64>(law, 112) * inverse;
      q = load<f64>(law, 120) + load<f64>(law, 128) * root + load<f64>(law, 136) * inverse;
    } else {
      const segment = v < least ? (v < low ? 0 : 1) : 3;
      p = outside(law, segment, root);
      q = outside(law + 24, segment, root);
    }
    store<f64>(at(to, lane), p);
    store<f64>(at(to, lane), q, 16);
  }
}

/** rhs ← base − currents of elements 0 … count − 1; largest squared change of a current and Σ p of each lane into the report. */
export function injectionLanes(f: usize, rows_count: i32, count: i32): void {
  const from = <usize>load<u32>(f, FROM), to = <usize>load<u32>(f, TO), hasCurrent = <usize>load<u32>(f, HAS_CURRENT);
  const bounds = <usize>load<u32>(f, BOUNDS), laws = <usize>load<u32>(f, LAW), yRated = <usize>load<u32>(f, Y_RATED);
  const power = <usize>load<u32>(f, POWER), current = <usize>load<u32>(f, CURRENT), report = <usize>load<u32>(f, REPORT);
  const x = <usize>load<u32>(f, X), rhs = <usize>load<u32>(f, RHS);
  const scratch = report + 64;
  memory.copy(rhs, <usize>load<u32>(f, BASE), <usize>rows_count << 6);
  for (let half: usize = 0; half < 32; half += 16) {
    let worst = f64x2.splat(0), total = f64x2.splat(0);
    for (let e = 0; e < count; e++) {
      const i = x + (<usize>int(from, e) << 6) + half, j = x + (<usize>int(to, e) << 6) + half;
      const re = f64x2.sub(v128.load(i), v128.load(j)), im = f64x2.sub(v128.load(i, 32), v128.load(j, 32));
      const size = f64x2.add(f64x2.mul(re, re), f64x2.mul(im, im));
      const law = laws + <usize>(e * 192), bound = bounds + <usize>(e * 32);
      const v2 = f64x2.mul(size, v128.load64_splat(bound, 24));
      const isInside = v128.and(f64x2.ge(v2, v128.load64_splat(bound, 8)), f64x2.le(v2, v128.load64_splat(bound, 16)));
      let cP: v128, cQ: v128;
      if (i64x2.all_true(isInside)) {
        const inverse = f64x2.div(f64x2.splat(1), v2);
        cP = v128.load64_splat(law, 96);
        cQ = v128.load64_splat(law, 120);
        if (int(hasCurrent, e) != 0) {
          const root = f64x2.sqrt(inverse);
          cP = f64x2.add(cP, f64x2.mul(v128.load64_splat(law, 104), root));
          cQ = f64x2.add(cQ, f64x2.mul(v128.load64_splat(law, 128), root));
        }
        cP = f64x2.add(cP, f64x2.mul(v128.load64_splat(law, 112), inverse));
        cQ = f64x2.add(cQ, f64x2.mul(v128.load64_splat(law, 136), inverse));
      } else {
        segments(law, bound, v2, scratch);
        cP = v128.load(scratch);
        cQ = v128.load(scratch, 16);
      }
      const s = power + (<usize>e << 6) + half;
      const g = f64x2.mul(v128.load(s), cP), b = f64x2.mul(v128.load(s, 32), cQ);
      total = f64x2.add(total, f64x2.mul(g, size));
      const yr = f64x2.sub(g, v128.load64_splat(at(yRated, 2 * e)));
      const yi = f64x2.sub(f64x2.neg(b), v128.load64_splat(at(yRated, 2 * e + 1)));
      const iRe = f64x2.sub(f64x2.mul(yr, re), f64x2.mul(yi, im)), iIm = f64x2.add(f64x2.mul(yr, im), f64x2.mul(yi, re));
      const kept = current + (<usize>e << 6) + half;
      const dRe = f64x2.sub(iRe, v128.load(kept)), dIm = f64x2.sub(iIm, v128.load(kept, 32));
      worst = f64x2.max(worst, f64x2.add(f64x2.mul(dRe, dRe), f64x2.mul(dIm, dIm)));
      v128.store(kept, iRe);
      v128.store(kept, iIm, 32);
      const out = rhs + (<usize>int(from, e) << 6) + half, back = rhs + (<usize>int(to, e) << 6) + half;
      v128.store(out, f64x2.sub(v128.load(out), iRe));
      v128.store(out, f64x2.sub(v128.load(out, 32), iIm), 32);
      v128.store(back, f64x2.add(v128.load(back), iRe));
      v128.store(back, f64x2.add(v128.load(back, 32), iIm), 32);
    }
    v128.store(report + half, worst);
    v128.store(report + half, total, 32);
  }
}
