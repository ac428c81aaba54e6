import type { Feeder } from '../../network/feeder/feeder.ts';
import { solveLinear } from './linear/solve.ts';
import { buildFeederModel } from './model.ts';
import type { FeederOpfResult } from './result.ts';
import { solveSdp } from './sdp/solve.ts';
import type { FeederOpfOptions, FeederOpfServices } from './settings.ts';
import { settle } from './settle.ts';

/**
 * Optimal power flow of an unbalanced feeder at one moment, phase by phase. Regulators and capacitors settle first (`settle`).
 * @throws {CombinationError} OPF_NOT_RADIAL, OPF_SOURCES_COUNT, OPF_PHASE_NOT_SUPPLIED @throws {InputError} OPF_UNIT_UNKNOWN
 */
export async function solveFeederOpf(
  feeder: Feeder,
  services: FeederOpfServices,
  options: FeederOpfOptions = {},
): Promise<FeederOpfResult> {
  const settled = settle(feeder, services.powerFlow);
  const model = buildFeederModel(settled.feeder, options);
  const result = await (options.formulation === 'three-phase-sdp' ? solveSdp : solveLinear)(model, services, options);
  return { ...result, notes: [...settled.notes, ...result.notes] };
}
