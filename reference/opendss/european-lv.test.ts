import { describe, expect, it } from 'vitest';
import { buildThreePhaseBatch } from '../../packages/core/src/powerflows/three-phase/batch/batch.ts';
import { readShared, sharedReference } from '../matpower/shared-cases.ts';
import { phasor, readScript, solveFeeder, tableOf, turn_deg } from './solve-script.ts';

const published = 'ieee_feeders/published/european_lv';

/** Multipliers of the loads at a minute of the day, from 1. */
function loadsAt(feeder: ReturnType<typeof readScript>['feeder'], minute: number): Float64Array {
  const profiles = new Map(feeder.profiles.map((profile) => [profile.id, profile]));
  return Float64Array.from(feeder.loads, ({ profile }) => profiles.get((profile?.daily ?? profile?.yearly)!)!.p[minute - 1]);
}

describe.runIf(sharedReference !== undefined)('IEEE European low-voltage feeder as an OpenDSS script', () => {
  // the printed solutions hold the power of loads constant up to 1.1 times their 230 V; the script says nothing, which means up to 1.05
  const after = 'BatchEdit Load..* vminpu=0.8 vmaxpu=1.2';
  const read =
    sharedReference === undefined
      ? undefined
      : readScript(`${sharedReference}/ieee_feeders/opendss/IEEETestCases/LVTestCase/Master.dss`, { after });

  it('has the buses, lines and loads of the document', () => {
    expect(read!.feeder).toMatchObject({ frequency_Hz: 50 });
    expect([read!.feeder.buses.length, read!.feeder.lines.length, read!.feeder.loads.length, read!.feeder.profiles.length]).toEqual([
      907, 905, 55, 55,
    ]);
    expect(read!.dropped.map(({ element }) => element)).toEqual(['monitor (2)', 'energymeter (1)']);
  });

  it.each([
    [1, 'opendss_min0001_off_peak_voltages.csv'],
    [566, 'opendss_min0566_on_peak_voltages.csv'],
  ])('minute %i: every printed voltage', (minute, table) => {
    const { feeder } = read!;
    const multipliers = loadsAt(feeder, minute);
    const loads = feeder.loads.map((load, k) => ({
      ...load,
      p_kW: load.p_kW.map((p) => p * multipliers[k]),
      q_kvar: load.q_kvar.map((q) => q * multipliers[k]),
    }));
    const solved = solveFeeder({ ...read!, feeder: { ...feeder, loads } });
    expect(solved.result.status).toBe('converged');
    let count = 0;
    for (const row of tableOf(readShared(`${published}/${table}`))) {
      for (const k of [1, 2, 3]) {
        const found = solved.volts(row.Bus, Number(row[`Node${k}`]))!;
        // six digits and a tenth of a degree are printed
        expect(Math.abs(found.size_V / Number(row[`Magnitude${k}`]) - 1), `${row.Bus}.${k}`).toBeLessThan(1e-5);
        expect(turn_deg(found.angle_deg, Number(row[`Angle${k}`])), `${row.Bus}.${k}`).toBeLessThan(0.051);
        count++;
      }
    }
    expect(count).toBe(2721);
  });

  it('the day, every quarter of an hour: voltage of a load', () => {
    const { feeder } = read!;
    const solved = solveFeeder(read!);
    const { places } = solved.prepared;
    const hours = 1440;
    const steps = Array.from({ length: hours / 15 }, (_, t) => t * 15);
    const loads_count = feeder.loads.length;
    const loadP_frac = new Float64Array(steps.length * loads_count);
    steps.forEach((minute, t) => loadP_frac.set(loadsAt(feeder, minute + 1), t * loads_count));
    const out = buildThreePhaseBatch(steps.length, places.count);
    solved.prepared.solveBatch({ steps_count: steps.length, loadP_frac, loadQ_frac: loadP_frac }, out);
    expect(out.converged.every((c) => c === 1)).toBe(true);
    const load1 = tableOf(readShared(`${published}/opendss_24h_load_1.csv`));
    expect(load1.length).toBe(hours);
    const terminal = feeder.loads.find(({ id }) => id === 'load.load1')!.terminal;
    const place = places.indexOf(terminal.bus, terminal.conductors[0]);
    steps.forEach((minute, t) => {
      const found = phasor(out.v_re_V[t * places.count + place], out.v_im_V[t * places.count + place]);
      expect(Math.abs(found.size_V / Number(load1[minute].V1) - 1), `minute ${minute + 1}`).toBeLessThan(1e-5);
    });
  });
});
