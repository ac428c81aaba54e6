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
 * a spanning forest of the lines. Plans start within their limits and every move keeps them, those of later and earlier steps included.
 *
 * On a tree this is exact. With s_n the surplus at net n, the power that the part of the tree below n can hand upwards is an interval
 *
 *   E_n = ( s_n + Σ_devices [low − p, high − p] + Σ_children E_c ) ∩ what the line upwards can still take
 *
 * made from the leaves to the root, where it has to hold 0; then from the root to the leaves each part is told its share. What is handed upwards
 * when nobody moves is the neutral point; the rest is spread in proportion to the room that everybody has.
 *
 * First only devices are moved that have room on both sides: at an optimum their marginal cost is the price, so it matters little which. Where
 * they cannot do it, all are. Lines outside the forest keep their flows.
 * @cost O(terminals) per step
 */
export function balancePlan(problem: CohortProblem, state: CohortState): BalancedPlan {
  const { steps_count: T, nets_count, netStart, netTerminals } = problem;
  const power_kW = Float64Array.from(state.power_kW);
  const forest = growForest(problem, power_kW);
  const sweep = new Sweep(problem, forest, power_kW);
  let stepsMissed_count = 0;
  for (let t = 0; t < T; t++) if (!(sweep.balance(t, true) || sweep.balance(t, false))) stepsMissed_count++;
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
      if (cohort.form.terminals_count !== 2 || !cohort.form.room) continue;
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
  for (let t = 0; t < T; t++) if (!form.joins(values, i, power[at + t])) return false;
  return true;
}

/** Room on both sides of a device that counts as movable at first, relative to its whole room. */
const clear_frac = 1e-3;

class Sweep {
  private readonly problem: CohortProblem;
  private readonly power: Float64Array;
  private readonly order: Int32Array;
  private readonly upwards: Int32Array;
  private readonly owner: Int32Array;
  /** What the part below a net can hand upwards at least and at most, and what it hands if nobody moves. @shape (nets) */
  private readonly least: Float64Array;
  private readonly most: Float64Array;
  private readonly neutral: Float64Array;
  /** The same without the limit of the line upwards; in the second pass, `told` is what the net has to hand. */
  private readonly down: Float64Array;
  private readonly up: Float64Array;
  private readonly told: Float64Array;
  private readonly room = new Float64Array(2);

  constructor(problem: CohortProblem, { order, upwards }: Forest, power: Float64Array) {
    this.problem = problem;
    this.power = power;
    this.order = order;
    this.upwards = upwards;
    this.owner = ownersOf(problem);
    const perNet = (): Float64Array => new Float64Array(problem.nets_count);
    [this.least, this.most, this.neutral, this.down, this.up, this.told] = [perNet(), perNet(), perNet(), perNet(), perNet(), perNet()];
  }

  /** Balances step t, or changes nothing and returns false. */
  balance(t: number, onlyClear: boolean): boolean {
    if (!this.gather(t, onlyClear)) return false;
    this.spread(t, onlyClear);
    return true;
  }

  /** From the leaves to the roots. False where some net cannot be balanced. */
  private gather(t: number, onlyClear: boolean): boolean {
    const { netOf, netStart, netTerminals, steps_count: T } = this.problem;
    const { order, upwards, owner, power, least, most, neutral, down, up, room } = this;
    neutral.fill(0);
    down.fill(0);
    up.fill(0);
    for (let k = order.length - 1; k >= 0; k--) {
      const n = order[k];
      for (let q = netStart[n]; q < netStart[n + 1]; q++) {
        const j = netTerminals[q];
        const own = power[j * T + t];
        neutral[n] += own;
        if (this.readRoom(j, t, onlyClear)) {
          down[n] += own - room[0];
          up[n] += room[1] - own;
        }
      }
      let low = 0;
      let high = 0;
      if (upwards[n] >= 0) {
        const j = upwards[n];
        this.readLine(j, t);
        low = power[j * T + t] - room[1];
        high = power[j * T + t] - room[0];
      }
      // rounding of sums over the tree is no reason to refuse
      const slack = 1e-9 * (1 + up[n] + down[n] + Math.abs(neutral[n]));
      least[n] = Math.max(low, neutral[n] - down[n]);
      most[n] = Math.min(high, neutral[n] + up[n]);
      if (least[n] > most[n] + slack) return false;
      if (upwards[n] < 0) continue;
      const handed = within(neutral[n], least[n], most[n]);
      const parent = netOf[partnerOf(this.problem.cohorts[owner[upwards[n]]], upwards[n])];
      neutral[parent] += handed;
      down[parent] += handed - least[n];
      up[parent] += most[n] - handed;
    }
    return true;
  }

  /** From the roots to the leaves: every part moves in proportion to its room. */
  private spread(t: number, onlyClear: boolean): void {
    const { netOf, netStart, netTerminals, steps_count: T, cohorts } = this.problem;
    const { order, upwards, owner, power, least, most, neutral, down, up, told, room } = this;
    for (const n of order) {
      const wanted = upwards[n] < 0 ? 0 : told[n];
      const missing = wanted - neutral[n];
      const share = missing > 0 ? missing / Math.max(up[n], missing) : missing < 0 ? -missing / Math.max(down[n], -missing) : 0;
      for (let q = netStart[n]; q < netStart[n + 1]; q++) {
        const j = netTerminals[q];
        const cohort = cohorts[owner[j]];
        if (cohort.form.terminals_count === 2) {
          const far = partnerOf(cohort, j);
          const child = netOf[far];
          if (upwards[child] !== far) continue;
          const handed = within(neutral[child], least[child], most[child]);
          told[child] = handed + share * (missing > 0 ? most[child] - handed : least[child] - handed);
          power[far * T + t] -= told[child];
          power[j * T + t] = -power[far * T + t];
        } else if (share > 0 && this.readRoom(j, t, onlyClear)) {
          const own = power[j * T + t];
          power[j * T + t] = own + share * ((missing > 0 ? room[1] : room[0]) - own);
        }
      }
    }
  }

  /** Range of a device with one terminal on step t, its own power included; false where it is not to be moved. */
  private readRoom(j: number, t: number, onlyClear: boolean): boolean {
    const { problem, power, room } = this;
    const { form, values, firstTerminal } = problem.cohorts[this.owner[j]];
    if (form.terminals_count !== 1 || !form.room) return false;
    form.room(values, j - firstTerminal, problem, power, j * problem.steps_count, t, room);
    const own = power[j * problem.steps_count + t];
    room[0] = Math.min(own, room[0]);
    room[1] = Math.max(own, room[1]);
    const clear = clear_frac * (room[1] - room[0]);
    return !onlyClear || (own - room[0] > clear && room[1] - own > clear);
  }

  /** Range of the power at terminal j of a line on step t. */
  private readLine(j: number, t: number): void {
    const { problem, power, room } = this;
    const T = problem.steps_count;
    const { form, values, firstTerminal } = problem.cohorts[this.owner[j]];
    const place = j - firstTerminal;
    form.room?.(values, place >> 1, problem, power, (j - (place % 2)) * T, t, room);
    if (place % 2 === 1) {
      const low = -room[1];
      room[1] = -room[0];
      room[0] = low;
    }
    room[0] = Math.min(power[j * T + t], room[0]);
    room[1] = Math.max(power[j * T + t], room[1]);
  }
}
