import { it } from 'vitest';
import { pgmCaseNames, readPgmCase } from './cases.ts';
import { runCase } from './run-case.ts';
it('all', () => {
  for (const name of pgmCaseNames) {
    const pgm = readPgmCase(name);
    for (const output of pgm.outputs) {
      for (const way of output.isAsymmetric ? (['three-phase'] as const) : (['three-phase', 'balanced'] as const)) {
        const v = runCase(pgm, output, way);
        console.log(`${v.status} ${name} ${output.isAsymmetric ? 'asym' : 'sym'}${output.isBatch ? ' batch' : ''} ${way} ${pgm.raises ?? ''} [${v.compared_count}] ${v.detail}`);
      }
    }
  }
});
