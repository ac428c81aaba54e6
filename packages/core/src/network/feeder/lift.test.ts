import { describe, expect, it } from 'vitest';
import { fourBus } from '../../networks/four-bus/network.ts';
import { ieee33 } from '../../networks/ieee33/network.ts';
import { ieee69 } from '../../networks/ieee69/network.ts';
import { newton } from '../../powerflows/newton/newton.ts';
import { prepareThreePhase } from '../../powerflows/three-phase/three-phase.ts';
import { buildNetwork } from '../build.ts';
import type { Case } from '../network.ts';
import { readNetworkDocument } from '../read-document.ts';
import { balancedCase } from './balanced.ts';
import { feederOfCase } from './lift.ts';

/** Tap, shifts of even and odd hours, charging, a shunt and a machine that holds its voltage. */
function withTransformers(): Case {
  const network = buildNetwork({
    name: 'transformers',
    s_base_kVA: 1000,
    buses: [110, 10, 10, 0.4, 0.4].map((v_base_kV, b) => ({ id: `b${b}`, v_base_kV, v_min_pu: 0.9, v_max_pu: 1.1 })),
    branches: [
      { id: 't0', from: 'b0', to: 'b1', r_pu: 0.002, x_pu: 0.02, b_pu: -0.01, ratio: 1.03, shift_deg: 150 },
      { id: 'l1', from: 'b1', to: 'b2', r_pu: 0.01, x_pu: 0.02, b_pu: 0.03 },
      { id: 't2', from: 'b2', to: 'b3', r_pu: 0.01, x_pu: 0.04, ratio: 0.98, shift_deg: -60 },
      { id: 'l3', from: 'b3', to: 'b4', r_pu: 0.05, x_pu: 0.02 },
    ],
    shunts: [{ bus: 'b2', g_pu: 0.01, b_pu: 0.1 }],
  });
  return {
    network,
    operatingPoint: {
      p_kW: Float64Array.of(0, -100, 0, -50, -200),
      q_kvar: Float64Array.of(0, -40, 0, -10, -80),
      generators: [
        {
          id: 'machine',
          bus: 2,
          p_kW: 120,
          q_kvar: 0,
          p_min_kW: 0,
          p_max_kW: 200,
          q_min_kvar: -1e6,
          q_max_kvar: 1e6,
          v_set_pu: 1.01,
          holdsVoltage: true,
          inService: true,
        },
      ],
      slacks: [0],
      v_start_pu: Float64Array.of(1.02, 1, 1, 1, 1),
      angle_start_deg: new Float64Array(5),
      isolated: [],
    },
    dropped: [],
    warnings: [],
  };
}

const cases: readonly (readonly [string, Case])[] = [
  ['four buses', readNetworkDocument(fourBus.document)],
  ['33 buses', readNetworkDocument(ieee33.document)],
  ['69 buses', readNetworkDocument(ieee69.document)],
  ['transformers and a machine', withTransformers()],
];

describe('feederOfCase', () => {
  it.each(cases)('%s: every phase has the voltage of the balanced case, to 1e-9', (_, one) => {
    const single = newton.prepare(one.network, one.operatingPoint, { tolerance_pu: 1e-11 }).solve(one.operatingPoint);
    const flow = prepareThreePhase(feederOfCase(one), { tolerance_frac: 1e-13 });
    const three = flow.solve();
    expect([single.status, three.status]).toEqual(['converged', 'converged']);
    for (let i = 0; i < flow.places.count; i++) {
      const b = flow.places.bus[i];
      const angle_rad = single.angle_rad[b] - (2 * Math.PI * (flow.places.conductor[i] - 1)) / 3;
      expect(Math.abs(three.v_re_V[i] / flow.places.v_base_V[i] - single.v_pu[b] * Math.cos(angle_rad))).toBeLessThan(1e-9);
      expect(Math.abs(three.v_im_V[i] / flow.places.v_base_V[i] - single.v_pu[b] * Math.sin(angle_rad))).toBeLessThan(1e-9);
    }
    const scale_kW = one.operatingPoint.p_kW.reduce((sum, p) => sum + Math.abs(p), 0);
    expect(Math.abs(three.loss_kW - single.loss_kW - shuntLoss(one, single.v_pu))).toBeLessThan(1e-8 * scale_kW);
  });

  it.each(cases)('%s: the balanced equivalent of the lifted case has its voltages, to 1e-9', (_, one) => {
    const back = balancedCase(feederOfCase(one), { s_base_kVA: one.network.s_base_kVA });
    const solve = ({ network, operatingPoint }: Case) =>
      newton.prepare(network, operatingPoint, { tolerance_pu: 1e-11 }).solve(operatingPoint);
    const [first, second] = [solve(one), solve(back)];
    for (let b = 0; b < one.network.buses.length; b++) {
      expect(Math.abs(first.v_pu[b] - second.v_pu[b])).toBeLessThan(1e-9);
      expect(Math.abs(Math.sin((first.angle_rad[b] - second.angle_rad[b]) / 2))).toBeLessThan(1e-9);
    }
  });
});

/** The three-phase power flow counts what shunts take among the losses. */
const shuntLoss = ({ network }: Case, v_pu: Float64Array): number =>
  network.shunts.reduce((sum, { bus, g_pu }) => sum + g_pu * v_pu[bus] ** 2 * network.s_base_kVA, 0);
