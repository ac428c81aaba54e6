import type { ProgramFormat } from '../contract.ts';
import { ProgramText } from '../source.ts';
import { MpsReading } from './read.ts';

/**
 * MPS files, fixed and free, with the quadratic sections of QPS.
 * @source IBM, CPLEX File Formats Reference, "MPS file format"; I. Maros, C. Mészáros, A repository of convex quadratic
 *   programming problems, Optim. Methods Softw. 11 (1999), section 3 (QPS)
 */
export const mpsFormat: ProgramFormat = {
  name: 'mps',
  description: 'MPS, fixed or free, linear, mixed-integer or quadratic (.mps, .qps)',
  endings: ['mps', 'qps'],
  detects: (text) =>
    /^(?:(?:\*[^\n]*|[ \t\r]*)\n)*(?:NAME(?:[ \t\r][^\n]*)?|ROWS|OBJSENSE(?:[ \t]+\w+)?|OBJNAME)[ \t\r]*\n/.test(text.slice(0, 65_536)),
  read: (text, { fileName }) => new MpsReading(new ProgramText(text, fileName)).read(),
};
