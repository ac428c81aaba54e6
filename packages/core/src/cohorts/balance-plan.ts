import { within } from './form.ts';
import type { CohortState } from './iterate.ts';
import type { Cohort, CohortProblem } from './problem.ts';

/** A plan that balances: what it costs is an upper bound on the optimum, as the dual function is a lower one. */
export interface BalancedPlan {
  /** [terminal][step]; keeps every device's limits. */
  readonly power_kW: Float64Array;
  /** Steps on which no balance was found; the plan is one of the problem where this is 0. */
  readonly stepsMissed_count: number;
  /** Largest |Σ p| at a net and step that is left, measured on the plan: rounding, where no step was missed. */
  readonly imbalance_max_kW: number;
}

/**
 * Makes the plans of a state balance exactly, step after step, by moving what can be moved on one step alone (`Form.room`), and flows along
 * a spanning forest of the lines. Every move keeps limits, those of later and earlier steps included.
 *
 * On a forest this is a dispatch by merit. At the price x, what net n and the part of the tree below it hand upwards is
 *
 *   F_n(x) = Σ_devices p_j(x) + flows that stay + Σ_children G_c(x),
 *   G_c(x) = what arrives of h = F_c(η·x) where that is positive, F_c(x/η) where that is negative, otherwise 0, clipped to what the line can take
 *
 * where p_j(x) is the device's best answer on this step alone (`Form.offer`) and η what the line lets through. No F falls as x rises. From the leaves to
 * the roots they are made at the rungs of a ladder around λ_n, and are straight in between; at a root F(x) = 0 says which x, and from there to the leaves
 * each part is told what to hand and finds its x. Lines outside the forest keep their flows.
 *
 * @param price - λ, where the ladder stands: near the optimal prices its fine rungs are used
 * @cost O(terminals + nets·rungs) per step
 */
export function balancePlan(problem: CohortProblem, state: CohortState, price: Float64Array): BalancedPlan {
  const { steps_count: T, nets_count, netStart, netTerminals } = problem;
  const power_kW = Float64Array.from(state.power_kW);
  const forest = growForest(problem, power_kW);
  const sweep = new Sweep(problem, forest, power_kW, price);
  let stepsMissed_count = 0;
  for (let t = 0; t < T; t++) if (!sweep.balance(t)) stepsMissed_count++;
  let imbalance_max_kW = 0;
  for (let n = 0; n < nets_count; n++) {
    for (let t = 0; t < T; t++) {
      let sum = 0;
      for (let q = netStart[n]; q < netStart[n + 1]; q++) sum += power_kW[netTerminals[q] * T + t];
      imbalance_max_kW = Math.max(imbalance_max_kW, Math.abs(sum));
    }
  }
  return { power_kW, stepsMissed_count, imbalance_max_kW };
}

/** @shape order (nets), roots first; upwards (nets): the terminal, at this net, of the line to its parent; −1 at a root */
interface Forest {
  readonly order: Int32Array;
  readonly upwards: Int32Array;
}

/** Cohort of each terminal. */
function ownersOf({ cohorts, terminals_count }: CohortProblem): Int32Array {
  const owner = new Int32Array(terminals_count);
  cohorts.forEach(({ firstTerminal, devices_count, form }, c) => {
    owner.fill(c, firstTerminal, firstTerminal + devices_count * form.terminals_count);
  });
  return owner;
}

/** The terminal at the other end of a line. */
const partnerOf = ({ firstTerminal }: Cohort, j: number): number => ((j - firstTerminal) % 2 === 0 ? j + 1 : j - 1);

/**
 * A spanning forest with as few lines as possible that are full on some step (Prim's algorithm with two weights), as a full line can hand on
 * one way only. Among equals breadth first, so that ways are short.
 */
function growForest(problem: CohortProblem, power: Float64Array): Forest {
  const { nets_count, terminals_count, netOf, netStart, netTerminals, cohorts } = problem;
  const owner = ownersOf(problem);
  const order = new Int32Array(nets_count);
  const upwards = new Int32Array(nets_count).fill(-1);
  const isSeen = new Uint8Array(nets_count);
  // terminals at the far ends of lines that have been met, those of free lines and the others, each list read from its front
  const lists = [new Int32Array(terminals_count), new Int32Array(terminals_count)];
  const ends = [0, 0];
  const fronts = [0, 0];
  let count = 0;
  const add = (n: number, by: number): void => {
    isSeen[n] = 1;
    upwards[n] = by;
    order[count++] = n;
    for (let q = netStart[n]; q < netStart[n + 1]; q++) {
      const cohort = cohorts[owner[netTerminals[q]]];
      if (!cohort.form.across || !cohort.form.room) continue;
      const far = partnerOf(cohort, netTerminals[q]);
      if (isSeen[netOf[far]] === 1) continue;
      const list = isFree(problem, cohort, (far - cohort.firstTerminal) >> 1, power) ? 0 : 1;
      lists[list][ends[list]++] = far;
    }
  };
  for (let root = 0; root < nets_count; root++) {
    if (isSeen[root] === 1) continue;
    add(root, -1);
    while (fronts[0] < ends[0] || fronts[1] < ends[1]) {
      const list = fronts[0] < ends[0] ? 0 : 1;
      const far = lists[list][fronts[list]++];
      if (isSeen[netOf[far]] === 0) add(netOf[far], far);
    }
  }
  return { order, upwards };
}

/** Whether line i is full on no step. */
function isFree({ steps_count: T }: CohortProblem, { form, values, firstTerminal }: Cohort, i: number, power: Float64Array): boolean {
  if (!form.joins) return false;
  const at = (firstTerminal + 2 * i) * T;
  for (let t = 0; t < T; t++) if (form.joins(values, i, power[at + t]) === 0) return false;
  return true;
}

/** Offsets d, relative to the root mean square of all prices: 2^k·1e-4 on both sides of 0, then whatever it takes. */
const rungs_frac = (() => {
  const up = Array.from({ length: 13 }, (_, k) => 1e-4 * 2 ** k);
  return [-Infinity, ...up.map((d) => -d).reverse(), 0, ...up, Infinity];
})();
const rungs_count = rungs_frac.length;

class Sweep {
  private readonly problem: CohortProblem;
  private readonly power: Float64Array;
  private readonly price: Float64Array;
  private readonly order: Int32Array;
  private readonly upwards: Int32Array;
  private readonly owner: Int32Array;
  private readonly offsets: Float64Array;
  /** F_n at the rungs. @shape (nets × rungs) */
  private readonly handed: Float64Array;
  /** G_n at the rungs of the net above. @shape (nets × rungs) */
  private readonly arriving: Float64Array;
  /** What the line upwards can take at its lower end. @shape (nets) */
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  /** What the part below a net is told to hand upwards. @shape (nets) */
  private readonly told: Float64Array;
  private readonly room = new Float64Array(2);

  constructor(problem: CohortProblem, { order, upwards }: Forest, power: Float64Array, price: Float64Array) {
    this.problem = problem;
    this.power = power;
    this.price = price;
    this.order = order;
    this.upwards = upwards;
    this.owner = ownersOf(problem);
    const scale = rootMeanSquare(price);
    this.offsets = Float64Array.from(rungs_frac, (d) => d * scale);
    this.handed = new Float64Array(problem.nets_count * rungs_count);
    this.arriving = new Float64Array(problem.nets_count * rungs_count);
    const perNet = (): Float64Array => new Float64Array(problem.nets_count);
    [this.low, this.high, this.told] = [perNet(), perNet(), perNet()];
  }

  /** Balances step t, or changes nothing and returns false. */
  balance(t: number): boolean {
    if (!this.gather(t)) return false;
    this.spread(t);
    return true;
  }

  /** From the leaves to the roots: F at every net. False where some net cannot be balanced. */
  private gather(t: number): boolean {
    const { netStart, netTerminals, steps_count: T } = this.problem;
    const { order, upwards, power, handed, low, high } = this;
    handed.fill(0);
    for (let k = order.length - 1; k >= 0; k--) {
      const n = order[k];
      const at = n * rungs_count;
      let stays = 0;
      for (let q = netStart[n]; q < netStart[n + 1]; q++) {
        const j = netTerminals[q];
        if (this.isOfForest(n, j)) continue;
        if (this.readRoom(j, t)) for (let r = 0; r < rungs_count; r++) handed[at + r] += this.offer(n, j, t, r);
        else stays += power[j * T + t];
      }
      for (let r = 0; r < rungs_count; r++) handed[at + r] += stays;
      this.readLine(n, t);
      const least = handed[at];
      const most = handed[at + rungs_count - 1];
      // rounding of sums over the tree is no reason to refuse
      const slack = 1e-9 * (1 + Math.abs(least) + Math.abs(most) + Math.abs(stays));
      if (least > high[n] + slack || most < low[n] - slack) return false;
      if (upwards[n] < 0) continue;
      const parent = this.netAbove(n) * rungs_count;
      this.sendUpwards(n, t);
      for (let r = 0; r < rungs_count; r++) handed[parent + r] += this.arriving[at + r];
    }
    return true;
  }

  /** From the roots to the leaves: every part hands what it is told, and whoever is in it moves between the rungs where that lies. */
  private spread(t: number): void {
    const { netOf, netStart, netTerminals, steps_count: T } = this.problem;
    const { order, upwards, power, handed, arriving, told } = this;
    for (const n of order) {
      const at = n * rungs_count;
      const wanted = upwards[n] < 0 ? 0 : told[n];
      let r = 0;
      while (r + 2 < rungs_count && handed[at + r + 1] < wanted) r++;
      const rise = handed[at + r + 1] - handed[at + r];
      const share = rise > 0 ? within((wanted - handed[at + r]) / rise, 0, 1) : 0;
      for (let q = netStart[n]; q < netStart[n + 1]; q++) {
        const j = netTerminals[q];
        if (j === upwards[n]) continue;
        if (this.isOfForest(n, j)) {
          const far = this.farTerminal(j);
          const child = netOf[far];
          const one = arriving[child * rungs_count + r];
          const arrives = one + share * (arriving[child * rungs_count + r + 1] - one);
          power[j * T + t] = arrives;
          power[far * T + t] = this.across(far, arrives);
          told[child] = -power[far * T + t];
        } else if (this.readRoom(j, t)) {
          const one = this.offer(n, j, t, r);
          power[j * T + t] = one + share * (this.offer(n, j, t, r + 1) - one);
        }
      }
    }
  }

  /** Whether terminal j at net n belongs to a line of the forest, upwards or to a child. */
  private isOfForest(n: number, j: number): boolean {
    if (j === this.upwards[n]) return true;
    if (this.problem.cohorts[this.owner[j]].form.terminals_count !== 2) return false;
    const far = this.farTerminal(j);
    return this.upwards[this.problem.netOf[far]] === far;
  }

  private farTerminal(j: number): number {
    return partnerOf(this.problem.cohorts[this.owner[j]], j);
  }

  private netAbove(n: number): number {
    return this.problem.netOf[this.farTerminal(this.upwards[n])];
  }

  /** G of net n, at the prices of the net above. */
  private sendUpwards(n: number, t: number): void {
    const { problem, upwards, price, offsets, arriving, low, high } = this;
    const T = problem.steps_count;
    const through = this.across(upwards[n], -1);
    const base = price[this.netAbove(n) * T + t];
    const own = price[n * T + t];
    let sending = 0;
    let getting = 0;
    let before = -Infinity;
    for (let r = 0; r < rungs_count; r++) {
      const sent = through * (base + offsets[r]) - own;
      const got = (base + offsets[r]) / through - own;
      sending = this.rungBelow(sent, sending);
      getting = this.rungBelow(got, getting);
      const h = Math.max(this.handedAt(n, sent, sending), 0) || Math.min(this.handedAt(n, got, getting), 0);
      before = Math.max(before, this.across(upwards[n], -within(h, low[n], high[n])));
      arriving[n * rungs_count + r] = before;
    }
  }

  /** The last rung at or below offset d, from rung `from` on. */
  private rungBelow(d: number, from: number): number {
    let r = from;
    while (r + 1 < rungs_count && this.offsets[r + 1] <= d) r++;
    return r;
  }

  /** F_n at offset d, which lies between rung r and the next; beyond the last finite rungs as there. */
  private handedAt(n: number, d: number, r: number): number {
    const { handed, offsets } = this;
    const at = n * rungs_count + r;
    if (r === 0) return d === -Infinity ? handed[at] : handed[at + 1];
    if (r + 2 >= rungs_count) return handed[at];
    return handed[at] + ((d - offsets[r]) / (offsets[r + 1] - offsets[r])) * (handed[at + 1] - handed[at]);
  }

  /** Power at the other end of the line at terminal j, with p_kW at this one. */
  private across(j: number, p_kW: number): number {
    const { form, values, firstTerminal } = this.problem.cohorts[this.owner[j]];
    return form.across?.(values, (j - firstTerminal) >> 1, p_kW) ?? Number.NaN;
  }

  /** The device at terminal j of net n, at the price of rung r; `readRoom` comes first. */
  private offer(n: number, j: number, t: number, r: number): number {
    const { problem, price, offsets, room } = this;
    const { form, values, firstTerminal } = problem.cohorts[this.owner[j]];
    return form.offer?.(values, j - firstTerminal, problem, t, price[n * problem.steps_count + t] + offsets[r], room) ?? Number.NaN;
  }

  /** Range of a device with one terminal on step t, its own power included; false where it is not to be moved. */
  private readRoom(j: number, t: number): boolean {
    const { problem, power, room } = this;
    const { form, values, firstTerminal } = problem.cohorts[this.owner[j]];
    if (form.terminals_count !== 1 || !form.room || !form.offer) return false;
    form.room(values, j - firstTerminal, problem, power, j * problem.steps_count, t, room);
    const own = power[j * problem.steps_count + t];
    room[0] = Math.min(own, room[0]);
    room[1] = Math.max(own, room[1]);
    return true;
  }

  /** What the line upwards from net n can take on step t; nothing at a root. */
  private readLine(n: number, t: number): void {
    const { problem, power, room, low, high } = this;
    const j = this.upwards[n];
    low[n] = 0;
    high[n] = 0;
    if (j < 0) return;
    const T = problem.steps_count;
    const { form, values, firstTerminal } = problem.cohorts[this.owner[j]];
    const place = j - firstTerminal;
    form.room?.(values, place >> 1, problem, power, (j - (place % 2)) * T, t, room);
    const own = power[j * T + t];
    low[n] = -Math.max(own, room[1]);
    high[n] = -Math.min(own, room[0]);
  }
}

function rootMeanSquare(values: Float64Array): number {
  let squares = 0;
  for (let k = 0; k < values.length; k++) squares += values[k] * values[k];
  return Math.sqrt(squares / Math.max(1, values.length));
}
