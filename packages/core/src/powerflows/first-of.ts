import type { Network, OperatingPoint } from '../network/network.ts';
import type { PowerFlowBatch, PowerFlowMethod, PowerFlowOptions, PreparedPowerFlow } from './contract.ts';
import { mustAccept } from './outcome.ts';

/**
 * The method for someone who does not want to choose: of the methods that take the network, the first; where it does
 * not converge, the next is asked. Each is prepared when it is first needed.
 * @param methods - cheapest first: radial sweep, then Newton
 */
export function firstOf(methods: readonly PowerFlowMethod[]): PowerFlowMethod {
  const refusals = (network: Network, point: OperatingPoint) => methods.map((each) => each.refuses(network, point));
  const refuses = (network: Network, point: OperatingPoint): string | undefined => {
    const reasons = refusals(network, point);
    return reasons.includes(undefined) ? undefined : (reasons.at(-1) ?? 'there is no method');
  };
  return Object.freeze({
    name: 'auto',
    refuses,
    prepare(network: Network, point: OperatingPoint, options?: PowerFlowOptions): PreparedPowerFlow {
      mustAccept('auto', network.name, refuses(network, point));
      const prepared: (PreparedPowerFlow | undefined)[] = methods.map(() => undefined);
      const at = (k: number) => (prepared[k] ??= methods[k].prepare(network, point, options));
      const takers = (now: OperatingPoint) => {
        const reasons = refusals(network, now);
        return [...methods.keys()].filter((k) => reasons[k] === undefined);
      };
      const first = takers(point);
      return {
        solve(now, warm) {
          // A later point may hold voltages that the first did not.
          const chosen = now.generators === point.generators && now.slacks === point.slacks ? first : takers(now);
          mustAccept('auto', network.name, chosen.length > 0 ? undefined : refuses(network, now));
          for (const k of chosen.slice(0, -1)) {
            const result = at(k).solve(now, warm);
            if (result.status === 'converged') return result;
          }
          return at(chosen.at(-1) as number).solve(now, warm);
        },
        solveBatch(p_kW, q_kvar, steps_count, out) {
          at(first[0]).solveBatch(p_kW, q_kvar, steps_count, out);
          const nB = network.buses.length;
          for (const k of first.slice(1)) {
            for (let t = 0; t < steps_count; t++) {
              if (out.converged[t]) continue;
              const rows = (values: Float64Array) => values.subarray(t * nB, (t + 1) * nB);
              at(k).solveBatch(rows(p_kW), rows(q_kvar), 1, stepOf(out, t, nB));
            }
          }
        },
      };
    },
  });
}

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
