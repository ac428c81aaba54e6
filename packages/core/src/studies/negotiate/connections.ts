import type { Block } from '../../problem/block.ts';
import type { Prepared } from './prepare.ts';

/** Where something is connected, in the order of the buses, so that the order of the devices changes no bit of the wires. */
export interface Connections {
  /** Buses with a net. */
  readonly connected: readonly number[];
  /** What can be exchanged there, from the limits of the devices. */
  readonly scale_kW: Float64Array;
  /** Fused above what is connected, so that the connection is never the limit and prices stay unique. */
  readonly s_connected_kVA: Float64Array;
}

/** @param blocks - of the grid above, then of the devices */
export function connectionsOf({ network, devices, upstream }: Prepared, blocks: readonly Block[]): Connections {
  const everyone = [upstream, ...devices];
  const connected = [...new Set(everyone.map((device) => network.buses.findIndex((bus) => bus.id === device.bus)))].sort((a, b) => a - b);
  const limit = new Map(connected.map((b) => [network.buses[b].id, 0]));
  everyone.forEach((device, k) => limit.set(device.bus, limit.get(device.bus)! + portLimit_kVA(blocks[k])));
  // A device of no power still needs a step length and a fuse.
  const largest_kW = Math.max(1e-3, ...limit.values());
  const scale_kW = Float64Array.from(connected, (b) => Math.max(limit.get(network.buses[b].id)!, 0.01 * largest_kW));
  return { connected, scale_kW, s_connected_kVA: scale_kW.map((scale) => 1.5 * scale) };
}

/** Largest |value| a port can take, from the limits of the columns behind it. */
export function portLimit_kVA(block: Block): number {
  const { lower, upper } = block.program;
  let largest = 0;
  for (const { map, offset } of block.ports) {
    const low = Float64Array.from(offset);
    const high = Float64Array.from(offset);
    for (let j = 0; j < map.cols_count; j++) {
      for (let k = map.colStart[j]; k < map.colStart[j + 1]; k++) {
        const a = map.values[k] * lower[j];
        const b = map.values[k] * upper[j];
        low[map.rowIndex[k]] += Math.min(a, b);
        high[map.rowIndex[k]] += Math.max(a, b);
      }
    }
    for (let t = 0; t < low.length; t++) largest = Math.max(largest, Math.abs(low[t]), Math.abs(high[t]));
  }
  return largest;
}
