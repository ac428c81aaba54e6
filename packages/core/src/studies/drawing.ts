import type { Network } from '../network/network.ts';
import type { FeederDrawing } from '../wire/result.ts';

/** The wires as a report draws them. */
export function feederDrawing(network: Network, slack: number): FeederDrawing {
  return {
    name: network.name,
    source: network.source ?? '',
    buses: network.buses.map(({ id, v_min_pu, v_max_pu, x, y }) => ({
      id,
      v_min_pu,
      v_max_pu,
      ...(x !== undefined && y !== undefined ? { x, y } : {}),
    })),
    branches: network.branches.map((l) => ({
      id: l.id,
      from: network.buses[l.from].id,
      to: network.buses[l.to].id,
      inService: l.inService,
      s_max_kVA: Number.isFinite(l.s_max_kVA) ? l.s_max_kVA : null,
    })),
    slack: network.buses[slack].id,
  };
}
