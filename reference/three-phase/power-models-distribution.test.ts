import { describe, expect, it } from 'vitest';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { readShared, sharedNames, sharedText, voltsOf } from './scripts.ts';

/** Of the nominal voltage to earth. */
const TOLERANCE_PU = 1e-6;

/** Stored with the base frequency that an earlier script had left behind: its line of 50 Hz data keeps its reactance. */
const AT_50_HZ = ['case2_diag.dss'];
/** A conductor that nothing but the charging of an open switch touches: 14 V there, not fed here. */
const NOT_FED: Readonly<Record<string, readonly string[]>> = { 'test_switch_1w.dss': ['x1.3', 'x2.3'] };

interface Solution {
  readonly bus: Readonly<Record<string, { readonly vm: Readonly<Record<string, number>>; readonly va: Readonly<Record<string, number>> }>>;
}

for (const set of ['three_wire', 'explicit_neutral']) {
  const folder = `power_models_distribution/${set}`;
  describe.skipIf(sharedNames(folder, '.dss').length === 0)(`PowerModelsDistribution, ${set}`, () => {
    it.each(sharedNames(folder, '.dss'))('%s', (name) => {
      const feeder = readShared(`${folder}/${name}`, AT_50_HZ.includes(name) ? 'Set DefaultBaseFrequency=50\n' : '');
      const { bus } = JSON.parse(sharedText(`${folder}/${name.replace('.dss', '.solution.json')}`)) as Solution;
      const flow = prepareThreePhase(feeder);
      const result = flow.solve();
      expect(result.status, result.diagnosis).toBe('converged');
      const at = voltsOf(feeder, flow.places, result);
      let worst = { bus: '', conductor: 0, miss_pu: 0 };
      for (const [id, { vm, va }] of Object.entries(bus)) {
        for (const conductor of Object.keys(vm)) {
          if (NOT_FED[name]?.includes(`${id}.${conductor}`)) continue;
          const ours = at(id, Number(conductor));
          expect(ours, `${id}.${conductor}`).toBeDefined();
          const theirs = [vm[conductor]! * Math.cos(va[conductor]!), vm[conductor]! * Math.sin(va[conductor]!)] as const;
          const miss_pu = Math.hypot(ours!.re - theirs[0], ours!.im - theirs[1]) / ours!.v_base_V;
          if (miss_pu > worst.miss_pu) worst = { bus: id, conductor: Number(conductor), miss_pu };
        }
      }
      expect(worst.miss_pu, `at ${worst.bus}.${worst.conductor}`).toBeLessThan(TOLERANCE_PU);
    });
  });
}
