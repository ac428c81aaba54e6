import type { NetworkFormat } from '../contract.ts';
import { mustBeText } from '../text-checks.ts';
import { buildCase } from './case.ts';
import { runStatements } from './run.ts';
import { SourceText } from './syntax.ts';
import { writeCase } from './write.ts';

/**
 * MATPOWER case files, version 2, with the statements that convert units after the tables.
 * @source MATPOWER User's Manual 8.0, appendix B
 */
export const matpowerFormat: NetworkFormat = {
  name: 'matpower',
  description: 'MATPOWER case, version 2 (.m)',
  endings: ['m'],
  detects: (text) => /(?:^|\n)[ \t]*(?:function[ \t]+[[\w\], ]{1,200}=|mpc\.(?:version|baseMVA|bus)[ \t]*=)/.test(text.slice(0, 16_384)),
  write: writeCase,
  read(text, { fileName }) {
    mustBeText(text, fileName);
    const source = new SourceText(text, fileName);
    return buildCase(source, runStatements(source));
  },
};
