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
const saddle = 'Minimize\n obj: x + [ x ^2 - 4 x * y + y ^2 ] / 2\nSubject To\n c: x + y >= 1\nEnd\n';
/** min x0 + x1 over 2·x0·x1 ≥ 3² and x2 = 3: √2·3 at (3/√2, 3/√2) */
const cone = 'VER\n2\nOBJSENSE\nMIN\nVAR\n3 1\nQR 3\nCON\n1 1\nL= 1\nOBJACOORD\n2\n0 1\n1 1\nACOORD\n1\n0 2 1\nBCOORD\n1\n0 -3\n';
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
  it.each([
    ['wyndor.lp', 'highs', 36, 'maximise', { doors: 2, windows: 6 }],
    ['wyndor.cbf', 'highs', 36, 'maximise', { x0: 2, x1: 6 }],
    ['nocedal.qps', 'interior-point', 0.8, 'minimise', { x: 1.4, y: 1.7 }],
    ['cone.cbf', 'interior-point', 3 * Math.SQRT2, 'minimise', { x0: 3 * Math.SQRT1_2, x1: 3 * Math.SQRT1_2, x2: 3 }],
    ['whole.lp', 'highs', 33, 'maximise', { doors: 1, windows: 6 }],
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

  it('tells a person the objective, the bound and the certificate, and progress on standard error', async () => {
    const ended = await gridflock(['solve', 'wyndor.lp', '--solver', 'highs', '--variables'], { cwd });
    expect(ended.stdout).toMatch(/wyndor\.lp: optimal \(highs[\s\S]*36 \(maximise\)[\s\S]*recomputed from the file[\s\S]*doors +2/);
    expect(ended.stderr).toMatch(/solve/);
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
    ['solve miqp.lp', 3, 'SOLVER_CANNOT', /"x" must be whole/, 'miqp.lp:2'],
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

  it('keeps a time limit, and gives what it has by then', async () => {
    const started_ms = performance.now();
    const ended = await gridflock(['solve', 'hard.lp', '--time-limit', '2', '--json'], { cwd });
    expect(performance.now() - started_ms).toBeLessThan(15_000);
    const document = documentOf(ended);
    expect([ended.status, document['status']]).toEqual([1, 'time-limit']);
    expect(document['bound'] as number).toBeLessThanOrEqual((document['objective'] as number) + 1e-9);
  });

  it('stops within a second or so of Ctrl-C and leaves nothing', async () => {
    const ended = await gridflock(['solve', 'hard.lp', '--out', 'stopped'], { cwd, interrupt: { at: /solve/, times: 1 } });
    expect([ended.status, ended.stdout]).toEqual([130, '']);
    expect(ended.stderr).toMatch(/stopping/);
    expect(namesIn(cwd)).not.toContain('stopped');
  });
});
