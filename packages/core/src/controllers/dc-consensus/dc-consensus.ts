/**
 * Secondary control of sources on direct current: the mean voltage at its reference, currents shared by rating.
 *
 * v̄_i = v_i + z_i,  dz_i/dt = k_o·Σ a_ij·(v̄_j − v̄_i)
 * dv_set/dt = c_v·(v_ref − v̄_i) + c_i·Σ a_ij·(r_j·i_j − r_i·i_i)
 *
 * r is the source's own droop, so r·i is its share of its rating, in volts. On an undirected graph with z = 0 at the start the mean of v̄ is that of v at all times; at rest all r·i are equal and the
 * mean voltage is v_ref. Droop alone can have only one of the two: shares need a large droop, voltage a small one.
 * @source Nasirian, Moayedi, Davoudi, Lewis, Distributed cooperative control of DC microgrids, IEEE Trans. Power Electronics 30 (2015)
 */
import { affineLaw } from '../affine-law.ts';
import { defineController, type Law, pull } from '../contract.ts';

const WIDTH = 2;

export const dcConsensus = defineController({
  name: 'dc-consensus',
  title: 'sources on direct current hold their mean voltage and share current by rating',
  theorem:
    'On a connected undirected graph, z(0) = 0: at rest mean v = v_ref and equal droop·i, whatever the cables are. Local stability by the modes of the loop.',
  params: {
    v_ref_V: { type: 'number', min: 1e-3, about: 'mean voltage to hold' },
    droop_ohm: { type: 'number', min: 0, about: "the source's own droop: its share is droop times current" },
    gain_v_per_s: { type: 'number', min: 0, default: 5, about: 'gain of the mean voltage' },
    gain_share_per_s: { type: 'number', min: 0, default: 10, about: 'gain of shares' },
    observer_per_s: { type: 'number', min: 0, default: 10, about: 'rate of the observer of the mean voltage' },
  },
  example: { v_ref_V: 380, droop_ohm: 0.4, gain_v_per_s: 5, gain_share_per_s: 10, observer_per_s: 10 },
  speed: { gain_v_per_s: 1, gain_share_per_s: 1, observer_per_s: 1 },
  build({ v_ref_V, droop_ohm, gain_v_per_s, gain_share_per_s, observer_per_s }): Law {
    return affineLaw({
      states: ['v_nominal_V', 'observer_V'],
      measures: ['v_V', 'i_A'],
      commands: ['v_set_V'],
      says: ['v_mean_V', 'share_V'],
      startInto(commands, x) {
        x[0] = commands[0];
        x[1] = 0;
      },
      rateInto(x, y, heard, one, rate) {
        const mean = y[0] + x[1];
        rate[0] = gain_v_per_s * (one * v_ref_V - mean) + gain_share_per_s * pull(heard, WIDTH, 1, droop_ohm * y[1]);
        rate[1] = observer_per_s * pull(heard, WIDTH, 0, mean);
      },
      commandInto(x, _y, _one, commands) {
        commands[0] = x[0];
      },
      sayInto(x, y, said) {
        said[0] = y[0] + x[1];
        said[1] = droop_ohm * y[1];
      },
    });
  },
});
