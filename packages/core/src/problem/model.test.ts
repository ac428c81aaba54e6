import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { acFlow, randomFeeder, randomLoads } from '../formulations/testing/feeders.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { mul, sum } from './affine.ts';
import { assemble, partOf, portValues } from './assemble.ts';
import { Model } from './model.ts';

let conic: ReadySolver;
let whole: ReadySolver;
beforeAll(async () => {
  conic = await interiorPoint().prepare();
  whole = await highs().prepare();
});

/** The optimum, read by the model's own names. */
function optimum(m: Model, solver = conic) {
  const solution = solver.solve(m.build(), { tolerance_frac: 1e-10 });
  expect(solution.status).toBe('optimal');
  return { ...m.read(solution), objective: solution.objective };
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  throw new Error('was not refused');
};

describe('a model', () => {
  it('names families by their index sets, last index fastest, and reads them back', () => {
    const m = new Model('plant');
    const p = m.variables('p_kW', [['north', 'south'], 3], { lower: (unit, t) => 10 * unit + t });
    const s = m.variable('s');
    m.cost(sum(s, ...p.variables));
    m.atLeast('enough', s, 7);
    const program = m.build();
    expect([0, 1, 3, 5, 6].map((j) => program.columnName(j))).toEqual([
      'plant.p_kW[north,0]',
      'plant.p_kW[north,1]',
      'plant.p_kW[south,0]',
      'plant.p_kW[south,2]',
      'plant.s',
    ]);
    expect(program.rowName(0)).toBe('plant.enough');
    expect(p(1, 2).name).toBe('plant.p_kW[south,2]');
    const found = optimum(m);
    [0, 1, 2, 10, 11, 12].forEach((value, k) => expect(found.values(p)[k]).toBeCloseTo(value, 7));
    expect(found.value(sum(p(1, 1), mul(2, s), 1))).toBeCloseTo(11 + 14 + 1, 7);
    expect(found.byName().get('plant.s')).toBeCloseTo(7, 7);
    expect(found.objective).toBeCloseTo(36 + 7, 6);
  });

  it('prices a constraint per unit of its right side, whatever its sense and wherever the constants stand', () => {
    // min x + 2y: x + y ≥ 4 costs 1 more per unit; y − 3 = x·0 + 1 fixes y at 4 − …
    const m = new Model();
    const [x, y] = [m.variable('x', { lower: 0 }), m.variable('y', { lower: 0 })];
    m.cost(sum(x, mul(2, y), 5));
    const enough = m.atLeast('enough', sum(x, y, 1), 5);
    const ceiling = m.atMost('ceiling', x, sum(3, mul(0, y)));
    const free = m.between('free', sum(x, mul(-1, y)), -100, 100);
    const fixed = m.equal('fixed', sum(m.variable('z'), -2), x);
    const found = optimum(m);
    // x = 3 at its ceiling, y = 1.
    expect(found.objective).toBeCloseTo(3 + 2 + 5, 7);
    expect([enough, ceiling, free, fixed].map((row) => found.dual(row))).toEqual([2, -1, 0, 0].map((v) => expect.closeTo(v, 6)));
  });

  it('takes squares: the point of a line nearest to the origin', () => {
    const m = new Model();
    const x = m.variables('x', [2]);
    m.costSquare(1, x(0));
    m.costSquare(1, sum(x(1), mul(-1, x(0)), mul(1, x(0))));
    m.equal('line', sum(mul(3, x(0)), mul(4, x(1))), 25);
    const found = optimum(m);
    expect([...found.values(x)]).toEqual([expect.closeTo(3, 6), expect.closeTo(4, 6)]);
    expect(found.objective).toBeCloseTo(25, 6);
  });

  it('takes cones: the least height over a point, and its price', () => {
    const m = new Model();
    const [h, x] = [m.variable('h'), m.variable('x')];
    m.cone('norm', h, [x, 4]);
    const at = m.equal('at', x, 3);
    m.cost(h);
    const found = optimum(m);
    expect(found.value(h)).toBeCloseTo(5, 7);
    // d√(x² + 16)/dx at 3
    expect(found.dual(at)).toBeCloseTo(0.6, 6);
    expect(m.build().cones).toHaveLength(1);
  });

  it('takes products: u·v ≥ w₁² + w₂² without a factor 2', () => {
    const m = new Model();
    const [u, v] = [m.variable('u'), m.variable('v')];
    m.product('area', u, v, [3, 4]);
    m.equal('v', v, 2);
    m.cost(u);
    expect(optimum(m).value(u)).toBeCloseTo(12.5, 6);
  });

  it('takes exponentials: the least u over v·exp(w/v)', () => {
    const m = new Model();
    const u = m.variable('u');
    m.exponential('growth', u, 2, 3);
    m.cost(u);
    expect(optimum(m).value(u)).toBeCloseTo(2 * Math.exp(1.5), 6);
  });

  it('takes powers: the largest u^0.3·v^0.7 on a budget spends 30 % on u', () => {
    const m = new Model();
    const [u, v, w] = [m.variable('u'), m.variable('v'), m.variable('w')];
    m.power('utility', u, v, w, 0.3);
    m.atMost('budget', sum(u, v), 10);
    m.cost(mul(-1, w));
    const found = optimum(m);
    expect(found.value(u)).toBeCloseTo(3, 3);
    expect(found.value(w)).toBeCloseTo(3 ** 0.3 * 7 ** 0.7, 6);
  });

  it('takes semidefinite matrices: the largest entry that keeps [2 x 1; x 3 0; 1 0 1] positive', () => {
    const m = new Model();
    const x = m.variable('x');
    m.semidefinite('matrix', [[2], [x, 3], [1, 0, 1]]);
    m.cost(mul(-1, x));
    // det = 2·3 − x² − 3 ≥ 0
    expect(optimum(m).value(x)).toBeCloseTo(Math.sqrt(3), 5);
  });

  it('takes whole variables', () => {
    const m = new Model();
    const take = m.variables('take', [3], { lower: 0, upper: 1, whole: true });
    m.atMost('weight', sum(mul(5, take(0)), mul(4, take(1)), mul(3, take(2))), 7);
    m.cost(sum(mul(-8, take(0)), mul(-5, take(1)), mul(-4, take(2))));
    const found = optimum(m, whole);
    // 4 + 3 fill the sack for 9; 5 alone gives 8.
    expect([...found.values(take)]).toEqual([expect.closeTo(0), expect.closeTo(1), expect.closeTo(1)]);
  });

  it('names the rows that contradict each other', () => {
    for (const solver of [conic, whole]) {
      const m = new Model('dinner');
      const [bread, wine] = [m.variable('bread', { lower: 0 }), m.variable('wine', { lower: 0 })];
      m.atMost('budget', sum(mul(2, bread), mul(10, wine)), 20);
      m.atLeast('thirst', wine, 3);
      m.atLeast('hunger', bread, 1);
      m.atMost('no part of it', bread, 100);
      const solution = solver.solve(m.build());
      expect(solution.status).toBe('infeasible');
      expect(solution.conflict).toEqual(expect.arrayContaining(['dinner.budget', 'dinner.thirst']));
      expect(solution.conflict).not.toContain('dinner.no part of it');
    }
  });

  it('writes DistFlow as the paper does, and its optimum is the AC power flow', () => {
    const network = randomFeeder(randomStream(5), { buses_count: 8, plain: true });
    const { p_kW, q_kvar } = randomLoads(randomStream(6), 8, 1, 100);
    const buses = network.buses.map((_, b) => b);
    const m = new Model('feeder');
    const P = m.variables('P_pu', [network.branches.length]);
    const Q = m.variables('Q_pu', [network.branches.length]);
    const l = m.variables('l_pu', [network.branches.length]);
    const v = m.variables('v_pu', [buses.length], { lower: 0.64, upper: 1.44 });
    m.equal('slack', v(0), 1);
    network.branches.forEach(({ from: i, to: j, r_pu: r, x_pu: x }, k) => {
      const on = network.branches.flatMap(({ from }, c) => (from === j ? [c] : []));
      m.equal(`P at ${j}`, sum(P(k), mul(-r, l(k)), p_kW[j] / 1000), sum(...on.map((c) => P(c))));
      m.equal(`Q at ${j}`, sum(Q(k), mul(-x, l(k)), q_kvar[j] / 1000), sum(...on.map((c) => Q(c))));
      m.equal(`v at ${j}`, v(j), sum(v(i), mul(-2 * r, P(k)), mul(-2 * x, Q(k)), mul(r * r + x * x, l(k))));
      m.product(`l of ${k}`, l(k), v(i), [P(k), Q(k)]);
      m.cost(mul(r, l(k)));
    });
    const found = optimum(m);
    const ac = acFlow(network, p_kW, q_kvar, 1);
    expect(1000 * found.objective).toBeCloseTo(ac.loss_kW, 5);
    for (const b of buses) expect(Math.sqrt(found.value(v(b)))).toBeCloseTo(ac.v_pu[b], 6);
  });

  it('is a part of something larger: ports with weights and constants', () => {
    const m = new Model('store');
    const p = m.variables('p_kW', [2], { lower: 0, upper: 5 });
    const block = m.block([{ name: 'p', unit: 'kW', of: [sum(mul(2, p(0)), 1), mul(-1, p(1))] }], new Map([['p_kW', p.variables]]));
    expect([...portValues(block, 0, Float64Array.of(3, 4))]).toEqual([7, -4]);
    expect(block.trajectories).toEqual([{ name: 'p_kW', role: 'decision', columns: Int32Array.of(0, 1) }]);
  });

  it('refuses what can only be a mistake, and says how to go on', () => {
    const m = new Model('mine');
    const p = m.variables('p_kW', [2, 3]);
    expect(codeOf(() => m.variables('p_kW', [1]))).toMatch(/Two families.*"p_kW"/);
    expect(codeOf(() => p(2, 0))).toMatch(/nothing at \[2,0\]/);
    expect(codeOf(() => m.equal('mixed', new Model('other').variable('q'), 1))).toMatch(/"other.q" is not a variable of the model "mine"/);
    expect(codeOf(() => m.cost(mul(Float64Array.of(1, 2), p(0, 0))))).toMatch(/profile/);
    expect(codeOf(() => m.power('roots', p(0, 0), p(0, 1), p(0, 2), 1.5))).toMatch(/exponent.*"mine.roots" is 1.5.*between 0 and 1/);
    expect(codeOf(() => m.semidefinite('moments', [[1], [p(0, 0)]]))).toMatch(/Row 1 .*"mine.moments" must have length 2, got 1/);
  });

  it.each([
    [false, 'interior-point'],
    [true, 'outer-approximation'],
  ])('sends cones (whole variables: %s) from a linear solver to %s', (isWhole, solver) => {
    const m = new Model('');
    m.cone('ball', 2, [m.variable('v', { whole: isWhole, lower: 0 })]);
    expect(() => whole.solve(m.build())).toThrow(`Choose the solver ${solver}.`);
  });

  it('names a cone that cannot be kept once, however many rows it has', () => {
    const m = new Model('');
    const [v, w] = [m.variable('v', { upper: 1 }), m.variable('w', { lower: 2 })];
    m.cone('ball', v, [w]);
    const { status, conflict } = conic.solve(m.build());
    expect(status).toBe('infeasible');
    expect([...conflict!].sort()).toEqual(['ball', 'v', 'w']);
  });
});

describe('cones in assembled blocks', () => {
  it('keep their rows, behind those of the blocks before them', () => {
    const ball = (name: string, radius: number, goal: number) => {
      const m = new Model(name);
      const x = m.variables('x', [2]);
      m.between('loose', x(0), -100, 100);
      m.cone('ball', radius, x.variables);
      m.cost(mul(-goal, x(0)));
      return m.block([{ name: 'y', unit: 'kW', of: [x(1)] }]);
    };
    const blocks = [ball('a', 5, 1), ball('b', 10, 1)];
    const assembly = assemble(blocks, [{ name: 'meet', ports: [0, 1].map((block) => ({ block, port: 0 })) }], 1);
    expect(assembly.program.cones!.map(({ rows }) => [...rows])).toEqual([
      [1, 2, 3],
      [5, 6, 7],
    ]);
    const { status, x } = conic.solve(assembly.program, { tolerance_frac: 1e-10 });
    expect(status).toBe('optimal');
    expect(partOf(assembly, x, 0)[0]).toBeCloseTo(5, 6);
    expect(partOf(assembly, x, 1)[0]).toBeCloseTo(10, 6);
  });
});
