import { type FeederSchedule, fillSchedule, newScheduleChunk, type PreparedThreePhase } from '@gridflock/core';
import type { SeriesGatherer } from './three-phase-series.ts';
import { VoltageRows } from './voltage-rows.ts';

export interface StepwiseRun {
  readonly prepared: PreparedThreePhase;
  readonly schedule: FeederSchedule;
  readonly names: readonly string[];
  readonly gatherer: SeriesGatherer;
  /** Takes rows of voltages.csv, a few hundred kilobytes at a time; absent: they are not wanted. */
  readonly takeVoltages: ((rows: Uint8Array) => void) | undefined;
  /** Lets signals and progress through. */
  between(done: number): Promise<void> | undefined;
}

const rowsPerPiece_count = 200;

/** Step after step, because the controls carry their state from one to the next. */
export async function solveStepwise({ prepared, schedule, names, gatherer, takeVoltages, between }: StepwiseRun): Promise<void> {
  const { feeder, places } = prepared;
  const point = newScheduleChunk(feeder, 1);
  const rows = new VoltageRows();
  let warm = false;
  for (let t = 0; t < schedule.steps_count; t++) {
    fillSchedule(schedule, feeder, t, 1, point);
    const result = prepared.solve(point, warm);
    warm = result.status !== 'diverged';
    gatherer.add(t, result);
    if (takeVoltages !== undefined) {
      rows.begin(names[t] ?? '');
      for (let k = 0; k < places.count; k++) {
        rows.cell(Math.hypot(result.v_re_V[k] ?? Number.NaN, result.v_im_V[k] ?? Number.NaN) / (places.v_base_V[k] ?? Number.NaN));
      }
      rows.end();
      if ((t + 1) % rowsPerPiece_count === 0 || t + 1 === schedule.steps_count) takeVoltages(rows.take());
    }
    await between(t + 1);
  }
}
