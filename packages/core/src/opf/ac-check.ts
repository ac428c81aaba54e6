import type { OperatingPoint } from '../network/network.ts';
import type { PowerFlowMethod } from '../powerflows/contract.ts';
import type { OpfModel } from './model.ts';
import { isSolved, type OpfResult } from './result.ts';

/**
 * Solves the power flow of the dispatch, from the voltages that were found. Leaves the result as it is where
 * there is no dispatch worth checking; where the method refuses the network, a note says why.
 * @param knowsVoltages - false: reactive powers and voltages are those of the case, because the formulation has none
 */
export function withAcCheck(model: OpfModel, result: OpfResult, method: PowerFlowMethod | undefined, knowsVoltages = true): OpfResult {
  if (!isSolved(result.status)) return result;
  const { network, operatingPoint } = model.case;
  const point: OperatingPoint = {
    ...operatingPoint,
    generators: operatingPoint.generators.map((x, d) => ({
      ...x,
      p_kW: result.p_kW[d],
      q_kvar: knowsVoltages ? result.q_kvar[d] : x.q_kvar,
      holdsVoltage: !knowsVoltages && x.holdsVoltage,
    })),
    v_start_pu: knowsVoltages ? result.v_pu : operatingPoint.v_start_pu,
    angle_start_deg: result.angle_rad.map((angle) => (angle * 180) / Math.PI),
  };
  if (method === undefined) return result;
  const refusal = method.refuses(network, point);
  if (refusal !== undefined) return { ...result, notes: [...result.notes, `Not checked by a power flow: ${refusal}.`] };
  const flow = method.prepare(network, point).solve(point);
  let v_violation_max_pu = 0;
  for (const b of model.busOf) {
    const { v_min_pu, v_max_pu } = network.buses[b];
    v_violation_max_pu = Math.max(v_violation_max_pu, v_min_pu - flow.v_pu[b], flow.v_pu[b] - v_max_pu);
  }
  let slackShift_max_kW = 0;
  for (const slack of point.slacks) {
    const planned = point.generators.reduce((sum, x) => (x.inService && x.bus === slack ? sum + x.p_kW : sum), point.p_kW[slack]);
    slackShift_max_kW = Math.max(slackShift_max_kW, Math.abs(flow.p_kW[slack] - planned));
  }
  const acCheck = {
    converged: flow.status === 'converged',
    mismatch_max_kVA: flow.mismatch_max_kVA,
    v_violation_max_pu,
    slackShift_max_kW,
  };
  return { ...result, certificate: { ...result.certificate, acCheck } };
}
