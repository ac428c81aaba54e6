import type { Case } from '../../network/network.ts';
import { AcSequence } from './ac/solve.ts';
import { buildOpfModel } from './model.ts';
import type { OpfResult } from './result.ts';
import type { OpfOptions, OpfServices } from './settings.ts';
import { solveOpf } from './solve.ts';

/** Optimal power flows one after another, of cases that differ in loads, limits and costs. */
export interface PreparedOpf {
  solve(value: Case): Promise<OpfResult>;
  /** Hands memory back; optional. */
  release(): void;
}

/**
 * Like `solveOpf`, for many moments of one network: AC starts from the answer before, multipliers included, and analyses its
 * matrix once. The convex formulations are solved anew each time. Whatever the case, the answers satisfy the same conditions as those of
 * `solveOpf`; where there are several local optima, the sequence stays near the one it has.
 * @example
 * const hours = prepareOpf(services, { formulation: 'ac' });
 * for (const hour of cases) results.push(await hours.solve(hour));
 */
export function prepareOpf(services: OpfServices, options: OpfOptions = {}): PreparedOpf {
  if ((options.formulation ?? 'ac') !== 'ac') return { solve: (value) => solveOpf(value, services, options), release() {} };
  const sequence = new AcSequence(services, options);
  return {
    solve: async (value) => sequence.solve(buildOpfModel(value)),
    release: () => sequence.release(),
  };
}
