import { expect, it } from 'vitest';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import type { Microgrid } from './microgrid.ts';
import { tierGap } from './tier-gap.ts';

const chain = inverterChain(4);
const scaled = (factor: number): Microgrid => ({
  ...chain,
  inverters: chain.inverters.map((each) => ({ ...each, droop_rad_per_s_per_kW: factor * each.droop_rad_per_s_per_kW })),
});

it('warns where the quasi-static tier overstates damping: −11.5 against −7.28 on the chain of four', () => {
  const { gap_frac, warning } = tierGap(chain);
  expect(gap_frac).toBeCloseTo(11.478 / 7.277 - 1, 3);
  expect(warning).toMatch(/11\.48 1\/s, the averaged tier at 7\.28 1\/s\. Use the averaged tier/);
});

it('says so when the cheap tier calls stable what is not', () => {
  const { quasiStatic, averaged, warning } = tierGap(scaled(5));
  expect(quasiStatic!.re_per_s).toBeLessThan(0);
  expect(averaged!.re_per_s).toBeGreaterThan(0);
  expect(warning).toMatch(/calls this microgrid stable.*grows/);
});

it('is silent where droops are small', () => {
  const { gap_frac, warning } = tierGap(scaled(0.1));
  expect(gap_frac).toBeLessThan(0.2);
  expect(warning).toBeUndefined();
});
