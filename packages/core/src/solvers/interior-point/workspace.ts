import type { Program } from '../../problem/program.ts';
import type { Solution, SolveOptions, SolveStatus } from '../contract.ts';
import { contradictionsOf, contradictorySolution } from '../program-check.ts';
import { Certifier } from '../residuals.ts';
import { checkConvex } from './convexity.ts';
import { Embedding } from './embedding.ts';
import { KKT_DEFAULTS, Kkt, type KktOptions } from './kkt.ts';
import { LOOP_DEFAULTS, type LoopOptions, LoopState, runLoop } from './loop.ts';
import { ScaledProgram } from './scaled-program.ts';

export const NAME = 'interior-point';

export interface InteriorPointOptions extends Partial<KktOptions>, Partial<LoopOptions> {}

/** What may change between solves of one structure. Arrays are copied. */
export interface ProgramUpdate {
  readonly cost?: Float64Array;
  readonly lower?: Float64Array;
  readonly upper?: Float64Array;
  readonly rowLower?: Float64Array;
  readonly rowUpper?: Float64Array;
}

/**
 * Solves a sequence of programs that share P and A: ordering, pattern and scaling are found once.
 *
 * Use it where costs or bounds change and the matrices do not, for example as the proximal operator of a device.
 * The program's integer marks are ignored: it solves the relaxation.
 * @cost at 100 variables and 100 rows, banded: see `workspace.test.ts`
 */
export class InteriorPointWorkspace {
  private readonly program: Program;
  private readonly scaled: ScaledProgram;
  private readonly kkt: Kkt;
  private readonly embedding: Embedding;
  private readonly judge: Certifier;
  private readonly state: LoopState;
  private readonly settings: LoopOptions;
  private contradictions: string[] | undefined;

  /** @throws {InputError} SOLVER_NOT_CONVEX if P has negative curvature */
  constructor(program: Program, options: InteriorPointOptions = {}) {
    checkConvex(program);
    this.program = {
      ...program,
      integer: undefined,
      cost: program.cost.slice(),
      lower: program.lower.slice(),
      upper: program.upper.slice(),
      rowLower: program.rowLower.slice(),
      rowUpper: program.rowUpper.slice(),
      columnName: (j) => program.columnName(j),
      rowName: (i) => program.rowName(i),
    };
    this.settings = { ...LOOP_DEFAULTS, ...options };
    this.contradictions = contradictionsOf(this.program);
    this.scaled = new ScaledProgram(this.program);
    this.kkt = new Kkt(this.scaled, { ...KKT_DEFAULTS, ...options });
    this.kkt.load(this.scaled);
    this.embedding = new Embedding(this.scaled, this.kkt);
    this.judge = new Certifier(this.program);
    this.state = new LoopState(this.scaled.n, this.scaled.m);
  }

  /** Solves with the update applied; updates stay for later solves. */
  solve(update: ProgramUpdate = {}, options: SolveOptions = {}): Solution {
    this.apply(update);
    if (this.contradictions) return contradictorySolution(this.program, NAME, this.contradictions);
    const { scaled, embedding, judge, state } = this;
    let status: SolveStatus = 'failed';
    state.best = Number.POSITIVE_INFINITY;
    if (embedding.start(state.at)) status = runLoop(scaled, embedding, judge, state, options, this.settings);
    return this.solutionOf(status);
  }

  private apply(update: ProgramUpdate): void {
    const { program } = this;
    const bounds = update.lower ?? update.upper ?? update.rowLower ?? update.rowUpper;
    if (update.cost) program.cost.set(update.cost);
    if (bounds) {
      if (update.lower) program.lower.set(update.lower);
      if (update.upper) program.upper.set(update.upper);
      if (update.rowLower) program.rowLower.set(update.rowLower);
      if (update.rowUpper) program.rowUpper.set(update.rowUpper);
      this.contradictions = contradictionsOf(program);
      if (this.contradictions) return;
      this.scaled.loadBounds();
    }
    if (update.cost || bounds) {
      this.scaled.loadCost();
      this.kkt.load(this.scaled);
    }
  }

  private solutionOf(status: SolveStatus): Solution {
    const { state, judge } = this;
    const ray = status === 'infeasible' || status === 'unbounded';
    const x = (ray ? state.x : state.bestX).slice();
    const rowDual = (ray ? state.y : state.bestY).slice();
    const columnDual = (ray ? state.z : state.bestZ).slice();
    judge.evaluate(x, rowDual);
    judge.judge(x, rowDual, columnDual);
    const bound =
      status === 'infeasible' ? Number.POSITIVE_INFINITY : status === 'unbounded' ? Number.NEGATIVE_INFINITY : judge.dualObjective;
    return {
      status,
      solver: NAME,
      x,
      rowDual,
      columnDual,
      objective: judge.objective,
      bound,
      iterations_count: state.iterations_count,
      certificate: judge.certificate(),
      ...(state.conflict && status === 'infeasible' ? { conflict: state.conflict } : {}),
    };
  }
}
