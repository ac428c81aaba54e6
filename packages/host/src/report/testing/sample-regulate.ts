/**
 * A seeded, plausible RegulateResult for looking at the report and testing it. Not a study: bands are rules of thumb, errors
 * are drawn. Clusters are true parts of the tree of the feeder.
 */
import type { ChosenPartition, PortfolioPlan, RegulateResult, RegulationRun } from '@gridflock/core';
import { sampleResult } from './sample-result.ts';

export interface RegulateSampleOptions {
  readonly seed?: number;
  readonly steps?: number;
  readonly feeder?: '33-bus' | '141-bus';
  readonly resources_count?: number;
  readonly clusters_count?: number;
  readonly partitions_count?: number;
  readonly portfolios_count?: number;
  readonly screened_count?: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const kinds = ['pv', 'wind', 'battery', 'ev', 'hydro'] as const;

/** Uniform on [0, 1): a small congruential generator. */
function stream(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Counts of partitions at some λ. */
const knots: readonly (readonly [lambda: number, count: number])[] = [
  [0.22, 0],
  [0.27, 78],
  [0.35, 590],
  [0.5, 1080],
  [1.2, 1188],
];

const bump = (h: number, centre: number, width: number): number => Math.exp(-0.5 * ((h - centre) / width) ** 2);

export function sampleRegulate(options: RegulateSampleOptions = {}): Mutable<RegulateResult> {
  const { seed = 5, steps: nT = 24, resources_count = 11, clusters_count = 4, partitions_count = 3 } = options;
  const { portfolios_count = 7, screened_count = 60 } = options;
  const uniform = stream(seed);
  const { feeder, time, currency } = sampleResult({ steps: nT, feeder: options.feeder ?? '33-bus' });
  const hour = (t: number): number => (t + 0.5) * time.dt_h;
  const over = (value: (h: number, t: number) => number): number[] => Array.from({ length: nT }, (_, t) => value(hour(t), t));
  const nB = feeder.buses.length;
  const resources = Array.from({ length: resources_count }, (_, k) => {
    const kind = kinds[k % kinds.length] ?? 'pv';
    const bus = feeder.buses[1 + ((7 * k + 4) % (nB - 1))]?.id ?? '2';
    const without = 150 + 200 * uniform();
    return {
      id: `${kind}-${bus}-${k}`,
      kind,
      bus,
      owner: `owner ${1 + (k % 6)}`,
      ...(k < portfolios_count ? { portfolio: `generation with storage: p${k}` } : {}),
      revenue_without_cur: without,
      revenue_with_cur: without + 120 * (uniform() - 0.2),
    };
  });
  const chosen = Array.from({ length: partitions_count }, (_, k) => partition(feeder, resources, clusters_count, k));

  const load = over((h) => 2200 + 900 * bump(h, 9, 2.5) + 1500 * bump(h, 18, 3));
  const room = over((h) => 350 + 300 * bump(h, 12, 4));
  const p_pcc_kW = load.map((value, t) => value - (hour(t) > 18 && hour(t) < 21 ? 1.5 : 0.1) * (room[t] ?? 0));
  const q_pcc_kvar = load.map((value) => 0.62 * value);
  const runs: RegulationRun[] = [undefined, ...chosen].flatMap((of, k) =>
    [false, true].map((withMarket) => {
      const width = withMarket ? 1.3 : 1;
      const p_low_kW = load.map((value, t) => value - width * (room[t] ?? 0));
      const p_high_kW = load.map((value, t) => value + (room[t] ?? 0));
      const inside = (value: number, t: number): number => Math.min(p_high_kW[t] ?? value, Math.max(p_low_kW[t] ?? value, value));
      const given = p_pcc_kW.map(inside);
      const asked = p_pcc_kW.reduce((a, b) => a + b, 0);
      return {
        name: `${of?.name ?? 'single point'}, ${withMarket ? 'with the market' : 'without a market'}`,
        kind: of === undefined ? 'single-point' : 'clusters',
        ...(of === undefined ? {} : { partition: of.name }),
        withMarket,
        p_low_kW,
        p_high_kW,
        q_low_kvar: q_pcc_kvar.map((value) => value - 700),
        q_high_kvar: q_pcc_kvar.map((value) => value + 700),
        p_pcc_kW: given,
        q_pcc_kvar: q_pcc_kvar.map((value) => value + 0.2 * k),
        p_error_frac: given.reduce((sum, value, t) => sum + Math.abs(value - (p_pcc_kW[t] ?? 0)), 0) / asked + 1e-4 * k,
        q_error_frac: 1e-4 * k,
        saturated: [...p_pcc_kW.keys()].filter((t) => given[t] !== p_pcc_kW[t]),
        resources: resources.map(({ id }) => ({ id, p_kW: over((h) => 50 * bump(h, 12, 3)), q_kvar: over(() => 5 * uniform()) })),
        states: [],
        v_min_pu: load.map((value) => 1 - value / 60000),
        v_max_pu: over(() => 1),
        loss_kW: load.map((value) => value * 0.03),
        ac_mismatch_max_kVA: 4e-7,
        v_violation_max_pu: 0,
      };
    }),
  );
  const buy = over((h) => (h > 18 && h < 21 ? 0.82 : h < 7 ? 0.25 : 0.53));
  const plans = Array.from({ length: portfolios_count }, (_, k) => portfolio(k, time.dt_h, over, uniform));
  const counted = (lambda: number): number => {
    const k = knots.findIndex(([at]) => at >= lambda);
    const [[x0, y0], [x1, y1]] = [knots[Math.max(0, k - 1)] ?? [0, 0], knots[k] ?? [lambda, 1188]];
    return Math.round(x1 === x0 ? y1 : y0 + ((y1 - y0) * (lambda - x0)) / (x1 - x0));
  };
  const curve = Array.from({ length: 60 }, (_, k) => ({ lambda: 0.22 + 0.0163 * k, count: counted(0.22 + 0.0163 * k) }));
  const published = [
    { lambda: 0.27, count: 78, published: 48 },
    { lambda: 0.35, count: 590, published: 342 },
    { lambda: 0.5, count: 1080, published: 755 },
  ];
  return {
    status: 'ok',
    study: 'regulate',
    title: 'Resources that follow the grid above',
    network: 'ieee33',
    kpis: { single_p_error_frac: runs[0]?.p_error_frac ?? 0, partitions_count: 1188 },
    certificate: { acMismatch_max_kVA: 4e-7 },
    checks: [
      { name: 'AC power flow of every plan converges (kVA)', passed: true, value: 4e-7, limit: 1e-4 },
      { name: 'private names that crossed the wire', passed: true, value: 0, limit: 0 },
    ],
    provenance: { version: '0.1.0', seed, inputs: [{ path: 'sample.yaml', sha256: '9f'.repeat(32) }] },
    time,
    currency,
    feeder,
    resources,
    load_kW: load.map((value) => -value),
    load_kvar: load.map((value) => -0.6 * value),
    market: { structure: 'time-of-use', buy_cur_per_kWh: buy, sell_cur_per_kWh: buy.map((price) => 0.8 * price), portfolios: plans },
    commands: { p_pcc_kW, q_pcc_kvar, made: 'P: the load less 0.1 of the room, less 1.5 of it in the evening. Q: 0.62 of the load.' },
    partitions: {
      method: 'exact',
      distanceMax: 0.35,
      resources_min_count: 2,
      valid_count: 1188,
      screened_count: 590,
      curve: [...curve, ...published].sort((a, b) => a.lambda - b.lambda),
      byClusters: [1, 20, 153, 502, 512].map((count, k) => ({ clusters_count: k + 1, count })),
      chosen,
    },
    runs,
    screening: {
      commands_count: 100,
      partitions_count: screened_count,
      error_max_frac: 0.001,
      kept_count: Math.floor(screened_count / 2),
      partitions: Array.from({ length: screened_count }, (_, k) => ({
        distance: 0.22 + 0.13 * uniform(),
        clusters_count: 2 + (k % 4),
        p_error_frac: k % 2 === 0 ? 0.001 * uniform() : 0.001 + 0.0005 * uniform(),
        q_error_frac: 0.0008 * uniform(),
        kept: k % 2 === 0,
      })),
      single: { p_error_frac: 2e-11, q_error_frac: 3e-11 },
    },
    characteristics: [
      {
        name: 'box of the paper',
        about: 'eq. 18–19',
        area_frac: 0.68,
        guaranteed: true,
        numbers_per_cluster_count: 4,
        p_error_frac: 3e-4,
        q_error_frac: 1e-3,
      },
      { name: 'bounding box', about: 'the smallest around it', guaranteed: false, numbers_per_cluster_count: 4 },
    ],
    published: [
      {
        what: 'partitions up to 0.5',
        source: 'Jia et al. (2025), §5.3.1',
        published: 755,
        ours: 1080,
        unit: '',
        explanation: 'The paper samples.',
      },
      {
        what: 'partitions up to 0.35',
        source: 'Jia et al. (2025), §5.3.1',
        published: 342,
        ours: 590,
        unit: '',
        explanation: 'The paper samples.',
      },
      {
        what: 'active error, single point',
        source: 'Jia et al. (2025), Table 2',
        published: 5.3386,
        ours: 5.34,
        unit: '%',
        explanation: 'Stand-ins.',
      },
    ],
    constraintSet: {
      confidence_frac: 0.999,
      violation_max_frac: 0.05,
      samples_count: 400,
      low_kW: over(() => -200),
      high_kW: over((h) => 150 + 20 * bump(h, 12, 3)),
      tracking: [
        { name: 'without a set', rmse_kW: 0, violation_frac: 0.21 },
        { name: 'inside the set', rmse_kW: 31.4, violation_frac: 0.01 },
      ],
    },
    traffic: [
      { from: 'operator', to: 'coordinator', kind: 'target', fields: ['p_kW', 'q_kvar'], messages_count: 576, bytes_count: 24192 },
      { from: 'coordinator', to: 'resource', kind: 'end', fields: [], messages_count: 62, bytes_count: 1178 },
    ],
    keptAtHome: resources.map(({ id, kind }) => ({
      agent: id,
      names: kind === 'pv' ? ['p_available_kW', 's_max_kVA'] : ['e_max_kWh', 's_max_kVA'],
    })),
    notes: ['Prices: the paper. Profiles: stand-ins made here.'],
  };
}

/** Cuts the tree at evenly spaced buses: what hangs below a cut and above the next is a cluster. */
function partition(
  feeder: RegulateResult['feeder'],
  resources: RegulateResult['resources'],
  clusters_count: number,
  shift: number,
): ChosenPartition {
  const parent = new Map(feeder.branches.filter(({ inService }) => inService).map(({ from, to }) => [to, from]));
  const inside = feeder.buses.map(({ id }) => id).filter((id) => id !== feeder.slack);
  const heads = Array.from({ length: clusters_count }, (_, c) =>
    c === 0 ? (inside[0] ?? '') : (inside[Math.min(inside.length - 1, Math.floor((c * inside.length) / clusters_count) + 2 * shift)] ?? ''),
  );
  const headOf = (id: string): string => (heads.includes(id) || !parent.has(id) ? id : headOf(parent.get(id) ?? ''));
  const clusters = heads.map((head) => {
    const buses = inside.filter((id) => headOf(id) === head);
    return { buses, resources: resources.filter(({ bus }) => buses.includes(bus)).map(({ id }) => id) };
  });
  return { name: `clusters ${shift + 1}`, distance: 0.23 + 0.05 * shift, clusters };
}

function portfolio(k: number, dt_h: number, over: (value: (h: number) => number) => number[], uniform: () => number): PortfolioPlan {
  const size = 100 + 80 * uniform();
  const p_available_kW = over((h) => size * bump(h, 12.5, 3));
  const p_charge_kW = over((h) => (h > 9 && h < 11 ? 50 : 0));
  const p_discharge_kW = over((h) => (h > 18 && h < 20 ? 45 : 0));
  let e_kWh = 300;
  return {
    id: `generation with storage: p${k}`,
    members: [`p${k}`],
    storage: `storage of p${k}`,
    p_available_kW,
    p_offered_kW: p_available_kW.map((p_kW, t) => p_kW - (p_charge_kW[t] ?? 0) + (p_discharge_kW[t] ?? 0)),
    p_charge_kW,
    p_discharge_kW,
    e_kWh: p_charge_kW.map((p_kW, t) => {
      e_kWh += (p_kW - (p_discharge_kW[t] ?? 0)) * dt_h;
      return e_kWh;
    }),
    revenue_without_cur: 400 + 10 * k,
    revenue_with_cur: 520 + 10 * k,
    bound_cur: 520 + 10 * k,
  };
}
