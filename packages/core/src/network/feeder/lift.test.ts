import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fourBus } from '../../networks/four-bus/network.ts';
import { ieee33 } from '../../networks/ieee33/network.ts';
import { ieee69 } from '../../networks/ieee69/network.ts';
import { newton } from '../../powerflows/newton/newton.ts';
import { prepareThreePhase } from '../../powerflows/three-phase/three-phase.ts';
import { buildNetwork } from '../build.ts';
import type { Case, Network } from '../network.ts';
import { readNetworkDocument } from '../read-document.ts';
import { balancedCase } from './balanced.ts';
import { feederOfCase } from './lift.ts';

/** Tap, shifts of even and odd hours and of no whole hour, a loop, charging, a shunt and a machine that holds its voltage. */
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
      { id: 't4', from: 'b1', to: 'b2', r_pu: 0.03, x_pu: 0.05, ratio: 1.01, shift_deg: 1.7 },
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

/** A case with one slack at bus 0 and random powers. */
function caseOf(network: Network, p_kW: readonly number[], q_kvar: readonly number[]): Case {
  const nB = network.buses.length;
  return {
    network,
    operatingPoint: {
      p_kW: Float64Array.from(p_kW),
      q_kvar: Float64Array.from(q_kvar),
      generators: [],
      slacks: [0],
      v_start_pu: new Float64Array(nB).fill(1.02),
      angle_start_deg: new Float64Array(nB).fill(10),
      isolated: [],
    },
    dropped: [],
    warnings: [],
  };
}

const quantity = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const randomCases: fc.Arbitrary<Case> = fc.integer({ min: 2, max: 8 }).chain((nB) =>
  fc
    .record({
      parents: fc.tuple(...Array.from({ length: nB - 1 }, (_, b) => fc.integer({ min: 0, max: b }))),
      bases: fc.array(fc.constantFrom(0.4, 10, 110), { minLength: nB, maxLength: nB }),
      branch: fc.array(
        fc.record({
          r: quantity(0.001, 0.1),
          x: quantity(0.001, 0.1),
          b: quantity(0, 0.02),
          ratio: quantity(0.9, 1.1),
          shift_deg: fc.oneof(
            fc.integer({ min: -5, max: 6 }).map((hours) => 30 * hours),
            quantity(-40, 40),
          ),
          isLine: fc.boolean(),
        }),
        {
          minLength: nB - 1,
          maxLength: nB - 1,
        },
      ),
      p: fc.array(quantity(-50, 20), { minLength: nB, maxLength: nB }),
      q: fc.array(quantity(-20, 20), { minLength: nB, maxLength: nB }),
    })
    .map(({ parents, bases, branch, p, q }) => {
      const network = buildNetwork({
        name: 'random',
        s_base_kVA: 1000,
        buses: bases.map((v_base_kV, b) => ({ id: `b${b}`, v_base_kV, v_min_pu: 0.9, v_max_pu: 1.1 })),
        branches: parents.map((parent, k) => ({
          id: `l${k}`,
          from: `b${parent}`,
          to: `b${k + 1}`,
          r_pu: branch[k].r,
          x_pu: branch[k].x,
          b_pu: branch[k].b,
          ...(branch[k].isLine ? {} : { ratio: branch[k].ratio, shift_deg: branch[k].shift_deg }),
        })),
        shunts: [{ bus: `b${bases.length - 1}`, g_pu: 0.001, b_pu: 0.02 }],
      });
      return caseOf(network, p, q);
    }),
);

describe('feederOfCase and balancedCase', () => {
  it('come back to the case they began with', () => {
    fc.assert(
      fc.property(randomCases, (one) => {
        const feeder = feederOfCase(one);
        const back = balancedCase(feeder, { s_base_kVA: one.network.s_base_kVA });
        expect(back.warnings).toEqual([]);
        expect(back.network.buses).toEqual(one.network.buses);
        for (const branch of one.network.branches) {
          const same = back.network.branches.find(({ id }) => id === branch.id)!;
          expect(same.r_pu).toBeCloseTo(branch.r_pu, 12);
          expect(same.x_pu).toBeCloseTo(branch.x_pu, 12);
          expect(same.ratio).toBeCloseTo(branch.ratio, 12);
          expect(Math.abs(((same.shift_deg - branch.shift_deg + 540) % 360) - 180)).toBeLessThan(1e-8);
        }
        for (let b = 0; b < one.network.buses.length; b++) {
          expect(back.operatingPoint.p_kW[b]).toBeCloseTo(one.operatingPoint.p_kW[b], 9);
          expect(back.operatingPoint.q_kvar[b]).toBeCloseTo(one.operatingPoint.q_kvar[b], 9);
        }
        expect(back.operatingPoint.slacks).toEqual([0]);
        expect(back.operatingPoint.v_start_pu[0]).toBeCloseTo(1.02, 12);
        expect(back.operatingPoint.angle_start_deg[0]).toBeCloseTo(10, 10);
      }),
    );
  });

  it('keeps charging as charging of lines, and as shunts at both ends of transformers', () => {
    const network = buildNetwork({
      name: 'two',
      s_base_kVA: 1000,
      buses: [0, 1, 2].map((b) => ({ id: `b${b}`, v_base_kV: 10, v_min_pu: 0.9, v_max_pu: 1.1 })),
      branches: [
        { id: 'l', from: 'b0', to: 'b1', r_pu: 0.01, x_pu: 0.02, b_pu: 0.04 },
        { id: 't', from: 'b1', to: 'b2', r_pu: 0.01, x_pu: 0.02, b_pu: 0.04, ratio: 1.25 },
      ],
    });
    const back = balancedCase(feederOfCase(caseOf(network, [0, 0, 0], [0, 0, 0])), { s_base_kVA: 1000 });
    expect(back.network.branches.find(({ id }) => id === 'l')!.b_pu).toBeCloseTo(0.04, 12);
    expect(back.network.shunts.map(({ bus, b_pu }) => [bus, Number(b_pu.toFixed(12))])).toEqual([
      [1, 0.0128],
      [2, 0.02],
    ]);
  });
});
