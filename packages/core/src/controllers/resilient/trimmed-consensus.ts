/**
 * Consensus on set-points among liars: each agent leaves out, per channel, the F largest of what it heard that are above its own value, and the F smallest below, and agrees with the rest.
 *
 * dx_i/dt = c·[Σ_{j kept} a_ij·(x_j − x_i) + g_i·(ref − measured_i)]
 *
 * Where all who are not lying hear each other through a (2F + 1)-robust graph (robustness.ts) with at most F liars among the neighbours of each, they agree within the
 * hull of their own values, whatever the liars say. A ring is 1-robust and bears none.
 * @source LeBlanc, Zhang, Koutsoukos, Sundaram, IEEE J. Selected Areas Commun. 31 (2013): weighted mean-subsequence-reduced algorithm; here in continuous time
 */
import { defineController, type Heard, type Law } from '../contract.ts';
import { CHANNELS_COUNT, setPointExample, setPointLaw, setPointParams, setPointSpeed } from '../set-point-consensus.ts';

export const trimmedConsensus = defineController({
  name: 'trimmed-consensus',
  title: 'consensus on set-points that leaves out the most extreme of what it hears',
  theorem:
    'Without leaders, on a (2F + 1)-robust graph with at most F liars among the neighbours of any agent: those who do not lie agree, and stay within the hull of their values at the start (LeBlanc et al. 2013, theorem 2); sampled: period·c·Σa_ij < 1.',
  params: {
    ...setPointParams,
    liars_count: { type: 'number', min: 0, max: 100, default: 1, about: 'how many neighbours may lie, F; 0: plain consensus' },
    attack_said_w_rad_per_s: {
      type: 'number',
      default: 0,
      about: 'for studies: by how much this agent lies about its frequency set-point',
    },
  },
  example: { ...setPointExample, liars_count: 1, attack_said_w_rad_per_s: 0 },
  ...setPointSpeed,
  check: ({ liars_count }) => (Number.isInteger(liars_count) ? [] : [`"liars_count" must be a whole number, got ${liars_count}`]),
  build(p): Law {
    const { pin_frac, liars_count } = p;
    const gains = [p.gain_w_per_s, p.gain_v_per_s];
    const references = [p.w_ref_rad_per_s, p.v_ref_V];
    return {
      ...setPointLaw,
      startInto(set, x) {
        x.set(set);
      },
      rateInto(x, y, heard, rate) {
        for (let c = 0; c < CHANNELS_COUNT; c++) {
          let sum = pin_frac * (references[c] - y[c]);
          for (let j = 0; j < heard.weights.length; j++) {
            if (isKept(heard, c, j, x[c], liars_count)) sum += heard.weights[j] * (heard.values[j * CHANNELS_COUNT + c] - x[c]);
          }
          rate[c] = gains[c] * sum;
        }
      },
      commandInto(x, _y, set) {
        set.set(x);
      },
      sayInto(x, _y, said) {
        said.set(x);
        said[0] += p.attack_said_w_rad_per_s;
      },
      tangentInto({ x, heard }, d, out) {
        for (let c = 0; c < CHANNELS_COUNT; c++) {
          let sum = -pin_frac * d.y[c];
          for (let j = 0; j < heard.weights.length; j++) {
            if (isKept(heard, c, j, x[c], liars_count)) sum += heard.weights[j] * (d.heard.values[j * CHANNELS_COUNT + c] - d.x[c]);
          }
          out.rate[c] = gains[c] * sum;
          out.commands[c] = d.x[c];
          out.said[c] = d.x[c];
        }
      },
    };
  },
});

/** Whether neighbour j counts: fewer than F others lie further out on its side of the own value; of equals those that come first go. */
function isKept({ weights, values }: Heard, channel: number, j: number, own: number, liars_count: number): boolean {
  const value = values[j * CHANNELS_COUNT + channel];
  if (weights[j] === 0 || value === own) return true;
  const side = value > own ? 1 : -1;
  let further_count = 0;
  for (let k = 0; k < weights.length; k++) {
    if (k === j || weights[k] === 0) continue;
    const ahead = side * (values[k * CHANNELS_COUNT + channel] - value);
    if (ahead > 0 || (ahead === 0 && k < j)) further_count++;
  }
  return further_count >= liars_count;
}
