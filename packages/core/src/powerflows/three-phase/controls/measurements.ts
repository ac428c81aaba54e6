import { type MonitoredKind, monitoredLists } from '../../../network/feeder/controls.ts';
import type { Terminal } from '../../../network/feeder/feeder.ts';
import type { WireSolver } from '../wire-solver.ts';

/** A complex number that the caller owns. */
export type Complex = readonly [re: number, im: number];

export const sizeOf = ([re, im]: Complex): number => Math.hypot(re, im);

/** Voltage of a conductor of a bus to earth, V. */
export function conductorVoltage(solver: WireSolver, bus: number, conductor: number): Complex {
  const place = solver.places.indexOf(bus, conductor);
  return place < 0 ? [0, 0] : [solver.v_re_V[place], solver.v_im_V[place]];
}

/**
 * Voltages across the phases of a terminal, V: to its last conductor (wye), around (delta), or pair by pair (coils). The star point of a wye on the three phases
 * alone is not brought out; without zero-sequence flux it stands in their middle.
 */
export function phaseVoltages(solver: WireSolver, terminal: Terminal, connection: 'wye' | 'delta' | 'zigzag' | 'coils'): Complex[] {
  const v = terminal.conductors.map((c) => conductorVoltage(solver, terminal.bus, c));
  const across = (k: number, l: number): Complex => [v[k][0] - v[l][0], v[k][1] - v[l][1]];
  if (connection === 'coils') return Array.from({ length: v.length / 2 }, (_, k) => across(2 * k, 2 * k + 1));
  if (connection === 'delta') return v.length === 2 ? [across(0, 1)] : v.map((_, k) => across(k, (k + 1) % v.length));
  if (v.length === 3 && terminal.conductors.every((c) => c > 0 && c < 4)) {
    const middle: Complex = [(v[0][0] + v[1][0] + v[2][0]) / 3, (v[0][1] + v[1][1] + v[2][1]) / 3];
    return v.map(([re, im]): Complex => [re - middle[0], im - middle[1]]);
  }
  return Array.from({ length: v.length - 1 }, (_, k) => across(k, v.length - 1));
}

/** Voltage of each phase conductor of a terminal (those below 4) to earth, V. */
export function voltagesToEarth(solver: WireSolver, terminal: Terminal): Complex[] {
  return terminal.conductors.filter((c) => c > 0 && c < 4).map((c) => conductorVoltage(solver, terminal.bus, c));
}

export type EndOfElement = { readonly terminal: Terminal; readonly currents: () => Complex[] };

/** The end of a wire by the kind and id of its element, with the currents from the bus into it, A; undefined when no such element exists. */
export function endOfElement(solver: WireSolver, kind: MonitoredKind, id: string, end: number): EndOfElement | undefined {
  const list = monitoredLists[kind];
  const index = solver.feeder[list].findIndex((element) => element.id === id);
  const wire = solver.wires.find((each) => each.kind === list && each.index === index);
  const terminal = wire?.terminals[end];
  if (wire === undefined || terminal === undefined) return undefined;
  const first = wire.terminals.slice(0, end).reduce((sum, { conductors }) => sum + conductors.length, 0);
  const currents = (): Complex[] => {
    if (wire.admittance === undefined) return terminal.conductors.map(() => [0, 0]);
    const { n, g_S, b_S } = wire.admittance;
    return terminal.conductors.map((_, k): Complex => {
      let re = 0;
      let im = 0;
      for (let l = 0; l < n; l++) {
        const place = wire.places[l];
        if (place < 0) continue;
        const g = g_S[(first + k) * n + l];
        const b = b_S[(first + k) * n + l];
        re += g * solver.v_re_V[place] - b * solver.v_im_V[place];
        im += g * solver.v_im_V[place] + b * solver.v_re_V[place];
      }
      return [re, im];
    });
  };
  return { terminal, currents };
}
