import type { EarthModel } from './earth-return.ts';

const mu0 = 4e-7 * Math.PI;

/**
 * Impedance inside a round wire, per metre. With `deri`: R_dc·α/2·I₀(α)/I₁(α), α = (1 + j)·√(f·μ₀/R_dc), the skin effect of a solid wire; with Carson's models the
 * stated alternating-current resistance and μ₀ω/8π.
 * @param r_ac, r_dc - Ω per metre
 * @source Dommel, EMTP Theory Book (1986), section 4.1.1 (tubular conductors); Abramowitz, Stegun, 9.6.10
 */
export function internalImpedance(model: EarthModel, r_ac: number, r_dc: number, frequency_Hz: number): [r: number, x: number] {
  if (model !== 'deri' || r_dc === 0) return [r_ac, (2 * Math.PI * frequency_Hz * mu0) / (8 * Math.PI)];
  const part = Math.sqrt((frequency_Hz * mu0) / r_dc);
  const [ratioRe, ratioIm] = part * Math.SQRT2 > 35 ? [1, 0] : besselRatio(part);
  return [(r_dc / 2) * part * (ratioRe - ratioIm), (r_dc / 2) * part * (ratioRe + ratioIm)];
}

/** I₀(α)/I₁(α) for α = (1 + j)·part by their power series in (α/2)² = j·part²/2. */
function besselRatio(part: number): [re: number, im: number] {
  const q = (part * part) / 2;
  // terms (jq)^m/(m!)² and (jq)^m/(m!(m + 1)!), the latter times α/2
  let [re0, im0, re1, im1] = [0, 0, 0, 0];
  let term = 1;
  for (let m = 0; m < 200; m++) {
    const sign = m % 4 < 2 ? 1 : -1;
    const other = term / (m + 1);
    if (m % 2 === 0) {
      re0 += sign * term;
      re1 += sign * other;
    } else {
      im0 += sign * term;
      im1 += sign * other;
    }
    term *= q / ((m + 1) * (m + 1));
    if (term < 1e-18 * Math.hypot(re0, im0)) break;
  }
  // I₀/(S₁·(1 + j)·part/2)
  const dRe = ((re1 - im1) * part) / 2;
  const dIm = ((re1 + im1) * part) / 2;
  const d2 = dRe * dRe + dIm * dIm;
  return [(re0 * dRe + im0 * dIm) / d2, (im0 * dRe - re0 * dIm) / d2];
}
