/**
 * How the way back through the ground is reckoned.
 * `carson`: the first term of Carson's series; `fullCarson`: up to the fourth power; `deri`: complex depth, closed form.
 */
export type EarthModel = 'carson' | 'fullCarson' | 'deri';

interface At {
  readonly x_m: number;
  readonly y_m: number;
}

const mu0 = 4e-7 * Math.PI;

/**
 * What the ground adds to the impedance between two wires (or of one with itself) beyond jωμ₀/2π · ln(1/D), per metre.
 *
 * | model | R + jX |
 * |---|---|
 * | carson | ωμ₀/8 + jωμ₀/2π · ln(658.5·√(ρ/f)) |
 * | fullCarson | Carson's P and Q in k = 4π√5·10⁻⁴·S·√(f/ρ), S the distance to the image |
 * | deri | jωμ₀/2π · ln √((h_i + h_j + 2p)² + x²), p = 1/√(jωμ₀/ρ) |
 * @source Carson, Wave propagation in overhead wires with ground return, Bell System Technical Journal 5 (1926); Deri, Tevan, Semlyen, Castanheira, The complex ground return
 *   plane, IEEE Trans. PAS 100 (1981); Dommel, EMTP Theory Book (1986), section 4.1.1.1
 */
export function earthImpedance(
  model: EarthModel,
  a: At,
  b: At,
  earth_ohm_m: number,
  frequency_Hz: number,
): [r_ohm_per_m: number, x_ohm_per_m: number] {
  const omega = 2 * Math.PI * frequency_Hz;
  const perLog = (omega * mu0) / (2 * Math.PI);
  // a cable lies as deep as an image of a wire lies high
  const height = Math.abs(a.y_m) + Math.abs(b.y_m);
  const across = a.x_m - b.x_m;
  if (model === 'carson') return [(omega * mu0) / 8, perLog * Math.log(658.5 * Math.sqrt(earth_ohm_m / frequency_Hz))];
  if (model === 'fullCarson') {
    const image = Math.hypot(height, across);
    const [p, q] = carsonSeries(2.8099e-3 * image * Math.sqrt(frequency_Hz / earth_ohm_m), Math.acos(Math.min(1, height / image)));
    return [2 * perLog * p, perLog * (2 * q + Math.log(image))];
  }
  // 1/√(jωμ₀/ρ) = (1 − j)·√(ρ/2ωμ₀)
  const depth = Math.sqrt(earth_ohm_m / (2 * omega * mu0));
  // (h + 2p)² + x²
  const re = (height + 2 * depth) ** 2 - (2 * depth) ** 2 + across ** 2;
  const im = -2 * (height + 2 * depth) * 2 * depth;
  return [-perLog * 0.5 * Math.atan2(im, re), perLog * 0.5 * Math.log(Math.hypot(re, im))];
}

/** P and Q of Carson, first terms in powers of k; for k well below 2. */
function carsonSeries(k: number, theta: number): [p: number, q: number] {
  const b1 = 1 / (3 * Math.SQRT2);
  const b2 = 1 / 16;
  const b3 = b1 / 15;
  const b4 = b2 / 24;
  const d2 = (b2 * Math.PI) / 4;
  const d4 = (b4 * Math.PI) / 4;
  const c2 = 1.3659315;
  const c4 = c2 + 1 / 4 + 1 / 6;
  const p =
    Math.PI / 8 -
    b1 * k * Math.cos(theta) +
    b2 * k ** 2 * ((c2 - Math.log(k)) * Math.cos(2 * theta) + theta * Math.sin(2 * theta)) +
    b3 * k ** 3 * Math.cos(3 * theta) -
    d4 * k ** 4 * Math.cos(4 * theta);
  const q =
    0.5 * Math.log(1.85138 / k) +
    b1 * k * Math.cos(theta) -
    d2 * k ** 2 * Math.cos(2 * theta) +
    b3 * k ** 3 * Math.cos(3 * theta) -
    b4 * k ** 4 * ((c4 - Math.log(k)) * Math.cos(4 * theta) + theta * Math.sin(4 * theta));
  return [p, q];
}
