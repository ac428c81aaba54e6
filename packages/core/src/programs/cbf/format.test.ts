import { describe, expect, it } from 'vitest';
import { highs } from '../../solvers/highs/highs.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { programFormatConformance } from '../conformance.ts';
import { normCbf, transportMps, wyndorCbf, wyndorLp, wyndorOptimum } from '../testing/models.ts';
import { cbfFormat } from './format.ts';

const read = (text: string) => cbfFormat.read(text, { fileName: 'a.cbf' });
const change = (text: string, from: string | RegExp, to: string): string => {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to change: ${from}`);
  return changed;
};

/** min ⟨I, X⟩ + x₀ − 1 with a semidefinite X of order 2, a matrix row, and each of the other cones. */
const everything = `VER
4
POWCONES
1 2
2
1.0
3.0
POW*CONES
1 1
1
1
OBJSENSE
MIN
PSDVAR
1
2
VAR
20 8
F 2
QR 3
EXP 3
EXP* 3
@0:POW 3
@0:POW* 2
GMEANABS 3
L- 1
INT
1
1
PSDCON
1
2
CON
4 2
L= 1
SVECPSD 3
OBJFCOORD
2
0 0 0 1.0
0 1 0 1.5
OBJACOORD
1
0 1.0
OBJBCOORD
-1.0
FCOORD
1
0 0 1 0 1.0
ACOORD
2
0 0 2.0
1 1 1.0
HCOORD
1
0 0 1 1 1.0
BCOORD
2
0 -4.0
1 7.0
DCOORD
1
0 1 0 5.0
`;

programFormatConformance(cbfFormat, {
  solvers: [highs(), interiorPoint()],
  foreign: [wyndorLp, transportMps],
  valid: [
    { title: 'Wyndor Glass', text: wyndorCbf, optimum: wyndorOptimum },
    { title: 'Wyndor Glass in whole numbers', text: `${wyndorCbf}INT\n2\n0\n1\n`, optimum: wyndorOptimum },
    { title: 'infeasible', text: change(wyndorCbf, '2 18', '2 -1'), status: 'infeasible' },
    { title: 'unbounded', text: change(wyndorCbf, 'CON\n3 1\nL+ 3', 'CON\n3 1\nF 3'), status: 'unbounded' },
    {
      title: 'a cone of one dimension is a bound',
      text: change(wyndorCbf, 'VAR\n2 1\nL+ 2', 'VAR\n2 2\nQ 1\nL+ 1'),
      optimum: wyndorOptimum,
    },
    { title: 'a second-order cone', text: normCbf },
    { title: 'every cone', text: everything },
  ],
  broken: [
    ['VER\n9\n', 'PROGRAM_NUMBER_INVALID', 2],
    ['VER\n1\n', 'PROGRAM_CUT_OFF', 2],
    ['OBJSENSE\nMIN\n', 'PROGRAM_SYNTAX', 1],
    [change(normCbf, 'Q 3', 'QX 3'), 'PROGRAM_SYNTAX', 10],
    [change(normCbf, 'Q 3', 'Q 2'), 'PROGRAM_SYNTAX', 10],
    [change(normCbf, 'Q 3', 'POW 3'), 'PROGRAM_SYNTAX', 10],
    [change(normCbf, 'Q 3', '@0:POW 3'), 'PROGRAM_SYNTAX', 10],
    [change(normCbf, 'MIN', 'LEAST'), 'PROGRAM_SYNTAX', 4],
    [change(normCbf, '0 0 1', '0 1 1'), 'PROGRAM_NUMBER_INVALID', 16],
    [change(normCbf, '0 0 1', '0 0 NaN'), 'PROGRAM_NUMBER_INVALID', 16],
    [change(normCbf, '0 0 1', '0 0'), 'PROGRAM_SYNTAX', 16],
    [change(normCbf, '1 3\n2 4', '1 3\n1 4'), 'PROGRAM_TWICE', 20],
    [change(normCbf, '1 3\n2 4', '1 3'), 'PROGRAM_CUT_OFF', 19],
    [change(normCbf, '\nACOORD\n1', '\nACOORD\n2\n0 0 1'), 'PROGRAM_TWICE', 17],
    [change(normCbf, 'VAR\n1 1', 'VAR\n999999999 1'), 'PROGRAM_NUMBER_INVALID', 6],
    [change(normCbf, 'BCOORD', 'BCORD'), 'PROGRAM_SYNTAX', 17],
    [`${normCbf}VAR\n1 1\nF 1\n`, 'PROGRAM_TWICE', 21],
  ],
});

describe('cbf', () => {
  it('returns cones with their constants, and frees what they hold', () => {
    const { cones, program } = read(normCbf);
    expect(cones).toEqual([
      {
        kind: 'second-order',
        over: 'rows',
        index: Int32Array.of(0, 1, 2),
        offset: Float64Array.of(0, 3, 4),
        weights: undefined,
        line: 10,
      },
    ]);
    expect([...program.rowLower]).toEqual([-Infinity, -Infinity, -Infinity]);
  });

  it('reads each cone, and matrices as the lower triangle column by column', () => {
    const { cones, program, sense, rowLine } = read(everything);
    expect(cones.map(({ kind, over, index }) => `${kind} ${over} ${index[0]} ${index.length}`)).toEqual([
      'rotated-second-order columns 2 3',
      'exponential columns 5 3',
      'dual-exponential columns 8 3',
      'power columns 11 3',
      'dual-power columns 14 2',
      'geometric-mean columns 16 3',
      'positive-semidefinite columns 20 3',
      'scaled-positive-semidefinite rows 1 3',
      'positive-semidefinite rows 4 3',
    ]);
    expect([...(cones[3].weights ?? [])]).toEqual([1, 3]);
    expect([...cones[7].offset]).toEqual([7, 0, 0]);
    expect([...cones[8].offset]).toEqual([0, 5, 0]);
    expect([...program.cost.subarray(20)]).toEqual([1, 3, 0]);
    expect([program.columnName(21), program.rowName(6)]).toEqual(['X0[1,0]', 'C0[1,1]']);
    // row 0: 2·x0 + 2·X[1,0] = 4; the matrix row holds x0 at (1, 1)
    expect([program.rowLower[0], program.rowUpper[0]]).toEqual([4, 4]);
    expect(program.rows.values[program.rows.colStart[21]]).toBe(2);
    expect([...program.rows.rowIndex.subarray(0, 2)]).toEqual([0, 6]);
    expect([sense, program.offset, program.upper[19], rowLine(0)]).toEqual(['minimise', -1, 0, 35]);
  });

  it('reads the first of several programmes and says so', () => {
    const { warnings } = read(`${normCbf}CHANGE\nOBJSENSE\nMAX\n`);
    expect(warnings).toEqual(['The file holds several programmes: only the first is read (line 21)']);
  });
});
