import type { RegulationRun, ScreeningResult } from '../../wire/regulate-result.ts';
import type { Check } from '../../wire/result.ts';

import { decompositionResiduals, keptAtHome, unsolved_count } from './evidence.ts';
import { loadMax_kVA } from './feeder.ts';
import type { Ingredients } from './ingredients.ts';
import { mayRest } from './portfolios.ts';

/** A command this far beyond the band, relative to it, is beyond; a rounding is not. */
const beyond_frac = 1e-4;

/** What has to hold of every result, whatever the data. */
export function checksOf(all: Ingredients, runs: readonly RegulationRun[]): Check[] {
  const { prepared, market, wiretap } = all;
  const within = (name: string, value: number, limit: number): Check => ({ name, passed: value <= limit, value, limit });
  const { targets_kVA, delivered_kVA } = decompositionResiduals(all.runs);
  const mismatch_max_pu = Math.max(...runs.map((run) => run.ac_mismatch_max_kVA)) / prepared.network.s_base_kVA;
  const crossed = new Set(wiretap.traffic().flatMap((row) => row.fields));
  const leaked_count = new Set(keptAtHome(all).flatMap(({ names }) => names.filter((name) => crossed.has(name)))).size;
  return [
    within('steps whose plan has no AC power flow', unsolved_count(all.runs), 0),
    within('AC power flow of every plan, what it misses (pu)', mismatch_max_pu, 1e-6),
    within(
      'voltages of single-point plans within limits (pu beyond)',
      Math.max(...runs.filter(isSingle).map((run) => run.v_violation_max_pu)),
      1e-6,
    ),
    within(
      'voltages of cluster plans within limits (pu beyond)',
      Math.max(0, ...runs.filter(isClusters).map((run) => run.v_violation_max_pu)),
      1e-3,
    ),
    ...(prepared.network.branches.some(({ s_max_kVA }) => Number.isFinite(s_max_kVA))
      ? [
          within('flows of single-point plans within ratings (share beyond)', overload_frac(all, 'single-point'), 1e-4),
          within('flows of cluster plans within ratings (share beyond)', overload_frac(all, 'clusters'), 0.01),
        ]
      : []),
    within('targets of clusters sum to what is granted (kVA)', targets_kVA, 1e-9),
    within('what clusters deliver sums to it, to the quantum of masked sums (kVA)', delivered_kVA, 1e-6),
    within('active commands beyond the band are held at its edge by single point (share of the edge)', edgeMiss_frac(all, runs), 0.01),
    within('clusters never follow better than single point (share of the command)', advantage_frac(all, runs), 1e-3),
    within('clusters follow worse than single point by at most 3 % of the command', excess_frac(all, runs), 0.03),
    ...(all.screened
      ? [
          within(
            'clusters never follow better than single point on the same random commands (share of the command)',
            trialAdvantage_frac(all.screened),
            1e-6,
          ),
        ]
      : []),
    ...(market
      ? [
          within(
            'trading with storage earns at least what it earns without, where storage may rest (currency missing)',
            Math.max(
              0,
              ...market.trades
                .filter(({ storage }) => mayRest(prepared, storage))
                .map((trade) => trade.revenue_without_cur - trade.revenue_with_cur),
            ),
            // Where no prices make an equilibrium, the cleared plan is short of the best answer by the side payments.
            1e-6 + (market.equilibrium?.sidePayment_cur ?? 0),
          ),
        ]
      : []),
    within('private names that crossed the wire', leaked_count, 0),
  ];
}

const isSingle = (run: RegulationRun): boolean => run.kind === 'single-point';
const isClusters = (run: RegulationRun): boolean => run.kind === 'clusters';

/**
 * Mean of α·|Δp| + β·|Δq| over the mean of α·|p*| + β·|q*|: what both kinds of regulation try to make small. Where commands are near zero,
 * over the feeder's load.
 */
function weighted_frac({ prepared, commands }: Ingredients, run: RegulationRun): number {
  const { p_weight, q_weight } = prepared.document.commands;
  let [missed, asked] = [0, 0];
  run.p_pcc_kW.forEach((p_kW, t) => {
    missed += p_weight * Math.abs(p_kW - commands.p_pcc_kW[t]) + q_weight * Math.abs(run.q_pcc_kvar[t] - commands.q_pcc_kvar[t]);
    asked += p_weight * Math.abs(commands.p_pcc_kW[t]) + q_weight * Math.abs(commands.q_pcc_kvar[t]);
  });
  return missed / Math.max(asked, (run.p_pcc_kW.length * loadMax_kVA(prepared) * (p_weight + q_weight)) / 2);
}

const overload_frac = ({ runs }: Ingredients, kind: RegulationRun['kind']): number =>
  Math.max(0, ...runs.filter((run) => run.kind === kind).flatMap(({ checks }) => checks.map((check) => check.rating_violation_max_frac)));

/** Beyond this, a limit is not kept. */
const broken_frac = 1e-6;

/** Whether a run kept all limits of the wires: only then can it be said to have followed better or worse than another. */
const keepsLimits = ({ checks, conflicts }: Ingredients['runs'][number]): boolean =>
  conflicts.length === 0 && checks.every((check) => Math.max(check.v_violation_max_pu, check.rating_violation_max_frac) <= broken_frac);

/** Cluster error less single-point error on the same side of the market, for every cluster run, where both keep the limits. */
function differences(all: Ingredients, runs: readonly RegulationRun[]): number[] {
  return runs.flatMap((run, r) => {
    if (!isClusters(run) || !keepsLimits(all.runs[r])) return [];
    const single = runs.findIndex((each) => isSingle(each) && each.withMarket === run.withMarket);
    return keepsLimits(all.runs[single]) ? [weighted_frac(all, run) - weighted_frac(all, runs[single])] : [];
  });
}

const advantage_frac = (all: Ingredients, runs: readonly RegulationRun[]): number => Math.max(0, ...differences(all, runs).map((d) => -d));
const excess_frac = (all: Ingredients, runs: readonly RegulationRun[]): number => Math.max(0, ...differences(all, runs));

/** By how much the best partition beats single point, active and reactive error together; both can meet these commands. */
function trialAdvantage_frac({ single, partitions }: ScreeningResult): number {
  const total = (each: { readonly p_error_frac: number; readonly q_error_frac: number }): number => each.p_error_frac + each.q_error_frac;
  return Math.max(0, ...partitions.map((each) => total(single) - total(each)));
}

/**
 * How far single point stays from the edge of the band where the active command alone lies beyond it. The edge is what active power
 * can reach with reactive power left free; the reactive command costs some tenths of a percent of it in losses.
 */
function edgeMiss_frac({ commands }: Ingredients, runs: readonly RegulationRun[]): number {
  let worst = 0;
  for (const run of runs.filter(isSingle)) {
    commands.p_pcc_kW.forEach((asked, t) => {
      const q = commands.q_pcc_kvar[t];
      const margin_kvar = 0.05 * (run.q_high_kvar[t] - run.q_low_kvar[t]);
      if (q < run.q_low_kvar[t] + margin_kvar || q > run.q_high_kvar[t] - margin_kvar) return;
      const edge = asked > run.p_high_kW[t] ? run.p_high_kW[t] : asked < run.p_low_kW[t] ? run.p_low_kW[t] : asked;
      if (Math.abs(asked - edge) <= beyond_frac * Math.abs(edge)) return;
      worst = Math.max(worst, Math.abs(run.p_pcc_kW[t] - edge) / Math.abs(edge));
    });
  }
  return worst;
}
