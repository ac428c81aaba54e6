import { InputError } from '../../base/errors.ts';
import { buildNetwork } from '../../network/build.ts';
import type { FormingInverter, InnerLoops, Microgrid } from '../microgrid/microgrid.ts';

const filter = { r_filter_ohm: 0.1, l_filter_H: 1.35e-3, c_filter_F: 50e-6, feedforward_frac: 0.75 };
const first: InnerLoops = { ...filter, kp_A_per_V: 0.1, ki_A_per_Vs: 420, kp_V_per_A: 15, ki_V_per_As: 20_000 };
const further: InnerLoops = { ...filter, kp_A_per_V: 0.05, ki_A_per_Vs: 390, kp_V_per_A: 10.5, ki_V_per_As: 16_000 };

/**
 * The islanded microgrid of many papers on secondary control: inverters on a chain of buses at 380 V, 50 Hz, lines 0.23 + j0.1 and 0.35 + j0.58 Ω in
 * turn, loads at odd buses, 3 + j2 Ω at the first and 2 + j1 Ω at the others. Inverters `dg1` …, buses `bus1` …, lines `line1` …, loads `load1`, `load3` …
 *
 * @param inverters_count - at least 2; 4 is the original
 * @source Bidram, Lewis, Davoudi, Distributed control systems for small-scale power networks, IEEE Control Systems 34 (2014), with filters of
 *   Pogaku et al. (2007); the extension beyond four as in ORNL GridKit's example ScaleMicrogrid
 * @throws {InputError} SIMULATION_OPTION
 */
export function inverterChain(inverters_count: number): Microgrid {
  if (!Number.isInteger(inverters_count) || inverters_count < 2) {
    throw new InputError({
      code: 'SIMULATION_OPTION',
      message: `A chain of inverters has at least two of them, got ${inverters_count}`,
      hint: 'Take 4, 8, 10 or 16.',
    });
  }
  const places = Array.from({ length: inverters_count }, (_, k) => k + 1);
  const zBase_ohm = (0.38 * 0.38 * 1000) / 100;
  const network = buildNetwork({
    name: `chain of ${inverters_count} inverters`,
    s_base_kVA: 100,
    buses: places.map((k) => ({ id: `bus${k}`, v_base_kV: 0.38, v_min_pu: 0.9, v_max_pu: 1.1 })),
    branches: places.slice(1).map((k) => ({
      id: `line${k - 1}`,
      from: `bus${k - 1}`,
      to: `bus${k}`,
      r_pu: (k % 2 === 0 ? 0.23 : 0.35) / zBase_ohm,
      x_pu: (k % 2 === 0 ? 0.1 : 0.58) / zBase_ohm,
    })),
    source: 'Bidram, Lewis, Davoudi 2014; ORNL GridKit ScaleMicrogrid',
  });
  const inverters = places.map(
    (k): FormingInverter => ({
      id: `dg${k}`,
      bus: `bus${k}`,
      droop_rad_per_s_per_kW: k <= 2 ? 0.094 : 0.125,
      droop_V_per_kvar: k <= 2 ? 1.3 : 1.5,
      v_set_V: 380,
      filter_rad_per_s: 31.41,
      coupling: { r_ohm: 0.03, l_H: 0.35e-3 },
      loops: k <= 2 ? first : further,
    }),
  );
  const loads = places
    .filter((k) => k % 2 === 1)
    .map((k) => ({ id: `load${k}`, bus: `bus${k}`, ...(k === 1 ? { r_ohm: 3, x_ohm: 2 } : { r_ohm: 2, x_ohm: 1 }) }));
  return { network, frequency_Hz: 50, inverters, loads };
}
