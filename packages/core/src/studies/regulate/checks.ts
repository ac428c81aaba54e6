import type { RegulationRun } from '../../wire/regulate-result.ts';
import type { Check } from '../../wire/result.ts';
import { decompositionResiduals, keptAtHome } from './evidence.ts';
import type { Ingredients } from './ingredients.ts';

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
    within('AC power flow of every plan converges (pu mismatch)', mismatch_max_pu, 1e-6),
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
    within('targets of clusters sum to what is granted (kVA)', targets_kVA, 1e-9),
    within('what clusters deliver sums to it, to the quantum of masked sums (kVA)', delivered_kVA, 1e-6),
    within('active commands beyond the band are held at its edge by single point (share of the edge)', edgeMiss_frac(all, runs), 0.01),
    within('clusters never follow better than single point (share of the command)', advantage_frac(all, runs), 1e-3),
    within('clusters follow worse than single point by at most 3 % of the command', excess_frac(all, runs), 0.03),
    ...(market
      ? [
          within(
            'trading with storage earns at least what it earns without (currency missing)',
            Math.max(0, ...market.trades.map((trade) => trade.revenue_without_cur - trade.revenue_with_cur)),
            1e-6,
          ),
        ]
      : []),
    within('private names that crossed the wire', leaked_count, 0),
  ];
}

const isSingle = (run: RegulationRun): boolean => run.kind === 'single-point';
const isClusters = (run: RegulationRun): boolean => run.kind === 'clusters';

/** Mean of α·|Δp| + β·|Δq| over the mean of α·|p*| + β·|q*|: what both kinds of regulation try to make small. */
function weighted_frac({ prepared, commands }: Ingredients, run: RegulationRun): number {
  const { p_weight, q_weight } = prepared.document.commands;
  let [missed, asked] = [0, 0];
  run.p_pcc_kW.forEach((p_kW, t) => {
    missed += p_weight * Math.abs(p_kW - commands.p_pcc_kW[t]) + q_weight * Math.abs(run.q_pcc_kvar[t] - commands.q_pcc_kvar[t]);
    asked += p_weight * Math.abs(commands.p_pcc_kW[t]) + q_weight * Math.abs(commands.q_pcc_kvar[t]);
  });
  return missed / asked;
}

/** Cluster error less single-point error on the same side of the market, for every cluster run. */
function differences(all: Ingredients, runs: readonly RegulationRun[]): number[] {
  return runs.filter(isClusters).map((run) => {
    const single = runs.find((each) => isSingle(each) && each.withMarket === run.withMarket)!;
    return weighted_frac(all, run) - weighted_frac(all, single);
  });
}

const advantage_frac = (all: Ingredients, runs: readonly RegulationRun[]): number => Math.max(0, ...differences(all, runs).map((d) => -d));
const excess_frac = (all: Ingredients, runs: readonly RegulationRun[]): number => Math.max(0, ...differences(all, runs));

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
