/**
 * Buildings that cool, with load and sun of their own, behind one connection to the grid.
 *
 * | state | rate |
 * |---|---|
 * | T | ((T_a − T)/R − η·P_c·α)/C; P_c electrical cooling at full power, α the command within 0 … 1 |
 *
 * p = p_sun − p_load − P_c·α (+ into the network),  surplus = p − p_plan;  comfort β = ½ + (T − T_s)/(2·ΔT)
 *
 * | | names |
 * |---|---|
 * | inputs | `<building>.alpha_set_frac`, `.p_sun_kW`, `.p_load_kW`, `.p_plan_kW` |
 * | outputs | `<building>.comfort_frac`, `.surplus_kW`, `.p_kW` |
 * | parameters | `<building>.ambient_degC` |
 * @source C·dT/dt = (T_a − T)/R − η·P: Yang et al., Automatica 94 (2018)
 */
import { InputError } from '../../base/errors.ts';
import { checkedParameter, type Plant, placeOf, type State } from '../plant.ts';

export interface Building {
  readonly id: string;
  /** Electrical, of cooling at full power. */
  readonly p_max_kW: number;
  readonly cop_frac: number;
  readonly heat_kWh_per_K: number;
  readonly loss_kW_per_K: number;
  readonly ambient_degC: number;
  readonly set_degC: number;
  readonly band_K: number;
  readonly comfort_start_frac: number;
  /** At the start; both are inputs. */
  readonly p_sun_kW: number;
  readonly p_load_kW: number;
}

const S_PER_H = 3600;
const INPUTS = 4;
const OUTPUTS = 3;

/**
 * At the start every building holds its set temperature and plans what it then has.
 * @throws {InputError} BUILDING_PART
 */
export function buildingPlant(buildings: readonly Building[]): Plant {
  checkBuildings(buildings);
  const ambient = Float64Array.from(buildings, ({ ambient_degC }) => ambient_degC);
  const names = buildings.map(({ id }) => `${id}.ambient_degC`);
  const coolingTo = ({ p_max_kW }: Building, command: number): number => p_max_kW * Math.min(1, Math.max(0, command));
  const coolingTangent = ({ p_max_kW }: Building, command: number, d: number): number => (command > 0 && command < 1 ? p_max_kW : 0) * d;
  return {
    title: 'buildings',
    states: buildings.map(({ id }): State => ({ name: `${id}.room_degC`, equation: `C·dT/dt = (T_a − T)/R − η·P·α of building "${id}"` })),
    inputs: buildings.flatMap(({ id }) => [`${id}.alpha_set_frac`, `${id}.p_sun_kW`, `${id}.p_load_kW`, `${id}.p_plan_kW`]),
    outputs: buildings.flatMap(({ id }) => [`${id}.comfort_frac`, `${id}.surplus_kW`, `${id}.p_kW`]),
    parameters: names,
    startInto(x) {
      buildings.forEach(({ set_degC, band_K, comfort_start_frac }, k) => {
        x[k] = set_degC + band_K * (2 * comfort_start_frac - 1);
      });
    },
    inputsInto(u) {
      buildings.forEach((building, k) => {
        const { p_sun_kW, p_load_kW, p_max_kW } = building;
        const rest = restOf(building);
        u.set([rest, p_sun_kW, p_load_kW, p_sun_kW - p_load_kW - p_max_kW * rest], INPUTS * k);
      });
    },
    derivativeInto(x, u, rate) {
      for (let k = 0; k < buildings.length; k++) {
        const { loss_kW_per_K, cop_frac, heat_kWh_per_K } = buildings[k];
        const heat_kW = loss_kW_per_K * (ambient[k] - x[k]) - cop_frac * coolingTo(buildings[k], u[INPUTS * k]);
        rate[k] = heat_kW / (S_PER_H * heat_kWh_per_K);
      }
    },
    outputsInto(x, u, y) {
      for (let k = 0; k < buildings.length; k++) {
        const { set_degC, band_K } = buildings[k];
        const at = INPUTS * k;
        const p_kW = u[at + 1] - u[at + 2] - coolingTo(buildings[k], u[at]);
        y[OUTPUTS * k] = 0.5 + (x[k] - set_degC) / (2 * band_K);
        y[OUTPUTS * k + 1] = p_kW - u[at + 3];
        y[OUTPUTS * k + 2] = p_kW;
      }
    },
    tangentInto(_x, u, dx, du, dRate, dOutputs) {
      for (let k = 0; k < buildings.length; k++) {
        const { loss_kW_per_K, cop_frac, heat_kWh_per_K, band_K } = buildings[k];
        const at = INPUTS * k;
        const dCooling = coolingTangent(buildings[k], u[at], du[at]);
        const dp = du[at + 1] - du[at + 2] - dCooling;
        dRate[k] = (-loss_kW_per_K * dx[k] - cop_frac * dCooling) / (S_PER_H * heat_kWh_per_K);
        dOutputs[OUTPUTS * k] = dx[k] / (2 * band_K);
        dOutputs[OUTPUTS * k + 1] = dp - du[at + 3];
        dOutputs[OUTPUTS * k + 2] = dp;
      }
    },
    readParameter: (name) => ambient[placeOf(name, names, 'parameter of the buildings')],
    change(name, value) {
      ambient[placeOf(name, names, 'parameter of the buildings')] = checkedParameter(name, value, -Infinity);
    },
  };
}

/** α at which the set temperature holds. */
const restOf = ({ ambient_degC, set_degC, loss_kW_per_K, cop_frac, p_max_kW }: Building): number =>
  ((ambient_degC - set_degC) * loss_kW_per_K) / (cop_frac * p_max_kW);

function checkBuildings(buildings: readonly Building[]): void {
  const bad = (message: string, where: string): InputError =>
    new InputError({
      code: 'BUILDING_PART',
      message,
      where,
      hint: 'Correct the value: sizes are positive, and cooling must be able to hold the set temperature.',
    });
  if (buildings.length === 0) throw bad('A community needs at least one building', 'buildings');
  const ids = new Set<string>();
  for (const building of buildings) {
    const { id } = building;
    if (ids.has(id)) throw bad(`Building "${id}" is there twice`, id);
    ids.add(id);
    for (const name of ['p_max_kW', 'cop_frac', 'heat_kWh_per_K', 'loss_kW_per_K', 'band_K'] as const) {
      if (!(building[name] > 0 && building[name] < Infinity)) throw bad(`"${name}" of "${id}" must be above 0, got ${building[name]}`, id);
    }
    const rest = restOf(building);
    if (!(rest >= 0 && rest <= 1)) {
      throw bad(`Building "${id}" would need ${(100 * rest).toPrecision(3)} % of its cooling to hold ${building.set_degC} degrees`, id);
    }
  }
}
