import type { CohortState } from './iterate.ts';
import type { CohortProblem } from './problem.ts';

/**
 * Prices of a state without the noise of the iteration: nets that are joined by devices within their limits have one price at an
 * optimum, so they get the mean of theirs, each counted once per terminal.
 *
 * The dual function is a bound at any prices. At raw prices it is loose, because every line can earn its whole capacity times the
 * difference that noise leaves between its ends.
 */
export function levelPrices(problem: CohortProblem, state: CohortState): Float64Array {
  const { nets_count, steps_count: T, netStart } = problem;
  const price = state.price_cur_per_kWh;
  const levelled = new Float64Array(price.length);
  const parent = new Int32Array(nets_count);
  const sum = new Float64Array(nets_count);
  const weight = new Float64Array(nets_count);
  for (let t = 0; t < T; t++) {
    for (let n = 0; n < nets_count; n++) parent[n] = n;
    joinNets(problem, state.power_kW, t, parent);
    sum.fill(0);
    weight.fill(0);
    for (let n = 0; n < nets_count; n++) {
      const root = rootOf(parent, n);
      const m = netStart[n + 1] - netStart[n];
      sum[root] += m * price[n * T + t];
      weight[root] += m;
    }
    for (let n = 0; n < nets_count; n++) {
      const root = rootOf(parent, n);
      levelled[n * T + t] = weight[root] > 0 ? sum[root] / weight[root] : 0;
    }
  }
  return levelled;
}

/** Unites in `parent` the nets of devices whose plan on step t lets no price lie between its terminals. */
function joinNets({ cohorts, netOf, steps_count: T }: CohortProblem, power: Float64Array, t: number, parent: Int32Array): void {
  for (const { form, values, devices_count, firstTerminal } of cohorts) {
    if (!form.joins) continue;
    for (let i = 0; i < devices_count; i++) {
      const j = firstTerminal + i * form.terminals_count;
      if (form.joins(values, i, power[j * T + t])) parent[rootOf(parent, netOf[j])] = rootOf(parent, netOf[j + 1]);
    }
  }
}

function rootOf(parent: Int32Array, n: number): number {
  let root = n;
  while (parent[root] !== root) {
    parent[root] = parent[parent[root]];
    root = parent[root];
  }
  return root;
}
