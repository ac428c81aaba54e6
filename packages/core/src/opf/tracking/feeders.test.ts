import { describe, expect, it } from 'vitest';
import type { BuiltInNetwork } from '../../networks/contract.ts';
import { ieee33 } from '../../networks/ieee33/network.ts';
import { ieee69 } from '../../networks/ieee69/network.ts';
import { ieee118 } from '../../networks/ieee118/network.ts';
import { ieee123 } from '../../networks/ieee123/network.ts';
import { readBuiltIn } from '../../networks/read-built-in.ts';
import { reachableBand } from './band.ts';
import type { RegulatedFeeder, RegulatedStep } from './question.ts';
import { box } from './testing/agents.ts';
import { track } from './track.ts';

/** Agents of three kinds along the network, 30 % of its load together. */
function agentsOf(member: BuiltInNetwork, count: number): { readonly feeder: RegulatedFeeder; readonly step: RegulatedStep } {
  const { network, operatingPoint: point } = readBuiltIn(member);
  const [slack] = point.slacks;
  const step = { p_fixed_kW: point.p_kW.slice(), q_fixed_kvar: point.q_kvar.slice() };
  for (const unit of point.generators) {
    if (unit.bus === slack || !unit.inService) continue;
    step.p_fixed_kW[unit.bus] += unit.p_kW;
    step.q_fixed_kvar[unit.bus] += unit.q_kvar;
  }
  const places = [...network.buses.keys()].filter((b) => b !== slack && !point.isolated.includes(b));
  const s = (0.3 * step.p_fixed_kW.reduce((sum, p) => sum - Math.min(0, p), 0)) / count;
  const kinds = [box(-0.8 * s, 0.8 * s, s), box(0, 0.7 * s, s), box(-0.9 * s, 0, s)];
  return {
    feeder: {
      network,
      slack,
      v_slack_pu: point.v_start_pu[slack],
      isolated: point.isolated,
      resources: Array.from({ length: count }, (_, d) => ({ id: `agent ${d}`, bus: places[(7 * d) % places.length] })),
    },
    step: { ...step, regions: Array.from({ length: count }, (_, d) => kinds[d % 3]) },
  };
}

describe('many agents on other networks', () => {
  it.each([
    ['ieee33', ieee33, 1000],
    ['ieee69', ieee69, 40],
    ['ieee123, balanced', ieee123, 40],
    ['ieee118, with loops and limits that bind', ieee118, 120],
  ])('follow a command inside the band in AC: %s', { timeout: 20_000 }, (_, member, count) => {
    const { feeder, step } = agentsOf(member, count);
    const { pMin, pMax } = reachableBand(feeder, step, { tolerance_frac: 1e-8 });
    expect([pMin.status, pMax.status]).toEqual(['optimal', 'optimal']);
    const middle = 0.5 * (pMin.p_pcc_kW + pMax.p_pcc_kW);
    const base_kVA = feeder.network.s_base_kVA;
    for (const share of [-0.1, 0.15]) {
      const asked = { p_pcc_kW: middle + share * (pMax.p_pcc_kW - pMin.p_pcc_kW), q_pcc_kvar: 0.5 * (pMin.q_pcc_kvar + pMax.q_pcc_kvar) };
      const found = track(feeder, step, asked);
      const { acCheck } = found.certificate;
      expect(found.status).toBe('optimal');
      expect(found.isSaturated).toBe(false);
      expect(acCheck.converged).toBe(true);
      expect(acCheck.pccShift_kVA).toBeLessThan(1e-6 * base_kVA);
      expect(acCheck.v_violation_max_pu).toBeLessThan(1e-6);
      expect(Math.abs(found.granted.p_pcc_kW - asked.p_pcc_kW)).toBeLessThan(1e-6 * base_kVA);
    }
  });

  it('costs do not depend on how a resource is cut into equal parts', () => {
    const whole = agentsOf(ieee33, 32);
    const { feeder, step } = whole;
    const halves = {
      feeder: { ...feeder, resources: feeder.resources.flatMap((x) => [x, { ...x, id: `${x.id}b` }]) },
      step: {
        ...step,
        regions: step.regions.flatMap(({ p_min_kW: low, p_max_kW: high, s_max_kVA: s }) => {
          const half = box(low / 2, high / 2, s / 2);
          return [half, half];
        }),
      },
    };
    const asked = { p_pcc_kW: 3700, q_pcc_kvar: 2300 };
    const one = track(feeder, step, asked);
    const two = track(halves.feeder, halves.step, asked);
    expect(one.method).toBe('projection');
    expect(two.loss_kW).toBeCloseTo(one.loss_kW, 6);
    one.setpoints.p_kW.forEach((p, d) => {
      expect(two.setpoints.p_kW[2 * d]).toBeCloseTo(p / 2, 5);
      expect(two.setpoints.p_kW[2 * d + 1]).toBeCloseTo(p / 2, 5);
    });
  });
});
