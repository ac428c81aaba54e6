import type { Feeder } from '../../network/feeder/feeder.ts';
import { BatchSolver } from './batch/batch.ts';
import type {
  PreparedThreePhase,
  ThreePhaseBatch,
  ThreePhaseBatchInput,
  ThreePhaseOptions,
  ThreePhasePoint,
  ThreePhaseResult,
} from './contract.ts';
import { Controls } from './controls/settle.ts';
import { resultOf } from './result.ts';
import { WireSolver } from './wire-solver.ts';

/**
 * Power flow of a feeder conductor by conductor: prepare once, solve for many points. Method, equations and limits: README.md.
 * @throws {NumericalError} THREE_PHASE_NOT_FINITE when an impedance makes the equations meaningless
 * @example
 * const flow = prepareThreePhase(feeder);
 * const { status, v_re_V } = flow.solve();
 */
export function prepareThreePhase(feeder: Feeder, options: ThreePhaseOptions = {}): PreparedThreePhase {
  const solver = new WireSolver(feeder, options);
  const controls = new Controls(solver);
  let batchSolver: BatchSolver | undefined;
  let batchVersion = -1;
  return {
    feeder,
    places: solver.places,
    solve(point: ThreePhasePoint = {}, warm = false): ThreePhaseResult {
      solver.setPowers(point);
      if (!warm) {
        solver.resetSettings();
        controls.reset();
      }
      if (options.controls === false || controls.count === 0) {
        return resultOf(solver, { ...solver.solve(warm), controlRounds_count: 0, actions: [] });
      }
      const offered_kW = point.inverterP_kW ?? Float64Array.from(feeder.inverters, ({ p_kW }) => p_kW);
      const settled = controls.settle(offered_kW, warm, options.controls_max_count);
      return resultOf(solver, {
        status: settled.status === 'settled' ? 'converged' : settled.status,
        method: settled.solution.method,
        iterations_count: settled.iterations_count,
        controlRounds_count: settled.rounds_count,
        actions: settled.actions,
        diagnosis: settled.diagnosis,
      });
    },
    solveBatch(batch: ThreePhaseBatchInput, out: ThreePhaseBatch): void {
      if (batchSolver === undefined || batchVersion !== solver.version_count) {
        solver.setPowers({});
        batchSolver = new BatchSolver(solver);
        batchVersion = solver.version_count;
      }
      batchSolver.solve(batch, out);
    },
  };
}
