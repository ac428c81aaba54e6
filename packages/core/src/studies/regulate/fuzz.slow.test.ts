import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answered, mutate, mutations } from '../testing/mutations.ts';
import { missingFor, runRegulate, smallMarket, smallRegulation } from '../testing/regulate.ts';
import { type Document, titled } from '../testing/studies.ts';

const small: Document = smallRegulation((d) => {
  d.time.steps_count = 2;
  for (const each of d.devices) if (each.p_available_kW) each.p_available_kW = [90, 180];
  d.market = smallMarket((m) => Object.assign(m, { buy_cur_per_kWh: [0.2, 0.5], sell_cur_per_kWh: [0.1, 0.4] }));
  d.loads = { scale_frac: 1 };
  d.profiles = { define: { sun: [90, 180] } };
  d.commands = { p_pcc_kW: { band: 'with-market', at_frac: 0.4, dips: [{ from_h: 11, to_h: 12, depth_frac: 0.2 }] }, q_pcc_kvar: 'sun' };
  d.screening = { commands_count: 2, partitions_max_count: 2, error_max_ratio: 2 };
  d.constraintSet = { samples_count: 20, safe_frac: 0.8, confidence_frac: 0.8, load_deviation_frac: 0.1 };
  d.transport = { kind: 'simulated', delay_min_s: 0.01, delay_mean_s: 0.05, loss_frac: 0.1, duplicate_frac: 0.1 };
});
const missing = missingFor(small);

describe.skipIf(missing.length > 0)(titled('a mutilated small study of regulation', missing), () => {
  it('runs to a result or is refused with an error of ours', async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const document = mutate(small, changes);
        // A long horizon and many draws take long and are no fault.
        const { time, clusters, screening, constraintSet } = document ?? {};
        fc.pre(!(Number(time?.steps_count) > 24) && (time?.steps_count !== undefined || Number(time?.step_min ?? 60) >= 120));
        fc.pre(!(Number(clusters?.draws_count) > 1e5) && !(Number(clusters?.choose) > 8));
        fc.pre(!(Number(screening?.commands_count) > 100) && !(Number(constraintSet?.samples_count) > 1000));
        if (screening && typeof screening === 'object') screening.commands_count ??= 2;
        const outcome = await answered(async () => {
          const result = await runRegulate(document);
          for (const [name, value] of Object.entries(result.kpis)) expect(Number.isFinite(value), name).toBe(true);
        });
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }),
      { numRuns: 150 },
    );
    expect(outcomes.size).toBeGreaterThan(5);
    expect(outcomes.get('result')).toBeGreaterThan(0);
  }, 600_000);
});
