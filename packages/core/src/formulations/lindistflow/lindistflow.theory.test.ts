import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { acFlow, baseFlow, halfHours, randomFeeder, randomLoads, wiresOf } from '../testing/feeders.ts';
import { lindistflow } from './formulation.ts';

const seeds = fc.integer({ min: 1, max: 1e6 });
const nB = 9;
const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), 0);

describe('lindistflow against the AC power flow, on random trees with taps, reversed branches, charging and shunts', () => {
  it('has the voltages and losses of the base power flow at its injections, to 1e-9', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.95, max: 1.05, noNaN: true }), (seed, v_slack_pu) => {
        const stream = randomStream(seed);
        const network = randomFeeder(stream, { buses_count: nB });
        const base = randomLoads(stream, nB, 2, 200);
        const flow = baseFlow(network, 2, base.p_kW, base.q_kvar, v_slack_pu);
        // Half of the base injections are fixed, the other half come from devices at buses 4 and 8.
        const p_fixed_kW = base.p_kW.slice();
        const q_fixed_kvar = base.q_kvar.slice();
        const ports = new Float64Array(2 * 3 * 2);
        [4, 8].forEach((b, k) => {
          for (let t = 0; t < 2; t++) {
            p_fixed_kW[t * nB + b] += 70;
            q_fixed_kvar[t * nB + b] -= 20;
            ports[2 * (k + 1) * 2 + t] = 70;
            ports[(2 * (k + 1) + 1) * 2 + t] = -20;
          }
        });
        const wires = wiresOf(network, halfHours(2), { connected: [0, 4, 8], v_slack_pu, p_fixed_kW, q_fixed_kvar, base: flow });
        const formulated = lindistflow.build(wires);
        const state = formulated.read(formulated.complete(ports));
        expect(largest(state.v_pu, flow.v_pu)).toBeLessThan(1e-9);
        expect(largest(state.loss_kW, flow.loss_kW)).toBeLessThan(1e-9);
      }),
    );
  });

  /** Errors of voltages and of losses without a base, and of voltages beside a base, when loads shrink by `scale`. */
  const errors = (seed: number, scale: number, plain: boolean) => {
    const stream = randomStream(seed);
    const network = randomFeeder(stream, { buses_count: nB, plain: true });
    // Ratios and directions stay; charging and shunts, which are no load, go when the slope is looked at.
    const tapped = plain ? network : randomFeeder(randomStream(seed), { buses_count: nB });
    const bare = { ...tapped, shunts: [], branches: tapped.branches.map((l) => ({ ...l, b_pu: 0 })) };
    const { p_kW, q_kvar } = randomLoads(stream, nB, 1, 300 * scale);
    const ac = acFlow(bare, p_kW, q_kvar, 1);
    const wires = wiresOf(bare, halfHours(1), { p_fixed_kW: p_kW, q_fixed_kvar: q_kvar });
    const formulated = lindistflow.build(wires);
    const state = formulated.read(formulated.complete(new Float64Array(4)));
    return { v_pu: largest(state.v_pu, ac.v_pu), loss: Math.abs(state.loss_kW[0] - ac.loss_kW), lossAc_kW: ac.loss_kW, state, ac };
  };

  it('errs by O(load²) in the voltages: a tenth of the load, a hundredth of the error', () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, plain) => {
        const far = errors(seed, 1, plain);
        const near = errors(seed, 0.1, plain);
        expect(far.v_pu).toBeLessThan(0.1);
        expect(near.v_pu).toBeLessThan(0.02 * far.v_pu + 1e-10);
      }),
    );
  });

  it('has branch flows at the from side in the direction of the branch, and losses, right for small loads', () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, plain) => {
        const { state, ac, loss, lossAc_kW } = errors(seed, 0.02, plain);
        expect(largest(state.p_branch_kW, ac.p_from_kW)).toBeLessThan(0.02 * Math.max(...ac.p_from_kW.map(Math.abs)));
        // At 1 pu: taps of ±5 % in series leave their mark.
        expect(loss).toBeLessThan(0.35 * lossAc_kW);
      }),
    );
  });

  it('has the slope of the power flow around its base: voltages after a small change', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const stream = randomStream(seed);
        const network = randomFeeder(stream, { buses_count: nB });
        const base = randomLoads(stream, nB, 1, 60);
        const wires = wiresOf(network, halfHours(1), {
          connected: [0, 8],
          p_fixed_kW: base.p_kW,
          q_fixed_kvar: base.q_kvar,
          base: baseFlow(network, 1, base.p_kW, base.q_kvar, 1),
        });
        const formulated = lindistflow.build(wires);
        const change_kW = 20;
        const state = formulated.read(formulated.complete(Float64Array.of(0, 0, -change_kW, 0)));
        const p_kW = base.p_kW.slice();
        p_kW[8] += change_kW;
        const ac = acFlow(network, p_kW, base.q_kvar, 1);
        const moved = largest(ac.v_pu, wires.base!.v_pu);
        expect(largest(state.v_pu, ac.v_pu)).toBeLessThan(0.2 * moved + 1e-9);
      }),
    );
  });
});
