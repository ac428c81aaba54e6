import { didYouMean } from '../../../base/errors.ts';
import { canonicalProperty, classNames, classTable, otherClasses, propertyIndex, silentClasses } from './classes.ts';
import type { DssObject, ReportedElement } from './objects.ts';
import { type Place, quoted, refusal, whereOf } from './place.ts';
import type { Token } from './tokens.ts';
import { type Assignment, wordOf } from './values.ts';

/** Properties that copy another object as it then stands. */
const copied: Readonly<Record<string, string>> = { linecode: 'linecode', xfmrcode: 'xfmrcode' };

/** Far more than an element has properties; only elements that copy each other in turns come here. */
const assignmentsMax_count = 10_000;

/** The objects of a script while it runs, the one that is being edited, and what is reported of them. */
export class ObjectStore {
  readonly objects = new Map<string, DssObject>();
  readonly dropped: ReportedElement[] = [];
  readonly warnings: string[] = [];
  active: DssObject | undefined;
  baseFrequency_Hz: number;
  earthModel = 'deri';
  /** Property after the last one that was set, of the active object. */
  private nextProperty = 0;
  private lastWasNamed = false;

  constructor(baseFrequency_Hz: number) {
    this.baseFrequency_Hz = baseFrequency_Hz;
  }

  /** Edits this object from its first property on. */
  activate(object: DssObject | undefined): void {
    this.active = object;
    this.nextProperty = 0;
  }

  of(className: string): DssObject[] {
    return [...this.objects.values()].filter((object) => object.className === className);
  }

  report(element: string, at: Place, reason: string): void {
    this.dropped.push({ element, at, reason });
  }

  add(className: string, name: string, at: Place): DssObject {
    const made: DssObject = { className, name, at, assignments: [], baseFrequency_Hz: this.baseFrequency_Hz, earthModel: this.earthModel };
    this.objects.set(`${className}.${name}`, made);
    return made;
  }

  /** `class.name` in lower case. @throws {InputError} OPENDSS_UNKNOWN_CLASS, OPENDSS_NAME_MISSING */
  splitName(text: string, at: Place): { className: string; name: string } {
    const lower = text.toLowerCase();
    const dot = lower.indexOf('.');
    const className = dot < 0 ? lower : lower.slice(0, dot);
    const name = dot < 0 ? '' : lower.slice(dot + 1);
    const known =
      className === 'circuit' ||
      classTable(className) !== undefined ||
      Object.hasOwn(otherClasses, className) ||
      silentClasses.has(className);
    if (!known) {
      throw refusal(
        'OPENDSS_UNKNOWN_CLASS',
        `${quoted(className)} is no class of elements that is known`,
        at,
        didYouMean(className, classNames()) ?? 'Correct it, or put ! before the line.',
      );
    }
    if (name === '') throw refusal('OPENDSS_NAME_MISSING', `The ${className} has no name`, at, `Write ${className}.<name>.`);
    return { className, name };
  }

  /** The element that `class.name` means, or undefined when its class is not carried. @throws {InputError} OPENDSS_UNKNOWN_NAME */
  find(text: string, at: Place): DssObject | undefined {
    const { className, name } = this.splitName(text, at);
    if (className === 'circuit') return this.objects.get('vsource.source');
    if (classTable(className) === undefined) return undefined;
    const found = this.objects.get(`${className}.${name}`);
    if (found !== undefined) return found;
    throw refusal(
      'OPENDSS_UNKNOWN_NAME',
      `There is no ${className} ${quoted(name)}`,
      at,
      didYouMean(
        name,
        this.of(className).map((object) => object.name),
      ) ?? `Make it with New ${className}.${name.slice(0, 40)} first.`,
    );
  }

  select(text: string, at: Place): void {
    this.activate(this.find(text, at));
  }

  assign(token: Token, at: Place): void {
    const object = this.active;
    if (object === undefined) return;
    const table = classTable(object.className)!;
    const index = token.name === '' ? this.nextProperty : propertyIndex(table, token.name);
    const name = table.properties[index];
    if (name === undefined) {
      const reason = token.name === '' ? 'there are more values than properties' : `the class ${table.name} has no such property`;
      const near = token.name === '' ? undefined : didYouMean(token.name, table.properties);
      this.report(
        `${object.className}.${object.name} ${token.name || token.text}`.slice(0, 160),
        at,
        near?.startsWith('Did') ? `${reason}. ${near}` : reason,
      );
      return;
    }
    if (token.afterComma === true && this.nextProperty > 0 && this.lastWasNamed) {
      this.warnings.push(
        `${object.className}.${object.name}: the number behind the comma is read as "${name}=${token.text}"; write a point where it is a decimal (${whereOf(at)})`,
      );
    }
    this.lastWasNamed = token.name !== '';
    this.nextProperty = index + 1;
    const property = canonicalProperty(object.className, name);
    if (property === 'like') this.copy(object, { property, value: token, at });
    else {
      const source = Object.hasOwn(copied, property) ? this.objects.get(`${copied[property]}.${token.text.toLowerCase()}`) : undefined;
      object.assignments.push({ property, value: token, at, ...(source === undefined ? {} : { copied_count: source.assignments.length }) });
    }
  }

  /** `like=`: takes over what the other element has at this moment. */
  private copy(object: DssObject, assignment: Assignment): void {
    const other = this.find(`${object.className}.${wordOf(assignment)}`, assignment.at);
    if (other === undefined || other === object) return;
    if (object.assignments.length + other.assignments.length > assignmentsMax_count) {
      throw refusal(
        'OPENDSS_VALUE',
        `"like" copies more than ${assignmentsMax_count} values`,
        assignment.at,
        'Elements copy each other; write one of them out.',
      );
    }
    for (const copy of other.assignments) object.assignments.push(copy);
  }

  /** OpenDSS keeps this option from one run to the next; a script that sets it after its circuit means its next run. */
  setFrequency(frequency_Hz: number, at: Place): void {
    this.baseFrequency_Hz = frequency_Hz;
    const source = this.objects.get('vsource.source');
    if (source === undefined || source.baseFrequency_Hz === frequency_Hz) return;
    for (const object of this.objects.values()) object.baseFrequency_Hz = frequency_Hz;
    this.warnings.push(
      `The default frequency is set to ${frequency_Hz} Hz after the circuit is made; it is taken to hold from the beginning (${whereOf(at)})`,
    );
  }

  allocate(assignment: Assignment): void {
    for (const load of this.objects.values()) {
      if (load.className !== 'load' || !load.assignments.some(({ property }) => property === 'xfkva')) continue;
      load.assignments.push({ ...assignment, property: 'allocationfactor' });
    }
  }
}
