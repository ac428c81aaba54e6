import { describe, expect, it } from 'vitest';
import { pgmCaseNames, readPgmCase } from './cases.ts';
import { runCase, type Verdict } from './run-case.ts';
import { readmeTable } from './table.ts';

/** What the table says of a verdict. */
function wordOf(verdict: Verdict, raises: string | undefined): string {
  const { status, detail, compared_count } = verdict;
  if (status === 'passed') return compared_count === 0 ? 'no numbers' : 'passed';
  if (status === 'failed') return 'failed';
  if (raises !== undefined && /^hunting|PGM_UNKNOWN_ID/.test(detail)) return 'refused, as expected';
  if (/^regulators do not act|^loads of constant current/.test(detail)) return 'cannot';
  return detail.startsWith('diverged') ? 'diverged' : 'refused';
}

describe.runIf(pgmCaseNames.length > 0)("power-grid-model's power-flow cases, as the table in the README of the format says", () => {
  const table = readmeTable();

  it('has a row for each', () => {
    const calculations = pgmCaseNames.flatMap((name) => readPgmCase(name).outputs.map((output) => `${name} ${calculationOf(output)}`));
    expect([...table.keys()].sort()).toEqual(calculations.sort());
  });

  it.each(pgmCaseNames)('%s', (name) => {
    const pgm = readPgmCase(name);
    for (const output of pgm.outputs) {
      const row = table.get(`${name} ${calculationOf(output)}`);
      const threePhase = runCase(pgm, output, 'three-phase');
      expect(wordOf(threePhase, pgm.raises), threePhase.detail).toBe(row?.threePhase);
      if (output.isAsymmetric) {
        expect(row?.balanced).toBe('–');
        continue;
      }
      const balanced = runCase(pgm, output, 'balanced');
      expect(wordOf(balanced, pgm.raises), balanced.detail).toBe(row?.balanced);
    }
  });
});

const calculationOf = ({ isAsymmetric, isBatch }: { readonly isAsymmetric: boolean; readonly isBatch: boolean }): string =>
  `${isAsymmetric ? 'asym' : 'sym'}${isBatch ? ' batch' : ''}`;
