/** The result that is embedded in the page, with what every view derives from it. */
import type { NegotiateResult, PlanResult } from '@gridflock/core';
import { deviceColour, type Theme } from './colour.ts';
import { wallClock } from './ticks.ts';

export interface Device {
  readonly index: number;
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  /** Position of its bus, −1 when unknown. */
  readonly bus: number;
  /** One to three letters that tell its kind in a drawing. */
  readonly letters: string;
  colour(theme: Theme): string;
}

export interface Data {
  readonly result: NegotiateResult;
  readonly nT: number;
  readonly nB: number;
  readonly plans: readonly PlanResult[];
  readonly devices: readonly Device[];
  readonly busIndex: ReadonlyMap<string, number>;
  /** `Wed 15 Jan 2025, 07:00–08:00` */
  stepText(step: number): string;
  /** Schedule of a device in a plan. */
  schedule(plan: number, device: number): PlanResult['schedules'][number] | undefined;
  /** Limits of most buses; a bus held at one voltage (the slack) does not count. `same` when they are the same everywhere. */
  readonly limits: { readonly v_min_pu: number; readonly v_max_pu: number; readonly same: boolean };
  /** First plan at or after the asked one that has prices; −1 for none. */
  pricedPlan(plan: number): number;
}

/** `heat-pump` → HP, `pv` → PV, `battery` → B; longer where two kinds would share letters. */
export function lettersOfKinds(kinds: readonly string[]): Map<string, string> {
  const taken = new Map<string, string>();
  for (const kind of kinds) {
    const words = kind.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
    const solid = words.join('').toUpperCase() || '?';
    const candidates = [
      words.length > 1 ? words.map((word) => word[0]).join('') : solid.length <= 3 ? solid : solid.slice(0, 1),
      solid.slice(0, 2),
      solid.slice(0, 3),
    ].map((text) => text.toUpperCase().slice(0, 3));
    const used = new Set(taken.values());
    taken.set(kind, candidates.find((text) => !used.has(text)) ?? solid.slice(0, 3));
  }
  return taken;
}

export function readData(result: NegotiateResult): Data {
  const nT = result.time.steps.length;
  const busIndex = new Map(result.feeder.buses.map((bus, b) => [bus.id, b]));
  const kinds = [...new Set(result.devices.map((device) => device.kind))];
  const letters = lettersOfKinds(kinds);
  const members = kinds.map((kind) => result.devices.filter((device) => device.kind === kind).map((device) => device.id));
  const devices = result.devices.map((device, index): Device => {
    const kind = kinds.indexOf(device.kind);
    const family = members[kind] ?? [];
    return {
      index,
      id: device.id,
      kind: device.kind,
      owner: device.owner,
      bus: busIndex.get(device.bus) ?? -1,
      letters: letters.get(device.kind) ?? '?',
      colour: (theme) => deviceColour(theme, kind, family.indexOf(device.id), family.length),
    };
  });
  const schedules = result.plans.map((plan) => new Map(plan.schedules.map((schedule) => [schedule.device, schedule])));
  const length_min = Math.round(result.time.dt_h * 60);
  const free = result.feeder.buses.filter((bus) => bus.v_max_pu - bus.v_min_pu > 1e-6);
  const lower = extent(free.map((bus) => bus.v_min_pu)) ?? [0.9, 0.9];
  const upper = extent(free.map((bus) => bus.v_max_pu)) ?? [1.1, 1.1];
  return {
    result,
    limits: { v_min_pu: lower[1], v_max_pu: upper[0], same: lower[0] === lower[1] && upper[0] === upper[1] },
    nT,
    nB: result.feeder.buses.length,
    plans: result.plans,
    devices,
    busIndex,
    stepText(step) {
      const text = result.time.steps[step];
      if (text === undefined) return '–';
      const { date, time, minute } = wallClock(text);
      if (minute < 0) return date;
      const next = result.time.steps[step + 1];
      const end = (minute + length_min) % 1440;
      const endText = `${String(Math.floor(end / 60)).padStart(2, '0')}:${String(end % 60).padStart(2, '0')}`;
      return `${date}, ${time}–${next === undefined ? endText : wallClock(next).time}`;
    },
    schedule: (plan, device) => schedules[plan]?.get(result.devices[device]?.id ?? ''),
    pricedPlan(plan) {
      if (result.plans[plan]?.price_cur_per_kWh) return plan;
      return result.plans.findIndex((candidate) => candidate.price_cur_per_kWh !== undefined);
    },
  };
}

/** Lowest and highest finite value of some lists; undefined when there is none. */
export function extent(...lists: readonly (readonly (number | null | undefined)[])[]): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const list of lists) {
    for (const value of list) {
      if (value === null || value === undefined || !Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** Widens a range by a share of itself, and opens an empty one. */
export function padded([low, high]: readonly [number, number], share = 0.05): [number, number] {
  const room = high > low ? (high - low) * share : Math.max(1e-3, Math.abs(high) * 0.05);
  return [low - room, high + room];
}
