import type { Profile, ProfileUse, Terminal, VoltageLaw } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { quoted, refusal } from '../script/place.ts';
import { type Assignment, wordOf } from '../script/values.ts';
import { conductorsOf, phasesUpTo } from './bus-name.ts';
import type { FeederDraft } from './draft.ts';

export const constantPower: VoltageLaw = { z_frac: 0, i_frac: 0, p_frac: 1 };
export const constantCurrent: VoltageLaw = { z_frac: 0, i_frac: 1, p_frac: 0 };
export const constantImpedance: VoltageLaw = { z_frac: 1, i_frac: 0, p_frac: 0 };

/** How an element between conductors stands in the feeder; a delta of two phases has two elements, which a `Feeder` knows only one by one. */
export interface Placement {
  readonly connection: 'wye' | 'delta';
  readonly v_rated_kV: number;
  readonly elements_count: number;
  readonly terminals: readonly Terminal[];
}

/**
 * Terminal and voltage of a load, generator or inverter. OpenDSS gives the voltage between phases for two and three phases and for delta,
 * and across the element for one.
 */
export function placementOf(draft: FeederDraft, object: DssObject, phases: number, isDelta: boolean, v_kV: number): Placement {
  const name = draft.busNameOf(object, 'bus1');
  const bus = draft.bus(name.bus);
  if (!isDelta) {
    const conductors = conductorsOf(name, [...phasesUpTo(phases), 0]);
    return {
      connection: 'wye',
      v_rated_kV: phases === 1 ? v_kV : v_kV / Math.sqrt(3),
      elements_count: phases,
      terminals: [{ bus, conductors }],
    };
  }
  if (phases === 2) {
    const [a, b, c] = conductorsOf(name, [1, 2, 0]);
    const terminals = [
      { bus, conductors: [a, b] },
      { bus, conductors: [b, c] },
    ];
    return { connection: 'delta', v_rated_kV: v_kV, elements_count: 1, terminals };
  }
  const conductors = conductorsOf(name, phases === 1 ? [1, 0] : phasesUpTo(phases));
  return { connection: 'delta', v_rated_kV: v_kV, elements_count: phases, terminals: [{ bus, conductors }] };
}

/** @throws {InputError} OPENDSS_VALUE */
export function isDeltaWord(assignment: Assignment): boolean {
  const word = wordOf(assignment);
  if (/^(d|ll)/.test(word)) return true;
  if (/^(w|y|ln)/.test(word)) return false;
  throw refusal('OPENDSS_VALUE', `"conn" must be wye or delta, got ${quoted(word)}`, assignment.at, 'Write conn=wye or conn=delta.');
}

/** q that belongs to p at a power factor; negative: q has the other sign. */
export const kvarOf = (p_kW: number, pf: number): number =>
  pf === 0 ? 0 : p_kW * Math.sqrt(Math.max(0, 1 / (pf * pf) - 1)) * Math.sign(pf);

/** The shapes that an element follows, of those that could be read. */
export function profileUseOf(profiles: ReadonlyMap<string, Profile>, draft: FeederDraft, object: DssObject): ProfileUse | undefined {
  const use: { daily?: string; yearly?: string; duty?: string } = {};
  for (const assignment of object.assignments) {
    const { property } = assignment;
    if (property !== 'daily' && property !== 'yearly' && property !== 'duty') continue;
    const id = wordOf(assignment);
    if (id === '' || id === 'none') delete use[property];
    else if (profiles.has(id)) use[property] = id;
    else
      draft.drop(
        object,
        `its ${property} shape "${id.slice(0, 60)}" does not exist or could not be carried over; it stays at its base value`,
        assignment.at,
      );
  }
  return Object.keys(use).length === 0 ? undefined : use;
}
