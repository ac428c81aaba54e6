import { stepLocalTime, type TimeGrid } from '../base/time-grid.ts';
import type { StudyTime } from '../wire/result.ts';

/** The horizon as a result tells it. */
export function studyTime(grid: TimeGrid): StudyTime {
  return {
    startsAt: grid.startsAt,
    zone: grid.zone,
    dt_h: grid.dt_h,
    steps: Array.from({ length: grid.steps_count }, (_, t) => stepLocalTime(grid, t)),
  };
}
