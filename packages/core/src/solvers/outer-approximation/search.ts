import type { Program } from '../../problem/program.ts';
import type { ReadySolver, Solution, SolveOptions, SolveStatus } from '../contract.ts';
import { buildSolution } from '../program-check.ts';
import { Master } from './master.ts';
import { FEASIBLE, type Plan, Plans } from './plans.ts';
import { Relaxation } from './relaxation.ts';
import { Tree } from './tree.ts';

export const NAME = 'outer-approximation';
const GAP_DEFAULT = 1e-6;
/** What the master is solved to: cuts are no use beyond it. */
const MASTER_TOLERANCE = 1e-8;
/** The first masters are solved to this gap only: their plans are rough anyway, and their bound is valid. */
const ROUGH_GAP = 0.01;
/** Later ones to this share of the gap that is open. */
const GAP_SHARE = 0.1;
/** A master that has proposed so many new plans is left for one that knows their cuts. */
const PLANS_PER_ROUND = 4;
/** Rounds of cuts against the linear relaxation before whole variables are looked at. */
const ROOT_ROUNDS = 4;
/** Rounds without a new plan or a better bound, where plans cannot be forbidden, before it gives up. */
const PATIENCE_ROUNDS = 12;

export interface OuterApproximationOptions {
  /** Conic relaxations that a tree may take before the first master: enough for programs with few choices. Default 40. */
  readonly treeSolves_count?: number;
}

const TREE_SOLVES = 40;

type Ended =
  | 'closed'
  | 'exhausted'
  | 'stalled'
  | 'unbounded'
  | Extract<SolveStatus, 'time-limit' | 'stopped' | 'iteration-limit' | 'infeasible'>;

/**
 * Outer approximation with conic certificates: a mixed-integer linear master that knows the cones by cuts proposes a plan and
 * proves a lower bound; the conic solver finds the best point of the plan, an upper bound, and multipliers that cut the master.
 * @source Duran & Grossmann, Math. Prog. 36 (1986); Coey, Lubin, Vielma, Math. Prog. Comput. 12 (2020), algorithm 1
 */
export class Search {
  private readonly program: Program;
  private readonly milp: ReadySolver;
  private readonly options: SolveOptions;
  private readonly plans: Plans;
  private readonly master: Master;
  private readonly relaxation: Relaxation;
  private readonly gap: number;
  private readonly started_s: number;
  private readonly treeSolves_count: number;
  /** Plans asked; true where one has been forbidden. */
  private readonly known = new Map<string, { readonly bound: number; isForbidden: boolean }>();
  private best: Solution | undefined;
  private upper = Number.POSITIVE_INFINITY;
  private lower = Number.NEGATIVE_INFINITY;
  /** Least proven bound of the plans that the master may no longer propose. */
  private forbidden = Number.POSITIVE_INFINITY;
  private iterations_count = 0;
  private conflict: readonly string[] | undefined;
  private direction: Float64Array | undefined;
  private hasObjectiveBound = false;

  /** @param started_s - when the caller's time began to run */
  constructor(
    program: Program,
    milp: ReadySolver,
    conic: ReadySolver,
    options: SolveOptions,
    started_s: number,
    settings: OuterApproximationOptions,
  ) {
    this.program = program;
    this.milp = milp;
    this.options = options;
    this.gap = options.gap_frac ?? GAP_DEFAULT;
    this.started_s = started_s;
    this.treeSolves_count = settings.treeSolves_count ?? TREE_SOLVES;
    this.plans = new Plans(program, conic);
    this.master = new Master(program);
    this.relaxation = new Relaxation(program, this.master, conic);
  }

  /** @param root - the answer to the program without wholeness: neither infeasible nor unbounded */
  run(root: Solution): Solution {
    if (root.status === 'optimal') this.lower = root.bound;
    this.learnFrom(root);
    if (this.options.start) this.ask(this.plans.planOf(this.options.start));
    this.ask(this.plans.planOf(root.x));
    return this.answer(this.growTree(root) ?? this.cutLinearRelaxation() ?? this.rounds());
  }

  /**
   * Branch and bound over the conic relaxation, for a while: where few whole variables are open, this ends before the first
   * master would. Its bound holds, and its points are incumbents, when it does not.
   */
  private growTree(root: Solution): Ended | undefined {
    const { lower, upper } = this.program;
    const begin = { lower, upper, bound: this.lower };
    const tree = new Tree(this.plans, begin);
    tree.take(false);
    if (!tree.split(begin, root.x, this.lower)) this.ask(this.plans.planOf(root.x));
    for (let k = 0; k < this.treeSolves_count; k++) {
      const interrupted = this.interruption() ?? this.isAtLimit();
      if (interrupted) return interrupted;
      if (this.direction) return 'unbounded';
      if (this.isClosed()) return 'closed';
      const branch = tree.take(this.best !== undefined);
      if (!branch) return undefined;
      if (branch.bound >= this.upper) continue;
      this.iterations_count++;
      const found = this.plans.within(branch.lower, branch.upper, partOf(this.options, this.started_s));
      const bound = found.status === 'optimal' ? Math.max(branch.bound, found.bound) : branch.bound;
      if (found.status === 'optimal' || found.status === 'almost-optimal') {
        if (bound < this.upper && !tree.split(branch, found.x, bound)) this.ask(this.plans.planOf(found.x));
      } else if (found.status !== 'infeasible') {
        // Nothing is known here; the master will look at it.
        tree.putBack(branch);
        return undefined;
      }
      if (tree.bound < Number.POSITIVE_INFINITY || this.best) this.raise(Math.min(tree.bound, this.upper));
      this.report();
    }
    return undefined;
  }

  /** Cuts of the linear relaxation: cheap, and every master after it starts from them. */
  private cutLinearRelaxation(): Ended | undefined {
    for (let k = 0; k < ROOT_ROUNDS; k++) {
      const found = this.milp.solve({ ...this.master.program(), integer: undefined }, this.masterOptions);
      if (found.status !== 'optimal') return this.interruption();
      if (!this.relaxation.separate(found.x)) return undefined;
    }
    return undefined;
  }

  private rounds(): Ended {
    let target = ROUGH_GAP;
    let idle_count = 0;
    for (;;) {
      const interrupted = this.interruption() ?? this.isAtLimit();
      if (interrupted) return interrupted;
      if (this.direction) return 'unbounded';
      if (this.isClosed()) return 'closed';
      this.iterations_count++;

      const known_count = this.known.size;
      const found = this.solveMaster(target);
      if (found.status === 'infeasible') return this.masterIsEmpty(found);
      if (found.status === 'unbounded') {
        if (!this.boundObjective()) return 'stalled';
        continue;
      }
      if (found.status === 'failed') return 'stalled';
      const before = this.lower;
      this.raise(found.bound);
      const limit = found.status === 'time-limit' || found.status === 'iteration-limit' ? found.status : this.interruption();
      if (this.isClosed()) return 'closed';

      const last = this.hasPoint(found) ? this.plans.planOf(found.x) : undefined;
      this.ask(last);
      if (this.direction) return 'unbounded';
      const isCut = last !== undefined && this.relaxation.separate(found.x);
      this.report();
      if (this.isClosed()) return 'closed';
      if (limit) return limit;

      if (this.known.size > known_count) {
        target = Math.max(this.tightest, Math.min(ROUGH_GAP, GAP_SHARE * this.openGap));
        idle_count = 0;
        continue;
      }
      // The master proposes what is known: look closer first, then forbid it.
      if (target > this.tightest) target = Math.max(this.tightest, GAP_SHARE * target);
      else if (!last) return 'stalled';
      else if (!this.forbid(last)) {
        idle_count = this.lower > before + 1e-12 * Math.abs(before) && isCut ? 0 : idle_count + 1;
        if (!isCut || idle_count >= PATIENCE_ROUNDS) return 'stalled';
      }
    }
  }

  private get tightest(): number {
    return 0.5 * this.gap;
  }

  private get openGap(): number {
    return relativeGap(this.upper, this.lower);
  }

  private isClosed(): boolean {
    return this.best !== undefined && (this.lower >= this.upper || this.openGap <= this.gap);
  }

  private hasPoint({ certificate }: Solution): boolean {
    return certificate.primalResidual <= 1e-4 && certificate.integerResidual <= 1e-4;
  }

  /** Plans that the master finds on its way are asked at once, and it is left when the answers close the gap. */
  private solveMaster(gap_frac: number): Solution {
    const program = this.master.program();
    const isWhole = (j: number): boolean => program.integer?.[j] === 1;
    const start = this.best && Float64Array.from(program.cost, (_, j) => (isWhole(j) ? (this.best?.x[j] ?? Number.NaN) : Number.NaN));
    let asked_count = 0;
    const isEnough = (): boolean => asked_count >= PLANS_PER_ROUND || this.isClosed() || this.direction !== undefined;
    return this.milp.solve(program, {
      ...this.masterOptions,
      gap_frac,
      ...(start ? { start } : {}),
      shouldStop: () => isEnough() || (this.options.shouldStop?.() ?? false),
      onIncumbent: ({ x, bound }) => {
        this.raise(bound);
        if (!isEnough() && !this.interruption() && this.ask(this.plans.planOf(x))) asked_count++;
      },
      onProgress: ({ bound }) => {
        this.raise(bound);
        this.report();
      },
    });
  }

  private get masterOptions(): SolveOptions {
    return { ...partOf(this.options, this.started_s), tolerance_frac: MASTER_TOLERANCE };
  }

  /** Nothing is left but the plans that were forbidden. */
  private masterIsEmpty(found: Solution): Ended {
    if (this.best === undefined && this.forbidden === Number.POSITIVE_INFINITY) {
      this.conflict = found.conflict && [...new Set(found.conflict)];
      this.lower = Number.POSITIVE_INFINITY;
      return 'infeasible';
    }
    if (this.forbidden < Number.POSITIVE_INFINITY) this.lower = Math.max(this.lower, this.forbidden);
    return this.isClosed() ? 'closed' : this.known.size > 0 && this.forbidden < Number.POSITIVE_INFINITY ? 'exhausted' : 'stalled';
  }

  /** A polyhedron around a bounded set may be unbounded: then the bound of the relaxation is a row. */
  private boundObjective(): boolean {
    if (this.hasObjectiveBound || this.lower === Number.NEGATIVE_INFINITY) return false;
    this.hasObjectiveBound = true;
    this.master.addObjectiveBound(this.lower);
    return true;
  }

  /** Solves the program at a plan and learns from it; false if the plan is none, known, or not answered in time. */
  private ask(plan: Plan | undefined): boolean {
    if (!plan || this.direction || this.known.has(plan.join())) return false;
    const found = this.plans.fixed(plan, partOf(this.options, this.started_s));
    if (found.status === 'time-limit' || found.status === 'stopped') return false;
    const isProven = found.status === 'optimal' || found.status === 'infeasible';
    this.known.set(plan.join(), { bound: isProven ? found.bound : Number.NEGATIVE_INFINITY, isForbidden: false });
    if (found.status === 'unbounded') {
      this.direction = found.x;
      return true;
    }
    this.learnFrom(found);
    if (found.status === 'infeasible') return true;
    const { primalResidual } = found.certificate;
    if (primalResidual <= FEASIBLE && found.objective < this.upper) {
      this.best = found;
      this.upper = found.objective;
      this.options.onIncumbent?.({ x: this.exact(found.x, plan), objective: this.upper, bound: Math.min(this.lower, this.upper) });
    }
    return true;
  }

  /** Whole variables exactly whole. */
  private exact(x: Float64Array, plan?: Plan): Float64Array {
    const point = x.slice();
    this.plans.columns.forEach((j, k) => {
      point[j] = plan ? plan[k] : Math.round(x[j]);
    });
    return point;
  }

  /** Multipliers cut the master whatever the status: what lies in the dual cones is valid. */
  private learnFrom({ status, rowDual, x }: Solution): void {
    this.relaxation.cutByDual(rowDual);
    if (status !== 'infeasible' && status !== 'unbounded' && status !== 'failed') this.relaxation.touch(x);
  }

  /** Takes a plan out of the master; its own proven bound, or else that of the whole, stands in for it from then on. */
  private forbid(plan: Plan): boolean {
    const record = this.known.get(plan.join());
    if (!record || record.isForbidden || !this.master.forbid(plan, this.plans.columns)) return false;
    record.isForbidden = true;
    this.forbidden = Math.min(this.forbidden, Math.max(record.bound, this.lower));
    return true;
  }

  private raise(bound: number): void {
    if (bound > this.lower) this.lower = Math.max(this.lower, Math.min(bound, this.forbidden));
  }

  private report(): void {
    this.options.onProgress?.({
      iteration_count: this.iterations_count,
      objective: this.upper,
      bound: Math.min(this.lower, this.upper),
      primalResidual: this.best?.certificate.primalResidual ?? Number.NaN,
      dualResidual: this.best?.certificate.dualResidual ?? Number.NaN,
    });
  }

  private interruption(): Ended | undefined {
    if (this.options.shouldStop?.()) return 'stopped';
    return secondsLeft(this.options, this.started_s) <= 0 ? 'time-limit' : undefined;
  }

  private isAtLimit(): Ended | undefined {
    const { iterations_max_count = Number.POSITIVE_INFINITY } = this.options;
    return this.iterations_count >= iterations_max_count ? 'iteration-limit' : undefined;
  }

  private answer(ended: Ended): Solution {
    const { program, best } = this;
    const status = this.statusOf(ended);
    const none = { rowDual: new Float64Array(program.rowLower.length), columnDual: new Float64Array(program.cost.length) };
    const point =
      best && status !== 'unbounded' ? { ...best, x: this.exact(best.x) } : { x: new Float64Array(program.cost.length), ...none };
    return buildSolution(program, {
      solver: NAME,
      status,
      x: this.direction && status === 'unbounded' ? this.direction : point.x,
      rowDual: point.rowDual,
      columnDual: point.columnDual,
      iterations_count: this.iterations_count,
      bound: status === 'unbounded' ? Number.NEGATIVE_INFINITY : Math.min(this.lower, this.upper),
      conflict: this.conflict,
    });
  }

  private statusOf(ended: Ended): SolveStatus {
    switch (ended) {
      case 'closed':
        return this.best?.status === 'optimal' ? 'optimal' : 'almost-optimal';
      case 'exhausted':
      case 'stalled':
        return this.best ? 'almost-optimal' : 'failed';
      default:
        return ended;
    }
  }
}

export function relativeGap(objective: number, bound: number): number {
  if (!Number.isFinite(objective) || !Number.isFinite(bound)) return Number.POSITIVE_INFINITY;
  return Math.max(0, objective - bound) / (1 + Math.max(Math.abs(objective), Math.abs(bound)));
}

/** Options of one of many solves: what is left of the time, the wish to stop, the tolerance. */
export function partOf(options: SolveOptions, started_s: number): SolveOptions {
  const { timeLimit_s, clock_s, shouldStop, tolerance_frac } = options;
  return {
    ...(timeLimit_s === undefined ? {} : { timeLimit_s: Math.max(0, secondsLeft(options, started_s)) }),
    ...(clock_s ? { clock_s } : {}),
    ...(shouldStop ? { shouldStop } : {}),
    ...(tolerance_frac === undefined ? {} : { tolerance_frac }),
  };
}

function secondsLeft(
  { timeLimit_s = Number.POSITIVE_INFINITY, clock_s }: Pick<SolveOptions, 'timeLimit_s' | 'clock_s'>,
  started_s: number,
): number {
  return timeLimit_s - (clock_s ? clock_s() - started_s : 0);
}
