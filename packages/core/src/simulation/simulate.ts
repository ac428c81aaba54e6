import type { Plant } from './plant.ts';
import { Run, type SimulationOptions, type Trajectory } from './run.ts';

export type { MethodName, Process, SimulationOptions, Trajectory } from './run.ts';

/**
 * Runs a plant from time zero to its end. Same plant, same options: same bits. Parameters that events change stay changed afterwards.
 * @throws {InputError} SIMULATION_OPTION, SIMULATION_EVENT, SIMULATION_UNKNOWN_NAME, SIMULATION_STEP_TOO_LONG; {CombinationError} SIMULATION_METHOD
 */
export function simulate(plant: Plant, options: SimulationOptions): Trajectory {
  const run = new Run(plant, options);
  run.advance(options.stop_s);
  return run.result();
}
