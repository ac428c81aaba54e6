import type { Case } from '../../packages/core/src/network/network.ts';
import type { PowerFlowResult } from '../../packages/core/src/powerflows/contract.ts';
import { generatorPowers } from '../../packages/core/src/powerflows/generator-results.ts';
import type { Output } from './outputs.ts';

/**
 * Results on the balanced equivalent of a feeder by the id of the component: voltages, and what sources behind an impedance and generators alone at their node give.
 * Branches are left out: there, magnetising and dielectric losses stand beside them as shunts.
 */
export function balancedOutputs({ network, operatingPoint: point, feeder }: Case, result: PowerFlowResult): ReadonlyMap<string, Output> {
  const outputs = new Map<string, Output>();
  const power = (p_kW: number, q_kvar: number): Output => {
    const [p, q] = [p_kW * 1000, q_kvar * 1000];
    return { p, q, s: Math.hypot(p, q) };
  };
  network.buses.forEach(({ id, v_base_kV }, b) => {
    outputs.set(id, { u_pu: result.v_pu[b], u: result.v_pu[b] * v_base_kV * 1000, u_angle: result.angle_rad[b] });
  });
  network.branches.forEach(({ id }, l) => {
    const source = feeder?.sources.find((each) => `${each.id} impedance` === id);
    if (source !== undefined) outputs.set(source.id, { ...power(-result.p_to_kW[l], -result.q_to_kvar[l]), i: result.i_to_A[l] });
  });
  const powers = generatorPowers(point, result);
  point.generators.forEach(({ id, bus }, d) => {
    const isAlone = point.generators.every((other) => other.id === id || other.bus !== bus || !other.holdsVoltage);
    if (isAlone) outputs.set(id, power(powers.p_kW[d], powers.q_kvar[d]));
  });
  return outputs;
}
