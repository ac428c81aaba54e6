import { InputError } from '../../base/errors.ts';

/** What a group must withstand. */
export interface Threats {
  readonly members_count: number;
  /** Share of members that work with the net against the others. */
  readonly corrupt_frac: number;
  /** Share of members that may fall silent in one round. */
  readonly dropout_frac: number;
  /** Probability that somebody's vector is exposed: at most 2^-this. */
  readonly security_bits: number;
  /** Probability that a sum cannot be recovered: at most 2^-this. */
  readonly recovery_bits: number;
}

/** How many neighbours, and how many of their shares give a secret away. */
export interface Degree {
  readonly degree_count: number;
  readonly threshold_count: number;
  readonly corrupt_count: number;
  readonly dropout_count: number;
  /** Minus the binary logarithms of the two bounds. */
  readonly exposure_bits: number;
  readonly loss_bits: number;
}

/**
 * The least number k of neighbours, and a threshold t, such that with c corrupt and d silent of n members, placed at random,
 *
 *   (1) n·P[X ≥ t] + n²/2·Π_{j<k} (c + d − j)/(n − j) ≤ 2^-σ      X ~ corrupt among k drawn from n − 1
 *   (2) n·P[Y > k − t]                              ≤ 2^-η      Y ~ silent among k drawn from n − 1
 *
 * (1): nobody has t corrupt neighbours, who could put together both of its secrets, and members who are honest and present stay connected,
 * so that their masks hide all but their sum: the ring falls apart only where two runs of k/2 are lost. (2): every secret that is needed has
 * t shares left. Counts are rounded up, where a small group has room for it: c ≤ n − 2, d ≤ n − 2 − c.
 * @throws {InputError} PRIVACY_GROUP where no k below n is enough
 * @source conditions: Bell et al. (2020), definitions 3 and 4; bounds: unions over members, hypergeometric tails summed as they are
 */
export function degreeFor(threats: Threats): Degree {
  const { members_count: n } = threats;
  if (n < 2) {
    throw new InputError({
      code: 'PRIVACY_GROUP',
      message: `A sum over ${n} member hides nobody`,
      hint: 'Put at least two agents at every net, or negotiate openly.',
    });
  }
  const corrupt_count = roundedUp(threats.corrupt_frac * n, n - 2);
  const dropout_count = roundedUp(threats.dropout_frac * n, n - 2 - corrupt_count);
  for (let k = Math.min(2, n - 1); k <= n - 1; k = k + 2 > n - 1 && k < n - 1 ? n - 1 : k + 2) {
    const found = thresholdFor(threats, k, corrupt_count, dropout_count);
    if (found) return { degree_count: k, corrupt_count, dropout_count, ...found };
  }
  throw new InputError({
    code: 'PRIVACY_GROUP',
    message: `No number of neighbours protects ${n} members against ${corrupt_count} corrupt and ${dropout_count} silent ones`,
    hint: 'Lower corrupt_frac or dropout_frac; together they stay well below one half.',
  });
}

/** Rounded up, unless only that goes beyond what there is room for. */
const roundedUp = (count: number, room: number): number => Math.min(Math.ceil(count), Math.max(Math.floor(count), room));

function thresholdFor(
  { members_count: n, security_bits, recovery_bits }: Threats,
  k: number,
  c: number,
  d: number,
): Pick<Degree, 'threshold_count' | 'exposure_bits' | 'loss_bits'> | undefined {
  const log2n = Math.log2(n);
  const apart_log2 = k === n - 1 ? Number.NEGATIVE_INFINITY : 2 * log2n - 1 + allAmong_log2(n, c + d, k);
  for (let t = 1; t <= k; t++) {
    const exposure_bits = -sum_log2(log2n + tail_log2(n - 1, c, k, t), apart_log2);
    if (exposure_bits < security_bits) continue;
    const loss_bits = -(log2n + tail_log2(n - 1, d, k, k - t + 1));
    return loss_bits >= recovery_bits ? { threshold_count: t, exposure_bits, loss_bits } : undefined;
  }
  return undefined;
}

/** log2 of Π_{j<k} (marked − j)/(n − j): k given members are all marked. */
function allAmong_log2(n: number, marked: number, k: number): number {
  if (marked < k) return Number.NEGATIVE_INFINITY;
  let log = 0;
  for (let j = 0; j < k; j++) log += Math.log2((marked - j) / (n - j));
  return log;
}

/** log2 of P[at least `least` of `drawn` members drawn from n are among the `marked`]: hypergeometric, summed from its largest term on. */
export function tail_log2(n: number, marked: number, drawn: number, least: number): number {
  const most = Math.min(marked, drawn);
  // fewer than this there cannot be
  const certain = Math.max(0, drawn - (n - marked));
  const first = Math.max(least, certain);
  if (first > most) return Number.NEGATIVE_INFINITY;
  if (least <= certain) return 0;
  const all = logChoose(n, drawn);
  let total = Number.NEGATIVE_INFINITY;
  for (let x = first; x <= most; x++) {
    total = sum_log2(total, (logChoose(marked, x) + logChoose(n - marked, drawn - x) - all) / Math.LN2);
  }
  return Math.min(0, total);
}

const sum_log2 = (a: number, b: number): number => {
  const high = Math.max(a, b);
  return high === Number.NEGATIVE_INFINITY ? high : high + Math.log2(2 ** (a - high) + 2 ** (b - high));
};

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** ln n!, by Stirling's series from 20 on: its next term is below 1e-12. */
function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let k = 2; k <= n; k++) product *= k;
    return Math.log(product);
  }
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
}
