import type { Network, OperatingPoint } from '../network/network.ts';
import type { PowerFlowBatch, PowerFlowMethod, PowerFlowOptions, PreparedPowerFlow } from './contract.ts';
import { newton } from './newton/newton.ts';
import { radialSweep } from './radial-sweep/radial-sweep.ts';

/**
 * The method for someone who does not want to choose: the sweep where the network is radial, with Newton behind it when
 * the sweep does not converge (close to collapse it may not); Newton everywhere else.
 */
export const auto: PowerFlowMethod = Object.freeze({
  name: 'auto',
  refuses: newton.refuses,
  prepare(network: Network, point: OperatingPoint, options?: PowerFlowOptions): PreparedPowerFlow {
    if (radialSweep.refuses(network, point) !== undefined) return newton.prepare(network, point, options);
    const sweep = radialSweep.prepare(network, point, options);
    let second: PreparedPowerFlow | undefined;
    const behind = () => (second ??= newton.prepare(network, point, options));
    return {
      solve(now, warm) {
        // A later point may hold voltages that the first did not.
        const refused = now !== point && radialSweep.refuses(network, now) !== undefined;
        const result = refused ? undefined : sweep.solve(now, warm);
        return result?.status === 'converged' ? result : behind().solve(now, warm);
      },
      solveBatch(p_kW, q_kvar, steps_count, out) {
        sweep.solveBatch(p_kW, q_kvar, steps_count, out);
        const nB = network.buses.length;
        for (let t = 0; t < steps_count; t++) {
          if (out.converged[t]) continue;
          const at = t * nB;
          const rows = (values: Float64Array) => values.subarray(at, at + nB);
          behind().solveBatch(rows(p_kW), rows(q_kvar), 1, stepOf(out, t, nB));
        }
      },
    };
  },
});

/** A view of one step of a batch. */
function stepOf(out: PowerFlowBatch, t: number, nB: number): PowerFlowBatch {
  return {
    v_pu: out.v_pu.subarray(t * nB, (t + 1) * nB),
    ...(out.angle_rad ? { angle_rad: out.angle_rad.subarray(t * nB, (t + 1) * nB) } : {}),
    loss_kW: out.loss_kW.subarray(t, t + 1),
    converged: out.converged.subarray(t, t + 1),
    iterations_count: out.iterations_count.subarray(t, t + 1),
    mismatch_max_kVA: out.mismatch_max_kVA.subarray(t, t + 1),
  };
}
