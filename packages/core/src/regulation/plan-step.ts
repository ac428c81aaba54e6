import { nearestInPolygon } from '../flexibility/polygon.ts';
import type { PowerPoint } from '../flexibility/region.ts';
import type { Characteristic, Command, Decomposition, GridSide, PowerBand, TrackingWeights } from './contract.ts';
import { bandOf, decompose } from './decompose.ts';

export interface StepPlan {
  readonly command: Command;
  readonly band: PowerBand;
  readonly decomposition: Decomposition;
}

/**
 * The operator's share of a step. The command is about the point of common coupling, the clusters are behind the wires:
 *
 *   Σ_m P*_m = load + loss(P*) − p*_pcc,
 *
 * solved by a few fixed-point passes from the middle of what the clusters can do, with load and loss by the operator's own grid model.
 */
export function planStep(
  step: number,
  characteristics: readonly Characteristic[],
  grid: GridSide,
  weights: TrackingWeights,
  passes_count = 2,
): StepPlan {
  const band = bandOf(characteristics);
  const command = grid.command(step, band);
  let targets: readonly PowerPoint[] = characteristics.map(middleOf);
  let decomposition: Decomposition;
  let pass = 0;
  do {
    const demand = grid.demand(step, targets);
    const asked = { p_kW: demand.p_kW - command.p_pcc_kW, q_kvar: demand.q_kvar - command.q_pcc_kvar };
    decomposition = decompose(characteristics, asked, weights);
    targets = decomposition.targets;
  } while (++pass < passes_count);
  if (decomposition.saturation && grid.split) decomposition = splitByWires(step, characteristics, grid.split, command, decomposition);
  return { command, band, decomposition };
}

/** A command beyond the band, split as the wires would have it. */
function splitByWires(
  step: number,
  characteristics: readonly Characteristic[],
  split: NonNullable<GridSide['split']>,
  command: Command,
  { saturation }: Decomposition,
): Decomposition {
  const targets = split(step, characteristics, command).map((target, m) => into(characteristics[m], target));
  const granted = { p_kW: 0, q_kvar: 0 };
  for (const { p_kW, q_kvar } of targets) {
    granted.p_kW += p_kW;
    granted.q_kvar += q_kvar;
  }
  return { targets, granted, saturation: saturation && { asked: saturation.asked, granted } };
}

/** An optimiser's target is in its region to its tolerance; what is promised is in it exactly. */
function into(characteristic: Characteristic, { p_kW, q_kvar }: PowerPoint): PowerPoint {
  if (characteristic.kind === 'polygon') return nearestInPolygon({ p_kW, q_kvar }, characteristic.bounds.inner).point;
  const { low, high } = characteristic;
  return {
    p_kW: Math.min(Math.max(p_kW, low.p_kW), high.p_kW),
    q_kvar: Math.min(Math.max(q_kvar, low.q_kvar), high.q_kvar),
  };
}

function middleOf(characteristic: Characteristic): PowerPoint {
  const corners = characteristic.kind === 'box' ? [characteristic.low, characteristic.high] : characteristic.bounds.inner;
  let p_kW = 0;
  let q_kvar = 0;
  for (const corner of corners) {
    p_kW += corner.p_kW / corners.length;
    q_kvar += corner.q_kvar / corners.length;
  }
  return { p_kW, q_kvar };
}
