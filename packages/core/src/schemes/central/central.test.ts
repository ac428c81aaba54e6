import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { everything, schemeConformance, settings } from '../conformance.ts';
import { exchangeProblem } from '../testing/exchange-problems.ts';
import { central } from './scheme.ts';

schemeConformance(central, { tight: central.defaults, needs: ['solver'] });

describe('central', () => {
  it('carries the residuals of the solver as its certificate', async () => {
    const outcome = await central.run(exchangeProblem(randomStream(4), settings), central.defaults, everything);
    expect(outcome.certificate['solver']).toBe('interior-point');
    for (const name of ['primalResidual', 'dualResidual', 'gap']) expect(outcome.certificate[name]).toBeLessThan(1e-6);
  });
});
