import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import { readDocument } from '../document.ts';
import { answered, mutate, mutations } from '../testing/mutations.ts';
import { type Document, missingKinds, run, servicesWith, smallStudy, templateDocument, titled } from '../testing/studies.ts';
import { negotiateSchema } from './document.ts';
import { prepare } from './prepare.ts';

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
