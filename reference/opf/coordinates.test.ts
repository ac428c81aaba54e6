import { describe, expect, it } from 'vitest';
import { expectSameInRectangular, isMounted } from './cases.ts';

const matpower =
  'case5 case6ww case9 case14 case18 case30 case_ieee30 case33bw case39 case69 case118 case141 case_ACTIVSg200 case300'.split(' ');
const pglib =
  'case3_lmbd case5_pjm case14_ieee case30_ieee case57_ieee case60_c case5_pjm__api case5_pjm__sad case14_ieee__api case14_ieee__sad'.split(
    ' ',
  );

describe.runIf(isMounted)('AC optimal power flow in rectangular coordinates has the polar optimum', () => {
  it.each([...matpower.map((name) => `matpower/cases/${name}`), ...pglib.map((name) => `pglib_opf/pglib_opf_${name}`)])(
    '%s',
    async (path) => {
      const found = await expectSameInRectangular(path);
      expect(found.certificate.acCheck?.converged).toBe(true);
    },
  );
});
