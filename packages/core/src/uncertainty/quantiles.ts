/**
 * Distribution functions and quantiles of the laws that forecast errors follow.
 *
 * | function | is | relative error |
 * |---|---|---|
 * | normalCdf | Φ(z) = ∫_{−∞}^z e^{−s²/2} ds/√(2π) | 1e-14 |
 * | normalQuantile | Φ⁻¹(p) | 1e-12 |
 * | betaCdf | I_x(a, b), the regularised incomplete beta function | 1e-13 |
 * | betaQuantile | x with I_x(a, b) = p | 1e-12 absolute |
 *
 * @source Φ: G. West, Better approximations to cumulative normal functions, Wilmott (2005), after Hart (1968), algorithm 5666, and Abramowitz, Stegun, 26.2.14;
 *   start of Φ⁻¹: Abramowitz, Stegun, 26.2.23; I_x: continued fraction ibid. 26.5.8; ln Γ: C. Lanczos (1964), g = 7, nine terms
 */
export function normalCdf(z: number): number {
  const size = Math.abs(z);
  const tail = size > 37 ? 0 : size < 7.071 ? rationalTail(size) : farTail(size);
  return z > 0 ? 1 - tail : tail;
}

const tailNumerator = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931, 220.206867912376,
];
const tailDenominator = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831, 793.826512519948,
  440.413735824752,
];
const horner = (coefficients: readonly number[], z: number): number => coefficients.reduce((value, c) => value * z + c, 0);
const rationalTail = (z: number): number => (Math.exp(-0.5 * z * z) * horner(tailNumerator, z)) / horner(tailDenominator, z);
/** Laplace's continued fraction of Mills' ratio, from its far end. */
function farTail(z: number): number {
  let fraction = z;
  for (let k = 60; k >= 1; k--) fraction = z + k / fraction;
  return Math.exp(-0.5 * z * z) / fraction / Math.sqrt(2 * Math.PI);
}

/** @param p - between 0 and 1; the ends give ∓Infinity */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  // two steps of Halley's method on the tail; the start is right to 4.5e-4
  for (let k = 0; k < 2; k++) {
    const miss = (normalCdf(-z) - tail) * Math.sqrt(2 * Math.PI) * Math.exp(0.5 * z * z);
    z += miss / (1 - 0.5 * z * miss);
  }
  return p < 0.5 ? -z : z;
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x), x > 0. */
export function logGamma(x: number): number {
  const z = x - 1;
  let sum = lanczos[0];
  for (let k = 1; k < lanczos.length; k++) sum += lanczos[k] / (z + k);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** @param x - between 0 and 1 @param a - above 0 @param b - above 0 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // the fraction converges fast on the side of the mean
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** The continued fraction of I_x, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const least = 1e-300;
  const away = (value: number): number => (Math.abs(value) < least ? least : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      factor = c * d;
      value *= factor;
    }
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return value;
}

/** @param p - between 0 and 1 @param a - above 0 @param b - above 0 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const scale = logGamma(a + b) - logGamma(a) - logGamma(b);
  let [low, high] = [0, 1];
  let x = a / (a + b);
  for (let k = 0; k < 200 && high - low > 1e-15; k++) {
    const miss = betaCdf(x, a, b) - p;
    if (miss > 0) high = x;
    else low = x;
    const density = Math.exp(scale + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x));
    const step = miss / density;
    if (Math.abs(step) < 1e-15 * Math.max(x, 1e-3)) break;
    const next = x - step;
    // Newton while it stays between the ends, else half the way
    x = Number.isFinite(next) && next > low && next < high ? next : (low + high) / 2;
  }
  return x;
}
