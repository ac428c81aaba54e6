import type { z } from 'zod';
import { didYouMean, InputError } from '../base/errors.ts';
import { withoutUnit } from '../base/units.ts';

/** What kind of file it is, for errors. */
export interface DocumentKind {
  readonly name: string;
  /** Where to look for an example, as a sentence. */
  readonly see: string;
}

/**
 * Checks a document against a schema of zod and words the first fault as ours: key path, what was expected, nearest name.
 * @param kind - a study file when left out
 * @throws {InputError} STUDY_UNKNOWN_KEY, STUDY_MISSING_KEY, STUDY_VALUE_INVALID
 */
export function readDocument<S extends z.ZodType>(
  schema: S,
  document: unknown,
  kind: DocumentKind = { name: 'study file', see: seeTemplate(schema) },
): z.infer<S> {
  const outcome = schema.safeParse(document);
  if (outcome.success) return outcome.data;
  const issue = innermost(outcome.error.issues[0]);
  const where = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const wrong = issue.keys[0];
    const known = keysAt(schema, issue.path);
    const sameStem = known.find(
      (key) => withoutUnit(key) === withoutUnit(wrong) || (key.includes('_') && wrong.startsWith(`${withoutUnit(key)}_`)),
    );
    throw new InputError({
      code: 'STUDY_UNKNOWN_KEY',
      message: sameStem
        ? `"${shortened(wrong)}" has the wrong unit: expected "${sameStem}"`
        : `The ${kind.name} has no key "${shortened(wrong)}"${where ? ` under "${where}"` : ''}`,
      where: pathOf([...issue.path, shortened(wrong)]),
      hint: sameStem ? 'Convert the value and rename the key.' : (didYouMean(wrong, known) ?? kind.see),
    });
  }
  const last = issue.path[issue.path.length - 1];
  if (issue.path.length === 0 || (valueAt(document, issue.path) === undefined && typeof last === 'string')) {
    throw new InputError({
      code: 'STUDY_MISSING_KEY',
      message: `The ${kind.name} needs ${where ? `"${where}"` : 'keys with values'}`,
      where: where || 'document',
      hint: kind.see,
    });
  }
  throw new InputError({
    code: 'STUDY_VALUE_INVALID',
    message: sentence(issue.message),
    where,
    hint: issue.code === 'custom' ? 'Correct the value.' : kind.see,
  });
}

type Issue = z.core.$ZodIssue;

/** Where to look: the commented study file of the kind that the schema is of. */
function seeTemplate(schema: z.ZodType): string {
  const { study } =
    (schema as { shape?: Readonly<Record<string, { readonly def?: { readonly values?: readonly unknown[] } }>> }).shape ?? {};
  return `See \`gridflock new study ${study?.def?.values?.[0] ?? 'KIND'}\` for a commented example.`;
}
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** `devices[2].bus`, the way the place is looked up in the file. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`), '');

/**
 * What is wrong with the alternative that the writer meant: of a union, the one whose kind of value (and whose `kind`) is
 * right and which has the fewest faults. Where no alternative is near, all that were expected are named.
 */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const alternatives = issue.errors.filter((faults) => faults.length > 0);
  const meant = alternatives
    .filter((faults) => !faults.some((fault) => fault.path.length === 0 && fault.code === 'invalid_type'))
    .filter((faults) => !faults.some((fault) => fault.code === 'invalid_value'))
    .sort((a, b) => a.length - b.length)[0];
  if (meant) {
    const fault = innermost(meant.find((one) => one.code === 'unrecognized_keys') ?? meant[0]);
    return { ...fault, path: [...issue.path, ...fault.path] };
  }
  const first = innermost(alternatives[0][0]);
  const words = alternatives.map((faults) => / expected (.*?)(?:, received|$)/.exec(faults[0].message)?.[1] ?? '').filter((w) => w !== '');
  const received = /, received (.*)$/.exec(first.message)?.[1];
  const expected = [...new Set(words)].join(' or ');
  return {
    ...first,
    path: [...issue.path, ...first.path],
    message: `Invalid input: expected ${expected}${received === undefined ? '' : `, received ${received}`}`,
  };
}

const sentence = (text: string): string => text.replace(/\.$/, '');

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    value =
      value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return value;
}

/** Keys that a schema knows at a path; looks through optional, default and union wrappers. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const open = (s: unknown): Record<string, unknown>[] => {
    const def = (s as { def?: Record<string, unknown> } | undefined)?.def;
    if (!def) return [];
    if (def['type'] === 'object') return [def['shape'] as Record<string, unknown>];
    if (def['innerType']) return open(def['innerType']);
    if (Array.isArray(def['options'])) return def['options'].flatMap(open);
    if (def['element']) return open(def['element']);
    if (def['valueType']) return open(def['valueType']);
    return [];
  };
  let shapes = open(schema);
  for (const key of path) {
    if (typeof key === 'number') continue;
    const inner = shapes.flatMap((shape) => (Object.hasOwn(shape, key) ? open(shape[key as string]) : []));
    if (inner.length > 0) shapes = inner;
  }
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
}
