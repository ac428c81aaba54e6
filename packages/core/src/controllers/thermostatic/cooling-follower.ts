/**
 * One cluster of air conditioners: power follows the leader's by consensus, and whoever is warmer than its neighbours takes more of it.
 *
 * dα/dt = k₁·Σ a_ij·(α_j − α_i) − k₂·Σ a_ij·(β_j − β_i); the leader is one of the j, where it is heard
 *
 * | symbol | parameter |
 * |---|---|
 * | k₁, k₂ | gain_power_per_s, gain_comfort_per_s |
 * @source leader–follower consensus; the paper's own law is a sliding mode (Applied Energy 2019, abstract), this one is ours
 */
import { affineLaw } from '../affine-law.ts';
import { defineController, type Law, pull } from '../contract.ts';

const WIDTH = 2;

export const coolingFollower = defineController({
  name: 'cooling-follower',
  title: 'a cluster of air conditioners follows its leader and evens out comfort',
  theorem:
    'On a graph with a path from the leader to every cluster: α tends to α₀ at rate k₁·λ_min(L + G) while comforts are equal. Differences of comfort decay: alike clusters with different comfort draw together faster than they would by themselves (leak).',
  params: {
    gain_power_per_s: { type: 'number', min: 0, default: 20, about: 'gain of differences of power' },
    gain_comfort_per_s: { type: 'number', min: 0, default: 20, about: 'gain of differences of comfort' },
  },
  example: { gain_power_per_s: 20, gain_comfort_per_s: 20 },
  build({ gain_power_per_s, gain_comfort_per_s }): Law {
    return affineLaw({
      states: ['share_frac'],
      measures: ['comfort_frac'],
      commands: ['alpha_set_frac'],
      says: ['alpha_frac', 'comfort_frac'],
      startInto(commands, x) {
        x[0] = commands[0];
      },
      rateInto(x, y, heard, _one, rate) {
        rate[0] = gain_power_per_s * pull(heard, WIDTH, 0, x[0]) - gain_comfort_per_s * pull(heard, WIDTH, 1, y[0]);
      },
      commandInto(x, _y, _one, commands) {
        commands[0] = x[0];
      },
      sayInto(x, y, said) {
        said[0] = x[0];
        said[1] = y[0];
      },
    });
  },
});
