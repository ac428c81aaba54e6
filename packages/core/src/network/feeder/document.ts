import type { ColumnSpec } from '../document.ts';
import type { ColumnSpecs } from '../document-table.ts';

/**
 * A feeder as plain data, as it stands in a file: `gridflock: feeder/1`, units in the keys, lists of compact records.
 *
 * The built-in feeders are written in it, and `formats/gridflock` is its text. `readFeederDocument` makes a Feeder of it,
 * `buildFeederDocument` the other way. Each list may also be a table `{all, columns, rows}`.
 */
export interface FeederDocument {
  readonly gridflock: 'feeder/1';
  readonly name: string;
  readonly source?: string | undefined;
  /** 50 when left out. */
  readonly frequency_Hz?: number | undefined;
  readonly buses: FeederTable;
  readonly sources: FeederTable;
  readonly line_codes?: FeederTable | undefined;
  readonly wires?: FeederTable | undefined;
  readonly geometries?: FeederTable | undefined;
  readonly lines?: FeederTable | undefined;
  readonly switches?: FeederTable | undefined;
  readonly transformers?: FeederTable | undefined;
  readonly shunts?: FeederTable | undefined;
  readonly loads?: FeederTable | undefined;
  readonly generators?: FeederTable | undefined;
  readonly inverters?: FeederTable | undefined;
  readonly regulators?: FeederTable | undefined;
  readonly capacitor_controls?: FeederTable | undefined;
  readonly inverter_controls?: FeederTable | undefined;
  readonly profiles?: FeederTable | undefined;
}

export type FeederTable =
  | readonly FeederRecord[]
  | { readonly all?: FeederRecord | undefined; readonly columns: readonly string[]; readonly rows: readonly (readonly FeederCell[])[] };

export type FeederRecord = Readonly<Record<string, FeederCell>>;

export type FeederCell = string | number | boolean | null | readonly FeederCell[] | { readonly [key: string]: FeederCell };

const number = (about: string, instead?: string): ColumnSpec => ({ kind: 'number', about, ...(instead === undefined ? {} : { instead }) });
const needed = (about: string): ColumnSpec => ({ kind: 'number', about, required: true });
const numbers = (about: string): ColumnSpec => ({ kind: 'numbers', about });
const matrix = (about: string, instead?: string): ColumnSpec => ({ kind: 'matrix', about, ...(instead === undefined ? {} : { instead }) });
const word = (about: string): ColumnSpec => ({ kind: 'word', about });
const flag = (about: string): ColumnSpec => ({ kind: 'flag', about });
const id = (about: string): ColumnSpec => ({ kind: 'id', about, required: true });
const reference = (about: string): ColumnSpec => ({ kind: 'id', about });
const list = (about: string): ColumnSpec => ({ kind: 'ids', about });
const records = (about: string): ColumnSpec => ({ kind: 'rows', about, required: true });

const phases = (about = 'conductors in order: letters of abcn and g for earth, or a list of numbers; abc when left out'): ColumnSpec => ({
  kind: 'cell',
  about,
});
const inService = flag('false: out of service; true when left out');

/** Matrices and sequence values of a line or a line code, each with its own unit. */
const seriesOf = (r: string, x: string, b: string, unit: string, unitOfB: string): ColumnSpecs => ({
  [`${r}_${unit}`]: matrix('series resistance, lower triangle or whole'),
  [`${x}_${unit}`]: matrix('series reactance, lower triangle or whole'),
  [`${b}_${unitOfB}`]: matrix('shunt susceptance, lower triangle or whole; none when left out'),
  [`r1_${unit}`]: number('positive-sequence resistance'),
  [`x1_${unit}`]: number('positive-sequence reactance'),
  [`b1_${unitOfB}`]: number('positive-sequence susceptance; 0 when left out'),
  [`r0_${unit}`]: number('zero-sequence resistance; as r1 when left out'),
  [`x0_${unit}`]: number('zero-sequence reactance; as x1 when left out'),
  [`b0_${unitOfB}`]: number('zero-sequence susceptance; as b1 when left out'),
});

const profileUse: ColumnSpecs = {
  daily: reference('profile that it follows over a day'),
  yearly: reference('profile that it follows over a year'),
  duty: reference('profile that it follows at high resolution'),
};

const laws: ColumnSpecs = {
  law: word('how p and q follow the voltage: power (when left out), current, impedance'),
  p_zip: numbers('shares [z, i, p] of p that follow v², v and 1'),
  q_zip: numbers('shares [z, i, p] of q'),
  p_exponent: number('p follows v to this power'),
  q_exponent: number('q follows v to this power'),
  v_min_pu: number('below this voltage it is an impedance; no limit when left out'),
  v_max_pu: number('above this voltage it is an impedance; no limit when left out'),
  p_beyond_exponent: number(
    'outside v_min_pu … v_max_pu p jumps to the impedance that fits v to this power at the limit; its own law when left out',
  ),
  q_beyond_exponent: number('the same for q; both or none are given'),
  steps_at_low: flag('with p_beyond_exponent: at v_low_pu it jumps to the rated impedance'),
};

const elements: ColumnSpecs = {
  id: id('its name'),
  bus: id('where it stands'),
  phases: phases('wye: phases and neutral (earth when none is named); delta: phases'),
  connection: word('wye (when left out) or delta'),
  v_rated_kV: number("across one element; the bus's when left out"),
  in_service: inService,
};

export const feederColumns = {
  buses: {
    id: id('name of the bus'),
    v_base_kV: needed('nominal voltage between phases'),
    v_min_pu: number('lowest phase voltage allowed; no limit when left out'),
    v_max_pu: number('highest phase voltage allowed; no limit when left out'),
    x: number('drawing position'),
    y: number('drawing position'),
  },
  sources: {
    id: id('its name'),
    bus: id('where it stands'),
    phases: phases(),
    v_set_pu: number("magnitude, on the bus's nominal voltage; 1 when left out"),
    e_kV: numbers('magnitude of each conductor to earth, instead of v_set_pu'),
    angle_deg: numbers('of the first phase, the others 120° apart; or one per conductor; 0 when left out'),
    r_ohm: matrix('internal resistance, lower triangle or whole; none when left out'),
    x_ohm: matrix('internal reactance, lower triangle or whole; none when left out'),
    r1_ohm: number('positive-sequence internal resistance'),
    x1_ohm: number('positive-sequence internal reactance'),
    r0_ohm: number('zero-sequence internal resistance; as r1 when left out'),
    x0_ohm: number('zero-sequence internal reactance; as x1 when left out'),
    in_service: inService,
  },
  line_codes: {
    id: id('its name'),
    ...seriesOf('r', 'x', 'b', 'ohm_per_km', 'S_per_km'),
    ...seriesOf('r', 'x', 'b', 'ohm_per_mile', 'uS_per_mile'),
    i_max_A: number('rating of each conductor; none when left out'),
  },
  wires: {
    id: id('its name'),
    r_ac_ohm_per_km: needed('resistance at the frequency of the feeder'),
    r_dc_ohm_per_km: number('resistance to direct current, for the earth model deri; r_ac/1.02 when left out'),
    gmr_m: needed('geometric mean radius'),
    radius_m: needed('outer radius'),
    radius_capacitance_m: number('radius for its capacitance, of a bundle; radius_m when left out'),
    insulation_outer_m: number('of a cable: diameter over the insulation'),
    insulation_thickness_m: number('of a cable: thickness of the insulation'),
    insulation_permittivity_frac: number(
      'of a cable: permittivity of the insulation, relative to vacuum; 2.3 (polyethylene) when left out',
    ),
    strands_count: number('concentric neutral: number of strands, which are earthed'),
    strands_circle_m: number('concentric neutral: diameter of the circle through the middles of the strands'),
    r_strand_ohm_per_km: number('concentric neutral: resistance of one strand'),
    gmr_strand_m: number('concentric neutral: geometric mean radius of one strand'),
    tape_outer_m: number('tape shield of copper, which is earthed: diameter over the tape'),
    tape_thickness_m: number('tape shield: thickness of the tape'),
    tape_overlap_frac: number('tape shield: part of the tape over the turn before; 0.2 when left out'),
  },
  geometries: {
    id: id('its name'),
    wires: records('a list of {wire, x_m, y_m}: the phases of the line in order, then neutrals, which are earthed and reduced away'),
    earth_ohm_m: number('resistivity of the ground; 100 when left out'),
    earth_model: word('deri (when left out), carson or fullCarson'),
  },
  placed_wires: {
    wire: id('which wire'),
    x_m: needed('across the line'),
    y_m: needed('above the ground; negative for what is buried'),
  },
  lines: {
    id: id('its name'),
    from: id('bus at its beginning'),
    to: id('bus at its end'),
    phases: phases(),
    phases_to: phases('conductors at the to bus; as phases when left out'),
    code: reference('line code, with a length'),
    geometry: reference('geometry, with a length'),
    length_km: number('length', 'length_ft'),
    length_ft: number('length', 'length_km'),
    ...seriesOf('r', 'x', 'b', 'ohm', 'S'),
    g_S: matrix('shunt conductance, lower triangle or whole; none when left out'),
    i_max_A: number("rating of each conductor; the code's, or none, when left out"),
    closed_from: flag('false: open at its beginning'),
    closed_to: flag('false: open at its end'),
  },
  switches: {
    id: id('its name'),
    from: id('bus on one side'),
    to: id('bus on the other'),
    phases: phases(),
    phases_to: phases('conductors at the to bus; as phases when left out'),
    closed: flag('true when left out'),
    r_ohm: number('resistance when closed; 1e-4 when left out'),
    x_ohm: number('reactance when closed; 0 when left out'),
    i_max_A: number('rating; none when left out'),
  },
  transformers: {
    id: id('its name'),
    cores_count: number('1, 2 or 3; as many as the first winding has coils when left out'),
    x_frac: numbers('leakage reactance of each pair of windings 12, 13, …, 23, …, on the rating of the first'),
    no_load_loss_frac: number('at rated voltage, on the rating of the first winding; 0 when left out'),
    magnetising_frac: number('magnetising current; 0 when left out'),
    magnetising_at: word('first, second, last (when left out), split or star'),
    zero_g_frac: matrix('zero-sequence conductance of the windings, where the coils do not give it; one row per winding'),
    zero_b_frac: matrix('zero-sequence susceptance of the windings'),
    antifloat_frac: number('admittance of each coil end to earth, on the rating of a core; 5e-7 when left out'),
    windings: records('a list of windings, the first is the reference of every fraction'),
    in_service: inService,
  },
  windings: {
    bus: id('where it ends'),
    connection: word('wye (when left out), delta, zigzag or coils'),
    phases: phases(
      'wye, zigzag: phases and star point (earth when no letter names one; [1, 2, 3]: none); delta: phases; coils: both ends of each',
    ),
    v_rated_kV: needed('between phases; across one coil for coils and for one core'),
    s_rated_kVA: needed('rating of the winding'),
    r_frac: number('resistance on the rating of the first winding; 0 when left out'),
    tap_pu: number('turns relative to v_rated_kV; 1 when left out'),
    clock: number('lag behind the first winding in hours of 30°'),
    turn_deg: number('further lag of a phase shifter, by coils of all phases in series; 0 when left out'),
    closed: flag('false: its phases are not connected'),
    r_neutral_ohm: number('neutral to earth; solid when left out'),
    x_neutral_ohm: number('neutral to earth; solid when left out'),
    tap_min_pu: number('lowest tap, where it has a changer'),
    tap_max_pu: number('highest tap'),
    tap_steps_count: number('steps over the whole range'),
  },
  shunts: {
    id: id('its name'),
    bus: id('where it stands'),
    phases: phases(),
    g_S: matrix('nodal conductance, lower triangle or whole; 0 when left out'),
    b_S: matrix('nodal susceptance, > 0 for a capacitor'),
    capacitor_kvar: numbers('instead of b_S: of each element at v_rated_kV'),
    connection: word('of capacitor_kvar: wye (when left out) or delta'),
    v_rated_kV: number("of capacitor_kvar: across one element; the bus's when left out"),
    steps_count: number('equal steps; 1 when left out'),
    closed_count: number('steps that are in; all when left out'),
    q_rated_kvar: number('all phases and steps together, for reports'),
    in_service: inService,
  },
  loads: {
    ...elements,
    p_kW: numbers('of each element, > 0 consumes'),
    q_kvar: numbers('of each element, > 0 consumes'),
    ...laws,
    v_low_pu: number('from v_min_pu down to this voltage the current falls in a straight line to that of the rated impedance'),
    ...profileUse,
  },
  generators: {
    ...elements,
    p_kW: numbers('of each element, + into the network'),
    q_kvar: numbers('of each element, + into the network; 0 when left out'),
    v_set_pu: number('positive-sequence voltage that it holds; fixed q when left out'),
    q_min_kvar: number('least q when it holds a voltage; no limit when left out'),
    q_max_kvar: number('largest q when it holds a voltage; no limit when left out'),
    ...laws,
    ...profileUse,
  },
  inverters: {
    ...elements,
    kind: word('pv (when left out) or storage'),
    s_rated_kVA: needed('apparent power that it can carry'),
    p_kW: number('what sun or storage offers, all phases together; 0 when left out'),
    p_rated_kW: number('rated active power; s_rated_kVA when left out'),
    q_kvar: number('all phases together; 0 when left out'),
    power_factor_frac: number('instead of q: + injects, − absorbs vars'),
    q_inject_max_kvar: number('limit of vars into the network'),
    q_absorb_max_kvar: number('limit of vars from the network'),
    priority: word('watt (when left out), var or powerFactor'),
    v_min_pu: number('below this voltage it is an impedance'),
    v_max_pu: number('above this voltage it is an impedance'),
    e_rated_kWh: number('storage: capacity'),
    e_start_kWh: number('storage: energy now; all of it when left out'),
    e_reserve_kWh: number('storage: never goes below; 0 when left out'),
    p_charge_max_kW: number('storage: p_rated_kW when left out'),
    p_discharge_max_kW: number('storage: p_rated_kW when left out'),
    eta_charge_frac: number('storage: 1 when left out'),
    eta_discharge_frac: number('storage: 1 when left out'),
    idle_kW: number('storage: own use; 0 when left out'),
    inverter_eta_x: numbers("storage: power on the store's side over s_rated_kVA, rising"),
    inverter_eta_y: numbers('storage: efficiency of the inverter at these powers; 1 when left out'),
    charge_below_frac: number('storage: charges while its profile is below; then the profile is a level, not its power'),
    discharge_above_frac: number('storage: discharges while its profile is above'),
    charge_from_h: number('storage: hour of the day at which it begins to charge when idle'),
    ...profileUse,
  },
  regulators: {
    id: id('its name'),
    transformer: id('whose tap it moves'),
    winding_measured: number('from 0; 1 when left out'),
    winding_moved: number('from 0; 1 when left out'),
    v_set_V: needed('voltage on the side of the relay'),
    band_V: needed('width of the band'),
    pt_ratio: needed('of the voltage transformer'),
    ct_rating_A: number('primary current of the current transformer; 1 when left out'),
    r_V: number('line-drop compensation at rated current; 0 when left out'),
    x_V: number('line-drop compensation at rated current; 0 when left out'),
    remote_bus: reference('bus that is measured instead'),
    remote_conductor: number('its conductor'),
    phase: { kind: 'cell', about: 'phase of the winding that is measured, from 0, or min or max of all' },
    delay_s: number('before the first tap; 15 when left out'),
    tap_delay_s: number('between taps; 2 when left out'),
    taps_per_change_count: number('1 when left out'),
    v_limit_V: number('ceiling of the local voltage on the side of the relay'),
    reversible: flag('has settings for power flowing backwards'),
    reverse_v_set_V: number('backwards: voltage'),
    reverse_band_V: number('backwards: width of the band'),
    reverse_r_V: number('backwards: compensation'),
    reverse_x_V: number('backwards: compensation'),
    enabled: flag('true when left out'),
  },
  capacitor_controls: {
    id: id('its name'),
    shunt: id('whose steps it switches'),
    element: id('what it measures'),
    element_kind: word('line, switch, transformer, shunt or source; may be left out where one alone has that id'),
    end: number('which end of it, from 0; 0 when left out'),
    kind: word('voltage, current, kvar, powerFactor or time'),
    on: needed('switches in'),
    off: needed('switches out'),
    pt_ratio: number('of the voltage transformer; 1 when left out'),
    ct_ratio: number('of the current transformer; 1 when left out'),
    phase: { kind: 'cell', about: 'phase that is measured, from 0, or mean, min or max of all' },
    delay_on_s: number('15 when left out'),
    delay_off_s: number('15 when left out'),
    dead_s: number('300 when left out'),
    v_override_min_V: number('with v_override_max_V: switches in below, whatever it measures'),
    v_override_max_V: number('with v_override_min_V: switches out above, whatever it measures'),
    enabled: flag('true when left out'),
  },
  inverter_controls: {
    id: id('its name'),
    inverters: { kind: 'ids', about: 'a list of ids', required: true },
    functions: records('a list of {kind: …}'),
    voltage: word('mean (when left out), max, min or positiveSequence'),
    remote_buses: list('buses that are looked at instead of the own terminal'),
    var_base: word('what vars are a fraction of: rating (when left out), maximum or available'),
    mean: word(
      'over time: base (the present voltage counts on the mean of the window) or voltage (the mean counts instead of the present one)',
    ),
    mean_window_s: number('with mean'),
    rate_lag_s: number('over time: time constant with which vars and the limit of watts follow; at once when left out'),
    rate_limit_per_s: number('over time: instead of rate_lag_s, the part of their base by which they change at most in a second'),
    enabled: flag('true when left out'),
  },
  functions: {
    kind: word('volt-var, volt-watt, watt-var, watt-pf, fixed-pf, fixed-var, voltage-regulation or dynamic-reactive-current'),
    x: numbers('of a curve: rising'),
    y: numbers('of a curve: as many as x'),
    hysteresis_pu: number('volt-var, over time: while the voltage falls the curve lies lower by this voltage'),
    of: word('volt-watt: base of y: rated (when left out), available or rating'),
    power_factor_frac: number('fixed-pf'),
    q_frac: number('fixed-var'),
    v_set_pu: number('voltage-regulation'),
    deadband_pu: number('voltage-regulation'),
    gain_low_pu: number('dynamic-reactive-current: below v_low_pu'),
    gain_high_pu: number('dynamic-reactive-current: above v_high_pu'),
    v_low_pu: number('dynamic-reactive-current'),
    v_high_pu: number('dynamic-reactive-current'),
    window_s: number('dynamic-reactive-current: of the mean voltage that is left behind'),
  },
  profiles: {
    id: id('its name'),
    step_s: needed('length of a step'),
    p: numbers('one per step'),
    q: numbers('one per step; as p when left out'),
    actual: flag('true: kW and kvar instead of multipliers; false when left out'),
  },
} as const satisfies Readonly<Record<string, ColumnSpecs>>;

/** Lists at the top of a document, in the order in which they are written. */
export const feederTables = [
  'buses',
  'sources',
  'line_codes',
  'wires',
  'geometries',
  'lines',
  'switches',
  'transformers',
  'shunts',
  'loads',
  'generators',
  'inverters',
  'regulators',
  'capacitor_controls',
  'inverter_controls',
  'profiles',
] as const satisfies readonly (keyof FeederDocument)[];

export type FeederTableName = (typeof feederTables)[number];

export const feederKeys = ['gridflock', 'name', 'source', 'frequency_Hz', ...feederTables] as const;
