import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A row of the table in the README of the format: what came of one calculation of one case. */
export interface TableRow {
  readonly threePhase: string;
  readonly balanced: string;
}

/** The table of cases in the README of `formats/power-grid-model`, by case and calculation. */
export function readmeTable(): ReadonlyMap<string, TableRow> {
  const readme = readFileSync(
    fileURLToPath(new URL('../../packages/core/src/formats/power-grid-model/README.md', import.meta.url)),
    'utf8',
  );
  const rows = readme.split('\n').filter((line) => /^\| [\w-]+(\/[\w-]+)* \| (a?sym)( batch)? \|/.test(line));
  return new Map(
    rows.map((line) => {
      const [, name, calculation, threePhase, balanced] = line.split('|').map((cell) => cell.trim());
      return [`${name} ${calculation}`, { threePhase, balanced }];
    }),
  );
}
