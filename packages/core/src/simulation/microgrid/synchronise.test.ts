import { describe, expect, it } from 'vitest';
import { outputOf } from '../metrics.ts';
import type { Plant } from '../plant.ts';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import { simulate } from '../simulate.ts';
import { averagedMicrogrid } from './averaged.ts';
import { dynamicPhasorMicrogrid } from './dynamic-phasor.ts';
import type { Microgrid } from './microgrid.ts';
import { quasiStaticMicrogrid } from './quasi-static.ts';

/**
 * An open inverter runs at its set frequency, the others below it by their droop: after 2.2 s they are out of phase by more than two turns. Closed as it
 * stands, its power would swing by hundreds of kW.
 */
describe('a breaker of an inverter closes in phase', () => {
  it.each<[string, string, (microgrid: Microgrid) => Plant]>([
    ['quasi-static', 'dg4', quasiStaticMicrogrid],
    ['quasi-static', 'dg1', quasiStaticMicrogrid],
    ['dynamic-phasor', 'dg3', dynamicPhasorMicrogrid],
    ['dynamic-phasor', 'dg1', dynamicPhasorMicrogrid],
    ['averaged', 'dg2', averagedMicrogrid],
    ['averaged', 'dg1', averagedMicrogrid],
  ])('%s, %s', (_tier, id, build) => {
    const run = simulate(build(inverterChain(4)), {
      method: 'rodas4',
      relative_frac: 1e-5,
      absolute: 1e-5,
      stop_s: 7,
      record_s: 0.005,
      events: [
        { at_s: 1, name: `${id}.isClosed`, value: 0 },
        { at_s: 3.2, name: `${id}.isClosed`, value: 1 },
      ],
    });
    expect(run.status, run.diagnosis).toBe('done');
    const p = outputOf(run, `${id}.p_kW`);
    const before = p[190];
    expect(Math.abs(p[630])).toBeLessThan(0.1);
    expect(Math.max(...p.slice(640).map(Math.abs))).toBeLessThan(1.6 * before);
    expect(p.at(-1)).toBeCloseTo(before, 1);
  });
});
