import { zeroOrderHold } from '../linalg/matrix-exponential.ts';
import { at } from './affine.ts';
import type { Declaration } from './declare.ts';

/**
 * Exact zero-order hold. With x' = A·x + f and f constant on a step,
 *
 *   x(t+dt) = Φ·x(t) + Γ·f,   Φ = e^{A·dt},   Γ = ∫₀^dt e^{A·s} ds.
 *
 * @shape phi, gamma: states × states, row-major, one pair per step (shared where A does not change)
 * @source Van Loan, Computing integrals involving the matrix exponential (1978)
 */
export interface Hold {
  readonly phi: Float64Array;
  readonly gamma: Float64Array;
}

export function hold(declared: Declaration, t: number): Hold {
  const { states, dt_h } = declared;
  const n = states.length;
  const position = new Map(states.map((s, i) => [s.variable.index, i]));
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (const { variable, coefficient } of states[i].rate.terms) {
      const j = position.get(variable.index);
      if (j !== undefined) a[i * n + j] += at(coefficient, t);
    }
  }
  return zeroOrderHold(a, n, dt_h);
}

/** One hold per step; the same object where the rates do not change with time. */
export function holds(declared: Declaration): Hold[] {
  const changing = declared.states.some((s) =>
    s.rate.terms.some((term) => term.variable.role === 'state' && typeof term.coefficient !== 'number'),
  );
  const first = declared.states.length > 0 ? hold(declared, 0) : { phi: new Float64Array(0), gamma: new Float64Array(0) };
  return Array.from({ length: declared.steps_count }, (_, t) => (changing && t > 0 ? hold(declared, t) : first));
}
