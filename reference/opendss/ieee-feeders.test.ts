import { describe, expect, it } from 'vitest';
import { readShared, sharedReference } from '../matpower/shared-cases.ts';
import { readScript, type Solved, solveFeeder, tableOf, turn_deg } from './solve-script.ts';

const cases = `${sharedReference}/ieee_feeders/opendss/IEEETestCases`;

/** Worst difference to a table of the test feeder document: per unit of line-to-neutral voltage, and degrees. */
function worstOf(solved: Solved, table: string, shift_deg = 0): { v_pu: number; angle_deg: number; count: number } {
  const worst = { v_pu: 0, angle_deg: 0, count: 0 };
  for (const row of tableOf(readShared(`ieee_feeders/published/${table}`))) {
    for (const [conductor, phase] of [
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ] as const) {
      const expected = Number(row[`v_${phase}_pu`]);
      if (row[`v_${phase}_pu`] === '' || Number.isNaN(expected)) continue;
      const volts = solved.volts(row.node, conductor);
      // what the document prints of nodes that no script has (the far side of regulators), and of 610, which has no neutral to measure to
      if (volts === undefined || row.node === '610') continue;
      const bus = solved.feeder.buses.find(({ id }) => id === row.node.toLowerCase())!;
      worst.v_pu = Math.max(worst.v_pu, Math.abs(volts.size_V / ((bus.v_base_kV * 1000) / Math.sqrt(3)) - expected));
      worst.angle_deg = Math.max(worst.angle_deg, turn_deg(volts.angle_deg - shift_deg, Number(row[`ang_${phase}_deg`])));
      worst.count++;
    }
  }
  return worst;
}

const tapsOf = (solved: Solved): Record<string, number> =>
  Object.fromEntries(
    solved.result.taps.map(({ transformer, tap_pu }) => [transformer.replace('transformer.', ''), Math.round((tap_pu - 1) / 0.00625)]),
  );

describe.runIf(sharedReference !== undefined)('IEEE test feeders as OpenDSS scripts', () => {
  it('13 nodes at the published taps', () => {
    // the document spreads the load of 632–671 along the line, the script lumps it at a third of it; in the middle it comes to the same
    const changes = `Transformer.Reg1.Taps=[1.0 1.0625]
Transformer.Reg2.Taps=[1.0 1.05]
Transformer.Reg3.Taps=[1.0 1.06875]
Line.632670.length=1000
Line.670671.length=1000
Set ControlMode=off`;
    const solved = solveFeeder(readScript(`${cases}/13Bus/IEEE13Nodeckt.dss`, { after: changes }));
    expect(solved.result.status).toBe('converged');
    const worst = worstOf(solved, 'ieee13_voltages.csv');
    expect(worst.count).toBe(35);
    expect(worst.v_pu).toBeLessThan(5e-4);
    expect(worst.angle_deg).toBeLessThan(0.05);
    expect(Math.abs(solved.result.loss_kW / 111.063 - 1)).toBeLessThan(5e-3);
  });

  it('13 nodes with the regulators free: OpenDSS ends at 9, 6, 9', () => {
    const solved = solveFeeder(readScript(`${cases}/13Bus/IEEE13Nodeckt.dss`));
    expect(solved.result.status).toBe('converged');
    expect(tapsOf(solved)).toMatchObject({ reg1: 9, reg2: 6, reg3: 9 });
    // OpenDSS: 112.3914 kW
    expect(solved.result.loss_kW).toBeCloseTo(112.3914, 3);
    // and these voltages
    for (const [bus, node, size_V, angle_deg] of [
      ['634', 1, 273.5697, -3.28],
      ['634', 2, 279.4612, -122.273],
      ['671', 1, 2360.4589, -5.374],
      ['671', 2, 2498.5087, -122.39],
      ['671', 3, 2317.4484, 115.987],
      ['675', 3, 2312.804, 116.004],
      ['611', 3, 2307.731, 115.738],
    ] as const) {
      const found = solved.volts(bus, node)!;
      expect(Math.abs(found.size_V / size_V - 1), `${bus}.${node}`).toBeLessThan(2e-7);
      expect(turn_deg(found.angle_deg, angle_deg), `${bus}.${node}`).toBeLessThan(6e-4);
    }
  });

  it.each([
    ['Run_IEEE34Mod1.dss', 1.5e-3, 1.2e-2],
    // twice as many pieces of the distributed loads
    ['Run_IEEE34Mod2.dss', 2e-4, 5e-4],
  ])('34 nodes at the published taps (%s)', (name, v_pu, loss_frac) => {
    const solved = solveFeeder(readScript(`${cases}/34Bus/${name}`));
    expect(solved.result.status).toBe('converged');
    const worst = worstOf(solved, 'ieee34_voltages.csv');
    expect(worst.count).toBeGreaterThan(70);
    expect(worst.v_pu).toBeLessThan(v_pu);
    expect(Math.abs(solved.result.loss_kW / 273.049 - 1)).toBeLessThan(loss_frac);
  });

  it('34 nodes with the regulators free', () => {
    const solved = solveFeeder(readScript(`${cases}/34Bus/ieee34Mod2.dss`));
    expect(solved.result.status).toBe('converged');
    // OpenDSS: 273.5378 kW
    expect(solved.result.loss_kW).toBeCloseTo(273.5378, 3);
  });

  it('123 nodes at the published taps', () => {
    // the script has other lengths here than the distances to the source that the document prints
    const changes = 'Line.L81.length=0.475\nLine.L89.length=0.225';
    const solved = solveFeeder(readScript(`${cases}/123Bus/Run_IEEE123Bus.DSS`, { after: changes }), { controls: false });
    expect(solved.result.status).toBe('converged');
    const worst = worstOf(solved, 'ieee123_voltages.csv');
    expect(worst.count).toBeGreaterThan(200);
    expect(worst.v_pu).toBeLessThan(1e-3);
    expect(Math.abs(solved.result.loss_kW / 95.611 - 1)).toBeLessThan(5e-3);
  });

  it('123 nodes with the regulators free', () => {
    const solved = solveFeeder(readScript(`${cases}/123Bus/IEEE123Master.dss`));
    expect(solved.result.status).toBe('converged');
    // OpenDSS: 95.9776 kW
    expect(solved.result.loss_kW).toBeCloseTo(95.9776, 3);
  });
});
