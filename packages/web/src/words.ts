import type { Run } from './api.ts';

/** 1 → `1 bus`, 3 → `3 buses`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const sizeText = (size_B: number): string => {
  if (size_B < 1_000) return `${size_B} B`;
  const [divisor, unit] = size_B < 1e6 ? [1e3, 'kB'] : size_B < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  const value = size_B / divisor;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
};

/** Seconds as a person says them: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function durationText(time_s: number): string {
  if (time_s < 9.95) return `${Math.max(0, time_s).toFixed(1)} s`;
  const whole_s = Math.round(time_s);
  if (whole_s < 60) return `${whole_s} s`;
  if (whole_s < 3_600) return `${Math.floor(whole_s / 60)} min ${String(whole_s % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole_s / 3_600)} h ${String(Math.floor((whole_s % 3_600) / 60)).padStart(2, '0')} min`;
}

/** `today 14:03`, or `2026-11-27 14:03`, in the zone of the reader. */
export function timeText(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const dayOf = (date: Date): string => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const day = dayOf(at);
  return `${day === dayOf(now) ? 'today' : day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Seconds that a run took, or has taken so far; undefined while it waits. */
export function tookOf_s({ started_at, ended_at }: Pick<Run, 'started_at' | 'ended_at'>, now_ms: number): number | undefined {
  if (started_at === null) return undefined;
  return ((ended_at === null ? now_ms : Date.parse(ended_at)) - Date.parse(started_at)) / 1_000;
}

/** `study:31 devices[2].p_max_kW` → 31. The name before the colon may have colons of its own. */
export function lineOf(where: string | undefined, name: string): number | undefined {
  if (where === undefined || !where.startsWith(`${name}:`)) return undefined;
  const line = Number(/^\d+/.exec(where.slice(name.length + 1))?.[0]);
  return Number.isInteger(line) && line > 0 ? line : undefined;
}
