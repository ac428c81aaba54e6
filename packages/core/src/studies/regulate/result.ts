import type { PublishedComparison, RegulatedResource, RegulateResult, RegulationRun } from '../../wire/regulate-result.ts';
import { feederDrawing } from '../drawing.ts';
import { studyTime } from '../study-time.ts';
import { checksOf } from './checks.ts';

import { decompositionResiduals, keptAtHome, unsolved_count } from './evidence.ts';
import { loadMax_kVA } from './feeder.ts';
import type { Ingredients } from './ingredients.ts';
import { counted_max_count, type Division } from './partitions.ts';
import type { Prepared } from './prepare.ts';
import { comparedWithPaper, countsAt, networkOfPaper } from './published.ts';
import type { Run } from './runs.ts';
import { relative } from './screening.ts';

export function resultOf(all: Ingredients): RegulateResult {
  const { prepared, commands, division, screened, compared, overTime, safe, wiretap, services } = all;
  const { document, grid, network } = prepared;
  const runs = all.runs.map((run) => runResult(all, run));
  const checks = checksOf(all, runs);
  const solved = unsolved_count(all.runs) === 0 && all.runs.every(({ conflicts }) => conflicts.length === 0);
  const perStep = (values: Float64Array): number[] =>
    Array.from({ length: grid.steps_count }, (_, t) =>
      values.subarray(t * network.buses.length, (t + 1) * network.buses.length).reduce((sum, value) => sum + value, 0),
    );
  return {
    status: solved ? 'ok' : 'infeasible',
    study: document.study,
    title: document.title,
    network: network.name,
    kpis: kpisOf(all, runs),
    certificate: certificateOf(all, runs),
    checks,
    provenance: { version: services.version, seed: services.seed ?? document.seed, inputs: [] },
    time: studyTime(grid),
    currency: document.currency,
    feeder: feederDrawing(network, prepared.slack),
    resources: resourcesOf(all),
    load_kW: perStep(prepared.p_fixed_kW),
    load_kvar: perStep(prepared.q_fixed_kvar),
    market: marketOf(all),
    commands: { p_pcc_kW: commands.p_pcc_kW, q_pcc_kvar: commands.q_pcc_kvar, made: commands.made },
    partitions: {
      ...division.result,
      curve: curveOf(all),
      chosen: division.chosen.map(({ name, distance, buses }) => ({
        name,
        distance,
        clusters: buses.map((each) => ({
          buses: each.map((b) => network.buses[b].id),
          resources: all.alone.filter(({ bus }) => each.includes(bus)).map(({ id }) => id),
        })),
      })),
    },
    runs,
    ...(screened ? { screening: screened } : {}),
    characteristics: compared,
    ...(overTime ? { overTime } : {}),
    published: publishedOf(all, runs),
    ...(safe ? { constraintSet: safe } : {}),
    traffic: wiretap.traffic(),
    keptAtHome: keptAtHome(all),
    notes: [
      ...document.notes,
      ...(document.compareWith === undefined || isComparable(prepared)
        ? []
        : [`The figures of ${document.compareWith} are about ${networkOfPaper}, not ${network.name}: not shown.`]),
      ...prepared.notes,
      ...countNote(division),
      ...all.runs.flatMap(({ conflicts }) => conflicts),
    ],
  };
}

const countNote = ({ result: { screened_count, valid_count } }: Division): string[] =>
  screened_count === counted_max_count && valid_count > screened_count
    ? [`At least ${counted_max_count} partitions are as near as that; they were counted no further.`]
    : [];

function runResult({ prepared, commands, alone, inMarket }: Ingredients, run: Run): RegulationRun {
  const load_max_kVA = loadMax_kVA(prepared);
  const players = run.withMarket ? inMarket! : alone;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const label = run.withMarket ? 'with the market' : 'without a market';
  return {
    name: `${run.partition ?? 'single point'}, ${label}`,
    kind: run.kind,
    ...(run.partition === undefined ? {} : { partition: run.partition }),
    withMarket: run.withMarket,
    p_low_kW: run.bands.map((band) => band.p_low_kW),
    p_high_kW: run.bands.map((band) => band.p_high_kW),
    q_low_kvar: run.bands.map((band) => band.q_low_kvar),
    q_high_kvar: run.bands.map((band) => band.q_high_kvar),
    p_pcc_kW: run.checks.map((check) => check.p_pcc_kW),
    q_pcc_kvar: run.checks.map((check) => check.q_pcc_kvar),
    p_error_frac: mean(run.checks.map((check, t) => relative(check.p_pcc_kW, commands.p_pcc_kW[t], load_max_kVA))),
    q_error_frac: mean(run.checks.map((check, t) => relative(check.q_pcc_kvar, commands.q_pcc_kvar[t], load_max_kVA))),
    saturated: run.saturated,
    resources: players.map(({ id }, k) => ({
      id,
      p_kW: run.setpoints.map(({ p_kW }) => p_kW[k]),
      q_kvar: run.setpoints.map(({ q_kvar }) => q_kvar[k]),
    })),
    states: players.flatMap(({ id }, k) => [...run.states[k]].map(([name, values]) => ({ id, name, values }))),
    v_min_pu: run.checks.map((check) => check.v_min_pu),
    v_max_pu: run.checks.map((check) => check.v_max_pu),
    loss_kW: run.checks.map((check) => check.loss_kW),
    ac_mismatch_max_kVA: Math.max(...run.checks.map((check) => check.mismatch_max_kVA)),
    v_violation_max_pu: Math.max(...run.checks.map((check) => check.v_violation_max_pu)),
  };
}

/** What each resource was paid for its energy in the single-point runs, at the prices of the market. */
function resourcesOf({ prepared, market, alone, inMarket, runs }: Ingredients): RegulatedResource[] {
  const players = inMarket ?? alone;
  const single = (withMarket: boolean): Run | undefined => runs.find((run) => run.kind === 'single-point' && run.withMarket === withMarket);
  const paid = (run: Run | undefined, k: number): number => {
    if (!run || !market || k < 0) return 0;
    return run.setpoints.reduce((sum, { p_kW }, t) => {
      const price = p_kW[k] >= 0 ? market.sell_cur_per_kWh[t] : market.buy_cur_per_kWh[t];
      return sum + p_kW[k] * price * prepared.grid.dt_h;
    }, 0);
  };
  return players.map(({ id, device, portfolio }, k) => ({
    id,
    kind: device.kind.kind,
    bus: device.bus,
    owner: device.owner,
    ...(portfolio === undefined ? {} : { portfolio }),
    revenue_without_cur: paid(
      single(false),
      alone.findIndex((each) => each.id === id),
    ),
    revenue_with_cur: paid(single(true), inMarket ? k : -1),
  }));
}

function marketOf({ market, prepared }: Ingredients): RegulateResult['market'] {
  if (!market) return { structure: 'none', buy_cur_per_kWh: [], sell_cur_per_kWh: [], portfolios: [] };
  return {
    structure: prepared.document.market!.structure,
    buy_cur_per_kWh: market.buy_cur_per_kWh,
    sell_cur_per_kWh: market.sell_cur_per_kWh,
    portfolios: market.trades.map(({ sources: _sources, p_bought_kW: _bought, ...plan }) => plan),
  };
}

const isComparable = ({ document, network }: Prepared): boolean => document.compareWith !== undefined && network.name === networkOfPaper;

/** With the published counts as points of their own, for the paper's case. */
function curveOf({ division, prepared }: Ingredients): RegulateResult['partitions']['curve'] {
  const { curve } = division.result;
  if (!isComparable(prepared)) return curve;
  const counts = countsAt(division).map(({ lambda, count, published }) => ({ lambda, count, published }));
  return [...curve, ...counts].sort((a, b) => a.lambda - b.lambda);
}

function publishedOf({ prepared, division, inMarket }: Ingredients, runs: readonly RegulationRun[]): PublishedComparison[] {
  if (!isComparable(prepared) || !inMarket) return [];
  const errors = runs.map(({ kind, withMarket, p_error_frac, q_error_frac }) => ({
    isClusters: kind === 'clusters',
    withMarket,
    p_error_frac,
    q_error_frac,
  }));
  return comparedWithPaper(errors, countsAt(division));
}

function kpisOf({ market, division, screened }: Ingredients, runs: readonly RegulationRun[]): Record<string, number> {
  const kpis: Record<string, number> = {};
  const worst = (kind: RegulationRun['kind'], withMarket: boolean, which: 'p_error_frac' | 'q_error_frac'): number =>
    Math.max(...runs.filter((run) => run.kind === kind && run.withMarket === withMarket).map((run) => run[which]));
  for (const withMarket of market ? [false, true] : [false]) {
    const side = withMarket ? 'market' : 'alone';
    kpis[`${side}_single_p_error_frac`] = worst('single-point', withMarket, 'p_error_frac');
    kpis[`${side}_single_q_error_frac`] = worst('single-point', withMarket, 'q_error_frac');
    kpis[`${side}_clusters_p_error_frac`] = worst('clusters', withMarket, 'p_error_frac');
    kpis[`${side}_clusters_q_error_frac`] = worst('clusters', withMarket, 'q_error_frac');
  }
  if (market) {
    const total = (key: 'revenue_without_cur' | 'revenue_with_cur'): number => market.trades.reduce((sum, trade) => sum + trade[key], 0);
    kpis['revenue_without_cur'] = total('revenue_without_cur');
    kpis['revenue_with_cur'] = total('revenue_with_cur');
  }
  return {
    ...kpis,
    partitions_count: division.result.valid_count,
    partitions_near_count: division.result.screened_count,
    ...(screened ? { partitions_kept_count: screened.kept_count } : {}),
  };
}

function certificateOf({ market, runs: all }: Ingredients, runs: readonly RegulationRun[]): Record<string, number | string> {
  const missing = market?.trades.reduce((sum, trade) => sum + trade.bound_cur - trade.revenue_with_cur, 0);
  return {
    acMismatch_max_kVA: Math.max(...runs.map(({ ac_mismatch_max_kVA }) => ac_mismatch_max_kVA)),
    decompositionResidual_max_kVA: decompositionResiduals(all).targets_kVA,
    ...(missing === undefined ? {} : { revenueGap_cur: missing }),
    ...(market?.equilibrium ? { sidePayment_cur: market.equilibrium.sidePayment_cur } : {}),
  };
}
