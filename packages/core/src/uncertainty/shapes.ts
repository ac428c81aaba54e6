import { didYouMean, InputError } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import { stepHourOfDay, type TimeGrid } from '../base/time-grid.ts';

/**
 * Daily shapes for studies whose source gives no profile: fractions of a rating or of a peak, over the hours of the day.
 *
 * Every one of them says where it comes from. A shape is a stand-in for data, never data.
 */
export interface Shape {
  readonly name: string;
  readonly about: string;
  /** `published`: taken from the source named; `stand-in`: made up here, so that a case without profiles can run. */
  readonly provenance: 'published' | 'stand-in';
  readonly source: string;
  /** Fraction at an hour of the day, 0 ≤ hour < 24. */
  at(hour_h: number): number;
}

/** Hour starting at 00:00, 01:00, …; between the middles of hours values are joined by lines, around midnight too. */
function hourly(values: readonly number[]): (hour_h: number) => number {
  return (hour_h) => {
    const centred = hour_h - 0.5 + 24;
    const left = Math.floor(centred);
    const share = centred - left;
    return (1 - share) * values[left % 24] + share * values[(left + 1) % 24];
  };
}

/** A bump of height 1 at `centre_h` on the clock, with standard deviation `width_h`. */
function bump(hour_h: number, centre_h: number, width_h: number): number {
  const away_h = Math.abs(hour_h - centre_h) % 24;
  const distance_h = Math.min(away_h, 24 - away_h);
  return Math.exp(-0.5 * (distance_h / width_h) ** 2);
}

const windAt = (hour_h: number): number => Math.min(0.7, 0.3 + 0.4 * bump(hour_h, 2, 3.2) + 0.22 * bump(hour_h, 15, 2.2));

/** IEEE Reliability Test System, hourly load of a winter weekday (weeks 1–8 and 44–52) in per cent of the daily peak. */
const winterWeekday = [67, 63, 60, 59, 59, 60, 74, 86, 95, 96, 96, 95, 95, 95, 93, 94, 99, 100, 100, 96, 91, 83, 73, 63];

export const shapes: readonly Shape[] = [
  {
    name: 'pv',
    about: 'sun from 06:00 to 18:00 with its peak at noon: max(0, sin(π(h − 6)/12))^1.3, fraction of the rating',
    provenance: 'stand-in',
    source: 'operation notes §6.3; a clear day at the equinox',
    at: (hour_h) => Math.max(0, Math.sin((Math.PI * (hour_h - 6)) / 12)) ** 1.3,
  },
  {
    name: 'wind',
    about: 'two bumps, the larger at 02:00 and the smaller at 15:00, between 0.3 and 0.7 of the rating',
    provenance: 'stand-in',
    source: 'operation notes §6.3; heights and widths chosen here',
    at: windAt,
  },
  {
    name: 'hydro',
    about: 'the same all day: 0.8 of the rating',
    provenance: 'stand-in',
    source: 'operation notes §6.3',
    at: () => 0.8,
  },
  {
    name: 'ev-hub',
    about: 'demand of a charging hub: 0.9 of its rating from 18:00 to 23:00, else 0.2',
    provenance: 'stand-in',
    source: 'operation notes §6.3',
    at: (hour_h) => (hour_h >= 18 && hour_h < 23 ? 0.9 : 0.2),
  },
  {
    name: 'load-winter-weekday',
    about: 'hourly load of a winter weekday, fraction of the daily peak',
    provenance: 'published',
    source: 'IEEE Reliability Test System (1979), hourly peak load of a winter weekday; list as in operation notes §6.3',
    at: hourly(winterWeekday.map((percent) => percent / 100)),
  },
];

export interface ShapeOptions {
  /** Needed when deviation_frac is above 0. */
  readonly stream?: RandomStream;
  /** Standard deviation of a factor drawn once per day of the grid, mean 1, never below 0. Default 0: no noise. */
  readonly deviation_frac?: number;
}

/**
 * A shape on the steps of a grid, by hour of the day in the grid's zone. Steps up to an hour take the value at their middle;
 * longer ones the mean over the quarter hours within.
 *
 * @throws {InputError} SHAPE_UNKNOWN; SHAPE_DEVIATION when noise is asked for without a stream, or is negative
 */
export function shape(name: string, grid: TimeGrid, options: ShapeOptions = {}): Float64Array {
  const found = shapes.find((known) => known.name === name);
  if (!found) {
    throw new InputError({
      code: 'SHAPE_UNKNOWN',
      message: `No daily shape is called "${name.slice(0, 60)}"`,
      hint: didYouMean(
        name,
        shapes.map((known) => known.name),
      ),
    });
  }
  const { stream, deviation_frac = 0 } = options;
  if (!(deviation_frac >= 0) || !Number.isFinite(deviation_frac) || (deviation_frac > 0 && !stream)) {
    throw new InputError({
      code: 'SHAPE_DEVIATION',
      message: `Noise on a shape needs a deviation_frac of at least 0 and a random stream, got ${deviation_frac}${stream ? '' : ' without a stream'}`,
      hint: 'Leave deviation_frac out for the shape itself.',
    });
  }
  const values = new Float64Array(grid.steps_count);
  const parts_count = grid.dt_h <= 1 ? 1 : Math.ceil(grid.dt_h * 4);
  let factor = 1;
  let before_h = Infinity;
  for (let t = 0; t < grid.steps_count; t++) {
    const start_h = stepHourOfDay(grid, t);
    if (deviation_frac > 0 && stream && (start_h < before_h || grid.dt_h >= 24)) {
      factor = Math.max(0, stream.normal(1, deviation_frac));
    }
    before_h = start_h;
    let sum = 0;
    for (let k = 0; k < parts_count; k++) sum += found.at((start_h + ((k + 0.5) * grid.dt_h) / parts_count) % 24);
    values[t] = (factor * sum) / parts_count;
  }
  return values;
}
