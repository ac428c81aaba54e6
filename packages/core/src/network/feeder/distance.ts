import type { Feeder } from './feeder.ts';

/**
 * How far each bus is from the nearest source, along the lines in service. Lines without a length, switches and transformers count nothing.
 *
 * Label-correcting search from all sources at once: a bus is looked at again whenever a shorter way to it is found.
 * @returns km; Infinity where no source reaches. @shape [bus]
 */
export function distanceFromSource_km({ buses, sources, lines, switches, transformers }: Feeder): Float64Array {
  const distance_km = new Float64Array(buses.length).fill(Number.POSITIVE_INFINITY);
  const edges: { readonly to: number; readonly length_km: number }[][] = buses.map(() => []);
  const join = (a: number, b: number, length_km: number): void => {
    edges[a]?.push({ to: b, length_km });
    edges[b]?.push({ to: a, length_km });
  };
  for (const line of lines) if (line.closedFrom && line.closedTo) join(line.from.bus, line.to.bus, line.length_km ?? 0);
  for (const each of switches) if (each.closed) join(each.from.bus, each.to.bus, 0);
  for (const { windings, inService } of transformers) {
    for (const { terminal } of inService ? windings.slice(1) : []) join(windings[0].terminal.bus, terminal.bus, 0);
  }
  const queue: number[] = [];
  for (const { terminal, inService } of sources) {
    if (!inService) continue;
    distance_km[terminal.bus] = 0;
    queue.push(terminal.bus);
  }
  for (let head = 0; head < queue.length; head++) {
    const bus = queue[head];
    for (const { to, length_km } of edges[bus]) {
      const reached_km = distance_km[bus] + length_km;
      if (reached_km >= distance_km[to]) continue;
      distance_km[to] = reached_km;
      queue.push(to);
    }
  }
  return distance_km;
}
