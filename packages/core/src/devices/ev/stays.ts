import type { StepWindow } from '../window.ts';

/** The stays within the horizon, in order; the last one may be cut by its end. */
export function staysOf(
  x: { readonly arrivesAt: number; readonly leavesAt: number; readonly everyDay: boolean },
  time: { readonly steps_count: number; readonly dt_h: number },
): StepWindow[] {
  const day_count = x.everyDay ? Math.round(24 / time.dt_h) : time.steps_count;
  const stays: StepWindow[] = [];
  for (let shift = 0; x.arrivesAt + shift < time.steps_count; shift += day_count) {
    stays.push({ from: x.arrivesAt + shift, to: Math.min(x.leavesAt + shift, time.steps_count) });
    if (day_count === 0) break;
  }
  return stays;
}

/** What is used between stays, kW from the battery on each step: a trip takes what the stay before it had to add. */
export function tripPower(
  stays: readonly StepWindow[],
  used_kWh: number,
  time: { readonly steps_count: number; readonly dt_h: number },
): Float64Array {
  const power = new Float64Array(time.steps_count);
  for (let k = 0; k + 1 < stays.length; k++) {
    const { to } = stays[k];
    const next = stays[k + 1].from;
    power.fill(used_kWh / ((next - to) * time.dt_h), to, next);
  }
  return power;
}
