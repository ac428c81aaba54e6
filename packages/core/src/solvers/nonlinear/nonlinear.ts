import { certify } from './certificate.ts';
import { Filter } from './filter.ts';
import { Iterate } from './iterate.ts';
import type { NonlinearOptions, NonlinearProgram, NonlinearSolution, NonlinearStatus } from './program.ts';
import { restore } from './restoration.ts';
import { ScaledProgram } from './scaled.ts';
import { Step } from './step.ts';

const TOLERANCE = 1e-7;
const ALMOST_FACTOR = 1e4;
const ITERATIONS_MAX_COUNT = 300;
const TAU_MIN = 0.995;
const BACKTRACKS_MAX_COUNT = 30;
/** Iterates whose error a free step is held against. */
const MEMORY_COUNT = 5;
const PROGRESS_FRAC = 0.9999;
/** Monotone barrier: μ falls to min(κ·μ, μ^θ) when the barrier problem is solved to this multiple of μ. */
const BARRIER_ERROR_FACTOR = 10;
const BARRIER_DECAY = 0.2;
const BARRIER_POWER = 1.5;
const MULTIPLIER_LARGE = 100;
/** After so many, the next one decides whether there is a feasible point nearby. */
const RESTORATIONS_MAX_COUNT = 8;
const CONFLICT_MAX_COUNT = 8;

/**
 * Primal–dual interior point for smooth, possibly non-convex programs: exact second derivatives, inertia correction, filter
 * line search with second-order correction, adaptive barrier that falls back to a monotone one, feasibility restoration.
 *
 * Finds a local optimum. `locally-infeasible` means a stationary point of the violation, which proves nothing about other
 * places. Every answer is judged again on the unscaled functions.
 * @cost one sparse LDLᵀ per iteration, 15 to 40 iterations are usual
 * @source Wächter & Biegler, Math. Program. 106 (2006) 25–57; Nocedal, Wächter & Waltz, SIAM J. Optim. 19 (2009), section 3
 */
export function solveNonlinear(program: NonlinearProgram, options: NonlinearOptions = {}): NonlinearSolution {
  const x0 = Float64Array.from({ length: program.variables_count }, (_, j) =>
    Math.min(Math.max(options.start?.[j] ?? 0, program.lower[j]), program.upper[j]),
  );
  const scaled = new ScaledProgram(program, x0);
  const at = new Iterate(scaled);
  at.start(x0);
  const step = new Step(scaled);
  try {
    return iterate(program, scaled, at, step, options);
  } finally {
    step.system.release();
  }
}

function iterate(program: NonlinearProgram, scaled: ScaledProgram, at: Iterate, step: Step, options: NonlinearOptions): NonlinearSolution {
  const { n, mE, mI, gradient, g } = scaled;
  const tolerance = options.tolerance_frac ?? TOLERANCE;
  const limit_count = options.iterations_max_count ?? ITERATIONS_MAX_COUNT;
  const endsAt_s = options.timeLimit_s === undefined || !options.clock_s ? Infinity : options.clock_s() + options.timeLimit_s;
  const bounds_count = at.bounds_count();
  const before = new Float64Array(n + mI);
  const r = new Float64Array(mI);
  const gSoc = new Float64Array(mE);
  const errors: number[] = [];
  at.evaluate();
  const filter = new Filter(at.violation());
  let mode: 'free' | 'monotone' = 'free';
  let mu = 0.1;
  let iteration_count = 0;
  let [alpha, alphaDual] = [0, 0];
  let restored_count = 0;

  const interrupted = (): NonlinearStatus | undefined => {
    if (options.shouldStop?.()) return 'stopped';
    if (options.clock_s && options.clock_s() > endsAt_s) return 'time-limit';
    return iteration_count >= limit_count ? 'iteration-limit' : undefined;
  };
  const report = (name: 'free' | 'monotone' | 'restoration', primal: number, dual: number): void =>
    options.onIteration?.({
      iteration_count,
      objective: at.f / scaled.scaleF,
      primalResidual: primal,
      dualResidual: dual,
      barrier: mu,
      stepPrimal_frac: alpha,
      stepDual_frac: alphaDual,
      shift: step.shift,
      mode: name,
    });
  const finish = (status: NonlinearStatus): NonlinearSolution => conclude(program, scaled, at, status, iteration_count, tolerance);

  for (;;) {
    const primal = at.primalResidual();
    const dual = at.dualResidual();
    const complementarity = at.complementarity();
    const scale = multiplierScale(at, bounds_count);
    report(mode, primal, dual);
    if (Math.max(primal, dual / scale, complementarity.largest / scale) <= tolerance) return finish('optimal');
    const early = interrupted();
    if (early !== undefined) return finish(early);

    // Barrier
    const average = bounds_count === 0 ? 0 : complementarity.sum / bounds_count;
    const muMin = Math.max(1e-11, tolerance / 10);
    const error = Math.max(primal, dual / scale, complementarity.largest / scale);
    const progresses = errors.length < MEMORY_COUNT || error <= PROGRESS_FRAC * Math.max(...errors);
    if (mode === 'free' && !progresses) {
      mode = 'monotone';
      mu = Math.max(muMin, 0.8 * average);
      filter.clear();
    } else if (mode === 'monotone' && error <= PROGRESS_FRAC * Math.min(...errors)) mode = 'free';
    if (mode === 'free') {
      errors.push(error);
      if (errors.length > MEMORY_COUNT) errors.shift();
      const centre = average > 0 ? complementarity.least / average : 1;
      const sigma = 0.1 * Math.min((0.05 * (1 - centre)) / centre, 2) ** 3;
      mu = Math.min(1e5, Math.max(muMin, Math.max(sigma, 0.02) * average));
      filter.clear();
    } else {
      for (let k = 0; k < 5; k++) {
        const barrierError = Math.max(primal, dual / scale, at.offCentre(mu) / scale);
        if (mu <= muMin || barrierError > BARRIER_ERROR_FACTOR * mu) break;
        mu = Math.max(muMin, Math.min(BARRIER_DECAY * mu, mu ** BARRIER_POWER));
        filter.clear();
      }
    }

    // Step
    for (let i = 0; i < mI; i++) r[i] = scaled.h[i] - at.w[n + i];
    let solved = step.factor(at, mu) && step.solve(at, mu, gradient, g, r);
    if (!solved && step.system.factorLu()) solved = step.solve(at, mu, gradient, g, r);
    const theta = at.violation();
    const phi = at.f + mu * at.logBarrier();
    let accepted: 'objective' | 'either' | undefined;
    if (solved) {
      step.solveBoundMultipliers(at, mu);
      const tau = Math.max(TAU_MIN, 1 - mu);
      const slope = step.slopeAlong();
      alphaDual = step.dualStep(at, tau);
      alpha = step.primalStep(at, tau);
      before.set(at.w);
      gSoc.set(g);
      const r0 = r.slice();
      for (let back_count = 0; back_count < BACKTRACKS_MAX_COUNT; back_count++, alpha /= 2) {
        const trial = tryStep(at, before, step.dw, alpha, mu);
        accepted = filter.judge(theta, phi, slope, alpha, trial.theta, trial.phi);
        if (accepted) break;
        if (back_count > 0 || trial.theta < theta || !Number.isFinite(trial.theta)) continue;
        // Second-order correction: remove what curvature left behind, with the same factor.
        for (let i = 0; i < mE; i++) gSoc[i] = alpha * gSoc[i] + g[i];
        for (let i = 0; i < mI; i++) r[i] = alpha * r[i] + (scaled.h[i] - at.w[n + i]);
        at.w.set(before);
        const direction = step.dw.slice();
        const [y, lambda] = [step.yNew.slice(), step.lambdaNew.slice()];
        if (step.solve(at, mu, gradient, gSoc, r)) {
          const corrected = step.primalStep(at, tau);
          const second = tryStep(at, before, step.dw, corrected, mu);
          accepted = filter.judge(theta, phi, slope, alpha, second.theta, second.phi);
          if (accepted) {
            alpha = corrected;
            break;
          }
        }
        step.dw.set(direction);
        step.yNew.set(y);
        step.lambdaNew.set(lambda);
        r.set(r0);
      }
      if (!accepted) {
        at.w.set(before);
        at.f = scaled.functions(at.x);
      }
    }
    iteration_count++;
    if (accepted) {
      if (accepted === 'either') filter.add(theta, phi);
      for (let k = 0; k < at.w.length; k++) {
        at.zLower[k] += alphaDual * step.dzLower[k];
        at.zUpper[k] += alphaDual * step.dzUpper[k];
      }
      for (let i = 0; i < mE; i++) at.y[i] += alpha * (step.yNew[i] - at.y[i]);
      for (let i = 0; i < mI; i++) at.lambda[i] += alpha * (step.lambdaNew[i] - at.lambda[i]);
      at.centreMultipliers(mu);
      at.evaluate();
      continue;
    }

    // No acceptable step
    if (error <= ALMOST_FACTOR * tolerance && primal <= ALMOST_FACTOR * tolerance) return finish('almost-optimal');
    filter.add(theta, phi);
    at.evaluate();
    const insists = restored_count++ >= RESTORATIONS_MAX_COUNT;
    const tick = (): boolean => {
      if (interrupted() !== undefined) return true;
      report('restoration', at.primalResidual(), Number.NaN);
      iteration_count++;
      return false;
    };
    let { end } = restore(at, step, filter, mu, tolerance, tick, insists);
    if (end === 'exhausted' && !insists && at.violation() > 0.99 * theta) ({ end } = restore(at, step, filter, mu, tolerance, tick, true));
    if (end === 'stationary') return finish('locally-infeasible');
    const late = interrupted();
    if (late !== undefined) return finish(late);
    if (insists || (end === 'exhausted' && at.primalResidual() > tolerance && at.violation() > 0.99 * theta)) return finish('failed');
    at.y.fill(0);
    at.lambda.fill(0);
    at.centreMultipliers(Math.max(mu, 1e-6), 10);
    at.evaluate();
    errors.length = 0;
    mode = 'free';
  }
}

function tryStep(at: Iterate, from: Float64Array, dw: Float64Array, alpha: number, mu: number): { theta: number; phi: number } {
  for (let k = 0; k < from.length; k++) at.w[k] = from[k] + alpha * dw[k];
  at.f = at.scaled.functions(at.x);
  return { theta: at.violation(), phi: at.f + mu * at.logBarrier() };
}

/** Residuals of stationarity are measured against the multipliers when these are large. */
function multiplierScale(at: Iterate, bounds_count: number): number {
  let sum = 0;
  for (const value of at.y) sum += Math.abs(value);
  for (const value of at.lambda) sum += Math.abs(value);
  for (const value of at.zLower) sum += value;
  for (const value of at.zUpper) sum += value;
  return Math.max(MULTIPLIER_LARGE, sum / Math.max(1, at.y.length + at.lambda.length + bounds_count)) / MULTIPLIER_LARGE;
}

/** Takes scales and widening back, and judges the point on the program itself. */
function conclude(
  program: NonlinearProgram,
  scaled: ScaledProgram,
  at: Iterate,
  status: NonlinearStatus,
  iterations_count: number,
  tolerance: number,
): NonlinearSolution {
  const { n, scaleF, scaleG, scaleH } = scaled;
  const x = at.x.slice();
  for (let j = 0; j < n; j++) x[j] = Math.min(Math.max(x[j], program.lower[j]), program.upper[j]);
  const equalityDual = at.y.map((y, i) => (y * scaleG[i]) / scaleF);
  const inequalityDual = at.lambda.map((lambda, i) => (lambda * scaleH[i]) / scaleF);
  const boundDual = new Float64Array(n);
  for (let j = 0; j < n; j++) boundDual[j] = (at.zLower[j] - at.zUpper[j]) / scaleF;
  if (scaled.fixed.includes(1)) fixedDuals(program, x, equalityDual, inequalityDual, scaled.fixed, boundDual);
  const { objective, ...certificate } = certify(program, { x, equalityDual, inequalityDual, boundDual });
  const honest = status === 'optimal' && certificate.primalResidual > ALMOST_FACTOR * tolerance ? 'almost-optimal' : status;
  const found = { status: honest, x, objective, equalityDual, inequalityDual, boundDual, iterations_count, certificate };
  return status === 'locally-infeasible' ? { ...found, conflict: worstRows(program, x) } : found;
}

/** A fixed variable takes what stationarity leaves. */
function fixedDuals(
  program: NonlinearProgram,
  x: Float64Array,
  y: Float64Array,
  lambda: Float64Array,
  fixed: Uint8Array,
  out: Float64Array,
): void {
  const { equalityPlaces: eq, inequalityPlaces: iq } = program;
  const gradient = new Float64Array(x.length);
  const jg = new Float64Array(eq.row.length);
  const jh = new Float64Array(iq.row.length);
  program.derivativesInto(x, gradient, jg, jh);
  for (let k = 0; k < jg.length; k++) gradient[eq.column[k]] += jg[k] * y[eq.row[k]];
  for (let k = 0; k < jh.length; k++) gradient[iq.column[k]] += jh[k] * lambda[iq.row[k]];
  for (let j = 0; j < x.length; j++) if (fixed[j]) out[j] = gradient[j];
}

function worstRows(program: NonlinearProgram, x: Float64Array): string[] {
  const g = new Float64Array(program.equalities_count);
  const h = new Float64Array(program.inequalities_count);
  program.functionsInto(x, g, h);
  const rows: { size: number; name: () => string }[] = [];
  g.forEach((value, i) => {
    rows.push({ size: Math.abs(value), name: () => program.equalityName(i) });
  });
  h.forEach((value, i) => {
    rows.push({ size: Math.max(program.rangeLower[i] - value, value - program.rangeUpper[i]), name: () => program.inequalityName(i) });
  });
  const worst = rows.sort((a, b) => b.size - a.size).slice(0, CONFLICT_MAX_COUNT);
  return worst.filter((row) => row.size > 1e-6).map((row) => row.name());
}
