import { mul, sum } from '../../../problem/affine.ts';
import { type Constraint, Model } from '../../../problem/model.ts';
import type { ReadySolver } from '../../../solvers/contract.ts';
import type { Schedule, TradeOptions } from './contract.ts';
import { notSolved } from './trade.ts';
import type { Clearing, TwoSidedMarket } from './two-sided.ts';

/**
 * The cheapest mixture of known plans, each portfolio's shares adding up to one, with the multipliers of its hourly balance:
 *
 *   min Σ_t Δt·(b_t·import_t − s_t·export_t)   subject to   Σ_k Σ_j share_kj·net_kjt + import_t − export_t = load_t,   Σ_j share_kj = 1
 *
 * Its schedules are those of the largest shares: the mixture itself when `chosen`.
 * @param plans - of each portfolio, one at least
 * @param chosen - shares are whole: one plan of each portfolio
 */
export function mixPlans(
  { load_kW, grid }: TwoSidedMarket,
  { dt_h }: TradeOptions,
  solver: ReadySolver,
  plans: readonly (readonly Schedule[])[],
  chosen = false,
): Clearing {
  const m = new Model();
  const steps_count = load_kW.length;
  const imported = m.variables('import_kW', [steps_count], { lower: 0 });
  const exported = m.variables('export_kW', [steps_count], { lower: 0 });
  const shares = plans.map((known, k) => {
    const share = m.variables(`share[${k}]`, [known.length], { lower: 0, upper: 1, whole: chosen });
    m.equal(`whole[${k}]`, sum(...share.variables), 1);
    return share;
  });
  const balances: Constraint[] = load_kW.map((load, t) => {
    m.cost(mul(dt_h, sum(mul(grid.buy_cur_per_kWh[t], imported(t)), mul(-grid.sell_cur_per_kWh[t], exported(t)))));
    const given = plans.flatMap((known, k) => {
      return known.map(({ fed_kW, discharge_kW, bought_kW }, j) => mul(fed_kW[t] + discharge_kW[t] - bought_kW[t], shares[k](j)));
    });
    return m.equal(() => `balance[${t}]`, sum(...given, imported(t), mul(-1, exported(t))), load);
  });
  const solution = solver.solve(m.build());
  if (solution.status !== 'optimal') throw notSolved('two-sided market', solution.status);
  const read = m.read(solution);
  return {
    schedules: plans.map((known, k) => {
      const parts = read.values(shares[k]);
      return known[parts.indexOf(Math.max(...parts))];
    }),
    p_import_kW: Float64Array.from({ length: steps_count }, (_, t) => read.value(imported(t)) - read.value(exported(t))),
    cost_cur: solution.objective,
    bound_cur: solution.bound,
    price_cur_per_kWh: Float64Array.from(balances, (balance) => read.dual(balance) / dt_h),
  };
}
