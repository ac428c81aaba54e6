/**
 * What noisy sums give away, counted as zero-concentrated differential privacy: ρ adds up over rounds, and is told as (ε, δ) at the end.
 *
 *   one sum      ρ = Δ²/(2σ²)                                 Δ: how far one member can move the sum (2-norm), σ²: variance of the noise
 *   R sums       Σ ρ_r
 *   as (ε, δ)    ε = min_{α > 1} α·ρ + (ln(1/δ) − ln(α − 1) + α·ln(1 − 1/α))/(α − 1)
 *
 * | symbol | is |
 * | --- | --- |
 * | ε, δ | whatever is observed is at most e^ε times as likely with a member as without, but for a probability δ |
 *
 * Noise of m members, discrete Gaussian with variance s² each, is not a discrete Gaussian: it is further from one by
 * τ = 10·Σ_{k<m} exp(−2π²·s²·k/(k + 1)), so that √(2ρ) = min{√(Δ²/(m·s²) + τ·d/2), Δ/(√m·s) + τ·√d} for d numbers. Here s² counts quanta of 2^-30 kW and
 * τ is below 1e-300; it is counted all the same.
 * @source ρ: Bun, Steinke (2016), Concentrated Differential Privacy, TCC; (ε, δ): Canonne, Kamath, Steinke (2020), corollary 13; sums of
 * shares: Kairouz, Liu, Steinke (2021), The Distributed Discrete Gaussian Mechanism, ICML, proposition 13
 */
export function epsilonOf(rho: number, delta: number): number {
  if (rho <= 0) return 0;
  const at = (logExcess: number): number => {
    const excess = Math.exp(logExcess);
    const alpha = 1 + excess;
    return alpha * rho + (-Math.log(delta) - logExcess + alpha * Math.log(excess / alpha)) / excess;
  };
  return Math.max(0, at(least(at, Math.log(1e-8), Math.log(1e12))));
}

/** The largest ρ that is within (ε, δ): by halving. */
export function rhoOf(epsilon: number, delta: number): number {
  let low = 0;
  let high = 1;
  while (epsilonOf(high, delta) < epsilon) high *= 2;
  for (let k = 0; k < 200 && high - low > 1e-15 * high; k++) {
    const middle = (low + high) / 2;
    if (epsilonOf(middle, delta) <= epsilon) low = middle;
    else high = middle;
  }
  return low;
}

/** ρ of one sum under noise of several members' shares. @param variance - of each share, in squares of the unit of `sensitivity` */
export function rhoOfShares(sensitivity: number, variance: number, members_count: number, numbers_count: number): number {
  let tau = 0;
  for (let k = 1; k < members_count; k++) tau += 10 * Math.exp((-2 * Math.PI ** 2 * variance * k) / (k + 1));
  const first = Math.sqrt(sensitivity ** 2 / (members_count * variance) + (tau * numbers_count) / 2);
  const second = sensitivity / Math.sqrt(members_count * variance) + tau * Math.sqrt(numbers_count);
  return Math.min(first, second) ** 2 / 2;
}

/** Where a function with one valley is least: golden section. */
function least(of: (x: number) => number, from: number, to: number): number {
  const share = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  while (high - low > 1e-9) {
    const a = high - share * (high - low);
    const b = low + share * (high - low);
    if (of(a) <= of(b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}
