/**
 * How much delay weighted average prediction bears, for one mode: dx/dt = −λ·(x + σ·dx/dt)(t − τ) is stable for τ below
 *
 * λ·τ_max = cos φ·(π/2 + φ),  sin φ = λ·σ;  no delay at all where λ·σ ≥ 1
 *
 * On the edge s = jω: jω·e^{jωτ} = −λ·(1 + jωσ), so ω·√(1 − λ²σ²) = λ and ω·τ = π/2 + arctan(ωσ) = π/2 + φ.
 */
export function predictedDelayBound_s(lambda_per_s: number, ahead_s: number): number {
  const sine = lambda_per_s * ahead_s;
  if (!(sine < 1)) return 0;
  const phi = Math.asin(sine);
  return (Math.cos(phi) * (Math.PI / 2 + phi)) / lambda_per_s;
}

/** σ that bears the most delay: φ·tan φ + (π/2)·tan φ = 1 gives φ = 0.4580. */
export const bestAhead_s = (lambda_per_s: number): number => Math.sin(BEST_ANGLE_RAD) / lambda_per_s;

const BEST_ANGLE_RAD = 0.4579885;
