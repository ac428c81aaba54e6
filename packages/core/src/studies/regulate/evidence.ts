import type { PowerPoint } from '../../flexibility/region.ts';
import type { RegulateResult } from '../../wire/regulate-result.ts';
import type { Player } from './players.ts';
import type { Run } from './runs.ts';

/** Largest difference between what was granted and the sum of targets, and between that and what clusters say they gave. */
export function decompositionResiduals(runs: readonly Run[]): { readonly targets_kVA: number; readonly delivered_kVA: number } {
  const missed_kVA = (points: readonly PowerPoint[], granted: PowerPoint): number =>
    Math.hypot(
      points.reduce((sum, point) => sum + point.p_kW, -granted.p_kW),
      points.reduce((sum, point) => sum + point.q_kvar, -granted.q_kvar),
    );
  let [targets_kVA, delivered_kVA] = [0, 0];
  for (const { steps = [] } of runs) {
    for (const { decomposition, delivered } of steps) {
      targets_kVA = Math.max(targets_kVA, missed_kVA(decomposition.targets, decomposition.granted));
      delivered_kVA = Math.max(delivered_kVA, missed_kVA(delivered, decomposition.granted));
    }
  }
  return { targets_kVA, delivered_kVA };
}

/** What each agent knows and never says: its parameters, its inputs and its states. */
export function keptAtHome({
  alone,
  inMarket,
}: {
  readonly alone: readonly Player[];
  readonly inMarket: readonly Player[] | undefined;
}): RegulateResult['keptAtHome'] {
  return (inMarket ?? alone).map(({ id, device, follower }) => ({
    agent: id,
    names: [...Object.keys(device.kind.params), ...follower.state().keys(), 'region', 'corners'],
  }));
}

/** Steps of all runs whose set-points have no AC power flow. */
export const unsolved_count = (runs: readonly Run[]): number =>
  runs.reduce((count, { checks }) => count + checks.filter(({ converged }) => !converged).length, 0);
