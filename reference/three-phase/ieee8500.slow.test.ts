import { describe, expect, it } from 'vitest';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { sharedReference } from '../matpower/shared-cases.ts';
import { readShared } from './scripts.ts';

/** OpenDSS itself (OpenDSSDirect.py 0.9.4, tolerance 1e-10): losses, and taps of regulators a, b, c of the feeder head and of banks 2, 3, 4. */
const answers = [
  { script: 'Master.dss', loss_kW: 1210.259, loss_kvar: 2768.124, taps: [2, 2, 1, 10, 6, 2, 16, 10, 1, 12, 12, 5] },
  { script: 'Master-unbal.dss', loss_kW: 1274.462, loss_kvar: 2828.822, taps: [2, 2, 1, 11, 7, 1, 16, 10, 1, 12, 12, 5] },
];

describe.skipIf(sharedReference === undefined)('IEEE 8500 nodes', () => {
  it.each(answers)('$script', ({ script, loss_kW, loss_kvar, taps }) => {
    const feeder = readShared(`ieee_feeders/opendss/IEEETestCases/8500-Node/${script}`);
    const flow = prepareThreePhase(feeder);
    const result = flow.solve();
    expect(result.status, result.diagnosis).toBe('converged');
    expect(flow.places.count).toBe(8531);
    expect(result.dead).toEqual([]);
    expect(result.mismatch_max_kVA).toBeLessThan(1e-4);
    expect(Math.abs(result.loss_kW / loss_kW - 1)).toBeLessThan(1e-4);
    expect(Math.abs(result.loss_kvar / loss_kvar - 1)).toBeLessThan(1e-4);
    const moved = new Set(feeder.regulators.map(({ transformer, windingMoved }) => `${transformer} ${windingMoved}`));
    const ours = result.taps.filter(({ transformer, winding }) => moved.has(`${transformer} ${winding}`)).map(({ position }) => position);
    expect(ours).toEqual(taps);
    for (let i = 0; i < flow.places.count; i++) {
      if (flow.places.conductor[i]! > 3) continue;
      const v_pu = Math.hypot(result.v_re_V[i]!, result.v_im_V[i]!) / flow.places.v_base_V[i]!;
      expect(v_pu).toBeGreaterThan(0.85);
      expect(v_pu).toBeLessThan(1.08);
    }
  });
});
