/**
 * P(X ≤ m) of X ~ Binomial(n, q): Σ_{j ≤ m} C(n, j)·q^j·(1 − q)^{n−j}, all terms positive, each from the one before in logarithms.
 */
export function binomialAtMost(m: number, n: number, q: number): number {
  if (m < 0) return 0;
  if (m >= n || q <= 0) return 1;
  if (q >= 1) return 0;
  const odds = Math.log(q) - Math.log1p(-q);
  let logTerm = n * Math.log1p(-q);
  let total = Math.exp(logTerm);
  for (let j = 0; j < m; j++) {
    logTerm += Math.log((n - j) / (j + 1)) + odds;
    total += Math.exp(logTerm);
  }
  return Math.min(1, total);
}

/**
 * One-sided lower bound on a probability of success, seen k times in n: the p at which k successes or more have probability β.
 * It lies above the truth in at most β of all cases. Zero when k = 0.
 * @source Clopper, Pearson (1934), The use of confidence or fiducial limits illustrated in the case of the binomial, Biometrika 26
 */
export function clopperPearsonLower(successes_count: number, trials_count: number, beta: number): number {
  if (successes_count <= 0) return 0;
  const failures = trials_count - successes_count;
  if (failures === 0) return beta ** (1 / trials_count);
  let low = 0;
  let high = 1;
  // P(failures ≤ m) grows with p; 60 halvings reach the last bit.
  for (let k = 0; k < 60; k++) {
    const p = 0.5 * (low + high);
    if (binomialAtMost(failures, trials_count, 1 - p) > beta) high = p;
    else low = p;
  }
  return low;
}

/**
 * How many of n samples may violate so that the bound on the probability of keeping the limits is still at least 1 − δ: the largest m with
 * P(Binomial(n, δ) ≤ m) ≤ β; −1 when n is too small for any.
 */
export function allowedViolations(samples_count: number, delta: number, beta: number): number {
  let m = -1;
  while (m + 1 < samples_count && binomialAtMost(m + 1, samples_count, delta) <= beta) m++;
  return m;
}
