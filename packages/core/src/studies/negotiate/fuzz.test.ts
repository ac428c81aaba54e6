import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BugError, GridflockError } from '../../base/errors.ts';
import { catalog } from '../../catalog.ts';
import { readDocument } from '../document.ts';
import { type Document, missingKinds, run, servicesWith, smallStudy, templateDocument, titled } from '../testing/studies.ts';
import { negotiateSchema } from './document.ts';
import { prepare } from './prepare.ts';

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

interface Mutation {
  readonly at: number;
  readonly kind: 'delete' | 'replace' | 'add' | 'rename' | 'double';
  readonly value: unknown;
  readonly key: string;
}

const mutations = fc.array(
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

function mutate(document: Document, changes: readonly Mutation[]): Document {
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
async function answered(run: () => Promise<unknown>): Promise<string> {
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

describe.skipIf(missingKinds(templateDocument()).length > 0)(titled('a mutilated study file', missingKinds(templateDocument())), () => {
  const store = {
    id: 'store',
    kind: 'battery',
    bus: 'farm',
    owner: 'a',
    p_max_kW: 5,
    e_max_kWh: 20,
    e_start_kWh: 10,
    e_end_min_kWh: 10,
    s_max_kVA: 5,
  };
  const roof = { id: 'roof', kind: 'pv', bus: 'mill', owner: 'b', s_max_kVA: 10, p_available_kW: 'sun' };
  const car = {
    id: 'car',
    kind: 'ev',
    bus: 'mill',
    owner: 'b',
    p_max_kW: 5,
    e_max_kWh: 20,
    e_arrives_kWh: 5,
    e_needed_kWh: 9,
    arrivesAt: '01:00',
    leavesAt: '03:00',
    s_max_kVA: 5,
  };
  const small: Document = {
    ...smallStudy([store, roof, car]),
    limits: { v_min_pu: 0.9, v_max_pu: 1.1 },
    loads: { scale_frac: 1 },
    profiles: { define: { sun: [0, 5, 8, 2] } },
    scheme: { kind: 'proximal-message-passing', rounds_max_count: 100, tolerance_frac: 1e-3 },
    transport: { kind: 'simulated', delay_min_s: 0.01, delay_mean_s: 0.05, loss_frac: 0.1, duplicate_frac: 0.1 },
  };

  it('is read or refused with an error of ours: the template', async () => {
    const document = templateDocument();
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        await answered(async () => prepare(readDocument(negotiateSchema, mutate(document, changes)), catalog, servicesWith()));
      }),
      { numRuns: 400 },
    );
  });

  it('runs to a result or is refused with an error of ours: a small study', async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const document = mutate(small, changes);
        // A long horizon, a large network and many rounds take long and are no fault.
        const { time, scheme } = document ?? {};
        fc.pre(document?.network !== 'ieee33');
        fc.pre(!(Number(time?.steps_count) > 48) && (time?.steps_count !== undefined || Number(time?.step_min ?? 60) >= 30));
        fc.pre(!(Number(scheme?.rounds_max_count) > 300));
        if (scheme && typeof scheme === 'object' && scheme.rounds_max_count === undefined) scheme.rounds_max_count = 100;
        const outcome = await answered(async () => {
          const result = await run(document);
          for (const [name, value] of Object.entries(result.kpis)) expect(Number.isFinite(value), name).toBe(true);
        });
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }),
      { numRuns: 120 },
    );
    expect(outcomes.size).toBeGreaterThan(5);
    expect(outcomes.get('result')).toBeGreaterThan(0);
  }, 120_000);

  it('is refused when it is no mapping at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ maxDepth: 2 }), async (anything) => {
        expect(await answered(() => run(anything))).toMatch(/^STUDY_/);
      }),
    );
  });
});
