import { it } from 'vitest';
import { pgmCaseNames, readPgmCase } from './cases.ts';
import { runCase } from './run-case.ts';

it('all', () => {
  for (const name of pgmCaseNames) {
    const pgm = readPgmCase(name);
    for (const output of pgm.outputs) {
      const v = runCase(pgm, output);
      console.log(
        `${v.status} ${name} ${output.isAsymmetric ? 'asym' : 'sym'}${output.isBatch ? ' batch' : ''} ${pgm.raises ?? ''} [${v.compared_count}] ${v.detail}`,
      );
    }
  }
});
