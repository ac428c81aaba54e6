/**
 * Secondary control whose integrators may be attacked: consensus on set-points (set-point-consensus.ts) beside which each agent runs what its integrator should do, and adapts to what
 * it does instead.
 *
 * v = c·[Σ a_ij·(x_j − x_i) + g_i·(ref − measured_i)]      what is wanted
 * u = (1 + θ)·v − k·z − d,  z = x − x̄                        what is handed to the integrator
 * dx/dt = φ·u + δ                                             what comes of it under attack; φ = 1, δ = 0 without
 * dx̄/dt = v,  dθ/dt = −g_θ·z·v,  dd/dt = g_d·z
 *
 * | symbol | name | meaning |
 * |---|---|---|
 * | x | w_nominal_rad_per_s, v_nominal_V | set-points, read back and not falsified |
 * | x̄ | model_… | what they would be without attack |
 * | θ, d | factor_…_frac, offset_… | what was learnt: 1 + θ → 1/φ, d → δ/φ |
 * | k, g_θ, g_d | hold_per_s, adapt_…  | all zero: plain control |
 * | φ, δ | attack_… | for studies; an agent does not know them |
 *
 * With V = z²/2 + φ·(θ̃²/2g_θ + d̃²/2g_d), θ̃ and d̃ the errors of what was learnt:  dV/dt = −φ·k·z² for constant φ > 0, δ. So z → 0 and x does what is wanted; δ that
 * moves leaves z of the order of its rate over g_d. |d| tells of an attack: `attackSign`.
 * @source attack: Y. Xu, lecture on the control of DERs in microgrids (2024), u_f = φ·u + δ; the law is direct adaptive control: Narendra, Annaswamy, Stable Adaptive Systems (1989), chapter 3; its use here is ours
 */
import { defineController, type Law, pull } from '../contract.ts';
import { CHANNELS_COUNT, setPointExample, setPointLaw, setPointParams, setPointSpeed } from '../set-point-consensus.ts';

/** Where the two offsets stand among the states. */
const OFFSETS_AT = 3 * CHANNELS_COUNT;

export const attackCompensation = defineController({
  name: 'attack-compensation',
  title: 'consensus on set-points that learns what an attacker does to its integrators, and undoes it',
  theorem:
    'For constant φ > 0 and δ, with x and the model x̄ not falsified: z²/2 + φ·(θ̃²/2g_θ + d̃²/2g_d) does not grow, z → 0, and set-points do what plain consensus does without attack (Barbalat). Falsified links need trimmed-consensus.',
  params: {
    ...setPointParams,
    hold_per_s: { type: 'number', min: 0, default: 20, about: 'how strongly the integrator is held to its model, k' },
    adapt_factor_frac: { type: 'number', min: 0, default: 0.5, about: 'how fast a falsified gain is learnt, g_θ, for a unit of z·v' },
    adapt_offset_per_s: {
      type: 'number',
      min: 0,
      default: 20,
      about: 'how fast a falsified offset is learnt, g_d, per second and unit of z',
    },
    attack_factor_frac: { type: 'number', min: 0, default: 1, about: 'for studies: what an attacker multiplies rates with, φ' },
    attack_w_rad_per_s2: {
      type: 'number',
      default: 0,
      about: 'for studies: what an attacker adds to the rate of the frequency set-point, δ',
    },
    attack_v_V_per_s: { type: 'number', default: 0, about: 'for studies: what an attacker adds to the rate of the voltage set-point, δ' },
  },
  example: {
    ...setPointExample,
    hold_per_s: 20,
    adapt_factor_frac: 0.5,
    adapt_offset_per_s: 20,
    attack_factor_frac: 1,
    attack_w_rad_per_s2: 0,
    attack_v_V_per_s: 0,
  },
  ...setPointSpeed,
  build(p): Law {
    const { pin_frac, hold_per_s: k, adapt_factor_frac: g_theta, adapt_offset_per_s: g_d, attack_factor_frac: phi } = p;
    const gains = [p.gain_w_per_s, p.gain_v_per_s];
    const references = [p.w_ref_rad_per_s, p.v_ref_V];
    const deltas = [p.attack_w_rad_per_s2, p.attack_v_V_per_s];
    return {
      ...setPointLaw,
      // by kind, two channels each
      states: [
        ...setPointLaw.states,
        'model_w_rad_per_s',
        'model_v_V',
        'factor_w_frac',
        'factor_v_frac',
        'offset_w_rad_per_s2',
        'offset_v_V_per_s',
      ],
      startInto(set, x) {
        x.fill(0);
        x.set(set);
        x.set(set, CHANNELS_COUNT);
      },
      rateInto(x, y, heard, rate) {
        for (let c = 0; c < CHANNELS_COUNT; c++) {
          const wanted = gains[c] * (pull(heard, CHANNELS_COUNT, c, x[c]) + pin_frac * (references[c] - y[c]));
          const z = x[c] - x[2 + c];
          rate[c] = phi * ((1 + x[4 + c]) * wanted - k * z - x[6 + c]) + deltas[c];
          rate[2 + c] = wanted;
          rate[4 + c] = -g_theta * z * wanted;
          rate[6 + c] = g_d * z;
        }
      },
      commandInto(x, _y, set) {
        for (let c = 0; c < CHANNELS_COUNT; c++) set[c] = x[c];
      },
      sayInto(x, _y, said) {
        for (let c = 0; c < CHANNELS_COUNT; c++) said[c] = x[c];
      },
      tangentInto({ x, y, heard }, d, out) {
        for (let c = 0; c < CHANNELS_COUNT; c++) {
          const wanted = gains[c] * (pull(heard, CHANNELS_COUNT, c, x[c]) + pin_frac * (references[c] - y[c]));
          let along = -pin_frac * d.y[c];
          for (let j = 0; j < heard.weights.length; j++) along += heard.weights[j] * (d.heard.values[j * CHANNELS_COUNT + c] - d.x[c]);
          const dWanted = gains[c] * along;
          const z = x[c] - x[2 + c];
          const dz = d.x[c] - d.x[2 + c];
          out.rate[c] = phi * ((1 + x[4 + c]) * dWanted + d.x[4 + c] * wanted - k * dz - d.x[6 + c]);
          out.rate[2 + c] = dWanted;
          out.rate[4 + c] = -g_theta * (z * dWanted + dz * wanted);
          out.rate[6 + c] = g_d * dz;
          out.commands[c] = d.x[c];
          out.said[c] = d.x[c];
        }
      },
    };
  },
});

/** What the states of such a law tell of an attack: the larger of the offsets learnt over what is worth an alarm; above 1 there is one. */
export const attackSign = (x: Float64Array, alarm: { readonly w_rad_per_s2: number; readonly v_V_per_s: number }): number =>
  Math.max(Math.abs(x[OFFSETS_AT]) / alarm.w_rad_per_s2, Math.abs(x[OFFSETS_AT + 1]) / alarm.v_V_per_s);
