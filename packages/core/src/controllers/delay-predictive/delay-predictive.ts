/**
 * Secondary control that foresees: agents say how fast what they say is moving, and everybody acts on where it will be in σ. Leader-follower consensus for a network that
 * delays all data alike, an agent's own too: each compares what neighbours said with what it said itself at that time (`heard.own`).
 *
 * dW_i/dt = c_w·[Σ a_ij·(ω̂_j − ω̂_i) + g_i·(ω_ref − ω_i)] + c_p·Σ a_ij·(p̂_j − p̂_i),   ω_set = W
 * dV_i/dt = c_v·[Σ a_ij·(v̂_j − v̂_i) + g_i·(v_ref − v_i)] + c_q·Σ a_ij·(q̂_j − q̂_i),   v_set = V
 * ẑ = z + σ·dz/dt for z among ω, p = m·P, v, q = n·Q, as they were heard; ω_i, v_i of the leader's term as it heard itself
 *
 * The sender knows its rates without differencing: dω/dt = dW/dt − m·P', dv/dt = dV/dt − n·Q' with its own law's dW/dt, dV/dt and the rates P', Q' of its filters. So its words depend on what it
 * hears: the loop is of neutral type, and σ·c·λ_max < 1 is necessary.
 *
 * Scalar theory, dx/dt = −λ·(x + σ·dx/dt)(t − τ): stable for λ·τ < cos φ·(π/2 + φ), sin φ = λ·σ; at most 1.8197 at λ·σ = 0.4421, 15.85 % above π/2
 * (wap-bound.ts). Differences of received samples in place of rates make it worse than no prediction.
 * @source Y. Xu, lecture on the control of DERs in microgrids (2024), weighted average prediction, with the derivative that its voltage equation lacks; the bound is ours
 */
import { defineController, type Heard, type Law } from '../contract.ts';

const WIDTH = 8;

export const delayPredictive = defineController({
  name: 'delay-predictive',
  title: 'consensus on where things will be: agents say their rates, too, and bear a sixth more delay',
  theorem:
    'On an undirected graph with a spanning tree from the leaders and all data late by τ: as leader-follower consensus, with c·λ_max·τ < cos φ·(π/2 + φ), sin φ = c·λ_max·σ < 1, for consensus of single integrators; with a plant by the roots of the loop.',
  params: {
    w_ref_rad_per_s: { type: 'number', min: 1, default: 100 * Math.PI, about: 'frequency to return to' },
    v_ref_V: { type: 'number', min: 1e-3, about: 'line-to-line voltage to return to' },
    droop_rad_per_s_per_kW: { type: 'number', min: 0, about: "the inverter's own droop: its share of active power is m·P" },
    droop_V_per_kvar: { type: 'number', min: 0, about: "the inverter's own droop: its share of reactive power is n·Q" },
    pin_frac: { type: 'number', min: 0, default: 0, about: 'above 0: this agent knows the references' },
    gain_w_per_s: { type: 'number', min: 0, default: 4, about: 'gain of frequency' },
    gain_p_per_s: { type: 'number', min: 0, default: 4, about: 'gain of active shares' },
    gain_v_per_s: { type: 'number', min: 0, default: 4, about: 'gain of voltage' },
    gain_q_per_s: { type: 'number', min: 0, default: 4, about: 'gain of reactive shares' },
    ahead_s: { type: 'number', min: 0, default: 0.0276, about: 'how far ahead, σ; 0: no prediction' },
  },
  example: {
    w_ref_rad_per_s: 100 * Math.PI,
    v_ref_V: 380,
    droop_rad_per_s_per_kW: 0.094,
    droop_V_per_kvar: 1.3,
    pin_frac: 1,
    gain_w_per_s: 4,
    gain_p_per_s: 4,
    gain_v_per_s: 4,
    gain_q_per_s: 4,
    ahead_s: 0.0276,
  },
  speed: { gain_w_per_s: 1, gain_p_per_s: 1, gain_v_per_s: 1, gain_q_per_s: 1, ahead_s: -1 },
  leaders: 'pin_frac',
  build(p): Law {
    const { droop_rad_per_s_per_kW: m, droop_V_per_kvar: n, pin_frac, ahead_s } = p;
    const gains = [p.gain_w_per_s, p.gain_v_per_s];
    const shareGains = [p.gain_p_per_s, p.gain_q_per_s];
    const references = [p.w_ref_rad_per_s, p.v_ref_V];
    /** Rate of a channel (0 frequency, 1 voltage); `one` is 1, or 0 for directions. */
    const rateOf = (channel: number, weights: Float64Array, { values, own }: Heard, one: number): number => {
      const at = 4 * channel;
      let pull = 0;
      let shares = 0;
      for (let j = 0; j < weights.length; j++) {
        const from = j * WIDTH + at;
        pull += weights[j] * (values[from] - own[at] + ahead_s * (values[from + 1] - own[at + 1]));
        shares += weights[j] * (values[from + 2] - own[at + 2] + ahead_s * (values[from + 3] - own[at + 3]));
      }
      return gains[channel] * (pull + pin_frac * (one * references[channel] - own[at])) + shareGains[channel] * shares;
    };
    const sayInto = (y: Float64Array, weights: Float64Array, heard: Heard, one: number, said: Float64Array): void => {
      const p_rate = m * y[4];
      const q_rate = n * y[5];
      said[0] = y[0];
      said[1] = rateOf(0, weights, heard, one) - p_rate;
      said[2] = m * y[2];
      said[3] = p_rate;
      said[4] = y[1];
      said[5] = rateOf(1, weights, heard, one) - q_rate;
      said[6] = n * y[3];
      said[7] = q_rate;
    };
    return {
      hearsItself: true,
      states: ['w_nominal_rad_per_s', 'v_nominal_V'],
      measures: ['w_rad_per_s', 'v_V', 'p_kW', 'q_kvar', 'p_rate_kW_per_s', 'q_rate_kvar_per_s'],
      commands: ['w_set_rad_per_s', 'v_set_V'],
      says: [
        'w_rad_per_s',
        'w_rate_rad_per_s2',
        'p_share_rad_per_s',
        'p_share_rate_rad_per_s2',
        'v_V',
        'v_rate_V_per_s',
        'q_share_V',
        'q_share_rate_V_per_s',
      ],
      startInto(set, x) {
        x.set(set);
      },
      rateInto(_x, _y, heard, rate) {
        rate[0] = rateOf(0, heard.weights, heard, 1);
        rate[1] = rateOf(1, heard.weights, heard, 1);
      },
      commandInto(x, _y, set) {
        set.set(x);
      },
      sayInto: (_x, y, said, heard) => sayInto(y, heard.weights, heard, 1, said),
      tangentInto({ heard }, d, out) {
        out.rate[0] = rateOf(0, heard.weights, d.heard, 0);
        out.rate[1] = rateOf(1, heard.weights, d.heard, 0);
        out.commands.set(d.x);
        sayInto(d.y, heard.weights, d.heard, 0, out.said);
      },
    };
  },
});
