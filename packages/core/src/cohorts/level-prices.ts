import type { CohortState } from './iterate.ts';
import type { CohortProblem } from './problem.ts';

/**
 * Prices of a state without the noise of the iteration: where lines within their limits join nets, the ratios of their prices are known at an optimum
 * (1, or what a line lets through), so a group of joined nets has one price x, that of net n being w_n·x. It gets the x that is nearest,
 *
 *   x = Σ m_n·w_n·λ_n / Σ m_n·w_n²     with m_n terminals at net n
 *
 * The dual function is a bound at any prices. At raw prices it is loose, because every line can earn its whole capacity times the
 * difference that noise leaves between its ends.
 */
export function levelPrices(problem: CohortProblem, state: CohortState): Float64Array {
  const { nets_count, steps_count: T, netStart } = problem;
  const price = state.price_cur_per_kWh;
  const levelled = new Float64Array(price.length);
  const groups = new Groups(nets_count);
  const sum = new Float64Array(nets_count);
  const weight = new Float64Array(nets_count);
  for (let t = 0; t < T; t++) {
    groups.part();
    joinNets(problem, state.power_kW, t, groups);
    sum.fill(0);
    weight.fill(0);
    for (let n = 0; n < nets_count; n++) {
      const root = groups.rootOf(n);
      const m = netStart[n + 1] - netStart[n];
      const w = groups.ratio[n];
      sum[root] += m * w * price[n * T + t];
      weight[root] += m * w * w;
    }
    for (let n = 0; n < nets_count; n++) {
      const root = groups.rootOf(n);
      levelled[n * T + t] = weight[root] > 0 ? (groups.ratio[n] * sum[root]) / weight[root] : 0;
    }
  }
  return levelled;
}

/** Joins the nets of lines whose plan on step t fixes the ratio of their prices. A line that closes a ring is not asked. */
function joinNets({ cohorts, netOf, steps_count: T }: CohortProblem, power: Float64Array, t: number, groups: Groups): void {
  for (const { form, values, devices_count, firstTerminal } of cohorts) {
    if (!form.joins) continue;
    for (let i = 0; i < devices_count; i++) {
      const j = firstTerminal + i * form.terminals_count;
      const ratio = form.joins(values, i, power[j * T + t]);
      if (ratio !== 0) groups.join(netOf[j], netOf[j + 1], ratio);
    }
  }
}

/** Disjoint sets whose members have a ratio to their root: `ratio[n]` after `rootOf(n)`. */
class Groups {
  readonly ratio: Float64Array;
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = new Int32Array(count);
    this.ratio = new Float64Array(count);
  }

  /** Everyone alone again. */
  part(): void {
    for (let n = 0; n < this.parent.length; n++) this.parent[n] = n;
    this.ratio.fill(1);
  }

  /** Shortens the way: `ratio[n]` is that of n to its root from here on. */
  rootOf(n: number): number {
    const { parent, ratio } = this;
    let root = n;
    let toRoot = 1;
    while (parent[root] !== root) {
      toRoot *= ratio[root];
      root = parent[root];
    }
    // everyone on the way hangs on the root from now on
    for (let at = n, left = toRoot; at !== root; ) {
      const next = parent[at];
      const own = ratio[at];
      parent[at] = root;
      ratio[at] = left;
      left /= own;
      at = next;
    }
    return root;
  }

  /** @param ratio - of b to a */
  join(a: number, b: number, ratio: number): void {
    const rootA = this.rootOf(a);
    const rootB = this.rootOf(b);
    if (rootA === rootB) return;
    // b = ratio·a; with a = ratio[a]·A and b = ratio[b]·B, A stands ratio[b] / (ratio·ratio[a]) to B
    this.parent[rootA] = rootB;
    this.ratio[rootA] = this.ratio[b] / (ratio * this.ratio[a]);
  }
}
