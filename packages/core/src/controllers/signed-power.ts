/**
 * The function of finite-time laws, sig(e)^a = sign(e)·|e|^a with 0 < a ≤ 1, made linear for |e| < δ so that it has a slope at rest:
 *
 * σ(e) = sign(e)·|e|^a  for |e| ≥ δ,   e·δ^(a−1)  for |e| < δ
 *
 * | symbol | field |
 * |---|---|
 * | a | power_frac; 1 is the linear law |
 * | δ | zone, in the unit of e; above 0 |
 */
export interface SignedPower {
  readonly power_frac: number;
  readonly zone: number;
}

export function signedPower({ power_frac, zone }: SignedPower, e: number): number {
  const size = Math.abs(e);
  return size < zone ? e * zone ** (power_frac - 1) : Math.sign(e) * size ** power_frac;
}

export function signedPowerSlope({ power_frac, zone }: SignedPower, e: number): number {
  const size = Math.abs(e);
  return size < zone ? zone ** (power_frac - 1) : power_frac * size ** (power_frac - 1);
}

const STEPS_MAX = 60;

/**
 * y with y + k·σ(y) = e: one implicit step of ẏ = −σ(y), k the step times the gain. Unlike the explicit step, which goes on for ever with amplitude
 * (k/2)^(1/(1−a)), it never passes through zero.
 *
 * Beyond the zone z = y^a solves z^(1/a) + k·z = |e|, a convex increasing function: Newton's steps from the right are monotone.
 */
export function implicitPower(law: SignedPower, k: number, e: number): number {
  const { power_frac: a, zone } = law;
  const size = Math.abs(e);
  const slope = zone ** (a - 1);
  if (size <= zone + k * zone ** a) return e / (1 + k * slope);
  let z = Math.min(size ** a, size / k);
  for (let step = 0; step < STEPS_MAX; step++) {
    const root = z ** (1 / a - 1);
    const next = z - (z * root + k * z - size) / (root / a + k);
    if (!(next < z)) break;
    z = next;
  }
  return Math.sign(e) * (size - k * z);
}

/** Amplitude at which an explicit step of ẋ = −g·sig(x)^a goes on for ever: (g·h/2)^(1/(1−a)). */
export const chatterOf = (gain: number, step: number, power_frac: number): number => ((gain * step) / 2) ** (1 / (1 - power_frac));
