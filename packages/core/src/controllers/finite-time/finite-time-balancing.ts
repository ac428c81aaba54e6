/**
 * Stores that agree on their charge and on their power in finite time.
 *
 * dΦ_i/dt = c₁·σ₁(Σ a_ij·(E_j − E_i)) + c₂·σ₂(Σ a_ij·(Φ_j − Φ_i)),  p_set = −Φ·p_max
 *
 * | symbol | name | unit |
 * |---|---|---|
 * | E | soc_frac, measured | 1 |
 * | Φ | charge_frac: power as a part of p_max, + charges | 1 |
 * | c₁, c₂ | gain_energy_per_s, gain_power_per_s | 1/s |
 * | σ₁, σ₂ | signed powers a and 2a/(1 + a) (signed-power.ts), which makes the law homogeneous with dE/dt = K·Φ | |
 * | K | p_max over energy: the same for all | 1/s |
 *
 * ΣΦ is kept by the linear law only: a power of a sum does not add up to zero. What drifts has to come from elsewhere, as a shift of frequency where droop
 * answers. Sampled, the second term is taken where the step leads, as in
 * finite-time-secondary.ts. a = 1 is the linear law.
 * @source Bhat, Bernstein, Finite-time stability of continuous autonomous systems, SIAM J. Control Optim. 38 (2000); Wang, Xiao, IEEE Trans. Automatic Control 55
 *   (2010); for storage: Y. Xu, lecture on the control of DERs in microgrids (2024)
 */
import { defineController, type Law, pull } from '../contract.ts';
import { implicitPower, signedPower, signedPowerSlope } from '../signed-power.ts';

const WIDTH = 2;

export const finiteTimeBalancing = defineController({
  name: 'finite-time-balancing',
  title: 'stores agree on charge and power in finite time',
  theorem:
    'On a connected undirected graph with the same p_max/energy everywhere: charges and powers agree in finite time, up to the linear zone (homogeneity of negative degree: Bhat, Bernstein 2000; Wang, Xiao 2010). a = 1: exponentially.',
  params: {
    p_max_kW: { type: 'number', min: 1e-9, about: 'power at charge_frac 1' },
    gain_energy_per_s: { type: 'number', min: 0, default: 0.122, about: 'answer to unequal charges, c₁' },
    gain_power_per_s: { type: 'number', min: 0, default: 0.0513, about: 'answer to unequal powers, c₂' },
    power_frac: { type: 'number', min: 0.05, max: 1, default: 0.4, about: 'power of the error of charges, a; 1 is linear' },
    zone_frac: { type: 'number', min: 1e-12, default: 1e-6, about: 'errors below this are answered linearly' },
  },
  example: { p_max_kW: 36, gain_energy_per_s: 0.122, gain_power_per_s: 0.0513, power_frac: 0.4, zone_frac: 1e-6 },
  build(p): Law {
    const { p_max_kW, gain_energy_per_s, gain_power_per_s, power_frac, zone_frac: zone } = p;
    const ofEnergy = { power_frac, zone };
    const ofPower = { power_frac: (2 * power_frac) / (1 + power_frac), zone };
    return {
      states: ['charge_frac'],
      measures: ['soc_frac'],
      commands: ['p_set_kW'],
      says: ['soc_frac', 'charge_frac'],
      startInto(set, x) {
        x[0] = -set[0] / p_max_kW;
      },
      rateInto(x, y, heard, rate) {
        rate[0] =
          gain_energy_per_s * signedPower(ofEnergy, pull(heard, WIDTH, 0, y[0])) +
          gain_power_per_s * signedPower(ofPower, pull(heard, WIDTH, 1, x[0]));
      },
      commandInto(x, _y, set) {
        set[0] = -p_max_kW * x[0];
      },
      sayInto(x, y, said) {
        said[0] = y[0];
        said[1] = x[0];
      },
      tangentInto({ x, y, heard }, d, out) {
        let energies = 0;
        let powers = 0;
        for (let j = 0; j < heard.weights.length; j++) {
          energies += heard.weights[j] * (d.heard.values[j * WIDTH] - d.y[0]);
          powers += heard.weights[j] * (d.heard.values[j * WIDTH + 1] - d.x[0]);
        }
        out.rate[0] =
          gain_energy_per_s * signedPowerSlope(ofEnergy, pull(heard, WIDTH, 0, y[0])) * energies +
          gain_power_per_s * signedPowerSlope(ofPower, pull(heard, WIDTH, 1, x[0])) * powers;
        out.commands[0] = -p_max_kW * d.x[0];
        out.said[0] = d.y[0];
        out.said[1] = d.x[0];
      },
      stepInto(x, y, heard, dt_s, next) {
        let degree = 0;
        for (let j = 0; j < heard.weights.length; j++) degree += heard.weights[j];
        const drive = gain_energy_per_s * signedPower(ofEnergy, pull(heard, WIDTH, 0, y[0]));
        const e = pull(heard, WIDTH, 1, x[0]);
        const moved = degree > 0 ? (e - implicitPower(ofPower, 2 * degree * gain_power_per_s * dt_s, e)) / (2 * degree) : 0;
        next[0] = x[0] + dt_s * drive + moved;
      },
    };
  },
});
