import fc from 'fast-check';
import { expect } from 'vitest';
import { BugError, GridflockError } from '../../base/errors.ts';
import type { Document } from './studies.ts';

type Path = readonly (string | number)[];

/** Paths of everything in a document. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [...(path.length > 0 ? [path] : []), ...keys.flatMap((key) => pathsOf((value as Document)[key], [...path, key]))];
}

const junk = fc.oneof(
  fc.constantFrom<unknown>(NaN, Infinity, -Infinity, -1, 0, -0, 1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, 1e9, 42),
  fc.constantFrom<unknown>(
    '',
    'x',
    '0',
    'NaN',
    'constructor',
    '__proto__',
    'net farm',
    'wires',
    '24:00',
    '99:99',
    '2025-02-30T00:00',
    'UTC',
    '\u0000',
  ),
  fc.constantFrom<unknown>('sun', 'buy', 'central', 'copper-plate', 'highs', 'ignored', 'binary', 'ieee33', 'farm'),
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    [],
    {},
    [[]],
    [null],
    { profile: 'sun' },
    { profile: 'sun', scale: -3 },
    { kind: 'simulated', loss_frac: 0.5 },
  ),
  fc.array(fc.double(), { maxLength: 30 }),
  fc.anything({ maxDepth: 3 }),
);

export interface Mutation {
  readonly at: number;
  readonly kind: 'delete' | 'replace' | 'add' | 'rename' | 'double';
  readonly value: unknown;
  readonly key: string;
}

/** One to three faults in a study file. */
export const mutations = fc.array(
  fc.record<Mutation>({
    at: fc.nat(),
    kind: fc.constantFrom('delete', 'replace', 'replace', 'replace', 'add', 'rename', 'double'),
    value: junk,
    key: fc.oneof(
      fc.constantFrom('p_max_kW', 'kind', 'scale_frac', 'steps_count', 'p_max_MW', 'rho', 'bus', '__proto__'),
      fc.string({ maxLength: 8 }),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

export function mutate(document: Document, changes: readonly Mutation[]): Document {
  const clone = structuredClone(document);
  for (const { at, kind, value, key } of changes) {
    const paths = pathsOf(clone);
    if (paths.length === 0) break;
    const path = paths[at % paths.length];
    const last = path[path.length - 1];
    let parent = clone;
    for (const step of path.slice(0, -1)) parent = parent[step];
    if (kind === 'delete') {
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else delete parent[last];
    } else if (kind === 'replace') parent[last] = value;
    else if (kind === 'double' && Array.isArray(parent)) parent.push(parent[Number(last)]);
    else if (kind === 'rename' && !Array.isArray(parent)) {
      parent[key] = parent[last];
      delete parent[last];
    } else if (parent[last] !== null && typeof parent[last] === 'object' && !Array.isArray(parent[last])) parent[last][key] = value;
  }
  return clone;
}

/** A result, or an error of ours that is not our fault. */
export async function answered(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'result';
  } catch (error) {
    if (error instanceof GridflockError && !(error instanceof BugError)) {
      expect(error.message.length).toBeLessThan(2000);
      return error.code;
    }
    throw error;
  }
}
