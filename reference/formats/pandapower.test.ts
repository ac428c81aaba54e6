import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pandapowerFormat } from '../../packages/core/src/formats/pandapower/format.ts';
import { numberOf, readNet } from '../../packages/core/src/formats/pandapower/tables.ts';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import { newton } from '../../packages/core/src/powerflows/newton/newton.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { readShared, sharedReference } from '../matpower/shared-cases.ts';

/** Magnitudes of the validation net by bus and phase, computed for this project with pandapower 3.5.6 (`runpp_3ph`), 2026-11-28. */
const validation = [
  [0.99999634, 1.0000007, 1.00000295],
  [0.99966299, 0.9996828, 0.99965992],
  [0.99696536, 0.99749894, 0.9972434],
  [0.99382742, 0.99397475, 0.98668861],
  [0.99481145, 0.99461461, 0.98680086],
  [0.97837839, 0.99214062, 0.99555105],
  [0.99730251, 0.99816707, 0.99847631],
];

/** Magnitude of each phase of each bus in per unit. @shape [bus][phase] */
function magnitudes(feeder: Feeder): readonly (readonly number[])[] {
  const prepared = prepareThreePhase(feeder, { tolerance_frac: 1e-10 });
  const result = prepared.solve();
  expect(result.status, result.diagnosis).toBe('converged');
  const { places } = prepared;
  return feeder.buses.map((_, b) =>
    [1, 2, 3].map((phase) => {
      const k = places.indexOf(b, phase);
      return Math.hypot(result.v_re_V[k], result.v_im_V[k]) / places.v_base_V[k];
    }),
  );
}

describe.runIf(sharedReference !== undefined && existsSync(`${sharedReference}/pandapower`))('pandapower nets', () => {
  const open = (name: string) => {
    const text = readShared(`pandapower/${name}.json`);
    const net = readNet(text, name);
    const order = new Map((net.tables.get('bus') ?? []).map((row, b) => [row.index, b]));
    return { net, order, value: pandapowerFormat.read(text, { fileName: `${name}.json` }) };
  };

  it('MV Oberrhein: the stored res_bus within 1e-6 pu, balanced and conductor by conductor', () => {
    const { net, order, value } = open('mv_oberrhein');
    const result = newton.prepare(value.network, value.operatingPoint).solve(value.operatingPoint);
    const phases = magnitudes(value.feeder as Feeder);
    const rows = net.tables.get('res_bus') ?? [];
    expect(rows.length).toBe(179);
    for (const row of rows) {
      const b = order.get(row.index) ?? -1;
      const expected = numberOf(row, 'vm_pu');
      expect(Math.abs(result.v_pu[b] - expected), row.where).toBeLessThan(1e-6);
      for (const v of phases[b]) expect(Math.abs(v - expected), row.where).toBeLessThan(1e-6);
      // the file was solved without the 150° of its transformers
      const shift_deg = value.network.buses[b].v_base_kV < 100 ? 150 : 0;
      expect(Math.abs((result.angle_rad[b] * 180) / Math.PI + shift_deg - numberOf(row, 'va_degree')), row.where).toBeLessThan(1e-4);
    }
  });

  it('case33bw: the losses of Baran and Wu', () => {
    const { network, operatingPoint } = open('case33bw').value;
    const result = newton.prepare(network, operatingPoint).solve(operatingPoint);
    expect(result.loss_kW).toBeCloseTo(202.6771, 3);
    expect(Math.min(...result.v_pu)).toBeCloseTo(0.91309, 5);
  });

  it('three-phase validation net: pandapower 3.5.6 within 2e-7 pu, the stored res_bus_3ph of an older one within 4e-4', () => {
    const { net, value } = open('runpp_3ph_validation');
    const phases = magnitudes(value.feeder as Feeder);
    phases.forEach((own, b) => {
      own.forEach((v, k) => expect(Math.abs(v - validation[b][k]), `bus ${b} phase ${k}`).toBeLessThan(2e-7));
    });
    (net.tables.get('res_bus_3ph') ?? []).forEach((row, b) => {
      ['vm_a_pu', 'vm_b_pu', 'vm_c_pu'].forEach((name, k) =>
        expect(Math.abs(phases[b][k] - numberOf(row, name)), row.where).toBeLessThan(4e-4),
      );
    });
  });

  it('European LV: the stored res_bus_3ph of an older pandapower within 8e-4 pu', () => {
    const { net, value } = open('IEEE_European_LV_On_Peak_566');
    const phases = magnitudes(value.feeder as Feeder);
    const rows = net.tables.get('res_bus_3ph') ?? [];
    expect(rows.length).toBe(907);
    rows.forEach((row, b) => {
      ['vm_a_pu', 'vm_b_pu', 'vm_c_pu'].forEach((name, k) =>
        expect(Math.abs(phases[b][k] - numberOf(row, name)), row.where).toBeLessThan(8e-4),
      );
    });
  });
});
