import { describe, expect, it } from 'vitest';
import { expectMatpower, expectPglib, expectPglibGap, expectSameInRectangular, isMounted, readCase, solve } from './cases.ts';

const matpower = ['case1354pegase', 'case3375wp'];
const pglib = 'case118_ieee case118_ieee__api case118_ieee__sad case200_activ case300_ieee case1354_pegase'.split(' ');

describe.runIf(isMounted)('large optimal power flows', () => {
  it.each(matpower)('AC %s', (name) => expectMatpower(name, 'ac'), 300_000);
  it.each([...matpower, 'case_ACTIVSg2000'])('DC %s', (name) => expectMatpower(name, 'dc'), 300_000);
  it.each(pglib)('AC %s', (name) => expectPglib(`pglib_opf_${name}`, 'ac'), 300_000);
  it.each(pglib)('DC %s', (name) => expectPglib(`pglib_opf_${name}`, 'dc'), 300_000);
  it.each(pglib)('SOC gap %s', (name) => expectPglibGap(`pglib_opf_${name}`), 300_000);

  it.each([
    ...pglib.map((name) => `pglib_opf/pglib_opf_${name}`),
    ...[...matpower, 'case_ACTIVSg2000'].map((name) => `matpower/cases/${name}`),
  ])('AC in rectangular coordinates %s', async (path) => void (await expectSameInRectangular(path)), 300_000);

  it('AC case13659pegase, at which MIPS gives up, finds an optimum', async () => {
    const found = await solve(readCase('matpower/cases/case13659pegase.m'), {});
    expect(found.status).toBe('optimal');
    expect(found.certificate.primalResidual).toBeLessThan(1e-5);
    expect(found.certificate.dualResidual).toBeLessThan(1e-7);
    expect(Math.abs(found.objective_cur_per_h / 386_106.5 - 1)).toBeLessThan(1e-5);
  }, 900_000);

  it('AC case_ACTIVSg2000, whose prices MIPS knows to 5e-5 only', async () => {
    await expectMatpower('case_ACTIVSg2000', 'ac', 5e-5);
    const value = readCase('matpower/cases/case_ACTIVSg2000.m');
    const usual = await solve(value, {});
    const tight = await solve(value, { tolerance_frac: 1e-10 });
    expect(tight.certificate.dualResidual).toBeLessThan(1e-10);
    usual.price_cur_per_kWh.forEach((price, b) => {
      expect(Math.abs((tight.price_cur_per_kWh[b] ?? Number.NaN) / price - 1)).toBeLessThan(1e-5);
    });
  }, 300_000);
});
