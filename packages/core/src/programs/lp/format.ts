import type { ProgramFormat } from '../contract.ts';
import { ProgramText } from '../source.ts';
import { LpReading } from './read.ts';

/**
 * LP files as CPLEX defines them and HiGHS writes them: linear rows, linear or quadratic objective, whole variables.
 * @source IBM, CPLEX File Formats Reference, "LP file format"
 */
export const lpFormat: ProgramFormat = {
  name: 'lp',
  description: 'LP as CPLEX and HiGHS write it, linear, mixed-integer or quadratic (.lp)',
  endings: ['lp'],
  detects: (text) => /^(?:[ \t\r]*(?:\\[^\n]*)?\n)*[ \t]*(?:min|max)(?:imum|imi[sz]e)?(?=[ \t\r\n])/i.test(text.slice(0, 65_536)),
  read: (text, { fileName }) => new LpReading(new ProgramText(text, fileName)).read(),
};
