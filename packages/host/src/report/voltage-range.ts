import type { Feeder, Places } from '@gridflock/core';
import type { DistanceAxis } from '../feeder/profile-wires.ts';
import { profileWires } from '../feeder/profile-wires.ts';
import { usualHigh_pu, usualLow_pu } from '../feeder/seen-voltages.ts';
import type { PlaceExtremes } from '../feeder/tally.ts';
import { type Html, html, raw } from './html.ts';
import { profileFrame, px } from './voltage-profile.ts';

const names = ['', 'a', 'b', 'c'] as const;

/** One phase over the distance from the source: of every wire the range between the lowest and highest voltages of a whole run. */
export function rangeSvg(feeder: Feeder, places: Places, extremes: PlaceExtremes, axis: DistanceAxis, conductor: number): Html {
  const of = (values: Float64Array) => profileWires(feeder, places, values, axis.distance).filter((wire) => wire.conductor === conductor);
  const [low, high] = [of(extremes.v_min_pu), of(extremes.v_max_pu)];
  const far = [...axis.distance].reduce((most, d) => (Number.isFinite(d) ? Math.max(most, d) : most), 0);
  const values = [...low, ...high].flatMap(({ from, to }) => [from[1], to[1]]);
  if (values.length === 0) return html``;
  const { scale, frame } = profileFrame(values, far, axis.unit, [usualLow_pu, usualHigh_pu], 560, 300);
  const at = ([distance, v]: readonly [number, number]): string => `${px(scale.x(distance))} ${px(scale.y(v))}`;
  const ranges = low.map(({ from, to }, k) => {
    const upper = high[k];
    return upper === undefined ? '' : `<path class="range" d="M${at(from)}L${at(to)}L${at(upper.to)}L${at(upper.from)}Z"/>`;
  });
  const edges = [...low, ...high].map(
    ({ from, to, kind }) => `<path class="${kind === 'transformer' ? 'wire step' : 'edge'}" d="M${at(from)}L${at(to)}"/>`,
  );
  return html`<svg class="plot" viewBox="0 0 560 300" role="img" aria-label="Range of the voltage of phase ${names[conductor] ?? ''} over the distance from the source">${frame}<g class="${names[conductor] ?? ''}">${raw(ranges.join('') + edges.join(''))}</g></svg>`;
}
