import { type BalancedPlan, balancePlan } from './balance-plan.ts';
import { type CohortState, workspaceOf } from './iterate.ts';
import { levelPrices } from './level-prices.ts';
import type { Cohort, CohortProblem } from './problem.ts';

export interface CohortProof {
  /** Σ f_d at the devices' plans. */
  readonly cost_cur: number;
  /** What the imbalance that is left is worth: Σ |λ|·|Σ p|·dt. */
  readonly imbalance_cur: number;
  /** What all powers are worth: Σ |λ|·|p|·dt over terminals. */
  readonly turnover_cur: number;
  /** Dual function at `price_cur_per_kWh`: no plan that balances costs less. */
  readonly bound_cur: number;
  /** The state's prices or those levelled, whichever give the better bound. */
  readonly price_cur_per_kWh: Float64Array;
  /** kWh by which the devices' plans depart from laws that were relaxed, in all (`Form.relaxed`); 0: every device can follow its plan. */
  readonly relaxed_kWh: number;
  /** A plan that balances; absent where none was found on some step. */
  readonly balanced?: CertifiedPlan;
}

export interface CertifiedPlan extends BalancedPlan {
  /** No less than the optimum. */
  readonly cost_cur: number;
  /** (cost − bound) over |cost|: so much is the optimum below this plan at most. */
  readonly gap_frac: number;
}

/**
 * How much a device's own best answer to prices may be wrong, relative to what its terminals can earn: half of this.
 * The answer is made by the prox with a small δ, argmin f(p) − λᵀp·dt + ½·δ·‖p‖², and with |p| ≤ R
 *
 *   min f − λᵀp·dt  ≥  f(p) − λᵀp·dt + ½·δ·‖p‖² − ½·δ·T·R²     per terminal,   δ = this·max |λ|·dt/R
 *
 * so that one exact algorithm per form serves both, and the bound is a bound.
 */
const answerShare = 1e-7;

/** Weighs the plans and prices of a state without looking at how they were found. */
export function certify(problem: CohortProblem, state: CohortState): CohortProof {
  const levelled = levelPrices(problem, state);
  const levelledBound_cur = dualBound(problem, levelled);
  const rawBound_cur = dualBound(problem, state.price_cur_per_kWh);
  const isBetter = levelledBound_cur > rawBound_cur;
  const price_cur_per_kWh = isBetter ? levelled : Float64Array.from(state.price_cur_per_kWh);
  const bound_cur = isBetter ? levelledBound_cur : rawBound_cur;
  const balanced = certifiedPlan(problem, state, price_cur_per_kWh, bound_cur);
  return {
    cost_cur: planCost(problem, state.power_kW),
    ...valueOfPowers(problem, state, price_cur_per_kWh),
    bound_cur,
    price_cur_per_kWh,
    relaxed_kWh: relaxation(problem, state.power_kW),
    ...(balanced ? { balanced } : {}),
  };
}

function certifiedPlan(problem: CohortProblem, state: CohortState, price: Float64Array, bound_cur: number): CertifiedPlan | undefined {
  const plan = balancePlan(problem, state, price);
  if (plan.stepsMissed_count > 0) return undefined;
  const cost_cur = planCost(problem, plan.power_kW);
  return { ...plan, cost_cur, gap_frac: (cost_cur - bound_cur) / Math.max(1e-12, Math.abs(cost_cur)) };
}

/**
 * Proof that no choice of the devices' plans balances every net. g(λ) ≤ cost of every plan that balances, for whatever λ; if g is larger
 * than what all devices could cost at most, there is no such plan. λ is taken far out along the direction in which prices
 * run away, −p̄. False says nothing.
 */
export function isProvenInfeasible(problem: CohortProblem, state: CohortState): boolean {
  let most_cur = 0;
  for (const { form, values, devices_count } of problem.cohorts) {
    for (let i = 0; i < devices_count; i++) most_cur += form.costMost(values, i, problem);
  }
  return dualBound(problem, farOut(problem, state)) > most_cur;
}

function planCost(problem: CohortProblem, power_kW: Float64Array): number {
  let cost_cur = 0;
  for (const { form, values, devices_count, firstTerminal } of problem.cohorts) {
    const width = form.terminals_count * problem.steps_count;
    const at = firstTerminal * problem.steps_count;
    for (let i = 0; i < devices_count; i++) cost_cur += form.cost(values, i, problem, power_kW, at + i * width);
  }
  return cost_cur;
}

function relaxation(problem: CohortProblem, power_kW: Float64Array): number {
  let sum_kWh = 0;
  for (const { form, values, devices_count, firstTerminal } of problem.cohorts) {
    if (!form.relaxed) continue;
    const width = form.terminals_count * problem.steps_count;
    const at = firstTerminal * problem.steps_count;
    for (let i = 0; i < devices_count; i++) sum_kWh += form.relaxed(values, i, problem, power_kW, at + i * width);
  }
  return sum_kWh;
}

/** g(λ) = Σ_d min f_d(p) − λᵀp·dt, at most the optimal cost for any prices. */
export function dualBound(problem: CohortProblem, price: Float64Array): number {
  const work = workspaceOf(problem);
  let bound_cur = 0;
  for (const cohort of problem.cohorts) {
    const x = new Float64Array(cohort.form.terminals_count * problem.steps_count);
    for (let i = 0; i < cohort.devices_count; i++) bound_cur += leastOf(problem, cohort, i, price, x, work);
  }
  return bound_cur;
}

/** A lower bound, tight up to `answerShare`, on what device i can do at best. */
function leastOf(
  problem: CohortProblem,
  { form, values, firstTerminal }: Cohort,
  i: number,
  price: Float64Array,
  x: Float64Array,
  work: Float64Array,
): number {
  const { steps_count: T, dt_h, netOf } = problem;
  const first = firstTerminal + i * form.terminals_count;
  const reach_kW = form.reach(values, i, problem);
  let price_max = 0;
  for (let k = 0; k < form.terminals_count; k++) {
    const n = netOf[first + k] * T;
    for (let t = 0; t < T; t++) price_max = Math.max(price_max, Math.abs(price[n + t]));
  }
  // where all prices are 0, as at the end of a line that nobody uses, any small δ does
  const delta = (answerShare * (price_max > 0 ? price_max : 1) * dt_h) / (reach_kW > 0 ? reach_kW : 1);
  for (let k = 0; k < form.terminals_count; k++) {
    const n = netOf[first + k] * T;
    for (let t = 0; t < T; t++) x[k * T + t] = (price[n + t] * dt_h) / delta;
  }
  form.prox(values, i, i + 1, problem, delta, x, 0, work);
  let value = form.cost(values, i, problem, x, 0);
  for (let k = 0; k < form.terminals_count; k++) {
    const n = netOf[first + k] * T;
    for (let t = 0; t < T; t++) {
      const p = x[k * T + t];
      value += 0.5 * delta * (p * p - reach_kW * reach_kW) - price[n + t] * dt_h * p;
    }
  }
  return value;
}

function valueOfPowers(
  { nets_count, steps_count: T, dt_h, netStart, netTerminals }: CohortProblem,
  { power_kW }: CohortState,
  price: Float64Array,
): { imbalance_cur: number; turnover_cur: number } {
  let imbalance_cur = 0;
  let turnover_cur = 0;
  for (let n = 0; n < nets_count; n++) {
    for (let t = 0; t < T; t++) {
      let sum = 0;
      let size = 0;
      for (let q = netStart[n]; q < netStart[n + 1]; q++) {
        const p = power_kW[netTerminals[q] * T + t];
        sum += p;
        size += Math.abs(p);
      }
      const worth_cur = Math.abs(price[n * T + t]) * dt_h;
      imbalance_cur += Math.abs(sum) * worth_cur;
      turnover_cur += size * worth_cur;
    }
  }
  return { imbalance_cur, turnover_cur };
}

/** λ − s·p̄, with s so large that what λ was matters little. */
function farOut({ nets_count, steps_count: T, netStart, netTerminals }: CohortProblem, state: CohortState): Float64Array {
  const far = new Float64Array(nets_count * T);
  let size = 0;
  let priced = 0;
  for (let n = 0; n < nets_count; n++) {
    const m = netStart[n + 1] - netStart[n];
    for (let t = 0; t < T && m > 0; t++) {
      let sum = 0;
      for (let q = netStart[n]; q < netStart[n + 1]; q++) sum += state.power_kW[netTerminals[q] * T + t];
      far[n * T + t] = -sum / m;
      size = Math.max(size, Math.abs(sum / m));
      priced = Math.max(priced, Math.abs(state.price_cur_per_kWh[n * T + t]));
    }
  }
  const scale = (1e4 * Math.max(1, priced)) / Math.max(1e-12, size);
  for (let k = 0; k < far.length; k++) far[k] = state.price_cur_per_kWh[k] + scale * far[k];
  return far;
}
