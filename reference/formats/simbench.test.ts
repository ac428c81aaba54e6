import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simbenchFormat } from '../../packages/core/src/formats/simbench/format.ts';
import { newton } from '../../packages/core/src/powerflows/newton/newton.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { sharedReference } from '../matpower/shared-cases.ts';

const folder = `${sharedReference}/simbench/1-LV-rural1--0-no_sw`;

/** Rows of the stored result: node, magnitude in per unit, angle in degrees without the transformer's 150°. */
const stored = (): readonly (readonly [node: string, vm_pu: number, va_deg: number])[] =>
  readFileSync(`${folder}/NodePFResult.csv`, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(';'))
    .map(([node, vm, va]) => [node, Number(vm), Number(va)]);

describe.runIf(existsSync(folder))('SimBench 1-LV-rural1--0-no_sw', () => {
  const read = (path: string) => {
    const name = `${folder}/${path}`;
    return existsSync(name) ? { name, text: readFileSync(name, 'utf8') } : undefined;
  };
  const readCase = () =>
    simbenchFormat.read(readFileSync(`${folder}/Node.csv`, 'utf8'), { fileName: `${folder}/Node.csv`, files: { read } });

  it('has the stored voltages within 1e-5 pu and 1e-3 degrees', () => {
    const { network, operatingPoint } = readCase();
    const result = newton.prepare(network, operatingPoint).solve(operatingPoint);
    expect(result.status).toBe('converged');
    const indexOf = new Map(network.buses.map(({ id }, b) => [id, b]));
    for (const [node, vm_pu, va_deg] of stored()) {
      const b = indexOf.get(node) ?? -1;
      expect(Math.abs(result.v_pu[b] - vm_pu), node).toBeLessThan(1e-5);
      const shift_deg = node.startsWith('LV') ? 150 : 0;
      expect(Math.abs((result.angle_rad[b] * 180) / Math.PI + shift_deg - va_deg), node).toBeLessThan(1e-3);
    }
  });

  it('has them conductor by conductor, too, and a year of profiles', () => {
    const feeder = readCase().feeder!;
    const prepared = prepareThreePhase(feeder);
    const result = prepared.solve();
    const indexOf = new Map(feeder.buses.map(({ id }, b) => [id, b]));
    for (const [node, vm_pu] of stored()) {
      for (const phase of [1, 2, 3]) {
        const k = prepared.places.indexOf(indexOf.get(node) ?? -1, phase);
        const v_pu = Math.hypot(result.v_re_V[k], result.v_im_V[k]) / prepared.places.v_base_V[k];
        expect(Math.abs(v_pu - vm_pu), node).toBeLessThan(1e-5);
      }
    }
    expect(feeder.profiles.length).toBe(8);
    expect(feeder.profiles.every(({ p, step_s }) => p.length === 35136 && step_s === 900)).toBe(true);
    expect([...feeder.loads, ...feeder.generators].every(({ profile }) => profile?.yearly !== undefined)).toBe(true);
  });
});
