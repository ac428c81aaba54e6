import { distanceFromSource_km, type Feeder, type Places } from '@gridflock/core';

/** A wire of one phase between two buses: distance from the source and voltage at both ends. */
export interface ProfileWire {
  readonly conductor: number;
  readonly kind: 'line' | 'switch' | 'transformer';
  readonly from: readonly [distance: number, v_pu: number];
  readonly to: readonly [distance: number, v_pu: number];
}

/** How far each bus is out: km where the lines say how long they are, else the number of lines on the way. */
export interface DistanceAxis {
  /** @shape [bus] */
  readonly distance: Float64Array;
  readonly unit: 'km' | 'lines';
}

export function distanceAxis(feeder: Feeder): DistanceAxis {
  const known = feeder.lines.filter(({ length_km }) => length_km !== undefined && length_km > 0).length;
  if (2 * known >= feeder.lines.length) return { distance: distanceFromSource_km(feeder), unit: 'km' };
  const counted = { ...feeder, lines: feeder.lines.map((line) => ({ ...line, length_km: 1 })) };
  return { distance: distanceFromSource_km(counted), unit: 'lines' };
}

/** Each phase of each closed line and switch, with the voltages at its ends; regulators and transformers of the same phase as steps. */
export function profileWires(feeder: Feeder, places: Places, v_pu: Float64Array, distance: Float64Array): ProfileWire[] {
  const wires: ProfileWire[] = [];
  const join = (kind: ProfileWire['kind'], bus: number, to: number, conductor: number, there: number): void => {
    const [a, b] = [places.indexOf(bus, conductor), places.indexOf(to, there)];
    const [from, end] = [v_pu[a] ?? Number.NaN, v_pu[b] ?? Number.NaN];
    const [near, far] = [distance[bus] ?? Number.NaN, distance[to] ?? Number.NaN];
    if (![from, end, near, far].every(Number.isFinite)) return;
    wires.push({ conductor, kind, from: [near, from], to: [far, end] });
  };
  for (const { from, to, closedFrom, closedTo } of feeder.lines) {
    if (closedFrom && closedTo) for (const [k, c] of from.conductors.entries()) join('line', from.bus, to.bus, c, to.conductors[k] ?? c);
  }
  for (const { from, to, closed } of feeder.switches) {
    if (closed) for (const [k, c] of from.conductors.entries()) join('switch', from.bus, to.bus, c, to.conductors[k] ?? c);
  }
  for (const { windings, inService } of feeder.transformers) {
    const [first, ...others] = windings;
    if (!inService || first === undefined) continue;
    for (const { terminal } of others)
      for (const c of first.terminal.conductors) if (c > 0) join('transformer', first.terminal.bus, terminal.bus, c, c);
  }
  return wires.filter(({ conductor }) => conductor >= 1 && conductor <= 3);
}
