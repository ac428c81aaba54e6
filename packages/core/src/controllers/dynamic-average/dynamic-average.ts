/**
 * A community of buildings keeps its power with the grid by what each of them knows of the mean, which changes while they estimate it.
 *
 * z_i = r_i + q_i,  dq_i/dt = c·Σ a_ij·(z_j − z_i)
 * dα_i/dt = k·z_i/P̄_i + k_β·Σ a_ij·[(α_j − α_i) − (β_j − β_i)]
 *
 * r_i is what a building has too much (kW), z_i its estimate of the mean of all r. A change of r_i enters z_i at once: in steps of one, z⁺ = z − ε·L·z + Δr with ε = c·T, the
 * scheme in which initial values are updated. Whoever reads too much takes it up by cooling more; at rest α_i − β_i is
 * the same everywhere, so whoever is warmer cools more.
 *
 * On an undirected graph Σ dq/dt = 0, so Σz = Σr at all times when q = 0 at the start; q of an agent that comes or goes must be zero, or given back.
 *
 * | symbol | parameter |
 * |---|---|
 * | c, k, k_β | average_per_s, gain_per_s, gain_even_per_s |
 * | P̄ | p_max_kW |
 * @source Spanos, Olfati-Saber, Murray, Dynamic consensus on mobile networks, IFAC 2005; the law of cooling is ours
 */
import { affineLaw } from '../affine-law.ts';
import { defineController, type Law, pull } from '../contract.ts';

const WIDTH = 3;

export const dynamicAverage = defineController({
  name: 'dynamic-average',
  title: 'buildings estimate the mean of what they have too much and cool it away together',
  theorem:
    'On a connected undirected graph with q(0) = 0: Σz = Σr at all times; for constant r every z tends to the mean of r at rate c·λ₂, sampled for c·T·λ_max < 2. With cooling inside its limits the sum of r tends to zero.',
  params: {
    average_per_s: { type: 'number', min: 0, default: 1, about: 'rate of the estimate of the mean' },
    gain_per_s: { type: 'number', min: 0, default: 0.05, about: 'rate at which too much power is taken up' },
    gain_even_per_s: { type: 'number', min: 0, default: 0.05, about: 'gain of differences of power and of comfort' },
    p_max_kW: { type: 'number', min: 1e-9, about: "the building's own cooling at full power" },
  },
  example: { average_per_s: 1, gain_per_s: 0.05, gain_even_per_s: 0.05, p_max_kW: 30 },
  build({ average_per_s, gain_per_s, gain_even_per_s, p_max_kW }): Law {
    return affineLaw({
      states: ['share_frac', 'offset_kW'],
      measures: ['surplus_kW', 'comfort_frac'],
      commands: ['alpha_set_frac'],
      says: ['estimate_kW', 'alpha_frac', 'comfort_frac'],
      startInto(commands, x) {
        x[0] = commands[0];
        x[1] = 0;
      },
      rateInto(x, y, heard, _one, rate) {
        const estimate_kW = y[0] + x[1];
        const even = pull(heard, WIDTH, 1, x[0]) - pull(heard, WIDTH, 2, y[1]);
        rate[0] = (gain_per_s * estimate_kW) / p_max_kW + gain_even_per_s * even;
        rate[1] = average_per_s * pull(heard, WIDTH, 0, estimate_kW);
      },
      commandInto(x, _y, _one, commands) {
        commands[0] = x[0];
      },
      sayInto(x, y, said) {
        said[0] = y[0] + x[1];
        said[1] = x[0];
        said[2] = y[1];
      },
    });
  },
});
