/**
 * Load–frequency dynamics of joined areas, linear but for the limits of storage and cooling.
 *
 * | state | rate |
 * |---|---|
 * | Δf_i, deviation_Hz | (P_m − P_L + P_sup − P_tie − D·Δf)/(2H/f₀) |
 * | P_g, governor | (P_c − Δf/R − P_g)/T_g |
 * | P_m, turbine | (P_g − P_m + T_a·dP_g/dt)/T_b |
 * | P_tie,ij | 2πT·(Δf_i − Δf_j), while the tie is closed |
 * | e, state of charge | −p/duration |
 * | T, cooled homes | ((T_a − T)/R − η·P̄·α)/C |
 *
 * P_sup,i = Σ p_max·p of its storages + Σ p_max·(α_rest − α) of its clusters: cooling less than at rest is power. p is the command within ±1, and in the last
 * `TAPER_FRAC` of charge only what is left of it; α is the command within 0 … 1. All powers are deviations from a balance.
 *
 * | | names |
 * |---|---|
 * | inputs | `<area>.p_load_pu`, `.p_set_pu` (P_c), `.recover_frac` (an order of the operator to its coolers, passed on); `<storage>.p_set_frac`; `<cluster>.alpha_set_frac` |
 * | outputs | `<area>.deviation_Hz`, `.p_tie_pu`, `.p_mech_pu`, `.p_support_pu`, `.recover_frac`; `<storage>.e_frac`, `.p_frac`; `<cluster>.comfort_frac`, `.alpha_frac` |
 * | parameters | `<area>.droop_Hz_per_pu`, `.damping_pu_per_Hz`, `.inertia_pu_s_per_Hz`; `<tie>.isClosed`; `<cluster>.ambient_degC` |
 * @source Kundur, Power System Stability and Control (1994), section 11.1; Elgerd, Fosha, IEEE Trans. PAS-89 (1970); cooling: the sheet on control, section 12.1,
 *   after Yang et al., Automatica 94 (2018)
 */
import { checkedParameter, type Plant, placeOf, type State } from '../plant.ts';
import { type AreaSystem, type PlacedAreas, placeAreas, restingShare_frac } from './areas.ts';

/** Part of the charge at either end within which storage gives less. */
const TAPER_FRAC = 0.01;
const S_PER_H = 3600;
const [AREA_STATES, AREA_INPUTS, AREA_OUTPUTS] = [3, 3, 5];

/** @throws {InputError} AREA_PART */
export function areaPlant(system: AreaSystem): Plant {
  return new AreaPlant(system);
}

class AreaPlant implements Plant {
  readonly title = 'areas';
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters: readonly string[];
  private readonly system: AreaSystem;
  private readonly places: PlacedAreas;
  private readonly inertia: Float64Array;
  private readonly damping: Float64Array;
  private readonly droop: Float64Array;
  private readonly ambient: Float64Array;
  private readonly rest: Float64Array;
  private readonly tieClosed: Float64Array;
  private readonly slots: ReadonlyMap<string, Slot>;
  /** Where kinds begin: among the states, and among the inputs. */
  private readonly tiesAt: number;
  private readonly chargesAt: number;
  private readonly roomsAt: number;
  private readonly powersAt: number;
  private readonly alphasAt: number;
  /** Sums by area of what ties carry away and what supports give, and their directions. */
  private readonly tie: Float64Array;
  private readonly support: Float64Array;

  constructor(system: AreaSystem) {
    const { areas, ties, storages, coolers } = system;
    this.places = placeAreas(system);
    this.system = system;
    this.tiesAt = AREA_STATES * areas.length;
    this.chargesAt = this.tiesAt + ties.length;
    this.roomsAt = this.chargesAt + storages.length;
    this.powersAt = AREA_INPUTS * areas.length;
    this.alphasAt = this.powersAt + storages.length;
    this.states = [
      ...areas.flatMap(({ id }) => [
        { name: `${id}.deviation_Hz`, equation: `2H·dΔf/dt = P_m − P_L + P_sup − P_tie − D·Δf of area "${id}"` },
        { name: `${id}.p_governor_pu`, equation: `T_g·dP_g/dt = P_c − Δf/R − P_g of area "${id}"` },
        { name: `${id}.p_turbine_pu`, equation: `T_b·dP_m/dt = P_g − P_m + T_a·dP_g/dt of area "${id}"` },
      ]),
      ...ties.map(({ id }) => ({ name: `${id}.p_pu`, equation: `dP/dt = 2πT·(Δf_i − Δf_j) of tie "${id}"` })),
      ...storages.map(({ id }) => ({ name: `${id}.charge_frac`, equation: `de/dt = −p/duration of storage "${id}"` })),
      ...coolers.map(({ id }) => ({ name: `${id}.room_degC`, equation: `C·dT/dt = (T_a − T)/R − η·P·α of cluster "${id}"` })),
    ];
    this.inputs = [
      ...areas.flatMap(({ id }) => [`${id}.p_load_pu`, `${id}.p_set_pu`, `${id}.recover_frac`]),
      ...storages.map(({ id }) => `${id}.p_set_frac`),
      ...coolers.map(({ id }) => `${id}.alpha_set_frac`),
    ];
    this.outputs = [
      ...areas.flatMap(({ id }) =>
        ['deviation_Hz', 'p_tie_pu', 'p_mech_pu', 'p_support_pu', 'recover_frac'].map((name) => `${id}.${name}`),
      ),
      ...storages.flatMap(({ id }) => [`${id}.e_frac`, `${id}.p_frac`]),
      ...coolers.flatMap(({ id }) => [`${id}.comfort_frac`, `${id}.alpha_frac`]),
    ];
    this.inertia = Float64Array.from(areas, (area) => area.inertia_pu_s_per_Hz);
    this.damping = Float64Array.from(areas, (area) => area.damping_pu_per_Hz);
    this.droop = Float64Array.from(areas, (area) => area.droop_Hz_per_pu);
    this.ambient = Float64Array.from(coolers, (cluster) => cluster.ambient_degC);
    this.rest = Float64Array.from(coolers, restingShare_frac);
    this.tieClosed = new Float64Array(ties.length).fill(1);
    this.slots = new Map<string, Slot>([
      ...areas.flatMap(({ id }, at): [string, Slot][] => [
        [`${id}.droop_Hz_per_pu`, { values: this.droop, at, min: Number.MIN_VALUE }],
        [`${id}.damping_pu_per_Hz`, { values: this.damping, at, min: 0 }],
        [`${id}.inertia_pu_s_per_Hz`, { values: this.inertia, at, min: Number.MIN_VALUE }],
      ]),
      ...ties.map(({ id }, at): [string, Slot] => [`${id}.isClosed`, { values: this.tieClosed, at, min: 0 }]),
      ...coolers.map(({ id }, at): [string, Slot] => [`${id}.ambient_degC`, { values: this.ambient, at, min: -Infinity }]),
    ]);
    this.parameters = [...this.slots.keys()];
    this.tie = new Float64Array(areas.length);
    this.support = new Float64Array(areas.length);
  }

  /** A balance: nothing deviates, storages and rooms as they are said to start. */
  startInto(x: Float64Array): void {
    const { storages, coolers } = this.system;
    x.fill(0);
    storages.forEach(({ e_start_frac }, k) => {
      x[this.chargesAt + k] = e_start_frac;
    });
    coolers.forEach(({ set_degC, band_K, comfort_start_frac = 0.5 }, k) => {
      x[this.roomsAt + k] = set_degC + band_K * (2 * comfort_start_frac - 1);
    });
  }

  /** No disturbance, no support: storages idle, clusters at the power that holds their temperature. */
  inputsInto(u: Float64Array): void {
    u.fill(0);
    u.set(this.rest, this.alphasAt);
  }

  /** this.tie, this.support ← sums by area */
  private sums(x: Float64Array, u: Float64Array): void {
    const { tie, support, places, tiesAt, chargesAt, powersAt, alphasAt, rest } = this;
    const { storages, coolers } = this.system;
    tie.fill(0);
    support.fill(0);
    for (let l = 0; l < places.tieFrom.length; l++) {
      tie[places.tieFrom[l]] += x[tiesAt + l];
      tie[places.tieTo[l]] -= x[tiesAt + l];
    }
    for (let k = 0; k < storages.length; k++)
      support[places.storageArea[k]] += storages[k].p_max_pu * storedPower(x[chargesAt + k], u[powersAt + k]);
    for (let k = 0; k < coolers.length; k++)
      support[places.coolerArea[k]] += coolers[k].p_max_pu * (rest[k] - clamp(u[alphasAt + k], 0, 1));
  }

  /** The same along a direction. */
  private sumTangents(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array): void {
    const { tie, support, places, tiesAt, chargesAt, powersAt, alphasAt } = this;
    const { storages, coolers } = this.system;
    tie.fill(0);
    support.fill(0);
    for (let l = 0; l < places.tieFrom.length; l++) {
      tie[places.tieFrom[l]] += dx[tiesAt + l];
      tie[places.tieTo[l]] -= dx[tiesAt + l];
    }
    for (let k = 0; k < storages.length; k++) {
      support[places.storageArea[k]] +=
        storages[k].p_max_pu * storedPowerTangent(x[chargesAt + k], u[powersAt + k], dx[chargesAt + k], du[powersAt + k]);
    }
    for (let k = 0; k < coolers.length; k++) {
      support[places.coolerArea[k]] -= coolers[k].p_max_pu * clampSlope(u[alphasAt + k], 0, 1) * du[alphasAt + k];
    }
  }

  /** Linear in x, u and the sums: serves values and directions. */
  private machineRatesInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    const { tie, support, inertia, damping, droop, places, tiesAt, tieClosed } = this;
    const { areas, ties } = this.system;
    for (let i = 0; i < areas.length; i++) {
      const at = AREA_STATES * i;
      const { governor_s, turbine_s, lead_s = 0 } = areas[i];
      const f = x[at];
      const p_gov = x[at + 1];
      const p_mech = x[at + 2];
      rate[at] = (p_mech - u[AREA_INPUTS * i] + support[i] - tie[i] - damping[i] * f) / inertia[i];
      rate[at + 1] = (u[AREA_INPUTS * i + 1] - f / droop[i] - p_gov) / governor_s;
      rate[at + 2] = (p_gov - p_mech + lead_s * rate[at + 1]) / turbine_s;
    }
    for (let l = 0; l < ties.length; l++) {
      const between = x[AREA_STATES * places.tieFrom[l]] - x[AREA_STATES * places.tieTo[l]];
      rate[tiesAt + l] = tieClosed[l] * ties[l].stiffness_pu_per_s_per_Hz * between;
    }
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    this.sums(x, u);
    this.machineRatesInto(x, u, rate);
    const { chargesAt, roomsAt, powersAt, alphasAt, ambient } = this;
    const { storages, coolers } = this.system;
    for (let k = 0; k < storages.length; k++)
      rate[chargesAt + k] = -storedPower(x[chargesAt + k], u[powersAt + k]) / storages[k].duration_s;
    for (let k = 0; k < coolers.length; k++) {
      const { loss_kW_per_K, cop_frac, p_rated_kW, heat_kWh_per_K } = coolers[k];
      const heat_kW = loss_kW_per_K * (ambient[k] - x[roomsAt + k]) - cop_frac * p_rated_kW * clamp(u[alphasAt + k], 0, 1);
      rate[roomsAt + k] = heat_kW / (S_PER_H * heat_kWh_per_K);
    }
  }

  outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    this.sums(x, u);
    this.areaOutputsInto(x, u, y);
    const { chargesAt, roomsAt, powersAt, alphasAt } = this;
    const { areas, storages, coolers } = this.system;
    let at = AREA_OUTPUTS * areas.length;
    for (let k = 0; k < storages.length; k++) {
      y[at++] = x[chargesAt + k];
      y[at++] = storedPower(x[chargesAt + k], u[powersAt + k]);
    }
    for (let k = 0; k < coolers.length; k++) {
      y[at++] = 0.5 + (x[roomsAt + k] - coolers[k].set_degC) / (2 * coolers[k].band_K);
      y[at++] = clamp(u[alphasAt + k], 0, 1);
    }
  }

  /** Linear: serves values and directions. */
  private areaOutputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    const { tie, support } = this;
    for (let i = 0; i < tie.length; i++) {
      const at = AREA_OUTPUTS * i;
      y[at] = x[AREA_STATES * i];
      y[at + 1] = tie[i];
      y[at + 2] = x[AREA_STATES * i + 2];
      y[at + 3] = support[i];
      y[at + 4] = u[AREA_INPUTS * i + 2];
    }
  }

  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    this.sumTangents(x, u, dx, du);
    this.machineRatesInto(dx, du, dRate);
    this.areaOutputsInto(dx, du, dOutputs);
    const { chargesAt, roomsAt, powersAt, alphasAt } = this;
    const { areas, storages, coolers } = this.system;
    let at = AREA_OUTPUTS * areas.length;
    for (let k = 0; k < storages.length; k++) {
      const dp = storedPowerTangent(x[chargesAt + k], u[powersAt + k], dx[chargesAt + k], du[powersAt + k]);
      dRate[chargesAt + k] = -dp / storages[k].duration_s;
      dOutputs[at++] = dx[chargesAt + k];
      dOutputs[at++] = dp;
    }
    for (let k = 0; k < coolers.length; k++) {
      const { loss_kW_per_K, cop_frac, p_rated_kW, heat_kWh_per_K, band_K } = coolers[k];
      const dAlpha = clampSlope(u[alphasAt + k], 0, 1) * du[alphasAt + k];
      dRate[roomsAt + k] = (-loss_kW_per_K * dx[roomsAt + k] - cop_frac * p_rated_kW * dAlpha) / (S_PER_H * heat_kWh_per_K);
      dOutputs[at++] = dx[roomsAt + k] / (2 * band_K);
      dOutputs[at++] = dAlpha;
    }
  }

  readParameter(name: string): number {
    const { values, at } = this.slotOf(name);
    return values[at];
  }

  /** An opened tie carries nothing from that moment on. */
  change(name: string, value: number, x: Float64Array): void {
    const { values, at, min } = this.slotOf(name);
    const checked = checkedParameter(name, value, min);
    values[at] = values === this.tieClosed && checked !== 0 ? 1 : checked;
    if (values === this.tieClosed && checked === 0) x[this.tiesAt + at] = 0;
  }

  private slotOf(name: string): Slot {
    placeOf(name, this.parameters, 'parameter of the areas');
    return this.slots.get(name)!;
  }
}

interface Slot {
  readonly values: Float64Array;
  readonly at: number;
  readonly min: number;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const clampSlope = (value: number, least: number, most: number): number => (value > least && value < most ? 1 : 0);

/** What is left of full power at this charge, in the direction of `p`. */
const available = (e: number, p: number): number => clamp((p > 0 ? e : 1 - e) / TAPER_FRAC, 0, 1);

/** p of a storage with charge e under a command. */
function storedPower(e: number, command: number): number {
  const p = clamp(command, -1, 1);
  return p * available(e, p);
}

function storedPowerTangent(e: number, command: number, de: number, dCommand: number): number {
  const p = clamp(command, -1, 1);
  const left = available(e, p);
  const slope = left > 0 && left < 1 ? (p > 0 ? 1 : -1) / TAPER_FRAC : 0;
  return left * clampSlope(command, -1, 1) * dCommand + p * slope * de;
}
