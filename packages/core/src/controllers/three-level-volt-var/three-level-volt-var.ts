/**
 * Reactive power for voltage on three levels: against fast change, against what leaves a band, and together with others against what stays outside of it.
 *
 * u₁ = K_I·(V − V̄),  dV̄/dt = (V − V̄)/(w/2)
 * u₂ = K_II·out(V; V_lo, V_hi)
 * du₃/dt = G·Σ a_ij·(u₃,j − u₃,i) + K_III·out(V; V_min, V_max) − ρ·u₃
 * q_set = −clip(u₁ + u₂ + u₃, ±q_max),  out(V; a, b) = V − b above b, V − a below a, else 0
 *
 * V̄ is a first-order mean whose data are on average as old as those of a moving average over w. As printed, level II has one bound in both branches and level III never
 * lets go of its support; here the bounds are two, and ρ lets go.
 *
 * | symbol | parameter |
 * |---|---|
 * | K_I, K_II | ramp_kvar_per_pu, droop_kvar_per_pu |
 * | K_III, G, ρ | share_kvar_per_pu_per_s, agree_per_s, release_per_s |
 * | w | window_s |
 * | V_lo, V_hi; V_min, V_max | v_low_pu, v_high_pu; v_min_pu, v_max_pu |
 * @source levels: Wang, Xu et al., IEEE Trans. Smart Grid (three-level real-time volt/var control, as shown in the talk); X of LinDistFlow: Baran, Wu (1989); local rules: Zhang et al., arXiv 1307.0855
 */
import { defineController, type Law, pull } from '../contract.ts';

export const voltVar = defineController({
  name: 'three-level-volt-var',
  title: 'reactive power against ramps, by droop and in agreement with neighbours',
  theorem:
    'With X the answer of voltages to reactive power (symmetric, positive definite on radial feeders): the loop is stable in continuous time for all positive gains; sampled, levels I and II need (K_I + K_II)·λ_max(X) < 1, level III a spectral radius of I − T·(G·L + K_III·X) below one.',
  params: {
    ramp_kvar_per_pu: { type: 'number', min: 0, default: 5000, about: 'level I: against fast change of voltage' },
    droop_kvar_per_pu: { type: 'number', min: 0, default: 3000, about: 'level II: against voltage outside of the inner band' },
    share_kvar_per_pu_per_s: {
      type: 'number',
      min: 0,
      default: 1000,
      about: 'level III: against voltage that stays outside of the outer band',
    },
    agree_per_s: { type: 'number', min: 0, default: 0.3, about: 'level III: rate of agreement with neighbours' },
    release_per_s: { type: 'number', min: 0, default: 0.001, about: 'level III: rate at which support is let go' },
    window_s: { type: 'number', min: 1e-3, default: 20, about: 'level I: change within this time is fast' },
    v_low_pu: { type: 'number', min: 0, default: 0.97, about: 'lower end of the inner band' },
    v_high_pu: { type: 'number', min: 0, default: 1.03, about: 'upper end of the inner band' },
    v_min_pu: { type: 'number', min: 0, default: 0.95, about: 'lower end of the outer band' },
    v_max_pu: { type: 'number', min: 0, default: 1.05, about: 'upper end of the outer band' },
    q_max_kvar: { type: 'number', min: 0, about: 'reactive power that the inverter has' },
  },
  example: {
    ramp_kvar_per_pu: 5000,
    droop_kvar_per_pu: 3000,
    share_kvar_per_pu_per_s: 1000,
    agree_per_s: 0.3,
    release_per_s: 0.001,
    window_s: 20,
    v_low_pu: 0.97,
    v_high_pu: 1.03,
    v_min_pu: 0.95,
    v_max_pu: 1.05,
    q_max_kvar: 600,
  },
  speed: { share_kvar_per_pu_per_s: 1, agree_per_s: 1 },
  check({ v_low_pu, v_high_pu, v_min_pu, v_max_pu }) {
    const faults: string[] = [];
    if (v_low_pu > v_high_pu) faults.push(`v_low_pu ${v_low_pu} is above v_high_pu ${v_high_pu}`);
    if (v_min_pu > v_max_pu) faults.push(`v_min_pu ${v_min_pu} is above v_max_pu ${v_max_pu}`);
    return faults;
  },
  build(p): Law {
    const { ramp_kvar_per_pu, droop_kvar_per_pu, share_kvar_per_pu_per_s, agree_per_s, release_per_s, window_s } = p;
    const { v_low_pu, v_high_pu, v_min_pu, v_max_pu, q_max_kvar } = p;
    const mean_per_s = 2 / window_s;
    const wishOf = (x: Float64Array, v: number): number =>
      ramp_kvar_per_pu * (v - x[0]) + droop_kvar_per_pu * outside(v, v_low_pu, v_high_pu) + x[1];
    return {
      states: ['v_mean_pu', 'support_kvar'],
      measures: ['v_pu'],
      commands: ['q_set_kvar'],
      says: ['support_kvar'],
      startInto(commands, x) {
        x[0] = 1;
        x[1] = -commands[0];
      },
      rateInto(x, y, heard, rate) {
        const v = y[0];
        rate[0] = mean_per_s * (v - x[0]);
        rate[1] = agree_per_s * pull(heard, 1, 0, x[1]) + share_kvar_per_pu_per_s * outside(v, v_min_pu, v_max_pu) - release_per_s * x[1];
      },
      commandInto(x, y, commands) {
        commands[0] = -Math.min(q_max_kvar, Math.max(-q_max_kvar, wishOf(x, y[0])));
      },
      sayInto(x, _y, said) {
        said[0] = x[1];
      },
      tangentInto({ x, y }, d, out) {
        const v = y[0];
        const dv = d.y[0];
        out.rate[0] = mean_per_s * (dv - d.x[0]);
        out.rate[1] =
          agree_per_s * pull(d.heard, 1, 0, d.x[1]) +
          share_kvar_per_pu_per_s * isOutside(v, v_min_pu, v_max_pu) * dv -
          release_per_s * d.x[1];
        const dWish = ramp_kvar_per_pu * (dv - d.x[0]) + droop_kvar_per_pu * isOutside(v, v_low_pu, v_high_pu) * dv + d.x[1];
        out.commands[0] = -(Math.abs(wishOf(x, v)) < q_max_kvar ? 1 : 0) * dWish;
        out.said[0] = d.x[1];
      },
    };
  },
});

/** How far V is above b or below a; 0 between. */
const outside = (v: number, a: number, b: number): number => (v > b ? v - b : v < a ? v - a : 0);
const isOutside = (v: number, a: number, b: number): number => (v > b || v < a ? 1 : 0);
