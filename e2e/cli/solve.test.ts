import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, errorOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

const wyndor = `\\ Wyndor Glass, Hillier & Lieberman, Introduction to Operations Research, section 3.1: 36 at (2, 6)
Maximize
 profit: 3 doors + 5 windows
Subject To
 plant1: doors <= 4
 plant2: 2 windows <= 12
 plant3: 3 doors + 2 windows <= 18
End
`;
/** Nocedal & Wright, Numerical Optimization (2006), example 16.4: 0.8 at (1.4, 1.7) */
const nocedal = `NAME NOCEDAL
ROWS
 N obj
 G c1
 G c2
 G c3
COLUMNS
 x obj -2 c1 1
 x c2 -1 c3 -1
 y obj -5 c1 -2
 y c2 -2 c3 2
RHS
 rhs obj -7.25 c1 -2
 rhs c2 -6 c3 -2
QUADOBJ
 x x 2
 y y 2
ENDATA
`;
/** The same with x whole: (1, 1.5) costs 1, (2, 2) costs 1.25. */
const wholeNocedal = nocedal
  .replace(' x obj -2', " M1 'MARKER' 'INTORG'\n x obj -2")
  .replace(' y obj', " M2 'MARKER' 'INTEND'\n y obj")
  .replace('QUADOBJ', 'BOUNDS\n UP bnd x 9\nQUADOBJ');
const saddle = 'Minimize\n obj: x + [ x ^2 - 4 x * y + y ^2 ] / 2\nSubject To\n c: x + y >= 1\nEnd\n';
/** min x0 + x1 over 2·x0·x1 ≥ 3² and x2 = 3: √2·3 at (3/√2, 3/√2) */
const cone = 'VER\n2\nOBJSENSE\nMIN\nVAR\n3 1\nQR 3\nCON\n1 1\nL= 1\nOBJACOORD\n2\n0 1\n1 1\nACOORD\n1\n0 2 1\nBCOORD\n1\n0 -3\n';
/**
 * One cone of every sort over x0 … x19, which con0 … con11 hold apart from six: min x0 + x3 − x8 − x12 − x15 + x17 with
 * 2·x0·2 ≥ 3², x3 ≥ 2·exp(1/2), x8 ≤ 2^¼·3^¾, |x12| ≤ (2·4·27)^⅓, ‖(x14, x15)‖ ≤ 5 at x14 = 3, x17 ≥ exp(−1.5), minus
 * the least eigenvalue of [2 1; 1 3], plus the largest x20 with that matrix less x20·I semidefinite.
 */
const everyCone = [
  'VER\n4\nPOWCONES\n1 2\n2\n1\n3\nOBJSENSE\nMIN\nPSDVAR\n1\n2',
  'VAR\n21 8\nQR 3\nEXP 3\n@0:POW 3\nGMEANABS 4\nQ 3\nF 1\nEXP* 3\nF 1\nPSDCON\n1\n2\nCON\n14 1\nL= 14',
  'OBJFCOORD\n3\n0 0 0 2\n0 1 0 1\n0 1 1 3\nOBJACOORD\n7\n0 1\n3 1\n8 -1\n12 -1\n15 -1\n17 1\n20 -1',
  'FCOORD\n2\n13 0 0 0 1\n13 0 1 1 1',
  'ACOORD\n13\n0 1 1\n1 2 1\n2 4 1\n3 5 1\n4 6 1\n5 7 1\n6 9 1\n7 10 1\n8 11 1\n9 13 1\n10 14 1\n11 18 1\n12 19 1',
  'BCOORD\n14\n0 -2\n1 -3\n2 -2\n3 -1\n4 -2\n5 -3\n6 -2\n7 -4\n8 -27\n9 -5\n10 -3\n11 -0.5\n12 1\n13 -1',
  'HCOORD\n2\n0 20 0 0 -1\n0 20 1 1 -1\nDCOORD\n3\n0 0 0 2\n0 1 0 1\n0 1 1 3\n',
].join('\n');
const everyOptimum = 2.25 + 2 * Math.exp(0.5) - 2 ** 0.25 * 3 ** 0.75 - 6 - 4 + Math.exp(-1.5);
const wyndorCbf =
  'VER\n1\nOBJSENSE\nMAX\nVAR\n2 1\nL+ 2\nCON\n3 1\nL+ 3\nOBJACOORD\n2\n0 3\n1 5\nACOORD\n4\n0 0 -1\n1 1 -2\n2 0 -3\n2 1 -2\nBCOORD\n3\n0 4\n1 12\n2 18\n';

/** Market split: five equations over fifty 0–1 variables. Nobody solves it soon; after Cornuéjols & Dawande (1998). */
function marketSplit(): string {
  let state = 7;
  const next = (): number => (state = (state * 48271) % 2147483647) % 100;
  const rows = Array.from({ length: 5 }, (_, i) => {
    const terms = Array.from({ length: 50 }, (_, j) => ({ j, value: next() }));
    const half = Math.floor(terms.reduce((total, { value }) => total + value, 0) / 2);
    return ` r${i}: ${terms.map(({ j, value }) => `${value} x${j}`).join(' + ')} + s${i} - t${i} = ${half}`;
  });
  const names = Array.from({ length: 50 }, (_, j) => `x${j}`).join(' ');
  return `Minimize\n slack: ${rows.map((_, i) => `s${i} + t${i}`).join(' + ')}\nSubject To\n${rows.join('\n')}\nBinaries\n ${names}\nEnd\n`;
}

let cwd: string;
beforeAll(() => {
  cwd = folderWith({
    'wyndor.lp': wyndor,
    'wyndor.cbf': wyndorCbf,
    'nocedal.qps': nocedal,
    'whole.lp': wyndor.replace('<= 18', '<= 17').replace('End', 'Generals\n doors windows\nEnd'),
    'infeasible.lp': wyndor.replace('<= 18', '<= -1'),
    'contradiction.lp': wyndor.replace('End', 'Bounds\n 5 <= doors <= 3\nEnd'),
    'unbounded.lp': wyndor.replace('<= 12', '>= 12').replace('<= 18', '>= 18'),
    'saddle.lp': saddle,
    'cone.cbf': cone,
    'every.cbf': everyCone,
    'outside.cbf':
      'VER\n2\nOBJSENSE\nMIN\nVAR\n3 1\nEXP 3\nCON\n3 1\nL= 3\nOBJACOORD\n1\n0 1\nACOORD\n3\n0 0 1\n1 1 1\n2 2 1\nBCOORD\n3\n0 -2\n1 -1\n2 -1\n',
    'whole.qps': wholeNocedal,
    'hard-square.lp': marketSplit().replace(
      /slack: (.*)/,
      (_, sum: string) =>
        `slack: [ ${sum
          .split(' + ')
          .map((name) => `${name} ^2`)
          .join(' + ')} ] / 2`,
    ),
    'miqp.lp': 'Maximize\n obj: x - [ x ^2 ] / 2\nSubject To\n c: x <= 3\nGenerals\n x\nEnd\n',
    'nan.lp': wyndor.replace('<= 4', '<= NaN'),
    'cut.qps': nocedal.replace('ENDATA\n', ''),
    'twice.qps': nocedal.replace('x c2 -1', 'x c1 -1'),
    'rubbish.txt': 'hello\nworld\n',
    'empty.mps': '',
    'hard.lp': marketSplit(),
  });
});
afterAll(() => removeFolder(cwd));

describe('gridflock solve', () => {
  it('tells every iteration on request, on standard error', async () => {
    const ended = await gridflock(['solve', 'nocedal.qps', '--log', '--json'], { cwd });
    const { stderr, status } = ended;
    expect(status).toBe(0);
    expect(documentOf(ended)).toMatchObject({ status: 'optimal', coefficients: 6, quadratic: 2 });
    const numbers = [...stderr.matchAll(/^ +(\d+)( +-?\d\.\d+e[+-]\d+){4}$/gm)].map((line) => Number(line[1]));
    expect(stderr).toMatch(/iteration +objective +bound +primal +dual/);
    expect(numbers.length).toBeGreaterThan(3);
    expect(numbers).toEqual(numbers.map((_, k) => k));
  });

  it.each([
    ['wyndor.lp', 'highs', 36, 'maximise', { doors: 2, windows: 6 }],
    ['wyndor.cbf', 'highs', 36, 'maximise', { x0: 2, x1: 6 }],
    ['nocedal.qps', 'interior-point', 0.8, 'minimise', { x: 1.4, y: 1.7 }],
    ['cone.cbf', 'interior-point', 3 * Math.SQRT2, 'minimise', { x0: 3 * Math.SQRT1_2, x1: 3 * Math.SQRT1_2, x2: 3 }],
    ['every.cbf', 'interior-point', everyOptimum, 'minimise', { x0: 2.25, x3: 2 * Math.exp(0.5), x15: 4, x20: (5 - Math.sqrt(5)) / 2 }],
    ['whole.lp', 'highs', 33, 'maximise', { doors: 1, windows: 6 }],
    ['whole.qps', 'outer-approximation', 1, 'minimise', { x: 1, y: 1.5 }],
    ['miqp.lp', 'outer-approximation', 0.5, 'maximise', { x: 1 }],
  ])('%s: chooses a solver and finds the published optimum', async (file, solver, objective, sense, variables) => {
    const ended = await gridflock(['solve', file, '--json', '--variables'], { cwd });
    expect(ended.status).toBe(0);
    const document = documentOf(ended);
    expect(document).toMatchObject({ status: 'optimal', solver, sense, warnings: [] });
    expect(document['objective']).toBeCloseTo(objective, 6);
    expect(document['bound']).toBeCloseTo(objective, 5);
    for (const [name, value] of Object.entries(variables)) {
      expect((document['variables'] as Record<string, number>)[name]).toBeCloseTo(value, 5);
    }
    for (const residual of Object.values(document['certificate'] as object)) expect(Math.abs(residual as number)).toBeLessThan(1e-6);
    expect(document['time_ms']).toBeGreaterThan(0);
  });

  it('measures cones, and prints only what the file has', async () => {
    const document = documentOf(await gridflock(['solve', 'every.cbf', '--json', '--variables', '--out', 'every'], { cwd }));
    expect(document).toMatchObject({ cones: 8, rows: 17, columns: 24 });
    expect((document['certificate'] as Record<string, number>)['cone_residual']).toBeLessThan(1e-7);
    const names = [...Array.from({ length: 21 }, (_, j) => `x${j}`), 'X0[0,0]', 'X0[1,0]', 'X0[1,1]'];
    expect(Object.keys(document['variables'] as object)).toEqual(names);
    // The price of con1, which holds x2 = 3: the slope of 9/4 is 3/2.
    const rows = readFileSync(join(cwd, 'every/rows.csv'), 'utf8').split('\n');
    expect(rows).toHaveLength(1 + 17 + 1);
    expect(Number(rows[2]?.split(',').at(-1))).toBeCloseTo(1.5, 3);
    const { stdout } = await gridflock(['solve', 'every.cbf'], { cwd });
    expect(stdout).toMatch(/every\.cbf: optimal \(interior-point[\s\S]*8 cones[\s\S]*recomputed from the file: primal .*, cones .*, dual/);
  });

  it('tells a person the objective, the bound and the certificate, and hardly any progress of what is done at once', async () => {
    const ended = await gridflock(['solve', 'wyndor.lp', '--solver', 'highs', '--variables'], { cwd });
    expect(ended.stdout).toMatch(/wyndor\.lp: optimal \(highs[\s\S]*36 \(maximise\)[\s\S]*recomputed from the file[\s\S]*doors +2/);
    expect(ended.stderr).toMatch(/^(solve\n)?$/);
  });

  it('writes the same files twice', async () => {
    for (const out of ['a', 'b']) expect((await gridflock(['solve', 'wyndor.lp', '--out', out], { cwd })).status).toBe(0);
    expect(namesIn(join(cwd, 'a'))).toEqual(['rows.csv', 'solve.json', 'variables.csv']);
    for (const name of namesIn(join(cwd, 'a'))) expect(readFileSync(join(cwd, 'a', name))).toEqual(readFileSync(join(cwd, 'b', name)));
    // a price of the maximised objective: one hour more in plant 2 is worth 1.5
    expect(readFileSync(join(cwd, 'a/rows.csv'), 'utf8')).toContain('plant2,12,,12,1.5');
    expect((await gridflock(['solve', 'wyndor.lp', '--out', 'a', '--force'], { cwd })).status).toBe(0);
  });

  it.each([
    ['infeasible.lp', 'highs', 'plant3', 7],
    ['outside.cbf', 'interior-point', 'con2', 10],
    ['infeasible.lp', 'interior-point', 'plant3', 7],
    ['contradiction.lp', 'highs', 'doors', 3],
  ])('%s by %s: says no, with names and lines', async (file, solver, name, line) => {
    const ended = await gridflock(['solve', file, '--solver', solver, '--json'], { cwd });
    expect(ended.status).toBe(1);
    const document = documentOf(ended);
    expect(document).toMatchObject({ status: 'infeasible', objective: null });
    expect(document['conflict']).toContainEqual({ name, where: `${file}:${line}` });
  });

  it('says unbounded', async () => {
    const ended = await gridflock(['solve', 'unbounded.lp', '--json'], { cwd });
    expect([ended.status, documentOf(ended)['status'], documentOf(ended)['objective']]).toEqual([1, 'unbounded', null]);
  });

  it.each([
    ['solve saddle.lp', 2, 'SOLVER_NOT_CONVEX', /"[xy]".*block with "[xy]"/, 'saddle.lp:2'],
    ['solve cone.cbf --solver highs', 3, 'SOLVER_CANNOT', /second-order/, null],
    ['solve miqp.lp --solver highs', 3, 'SOLVER_CANNOT', /quadratic/, 'solver highs'],
    ['solve miqp.lp --solver interior-point', 3, 'SOLVER_CANNOT', /"x" must be whole/, 'solver interior-point'],
    ['solve miqp.lp --gap 2', 2, 'CLI_INVALID_VALUE', /--gap/, '--gap'],
    ['solve miqp.lp --gap wide', 2, 'CLI_INVALID_VALUE', /--gap/, '--gap'],
    ['solve nocedal.qps --solver highs', 3, 'SOLVER_CANNOT', /quadratic/, 'solver highs'],
    ['solve nan.lp', 2, 'PROGRAM_NUMBER_INVALID', /NaN/, 'nan.lp:5'],
    ['solve cut.qps', 2, 'PROGRAM_CUT_OFF', /ENDATA/, 'cut.qps:17'],
    ['solve twice.qps', 2, 'PROGRAM_TWICE', /"x" in row "c1"/, 'twice.qps:9'],
    ['solve rubbish.txt', 2, 'FORMAT_UNKNOWN', /no programme format/, 'rubbish.txt'],
    ['solve rubbish.txt --format lp', 2, 'PROGRAM_SYNTAX', /Minimize/, 'rubbish.txt:1'],
    ['solve empty.mps', 2, 'FORMAT_EMPTY', /empty/, 'empty.mps'],
    ['solve wyndor.lp --format lpp', 2, 'FORMAT_UNKNOWN', /lpp/, 'format'],
    ['solve wyndor.lp --solver highz', 2, 'CLI_INVALID_VALUE', /highz/, '--solver'],
    ['solve wyndor.lp --time-limit -1', 2, 'CLI_INVALID_VALUE', /positive/, '--time-limit'],
    ['solve missing.lp', 2, 'FILE_NOT_FOUND', /missing/, null],
  ])('%s: ends with %d and %s', async (line, status, code, message, where) => {
    const ended = await gridflock([...line.split(' '), '--json'], { cwd });
    const error = errorOf(ended);
    expect([ended.status, error.code, error.where]).toEqual([status, code, where]);
    expect(error.message).toMatch(message);
  });

  it.each(['hard.lp', 'hard-square.lp'])('%s: keeps a time limit, and gives objective and bound by then', async (file) => {
    const started_ms = performance.now();
    const ended = await gridflock(['solve', file, '--time-limit', '2'], { cwd });
    expect(performance.now() - started_ms).toBeLessThan(15_000);
    expect(ended.status).toBe(1);
    expect(ended.stdout).toMatch(/stopped at the time limit[\s\S]*objective[\s\S]*bound/);
    const document = documentOf(await gridflock(['solve', file, '--time-limit', '2', '--json'], { cwd }));
    expect(document['status']).toBe('time-limit');
    expect(document['bound'] as number).toBeLessThanOrEqual((document['objective'] as number) + 1e-9);
  });

  it('ends at the gap that is asked for', async () => {
    const ended = await gridflock(['solve', 'whole.lp', '--gap', '0.2', '--json'], { cwd });
    const document = documentOf(ended);
    expect([ended.status, document['status']]).toEqual([0, 'optimal']);
    // maximised: the bound is above
    expect(document['bound'] as number).toBeGreaterThanOrEqual((document['objective'] as number) - 1e-6);
  });

  it.each(['hard.lp', 'hard-square.lp'])('%s: stops within a second or so of Ctrl-C and leaves nothing', async (file) => {
    const ended = await gridflock(['solve', file, '--out', 'stopped'], { cwd, interrupt: { at: /solve/, times: 1 } });
    expect([ended.status, ended.stdout]).toEqual([130, '']);
    expect(ended.stderr).toMatch(/stopping/);
    expect(namesIn(cwd)).not.toContain('stopped');
  });
});
