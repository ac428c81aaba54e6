import { describe, expect, it } from 'vitest';
import { matpowerFormat } from '../../packages/core/src/formats/matpower/format.ts';
import { readNetworkDocument } from '../../packages/core/src/network/read-document.ts';
import { ieee33 } from '../../packages/core/src/networks/ieee33/network.ts';
import { ieee69 } from '../../packages/core/src/networks/ieee69/network.ts';
import { ieee118 } from '../../packages/core/src/networks/ieee118/network.ts';
import { readShared, sharedReference } from './shared-cases.ts';

describe.runIf(sharedReference !== undefined)('built-in networks say what their MATPOWER cases say', () => {
  it.each([
    ['case33bw', ieee33],
    ['case69', ieee69],
    ['case118', ieee118],
  ])('%s', (name, member) => {
    const theirs = matpowerFormat.read(readShared(`matpower/cases/${name}.m`), { fileName: `${name}.m` });
    const ours = readNetworkDocument(member.document);
    const flat = ({ network, operatingPoint }: typeof ours): (number | string)[] => [
      network.s_base_kVA,
      ...network.buses.flatMap((bus) => [bus.id, bus.v_base_kV, bus.v_min_pu, bus.v_max_pu]),
      ...network.branches.flatMap((x) => [x.id, x.from, x.to, x.r_pu, x.x_pu, x.b_pu, x.ratio, x.shift_deg]),
      ...network.branches.flatMap((x) => [x.s_max_kVA, x.inService ? 1 : 0]),
      ...network.shunts.flatMap((x) => [x.bus, x.g_pu, x.b_pu]),
      ...operatingPoint.p_kW,
      ...operatingPoint.q_kvar,
      ...operatingPoint.slacks,
      ...operatingPoint.generators.flatMap((x) => [x.id, x.bus, x.p_kW, x.q_kvar, x.p_min_kW, x.p_max_kW]),
      ...operatingPoint.generators.flatMap((x) => [x.q_min_kvar, x.q_max_kvar, x.v_set_pu, x.holdsVoltage ? 1 : 0]),
    ];
    const [a, b] = [flat(ours), flat(theirs)];
    expect(a.length).toBe(b.length);
    a.forEach((value, k) => {
      if (typeof value === 'string' || !Number.isFinite(value)) expect(value).toBe(b[k]);
      else expect(Math.abs(value - Number(b[k]))).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
    });
    for (const [g, { cost }] of ours.operatingPoint.generators.entries()) {
      const other = theirs.operatingPoint.generators[g].cost;
      if (cost?.kind !== 'polynomial' || other?.kind !== 'polynomial') throw new Error('polynomial costs expected');
      const c = [0, 0, 0, ...cost.coefficients].slice(-3);
      const expected = [0, 0, 0, ...other.coefficients].slice(-3);
      for (let k = 0; k < 3; k++) expect(c[k]).toBeCloseTo(expected[k], 12);
    }
  });
});
