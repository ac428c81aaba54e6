import type { Cable, LineWire } from '../../../network/feeder/line-constants.ts';
import { type DssObject, lastOf, referenced, type Script } from '../script/objects.ts';
import { refusal } from '../script/place.ts';
import { type Assignment, numberOf } from '../script/values.ts';
import { metresOf } from './units.ts';

export type ConductorClass = 'wiredata' | 'cndata' | 'tsdata';

export interface WireFacts {
  readonly wire: Omit<LineWire, 'x_m' | 'y_m'>;
  readonly iNormal_A: number | undefined;
}

/** Geometric mean radius of a solid round wire, as a part of its radius. */
const solidGmr = 0.7788;

/**
 * WireData, CNData or TSData → a wire of `lineConstants`. What is missing follows from what is there: GMR = 0.7788·radius, Rac = 1.02·Rdc, and a
 * unit that is not said is that of the other of GMR and radius.
 * @throws {InputError} OPENDSS_UNKNOWN_NAME, OPENDSS_GEOMETRY, OPENDSS_VALUE
 */
export function wireOf(script: Script, assignment: Assignment, className: ConductorClass, name: string): WireFacts {
  const object = referenced(script.circuit, className, assignment, name);
  const number = (property: string): number | undefined => {
    const found = lastOf(object, property);
    return found === undefined ? undefined : numberOf(found);
  };
  const unit = (property: string): number | undefined => {
    const found = lastOf(object, property);
    return found === undefined ? undefined : metresOf(found);
  };
  const perRadius_m = unit('radunits') ?? unit('gmrunits') ?? 1;
  const perGmr_m = unit('gmrunits') ?? unit('radunits') ?? 1;
  const perKm = 1000 / (unit('runits') ?? 1);
  const radius = sizeOf(object) === undefined ? undefined : sizeOf(object)! * perRadius_m;
  const gmr = number('gmrac') === undefined ? undefined : number('gmrac')! * perGmr_m;
  const [rDc, rAc] = [number('rdc'), number('rac')];
  const r_ac = rAc ?? (rDc === undefined ? undefined : rDc * 1.02);
  const gmr_m = gmr ?? (radius === undefined ? undefined : radius * solidGmr);
  const radius_m = radius ?? (gmr === undefined ? undefined : gmr / solidGmr);
  if (r_ac === undefined || gmr_m === undefined || radius_m === undefined) {
    throw refusal(
      'OPENDSS_GEOMETRY',
      `The ${className} "${object.name}" has no ${r_ac === undefined ? 'resistance' : 'radius'}`,
      object.at,
      r_ac === undefined ? 'Give Rac or Rdc.' : 'Give radius, diam or GMRac.',
    );
  }
  const capacitance = number('capradius');
  const iNormal = number('normamps');
  return {
    wire: {
      r_ac_ohm_per_km: r_ac * perKm,
      r_dc_ohm_per_km: (rDc ?? r_ac / 1.02) * perKm,
      gmr_m,
      radius_m,
      ...(capacitance === undefined ? {} : { radiusCapacitance_m: capacitance * perRadius_m }),
      ...(className === 'wiredata' ? {} : { cable: cableOf(object, className, perRadius_m, perGmr_m, perKm) }),
    },
    iNormal_A: iNormal !== undefined && iNormal > 0 ? iNormal : undefined,
  };
}

/** The radius, whichever of `radius` and `diam` was said last. */
function sizeOf(object: DssObject): number | undefined {
  const last = object.assignments.findLast(({ property }) => property === 'radius' || property === 'diam');
  return last === undefined ? undefined : numberOf(last) / (last.property === 'diam' ? 2 : 1);
}

/** @throws {InputError} OPENDSS_GEOMETRY */
function cableOf(object: DssObject, className: ConductorClass, perRadius_m: number, perGmr_m: number, perKm: number): Cable {
  const number = (property: string, usual?: number): number => {
    const found = lastOf(object, property);
    if (found !== undefined) return numberOf(found);
    if (usual !== undefined) return usual;
    throw refusal('OPENDSS_GEOMETRY', `The ${className} "${object.name}" has no ${property}`, object.at, 'Give it; a cable cannot be reckoned without.');
  };
  const insulation = {
    outer_m: number('diains') * perRadius_m,
    thickness_m: number('inslayer') * perRadius_m,
    permittivity_frac: number('epsr', 2.3),
  };
  if (className === 'tsdata') {
    const shield = {
      kind: 'tape',
      outer_m: number('diashield') * perRadius_m,
      thickness_m: number('tapelayer') * perRadius_m,
      overlap_frac: number('tapelap', 20) / 100,
    } as const;
    return { insulation, shield };
  }
  const strand_m = number('diastrand') * perRadius_m;
  const gmrStrand = lastOf(object, 'gmrstrand');
  const shield = {
    kind: 'concentric',
    strands_count: number('k', 2),
    circle_m: number('diacable') * perRadius_m - strand_m,
    rStrand_ohm_per_km: number('rstrand') * perKm,
    gmrStrand_m: gmrStrand === undefined ? (solidGmr * strand_m) / 2 : numberOf(gmrStrand) * perGmr_m,
  } as const;
  return { insulation, shield };
}
