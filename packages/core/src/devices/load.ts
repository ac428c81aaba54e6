import { at, type Coefficient } from '../problem/affine.ts';

const nonZero = (value: Coefficient): boolean => (typeof value === 'number' ? value !== 0 : value.some((v) => v !== 0));

/** The fault of a load whose reactive power is given twice. */
export function bothReactive(x: { readonly pf_frac: number; readonly q_load_kvar: Coefficient }): string[] {
  if (x.pf_frac >= 1 || !nonZero(x.q_load_kvar)) return [];
  return [`pf_frac ${x.pf_frac} and q_load_kvar both say what reactive power it draws: give one`];
}

/**
 * The fault of a plant whose available power is given twice, or not at all.
 * A profile of zeros is an answer; the number 0, the default, is none.
 */
export function oneOf(names: readonly [string, string], values: readonly [Coefficient, Coefficient]): string[] {
  const [first, second] = values.map(nonZero);
  if (first && second) return [`${names[0]} and ${names[1]} both say what power is available: give one`];
  if (values.every((value) => value === 0)) return [`neither ${names[0]} nor ${names[1]} is given: one of them has to be`];
  return [];
}

/** Largest value over the steps. */
export function largest(value: Coefficient, steps_count: number): number {
  let most = -Infinity;
  for (let t = 0; t < steps_count; t++) most = Math.max(most, at(value, t));
  return most;
}
