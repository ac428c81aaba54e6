import { describe, it } from 'vitest';
import { expectMatpower, expectPglib, isMounted } from './cases.ts';

const matpower = ['case1354pegase', 'case_ACTIVSg2000', 'case3375wp'];
const pglib = 'case118_ieee case118_ieee__api case118_ieee__sad case200_activ case300_ieee case1354_pegase'.split(' ');

describe.runIf(isMounted)('large optimal power flows', () => {
  it.each(matpower)('AC %s', (name) => expectMatpower(name, 'ac'), 300_000);
  it.each(matpower)('DC %s', (name) => expectMatpower(name, 'dc'), 300_000);
  it.each(pglib)('AC %s', (name) => expectPglib(`pglib_opf_${name}`, 'ac'), 300_000);
  it.each(pglib)('DC %s', (name) => expectPglib(`pglib_opf_${name}`, 'dc'), 300_000);
});
