/**
 * Secondary control by consensus as it is often printed: every agent pulls frequency, voltage and its droop shares towards those of its neighbours, and some are
 * pinned to references.
 *
 * dω_set/dt = c_w·[Σ a_ij·(ω_j − ω_i) + g·(ω_ref − ω_i)] + c_p·Σ a_ij·(m_j·P_j − m_i·P_i)
 * dv_set/dt = c_v·[Σ a_ij·(V_j − V_i) + g·(V_ref − V_i)] + c_q·Σ a_ij·(n_j·Q_j − n_i·Q_i)
 *
 * With c_w = c_p = c the first line reads dW/dt = −c·[L·W + G·(ω − ω_ref)] for W = ω + m·P = ω_set: consensus on set frequencies, so P is shared exactly and ω = ω_ref
 * wherever a pinned agent is heard, if over others. The second with c_v = c_q is consensus on v_set, so voltages droop from one common set-point and **reactive
 * power is not shared**; a larger c_q shares more. `secondary-consensus` beside it shares exactly.
 * @source Bidram, Davoudi, Lewis, Guerrero, IET Gener. Transm. Distrib. 7 (2013); Y. Xu, lecture on the control of DERs in microgrids (2024)
 */
import { affineLaw } from '../affine-law.ts';
import { defineController, type Law, pull } from '../contract.ts';
import { consensusExample, consensusParams, consensusSpeed } from './params.ts';

const WIDTH = 4;

export const leaderFollower = defineController({
  name: 'leader-follower-consensus',
  title: 'consensus on frequency, voltage and droop shares with pinned agents; does not share Q exactly',
  theorem:
    'On a graph with a spanning tree from the pinned agents: ω = ω_ref and equal m·P at rest; equal set voltages v_set when c_v = c_q, hence reactive shares as under droop. Data delayed by τ: stable for c·λ_max(L + G)·τ < π/2 (Olfati-Saber, Murray 2004).',
  params: { ...consensusParams },
  example: consensusExample,
  speed: consensusSpeed,
  leaders: 'pin_frac',
  build(p): Law {
    const { droop_rad_per_s_per_kW: m, droop_V_per_kvar: n, pin_frac, gain_w_per_s, gain_p_per_s, gain_v_per_s, gain_q_per_s } = p;
    return affineLaw({
      states: ['w_nominal_rad_per_s', 'v_nominal_V'],
      measures: ['w_rad_per_s', 'v_V', 'p_kW', 'q_kvar'],
      commands: ['w_set_rad_per_s', 'v_set_V'],
      says: ['w_rad_per_s', 'p_share_rad_per_s', 'v_V', 'q_share_V'],
      startInto(commands, x) {
        x.set(commands);
      },
      rateInto(_x, y, heard, one, rate) {
        const w = y[0];
        const v = y[1];
        const p_kW = y[2];
        const q_kvar = y[3];
        rate[0] =
          gain_w_per_s * (pull(heard, WIDTH, 0, w) + pin_frac * (one * p.w_ref_rad_per_s - w)) +
          gain_p_per_s * pull(heard, WIDTH, 1, m * p_kW);
        rate[1] =
          gain_v_per_s * (pull(heard, WIDTH, 2, v) + pin_frac * (one * p.v_ref_V - v)) + gain_q_per_s * pull(heard, WIDTH, 3, n * q_kvar);
      },
      commandInto(x, _y, _one, commands) {
        commands.set(x);
      },
      sayInto(_x, y, said) {
        said[0] = y[0];
        said[1] = m * y[2];
        said[2] = y[1];
        said[3] = n * y[3];
      },
    });
  },
});
