/**
 * What laws on set-points have in common: agents agree on the set-points themselves, one number per channel, and droop does the rest.
 *
 * dW_i/dt = c_w·[Σ a_ij·(W_j − W_i) + g_i·(ω_ref − ω_i)],  W = ω_set
 * dV_i/dt = c_v·[Σ a_ij·(V_j − V_i) + g_i·(v_ref − v_i)],  V = v_set
 *
 * As W = ω + m·P, agreement on W is equal m·P, and ω = ω_ref wherever a pinned agent is heard, if over others; agreement on V is droop from one common
 * set-point: reactive power is shared as under droop. Both channels are single integrators, so what is proved for those holds literally.
 * @source Bidram, Davoudi, Lewis, Guerrero, IET Gener. Transm. Distrib. 7 (2013); the identity: W = ω + m·P in its frequency law
 */
import type { Law } from './contract.ts';

export const setPointParams = {
  w_ref_rad_per_s: { type: 'number', min: 1, default: 100 * Math.PI, about: 'frequency to return to' },
  v_ref_V: { type: 'number', min: 1e-3, about: 'line-to-line voltage to return to' },
  pin_frac: { type: 'number', min: 0, default: 0, about: 'above 0: this agent knows the references' },
  gain_w_per_s: { type: 'number', min: 0, default: 4, about: 'gain of the channel of frequency and active power' },
  gain_v_per_s: { type: 'number', min: 0, default: 4, about: 'gain of the channel of voltage' },
} as const;

export const setPointExample = { w_ref_rad_per_s: 100 * Math.PI, v_ref_V: 380, pin_frac: 1, gain_w_per_s: 4, gain_v_per_s: 4 };

/** What an agent measures, commands and says in such a law; its first two states are its set-points. */
export const setPointLaw = {
  states: ['w_nominal_rad_per_s', 'v_nominal_V'],
  measures: ['w_rad_per_s', 'v_V'],
  commands: ['w_set_rad_per_s', 'v_set_V'],
  says: ['w_nominal_rad_per_s', 'v_nominal_V'],
} as const satisfies Partial<Law>;

/** What sets how fast such a law is, and who leads. */
export const setPointSpeed = { speed: { gain_w_per_s: 1, gain_v_per_s: 1 }, leaders: 'pin_frac' } as const;

/** Channels of the payload: frequency and active power; voltage. */
export const CHANNELS_COUNT = 2;
