import type { ProgramFormat } from '../contract.ts';
import { ProgramText } from '../source.ts';
import { CbfReading } from './read.ts';

/**
 * The Conic Benchmark Format, versions 1 to 4.
 * @source H. A. Friberg, CBLIB 2014: a benchmark library for conic mixed-integer and continuous optimization, Math. Prog.
 *   Comp. 8 (2016); MOSEK, "The CBF format", for versions 2 to 4
 */
export const cbfFormat: ProgramFormat = {
  name: 'cbf',
  description: 'Conic Benchmark Format, versions 1 to 4 (.cbf)',
  endings: ['cbf'],
  detects: (text) => /^(?:[ \t\r]*(?:#[^\n]*)?\n)*VER[ \t\r]*\n/.test(text.slice(0, 65_536)),
  read: (text, { fileName }) => new CbfReading(new ProgramText(text, fileName)).read(),
};
