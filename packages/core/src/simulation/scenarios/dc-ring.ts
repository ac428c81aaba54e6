import type { DcLoad, DcMicrogrid } from '../dc/dc-microgrid.ts';

/**
 * Four sources of 380 V on a ring of unequal cables, 28 kW of load at two buses: a reference scenario of ours.
 * @param kind - of both loads
 */
export function dcRing(kind: DcLoad['kind'] = 'power'): DcMicrogrid {
  const places = [1, 2, 3, 4];
  return {
    buses: places.map((k) => ({ id: `bus${k}`, c_F: 2e-3 })),
    cables: [0.1, 0.25, 0.15, 0.4].map((r_ohm, k) => ({
      id: `cable${k + 1}`,
      from: `bus${k + 1}`,
      to: `bus${((k + 1) % 4) + 1}`,
      r_ohm,
      l_H: 4e-4 * r_ohm,
    })),
    sources: places.map((k) => ({
      id: `source${k}`,
      bus: `bus${k}`,
      v_set_V: 380,
      droop_ohm: k <= 2 ? 0.4 : 0.8,
      filter_rad_per_s: 300,
      r_ohm: 0.05,
      l_H: 5e-4,
    })),
    loads: [
      { id: 'load1', bus: 'bus1', kind, p_kW: 18, v_nominal_V: 380 },
      { id: 'load3', bus: 'bus3', kind, p_kW: 10, v_nominal_V: 380 },
    ],
  };
}
