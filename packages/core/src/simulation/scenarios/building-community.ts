import type { Building } from '../buildings/building-plant.ts';

/** Six buildings with sun on their roofs, unequal in size and comfort: a reference scenario of ours. */
export const buildingCommunity = (): Building[] =>
  [
    [30, 25],
    [40, 30],
    [25, 15],
    [50, 45],
    [35, 40],
    [45, 20],
  ].map(([p_max_kW, p_sun_kW], k) => ({
    id: `building${k + 1}`,
    p_max_kW,
    cop_frac: 3,
    heat_kWh_per_K: 0.7 * p_max_kW,
    loss_kW_per_K: 0.2 * p_max_kW,
    ambient_degC: 32,
    set_degC: 24,
    band_K: 1.5,
    comfort_start_frac: 0.5 + 0.08 * Math.cos(2 * k),
    p_sun_kW,
    p_load_kW: 0.2 * p_max_kW,
  }));
