import { InputError } from '../base/errors.ts';
import type { Ends, Front, FrontMethod, FrontOptions, Objectives, Point, Question } from './contract.ts';
import { hypervolumeOf, kneeOf, undominated, unevennessOf } from './points.ts';

/** By how much an end may miss its own cost while it is bettered in the other, as a share of that cost. */
const slack_frac = 1e-7;

/**
 * The front of two costs by a method: first both ends, then what lies between them.
 * @throws {InputError} FRONT_POINTS_TOO_FEW below two points; FRONT_NO_PLAN where a single cost has no best plan
 */
export function traceFront<Plan>(objectives: Objectives<Plan>, method: FrontMethod, options: FrontOptions): Front<Plan> {
  if (!Number.isInteger(options.points_count) || options.points_count < 2) {
    throw new InputError({
      code: 'FRONT_POINTS_TOO_FEW',
      message: `A front of ${options.points_count} points was asked for; it has at least its two ends`,
      hint: 'Ask for a whole number of at least 2.',
    });
  }
  let questions_count = 0;
  const counted: Objectives<Plan> = {
    names: objectives.names,
    solve(question) {
      questions_count++;
      const point = objectives.solve(question);
      if (point) options.onPoint?.(point);
      return point;
    },
  };
  const ends = endsOf(counted);
  const same = ends[1].costs[0] <= ends[0].costs[0] || ends[0].costs[1] <= ends[1].costs[1];
  const between = same ? [] : method.trace(counted, ends, options);
  const all = [...ends, ...between];
  const points = undominated(all);
  return {
    method: method.name,
    points,
    dominated_count: all.length - points.length,
    questions_count,
    knee: kneeOf(points),
    hypervolume_frac: hypervolumeOf(points),
    unevenness_frac: unevennessOf(points),
    stopped: options.shouldStop?.() ?? false,
  };
}

function endsOf<Plan>(objectives: Objectives<Plan>): Ends<Plan> {
  return [endOf(objectives, 0), endOf(objectives, 1)];
}

/** The least of one cost, then the least of the other that it costs nothing to have. */
function endOf<Plan>(objectives: Objectives<Plan>, own: 0 | 1): Point<Plan> {
  const best = objectives.solve({ weights: own === 0 ? [1, 0] : [0, 1] });
  if (best === undefined) {
    throw new InputError({
      code: 'FRONT_NO_PLAN',
      message: `No plan has a least "${objectives.names[own]}": there is none at all, or it falls without end`,
      hint: 'Solve for that cost alone first; the solver says which limits exclude each other.',
    });
  }
  const value = best.costs[own];
  const most = value + slack_frac * Math.max(1, Math.abs(value));
  const among: Question =
    own === 0
      ? { weights: [0, 1], limits: [most, Number.POSITIVE_INFINITY] }
      : { weights: [1, 0], limits: [Number.POSITIVE_INFINITY, most] };
  const bettered = objectives.solve(among);
  return bettered !== undefined && bettered.costs[1 - own] < best.costs[1 - own] && bettered.costs[own] <= most ? bettered : best;
}
