import { bothWays, buildGraph, type Graph } from '../../controllers/graph.ts';
import type { Area, AreaSystem, StorageUnit } from '../areas/areas.ts';

/** Storages of an area that hear each other around a ring, the first of them also their area. */
export interface StorageFleet {
  readonly area: string;
  readonly p_max_pu: number;
  readonly duration_s: number;
  /** Charges at the start, one storage each. */
  readonly charges_frac: readonly number[];
}

/**
 * Two equal areas of 60 Hz with reheat turbines: frequency bias B = D + 1/R = 0.425 pu/Hz.
 * @source set of Elgerd, Fosha, IEEE Trans. PAS-89 (1970); a like set is in github.com/vassildi7/simLFC. Storages are ours.
 */
export function twoAreas(fleet?: StorageFleet): AreaSystem {
  const area = (id: string): Area => ({
    id,
    inertia_pu_s_per_Hz: (2 * 5) / 60,
    damping_pu_per_Hz: 8.333e-3,
    droop_Hz_per_pu: 2.4,
    governor_s: 0.08,
    turbine_s: 10,
    lead_s: 5,
  });
  return {
    frequency_Hz: 60,
    areas: [area('area1'), area('area2')],
    ties: [{ id: 'tie12', from: 'area1', to: 'area2', stiffness_pu_per_s_per_Hz: 0.545 }],
    storages: fleet === undefined ? [] : storagesOf(fleet),
    coolers: [],
  };
}

/**
 * Three unequal areas of 60 Hz with turbines without reheat.
 * @source parameters as in Bevrani, Robust Power System Frequency Control (2009), where B = D + 1/R holds within 0.12 %
 */
export function threeAreas(): AreaSystem {
  const area = (id: string, d: number, inertia: number, r: number, governor_s: number, turbine_s: number): Area => ({
    id,
    inertia_pu_s_per_Hz: inertia,
    damping_pu_per_Hz: d,
    droop_Hz_per_pu: r,
    governor_s,
    turbine_s,
  });
  const tie = (from: number, to: number, t: number) => ({
    id: `tie${from}${to}`,
    from: `area${from}`,
    to: `area${to}`,
    stiffness_pu_per_s_per_Hz: 2 * Math.PI * t,
  });
  return {
    frequency_Hz: 60,
    areas: [
      area('area1', 0.015, 0.1667, 3, 0.08, 0.4),
      area('area2', 0.016, 0.2017, 2.73, 0.06, 0.44),
      area('area3', 0.015, 0.1247, 2.82, 0.07, 0.3),
    ],
    ties: [tie(1, 2, 0.2), tie(1, 3, 0.25), tie(2, 3, 0.12)],
    storages: [],
    coolers: [],
  };
}

const storagesOf = ({ area, p_max_pu, duration_s, charges_frac }: StorageFleet): StorageUnit[] =>
  charges_frac.map((e_start_frac, k) => ({ id: `ess${k + 1}`, area, p_max_pu: p_max_pu / charges_frac.length, duration_s, e_start_frac }));

/** Who hears whom: units around a ring, and those pinned hear their area. Agents: areas, then units. */
export function supportGraph(areas: readonly string[], leader: string, units: readonly string[], pinned: readonly string[]): Graph {
  const ring = units.length < 3 ? [] : units.flatMap((unit, k) => bothWays(unit, units[(k + 1) % units.length]));
  return buildGraph([...areas, ...units], [...ring, ...pinned.map((to) => ({ from: leader, to }))]);
}

/**
 * One area of 50 Hz with 20 clusters of air conditioners, 0.12 pu of it together, whose comforts differ by 0.09 at the start.
 * @source R and C of a home: Yang et al., Automatica 94 (2018); coefficient of performance: gridpiq.pnnl.gov; the rest is a reference scenario of ours
 */
export function cooledArea(clusters_count = 20): AreaSystem {
  return {
    frequency_Hz: 50,
    areas: [
      {
        id: 'area1',
        inertia_pu_s_per_Hz: (2 * 5) / 50,
        damping_pu_per_Hz: 1 / 50,
        droop_Hz_per_pu: 0.05 * 50,
        governor_s: 0.2,
        turbine_s: 7,
        lead_s: 2.1,
      },
    ],
    ties: [],
    storages: [],
    coolers: Array.from({ length: clusters_count }, (_, k) => ({
      id: `tcl${k + 1}`,
      area: 'area1',
      p_max_pu: 0.12 / clusters_count,
      p_rated_kW: 3,
      cop_frac: 2.7,
      heat_kWh_per_K: 2,
      loss_kW_per_K: 0.5,
      ambient_degC: 32,
      set_degC: 24,
      band_K: 1.5,
      comfort_start_frac: 0.5 + 0.046 * Math.cos((2 * Math.PI * 7 * k) / clusters_count),
    })),
  };
}
