import type { Wires } from '../../formulations/contract.ts';
import type { Bus, Network } from '../../network/network.ts';
import type { FixedWires } from '../site.ts';

/** How the owner of the wires plans. */
export interface WiresPolicy {
  readonly limits: { readonly margin_pu: number };
  readonly losses: 'priced' | 'ignored';
}

/** The wires as a formulation takes them. */
export function wiresOf(
  fixed: FixedWires & { readonly document: Pick<WiresPolicy, 'limits'> },
  connections: Pick<Wires, 'connected' | 's_connected_kVA' | 'lossPrice_cur_per_kWh' | 'base'>,
): Wires {
  const { grid, network, slack, v_slack_pu, p_fixed_kW, q_fixed_kvar, document } = fixed;
  return { network: withMargin(network, document.limits.margin_pu), grid, slack, v_slack_pu, p_fixed_kW, q_fixed_kvar, ...connections };
}

/**
 * What a kWh lost costs: the price at the slack that the last pass found, at first the tariff. At a negative price losses
 * would be worth seeking, and the programme would not be convex: they are free then.
 * @param found - [channel][step], from the last pass
 */
export function lossPrice(
  policy: { readonly document: Pick<WiresPolicy, 'losses'>; readonly buy_cur_per_kWh: Float64Array },
  found: Float64Array | undefined,
): Float64Array {
  const { document, buy_cur_per_kWh } = policy;
  const price_cur_per_kWh = found?.subarray(0, buy_cur_per_kWh.length) ?? buy_cur_per_kWh;
  return price_cur_per_kWh.map((price) => (document.losses === 'priced' ? Math.max(price, 0) : 0));
}

/**
 * Injection at every bus and step, [t][b], when the wires exchange this at their terminals: what is fixed, less what they deliver. The
 * slack takes what is left, so what it exchanges is left out.
 * @param ports - of the wires, [terminal][channel][step]
 */
export function injectionsAt(
  { grid, network, slack, p_fixed_kW, q_fixed_kvar }: FixedWires,
  connected: readonly number[],
  ports: Float64Array,
): { p_kW: Float64Array; q_kvar: Float64Array } {
  const nT = grid.steps_count;
  const nB = network.buses.length;
  const p_kW = Float64Array.from(p_fixed_kW);
  const q_kvar = Float64Array.from(q_fixed_kvar);
  connected.forEach((b, k) => {
    if (b === slack) return;
    for (let t = 0; t < nT; t++) {
      p_kW[t * nB + b] -= ports[2 * k * nT + t];
      q_kvar[t * nB + b] -= ports[(2 * k + 1) * nT + t];
    }
  });
  return { p_kW, q_kvar };
}

/** The network whose voltage limits are drawn in by a margin, as far as they leave room. */
function withMargin(network: Network, margin_pu: number): Network {
  const drawn = (bus: Bus): Bus => {
    const margin = Math.min(margin_pu, (bus.v_max_pu - bus.v_min_pu) / 2);
    return { ...bus, v_min_pu: bus.v_min_pu + margin, v_max_pu: bus.v_max_pu - margin };
  };
  return { ...network, buses: network.buses.map(drawn) };
}
