import { type Tree, treeOf } from '../formulations/tree.ts';
import type { VoltVarCase } from './case.ts';

/** What hangs below each branch of a radial feeder, by zone. Places are those of the tree; place 0 is the slack. */
export interface VoltVarFeeder {
  readonly tree: Tree;
  /** Share of the whole load at each place. */
  readonly loadShare: Float64Array;
  readonly below: readonly Below[];
}

/** All powers at factor 1. @shape p_load_kW, q_load_kvar, p_sun_kW: per zone */
interface Below {
  readonly p_load_kW: Float64Array;
  readonly q_load_kvar: Float64Array;
  readonly p_sun_kW: Float64Array;
  readonly banks: number[];
  readonly inverters: number[];
  /** What the flow can reach either way, for the places of tangents. */
  p_most_kW: number;
  q_most_kvar: number;
}

export function feederOf(given: VoltVarCase): VoltVarFeeder {
  const { zones_count, zone, inverters, banks } = given;
  const tree = treeOf(given, 'volt/var optimisation');
  const below = Array.from(
    { length: tree.size },
    (): Below => ({
      p_load_kW: new Float64Array(zones_count),
      q_load_kvar: new Float64Array(zones_count),
      p_sun_kW: new Float64Array(zones_count),
      banks: [],
      inverters: [],
      p_most_kW: 0,
      q_most_kvar: 0,
    }),
  );
  const upwards = (bus: number, tell: (at: Below) => void): void => {
    for (let i = tree.position[bus]; i >= 0; i = tree.parent[i]) tell(below[i]);
  };
  let total_kW = 0;
  given.p_load_kW.forEach((p_kW, bus) => {
    total_kW += p_kW;
    upwards(bus, (at) => {
      at.p_load_kW[zone[bus]] += p_kW;
      at.q_load_kvar[zone[bus]] += given.q_load_kvar[bus];
    });
  });
  inverters.forEach(({ bus, p_max_kW }, j) => {
    upwards(bus, (at) => {
      at.p_sun_kW[zone[bus]] += p_max_kW;
      at.inverters.push(j);
    });
  });
  banks.forEach(({ bus }, c) => {
    upwards(bus, (at) => void at.banks.push(c));
  });
  const all = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  for (const at of below) {
    const bank_kvar = at.banks.reduce((sum, c) => sum + banks[c].step_kvar * banks[c].steps_count, 0);
    const inverter_kvar = at.inverters.reduce((sum, j) => sum + inverters[j].s_max_kVA, 0);
    at.p_most_kW = Math.max(all(at.p_load_kW), all(at.p_sun_kW));
    // beyond the load it never pays to go, so tangents stand where loads and a part of what answers them lie
    at.q_most_kvar = Math.max(all(at.q_load_kvar), 0.5 * (bank_kvar + inverter_kvar));
  }
  return { tree, loadShare: Float64Array.from(tree.bus, (bus) => (total_kW > 0 ? given.p_load_kW[bus] / total_kW : 0)), below };
}
