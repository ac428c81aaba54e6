import type { Outcome } from '../../schemes/contract.ts';
import type { NegotiationProblem } from './problem.ts';

/** How far the wires of an outcome are from nature, where the formulation relaxes their equations. */
export interface WiresRelaxation {
  /** Largest |ℓ·v² − P² − Q²| over branches and steps, squares of pu. */
  readonly coneGap_max_pu: number;
  /** Loss over the horizon that no current explains. */
  readonly inventedLoss_kWh: number;
}

/** Undefined where nothing is relaxed, or nothing agreed. */
export function relaxationOf({ coordination, formulated }: NegotiationProblem, outcome: Outcome): WiresRelaxation | undefined {
  if (outcome.status !== 'agreed') return undefined;
  const last = coordination.parts.length - 1;
  const { coneGap_pu, inventedLoss_kW } = formulated.read(outcome.ports[last], outcome.schedules[last]);
  if (!coneGap_pu || !inventedLoss_kW) return undefined;
  return {
    coneGap_max_pu: Math.max(...coneGap_pu),
    inventedLoss_kWh: inventedLoss_kW.reduce((sum, loss) => sum + loss * coordination.dt_h, 0),
  };
}
