import type { PublishedComparison } from '../../wire/regulate-result.ts';
import type { Division } from './partitions.ts';

/** Mean errors of one run, as Table 2 gives them. */
export interface RunErrors {
  readonly isClusters: boolean;
  readonly withMarket: boolean;
  readonly p_error_frac: number;
  readonly q_error_frac: number;
}

const paper = 'Jia et al., Electronics 14(7), 1306 (2025)';

/** The feeder of the paper: figures of another one are not comparable. */
export const networkOfPaper = 'ieee33';

/** Table 2, per cent: single point, and the mean of its three partitions. */
const table2 = {
  single: { without: { p: 5.3386, q: 0.6006 }, with: { p: 2.006, q: 3.1366 } },
  clusters: {
    without: { p: (5.453 + 5.3862 + 5.3984) / 3, q: (0.6089 + 0.6041 + 0.6076) / 3 },
    with: { p: (2.0272 + 2.0156 + 2.0195) / 3, q: (3.1526 + 3.1567 + 3.1545) / 3 },
  },
} as const;

/** Numbers of partitions up to λ_max that the paper found by sampling (§5.3.1). */
export const sampledCounts: readonly { readonly lambda: number; readonly count: number }[] = [
  { lambda: 0.5, count: 755 },
  { lambda: 0.35, count: 342 },
  { lambda: 0.27, count: 48 },
];

/** The paper's figures beside ours, for its own case; each says why the two differ. */
export function comparedWithPaper(
  errors: readonly RunErrors[],
  counts: readonly { readonly lambda: number; readonly count: number }[],
): PublishedComparison[] {
  const mean = (isClusters: boolean, withMarket: boolean, which: 'p_error_frac' | 'q_error_frac'): number => {
    const found = errors.filter((each) => each.isClusters === isClusters && each.withMarket === withMarket);
    return (100 * found.reduce((sum, each) => sum + each[which], 0)) / found.length;
  };
  const ours = {
    single: { without: mean(false, false, 'p_error_frac'), with: mean(false, true, 'p_error_frac') },
    clusters: { without: mean(true, false, 'p_error_frac'), with: mean(true, true, 'p_error_frac') },
  };
  const row = (what: string, source: string, published: number, value: number, unit: string, explanation: string): PublishedComparison => ({
    what,
    source: `${paper}, ${source}`,
    published,
    ours: value,
    unit,
    explanation,
  });
  const standIn = 'The paper prints profiles and commands as pictures only; ours are stand-ins';
  return [
    ...counts.map(({ lambda, count }) =>
      row(
        `partitions with a mean electrical distance up to ${lambda}`,
        '§5.3.1',
        sampledCounts.find((each) => each.lambda === lambda)!.count,
        count,
        '',
        'The paper samples and finds a part; ours is the exact number. With about 156,000 draws its sampler finds 755, 333.5 ± 11.0 and 36.7 ± 4.3 on average.',
      ),
    ),
    row(
      'active error, single point, no market',
      'Table 2',
      table2.single.without.p,
      ours.single.without,
      '%',
      `${standIn}, with one number, the depth of the evening dip, fitted to this row.`,
    ),
    row(
      'active error, clusters, no market (mean of three)',
      'Table 2',
      table2.clusters.without.p,
      ours.clusters.without,
      '%',
      `${standIn}. Which three partitions the paper took is in a picture.`,
    ),
    row(
      'active error, single point, market',
      'Table 2',
      table2.single.with.p,
      ours.single.with,
      '%',
      `${standIn}. The paper charges at noon, which its own prices do not reward; our plans earn the most that they can.`,
    ),
    row('active error, clusters, market (mean of three)', 'Table 2', table2.clusters.with.p, ours.clusters.with, '%', standIn + '.'),
    row(
      'active error with market over without, single point',
      'Table 2',
      table2.single.with.p / table2.single.without.p,
      ours.single.with / ours.single.without,
      '',
      `${standIn}. What the ratio says is how much of the dip the storages can fill.`,
    ),
    row(
      'clusters over single point, active, no market',
      'Table 2',
      table2.clusters.without.p / table2.single.without.p,
      ours.clusters.without / ours.single.without,
      '',
      "Our polygons lose less of what resources can do than the paper's boxes.",
    ),
    row(
      'clusters over single point, active, market',
      'Table 2',
      table2.clusters.with.p / table2.single.with.p,
      ours.clusters.with / ours.single.with,
      '',
      'As above.',
    ),
    row(
      'reactive error, single point, no market',
      'Table 2',
      table2.single.without.q,
      mean(false, false, 'q_error_frac'),
      '%',
      `${standIn}; our command for Q stays inside the band.`,
    ),
    row(
      'reactive error, single point, market',
      'Table 2',
      table2.single.with.q,
      mean(false, true, 'q_error_frac'),
      '%',
      `${standIn}; the paper's Q command lies beyond what is left once storages discharge, ours does not.`,
    ),
  ];
}

/** λ of the published counts that this division can be asked about. */
export const countsAt = ({ result }: Division, distances: readonly number[] | undefined): { lambda: number; count: number }[] =>
  distances === undefined || result.method !== 'exact'
    ? []
    : sampledCounts.map(({ lambda }) => ({ lambda, count: distances.filter((distance) => distance <= lambda).length }));
