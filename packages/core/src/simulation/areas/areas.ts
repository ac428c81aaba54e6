import { didYouMean, InputError } from '../../base/errors.ts';

/**
 * Synchronous areas joined by ties, with what supports their frequency: storage and cooling. Powers are per unit of one base that all areas share, frequencies
 * are deviations in Hz; + is into the network.
 */
export interface AreaSystem {
  /** Nominal. */
  readonly frequency_Hz: number;
  readonly areas: readonly Area[];
  readonly ties: readonly Tie[];
  readonly storages: readonly StorageUnit[];
  readonly coolers: readonly CoolingCluster[];
}

/** Machines of an area as one, with governor and turbine. */
export interface Area {
  readonly id: string;
  /** 2H/f₀. */
  readonly inertia_pu_s_per_Hz: number;
  /** D: how much load falls when frequency does. */
  readonly damping_pu_per_Hz: number;
  /** R of the governor. */
  readonly droop_Hz_per_pu: number;
  readonly governor_s: number;
  /** T_b: of the turbine, or of the reheater that follows it. */
  readonly turbine_s: number;
  /** T_a: with a reheater, the part that acts at once is T_a/T_b. Default 0: none. */
  readonly lead_s?: number | undefined;
}

/** dP/dt = 2πT·(f_from − f_to): power from the first area to the second. */
export interface Tie {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** 2π·T. */
  readonly stiffness_pu_per_s_per_Hz: number;
}

/** Storage that answers faster than anything else here: its power is what is commanded. */
export interface StorageUnit {
  readonly id: string;
  readonly area: string;
  readonly p_max_pu: number;
  /** How long full power lasts from full to empty. */
  readonly duration_s: number;
  readonly e_start_frac: number;
}

/** Many alike air conditioners of variable speed, as one. */
export interface CoolingCluster {
  readonly id: string;
  readonly area: string;
  /** All of them at full power. */
  readonly p_max_pu: number;
  /** Of one: electrical power, heat moved per electrical power. */
  readonly p_rated_kW: number;
  readonly cop_frac: number;
  /** Of one home: C, 1/R. */
  readonly heat_kWh_per_K: number;
  readonly loss_kW_per_K: number;
  readonly ambient_degC: number;
  /** T_s; comfort is 0 … 1 from `band_K` below to `band_K` above. */
  readonly set_degC: number;
  readonly band_K: number;
  /** Where it starts; default 0.5. */
  readonly comfort_start_frac?: number | undefined;
}

/** Where parts stand, by index of their area. */
export interface PlacedAreas {
  readonly tieFrom: readonly number[];
  readonly tieTo: readonly number[];
  readonly storageArea: readonly number[];
  readonly coolerArea: readonly number[];
}

/**
 * α at which a cluster holds its set temperature: (T_a − T_s)/(R·η·P̄), as a part of full power.
 */
export const restingShare_frac = ({ ambient_degC, set_degC, loss_kW_per_K, cop_frac, p_rated_kW }: CoolingCluster): number =>
  ((ambient_degC - set_degC) * loss_kW_per_K) / (cop_frac * p_rated_kW);

/**
 * Checks a system of areas and says where its parts stand.
 * @throws {InputError} AREA_PART
 */
export function placeAreas({ frequency_Hz, areas, ties, storages, coolers }: AreaSystem): PlacedAreas {
  if (areas.length === 0) throw badPart('A system of areas needs at least one area', 'areas');
  positive('frequency_Hz', frequency_Hz, 'the system');
  const ids = new Set<string>();
  for (const { id } of [...areas, ...ties, ...storages, ...coolers]) {
    if (ids.has(id)) throw badPart(`"${id}" is there twice`, id, 'Give each part its own id: inputs and outputs are named after it.');
    ids.add(id);
  }
  for (const area of areas) {
    for (const name of ['inertia_pu_s_per_Hz', 'droop_Hz_per_pu', 'governor_s', 'turbine_s'] as const) positive(name, area[name], area.id);
    notNegative('damping_pu_per_Hz', area.damping_pu_per_Hz, area.id);
    notNegative('lead_s', area.lead_s ?? 0, area.id);
  }
  const names = areas.map(({ id }) => id);
  const areaOf = (name: string, id: string): number => {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    throw badPart(`"${id}" is at area "${name}", which does not exist`, id, didYouMean(name, names) ?? 'Correct the name.');
  };
  for (const { id, from, to, stiffness_pu_per_s_per_Hz } of ties) {
    positive('stiffness_pu_per_s_per_Hz', stiffness_pu_per_s_per_Hz, id);
    if (from === to) throw badPart(`Tie "${id}" leads from area "${from}" to itself`, id, 'Name two areas.');
  }
  for (const { id, p_max_pu, duration_s, e_start_frac } of storages) {
    positive('p_max_pu', p_max_pu, id);
    positive('duration_s', duration_s, id);
    within('e_start_frac', e_start_frac, id);
  }
  for (const cluster of coolers) {
    const positives = ['p_max_pu', 'p_rated_kW', 'cop_frac', 'heat_kWh_per_K', 'loss_kW_per_K', 'band_K'] as const;
    for (const name of positives) positive(name, cluster[name], cluster.id);
    within('comfort_start_frac', cluster.comfort_start_frac ?? 0.5, cluster.id);
    const rest_frac = restingShare_frac(cluster);
    if (!(rest_frac >= 0 && rest_frac <= 1)) {
      throw badPart(
        `Cluster "${cluster.id}" would need ${(100 * rest_frac).toPrecision(3)} % of its power to hold ${cluster.set_degC} degrees`,
        cluster.id,
        'Change its power, its losses, or the temperatures.',
      );
    }
  }
  return {
    tieFrom: ties.map(({ id, from }) => areaOf(from, id)),
    tieTo: ties.map(({ id, to }) => areaOf(to, id)),
    storageArea: storages.map(({ id, area }) => areaOf(area, id)),
    coolerArea: coolers.map(({ id, area }) => areaOf(area, id)),
  };
}

function positive(name: string, value: number, id: string): void {
  if (!(value > 0 && value < Infinity)) throw badPart(`"${name}" of "${id}" must be above 0, got ${value}`, id);
}

function notNegative(name: string, value: number, id: string): void {
  if (!(value >= 0 && value < Infinity)) throw badPart(`"${name}" of "${id}" must be at least 0, got ${value}`, id);
}

function within(name: string, value: number, id: string): void {
  if (!(value >= 0 && value <= 1)) throw badPart(`"${name}" of "${id}" must be between 0 and 1, got ${value}`, id);
}

function badPart(
  message: string,
  where: string,
  hint = 'Without inertia, droop or time constants a state would move at once; a size is positive.',
): InputError {
  return new InputError({ code: 'AREA_PART', message, where, hint });
}
