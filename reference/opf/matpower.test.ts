import { describe, it } from 'vitest';
import { expectMatpower, expectPglib, expectPglibGap, isMounted } from './cases.ts';

const ac = 'case5 case6ww case9 case14 case18 case30 case_ieee30 case33bw case39 case69 case118 case141 case_ACTIVSg200 case300';
const pglib =
  'case3_lmbd case5_pjm case14_ieee case30_ieee case57_ieee case60_c case5_pjm__api case5_pjm__sad case14_ieee__api case14_ieee__sad';

describe.runIf(isMounted)('optimal power flow against MATPOWER', () => {
  it.each(ac.split(' '))('AC %s', (name) => expectMatpower(name, 'ac'));
  it.each(`${ac} case85`.split(' '))('DC %s', (name) => expectMatpower(name, 'dc'));
});

describe.runIf(isMounted)('optimal power flow against the PGLib-OPF baseline', () => {
  it.each(pglib.split(' '))('AC %s', (name) => expectPglib(`pglib_opf_${name}`, 'ac'));
  it.each(pglib.split(' '))('DC %s', (name) => expectPglib(`pglib_opf_${name}`, 'dc'));
  it.each(pglib.split(' '))('SOC gap %s', (name) => expectPglibGap(`pglib_opf_${name}`));
});
