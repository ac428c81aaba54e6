import { Barrier } from './barrier.ts';
import { conclude } from './conclude.ts';
import { Filter } from './filter.ts';
import { Iterate } from './iterate.ts';
import { CondensedSystem } from './kkt.ts';
import { LineSearch } from './line-search.ts';
import type { NonlinearIteration, NonlinearOptions, NonlinearProgram, NonlinearSolution, NonlinearStatus } from './program.ts';
import { restore } from './restoration.ts';
import { ScaledProgram } from './scaled.ts';
import { Step } from './step.ts';
import { endlessDescent } from './unbounded.ts';

const TOLERANCE = 1e-7;
const ALMOST_FACTOR = 1e4;
const ITERATIONS_MAX_COUNT = 300;
const MULTIPLIER_LARGE = 100;
/** How often a matrix is shifted further when its solve is not exact. */
const FIRMER_MAX_COUNT = 4;
/** To what fraction the first, second … restoration must bring the violation. The next one decides whether there is a feasible point nearby. */
const ENOUGH_FRACS = [0.9, 0.9, 0.5];
const RESTORATIONS_MAX_COUNT = 12;
/**
 * Below this error a step is judged by its own curvature where the inertia is wrong. Shifts make the end of a solve creep;
 * far from it they find better optima.
 */
const TRUSTING_ERROR = 1;
/** Iterates in a row within this multiple of the tolerance end a solve that creeps. */
const CREEPING_FACTOR = 100;
const CREEPING_MAX_COUNT = 15;
/** Less than this fraction of the violation away, a restoration has done nothing. */
const RESTORED_FRAC = 0.99;

/** One solve of a program; see `NonlinearSolver` for many. */
export function solveNonlinear(program: NonlinearProgram, options: NonlinearOptions = {}): NonlinearSolution {
  const solver = new NonlinearSolver();
  try {
    return solver.solve(program, options);
  } finally {
    solver.release();
  }
}

/**
 * Primal–dual interior point for smooth, possibly non-convex programs: exact second derivatives, inertia correction, filter
 * line search with second-order correction, adaptive barrier that falls back to a monotone one, feasibility restoration.
 *
 * Finds a local optimum. `locally-infeasible` means a stationary point of the violation, which proves nothing about other
 * places. Every answer is judged again on the unscaled functions.
 *
 * Meant for sequences of programs that differ in their numbers: as long as the places and the fixed variables are the same, the
 * matrix of the last solve is used again without a new analysis.
 * @cost one sparse LDLᵀ per iteration, 10 to 40 iterations are usual
 * @source Wächter & Biegler, Math. Program. 106 (2006) 25–57; Nocedal, Wächter & Waltz, SIAM J. Optim. 19 (2009)
 * @example
 * const solver = new NonlinearSolver();
 * const first = solver.solve(atNoon, { start });
 * const second = solver.solve(atOne, { warmStart: first });
 */
export class NonlinearSolver {
  private system: CondensedSystem | undefined;

  solve(program: NonlinearProgram, options: NonlinearOptions = {}): NonlinearSolution {
    const endsAt_s = options.timeLimit_s === undefined || !options.clock_s ? Infinity : options.clock_s() + options.timeLimit_s;
    const from = options.warmStart?.x ?? options.start;
    const x0 = Float64Array.from({ length: program.variables_count }, (_, j) =>
      Math.min(Math.max(from?.[j] ?? 0, program.lower[j]), program.upper[j]),
    );
    const scaled = new ScaledProgram(program, x0);
    const at = new Iterate(scaled);
    if (options.warmStart === undefined) at.start(x0);
    else at.startWarm(options.warmStart);
    if (!this.system?.suits(program, scaled.fixed)) {
      this.release();
      this.system = new CondensedSystem(program, scaled.fixed);
    }
    return iterate(at, this.system, options, endsAt_s);
  }

  /** Hands the memory of the factor back. Optional; the next solve takes it anew. */
  release(): void {
    this.system?.release();
    this.system = undefined;
  }
}

function iterate(at: Iterate, system: CondensedSystem, options: NonlinearOptions, endsAt_s: number): NonlinearSolution {
  const { scaled } = at;
  const { n, mI, gradient, g } = scaled;
  const tolerance = options.tolerance_frac ?? TOLERANCE;
  const limit_count = options.iterations_max_count ?? ITERATIONS_MAX_COUNT;
  let iteration_count = 0;
  let ended: NonlinearStatus | undefined;
  const interrupted = (): boolean => {
    if (ended === undefined && options.shouldStop?.()) ended = 'stopped';
    if (ended === undefined && options.clock_s && options.clock_s() > endsAt_s) ended = 'time-limit';
    if (ended === undefined && iteration_count >= limit_count) ended = 'iteration-limit';
    return ended !== undefined;
  };
  const step = new Step(scaled, system, interrupted);
  const search = new LineSearch(at);
  const barrier = new Barrier(tolerance);
  const r = new Float64Array(mI);
  const bounds_count = at.bounds_count();
  let restored_count = 0;
  let creeping_count = 0;
  at.evaluate();
  const filter = new Filter(at.violation());

  const report = (mode: NonlinearIteration['mode'], primalResidual: number, dualResidual: number): void =>
    options.onIteration?.({
      iteration_count,
      objective: at.f / scaled.scaleF,
      primalResidual,
      dualResidual,
      barrier: barrier.mu,
      stepPrimal_frac: search.alpha,
      stepDual_frac: search.alphaDual,
      shift: step.shift,
      mode,
    });
  const tick = (): boolean => {
    if (interrupted()) return true;
    report('restoration', at.primalResidual(), Number.NaN);
    iteration_count++;
    return false;
  };
  const finish = (status: NonlinearStatus): NonlinearSolution => conclude(at, status, iteration_count, tolerance);

  for (;;) {
    const primal = at.primalResidual();
    const dual = at.dualResidual();
    const complementarity = at.complementarity();
    const scale = multiplierScale(at, bounds_count);
    const error = Math.max(primal, dual / scale, complementarity.largest / scale);
    report(barrier.mode, primal, dual);
    if (error <= tolerance) return finish('optimal');
    if (interrupted()) return finish(ended ?? 'failed');
    creeping_count = error <= CREEPING_FACTOR * tolerance ? creeping_count + 1 : 0;
    if (creeping_count > CREEPING_MAX_COUNT) return finish('almost-optimal');

    const average = bounds_count === 0 ? 0 : complementarity.sum / bounds_count;
    const direct = (): boolean => {
      if (barrier.mode === 'free') {
        if (!step.solve(at, 0, gradient, g, r)) return false;
        step.solveBoundMultipliers(at, 0);
        barrier.aim(at, step, bounds_count, average);
      }
      return step.solve(at, barrier.mu, gradient, g, r);
    };
    if (barrier.update(at, { error, primal, dual, scale, average })) filter.clear();
    for (let i = 0; i < mI; i++) r[i] = scaled.h[i] - at.w[n + i];
    let solved = step.factor(at, barrier.mu, error < TRUSTING_ERROR) && direct();
    if (step.isUncertain && !(solved && step.bendsUpwards())) solved = step.factorShifted(barrier.mu) && direct();
    for (let firmer_count = 0; !solved && firmer_count < FIRMER_MAX_COUNT; firmer_count++)
      solved = step.factorFirmer(barrier.mu) && direct();
    const { mu } = barrier;
    const theta = at.violation();
    const phi = at.f + mu * at.logBarrier();
    if (solved) step.solveBoundMultipliers(at, mu);
    const accepted = solved ? search.search(at, step, filter, mu, r, theta, phi) : undefined;
    iteration_count++;
    if (accepted !== undefined) {
      if (accepted === 'either') filter.add(theta, phi);
      step.takeMultipliers(at, search.alphaDual);
      at.centreMultipliers(mu);
      at.evaluate();
      const ray = endlessDescent(scaled.program, at.x, step.dw.subarray(0, n));
      if (ray === undefined) continue;
      // Unbounded, if there is a feasible point.
      const way =
        at.primalResidual() <= tolerance ? 'restored' : restore(at, step, filter, { muOuter: mu, tolerance, enough_frac: 0, tick });
      if (way === 'restored') return { ...finish('unbounded'), ray };
      if (way === 'stationary') return finish('locally-infeasible');
      return finish(interrupted() ? (ended ?? 'failed') : 'failed');
    }

    // No acceptable step
    if (ended !== undefined) return finish(ended);
    if (error <= ALMOST_FACTOR * tolerance && primal <= ALMOST_FACTOR * tolerance) return finish('almost-optimal');
    filter.add(theta, phi);
    at.evaluate();
    const insists = restored_count >= ENOUGH_FRACS.length;
    const enough_frac = ENOUGH_FRACS[restored_count] ?? 0;
    let end = restore(at, step, filter, { muOuter: mu, tolerance, enough_frac, tick });
    const isStuck = (): boolean => end === 'exhausted' && at.violation() > RESTORED_FRAC * theta;
    if (!insists && isStuck()) end = restore(at, step, filter, { muOuter: mu, tolerance, enough_frac: 0, tick });
    if (end === 'stationary') return finish('locally-infeasible');
    if (interrupted()) return finish(ended ?? 'failed');
    const isHopeless = restored_count >= RESTORATIONS_MAX_COUNT || (insists && end === 'exhausted');
    if (isHopeless || (isStuck() && at.primalResidual() > tolerance)) return finish('failed');
    restored_count++;
    at.y.fill(0);
    at.lambda.fill(0);
    at.centreMultipliers(Math.max(mu, 1e-6), 10);
    at.evaluate();
    barrier.restart();
  }
}

/** Residuals of stationarity are measured against the multipliers when these are large. */
function multiplierScale(at: Iterate, bounds_count: number): number {
  const sum = sizeOf(at.y) + sizeOf(at.lambda) + sizeOf(at.zLower) + sizeOf(at.zUpper);
  return Math.max(MULTIPLIER_LARGE, sum / Math.max(1, at.y.length + at.lambda.length + bounds_count)) / MULTIPLIER_LARGE;
}

function sizeOf(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += Math.abs(values[k]);
  return sum;
}
