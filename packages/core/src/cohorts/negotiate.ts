import { InputError } from '../base/errors.ts';
import { cycleOf, Jumps } from './accelerate.ts';
import { type CertifiedPlan, type CohortProof, certify, isProvenInfeasible } from './certify.ts';
import { addUp, type CohortState, sums } from './iterate.ts';
import { emptyWork, type Phases, phasesHere } from './phases.ts';
import type { CohortProblem } from './problem.ts';

export interface CohortOptions {
  /** First ρ, in currency per kW². */
  readonly rho: number;
  /** α in (0, 2). */
  readonly relaxation: number;
  /** On both residuals, relative to the root mean squares of powers and of prices. */
  readonly tolerance_frac: number;
  /** Residuals below these are small enough whatever the size of powers and prices. */
  readonly tolerance_kW: number;
  readonly tolerance_cur_per_kWh: number;
  /**
   * Where residuals are small, but a plan that balances is further above the bound than this share of its cost, and than a hundredth of `tolerance_frac` of what all powers
   * are worth, the run goes on. Infinity: never.
   */
  readonly gap_frac: number;
  readonly iterations_max_count: number;
  /** ρ is balanced up to here and fixed afterwards, as the theorem asks; 0: never balanced. */
  readonly adaptUntil_count: number;
  /** m, steps that Anderson acceleration looks back; takes 4·(m + 1) bytes per value. 0: none. */
  readonly memory_count: number;
}

export const cohortDefaults: CohortOptions = {
  rho: 0.3,
  relaxation: 1.7,
  tolerance_frac: 1e-3,
  tolerance_kW: 1e-9,
  tolerance_cur_per_kWh: 1e-12,
  gap_frac: 0.01,
  iterations_max_count: 3000,
  adaptUntil_count: 100,
  memory_count: 10,
};

/**
 * Between two iterations: enough to go on elsewhere. Between two cycles, where a stopped run ends, with the same bits; within one (at the
 * iteration limit) the steps of the cycle so far are forgotten. Its arrays are the receiver's to keep.
 */
export interface Checkpoint extends CohortState {
  readonly iterations_count: number;
  readonly rho: number;
  readonly rhoFirst: number;
  /** What the safeguard of the acceleration remembers. */
  readonly jumps_count: number;
  readonly firstStep_kW: number;
  readonly residuals_kW: Float64Array;
}

export interface CohortProgress {
  readonly iteration_count: number;
  /** Root mean square of p̄ over terminals and steps, and what it has to fall below. */
  readonly primalResidual_kW: number;
  readonly primalTolerance_kW: number;
  /** Root mean square of ρ·Δz/dt. */
  readonly dualResidual_cur_per_kWh: number;
  readonly dualTolerance_cur_per_kWh: number;
  /** Largest |Σ p| at a net and step. */
  readonly imbalance_max_kW: number;
  readonly rho: number;
  /** Jumps of the acceleration since ρ was changed. */
  readonly jumps_count: number;
}

export interface CohortServices {
  /** Who carries out the phases, and the memory in which; made for the same problem and memory. Default: this thread, its own. */
  readonly phases?: Phases;
  readonly resume?: Checkpoint;
  readonly onProgress?: (progress: CohortProgress) => void;
  /** Told at the end of every cycle, where a run can go on from with the same bits; `take` makes the checkpoint, its arrays still in use. */
  readonly onCycle?: (take: () => Checkpoint) => void;
  /** Asked after every iteration; true ends the run with the cycle, at most 15 iterations later, with status `stopped`. */
  readonly shouldStop?: () => boolean;
}

/** `infeasible` is proven; a problem without a plan whose proof is not found runs to its `iteration-limit`. */
export type CohortStatus = 'agreed' | 'infeasible' | 'iteration-limit' | 'stopped';

export interface CohortResult {
  readonly status: CohortStatus;
  readonly iterations_count: number;
  readonly last: CohortProgress;
  /** Of the devices' plans, each of which keeps the device's own limits. */
  readonly cost_cur: number;
  /** No plan that balances costs less: Σ_d min f_d(p) − λᵀp·dt at `price_cur_per_kWh`. */
  readonly bound_cur: number;
  /** |cost − bound| over |cost|. */
  readonly gap_frac: number;
  /** What the imbalance that is left is worth, in currency. */
  readonly imbalance_cur: number;
  /** [net][step], without the noise of the iteration where that improves the bound. */
  readonly price_cur_per_kWh: Float64Array;
  /** kWh by which plans depart from laws that were relaxed; 0: every device can follow its plan. */
  readonly relaxed_kWh: number;
  /** The devices' plans, moved a little so that every net balances exactly: an upper bound on the optimum. Absent where that was not found. */
  readonly balanced?: CertifiedPlan;
  readonly checkpoint: Checkpoint;
}

/** Factor by which ρ may leave its first value: prices of a problem without a solution would drive it away. */
const rhoRange = 1e3;
/** The imbalance stands on a plateau when over so many iterations it fell by less than a twentieth. */
const plateau_count = 100;

/**
 * Proximal message passing over cohorts. Equations, stop rule and theorem: README.
 * @throws {InputError} COHORT_OPTIONS, COHORT_CHECKPOINT
 */
export function negotiateCohorts(
  problem: CohortProblem,
  options: CohortOptions = cohortDefaults,
  services: CohortServices = {},
): CohortResult {
  checkOptions(options);
  const { relaxation, memory_count } = options;
  const phases = services.phases ?? phasesHere(emptyWork(problem, memory_count));
  const { state, partial, products } = phases.work;
  const { resume } = services;
  if (resume) copyCheckpoint(problem, resume, state);
  const { plain_count, kept_count } = cycleOf(memory_count);
  const jumps = new Jumps(memory_count, resume?.jumps_count, resume?.firstStep_kW);
  const rhoFirst = resume?.rhoFirst ?? options.rho;
  let rho = resume?.rho ?? options.rho;
  let iteration = resume?.iterations_count ?? 0;
  const residuals = new Float64Array(Math.max(options.iterations_max_count, iteration));
  if (resume) residuals.set(resume.residuals_kW);
  const total = new Float64Array(sums.count);
  let status: CohortStatus = 'iteration-limit';
  let last = measure(problem, options, total, iteration, rho, jumps);

  const checkpoint = (): Checkpoint => ({
    ...state,
    iterations_count: iteration,
    rho,
    rhoFirst,
    jumps_count: jumps.jumps_count,
    firstStep_kW: jumps.firstStep_kW,
    residuals_kW: residuals.slice(0, iteration),
  });
  let kept = 0;
  let isStopping = false;
  let proof: CohortProof | undefined;
  while (iteration < options.iterations_max_count) {
    const place = iteration % (plain_count + kept_count);
    const isKept = place === plain_count + kept && kept < kept_count;
    phases.plan(rho);
    phases.balance(rho, relaxation, isKept ? kept++ : -1);
    addUp(partial, total);
    last = measure(problem, options, total, ++iteration, rho, jumps);
    residuals[iteration - 1] = last.primalResidual_kW;
    services.onProgress?.(last);
    if (place === 0) proof = undefined;
    if (!proof && areSmall(last)) {
      proof = certify(problem, state);
      if (isGapSmall(proof, options)) {
        status = 'agreed';
        break;
      }
    }
    if (isOnPlateau(residuals, iteration, last.primalTolerance_kW) && isProvenInfeasible(problem, state)) {
      status = 'infeasible';
      break;
    }
    if (place + 1 === plain_count && iteration <= options.adaptUntil_count) {
      const before = rho;
      rho = balanced(rho, rhoFirst, last);
      if (rho !== before) jumps.restart();
    }
    isStopping ||= services.shouldStop?.() ?? false;
    if (place + 1 < plain_count + kept_count) continue;
    if (kept > 0 && kept === kept_count) {
      phases.multiply();
      if (jumps.decide(products)) phases.jump(rho, jumps.gamma);
    }
    kept = 0;
    services.onCycle?.(checkpoint);
    if (isStopping) {
      status = 'stopped';
      break;
    }
  }

  if (status !== 'agreed' || !proof) proof = certify(problem, state);
  return {
    status,
    iterations_count: iteration,
    last,
    cost_cur: proof.cost_cur,
    bound_cur: proof.bound_cur,
    gap_frac: Math.abs(proof.cost_cur - proof.bound_cur) / Math.max(1e-12, Math.abs(proof.cost_cur)),
    imbalance_cur: proof.imbalance_cur,
    price_cur_per_kWh: proof.price_cur_per_kWh,
    relaxed_kWh: proof.relaxed_kWh,
    ...(proof.balanced ? { balanced: proof.balanced } : {}),
    checkpoint: checkpoint(),
  };
}

/** r = rms p̄, s = rms ρ·Δz/dt, and what they have to fall below: tolerance × max(rms p, rms z) and tolerance × rms λ. */
function measure(
  { terminals_count, steps_count, dt_h }: CohortProblem,
  { tolerance_frac, tolerance_kW, tolerance_cur_per_kWh }: CohortOptions,
  total: Float64Array,
  iteration_count: number,
  rho: number,
  { jumps_count }: Jumps,
): CohortProgress {
  const n = Math.max(1, terminals_count * steps_count);
  return {
    iteration_count,
    primalResidual_kW: Math.sqrt(total[sums.primal] / n),
    primalTolerance_kW: Math.max(tolerance_kW, tolerance_frac * Math.sqrt(Math.max(total[sums.power], total[sums.held]) / n)),
    dualResidual_cur_per_kWh: (rho / dt_h) * Math.sqrt(total[sums.dual] / n),
    dualTolerance_cur_per_kWh: Math.max(tolerance_cur_per_kWh, tolerance_frac * Math.sqrt(total[sums.price] / n)),
    imbalance_max_kW: total[sums.worst],
    rho,
    jumps_count,
  };
}

const areSmall = (last: CohortProgress): boolean =>
  last.primalResidual_kW <= last.primalTolerance_kW && last.dualResidual_cur_per_kWh <= last.dualTolerance_cur_per_kWh;

/** Also where no plan that balances was found, as going on would find none either, and where nothing has a price. */
function isGapSmall({ balanced, bound_cur, turnover_cur }: CohortProof, { gap_frac, tolerance_frac }: CohortOptions): boolean {
  if (!balanced || turnover_cur === 0) return true;
  return balanced.cost_cur - bound_cur <= Math.max(gap_frac * Math.abs(balanced.cost_cur), 0.01 * tolerance_frac * turnover_cur);
}

/** Moves ρ towards equal relative residuals, unless they are within a factor of 2; by at most 4 at once and `rhoRange` in all. */
function balanced(rho: number, rhoFirst: number, last: CohortProgress): number {
  const ratio =
    last.primalResidual_kW / last.primalTolerance_kW / Math.max(1e-12, last.dualResidual_cur_per_kWh / last.dualTolerance_cur_per_kWh);
  if (ratio <= 2 && ratio >= 0.5) return rho;
  const wanted = rho * Math.min(4, Math.max(0.25, Math.sqrt(ratio)));
  return Math.min(rhoFirst * rhoRange, Math.max(rhoFirst / rhoRange, wanted));
}

function isOnPlateau(residuals: Float64Array, count: number, tolerance_kW: number): boolean {
  if (count < 4 * plateau_count || count % plateau_count !== 0 || residuals[count - 1] <= 2 * tolerance_kW) return false;
  const least = (from: number, to: number): number => {
    let value = Infinity;
    for (let k = from; k < to; k++) value = Math.min(value, residuals[k]);
    return value;
  };
  return least(count - plateau_count, count) > 0.95 * least(count - 3 * plateau_count, count - plateau_count);
}

function checkOptions({ rho, relaxation, tolerance_frac, gap_frac, memory_count }: CohortOptions): void {
  const isMemory = Number.isInteger(memory_count) && memory_count >= 0 && memory_count <= 50;
  if (rho > 0 && Number.isFinite(rho) && relaxation > 0 && relaxation < 2 && tolerance_frac >= 0 && gap_frac >= 0 && isMemory) return;
  throw new InputError({
    code: 'COHORT_OPTIONS',
    message:
      'ρ must be positive, the relaxation between 0 and 2, the tolerance and the gap not negative and the memory a whole number up to 50, ' +
      `got ${rho}, ${relaxation}, ${tolerance_frac}, ${gap_frac} and ${memory_count}`,
    hint: 'Start from cohortDefaults.',
  });
}

function copyCheckpoint(problem: CohortProblem, from: Checkpoint, state: CohortState): void {
  const values_count = problem.terminals_count * problem.steps_count;
  const prices_count = problem.nets_count * problem.steps_count;
  if (
    from.power_kW.length !== values_count ||
    from.held_kW.length !== values_count ||
    from.price_cur_per_kWh.length !== prices_count ||
    from.residuals_kW.length !== from.iterations_count
  ) {
    throw new InputError({
      code: 'COHORT_CHECKPOINT',
      message: `The checkpoint is of another problem: ${from.power_kW.length} powers and ${from.price_cur_per_kWh.length} prices, expected ${values_count} and ${prices_count}`,
      hint: 'Resume with the problem that the checkpoint was made of.',
    });
  }
  if (state.power_kW !== from.power_kW) state.power_kW.set(from.power_kW);
  if (state.held_kW !== from.held_kW) state.held_kW.set(from.held_kW);
  if (state.price_cur_per_kWh !== from.price_cur_per_kWh) state.price_cur_per_kWh.set(from.price_cur_per_kWh);
}
