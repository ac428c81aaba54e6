import { describe, expect, it } from 'vitest';
import { sharedReference } from '../matpower/shared-cases.ts';
import { readScript, solveFeeder } from './solve-script.ts';

const folder = `${sharedReference}/ieee_feeders/opendss/IEEETestCases/8500-Node`;

/** No table of voltages is published: what OpenDSS 9.7 gives on the same files, with its regulators and capacitors free. */
describe.runIf(sharedReference !== undefined)('IEEE 8500-node feeder as an OpenDSS script', () => {
  it.each([['Run_8500Node_Unbal.dss', 2354, 1274.46]])('%s', (name, loads_count, loss_kW) => {
    const read = readScript(`${folder}/${name}`);
    expect([read.feeder.buses.length, read.feeder.transformers.length, read.feeder.loads.length]).toEqual([4876, 1190, loads_count]);
    expect(read.dropped.every(({ element }) => /^(monitor|energymeter)/.test(element))).toBe(true);
    const solved = solveFeeder(read);
    expect(solved.result.status).toBe('converged');
    expect(Math.abs(solved.result.loss_kW / loss_kW - 1)).toBeLessThan(1e-4);
    const taps = Object.fromEntries(
      solved.result.taps.map(({ transformer, tap_pu }) => [transformer.slice(12), Number(tap_pu.toFixed(5))]),
    );
    expect(taps).toMatchObject({
      feeder_rega: 1.0125,
      feeder_regb: 1.0125,
      feeder_regc: 1.00625,
      vreg2_a: 1.06875,
      vreg3_c: 1.00625,
      vreg4_a: 1.075,
      vreg4_c: 1.03125,
    });
    const { v_re_V, v_im_V } = solved.result;
    const { places } = solved.prepared;
    for (let i = 0; i < places.count; i++) {
      const v_pu = Math.hypot(v_re_V[i], v_im_V[i]) / places.v_base_V[i];
      if (places.conductor[i] <= 3) expect(v_pu).toBeGreaterThan(0.85);
      expect(v_pu).toBeLessThan(1.1);
    }
  });
});
