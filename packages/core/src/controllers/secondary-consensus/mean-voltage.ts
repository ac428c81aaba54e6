/**
 * Secondary control that shares both powers exactly: consensus for frequency and active power, and for voltage an observer of the mean.
 *
 * dω_set/dt = c_w·[Σ a_ij·(ω_j − ω_i) + g·(ω_ref − ω_i)] + c_p·Σ a_ij·(m_j·P_j − m_i·P_i)
 * v̄_i = V_i + z_i,  dz_i/dt = k_o·Σ a_ij·(v̄_j − v̄_i)
 * dv_set/dt = c_v·(V_ref − v̄_i) + c_q·Σ a_ij·(n_j·Q_j − n_i·Q_i)
 *
 * On an undirected graph Σ dz/dt = 0, so with z = 0 at the start the mean of v̄ is the mean of V at all times: at rest n·Q is equal and the mean voltage is V_ref. An
 * agent that starts later, or again, must start from z = 0 together with all others.
 * @source observer: Nasirian, Moayedi, Davoudi, Lewis, Distributed cooperative control of DC microgrids, IEEE Trans. Power Electronics 30 (2015), here for AC voltages;
 *   dynamic consensus: Spanos, Olfati-Saber, Murray, IFAC 2005
 */
import { affineLaw } from '../affine-law.ts';
import { defineController, type Law, pull } from '../contract.ts';
import { consensusExample, consensusParams, consensusSpeed } from './params.ts';

const WIDTH = 4;

export const meanVoltage = defineController({
  name: 'secondary-consensus',
  title: 'nominal frequency, mean voltage at its reference, P and Q shared exactly',
  theorem:
    'On a connected undirected graph with a pinned agent, z(0) = 0: at rest ω = ω_ref, equal m·P, equal n·Q, mean V = V_ref. Local stability by the modes of the loop.',
  params: {
    ...consensusParams,
    observer_per_s: { type: 'number', min: 0, default: 5, about: 'rate of the observer of the mean voltage' },
  },
  example: { ...consensusExample, gain_v_per_s: 2, gain_q_per_s: 20, observer_per_s: 5 },
  speed: { ...consensusSpeed, observer_per_s: 1 },
  leaders: 'pin_frac',
  build(p): Law {
    const { droop_rad_per_s_per_kW: m, droop_V_per_kvar: n, pin_frac, gain_w_per_s, gain_p_per_s, gain_v_per_s, gain_q_per_s } = p;
    const { observer_per_s } = p;
    return affineLaw({
      states: ['w_nominal_rad_per_s', 'v_nominal_V', 'observer_V'],
      measures: ['w_rad_per_s', 'v_V', 'p_kW', 'q_kvar'],
      commands: ['w_set_rad_per_s', 'v_set_V'],
      says: ['w_rad_per_s', 'p_share_rad_per_s', 'v_mean_V', 'q_share_V'],
      startInto(commands, x) {
        x[0] = commands[0];
        x[1] = commands[1];
        x[2] = 0;
      },
      rateInto(x, y, heard, one, rate) {
        const w = y[0];
        const v = y[1];
        const p_kW = y[2];
        const q_kvar = y[3];
        const mean = v + x[2];
        rate[0] =
          gain_w_per_s * (pull(heard, WIDTH, 0, w) + pin_frac * (one * p.w_ref_rad_per_s - w)) +
          gain_p_per_s * pull(heard, WIDTH, 1, m * p_kW);
        rate[1] = gain_v_per_s * (one * p.v_ref_V - mean) + gain_q_per_s * pull(heard, WIDTH, 3, n * q_kvar);
        rate[2] = observer_per_s * pull(heard, WIDTH, 2, mean);
      },
      commandInto(x, _y, _one, commands) {
        commands[0] = x[0];
        commands[1] = x[1];
      },
      sayInto(x, y, said) {
        said[0] = y[0];
        said[1] = m * y[2];
        said[2] = y[1] + x[2];
        said[3] = n * y[3];
      },
    });
  },
});
