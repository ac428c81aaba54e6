import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFeederScript } from '../../packages/core/src/formats/opendss/read.ts';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import { isSolved } from '../../packages/core/src/opf/result.ts';
import type { FeederOpfResult } from '../../packages/core/src/opf/three-phase/result.ts';
import type { FeederOpfFormulation, FeederOpfOptions } from '../../packages/core/src/opf/three-phase/settings.ts';
import { solveFeederOpf } from '../../packages/core/src/opf/three-phase/solve.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { interiorPoint } from '../../packages/core/src/solvers/interior-point/interior-point.ts';
import { folder, readShared } from './cases.ts';

const base = 'power_models_distribution';
const isMounted = existsSync(`${folder}/${base}/three_wire`);

/**
 * PowerModelsDistribution takes the frequency of a line code for that of the circuit; OpenDSS scales reactances from one to the other, unless they are
 * the same.
 */
function read(path: string): Feeder {
  const text = readShared(`${base}/${path}`).replace(/^\s*clear\s*$/im, '');
  const file = (name: string) => `${base}/${path.split('/')[0]}/${name}`;
  return readFeederScript(`Clear\nSet DefaultBaseFrequency=50\n${text}`, {
    fileName: path,
    files: { read: (name) => (existsSync(`${folder}/${file(name)}`) ? { name, text: readShared(file(name)) } : undefined) },
  }).feeder;
}

const powerFlow = (feeder: Feeder) => prepareThreePhase(feeder, { controls: false, tolerance_frac: 1e-10 });
const solve = (feeder: Feeder, formulation: FeederOpfFormulation, options: FeederOpfOptions = {}): Promise<FeederOpfResult> =>
  solveFeederOpf(feeder, { solver: interiorPoint(), powerFlow }, { formulation, ...options });

const given = ({ source }: FeederOpfResult, part: 'p_kW' | 'q_kvar'): number => source.powers.reduce((sum, each) => sum + each[part], 0);

function voltages(feeder: Feeder, result: FeederOpfResult, bus: string): { v_pu: number[]; angle_deg: number[] } {
  const own = result.places.filter((place) => feeder.buses[place.bus].id === bus);
  return { v_pu: own.map(({ v_pu }) => v_pu), angle_deg: own.map(({ angle_rad }) => (angle_rad * 180) / Math.PI) };
}

const near = (found: number[], expected: number[], tolerance: number): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, k) => expect(Math.abs(value - expected[k])).toBeLessThan(tolerance));
};

describe.runIf(isMounted).each(['three-phase-linear', 'three-phase-sdp'] as const)('PowerModelsDistribution by %s', (formulation) => {
  it.each([
    ['three_wire/case2_diag.dss', 18.209, 0.208],
    ['three_wire/case3_balanced_basefreq.dss', 18.345, 9.194],
    ['three_wire/case3_unbalanced.dss', 21.4812, 9.27263],
    ['three_wire/case4_phase_drop.dss', 18.2632, 9.02334],
    ['three_wire/case5_phase_drop.dss', 59.9363, -33.5395],
  ])('%s: %d kW and %d kvar from the source', async (path, p_kW, q_kvar) => {
    const found = await solve(read(path), formulation);
    expect(isSolved(found.status)).toBe(true);
    expect(Math.abs(given(found, 'p_kW') - p_kW)).toBeLessThan(0.01);
    expect(Math.abs(given(found, 'q_kvar') - q_kvar)).toBeLessThan(0.01);
    expect(found.certificate.acCheck?.v_difference_max_pu).toBeLessThan(1e-6);
    expect(found.certificate.acCheck?.sourceShift_kW).toBeLessThan(1e-4);
  });

  it('the voltages of three_wire/case3_unbalanced.dss', async () => {
    const feeder = read('three_wire/case3_unbalanced.dss');
    const found = await solve(feeder, formulation);
    near(voltages(feeder, found, 'loadbus').v_pu, [0.96355, 0.981767, 0.976786], 1e-4);
    near(voltages(feeder, found, 'loadbus').angle_deg, [-0.48, -120.24, 120.27], 0.01);
    near(voltages(feeder, found, 'primary').v_pu, [0.98094, 0.989365, 0.987043], 1e-4);
  });

  it('the voltages of three_wire/case5_phase_drop.dss', async () => {
    const feeder = read('three_wire/case5_phase_drop.dss');
    const found = await solve(feeder, formulation);
    near(voltages(feeder, found, 'midbus').v_pu, [0.97351, 0.9649, 0.95646], 1e-4);
    near(voltages(feeder, found, 'midbus').angle_deg, [-1.26, -121.31, 118.17], 0.01);
  });

  it('three_wire/case3_unbalanced_1phase-pv.dss: the sun takes part', async () => {
    const found = await solve(read('three_wire/case3_unbalanced_1phase-pv.dss'), formulation);
    expect(Math.abs(given(found, 'p_kW') - 18.38728)).toBeLessThan(0.01);
    expect(Math.abs(found.units[0].p_kW - 1.9947)).toBeLessThan(0.01);
  });

  it('opf_inputs/case3_balanced_pv.dss: the sun costs what the source costs, and losses decide', async () => {
    const units = { 'pvsystem.pv1': { price_cur_per_kWh: 1, q_min_kvar: -5, q_max_kvar: 5 } };
    const found = await solve(read('opf_inputs/case3_balanced_pv.dss'), formulation, { units, tolerance_frac: 1e-9 });
    expect(isSolved(found.status)).toBe(true);
    // The cost is flat there: near slopes of the linear model move the optimum more than its cost.
    expect(Math.abs(found.units[0].p_kW - 18.374)).toBeLessThan(formulation === 'three-phase-sdp' ? 0.01 : 0.5);
    expect(Math.abs(found.units[0].q_kvar - 4.994)).toBeLessThan(0.01);
  });

  it('opf_inputs/case3_balanced_battery.dss: the storage gives 5 kW', async () => {
    const found = await solve(read('opf_inputs/case3_balanced_battery.dss'), formulation);
    expect(Math.abs(found.units[0].p_kW - 5)).toBeLessThan(1e-3);
  });
});

describe.runIf(isMounted)('every circuit of PowerModelsDistribution that is radial', () => {
  it('the relaxation is below the refined linear model, and where it says exact both are one', async () => {
    for (const path of [
      'ut_trans_2w_dy_lead',
      'ut_trans_2w_yy_oltc',
      'ut_trans_3w_dyy_1',
      'case3_balanced_cap',
      'case3_unbalanced_missingedge',
    ]) {
      const feeder = read(`three_wire/${path}.dss`);
      const linear = await solve(feeder, 'three-phase-linear');
      const relaxed = await solve(feeder, 'three-phase-sdp');
      expect(linear.certificate.acCheck?.v_difference_max_pu, path).toBeLessThan(1e-6);
      expect(relaxed.certificate.relaxation?.isExact, path).toBe(true);
      expect(Math.abs(relaxed.objective_cur_per_h / linear.objective_cur_per_h - 1), path).toBeLessThan(1e-5);
    }
  });
});
