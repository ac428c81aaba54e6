/** Elements with currents that a control can look at, and where a feeder lists them. */
export const monitoredLists = {
  line: 'lines',
  switch: 'switches',
  transformer: 'transformers',
  shunt: 'shunts',
  source: 'sources',
} as const;

export type MonitoredKind = keyof typeof monitoredLists;

/**
 * An element that a control looks at, by its kind and its id, which elements of other kinds may have too, and which end of it (0 from, 1 to; winding number for a
 * transformer, from 0).
 */
export interface Monitored {
  readonly kind: MonitoredKind;
  readonly element: string;
  readonly end: number;
}

/**
 * Voltage regulator: moves the tap of one winding so that the compensated voltage stays in its band.
 *
 * v_relay = |v/ptRatio − (R + jX)·i/ctRating · …|: line-drop compensation in volts at the rated current of the current transformer.
 * @source Kersting, Distribution System Modeling and Analysis, chapter 7
 */
export interface RegulatorControl {
  readonly id: string;
  readonly transformer: string;
  /** Winding whose voltage is measured, and whose tap moves (usually the same), from 0. */
  readonly windingMeasured: number;
  readonly windingMoved: number;
  /** Volts on the relay's base. */
  readonly v_set_V: number;
  readonly band_V: number;
  readonly ptRatio: number;
  readonly ctRating_A: number;
  readonly r_V: number;
  readonly x_V: number;
  /** Bus conductor that is measured instead of the winding, as `bus.conductor`; no compensation then. */
  readonly remote?: { readonly bus: number; readonly conductor: number } | undefined;
  /** Which phase of the winding is measured (from 0), or the extreme of all. 0 when absent. */
  readonly phase?: number | 'max' | 'min' | undefined;
  readonly delay_s: number;
  readonly tapDelay_s: number;
  readonly tapsPerChange_count: number;
  /** Ceiling of the local voltage in relay volts, whatever the compensation wants. */
  readonly v_limit_V?: number | undefined;
  /**
   * Whether it knows the direction of power. Then `reverse` holds the settings for power flowing backwards, and it does not move where they are absent;
   * otherwise it goes by the forward settings whatever the direction.
   */
  readonly reversible: boolean;
  readonly reverse?: { readonly v_set_V: number; readonly band_V: number; readonly r_V: number; readonly x_V: number } | undefined;
  readonly enabled: boolean;
}

/** Switches the steps of a capacitor by what it measures. On and off settings are on the relay's side of the transformers. */
export interface CapacitorControl {
  readonly id: string;
  readonly shunt: string;
  readonly monitored: Monitored;
  readonly kind: 'voltage' | 'current' | 'kvar' | 'powerFactor' | 'time';
  readonly on: number;
  readonly off: number;
  readonly ptRatio: number;
  readonly ctRatio: number;
  /** From 0, or what of the phases is looked at. */
  readonly phase: number | 'mean' | 'max' | 'min';
  readonly delayOn_s: number;
  readonly delayOff_s: number;
  readonly dead_s: number;
  /** Overrides the rest outside these relay volts. */
  readonly voltageOverride?: { readonly v_min_V: number; readonly v_max_V: number } | undefined;
  readonly enabled: boolean;
}

/** Piecewise-linear; constant beyond its ends. @shape x rising, y the same length */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * A function of IEEE 1547-2018 for a set of inverters. Curves in per unit: voltage on the rated voltage, watts on p_rated, vars on the base that
 * `varBase` names.
 * @source IEEE Std 1547-2018, 5.3 and 5.4
 */
export interface InverterControl {
  readonly id: string;
  /** Ids of inverters. */
  readonly inverters: readonly string[];
  readonly functions: readonly InverterFunction[];
  /** What voltage is looked at: the mean of the phases when absent. */
  readonly voltage?: 'mean' | 'max' | 'min' | 'positiveSequence' | undefined;
  /** Buses looked at instead of the own terminal (mean over them). */
  readonly remoteBuses?: readonly number[] | undefined;
  readonly varBase: 'rating' | 'maximum' | 'available';
  /**
   * Over a series, the mean of the last window_s: `base` puts the present voltage on it instead of on the rated voltage, `voltage` looks at it instead of at the
   * present voltage. Without (and in a snapshot): the present voltage on the rated one.
   */
  readonly mean?: { readonly use: 'base' | 'voltage'; readonly window_s: number } | undefined;
  /** Over a series, how fast vars and the limit of watts follow what the functions ask for; at once when absent. */
  readonly rate?: InverterRate | undefined;
  readonly enabled: boolean;
}

/** First-order lag, or a ramp in parts of the base (varBase, rated watts) per second. */
export type InverterRate = { readonly kind: 'lag'; readonly tau_s: number } | { readonly kind: 'ramp'; readonly limit_per_s: number };

/**
 * volt-var with hysteresis: while the voltage rises vars follow the curve, while it falls the curve moved down by `hysteresis_pu` of voltage; between both they stay.
 *
 * dynamic-reactive-current: below v_low_pu and above v_high_pu vars against the change from the mean voltage of the last window_s, gain times change on varBase.
 */
export type InverterFunction =
  | { readonly kind: 'volt-var'; readonly curve: Curve; readonly hysteresis_pu?: number | undefined }
  | { readonly kind: 'volt-watt'; readonly curve: Curve; readonly of: 'rated' | 'available' | 'rating' }
  | { readonly kind: 'watt-var'; readonly curve: Curve }
  | { readonly kind: 'watt-pf'; readonly curve: Curve }
  | { readonly kind: 'fixed-pf'; readonly powerFactor_frac: number }
  | { readonly kind: 'fixed-var'; readonly q_frac: number }
  | { readonly kind: 'voltage-regulation'; readonly v_set_pu: number; readonly deadband_pu: number }
  | {
      readonly kind: 'dynamic-reactive-current';
      readonly gainLow_pu: number;
      readonly gainHigh_pu: number;
      readonly v_low_pu: number;
      readonly v_high_pu: number;
      readonly window_s: number;
    };
