import { sampleTheory } from '../../network/partition/sample-theory.ts';
import type { PartitionSpace } from '../../network/partition/space.ts';
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
const sampledCounts: readonly { readonly lambda: number; readonly count: number }[] = [
  { lambda: 0.5, count: 755 },
  { lambda: 0.35, count: 342 },
  { lambda: 0.27, count: 48 },
];

/** The paper's figures beside ours, for its own case; each says why the two differ. */
export function comparedWithPaper(errors: readonly RunErrors[], counts: readonly CountAt[]): PublishedComparison[] {
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
    ...counts.map(({ lambda, published, count, sampler }) =>
      row(
        `partitions with a mean electrical distance up to ${lambda}`,
        '§5.3.1',
        published,
        count,
        '',
        `The paper samples and finds a part; ours is the exact number.${
          sampler
            ? ` In ${sampler.draws_count} draws, which find ${sampledCounts[0].count} up to ${sampledCounts[0].lambda} on average, its sampler finds ${sampler.mean.toFixed(1)} ± ${sampler.deviation.toFixed(1)}.`
            : ''
        }`,
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
      'Beyond the band single point saves losses by reactive power set bus by bus, clusters only by what one gives another; how much that is depends on commands and partitions.',
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
      `${standIn}. The paper places this error between 11 and 16 h; our command for Q stays inside the band.`,
    ),
  ];
}

/** A published count, the exact one, and what the paper's sampler finds when it has found the first of the published counts. */
export interface CountAt {
  readonly lambda: number;
  readonly published: number;
  readonly count: number;
  readonly sampler?: { readonly draws_count: number; readonly mean: number; readonly deviation: number } | undefined;
}

/** More partitions than this up to a published λ are not the paper's case any more. */
const counted_max_count = 20_000;

/** The published counts of the paper's case, where all partitions are known; none where they were sampled or are too many. */
export function countsAt({ space }: Division): CountAt[] {
  if (space === undefined) return [];
  const listed = sampledCounts.map(({ lambda }) => upTo(space, lambda));
  if (!listed.every((each) => each !== undefined)) return [];
  const theories = listed.map((byClusters) => sampleTheory(space.atoms, byClusters));
  const draws_count = theories[0].drawsFor(sampledCounts[0].count);
  return sampledCounts.map(({ lambda, count: published }, k) => ({
    lambda,
    published,
    count: listed[k].reduce((sum, count) => sum + count, 0),
    ...(Number.isFinite(draws_count) ? { sampler: { draws_count, ...theories[k].found(draws_count) } } : {}),
  }));
}

/** Number of partitions up to λ at [number of clusters]; undefined where there are too many. */
function upTo(space: PartitionSpace, lambda: number): number[] | undefined {
  if (space.count(lambda, 1) === 0) return [];
  const { partitions, isComplete } = space.list(lambda, counted_max_count);
  if (!isComplete) return undefined;
  const byClusters = new Array<number>(space.byClusters.length).fill(0);
  for (const { partition } of partitions) byClusters[partition.clusters_count]++;
  return byClusters;
}
