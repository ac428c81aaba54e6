import type { z } from 'zod';
import { didYouMean, InputError } from '../base/errors.ts';
import { withoutUnit } from '../base/units.ts';

/**
 * Checks a document against a schema of zod and words the first fault as ours: key path, what was expected, nearest name.
 * @throws {InputError} STUDY_UNKNOWN_KEY, STUDY_MISSING_KEY, STUDY_VALUE_INVALID
 */
export function readDocument<S extends z.ZodType>(schema: S, document: unknown): z.infer<S> {
  const outcome = schema.safeParse(document);
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0];
  const where = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const wrong = issue.keys[0];
    const known = keysAt(schema, issue.path);
    const sameStem = known.find(
      (key) => withoutUnit(key) === withoutUnit(wrong) || (key.includes('_') && wrong.startsWith(`${withoutUnit(key)}_`)),
    );
    throw new InputError({
      code: 'STUDY_UNKNOWN_KEY',
      message: sameStem
        ? `"${wrong}" has the wrong unit: expected "${sameStem}"`
        : `The study file has no key "${wrong}"${where ? ` under "${where}"` : ''}`,
      where: [...issue.path, wrong].join('.'),
      hint: sameStem ? 'Convert the value and rename the key.' : didYouMean(wrong, known),
    });
  }
  if (issue.code === 'invalid_type' && valueAt(document, issue.path) === undefined) {
    throw new InputError({
      code: 'STUDY_MISSING_KEY',
      message: `The study file needs "${where || 'a mapping of keys'}"`,
      where: where || 'document',
      hint: 'See `gridflock new study negotiate` for a commented example.',
    });
  }
  throw new InputError({ code: 'STUDY_VALUE_INVALID', message: sentence(issue.message), where: where || 'document' });
}

const sentence = (text: string): string => text.replace(/\.$/, '');

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) value = value === null || typeof value !== 'object' ? undefined : (value as Record<PropertyKey, unknown>)[key];
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
    const inner = shapes.flatMap((shape) => (key in shape ? open(shape[key as string]) : []));
    if (inner.length > 0) shapes = inner;
  }
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
}
