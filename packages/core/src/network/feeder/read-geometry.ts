import { InputError } from '../../base/errors.ts';
import type { RowReader } from '../document-table.ts';
import { feederColumns } from './document.ts';
import type { EarthModel } from './earth-return.ts';
import type { Matrix } from './feeder.ts';
import { type Cable, type LineWire, lineConstants, reduceLineConstants } from './line-constants.ts';

/** Wires and geometries of a document by name, and the frequency at which they are reckoned. */
export interface Geometries {
  readonly wires: ReadonlyMap<string, RowReader>;
  readonly geometries: ReadonlyMap<string, RowReader>;
  readonly frequency_Hz: number;
}

const earthModels = ['deri', 'carson', 'fullCarson'] as const satisfies readonly EarthModel[];

/**
 * Constants per kilometre of a geometry for a line of n conductors: its first n wires; the others are earthed neutrals and are reduced away.
 * @throws {InputError} NETWORK_CELL_INVALID, NETWORK_KEY_MISSING
 */
export function constantsOfGeometry(
  row: RowReader,
  n: number,
  { wires, geometries, frequency_Hz }: Geometries,
): { readonly r_ohm_per_km: Matrix; readonly x_ohm_per_km: Matrix; readonly b_S_per_km: Matrix } {
  const geometry = geometries.get(row.id('geometry'));
  if (geometry === undefined) throw row.wrong('geometry', `one of the geometries (${[...geometries.keys()].slice(0, 20).join(', ')})`);
  const placed = geometry.rows('wires', feederColumns.placed_wires).map((place): LineWire => {
    const wire = wires.get(place.id('wire'));
    if (wire === undefined) throw place.wrong('wire', `one of the wires (${[...wires.keys()].slice(0, 20).join(', ')})`);
    return { x_m: place.number('x_m', Number.NaN), y_m: place.number('y_m', Number.NaN), ...wireOf(wire) };
  });
  if (placed.length < n) throw row.wrong('geometry', `a geometry of ${n} wires or more`);
  const earth = { earth_ohm_m: geometry.number('earth_ohm_m', 100), earthModel: geometry.word('earth_model', earthModels, 'deri') };
  try {
    return reduceLineConstants(lineConstants({ wires: placed, ...earth }, frequency_Hz), n);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({ code: error.code, message: error.what, where: geometry.where, hint: error.hint });
  }
}

function wireOf(wire: RowReader): Omit<LineWire, 'x_m' | 'y_m'> {
  const cable = cableOf(wire);
  return {
    r_ac_ohm_per_km: wire.number('r_ac_ohm_per_km', Number.NaN),
    ...(wire.has('r_dc_ohm_per_km') ? { r_dc_ohm_per_km: wire.number('r_dc_ohm_per_km', 0) } : {}),
    gmr_m: wire.number('gmr_m', Number.NaN),
    radius_m: wire.number('radius_m', Number.NaN),
    ...(wire.has('radius_capacitance_m') ? { radiusCapacitance_m: wire.number('radius_capacitance_m', 0) } : {}),
    ...(cable === undefined ? {} : { cable }),
  };
}

const insulationKeys = ['insulation_outer_m', 'insulation_thickness_m'] as const;
const concentricKeys = ['strands_count', 'strands_circle_m', 'r_strand_ohm_per_km', 'gmr_strand_m'] as const;
const tapeKeys = ['tape_outer_m', 'tape_thickness_m'] as const;
const cableKeys = [...insulationKeys, 'insulation_permittivity_frac', ...concentricKeys, ...tapeKeys, 'tape_overlap_frac'] as const;

/** Insulation and shield; undefined for a bare wire, which has no key of a cable. A cable has all keys of its insulation and of one shield. */
function cableOf(wire: RowReader): Cable | undefined {
  if (!cableKeys.some((key) => wire.has(key))) return undefined;
  const isConcentric = concentricKeys.some((key) => wire.has(key));
  const excess = isConcentric ? [...tapeKeys, 'tape_overlap_frac'].find((key) => wire.has(key)) : undefined;
  if (excess !== undefined) throw wire.wrong(excess, 'left out, because the cable has a concentric neutral');
  const needed = (key: string): number => {
    if (!wire.has(key))
      throw wire.wrong(key, `given: a cable needs ${[...insulationKeys, ...(isConcentric ? concentricKeys : tapeKeys)].join(', ')}`);
    return wire.number(key, Number.NaN);
  };
  const [outer_m, thickness_m] = insulationKeys.map(needed);
  return {
    insulation: { outer_m, thickness_m, permittivity_frac: wire.number('insulation_permittivity_frac', 2.3) },
    shield: isConcentric
      ? {
          kind: 'concentric',
          strands_count: needed('strands_count'),
          circle_m: needed('strands_circle_m'),
          rStrand_ohm_per_km: needed('r_strand_ohm_per_km'),
          gmrStrand_m: needed('gmr_strand_m'),
        }
      : {
          kind: 'tape',
          outer_m: needed('tape_outer_m'),
          thickness_m: needed('tape_thickness_m'),
          overlap_frac: wire.number('tape_overlap_frac', 0.2),
        },
  };
}
