import { buildNetwork } from '../../network/build.ts';
import type { Microgrid } from '../microgrid/microgrid.ts';

/** Peak phase volts, as the source counts, in one line-to-line volt: P = 1.5·E·I* there, V·I* here. */
export const peakPerVolt = 1 / Math.sqrt(1.5);

/** Ratings of the four inverters. */
export const dapiRatings = { p_kW: [1.4, 0.7, 0.7, 1.4], q_kvar: [0.8, 0.4, 0.4, 0.8] } as const;

/**
 * Four inverters in a chain as in the experiments on distributed averaging: 325.3 V peak, 50 Hz, loads of 80 + j30 Ω at both ends and a third of
 * 200 + j60 Ω at bus 1, which is off at first (`extra.scale_frac`).
 * Lines and filters are those of the published script; ratings and loads complete it and are ours.
 * @source Simpson-Porco et al., IEEE Trans. Industrial Electronics 62 (2015); github.com/gfroessilva/InverterChains
 */
export function dapiChain(): Microgrid {
  const v_base_kV = 0.4;
  const perUnit = 10 / (v_base_kV * v_base_kV * 1000);
  const w = 100 * Math.PI;
  const network = buildNetwork({
    name: 'four inverters of distributed averaging',
    s_base_kVA: 10,
    buses: [1, 2, 3, 4].map((k) => ({ id: `bus${k}`, v_base_kV, v_min_pu: 0.9, v_max_pu: 1.1 })),
    branches: [
      { r_ohm: 0.8, l_H: 3.6e-3 },
      { r_ohm: 0.4, l_H: 1.8e-3 },
      { r_ohm: 0.7, l_H: 1.9e-3 },
    ].map(({ r_ohm, l_H }, k) => ({
      id: `line${k + 1}`,
      from: `bus${k + 1}`,
      to: `bus${k + 2}`,
      r_pu: r_ohm * perUnit,
      x_pu: w * l_H * perUnit,
    })),
    source: 'Simpson-Porco et al. 2015',
  });
  const inverters = dapiRatings.p_kW.map((p_kW, k) => ({
    id: `dg${k + 1}`,
    bus: `bus${k + 1}`,
    droop_rad_per_s_per_kW: (2.5 * 1.4) / p_kW,
    droop_V_per_kvar: (1.5 * 0.8) / dapiRatings.q_kvar[k] / peakPerVolt,
    v_set_V: 325.3 / peakPerVolt,
    filter_rad_per_s: 31.4,
    coupling: { r_ohm: 0.05, l_H: 1.8e-3 },
  }));
  const loads = [
    { id: 'load1', bus: 'bus1', r_ohm: 80, x_ohm: 30 },
    { id: 'load4', bus: 'bus4', r_ohm: 80, x_ohm: 30 },
    { id: 'extra', bus: 'bus1', r_ohm: 200, x_ohm: 60 },
  ];
  return { network, frequency_Hz: 50, inverters, loads };
}
