import { InputError } from '../../base/errors.ts';
import { speedName } from '../../controllers/tuned-law.ts';
import { placeOf } from '../../simulation/plant.ts';
import { traceModes } from '../../simulation/trace.ts';
import type { SweepResult } from '../../wire/simulate-result.ts';
import { closeGroups, type Prepared } from './prepare.ts';

/** What is swept when the study does not say: all gains of the first group together, from an eighth to eight times. */
const USUAL = { from: 0.125, to: 8, points_count: 49, spacing: 'logarithmic' } as const;

/**
 * Modes over a parameter, without delays; the study's own value is among the points.
 * @throws {InputError} SIMULATION_UNKNOWN_NAME, STUDY_VALUE_INVALID
 */
export function sweepOf(prepared: Prepared, x: Float64Array): SweepResult | null {
  const { groups, document } = prepared;
  const fast = groups.find(({ controller }) => controller.speed !== undefined);
  const asked = document.analysis.sweep ?? (fast === undefined ? undefined : { ...USUAL, parameter: `${fast.name}.${speedName}` });
  if (asked === undefined) return null;
  const loop = closeGroups(prepared.build().plant, groups, {});
  const here = loop.readParameter(loop.parameters[placeOf(asked.parameter, loop.parameters, 'parameter of analysis.sweep')]);
  const values = valuesOf(asked, here);
  const states = loop.states.map(({ name }) => name);
  const at = new Map(states.map((name, k) => [name, k]));
  return {
    parameter: asked.parameter,
    here,
    states,
    points: traceModes(loop, asked.parameter, values, x).map(({ value, modes }) => ({
      value,
      re_per_s: modes.map(({ re_per_s }) => re_per_s),
      im_rad_per_s: modes.map(({ im_rad_per_s }) => im_rad_per_s),
      leading: modes.map(({ participation }) => at.get(participation[0]?.state ?? '') ?? -1),
    })),
  };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly points_count: number;
  readonly spacing: 'linear' | 'logarithmic';
}

function valuesOf({ from, to, points_count, spacing }: Range, here: number): number[] {
  if (spacing === 'logarithmic' && !(from > 0 && to > 0)) {
    throw new InputError({
      code: 'STUDY_VALUE_INVALID',
      message: `A logarithmic sweep needs limits above zero, got ${from} to ${to}`,
      where: 'analysis.sweep',
      hint: 'Raise the lower limit, or take spacing: linear.',
    });
  }
  const values = Array.from({ length: points_count }, (_, k) => {
    const share = k / (points_count - 1);
    return spacing === 'linear' ? from + share * (to - from) : from * (to / from) ** share;
  });
  const isNear = (value: number): boolean => Math.abs(value - here) <= 1e-9 * Math.max(1, Math.abs(here));
  const isBetween = here > Math.min(from, to) && here < Math.max(from, to);
  if (!isBetween) return values;
  const rest = values.filter((value) => !isNear(value));
  return [...rest, here].sort((a, b) => (from < to ? a - b : b - a));
}
