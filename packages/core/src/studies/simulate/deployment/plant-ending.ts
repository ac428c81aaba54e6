import type { PlantRole } from '../../../simulation/plant-role.ts';
import type { MethodName, Run, Trajectory } from '../../../simulation/run.ts';
import type { Happening } from '../../../simulation/schedule.ts';

/** What a plant knows at the end of a live run. Plain data. */
export interface PlantEnding {
  readonly agent: string;
  readonly as: 'plant';
  readonly status: Trajectory['status'];
  readonly reached_s: number;
  /** Where it ended before its time: the state and its equation. */
  readonly diagnosis: string | null;
  readonly method: MethodName;
  /** Of rk4; null where the method chooses. */
  readonly step_s: number | null;
  readonly steps_count: number;
  readonly measurements_count: number;
  readonly fallbacks_count: number;
  readonly overruns_count: number;
  readonly late_max_s: number;
  /** What it heard and would not use, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly happenings: readonly Happening[];
  readonly time_s: readonly number[];
  /** By name, one value per time. */
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

export function plantEnding(role: PlantRole, run: Run, method: MethodName, step_s: number | undefined): PlantEnding {
  const { id, overruns_count, late_max_s, fallbacks_count, measurements_count, dropped } = role;
  const { status, reached_s, diagnosis = null, outputs, time_s, values, happenings, steps_count } = run.result();
  const width = outputs.length;
  return {
    agent: id,
    as: 'plant',
    status,
    reached_s,
    diagnosis,
    method,
    step_s: method === 'rk4' ? (step_s ?? null) : null,
    steps_count,
    measurements_count,
    fallbacks_count,
    overruns_count,
    late_max_s,
    dropped: Object.fromEntries(dropped),
    happenings,
    time_s: Array.from(time_s),
    outputs: Object.fromEntries(outputs.map((name, k) => [name, Array.from(time_s, (_, t) => values[t * width + k])])),
  };
}
