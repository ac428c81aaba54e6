import { bothWays, buildGraph, type Graph } from '../../controllers/graph.ts';
import { buildNetwork } from '../../network/build.ts';
import type { Microgrid } from '../microgrid/microgrid.ts';
import { inverterChain } from './inverter-chain.ts';

/**
 * Four microgrids of two inverters and a load each on a ring of ties: the inverters and lines of the chain of Bidram, Lewis, Davoudi (2014), a tie between its ends added. Microgrid k has
 * `dg<2k−1>`, `dg<2k>` and `load<2k−1>`. A reference scenario of ours.
 * @param demands_kW - what the loads take at 380 V, with half of it reactive
 */
export function networkedMicrogrids(demands_kW: readonly number[] = [20, 35, 15, 30]): Microgrid {
  const v_kV = 0.38;
  const zBase_ohm = (1000 * v_kV * v_kV) / 100;
  const chain = inverterChain(2 * demands_kW.length);
  const places = chain.inverters.map((_, k) => k + 1);
  const network = buildNetwork({
    name: `${demands_kW.length} microgrids on a ring`,
    s_base_kVA: 100,
    buses: places.map((k) => ({ id: `bus${k}`, v_base_kV: v_kV, v_min_pu: 0.9, v_max_pu: 1.1 })),
    branches: places.map((k) => {
      const isTie = k % 2 === 0;
      return {
        id: isTie ? `tie${k / 2}` : `line${k}`,
        from: `bus${k}`,
        to: `bus${(k % places.length) + 1}`,
        r_pu: (isTie ? 0.35 : 0.23) / zBase_ohm,
        x_pu: (isTie ? 0.58 : 0.1) / zBase_ohm,
      };
    }),
    source: 'Bidram, Lewis, Davoudi 2014; ring and loads are ours',
  });
  const loads = demands_kW.map((p_kW, k) => {
    const [p, q] = [p_kW, p_kW / 2];
    const scale_ohm = (1000 * v_kV * v_kV) / (p * p + q * q);
    return { id: `load${2 * k + 1}`, bus: `bus${2 * k + 1}`, r_ohm: scale_ohm * p, x_ohm: scale_ohm * q };
  });
  return { ...chain, network, loads };
}

/** Inside every microgrid its two inverters hear each other; the first of each hears the first of its neighbours. */
export function layeredGraph(microgrids_count: number): Graph {
  const agents = Array.from({ length: 2 * microgrids_count }, (_, k) => `dg${k + 1}`);
  const leaders = agents.filter((_, k) => k % 2 === 0);
  return buildGraph(agents, [
    ...leaders.flatMap((leader, k) => bothWays(leader, agents[2 * k + 1])),
    ...leaders.flatMap((leader, k) => bothWays(leader, leaders[(k + 1) % leaders.length])),
  ]);
}
