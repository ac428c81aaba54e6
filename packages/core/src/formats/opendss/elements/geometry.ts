import { InputError } from '../../../base/errors.ts';
import { type LineConstants, type LineWire, lineConstants, reduceLineConstants } from '../../../network/feeder/line-constants.ts';
import { type DssObject, referenced, type Script } from '../script/objects.ts';
import { refusal } from '../script/place.ts';
import { type Assignment, flagOf, integerOf, numberOf, numbersOf, wordOf, wordsOf } from '../script/values.ts';
import { conductorsMax_count, type EarthModel } from './line-impedance.ts';
import { metresOf } from './units.ts';
import { type ConductorClass, type WireFacts, wireOf } from './wires.ts';

/** Conductors over ground, some of which are phases: what a LineGeometry says, or a LineSpacing with the wires of a line. */
interface Layout {
  phases_count: number;
  reduce: boolean;
  conductors: Conductor[];
  iNormal_A: number | undefined;
}

interface Conductor {
  wire: WireFacts | undefined;
  x: number;
  h: number;
  unit_m: number;
}

export interface GeometryOfLine {
  readonly constants: LineConstants;
  readonly iNormal_A: number | undefined;
}

/** What a line says beside its geometry. */
export interface EarthOfLine {
  readonly rho_ohm_m: number;
  readonly earthModel: EarthModel;
  readonly frequency_Hz: number;
}

/**
 * Line constants of a LineGeometry; the same geometry in the same ground is worked out once.
 * @throws {InputError} OPENDSS_GEOMETRY, OPENDSS_UNKNOWN_NAME, OPENDSS_VALUE
 */
export function geometryOfLine(script: Script, assignment: Assignment, earth: EarthOfLine): GeometryOfLine {
  const object = referenced(script.circuit, 'linegeometry', assignment, wordOf(assignment));
  return remembered(script, `${object.name} ${Object.values(earth).join(' ')}`, () =>
    constantsOf(layoutOfGeometry(script, object), earth, assignment),
  );
}

/** The same for `spacing=` with `wires=`, `cncables=` or `tscables=`. @throws {InputError} as `geometryOfLine` */
export function spacingOfLine(script: Script, spacing: Assignment, wires: readonly Assignment[], earth: EarthOfLine): GeometryOfLine {
  const object = referenced(script.circuit, 'linespacing', spacing, wordOf(spacing));
  const key = [object.name, ...wires.flatMap((a) => [a.property, ...wordsOf(a)]), ...Object.values(earth)].join(' ');
  return remembered(script, key, () => {
    const layout = layoutOfSpacing(script, object);
    for (const assignment of wires) putWires(layout, assignment, script);
    return constantsOf(layout, earth, spacing);
  });
}

const known = new WeakMap<Script, Map<string, GeometryOfLine>>();

function remembered(script: Script, key: string, make: () => GeometryOfLine): GeometryOfLine {
  const mine = known.get(script) ?? new Map<string, GeometryOfLine>();
  known.set(script, mine);
  const found = mine.get(key) ?? make();
  mine.set(key, found);
  return found;
}

function constantsOf(layout: Layout, { rho_ohm_m, earthModel, frequency_Hz }: EarthOfLine, { at }: Assignment): GeometryOfLine {
  const wires = layout.conductors.map((conductor, k): LineWire => {
    if (conductor.wire === undefined) {
      throw refusal(
        'OPENDSS_GEOMETRY',
        `Conductor ${k + 1} of ${layout.conductors.length} has no wire`,
        at,
        'Name its wire, cncable or tscable.',
      );
    }
    const y_m = conductor.h * conductor.unit_m;
    if (!(y_m > 0) && conductor.wire.wire.cable === undefined) {
      throw refusal(
        'OPENDSS_GEOMETRY',
        `Conductor ${k + 1} is a bare wire at a height of ${Number(y_m.toPrecision(4))} m`,
        at,
        'A bare wire hangs above the earth: give h above 0, or use a cable (CNData, TSData).',
      );
    }
    return { ...conductor.wire.wire, x_m: conductor.x * conductor.unit_m, y_m };
  });
  try {
    const all = lineConstants(
      { wires, earth_ohm_m: rho_ohm_m, earthModel: earthModel === 'fullcarson' ? 'fullCarson' : earthModel },
      frequency_Hz,
    );
    const kept = layout.reduce ? Math.min(layout.phases_count, wires.length) : wires.length;
    const first_A = layout.conductors[0]?.wire?.iNormal_A;
    return { constants: kept < wires.length ? reduceLineConstants(all, kept) : all, iNormal_A: layout.iNormal_A ?? first_A };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw refusal('OPENDSS_GEOMETRY', error.what, at, error.hint ?? 'Correct the geometry.');
  }
}

function newConductors(count: number, unit_m: number): Conductor[] {
  return Array.from({ length: count }, () => ({ wire: undefined, x: 0, h: 0, unit_m }));
}

function layoutOfGeometry(script: Script, object: DssObject): Layout {
  let unit_m = 0.3048;
  const layout: Layout = { phases_count: 3, reduce: false, conductors: newConductors(3, unit_m), iNormal_A: undefined };
  let active = 0;
  for (const assignment of object.assignments) {
    const conductor = layout.conductors[active];
    switch (assignment.property) {
      case 'nconds':
        layout.conductors = newConductors(integerOf(assignment, 1, conductorsMax_count), unit_m);
        active = 0;
        break;
      case 'nphases':
        layout.phases_count = integerOf(assignment, 1, conductorsMax_count);
        break;
      case 'cond':
        active = integerOf(assignment, 1, layout.conductors.length) - 1;
        layout.conductors[active].unit_m = unit_m;
        break;
      case 'units':
        unit_m = metresOf(assignment) ?? 1;
        conductor.unit_m = unit_m;
        break;
      case 'x':
        conductor.x = numberOf(assignment);
        break;
      case 'h':
        conductor.h = numberOf(assignment);
        break;
      case 'wire':
      case 'cncable':
      case 'tscable':
        conductor.wire = wireOf(script, assignment, conductorClasses[assignment.property], wordOf(assignment));
        break;
      case 'wires':
      case 'cncables':
      case 'tscables':
        putWires(layout, assignment, script);
        break;
      case 'spacing': {
        const spacing = layoutOfSpacing(script, referenced(script.circuit, 'linespacing', assignment, wordOf(assignment)));
        layout.conductors = spacing.conductors.map((place, k) => ({ ...place, wire: layout.conductors[k]?.wire }));
        active = 0;
        break;
      }
      case 'reduce':
        layout.reduce = flagOf(assignment);
        break;
      case 'normamps':
        layout.iNormal_A = numberOf(assignment);
        break;
      default:
    }
  }
  return layout;
}

function layoutOfSpacing(script: Script, object: DssObject): Layout {
  const layout: Layout = { phases_count: 3, reduce: true, conductors: newConductors(3, 0.3048), iNormal_A: undefined };
  for (const assignment of object.assignments) {
    const { property } = assignment;
    if (property === 'nconds')
      layout.conductors = newConductors(integerOf(assignment, 1, conductorsMax_count), layout.conductors[0].unit_m);
    else if (property === 'nphases') layout.phases_count = integerOf(assignment, 1, conductorsMax_count);
    else if (property === 'units') for (const conductor of layout.conductors) conductor.unit_m = metresOf(assignment) ?? 1;
    else if (property === 'x' || property === 'h') {
      numbersOf(assignment, script.readNumbers).forEach((value, k) => {
        if (layout.conductors[k] !== undefined) layout.conductors[k][property] = value;
      });
    }
  }
  return layout;
}

const conductorClasses: Readonly<Record<string, ConductorClass>> = {
  wire: 'wiredata',
  wires: 'wiredata',
  cncable: 'cndata',
  cncables: 'cndata',
  tscable: 'tsdata',
  tscables: 'tsdata',
};

/** Wires by name in order; beside cables they are the bare neutrals after the phases. @throws {InputError} OPENDSS_UNKNOWN_NAME */
function putWires(layout: Layout, assignment: Assignment, script: Script): void {
  const names = wordsOf(assignment);
  const hasCables = assignment.property === 'wires' && layout.conductors.some(({ wire }) => wire?.wire.cable !== undefined);
  const first = hasCables && names.length <= layout.conductors.length - layout.phases_count ? layout.phases_count : 0;
  names.forEach((name, k) => {
    const conductor = layout.conductors[first + k];
    if (conductor !== undefined) conductor.wire = wireOf(script, assignment, conductorClasses[assignment.property], name);
  });
}
