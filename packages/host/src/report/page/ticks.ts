/** Where the marks of an axis go. Pure. */

/** Round numbers (1, 2, 2.5, 5 × 10ⁿ) covering [low, high]; about `count` of them. */
export function linearTicks(low: number, high: number, count = 5): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0];
  if (high <= low) return [low];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) ticks.push(Number((k * step).toPrecision(12)) || 0);
  return ticks;
}

/** Decimals that tell neighbouring ticks apart. */
export function decimalsOf(ticks: readonly number[]): number {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
  if (!(step > 0)) return 2;
  for (let decimals = 0; decimals < 8; decimals++) {
    if (Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6) return decimals;
  }
  return 8;
}

/** Powers of ten inside [low, high], thinned to at most `count`; 1, 2, 5 × 10ⁿ where there are fewer than two. */
export function decadeTicks(low: number, high: number, count = 5): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first < 1) {
    const fine = [1, 2, 5].flatMap((factor) => [first - 1, first, last].map((k) => Number((factor * 10 ** k).toPrecision(1))));
    return [...new Set(fine)].filter((tick) => tick >= low && tick <= high).sort((a, b) => a - b);
  }
  const stride = Math.max(1, Math.ceil((last - first + 1) / count));
  const ticks: number[] = [];
  for (let k = first; k <= last; k += stride) ticks.push(10 ** k);
  return ticks;
}

export interface TimeTick {
  readonly step: number;
  readonly text: string;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2025-01-15T07:00+08:00` → wall-clock parts, as written. */
export function wallClock(text: string): { readonly date: string; readonly day: string; readonly time: string; readonly minute: number } {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!match) return { date: text, day: text, time: text, minute: -1 };
  const [, year, month, day, hour, minute] = match;
  const dayText = `${Number(day)} ${months[Number(month) - 1] ?? month}`;
  return { date: `${dayText} ${year}`, day: dayText, time: `${hour}:${minute}`, minute: Number(hour) * 60 + Number(minute) };
}

/** Marks on whole hours of the wall clock, as dense as `labels` allows; the date where a new day begins. */
export function timeTicks(steps: readonly string[], labels: number): TimeTick[] {
  const clocks = steps.map(wallClock);
  const marks = (every_min: number): TimeTick[] =>
    clocks.flatMap((clock, step) =>
      clock.minute >= 0 && clock.minute % every_min === 0 ? [{ step, text: clock.minute === 0 && step > 0 ? clock.day : clock.time }] : [],
    );
  for (const every_min of [15, 30, 60, 120, 180, 240, 360, 720, 1440]) {
    const ticks = marks(every_min);
    if (ticks.length > 0 && ticks.length <= labels) return ticks;
  }
  const stride = Math.max(1, Math.ceil(steps.length / Math.max(1, labels)));
  return clocks.flatMap((clock, step) => (step % stride === 0 ? [{ step, text: steps.length > 48 ? clock.day : clock.time }] : []));
}
