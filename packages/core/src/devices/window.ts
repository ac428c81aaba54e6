/** Steps from ≤ t < to. */
export interface StepWindow {
  readonly from: number;
  readonly to: number;
}

/** 1 on the steps of any window, else 0. */
export function onSteps(steps_count: number, windows: readonly StepWindow[]): Float64Array {
  const on = new Float64Array(steps_count);
  for (const { from, to } of windows) on.fill(1, from, to);
  return on;
}
