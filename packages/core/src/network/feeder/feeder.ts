import type { BusIndex } from '../bus-index.ts';
import type { CapacitorControl, Curve, InverterControl, RegulatorControl } from './controls.ts';

/**
 * A feeder conductor by conductor, in physical units: any set of phases, explicit neutrals, every transformer connection.
 *
 * Where `Network` is the balanced per-unit picture that most optimisation uses, this is what stands outside. `balancedCase` derives the one from the
 * other and says what it lost; `feederOfCase` goes back. Build it with `buildFeeder`, which checks it; it is frozen.
 */
export interface Feeder {
  readonly name: string;
  readonly frequency_Hz: number;
  readonly buses: readonly FeederBus[];
  readonly sources: readonly VoltageSource[];
  readonly lines: readonly Line[];
  readonly switches: readonly Switch[];
  readonly transformers: readonly Transformer[];
  readonly shunts: readonly PhaseShunt[];
  readonly loads: readonly Load[];
  readonly generators: readonly PhaseGenerator[];
  readonly inverters: readonly Inverter[];
  readonly regulators: readonly RegulatorControl[];
  readonly capacitorControls: readonly CapacitorControl[];
  readonly inverterControls: readonly InverterControl[];
  readonly profiles: readonly Profile[];
  /** Where the numbers come from: paper, standard, file. */
  readonly source?: string | undefined;
}

/**
 * A place on a bus where a wire ends: 0 earth, 1 2 3 the phases a b c, 4 usually the neutral, more where a bus carries more.
 * All but earth have a voltage of their own.
 */
export type Conductor = number;

/** The wires of an element at one bus, in the order of its matrices. */
export interface Terminal {
  readonly bus: BusIndex;
  readonly conductors: readonly Conductor[];
}

export interface FeederBus {
  /** The file's own id. */
  readonly id: string;
  /** Nominal voltage between phases (√3 times that between phase and neutral, also where only one phase is present). */
  readonly v_base_kV: number;
  /** Limits of each phase-to-neutral voltage; none when absent. */
  readonly v_min_pu?: number | undefined;
  readonly v_max_pu?: number | undefined;
  /** Drawing position; any planar unit. */
  readonly x?: number | undefined;
  readonly y?: number | undefined;
}

/** Full square matrix, row by row. @shape [n · n] */
export type Matrix = readonly number[];

/** Given voltages behind an impedance: e = v + Z·i. Ideal where `r_ohm` and `x_ohm` are absent. */
export interface VoltageSource {
  readonly id: string;
  readonly terminal: Terminal;
  /** Voltage of each conductor to earth. @shape [n] */
  readonly e_kV: readonly number[];
  readonly angle_deg: readonly number[];
  readonly r_ohm?: Matrix | undefined;
  readonly x_ohm?: Matrix | undefined;
  readonly inService: boolean;
}

/** Coupled conductors: series impedance R + jX, and the shunt admittance G + jB of the whole length, half at each end. */
export interface Line {
  readonly id: string;
  readonly from: Terminal;
  readonly to: Terminal;
  /** Of the whole length. @shape [n · n] */
  readonly r_ohm: Matrix;
  readonly x_ohm: Matrix;
  readonly g_S?: Matrix | undefined;
  readonly b_S?: Matrix | undefined;
  readonly length_km?: number | undefined;
  /** Continuous rating of each conductor; none when absent. */
  readonly i_max_A?: number | undefined;
  /** Open at one end counts as charging only at the other. */
  readonly closedFrom: boolean;
  readonly closedTo: boolean;
}

/** Joins conductors pairwise through a small impedance when closed. */
export interface Switch {
  readonly id: string;
  readonly from: Terminal;
  readonly to: Terminal;
  readonly closed: boolean;
  /** 1e-4 ohm when absent: small beside every line, large beside rounding. */
  readonly r_ohm?: number | undefined;
  readonly x_ohm?: number | undefined;
  readonly i_max_A?: number | undefined;
}

/**
 * `cores_count` single-phase transformers with one coil of each winding on every core; how the coils are wired is the winding's `connection`.
 *
 * Short-circuit impedance between windings w and k, on the rating of winding 1: r_w + r_k + j·x_wk.
 * Split phase: one core, three windings, the third reversed by the order of its conductors. Autotransformer: a winding from the high to the low
 * conductors (`coils`). Open bank: two cores.
 */
export interface Transformer {
  readonly id: string;
  readonly cores_count: 1 | 2 | 3;
  readonly windings: readonly Winding[];
  /** Leakage reactance of each pair of windings, on winding 1's s_rated_kVA: 12, 13, …, 23, …. @shape [w(w−1)/2] */
  readonly x_frac: readonly number[];
  /** Losses and magnetising current at rated voltage, on winding 1's rating; 0 when absent. */
  readonly noLoadLoss_frac?: number | undefined;
  readonly magnetising_frac?: number | undefined;
  /**
   * Where the magnetising branch stands, `last` winding when absent; `star`: in the middle of the T of two or three windings;
   * `split`: half at winding 1, half at the other winding of two or at the star of three.
   */
  readonly magnetisingAt?: 'first' | 'second' | 'last' | 'split' | 'star' | undefined;
  /**
   * What zero-sequence current meets, where the coils alone do not say it: a three-limb core, a measured zero-sequence impedance. Three cores only.
   *
   * Admittance between phases and star point of each winding, taps at 1 and without the impedance of the neutral, on winding 1's rating and the rated voltage of
   * each winding. Replaces what the coils would give; rows and columns of delta windings count for nothing, of zigzag windings only the diagonal. @shape [w · w]
   */
  readonly zeroSequence?: { readonly g_frac: Matrix; readonly b_frac: Matrix } | undefined;
  /**
   * Reactor from each end of every coil to earth that keeps an unearthed winding from floating, as a part of the core's rating at the coil's voltage; 0 for none.
   * 5e-7 when absent: OpenDSS's one part per million, half of it at each end.
   */
  readonly antifloat_frac?: number | undefined;
  readonly inService: boolean;
}

export interface Winding {
  /**
   * wye: n phases, then the star point (0 when earthed) unless it is brought out nowhere; zigzag: the same, three cores only; delta: n phases (two cores: three phases,
   * coils from the first to the second and from the second to the third; one core: both ends);
   * coils: both ends of each coil, [from₁, to₁, from₂, to₂, …] (series winding of an autotransformer, single-phase between any two conductors).
   */
  readonly connection: 'wye' | 'delta' | 'zigzag' | 'coils';
  readonly terminal: Terminal;
  /** Across one coil for `coils` and for one core; between phases otherwise. */
  readonly v_rated_kV: number;
  /** Of all cores together. Impedances count on that of winding 1; of the others it is a rating only. */
  readonly s_rated_kVA: number;
  /** On winding 1's rating. */
  readonly r_frac: number;
  /** Off-nominal turns: 1.05 has 5 % more turns than v_rated_kV says. */
  readonly tap_pu: number;
  /**
   * Phase displacement of this winding behind winding 1 in hours of 30° (Dyn11: 11). Decides which coil of a wye, delta or zigzag stands on which core and which are
   * turned round. When absent 0, and 1 between a wye and a delta or zigzag. One and two cores: 0 or 6.
   */
  readonly clock?: number | undefined;
  /**
   * Phase shifter: further displacement behind winding 1, by coils of the other phases in series; any angle. Wye on three cores only, not winding 1. Negative-sequence
   * voltage is turned the other way and zero sequence not at all, as in any transformer.
   */
  readonly turn_deg?: number | undefined;
  /** False: its phases are not connected (an open breaker); star point and delta stay as they are. True when absent. */
  readonly closed?: boolean | undefined;
  /** From the star point of a wye or zigzag to its conductor (0: to earth); solidly connected when absent. */
  readonly rNeutral_ohm?: number | undefined;
  readonly xNeutral_ohm?: number | undefined;
  /** Tap range and number of steps over the whole range, where the winding has a changer. */
  readonly tapMin_pu?: number | undefined;
  readonly tapMax_pu?: number | undefined;
  readonly tapSteps_count?: number | undefined;
}

/** Constant admittance between conductors and earth or neutral: capacitors, reactors, fixed shunts. */
export interface PhaseShunt {
  readonly id: string;
  readonly terminal: Terminal;
  /** Nodal admittance at the terminal, all steps closed; B > 0 on the diagonal for a capacitor. @shape [n · n] */
  readonly g_S: Matrix;
  readonly b_S: Matrix;
  /** Equal steps (1 when absent), of which `closed_count` are in (all when absent). */
  readonly steps_count?: number | undefined;
  readonly closed_count?: number | undefined;
  /** Rated, all phases together and all steps closed; for reports and converters. */
  readonly q_rated_kvar?: number | undefined;
  readonly inService: boolean;
}

/**
 * How the power of an element follows its own voltage, v in units of its rating.
 * zip: z·v² + i·v + p (fractions that add up to 1, not limited to 0 … 1); exponent: v^n.
 */
export type VoltageLaw = { readonly z_frac: number; readonly i_frac: number; readonly p_frac: number } | { readonly exponent: number };

/**
 * Where an element leaves its own law at its limits of voltage and becomes the impedance that fits another law there, so that its power jumps: outside
 * v_min_pu … v_max_pu the impedance of v^n at the limit that was passed (n = 0: constant power at the limit; n = 2: the rated impedance).
 * Some load models of OpenDSS are like that. A jump that takes more where the voltage is higher may leave no solution at all.
 */
export interface BeyondLimits {
  readonly pExponent: number;
  readonly qExponent: number;
  /** Below v_low_pu it is the rated impedance at once, instead of going there along a straight line of currents. */
  readonly stepsAtLow: boolean;
}

/** Elements between conductors: wye from each phase to the last conductor (0 when earthed), delta around the phases (two conductors: one element). */
interface PhaseElements {
  readonly id: string;
  readonly connection: 'wye' | 'delta';
  readonly terminal: Terminal;
  /** Across one element: phase to neutral for wye, between phases for delta. */
  readonly v_rated_kV: number;
  readonly inService: boolean;
}

/** Consumes: p > 0 and q > 0 are taken from the network. @shape p_kW, q_kvar: one per element */
export interface Load extends PhaseElements {
  readonly p_kW: readonly number[];
  readonly q_kvar: readonly number[];
  readonly pLaw: VoltageLaw;
  readonly qLaw: VoltageLaw;
  /** Outside this range of its own voltage the element turns into the impedance that fits its law at the limit; no limit when absent. */
  readonly v_min_pu?: number | undefined;
  readonly v_max_pu?: number | undefined;
  /**
   * Where given, below v_min_pu: the current falls in a straight line from its value at v_min_pu to that of the rated impedance at v_low_pu, and the
   * element is its rated impedance below that.
   */
  readonly v_low_pu?: number | undefined;
  /** What it is outside its limits, where that is not its own law. */
  readonly beyond?: BeyondLimits | undefined;
  readonly profile?: ProfileUse | undefined;
}

/** Injects: p > 0 into the network, + kvar into the network. Constant power, or holds the mean voltage of its terminal within its reactive range. */
export interface PhaseGenerator extends PhaseElements {
  readonly p_kW: readonly number[];
  readonly q_kvar: readonly number[];
  /** Positive-sequence voltage that it holds, in units of v_rated_kV; absent: fixed q. */
  readonly v_set_pu?: number | undefined;
  readonly q_min_kvar?: number | undefined;
  readonly q_max_kvar?: number | undefined;
  /** As Load. */
  readonly v_min_pu?: number | undefined;
  readonly v_max_pu?: number | undefined;
  /** Constant power when absent. */
  readonly pLaw?: VoltageLaw | undefined;
  readonly qLaw?: VoltageLaw | undefined;
  readonly beyond?: BeyondLimits | undefined;
  readonly profile?: ProfileUse | undefined;
}

/** PV or storage behind an inverter; powers of the whole inverter, shared equally by its elements, + into the network. */
export interface Inverter extends PhaseElements {
  readonly kind: 'pv' | 'storage';
  readonly s_rated_kVA: number;
  /** What the sun (or the dispatch of the storage; negative when charging) offers at the terminals, before priority and controls. */
  readonly p_kW: number;
  /** Rated active power: base of volt-watt curves. */
  readonly p_rated_kW: number;
  readonly q_kvar: number;
  /** Instead of q: q follows p with this power factor; + injects, − absorbs vars when p > 0. */
  readonly powerFactor_frac?: number | undefined;
  readonly qInject_max_kvar?: number | undefined;
  readonly qAbsorb_max_kvar?: number | undefined;
  /** Which of the two keeps its value where p² + q² would exceed s². */
  readonly priority: 'watt' | 'var' | 'powerFactor';
  /** As Load: constant power inside. */
  readonly v_min_pu?: number | undefined;
  readonly v_max_pu?: number | undefined;
  /** Energy store; kind storage only. */
  readonly storage?: StorageOfInverter | undefined;
  readonly profile?: ProfileUse | undefined;
}

export interface StorageOfInverter {
  readonly e_rated_kWh: number;
  readonly e_start_kWh: number;
  readonly e_reserve_kWh: number;
  readonly p_charge_max_kW: number;
  readonly p_discharge_max_kW: number;
  readonly eta_charge_frac: number;
  readonly eta_discharge_frac: number;
  readonly idle_kW: number;
  /** Of the inverter, by the power on the store's side over s_rated_kVA; 1 when absent. */
  readonly inverterEta?: Curve | undefined;
  /** Over a series, what its profile means: the level that starts and ends charging and discharging. Without: its power, as a part of p_rated_kW. */
  readonly triggers?: StorageTriggers | undefined;
}

/**
 * Charges while the level is below `charge_frac` (without it: until full), discharges while it is above `discharge_frac` (without it: until empty), at the largest
 * powers, and idles between; an idle store also begins to charge in the step that ends at `charge_h`.
 */
export interface StorageTriggers {
  readonly charge_frac?: number | undefined;
  readonly discharge_frac?: number | undefined;
  /** Hour of the day. */
  readonly charge_h?: number | undefined;
}

/** Multipliers or values over time, held from each step to the next, repeated after the last. */
export interface Profile {
  readonly id: string;
  readonly step_s: number;
  readonly p: readonly number[];
  /** Equal to p when absent. */
  readonly q?: readonly number[] | undefined;
  /** True: p in kW and q in kvar instead of multipliers. */
  readonly actual: boolean;
}

/** The ids of the profiles that an element follows in a run over a day, a year, or at high resolution. */
export interface ProfileUse {
  readonly daily?: string | undefined;
  readonly yearly?: string | undefined;
  readonly duty?: string | undefined;
}
