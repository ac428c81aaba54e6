import { describe, expect, it } from 'vitest';
import { readFeederDocument } from '../../packages/core/src/network/feeder/read-document.ts';
import type { BuiltInNetwork } from '../../packages/core/src/networks/contract.ts';
import { ieee13 } from '../../packages/core/src/networks/ieee13/network.ts';
import { ieee34 } from '../../packages/core/src/networks/ieee34/network.ts';
import { ieee123 } from '../../packages/core/src/networks/ieee123/network.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';

/** Where the taps settle by themselves, from 0; README.md. */
const settled: readonly { readonly member: BuiltInNetwork; readonly taps: Readonly<Record<string, number>> }[] = [
  { member: ieee13, taps: { RG60a: 9, RG60b: 6, RG60c: 9 } },
  { member: ieee34, taps: { RG10a: 12, RG10b: 5, RG10c: 5, RG11a: 13, RG11b: 11, RG11c: 12 } },
  { member: ieee123, taps: { RG1: 7, RG2a: -1, RG3a: 0, RG3c: -1, RG4a: 8, RG4b: 1, RG4c: 5 } },
];

describe.each(settled.map((each) => [each.member.name, each] as const))('%s with its regulators free', (name, { member, taps }) => {
  const { feeder } = readFeederDocument(member.document);
  const { places, solve } = prepareThreePhase(feeder);
  const result = solve();

  it('settles', () => {
    expect(result.status, result.diagnosis).toBe('converged');
    expect(result.actions.length).toBeGreaterThan(0);
  });

  it('leaves every relay inside its band: |v/pt − (R + jX)·i/ct| by hand', () => {
    for (const { id, v_set_V, band_V, ptRatio, ctRating_A, r_V, x_V, phase, transformer } of feeder.regulators) {
      const t = feeder.transformers.findIndex((each) => each.id === transformer);
      const k = typeof phase === 'number' ? phase : 0;
      const { bus, conductors } = feeder.transformers[t].windings[1].terminal;
      const place = places.indexOf(bus, conductors[k]);
      const flow = result.transformers[t].ends[1];
      // what flows out of the regulator to the load
      const [iRe, iIm] = [-flow.i_re_A[k] / ctRating_A, -flow.i_im_A[k] / ctRating_A];
      const re = result.v_re_V[place] / ptRatio - (r_V * iRe - x_V * iIm);
      const im = result.v_im_V[place] / ptRatio - (r_V * iIm + x_V * iRe);
      expect(Math.abs(Math.hypot(re, im) - v_set_V), id).toBeLessThanOrEqual(band_V / 2 + 1e-6);
    }
  });

  it('stops within three taps of the printed ones (ieee13: exactly where OpenDSS stops)', () => {
    for (const { transformer, position } of result.taps) {
      const printed = taps[transformer];
      expect(Math.abs((position ?? Number.NaN) - printed), transformer).toBeLessThanOrEqual(name === 'ieee13' ? 0 : 3);
    }
  });
});
