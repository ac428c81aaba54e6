import { at } from './affine.ts';
import type { Declaration } from './declare.ts';

/**
 * The reading of a declaration that a simulator takes: the rates themselves, with inputs saturated at their limits.
 *
 * @param t - step whose coefficients hold
 * @param x - states, in order of declaration
 * @param u - inputs, in order of declaration; values beyond the limits are cut
 * @param out - rates of the states, per hour
 * @shape x, out (states); u (inputs)
 */
export function derivativeInto(declared: Declaration, t: number, x: Float64Array, u: Float64Array, out: Float64Array): void {
  const { inputs, states, variables } = declared;
  const value = new Float64Array(variables.length);
  inputs.forEach((law, i) => {
    value[law.variable.index] = Math.min(Math.max(u[i], at(law.lower, t)), at(law.upper, t));
  });
  states.forEach((law, i) => {
    value[law.variable.index] = x[i];
  });
  states.forEach((law, i) => {
    let rate = at(law.rate.constant, t);
    for (const { variable, coefficient } of law.rate.terms) rate += at(coefficient, t) * value[variable.index];
    out[i] = rate;
  });
}
