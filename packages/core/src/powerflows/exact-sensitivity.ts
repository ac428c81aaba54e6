import { NumericalError } from '../base/errors.ts';
import { analyseLu, LuFactor } from '../linalg/lu.ts';
import type { BusIndex, Network, OperatingPoint } from '../network/network.ts';
import { Balance } from './balance.ts';
import type { PowerFlowResult } from './contract.ts';
import { buildJacobian, fillJacobian } from './jacobian.ts';
import type { VoltageSensitivity } from './sensitivity.ts';
import { busRole, Setpoints } from './setpoints.ts';
import { buildWires } from './wires.ts';

/**
 * Exact sensitivities of a solved power flow, from its Jacobian: any topology.
 *
 * With S(θ, v) = S_scheduled, differentiated by one scheduled power: J·(dθ, dv/v) = e_j, so that ∂v_i/∂p_j = v_i·x_i/S_b, where x
 * solves J·x = e at the row of P_j. One factorisation, one solve per column.
 *
 * | symbol | variable |
 * |---|---|
 * | J, factored | `factor` |
 * | x | `x` |
 * @param solved - a converged power flow of `network` at `point`
 * @throws {NumericalError} SENSITIVITY_SINGULAR at the loading limit, where voltages answer without bound; SENSITIVITY_NO_SOLUTION
 * @cost  one sparse LU, then O(nnz(L + U)) per column
 * @source Peschon, Piercy, Tinney, Tveit, Sensitivity in power systems, IEEE Trans. PAS-87 (1968) 1687–1696
 */
export function exactSensitivity(network: Network, point: OperatingPoint, solved: PowerFlowResult): VoltageSensitivity {
  if (solved.status !== 'converged') {
    throw new NumericalError({
      code: 'SENSITIVITY_NO_SOLUTION',
      message: `Voltage sensitivities of "${network.name}" need a solved power flow, but it did not converge${solved.diagnosis ? `: ${solved.diagnosis}` : ''}`,
      hint: 'Lower the load, or look at the power flow first.',
    });
  }
  const wires = buildWires(network, point.isolated);
  const setpoints = new Setpoints(wires);
  setpoints.read(point);
  const role = setpoints.role.slice();
  for (const id of solved.atReactiveLimit) {
    const held = point.generators.find((x) => x.id === id);
    if (held && role[held.bus] === busRole.pv) role[held.bus] = busRole.pq;
  }
  const balance = new Balance(wires);
  const jacobian = buildJacobian(balance, role);
  const { v_pu, angle_rad } = solved;
  balance.evaluate(v_pu, angle_rad);
  fillJacobian(jacobian, balance, v_pu);
  const factor = new LuFactor(analyseLu(jacobian.pattern));
  if (factor.factor(jacobian.values).status !== 'ok') {
    throw new NumericalError({
      code: 'SENSITIVITY_SINGULAR',
      message: `The Jacobian of "${network.name}" is singular at this operating point`,
      hint: 'The feeder stands at its loading limit: lower the load.',
    });
  }
  const { thetaAt, vAt, size } = jacobian;
  const x = new Float64Array(size);
  const columnInto = (row: number, into: Float64Array): void => {
    into.fill(0);
    if (row < 0) return;
    x.fill(0);
    x[row] = 1 / network.s_base_kVA;
    factor.solveInto(x);
    for (let b = 0; b < vAt.length; b++) if (vAt[b] >= 0) into[b] = v_pu[b] * x[vAt[b]];
  };
  return {
    buses_count: network.buses.length,
    byActiveInto: (bus: BusIndex, into) => columnInto(thetaAt[bus], into),
    byReactiveInto: (bus: BusIndex, into) => columnInto(vAt[bus], into),
  };
}
