import type { Quantity } from '../../plants/contract.ts';
import { meanRate_per_s, settling_s, spread_frac } from '../../simulation/metrics.ts';
import type { QuantityResult, WindowMeasure, WindowResult } from '../../wire/simulate-result.ts';
import type { Plan } from './plan.ts';

/** Shares count as equal below this spread. */
const SPREAD_SETTLED_FRAC = 0.01;
/** Over which a rate of change is taken. */
const RATE_S = 0.2;

/** What came of each event until the next one. */
export function windowsOf(quantities: readonly QuantityResult[], time_s: Float64Array, plan: Plan, stop_s: number): WindowResult[] {
  const starts = [{ at_s: 0, what: 'start' }, ...plan.events].filter(({ at_s }, k, all) => k === 0 || at_s > all[0].at_s);
  const times = [...new Set(starts.map(({ at_s }) => at_s))];
  const first = plan.events.filter(({ at_s }) => at_s === 0).map(({ what }) => what);
  return times.map((from_s, w) => {
    const to_s = times[w + 1] ?? stop_s;
    const words = starts.filter(({ at_s }) => at_s === from_s).map(({ what }) => what);
    const open = openAt(plan, from_s);
    const rows = rowsWithin(time_s, from_s, to_s, w === times.length - 1);
    return {
      from_s,
      to_s,
      what: [...words, ...(from_s === 0 ? first : [])].join(', '),
      measures: rows.last <= rows.first ? [] : quantities.map((quantity) => measure(quantity, time_s, rows, open)),
    };
  });
}

/** Ids behind an open breaker after what has happened up to a time. */
function openAt({ events }: Plan, t_s: number): ReadonlySet<string> {
  const open = new Set<string>();
  for (const { at_s, changes } of events) {
    if (at_s > t_s) break;
    for (const { name, value } of changes) {
      if (!name.endsWith('.isClosed')) continue;
      const id = name.slice(0, -'.isClosed'.length);
      if (value === 0) open.add(id);
      else open.delete(id);
    }
  }
  return open;
}

interface Rows {
  readonly first: number;
  /** One behind the last. */
  readonly last: number;
}

/** Records of a window: its end belongs to the next one, where there is one. */
function rowsWithin(time_s: Float64Array, from_s: number, to_s: number, isLast: boolean): Rows {
  let first = 0;
  while (first < time_s.length && time_s[first] < from_s - 1e-9) first++;
  let last = first;
  while (last < time_s.length && (isLast ? time_s[last] <= to_s + 1e-9 : time_s[last] < to_s - 1e-9)) last++;
  return { first, last };
}

function measure(
  { name, target, isShared, lines }: QuantityResult,
  time_s: Float64Array,
  { first, last }: Rows,
  open: ReadonlySet<string>,
): WindowMeasure {
  const times = time_s.subarray(first, last);
  const counted = lines
    .filter(({ of }) => !open.has(of))
    .map(({ of, values }) => ({ of, values: Float64Array.from(values.slice(first, last)) }));
  const at = (t: number): number[] => counted.map(({ values }) => values[t]);
  const end = at(times.length - 1);
  const spreads = isShared ? Float64Array.from(times, (_, t) => spread_frac(at(t))) : undefined;
  const far =
    target === null ? undefined : Float64Array.from(times, (_, t) => Math.max(...at(t).map((value) => Math.abs(value - target.value))));
  const settling =
    far !== undefined
      ? settling_s(times, far, 0, target!.band)
      : spreads !== undefined
        ? settling_s(times, spreads, 0, SPREAD_SETTLED_FRAC)
        : Number.NaN;
  const rates = counted.map(({ values }) => meanRate_per_s(times, values, times[0], RATE_S)).filter((rate) => Number.isFinite(rate));
  return {
    quantity: name,
    settling_s: finite(settling === 0 ? 0 : Number((settling - times[0]).toFixed(9))),
    ...(target === null ? {} : { extreme: extremeOf(counted, times, target.value) }),
    rate: rates.length === 0 ? null : rates.reduce((most, rate) => (Math.abs(rate) > Math.abs(most) ? rate : most)),
    spread_end_frac: isShared ? finite(spread_frac(end)) : null,
    meanAtEnd: end.reduce((sum, value) => sum + value, 0) / Math.max(1, end.length),
  };
}

function extremeOf(
  lines: readonly { readonly of: string; readonly values: Float64Array }[],
  times: Float64Array,
  target: number,
): NonNullable<WindowMeasure['extreme']> {
  let extreme = { value: lines[0]?.values[0] ?? target, of: lines[0]?.of ?? '', at_s: times[0] };
  for (const { of, values } of lines) {
    values.forEach((value, t) => {
      if (Math.abs(value - target) > Math.abs(extreme.value - target)) extreme = { value, of, at_s: times[t] };
    });
  }
  return extreme;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A quantity of the plant with what was recorded of it. */
export const quantityResult = (
  { name, title, unit, target, isShared = false, lines }: Quantity,
  recorded: (output: string) => Float64Array,
): QuantityResult => ({
  name,
  title,
  unit,
  target: target ?? null,
  isShared,
  lines: lines.map(({ of, output, scale = 1 }) => ({ of, values: Array.from(recorded(output), (value) => scale * value) })),
});
