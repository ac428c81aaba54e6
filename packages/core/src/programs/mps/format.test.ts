import { describe, expect, it } from 'vitest';
import { highs } from '../../solvers/highs/highs.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { programFormatConformance } from '../conformance.ts';
import { mustReadAsHighs } from '../testing/highs-reading.ts';
import {
  nocedalOptimum,
  nocedalQps,
  normCbf,
  transportMps,
  transportOptimum,
  wyndorLp,
  wyndorMps,
  wyndorOptimum,
} from '../testing/models.ts';
import { mpsFormat } from './format.ts';

const read = (text: string) => mpsFormat.read(text, { fileName: 'a.mps' });
const change = (text: string, from: string | RegExp, to: string): string => {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to change: ${from}`);
  return changed;
};

/** Every type of bound, ranges on each type of row, a marker, a constant, a second objective. */
const everything = `* all of it
NAME          ALL
ROWS
 N  obj
 N  other
 L  l1
 G  g1
 E  ep
 E  em
 L  lfree
COLUMNS
    a  obj  1  l1  1
    a  g1  1
    b  obj  1  l1  1
    b  other  7
    c  obj  -1.5e0  ep  1
    d  obj  1  em  1
    e  obj  1  g1  2
    M1  'MARKER'  'INTORG'
    f  obj  1  g1  1
    g  obj  1  g1  1
    h  obj  1  lfree  1
    M2  'MARKER'  'INTEND'
    k  obj  .5  g1  1
    m  obj  1D0  g1  1
    o  obj  1  g1  1
RHS
    R  obj  -10
    R  l1  8  g1  2
    R  ep  3  em  3
    S  l1  99
RANGES
    RG  l1  2  g1  5
    RG  ep  2  em  -2
BOUNDS
 LO B  a  -1
 UP B  a  4
 UP B  b  -2
 FX B  c  3.5
 MI B  d
 UP B  d  9
 FR B  e
 BV B  k
 UI B  g  7
 LI B  m  -3
 PL B  o
 UP C  a  77
ENDATA
`;

/** The fixed layout where names hold blanks, with \`MARY ANN\` as in the old collections. */
const fixed = `NAME          BLANKS
ROWS
 N  COST
 G  ROW ONE
 L  R2
COLUMNS
    MARY ANN  COST               1.0   ROW ONE            1.0
    MARY ANN  R2                 1.0
    X 2       COST               3.0   ROW ONE            1.0
RHS
    RHS       ROW ONE            4.0   R2                 3.0
BOUNDS
 UP BND       X 2                5.0
ENDATA
`;
const rowless = 'ROWS\n N c\nCOLUMNS\n x c 1\nBOUNDS\n UP b x 4\n LO b x -1\nENDATA\n';

programFormatConformance(mpsFormat, {
  solvers: [highs(), interiorPoint()],
  foreign: [wyndorLp, normCbf],
  valid: [
    { title: 'transport, fixed', text: transportMps, optimum: transportOptimum },
    { title: 'Wyndor Glass, free, maximised', text: wyndorMps, optimum: wyndorOptimum },
    { title: 'a quadratic programme', text: nocedalQps, optimum: nocedalOptimum },
    { title: 'every section', text: everything },
    { title: 'names with blanks', text: fixed, optimum: 3 + 3 },
    { title: 'remarks behind a dollar', text: wyndorMps.replaceAll(/(plant\d.*)$/gm, '$1 $$ a remark'), optimum: wyndorOptimum },
    { title: 'no rows', text: rowless, optimum: -1 },
    { title: 'infeasible', text: change(wyndorMps, 'plant3 18', 'plant3 -1'), status: 'infeasible' },
    { title: 'unbounded', text: change(change(wyndorMps, ' L plant2', ' G plant2'), ' L plant3', ' G plant3'), status: 'unbounded' },
    { title: 'contradictory bounds', text: change(rowless, 'LO b x -1', 'LO b x 5'), status: 'infeasible' },
    { title: 'an empty row that holds', text: change(wyndorMps, ' L plant1', ' L empty\n L plant1'), optimum: wyndorOptimum },
  ],
  broken: [
    [change(wyndorMps, 'ENDATA\n', ''), 'PROGRAM_CUT_OFF', 16],
    [change(wyndorMps, 'COLUMNS', 'COLUMN'), 'PROGRAM_SYNTAX', 9],
    [change(wyndorMps, 'doors profit 3 ', 'doors profit abc '), 'PROGRAM_NUMBER_INVALID', 10],
    [change(wyndorMps, 'doors profit 3 ', 'doors profit NaN '), 'PROGRAM_NUMBER_INVALID', 10],
    [change(wyndorMps, 'doors profit 3 ', 'doors profit Inf '), 'PROGRAM_NUMBER_INVALID', 10],
    [change(wyndorMps, 'doors profit 3 ', 'doors profit 1e999 '), 'PROGRAM_NUMBER_INVALID', 10],
    [change(wyndorMps, 'doors plant3', 'doors plnt3'), 'PROGRAM_NAME_UNKNOWN', 11],
    [change(wyndorMps, 'doors plant3', 'doors plant1'), 'PROGRAM_TWICE', 11],
    [change(wyndorMps, ' L plant2', ' L plant1'), 'PROGRAM_TWICE', 7],
    [change(wyndorMps, ' L plant2', ' X plant2'), 'PROGRAM_SYNTAX', 7],
    [change(wyndorMps, 'MAX', 'MOX'), 'PROGRAM_SYNTAX', 3],
    [change(wyndorMps, 'plant3 18', 'plant3 -Inf'), 'PROGRAM_BOUND_INVALID', 16],
    [change(wyndorMps, ' windows plant3 2', ' windows plant3 2\n doors plant2 1'), 'PROGRAM_TWICE', 14],
    [change(rowless, 'LO b x -1', 'LO b x NaN'), 'PROGRAM_NUMBER_INVALID', 7],
    [change(rowless, 'LO b x -1', 'LO b x Inf'), 'PROGRAM_BOUND_INVALID', 7],
    [change(rowless, 'LO b x -1', 'UP b x 5'), 'PROGRAM_TWICE', 7],
    [change(rowless, 'LO b x -1', 'LO b y 5'), 'PROGRAM_NAME_UNKNOWN', 7],
    [change(rowless, 'LO b x -1', 'XX b x 5'), 'PROGRAM_SYNTAX', 7],
    [change(rowless, 'LO b x -1', 'SC b x 5'), 'PROGRAM_FEATURE_NOT_YET', 7],
    [change(rowless, 'ENDATA', 'SOS\n S1 s\nENDATA'), 'PROGRAM_FEATURE_NOT_YET', 8],
    [change(nocedalQps, 'QUADOBJ', 'QCMATRIX c1'), 'PROGRAM_FEATURE_NOT_YET', 15],
    [change(nocedalQps, 'y  y  2.0', 'x  x  2.0'), 'PROGRAM_TWICE', 17],
    [change(change(nocedalQps, 'QUADOBJ', 'QMATRIX'), 'y  y  2.0', 'x  y  2.0'), 'PROGRAM_NOT_SYMMETRIC', 17],
    ['ROWS\n N c\nFOO\n', 'PROGRAM_SYNTAX', 3],
    [' x 1\n', 'PROGRAM_SYNTAX', 1],
  ],
});

describe('mps', () => {
  it('reads bounds, ranges, markers and the constant of the objective', () => {
    const { program, warnings } = read(everything);
    const inf = Number.POSITIVE_INFINITY;
    expect([...program.rowLower]).toEqual([6, 2, 3, 1, -inf]);
    expect([...program.rowUpper]).toEqual([8, 7, 5, 3, 0]);
    expect([...program.lower]).toEqual([-1, -inf, 3.5, -inf, -inf, 0, 0, 0, 0, -3, 0]);
    expect([...program.upper]).toEqual([4, -2, 3.5, 9, inf, 1, 7, 1, 1, inf, inf]);
    expect([...(program.integer ?? [])]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0]);
    expect(program.offset).toBe(10);
    expect(program.cost[2]).toBe(-1.5);
    expect(warnings.join('\n')).toMatch(/"other"[\s\S]*set "S"[\s\S]*"b" has a negative upper bound[\s\S]*set "C"[\s\S]*"f", "h"/);
  });

  // without the negative upper bound: HiGHS leaves 0 below it, we follow CPLEX and GLPK
  it.each([transportMps, wyndorMps, nocedalQps, change(everything, 'UP B  b  -2', 'UP B  b  2'), rowless])(
    'reads as HiGHS does',
    async (text) => {
      await mustReadAsHighs(read(text), text, 'mps');
    },
  );

  it('reads QMATRIX as it reads QUADOBJ', () => {
    const half = change(nocedalQps, 'y  y  2.0', 'y  y  2.0\n    x  y  0.5');
    const full = change(change(half, 'QUADOBJ', 'QMATRIX'), 'x  y  0.5', 'x  y  0.5\n    y  x  0.5');
    expect(read(full).program.quadratic).toEqual(read(half).program.quadratic);
  });

  it('knows the lines of rows and columns, and warns of empty rows and contradictions', () => {
    const { columnLine, rowLine, warnings } = read(change(everything, 'UP B  a  4', 'UP B  a  -4'));
    expect([columnLine(0), rowLine(0)]).toEqual([12, 6]);
    expect(warnings.join('\n')).toMatch(/"a" has a lower bound -1 above its upper bound -4 \(line 12\)/);
    expect(read('ROWS\n N c\n G r\nCOLUMNS\n x c 1\nENDATA\n').warnings).toEqual(['Row "r" has no coefficients (line 3)']);
  });
});
