import { didYouMean } from '../../../base/errors.ts';
import { type Place, quoted, refusal } from './place.ts';
import type { Assignment, NumberFile } from './values.ts';

/** An element or a piece of data of the script: what was assigned to it, in order. What it means is worked out at the end. */
export interface DssObject {
  /** Lower case. */
  readonly className: string;
  /** Lower case. */
  readonly name: string;
  readonly at: Place;
  readonly assignments: Assignment[];
  /** What the options said when it was made. */
  baseFrequency_Hz: number;
  readonly earthModel: string;
}

export const nameOf = (object: DssObject): string => `${object.className}.${object.name}`;

/** The value of the last assignment of a property. */
export function lastOf(object: DssObject, property: string): Assignment | undefined {
  for (let k = object.assignments.length - 1; k >= 0; k--) {
    if (object.assignments[k].property === property) return object.assignments[k];
  }
  return undefined;
}

export interface Position {
  readonly x: number;
  readonly y: number;
}

export interface ReportedElement {
  readonly element: string;
  readonly at: Place;
  readonly reason: string;
}

/** The circuit as it stands at the end of the script. */
export interface Circuit {
  readonly name: string;
  readonly at: Place;
  /** In the order in which they were made; the source of the circuit is among them. */
  readonly objects: Map<string, DssObject>;
  /** By lower-case bus. */
  readonly positions: Map<string, Position>;
}

/** What the interpreter leaves behind for the makers of elements. */
export interface Script {
  readonly circuit: Circuit;
  /** Last value of each option, by its full lower-case name. */
  readonly options: ReadonlyMap<string, Assignment>;
  readonly dropped: ReportedElement[];
  readonly warnings: string[];
  /** Text of a file that an array names, seen from the file that names it. */
  readonly readNumbers: NumberFile;
}

/** The objects of a class, in order. */
export function objectsOf(circuit: Circuit, className: string): DssObject[] {
  return [...circuit.objects.values()].filter((object) => object.className === className);
}

/** The object that a property names. @throws {InputError} OPENDSS_UNKNOWN_NAME */
export function referenced(circuit: Circuit, className: string, { property, value, at }: Assignment, name: string): DssObject {
  const found = circuit.objects.get(`${className}.${name}`);
  if (found !== undefined) return found;
  throw refusal(
    'OPENDSS_UNKNOWN_NAME',
    `"${property}" names the ${className} ${quoted(name || value.text)}, which does not exist`,
    at,
    didYouMean(
      name,
      objectsOf(circuit, className).map((object) => object.name),
    ) ?? `Define it with New ${className}.${name.slice(0, 40)}, or redirect to the file that does.`,
  );
}
