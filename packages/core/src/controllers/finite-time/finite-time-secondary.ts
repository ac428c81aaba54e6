/**
 * Secondary control that is there in finite time: consensus on set-points (set-point-consensus.ts) with the signed power of the error (signed-power.ts).
 *
 * e_i = Σ a_ij·(x_j − x_i) + g_i·(ref − measured_i),  dx_i/dt = c·σ(e_i)
 *
 * Sampled, σ(e) is taken where the step leads. All move at once, so the error of an agent changes by up to twice as much as by its own doing, ρ = 2·(Σ a_ij + g_i):
 *
 * e⁺ + h·ρ·c·σ(e⁺) = e,  x⁺ = x + (e − e⁺)/ρ
 *
 * Bound, with V = ½·xᵀ·(L + G)·x about the agreement: dV/dt = −c·Σ|e|^(1+a) ≤ −c·(2·λ·V)^((1+a)/2), hence
 *   T ≤ 2·V₀^((1−a)/2) / ((1 − a)·c·(2·λ)^((1+a)/2)),  λ the smallest eigenvalue of L + G that is not the agreement.
 * @source Wang, Xiao, Finite-time consensus problems for networks of dynamic agents, IEEE Trans. Automatic Control 55 (2010), theorem 4; the step is ours
 */
import { defineController, type Heard, type Law, pull } from '../contract.ts';
import { CHANNELS_COUNT, setPointExample, setPointLaw, setPointParams, setPointSpeed } from '../set-point-consensus.ts';
import { implicitPower, type SignedPower, signedPower, signedPowerSlope } from '../signed-power.ts';

export const finiteTimeSecondary = defineController({
  name: 'finite-time-secondary',
  title: 'consensus on set-points in finite time, by a power of the error below one',
  theorem:
    'On a connected undirected graph (with leaders: every agent hears one, if over others) agreement is reached within 2·V₀^((1−a)/2)/((1−a)·c·(2λ)^((1+a)/2)), up to the linear zone (Wang, Xiao 2010). a = 1 is the linear law.',
  params: {
    ...setPointParams,
    power_frac: { type: 'number', min: 0.05, max: 1, default: 0.5, about: 'power of the error, a; 1 is linear' },
    zone_w_rad_per_s: { type: 'number', min: 1e-12, default: 1e-4, about: 'errors of frequency below this are answered linearly' },
    zone_v_V: { type: 'number', min: 1e-12, default: 1e-3, about: 'errors of voltage below this are answered linearly' },
  },
  example: { ...setPointExample, power_frac: 0.5, zone_w_rad_per_s: 1e-4, zone_v_V: 1e-3 },
  ...setPointSpeed,
  build(p): Law {
    const { pin_frac, power_frac } = p;
    const gains = [p.gain_w_per_s, p.gain_v_per_s];
    const references = [p.w_ref_rad_per_s, p.v_ref_V];
    const laws: SignedPower[] = [p.zone_w_rad_per_s, p.zone_v_V].map((zone) => ({ power_frac, zone }));
    const errorOf = (c: number, x: Float64Array, y: Float64Array, heard: Heard): number =>
      pull(heard, CHANNELS_COUNT, c, x[c]) + pin_frac * (references[c] - y[c]);
    return {
      ...setPointLaw,
      startInto(set, x) {
        x.set(set);
      },
      rateInto(x, y, heard, rate) {
        for (let c = 0; c < CHANNELS_COUNT; c++) rate[c] = gains[c] * signedPower(laws[c], errorOf(c, x, y, heard));
      },
      commandInto(x, _y, set) {
        set.set(x);
      },
      sayInto(x, _y, said) {
        said.set(x);
      },
      tangentInto({ x, y, heard }, d, out) {
        for (let c = 0; c < CHANNELS_COUNT; c++) {
          let along = -pin_frac * d.y[c];
          for (let j = 0; j < heard.weights.length; j++) along += heard.weights[j] * (d.heard.values[j * CHANNELS_COUNT + c] - d.x[c]);
          out.rate[c] = gains[c] * signedPowerSlope(laws[c], errorOf(c, x, y, heard)) * along;
          out.commands[c] = d.x[c];
          out.said[c] = d.x[c];
        }
      },
      stepInto(x, y, heard, dt_s, next) {
        let degree = pin_frac;
        for (let j = 0; j < heard.weights.length; j++) degree += heard.weights[j];
        for (let c = 0; c < CHANNELS_COUNT; c++) {
          const e = errorOf(c, x, y, heard);
          next[c] = degree > 0 ? x[c] + (e - implicitPower(laws[c], 2 * degree * gains[c] * dt_s, e)) / (2 * degree) : x[c];
        }
      },
    };
  },
});
