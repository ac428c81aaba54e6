import type { Places } from '@gridflock/core';

/**
 * What counts as the voltage of a phase: what a load there sees. To the neutral where the bus carries one, to earth elsewhere; where nothing is earthed,
 * to the next phase, over √3.
 * @shape [place]
 */
export interface SeenVoltages {
  /** Place at the other end: −1 earth, −2 the place is no phase and does not count. */
  readonly other: Int32Array;
  readonly perVolt_pu: Float64Array;
}

const neutral = 4;
/** Below this a phase counts as not energised: what is left there is coupled in, not supplied. */
export const dead_pu = 0.1;
/** Where a bus has no limits of its own: about where an engineer starts to look (ANSI C84.1, range A). */
export const usualLow_pu = 0.95;
export const usualHigh_pu = 1.05;

/** @param floating - places whose voltage to earth says nothing */
export function seenVoltages(places: Places, floating: readonly number[]): SeenVoltages {
  const other = new Int32Array(places.count).fill(-1);
  const perVolt_pu = new Float64Array(places.count);
  const isFloating = new Set(floating);
  for (let k = 0; k < places.count; k++) {
    const bus = places.bus[k] ?? -1;
    const conductor = places.conductor[k] ?? 0;
    perVolt_pu[k] = 1 / (places.v_base_V[k] ?? Number.NaN);
    if (conductor >= neutral) other[k] = -2;
    else if (places.indexOf(bus, neutral) >= 0) other[k] = places.indexOf(bus, neutral);
    else if (isFloating.has(k)) {
      const next = [1, 2].map((ahead) => places.indexOf(bus, ((conductor - 1 + ahead) % 3) + 1)).find((place) => place >= 0) ?? -2;
      other[k] = next;
      perVolt_pu[k] = 1 / (Math.sqrt(3) * (places.v_base_V[k] ?? Number.NaN));
    }
  }
  return { other, perVolt_pu };
}
