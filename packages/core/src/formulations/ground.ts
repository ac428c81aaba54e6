import type { Network } from '../network/network.ts';

/** What the network itself takes and gives at every bus at 1 pu, + into the network. @shape p_kW, q_kvar (buses) */
export interface Ground {
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
}

/** Line charging and shunts at 1 pu. The charging at the from side stands behind the ideal transformer. */
export function groundOf(network: Network): Ground {
  const p_kW = new Float64Array(network.buses.length);
  const q_kvar = new Float64Array(network.buses.length);
  for (const branch of network.branches) {
    if (!branch.inService) continue;
    const half = (branch.b_pu * network.s_base_kVA) / 2;
    q_kvar[branch.from] += half / (branch.ratio * branch.ratio);
    q_kvar[branch.to] += half;
  }
  for (const shunt of network.shunts) {
    q_kvar[shunt.bus] += shunt.b_pu * network.s_base_kVA;
    p_kW[shunt.bus] -= shunt.g_pu * network.s_base_kVA;
  }
  return { p_kW, q_kvar };
}
