import { describe, expect, it } from 'vitest';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import type { ThreePhaseResult } from '../../packages/core/src/powerflows/three-phase/contract.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { readShared, sharedNames, sharedText } from './scripts.ts';

const folder = 'cimhub/ieee1547_inverter';
/**
 * Theirs stop within their own tolerances of power (volt-watt: a kilowatt in a hundred short of the curve), ours end on the curve. Of the plant's 6 MW.
 */
const TOLERANCE_KVA: Readonly<Record<string, number>> = {
  default_avr_b: 5,
  local_fixq_a: 4,
  local_optpf_a: 4,
  local_optpf_b: 6,
  local_unity_a: 4,
  local_vvar_b: 4,
  remote_avr_b: 5,
  remote_vvar_b: 4,
  local_vwatt_b: 30,
  local_chcurve_b: 30,
  remote_vwatt_b: 35,
  local_combo_b: 40,
  remote_1phase_b: 15,
};

/** Total at HIGH from the source's side to the plant's, kW and kvar: a transformer begins there, the reactor of the source ends there. */
function powerAtHigh(feeder: Feeder, result: ThreePhaseResult, name: string): [number, number] {
  for (const kind of ['transformers', 'lines'] as const) {
    const index = feeder[kind].findIndex(({ id }) => id.toLowerCase() === name.toLowerCase());
    if (index < 0) continue;
    const [first, second] = result[kind][index]!.ends;
    const { p_kW, q_kvar } = kind === 'transformers' ? first! : second!;
    const sign = kind === 'transformers' ? 1 : -1;
    return [sign * p_kW.reduce((sum, p) => sum + p, 0), sign * q_kvar.reduce((sum, q) => sum + q, 0)];
  }
  throw new Error(`no ${name}`);
}

describe.skipIf(sharedNames(folder, '.dss').length === 0)('CIMHub, IEEE 1547-2018 functions of a 6 MW plant', () => {
  it.each(Object.entries(TOLERANCE_KVA))('%s', (name, tolerance_kVA) => {
    const feeder = readShared(`${folder}/${name}.dss`);
    const result = prepareThreePhase(feeder).solve();
    expect(result.status, result.diagnosis).toBe('converged');
    const text = sharedText(`${folder}/results/${name}.txt`);
    const [, element, theirP, sign, theirQ] = /in (\S+) from HIGH, Base case[\s\S]*?Total S =\s*(-?[\d.]+) ([+-]) j\s*(-?[\d.]+)/.exec(
      text,
    )!;
    const [p, q] = powerAtHigh(feeder, result, element!);
    expect(Math.hypot(p - Number(theirP), q - Number(`${sign}1`) * Number(theirQ)), `${p} + j${q}`).toBeLessThan(tolerance_kVA);
  });

  // OpenDSS itself with voltage and var tolerances of 1e-7, asked thirty times over (OpenDSSDirect.py 0.9.4).
  it.each([
    ['local_vwatt_b', -4069.44268, 109.63062],
    ['local_fixq_a', -5969.40021, 1249.61392],
    ['local_optpf_b', -5962.16906, 2864.58829],
  ])('%s, OpenDSS asked to the last digit', (name, theirP, theirQ) => {
    const feeder = readShared(`${folder}/${name}.dss`);
    const result = prepareThreePhase(feeder).solve();
    const [p, q] = powerAtHigh(feeder, result, 'transformer.der');
    expect(Math.abs(p - theirP)).toBeLessThan(0.01);
    expect(Math.abs(q - theirQ)).toBeLessThan(0.01);
  });
});
