/**
 * One storage among many that together give what their leader asks for, and bring their charges together while they do.
 *
 * dp/dt = k_e·Σ a_ij·sig(e_i − e_j)^α − k_p·Σ a_ij·sig(p_i − p_j)^β,  β = 2α/(1 + α),  sig(x)^α = sign(x)·|x|^α; the leader is one of the j
 *
 * p > 0 discharges, so whoever is fuller gives more: the first sum is positive. (With p > 0 for charging it is negative; printed otherwise, charges drift apart.)
 *
 * Below `zone_frac` sig is the straight line of the same value: |x|^α has no slope at zero, and an integrator of step h chatters there with
 * amplitude (g·h/2)^(1/(1−β)), g = k_p·Σ a_ij. It does not when g·h·zone^(β−1) ≤ 1.
 *
 * | symbol | parameter |
 * |---|---|
 * | k_e, k_p | balance_per_s, share_per_s |
 * | α | exponent_frac; 1: the linear law |
 * @source homogeneous double integrators: Bhat, Bernstein, Math. Control Signals Systems 17 (2005); for storages: doi 10.1109/TSG.2018.2833877 (abstract)
 */
import { defineController, type Heard, type Law } from '../contract.ts';

export const storageSupport = defineController({
  name: 'storage-support',
  title: 'storages follow the share of their leader in finite time and balance their charges',
  theorem:
    'On a graph with a path from the leader to every storage, 0 < α < 1 and β = 2α/(1 + α): p_i reaches the share of a constant leader in finite time (up to the linear zone), and the charges draw together while k_e > 0.',
  params: {
    balance_per_s: { type: 'number', min: 0, default: 4, about: 'gain of differences of charge' },
    share_per_s: { type: 'number', min: 0, default: 40, about: 'gain of differences of power' },
    exponent_frac: { type: 'number', min: 1e-3, max: 1, default: 0.5, about: 'exponent of differences of charge; 1 is the linear law' },
    zone_frac: { type: 'number', min: 1e-9, max: 1, default: 0.002, about: 'differences below it act linearly' },
  },
  example: { balance_per_s: 4, share_per_s: 40, exponent_frac: 0.5, zone_frac: 0.002 },
  build({ balance_per_s, share_per_s, exponent_frac: alpha, zone_frac: zone }): Law {
    const beta = (2 * alpha) / (1 + alpha);
    return {
      states: ['share_frac'],
      measures: ['e_frac'],
      commands: ['p_set_frac'],
      says: ['e_frac', 'p_frac'],
      startInto(commands, x) {
        x[0] = commands[0];
      },
      rateInto(x, y, heard, rate) {
        rate[0] = balance_per_s * away(heard, 0, y[0], alpha, zone) - share_per_s * away(heard, 1, x[0], beta, zone);
      },
      commandInto(x, _y, commands) {
        commands[0] = x[0];
      },
      sayInto(x, y, said) {
        said[0] = y[0];
        said[1] = x[0];
      },
      tangentInto({ x, y, heard }, d, out) {
        out.rate[0] =
          balance_per_s * awayTangent(heard, d.heard, 0, y[0], d.y[0], alpha, zone) -
          share_per_s * awayTangent(heard, d.heard, 1, x[0], d.x[0], beta, zone);
        out.commands[0] = d.x[0];
        out.said[0] = d.y[0];
        out.said[1] = d.x[0];
      },
    };
  },
});

const WIDTH = 2;

/** Σ_j a_ij·sig(own − h_j)^power */
function away({ weights, values }: Heard, at: number, own: number, power: number, zone: number): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) sum += weights[j] * sig(own - values[j * WIDTH + at], power, zone);
  return sum;
}

function awayTangent({ weights, values }: Heard, d: Heard, at: number, own: number, dOwn: number, power: number, zone: number): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) {
    sum += weights[j] * sigSlope(own - values[j * WIDTH + at], power, zone) * (dOwn - d.values[j * WIDTH + at]);
  }
  return sum;
}

/** sign(x)·|x|^power, and the line to the same value where |x| < zone. */
const sig = (x: number, power: number, zone: number): number =>
  Math.abs(x) < zone ? x * zone ** (power - 1) : Math.sign(x) * Math.abs(x) ** power;

const sigSlope = (x: number, power: number, zone: number): number =>
  Math.abs(x) < zone ? zone ** (power - 1) : power * Math.abs(x) ** (power - 1);
