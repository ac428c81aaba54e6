import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readShared, sharedReference } from '../matpower/shared-cases.ts';
import { readScript, solveFeeder, tableOf } from './solve-script.ts';

const folder = 'opendss_examples/watt_pf_watt_var';
const root = `${sharedReference}/${folder}`;
const scenarios = existsSync(root) ? tableOf(readShared(`${folder}/scenarios.csv`)) : [];

/** Every tenth irradiance of the sweep that OpenDSS stored. */
describe.runIf(scenarios.length > 0)('OpenDSS examples: watt-pf and watt-var over the irradiance', () => {
  it.each(scenarios.map((scenario) => [scenario['Scenario ID'], scenario] as const))('scenario %s', (id, scenario) => {
    const rows = readShared(`${folder}/results/scenario_${id}.csv`)
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((row) => row.split(',').map(Number));
    let worst = 0;
    for (const row of rows.filter((_, k) => k % 50 === 25)) {
      const [, p_kW, q_kvar, , , irradiance] = row;
      const edit = `Edit PVSystem.PV irradiance=${irradiance} kva=${scenario.kVA} pmpp=1000 wattpriority=${scenario['P Priority']} pfpriority=${scenario['PF Priority']} %cutin=${scenario.cutIn} %cutout=${scenario.cutIn} %pminnovars=${scenario.PminNoVars} %pminkvarmax=${scenario.PminkvarLimit} kvarmax=${scenario['kvar Max']} kvarmaxabs=${scenario['kvar Max Abs']}`;
      const solved = solveFeeder(readScript(`${root}/${scenario['OpenDSS file']}`, { after: edit }));
      const { ends } = solved.result.inverters[0];
      const total = (values: Float64Array): number => -values.reduce((sum, v) => sum + v, 0);
      const difference = Math.hypot(total(ends[0].p_kW) - p_kW, total(ends[0].q_kvar) - q_kvar);
      worst = Math.max(worst, difference);
    }
    expect(worst).toBeLessThan(5e-3);
  });
});

const capability = 'opendss_examples/var_capability';
const sweeps = (['kvar', 'kvarNeg'] as const).flatMap((kind) =>
  existsSync(`${sharedReference}/${capability}`)
    ? tableOf(readShared(`${capability}/scenarios_${kind}.csv`)).flatMap((scenario) => {
        const results = `${capability}/Results_${kind}/scenario_${scenario['Scenario ID']}.0/p_q.csv`;
        return existsSync(`${sharedReference}/${results}`) ? [{ kind, scenario, results }] : [];
      })
    : [],
);

describe.runIf(sweeps.length > 0)('OpenDSS examples: limits of vars over the irradiance', () => {
  it.each(sweeps)('$results', ({ kind, scenario, results }) => {
    const file = kind === 'kvar' ? 'PV_currentkvarLimit_kvar.dss' : 'PV_currentkvarLimit_kvarNEG.dss';
    const rows = readShared(results)
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((row) => row.split(',').map(Number));
    for (const [irradiance, , p_kW, q_kvar] of rows.filter((_, k) => k % 50 === 25)) {
      const edit = `Edit PVSystem.PV irradiance=${irradiance} %cutin=${scenario['%cutIn']} %cutout=${scenario['%cutIn']} %pminnovars=${scenario.pctPminNoVars} %pminkvarmax=${scenario.pctPminkvarLimit}`;
      const solved = solveFeeder(readScript(`${sharedReference}/${capability}/${file}`, { after: edit }));
      const [end] = solved.result.inverters[0].ends;
      const total = (values: Float64Array): number => -values.reduce((sum, v) => sum + v, 0);
      expect(Math.hypot(total(end.p_kW) - p_kW, total(end.q_kvar) - q_kvar), `irradiance ${irradiance}`).toBeLessThan(1e-6 * 1200);
    }
  });
});
