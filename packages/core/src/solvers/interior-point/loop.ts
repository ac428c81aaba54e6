import type { SolveOptions, SolveStatus } from '../contract.ts';
import { certifyInfeasible, certifyUnbounded } from '../rays.ts';
import type { Certifier } from '../residuals.ts';
import type { Embedding } from './embedding.ts';
import { Point } from './point.ts';
import type { ScaledProgram } from './scaled-program.ts';
import type { Watch } from './watch.ts';

/** Named numbers of the loop. */
export interface LoopOptions {
  /** Part of the longest step that is taken; cones may ask for less. Default 0.995. */
  readonly boundary_frac: number;
  /** Iterations at most. Default 100. */
  readonly iterations_max_count: number;
  /** Iterations without a better point before the best one is accepted as all there is. Default 12. */
  readonly patience_count: number;
  /** The point whose μ/τ² first falls below this is where the next solve of a sequence starts; 0: always cold. */
  readonly warm_mu: number;
}

export const LOOP_DEFAULTS: LoopOptions = {
  boundary_frac: 0.995,
  iterations_max_count: 100,
  patience_count: 12,
  warm_mu: 2e-4,
};

export const TOLERANCE_DEFAULT = 1e-8;
/** A point within this multiple of the tolerance is `almost-optimal`. */
const ALMOST = 1e4;
/** A step shorter than this is no step. */
const STEP_MIN = 1e-9;
/** The second-order error of a predictor that goes no further than this is not worth correcting: it may be of any size. */
const TRUSTED = 1e-3;
/** A shorter step than this is tried again, better centred, for so much more. */
const SHORT = 0.9;
const LONGER = 0.4;
/** Rays are looked for once κ is this many times τ. */
const RAY_RATIO = 10;

/** What the loop leaves behind: the best point found, in the program's own units. */
export class LoopState {
  readonly at: Point;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly bestX: Float64Array;
  readonly bestY: Float64Array;
  readonly bestZ: Float64Array;
  best = Number.POSITIVE_INFINITY;
  iterations_count = 0;
  conflict: readonly string[] | undefined;
  readonly predictor: Point;
  readonly step: Point;
  readonly recentred: Point;
  /** A well-centred point on the way to the latest solution, at τ = 1; a start for the next one. */
  readonly warm: Point;
  hasWarm = false;
  warmCostScale = 1;

  constructor(f: ScaledProgram, coneRows_count = 0) {
    const { n, m, slab } = f;
    this.at = new Point(f, coneRows_count);
    this.predictor = new Point(f, coneRows_count);
    this.step = new Point(f, coneRows_count);
    this.recentred = new Point(f, coneRows_count);
    this.warm = new Point(f, coneRows_count);
    this.x = slab.float64(n);
    this.y = slab.float64(m);
    this.z = slab.float64(n);
    this.bestX = slab.float64(n);
    this.bestY = slab.float64(m);
    this.bestZ = slab.float64(n);
  }

  /** Forgets the answer of an earlier solve. */
  clear(): void {
    this.best = Number.POSITIVE_INFINITY;
    this.bestX.fill(0);
    this.bestY.fill(0);
    this.bestZ.fill(0);
    this.iterations_count = 0;
    this.conflict = undefined;
  }
}

/**
 * Mehrotra's predictor–corrector method on the homogeneous embedding, from the point in `state.at`.
 *
 * Every iteration: measure the point on the original program, unless its gap already says that it is no answer; stop if it
 * is good enough or a ray proves that there is no solution; factor once; take an affine step to see how far it goes; centre accordingly and correct its second-order
 * error; where that step is short, correct its centring too; and move almost to the boundary.
 * @returns the status that holds for the best point (or the ray) left in `state`
 * @source Mehrotra (1992); Andersen & Ye (1999)
 */
export function runLoop(
  f: ScaledProgram,
  embedding: Embedding,
  judge: Certifier,
  state: LoopState,
  options: SolveOptions,
  settings: LoopOptions,
  watch: Watch,
): SolveStatus {
  const { at, predictor, step, recentred } = state;
  const tolerance = options.tolerance_frac ?? TOLERANCE_DEFAULT;
  const iterations_max = options.iterations_max_count ?? settings.iterations_max_count;
  state.clear();
  state.hasWarm = false;
  const boundary_frac = Math.min(settings.boundary_frac, embedding.boundary_frac);
  let bestAt = 0;
  let isJudged = false;
  let ended: SolveStatus = 'failed';

  for (let k = 0; ; k++) {
    const mu = embedding.measure(at);
    state.iterations_count = k;

    if (!state.hasWarm && mu <= settings.warm_mu * at.tau * at.tau) {
      state.warm.copyFrom(at);
      state.warm.divide();
      state.warmCostScale = f.costScale;
      state.hasWarm = true;
    }

    const mayBeRay = at.kappa > RAY_RATIO * at.tau;
    isJudged = !(embedding.gap > ALMOST * tolerance) || mayBeRay || options.onProgress !== undefined;
    if (isJudged) {
      if (judgePoint(f, judge, state)) bestAt = k;
      options.onProgress?.({
        iteration_count: k,
        objective: judge.objective,
        bound: judge.dualObjective,
        primalResidual: judge.primalResidual,
        dualResidual: judge.dualResidual,
      });
      if (judge.worst <= tolerance) return 'optimal';
    }
    if (mayBeRay) {
      const proof = certifyInfeasible(judge.program, state.y);
      if (proof.proved) {
        state.conflict = proof.conflict;
        return 'infeasible';
      }
      if (certifyUnbounded(judge.program, directionOf(f, at))) return 'unbounded';
    }
    if (k >= iterations_max) {
      ended = 'iteration-limit';
      break;
    }
    const halted = watch();
    if (halted) {
      ended = halted;
      break;
    }
    if (k - bestAt > settings.patience_count && state.best <= ALMOST * tolerance) break;

    if (!embedding.factor(at) || watch()) {
      ended = watch() ?? 'failed';
      break;
    }
    embedding.stepInto(at, predictor, 1, 0, undefined);
    const reach = embedding.stepLength(at, predictor);
    const centring = (1 - reach) * (1 - reach) * (1 - reach); // `**` has other bits in other engines
    const corrected = reach > TRUSTED ? predictor : undefined;
    embedding.stepInto(at, step, 1 - centring, centring * mu, corrected);
    let alpha = boundary_frac * embedding.stepLength(at, step);
    let best = step;
    if (alpha < SHORT && !f.cones) {
      embedding.recentreInto(at, step, recentred, 1 - centring, centring * mu, corrected, Math.min(1, alpha + LONGER));
      const longer = boundary_frac * embedding.stepLength(at, recentred);
      if (longer > alpha) {
        alpha = longer;
        best = recentred;
      }
    }
    if (alpha > STEP_MIN && Number.isFinite(best.tau)) embedding.advance(at, best, alpha);
    else if (!embedding.strengthen()) break;
  }
  if (!isJudged) judgePoint(f, judge, state);
  return state.best <= ALMOST * tolerance && ended !== 'stopped' && ended !== 'time-limit' ? 'almost-optimal' : ended;
}

/** Puts the point into the program's own units, measures it there and keeps it where it is the best; says whether it was. */
function judgePoint(f: ScaledProgram, judge: Certifier, state: LoopState): boolean {
  const { x, y, z } = state;
  f.recoverInto(state.at, x, y, z);
  judge.evaluate(x, y);
  for (let j = 0; j < f.n; j++) if (f.isFixed[j] === 1) z[j] = judge.reduced[j];
  judge.judge(x, y, z);
  if (!(judge.worst < state.best)) return false;
  state.best = judge.worst;
  state.bestX.set(x);
  state.bestY.set(y);
  state.bestZ.set(z);
  return true;
}

/** The direction of x in the program's own units. */
function directionOf(f: ScaledProgram, at: Point): Float64Array {
  return at.x.map((value, j) => value * f.columnScale[j]);
}
