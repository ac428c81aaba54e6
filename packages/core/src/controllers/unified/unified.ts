/**
 * Generators and stores under one law that speaks at events only, with a dynamic threshold: all agree on power as a part of their rating, and stores on what they have given.
 *
 * ξ = (D, Φ, Γ),  T·dξ/dt = A·ξ + B·ε,  A the shift of three, B = e₃
 * κ_i = Σ a_ij·(ξ̂_i − ξ̂_j),  ε_i = −k·κ_i,  p_set = p_max·Φ
 * speaks when  e'Se > δ·κ'Sκ + ν·β + floor,  e = ξ̂_i − ξ_i,  T·dβ/dt = −β + κ'Wκ
 * S = s·k·k' + s₀·I,  W = w·I
 *
 * | symbol | name | meaning |
 * |---|---|---|
 * | D | drawn_frac | energy given so far over p_max·T: of a store (1 − soc)·3600·E/(p_max·T), measured; of a generator a virtual one |
 * | Φ, Γ | power_frac, ramp_frac | power over p_max; its rate, per T |
 * | ξ̂ | heard, own | what was said last, moved on by e^{A·age/T}: agreement is a ramp, which a held value would miss at once |
 * | T | pace_s | the unit of time in which gains are stated |
 * | k | gain_…_frac | three gains, from a Riccati equation |
 * | s, s₀, w, δ, ν | trigger_… | the trigger; together with k and the period certified by matrix inequalities (stability/trigger-design.ts) |
 *
 * Sampled with period h·T the step is the exact hold of ε, with κ as it was at its beginning, and β⁺ = e^(−h)·β + (1 − e^(−h))·κ'Wκ.
 * @source Y. Xu, lecture on the control of DERs in microgrids (2024), unified dynamic event-triggered control; hold by model: Garcia, Cao, Casbeer, Automatica 50 (2014); the certificate with fixed gain is ours
 */
import { defineController, type Heard, type Law } from '../contract.ts';

const WIDTH = 3;

export const unified = defineController({
  name: 'unified',
  title: 'generators and stores agree on power and energy given, speaking at events only',
  theorem:
    "On a connected undirected graph, with a certificate for every nonzero eigenvalue of its Laplacian and ν ≤ 1: Σ x'Px + Σ β/(1 − e^(−h)) decreases at every sample, x the differences to the mean (certificate by eigenvalues: stability/trigger-design.ts). Events are at least a period apart.",
  params: {
    p_max_kW: { type: 'number', min: 1e-9, about: 'rating: power at power_frac 1' },
    energy_kWh: { type: 'number', min: 0, default: 0, about: 'of a store; 0: a generator, whose energy is virtual' },
    pace_s: { type: 'number', min: 1e-6, default: 1, about: 'unit of time of the gains, T' },
    drawn_start_frac: { type: 'number', default: 0, about: 'virtual energy of a generator when it takes over' },
    gain_energy_frac: { type: 'number', min: 0, default: 0.075, about: 'gain of energies given' },
    gain_power_frac: { type: 'number', min: 0, default: 0.42, about: 'gain of powers' },
    gain_ramp_frac: { type: 'number', min: 0, default: 0.8007, about: 'gain of ramps' },
    trigger_s_frac: { type: 'number', min: 0, default: 959, about: 'weight of the error in the direction of the gains, s' },
    trigger_s0_frac: { type: 'number', min: 0, default: 1.037, about: 'weight of the error in all directions, s₀' },
    trigger_w_frac: { type: 'number', min: 0, default: 0.01324, about: 'how much disagreement adds to the threshold, w' },
    trigger_delta_frac: { type: 'number', min: 0, max: 1, default: 0.03, about: 'static part of the threshold, δ' },
    trigger_nu_frac: { type: 'number', min: 0, max: 1, default: 0.9, about: 'dynamic part of the threshold, ν' },
    trigger_floor_frac: { type: 'number', min: 0, default: 1e-12, about: "errors with a smaller e'Se are not worth a word" },
  },
  example: {
    p_max_kW: 36,
    energy_kWh: 0,
    pace_s: 1,
    drawn_start_frac: 0,
    gain_energy_frac: 0.075,
    gain_power_frac: 0.42,
    gain_ramp_frac: 0.8007,
    trigger_s_frac: 959,
    trigger_s0_frac: 1.037,
    trigger_w_frac: 0.01324,
    trigger_delta_frac: 0.03,
    trigger_nu_frac: 0.9,
    trigger_floor_frac: 1e-12,
  },
  speed: { pace_s: -1 },
  build(p): Law {
    const { p_max_kW, energy_kWh, pace_s, trigger_s_frac: s, trigger_s0_frac: s0, trigger_w_frac: w } = p;
    const k = [p.gain_energy_frac, p.gain_power_frac, p.gain_ramp_frac];
    const isStore = energy_kWh > 0;
    const perCharge = isStore ? (3600 * energy_kWh) / (p_max_kW * pace_s) : 0;
    // states: (D,) Φ, Γ, β
    const at = isStore ? -1 : 0;
    const drawnOf = (x: Float64Array, y: Float64Array, one: number): number => (isStore ? perCharge * (one - y[0]) : x[0]);
    const drive = (kappa: Float64Array): number => -(k[0] * kappa[0] + k[1] * kappa[1] + k[2] * kappa[2]);
    const watched = (v: Float64Array): number => s * drive(v) ** 2 + s0 * squared(v);
    const kappa = new Float64Array(WIDTH);
    const error = new Float64Array(WIDTH);
    const dKappa = new Float64Array(WIDTH);
    return {
      states: isStore ? ['power_frac', 'ramp_frac', 'beta_frac'] : ['drawn_frac', 'power_frac', 'ramp_frac', 'beta_frac'],
      measures: isStore ? ['soc_frac'] : [],
      commands: ['p_set_kW'],
      says: ['drawn_frac', 'power_frac', 'ramp_frac'],
      startInto(set, x) {
        x.fill(0);
        if (!isStore) x[0] = p.drawn_start_frac;
        x[at + 1] = set[0] / p_max_kW;
      },
      rateInto(x, _y, heard, rate) {
        disagreementInto(heard, heard, heard.weights, 0, pace_s, kappa);
        if (!isStore) rate[0] = x[1] / pace_s;
        rate[at + 1] = x[at + 2] / pace_s;
        rate[at + 2] = drive(kappa) / pace_s;
        rate[at + 3] = (w * squared(kappa) - x[at + 3]) / pace_s;
      },
      commandInto(x, _y, set) {
        set[0] = p_max_kW * x[at + 1];
      },
      sayInto(x, y, said) {
        said[0] = drawnOf(x, y, 1);
        said[1] = x[at + 1];
        said[2] = x[at + 2];
      },
      isDue(x, y, heard) {
        disagreementInto(heard, heard, heard.weights, 0, pace_s, kappa);
        movedInto(heard.own, 0, heard.ages_s[heard.weights.length] / pace_s, error);
        error[0] -= drawnOf(x, y, 1);
        error[1] -= x[at + 1];
        error[2] -= x[at + 2];
        return watched(error) > p.trigger_delta_frac * watched(kappa) + p.trigger_nu_frac * x[at + 3] + p.trigger_floor_frac;
      },
      tangentInto({ heard }, d, out) {
        disagreementInto(heard, heard, heard.weights, 0, pace_s, kappa);
        disagreementInto(heard, d.heard, heard.weights, 0, pace_s, dKappa);
        if (!isStore) out.rate[0] = d.x[1] / pace_s;
        out.rate[at + 1] = d.x[at + 2] / pace_s;
        out.rate[at + 2] = drive(dKappa) / pace_s;
        out.rate[at + 3] = (2 * w * (kappa[0] * dKappa[0] + kappa[1] * dKappa[1] + kappa[2] * dKappa[2]) - d.x[at + 3]) / pace_s;
        out.commands[0] = p_max_kW * d.x[at + 1];
        out.said[0] = drawnOf(d.x, d.y, 0);
        out.said[1] = d.x[at + 1];
        out.said[2] = d.x[at + 2];
      },
      stepInto(x, _y, heard, dt_s, next) {
        const h = dt_s / pace_s;
        disagreementInto(heard, heard, heard.weights, dt_s, pace_s, kappa);
        const push = drive(kappa);
        const ramp = x[at + 2];
        if (!isStore) next[0] = x[0] + h * (x[1] + (h / 2) * (ramp + (h / 3) * push));
        next[at + 1] = x[at + 1] + h * (ramp + (h / 2) * push);
        next[at + 2] = ramp + h * push;
        next[at + 3] = Math.exp(-h) * x[at + 3] - Math.expm1(-h) * w * squared(kappa);
      },
    };
  },
});

const squared = (v: Float64Array): number => v[0] * v[0] + v[1] * v[1] + v[2] * v[2];

/** out ← e^{A·age}·(what stands at `from`). Linear in it. */
function movedInto(said: Float64Array, from: number, age: number, out: Float64Array): void {
  out[2] = said[from + 2];
  out[1] = said[from + 1] + age * out[2];
  out[0] = said[from] + age * (said[from + 1] + (age / 2) * out[2]);
}

const mine = new Float64Array(WIDTH);
const theirs = new Float64Array(WIDTH);

/**
 * out ← Σ a_ij·(ξ̂_i − ξ̂_j) as it was `before_s` ago. Linear in `from`: serves values and directions.
 * @param heard - whose ages count
 */
function disagreementInto(heard: Heard, from: Heard, weights: Float64Array, before_s: number, pace_s: number, out: Float64Array): void {
  const n = weights.length;
  movedInto(from.own, 0, (heard.ages_s[n] - before_s) / pace_s, mine);
  out.fill(0);
  for (let j = 0; j < n; j++) {
    if (weights[j] === 0) continue;
    movedInto(from.values, j * WIDTH, (heard.ages_s[j] - before_s) / pace_s, theirs);
    for (let c = 0; c < WIDTH; c++) out[c] += weights[j] * (mine[c] - theirs[c]);
  }
}
