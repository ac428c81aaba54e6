import { describe, expect, it } from 'vitest';
import { readNetworkDocument } from '../../packages/core/src/network/read-document.ts';
import type { BuiltInNetwork } from '../../packages/core/src/networks/contract.ts';
import { feeder118 } from '../../packages/core/src/networks/feeder118/network.ts';
import { ieee33 } from '../../packages/core/src/networks/ieee33/network.ts';
import { ieee69 } from '../../packages/core/src/networks/ieee69/network.ts';
import { ieee118 } from '../../packages/core/src/networks/ieee118/network.ts';
import type { PowerFlowMethod } from '../../packages/core/src/powerflows/contract.ts';
import { newton } from '../../packages/core/src/powerflows/newton/newton.ts';
import { radialSweep } from '../../packages/core/src/powerflows/radial-sweep/radial-sweep.ts';

/** Values, tolerances and sources stand in README.md. */
interface Expected {
  readonly loss_kW: number;
  readonly v_min_pu: number;
  readonly v_min_bus: string;
}

function solved(member: BuiltInNetwork, method: PowerFlowMethod) {
  const { network, operatingPoint } = readNetworkDocument(member.document);
  const result = method.prepare(network, operatingPoint).solve(operatingPoint);
  const lowest = result.v_pu.indexOf(Math.min(...result.v_pu));
  return { network, result, found: { v_min_pu: result.v_pu[lowest], v_min_bus: network.buses[lowest].id } };
}

function reproduces(member: BuiltInNetwork, methods: readonly PowerFlowMethod[], expected: Expected): void {
  for (const method of methods) {
    it(`${member.name} by ${method.name}`, () => {
      const { result, found } = solved(member, method);
      expect(result.status, result.diagnosis).toBe('converged');
      expect(Math.abs(result.loss_kW / expected.loss_kW - 1)).toBeLessThan(1e-6);
      expect(found.v_min_bus).toBe(expected.v_min_bus);
      expect(Math.abs(found.v_min_pu - expected.v_min_pu)).toBeLessThan(1e-6);
    });
  }
}

describe('built-in networks give their published power flow', () => {
  reproduces(ieee33, [newton, radialSweep], { loss_kW: 202.677126, v_min_pu: 0.9130905, v_min_bus: '18' });
  reproduces(ieee69, [newton, radialSweep], { loss_kW: 224.991694, v_min_pu: 0.9091878, v_min_bus: '65' });
  reproduces(feeder118, [newton, radialSweep], { loss_kW: 1298.0916, v_min_pu: 0.868797, v_min_bus: '77' });
  reproduces(ieee118, [newton], { loss_kW: 132862.8719, v_min_pu: 0.943, v_min_bus: '76' });

  it('the figures of the literature, to the digits printed there', () => {
    expect(Math.abs(solved(ieee33, radialSweep).result.loss_kW - 202.68)).toBeLessThan(0.01);
    expect(Math.abs(solved(ieee33, radialSweep).found.v_min_pu - 0.9131)).toBeLessThan(5e-5);
    expect(Math.abs(solved(ieee69, radialSweep).result.loss_kW - 224.99)).toBeLessThan(0.01);
    expect(Math.abs(solved(ieee69, radialSweep).found.v_min_pu - 0.9092)).toBeLessThan(5e-5);
  });
});
