/**
 * Distributed averaging proportional–integral control: frequency back to nominal with active power shared, and a tuned compromise between voltages and
 * reactive shares.
 *
 * k·dΩ/dt = −(ω − ω*) − a·Σ a_ij·(Ω_i − Ω_j),  ω_set = ω* + Ω
 * κ·de/dt = −β·(E − E*) − b·Σ a_ij·(Q_i/Q*_i − Q_j/Q*_j),  v_set = E* + e
 *
 * | symbol | parameter | unit |
 * |---|---|---|
 * | k, κ | k_s, kappa_s | s |
 * | a, b | a_frac, b_V | 1, V |
 * | β | beta_frac | 1 |
 * | Q* | q_rated_kvar | kvar |
 *
 * At rest ω = ω* and Ω is the same for all, so m·P is: droop stays in the inverter, P in proportion. β = 0 shares Q exactly, b = 0 holds every
 * voltage exactly. Far from rest the mean frequency error falls as e^(−t/k).
 * @source Simpson-Porco, Shafiee, Dörfler, Vásquez, Guerrero, Bullo, Secondary frequency and voltage control of islanded microgrids via distributed averaging,
 *   IEEE Trans. Industrial Electronics 62 (2015), eqs. (6), (8)
 */
import { affineLaw } from '../affine-law.ts';
import { defineController, type Law, pull } from '../contract.ts';

const WIDTH = 2;

export const dapi = defineController({
  name: 'dapi',
  title: 'distributed averaging: nominal frequency, shared P, a tuned compromise of V and Q',
  theorem:
    'On a connected undirected graph every equilibrium has ω = ω* and equal m·P; it is locally stable for lossless networks with angles below 90° (Simpson-Porco et al. 2015, theorem 1). Voltage: stable for b small against the filter of powers; look at the modes.',
  params: {
    w_nominal_rad_per_s: { type: 'number', min: 1, default: 100 * Math.PI, about: 'frequency to return to' },
    v_nominal_V: { type: 'number', min: 1e-3, about: 'line-to-line voltage to return to' },
    k_s: { type: 'number', min: 1e-6, default: 1.7, about: 'time constant of the frequency integral' },
    kappa_s: { type: 'number', min: 1e-6, default: 1, about: 'time constant of the voltage integral' },
    a_frac: { type: 'number', min: 0, default: 1, about: 'how strongly frequency corrections are averaged' },
    b_V: { type: 'number', min: 0, about: 'how strongly reactive shares are averaged' },
    beta_frac: { type: 'number', min: 0, about: 'how strongly this voltage is held' },
    q_rated_kvar: { type: 'number', min: 1e-9, about: 'reactive rating that shares are taken of' },
  },
  example: {
    w_nominal_rad_per_s: 100 * Math.PI,
    v_nominal_V: 398.4,
    k_s: 1.7,
    kappa_s: 1,
    a_frac: 1,
    b_V: 180,
    beta_frac: 1.2,
    q_rated_kvar: 0.8,
  },
  speed: { k_s: -1, kappa_s: -1 },
  build(p): Law {
    const { k_s, kappa_s, a_frac, b_V, beta_frac, q_rated_kvar } = p;
    return affineLaw({
      states: ['correction_rad_per_s', 'correction_V'],
      measures: ['w_rad_per_s', 'v_V', 'q_kvar'],
      commands: ['w_set_rad_per_s', 'v_set_V'],
      says: ['correction_rad_per_s', 'q_share_frac'],
      startInto(commands, x) {
        x[0] = commands[0] - p.w_nominal_rad_per_s;
        x[1] = commands[1] - p.v_nominal_V;
      },
      rateInto(x, y, heard, one, rate) {
        rate[0] = (one * p.w_nominal_rad_per_s - y[0] + a_frac * pull(heard, WIDTH, 0, x[0])) / k_s;
        rate[1] = (beta_frac * (one * p.v_nominal_V - y[1]) + b_V * pull(heard, WIDTH, 1, y[2] / q_rated_kvar)) / kappa_s;
      },
      commandInto(x, _y, one, commands) {
        commands[0] = one * p.w_nominal_rad_per_s + x[0];
        commands[1] = one * p.v_nominal_V + x[1];
      },
      sayInto(x, y, said) {
        said[0] = x[0];
        said[1] = y[2] / q_rated_kvar;
      },
    });
  },
});
