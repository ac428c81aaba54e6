import type { Wires } from './contract.ts';
import type { Tree } from './tree.ts';

/**
 * The powers to expect at or below each tree position, kVA: the peak of its fixed injections and its fuses; of the slack's fuse
 * a tenth, because it is there for everybody. Variables scaled by them are of one size, which spares an interior point half of
 * its iterations.
 */
export function sizesOf({ network, grid, connected, slack, s_connected_kVA, p_fixed_kW, q_fixed_kvar }: Wires, tree: Tree): Float64Array {
  const nB = network.buses.length;
  const sizes = new Float64Array(tree.size);
  for (let i = 0; i < tree.size; i++) {
    for (let k = tree.bus[i]; k < grid.steps_count * nB; k += nB) sizes[i] = Math.max(sizes[i], Math.hypot(p_fixed_kW[k], q_fixed_kvar[k]));
  }
  connected.forEach((bus, k) => {
    sizes[tree.position[bus]] += bus === slack ? s_connected_kVA[k] / 10 : s_connected_kVA[k];
  });
  for (let i = tree.size - 1; i > 0; i--) sizes[tree.parent[i]] += sizes[i];
  return sizes;
}
