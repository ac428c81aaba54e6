import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readShared, sharedReference } from '../matpower/shared-cases.ts';
import { readScript, solveFeeder } from './solve-script.ts';

interface Solution {
  readonly dss_file: string;
  readonly bus: Readonly<Record<string, { readonly vm: Readonly<Record<string, number>>; readonly va: Readonly<Record<string, number>> }>>;
}

const folder = `${sharedReference}/power_models_distribution`;
const cases = ['three_wire', 'explicit_neutral'].flatMap((part) =>
  existsSync(`${folder}/${part}`)
    ? readdirSync(`${folder}/${part}`)
        .filter((name) => name.endsWith('.solution.json'))
        .map((name) => `${part}/${name}`)
    : [],
);
/**
 * The stored answers were made one after another in one session of OpenDSS, in which `Set DefaultBaseFrequency=50` of one script holds for the next.
 * Scripts that say nothing are solved at the frequency that then held.
 */
const before = 'Set DefaultBaseFrequency=50';
/** Where the switch's capacitance of a picofarad is all that holds a conductor, there is no voltage worth comparing. */
const floating: Readonly<Record<string, readonly string[]>> = { 'explicit_neutral/test_switch_1w.solution.json': ['x1.3', 'x2.3'] };
describe.runIf(cases.length > 0)('circuits of PowerModelsDistribution', () => {
  it.each(cases)('%s', (name) => {
    const solution = JSON.parse(readShared(`power_models_distribution/${name}`)) as Solution;
    const path = `${folder}/${name.split('/')[0]}/${solution.dss_file}`;
    const solved = solveFeeder(readScript(path, { before }), { controls: false, tolerance_frac: 1e-11 });
    expect(solved.result.status).toBe('converged');
    let worst = 0;
    for (const [bus, { vm, va }] of Object.entries(solution.bus)) {
      for (const [conductor, size_V] of Object.entries(vm)) {
        if (floating[name]?.includes(`${bus}.${conductor}`.toLowerCase())) continue;
        const found = solved.volts(bus, Number(conductor));
        expect(found, `${bus}.${conductor}`).toBeDefined();
        const base_V = (solved.feeder.buses.find(({ id }) => id === bus.toLowerCase())!.v_base_kV * 1000) / Math.sqrt(3);
        const [re, im] = [size_V * Math.cos(va[conductor]), size_V * Math.sin(va[conductor])];
        worst = Math.max(worst, Math.hypot(found!.re_V - re, found!.im_V - im) / base_V);
      }
    }
    expect(worst).toBeLessThan(1e-6);
  });
});
