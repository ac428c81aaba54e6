import { didYouMean, InputError } from '../../base/errors.ts';
import type { AgentId } from '../role.ts';
import { type Fault, type FaultKind, type FaultScript, type FaultSpec, faultSpecs, fits, type KeySpec, type Names } from './script.ts';

/**
 * Checks a document and returns it as a script. It is `{ faults: [ … ] }`, or the list alone; other keys beside `faults` are not looked at.
 * @param where - what the document is called in messages: a file, or a key of a study
 * @throws {InputError} FAULTS_INVALID, FAULTS_UNKNOWN_KEY, FAULTS_UNKNOWN_KIND
 */
export function readFaultScript(document: unknown, where = 'faults'): FaultScript {
  const list = isRecord(document) ? document['faults'] : document;
  const place = isRecord(document) ? `${where}.faults` : where;
  if (!Array.isArray(list)) {
    throw invalid(
      `A fault script is a list of faults, got ${shown(list)}`,
      place,
      'Write one entry per fault: `- { fault: loss, loss_frac: 0.1 }`.',
    );
  }
  return { faults: list.map((entry, n) => readFault(entry, `${place}[${n}]`)) };
}

/**
 * Sees that every name in a script fits somebody.
 * @throws {InputError} FAULTS_UNKNOWN_AGENT
 */
export function checkAgents(script: FaultScript, agents: readonly AgentId[], where = 'faults'): void {
  script.faults.forEach((fault, n) => {
    for (const key of ['from', 'to', 'agents', 'as'] as const) {
      const names = (fault as { [K in typeof key]?: Names })[key];
      if (names === undefined) continue;
      for (const name of typeof names === 'string' ? [names] : names) {
        if (agents.some((id) => fits(id, name))) continue;
        throw new InputError({
          code: 'FAULTS_UNKNOWN_AGENT',
          message: `No agent is called "${name}"`,
          where: `${where}[${n}].${key}`,
          hint: didYouMean(name, agents) ?? `There are ${agents.length} agents; "${agents[0]}" is one of them, and \`*\` fits everybody.`,
        });
      }
    }
  });
}

function readFault(entry: unknown, where: string): Fault {
  if (!isRecord(entry))
    throw invalid(`A fault has keys and values, got ${shown(entry)}`, where, 'Write `{ fault: loss, loss_frac: 0.1 }`.');
  const kind = entry['fault'];
  if (typeof kind !== 'string' || !Object.hasOwn(faultSpecs, kind)) {
    const known = Object.keys(faultSpecs);
    throw new InputError({
      code: 'FAULTS_UNKNOWN_KIND',
      message: kind === undefined ? 'A fault does not say which it is: expected the key "fault"' : `There is no fault ${shown(kind)}`,
      where: `${where}.fault`,
      hint: (typeof kind === 'string' ? didYouMean(kind, known) : undefined) ?? `Known: ${known.join(', ')}.`,
    });
  }
  const spec: FaultSpec = faultSpecs[kind as FaultKind];
  for (const key of Object.keys(entry)) {
    if (key === 'fault' || Object.hasOwn(spec, key)) continue;
    throw new InputError({
      code: 'FAULTS_UNKNOWN_KEY',
      message: `A fault "${kind}" has no key "${key}"`,
      where: `${where}.${key}`,
      hint: didYouMean(key, Object.keys(spec)) ?? `Known: ${Object.keys(spec).join(', ')}.`,
    });
  }
  const fault: Record<string, unknown> = { fault: kind };
  for (const [key, wanted] of Object.entries(spec)) {
    const value = entry[key];
    if (value === undefined || value === null) {
      if (wanted.required) throw invalid(`A fault "${kind}" needs "${key}"`, `${where}.${key}`, `Expected ${expected(wanted)}.`);
    } else if (meets(value, wanted)) fault[key] = value;
    else throw invalid(`"${key}" is ${shown(value)}: expected ${expected(wanted)}`, `${where}.${key}`, 'Correct the value.');
  }
  const { after_s = 0, until_s = Number.POSITIVE_INFINITY } = fault as { after_s?: number; until_s?: number };
  if (!(after_s < until_s)) {
    throw invalid(`The fault ends at ${until_s} s, before it begins at ${after_s} s`, `${where}.until_s`, 'Let until_s be above after_s.');
  }
  if (fault['law'] === 'pareto' && (fault['shape'] as number | undefined) !== undefined && (fault['shape'] as number) <= 1) {
    throw invalid(`A Pareto delay with shape ${fault['shape']} has no mean`, `${where}.shape`, 'Take a shape above 1.');
  }
  return fault as unknown as Fault;
}

function meets(value: unknown, spec: KeySpec): boolean {
  if (spec.type === 'number') return typeof value === 'number' && value >= spec.min && value <= spec.max;
  if (spec.type === 'whole') return Number.isInteger(value) && (value as number) >= spec.min && (value as number) <= spec.max;
  if (spec.type === 'choice') return spec.among.includes(value as string);
  if (isName(value)) return true;
  return spec.type === 'names' && Array.isArray(value) && value.length > 0 && value.every(isName);
}

function expected(spec: KeySpec): string {
  if (spec.type === 'number') return `a number from ${spec.min} to ${spec.max}`;
  if (spec.type === 'whole') return `a whole number from ${spec.min} to ${spec.max}`;
  if (spec.type === 'choice') return `one of ${spec.among.join(', ')}`;
  return spec.type === 'name' ? 'the name of an agent' : 'a name, or a list of names, in which * stands for anything';
}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function invalid(message: string, where: string, hint: string): InputError {
  return new InputError({ code: 'FAULTS_INVALID', message, where, hint });
}
