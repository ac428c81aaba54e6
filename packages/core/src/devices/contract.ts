import type { TimeGrid } from '../base/time-grid.ts';
import type { QuantityName } from '../base/units.ts';
import type { Coefficient } from '../problem/affine.ts';
import type { DeclarationModel } from '../problem/declare.ts';
import type { Oracle } from '../problem/oracle.ts';

/**
 * One parameter of a device kind. The table of these is the single source for validation, docs and forms.
 *
 * - `number`: one value, name ends in its unit.
 * - `profile`: one value, or one per step (a list, or the name of a profile of the study), name ends in its unit.
 * - `time`: "18:00" or an ISO time; arrives in `declare` as a step boundary 0 … steps_count. Name ends in `At`.
 */
export type ParamSpec =
  | { readonly type: 'number'; readonly min?: number; readonly max?: number; readonly default?: number; readonly about: string }
  | { readonly type: 'profile'; readonly min?: number; readonly max?: number; readonly default?: number; readonly about: string }
  | {
      readonly type: 'time';
      readonly default?: string;
      /** Name of an earlier time of the table: a time of day then means its first occurrence after that one. */
      readonly after?: string;
      /** A time beyond the horizon counts as its end. Default: it is refused. */
      readonly cut?: boolean;
      readonly about: string;
    }
  | { readonly type: 'flag'; readonly default: boolean; readonly about: string };

export type ParamTable = Readonly<Record<string, ParamSpec>>;

/** What `declare` receives for a table: numbers, coefficients, step indices and flags. */
export type ValuesOf<T extends ParamTable> = {
  readonly [K in keyof T]: T[K] extends { type: 'number' }
    ? number
    : T[K] extends { type: 'profile' }
      ? Coefficient
      : T[K] extends { type: 'time' }
        ? number
        : boolean;
};

/** Turns a table into an error at the name whose unit is missing. */
type UnitsChecked<T extends ParamTable> = {
  readonly [K in keyof T]: T[K] extends { type: 'number' | 'profile' }
    ? K extends QuantityName
      ? T[K]
      : 'the name must end in a unit of base/units.ts, such as p_max_kW'
    : T[K] extends { type: 'time' }
      ? K extends `${string}At`
        ? T[K]
        : 'the name of a time must end in At, such as arrivesAt'
      : T[K];
};

/**
 * A kind of device: its parameters and its law. Members of the family: one folder each.
 * Every kind passes `conformance.ts`.
 */
export interface DeviceKind<T extends ParamTable = ParamTable> {
  readonly kind: string;
  readonly title: string;
  readonly params: T;
  /** The law, in continuous time and house units; + is into the network. */
  declare(m: DeclarationModel, x: ValuesOf<T>): void;
  /** What no single parameter shows to be wrong; one sentence per fault, naming the parameters. */
  check?(x: ValuesOf<T>, grid: TimeGrid): readonly string[];
  /**
   * A closed form of the proximal operator, where these values have one; it must equal the generic one.
   * Undefined: ask the block.
   */
  oracle?(x: ValuesOf<T>, grid: TimeGrid): Oracle | undefined;
  /** Parameter values of a small, sensible example. Used by the conformance suite, docs and `gridflock list devices`. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** Declares a kind. The compiler refuses a parameter whose name does not carry its unit. */
export function defineDevice<const T extends ParamTable>(kind: DeviceKind<T> & { readonly params: UnitsChecked<T> }): DeviceKind<T> {
  return Object.freeze(kind);
}

/** A device in a study: a kind with values, at a bus, belonging to somebody. */
export interface Device {
  readonly id: string;
  readonly kind: DeviceKind;
  /** Id of the bus. */
  readonly bus: string;
  readonly owner: string;
  readonly values: ValuesOf<ParamTable>;
}

/**
 * A device behind its inverter within seconds, read from its declaration on one step: what it can be commanded, how it follows, what that does to what it stores. Powers + into the
 * network.
 */
export interface FastLaw {
  readonly p_min_kW: number;
  readonly p_max_kW: number;
  /** Infinity: no apparent limit. */
  readonly s_max_kVA: number;
  readonly hasReactive: boolean;
  /** How long power takes to follow. */
  readonly lag_s: number;
  readonly store?: FastStore | undefined;
}

/** dE/dt = giving·max(p, 0) + taking·min(p, 0) − leak·E + idle, in kWh per hour. */
export interface FastStore {
  readonly e_min_kWh: number;
  readonly e_max_kWh: number;
  readonly e_start_kWh: number;
  /** Change of what is stored per power given (below zero) and taken (below zero, times a power below zero). */
  readonly giving_frac: number;
  readonly taking_frac: number;
  readonly leak_per_h: number;
  readonly idle_kW: number;
}
