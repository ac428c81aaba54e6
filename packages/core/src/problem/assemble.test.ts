import { describe, expect, it } from 'vitest';
import { InteriorPointWorkspace } from '../solvers/interior-point/workspace.ts';
import { mul } from './affine.ts';
import { assemble, partOf, portValues, priceAt } from './assemble.ts';
import { type Block, buildBlock } from './block.ts';
import { declaration } from './declare.ts';

const steps_count = 2;
const dt_h = 0.5;
const time = { dt_h, steps_count };

/** Marginal cost b + 2a·p, up to p_max. */
const supplier = (name: string, a: number, b: number, p_max_kW: number): Block =>
  buildBlock(
    name,
    declaration(time, (m) => {
      const p = m.input('p_kW', 0, p_max_kW);
      m.inject(p);
      m.cost(mul(b, p));
      m.costSquare(a, p);
    }),
  );
const load = (p_kW: Float64Array): Block =>
  buildBlock(
    'town',
    declaration(time, (m) => m.inject(p_kW.map((p) => -p))),
  );

/** Step 0: 60 kW. Dear at 0.15 flat, good at 0.1 + 0.002·p: 25 and 35, price 0.15. Step 1: 10 kW, all good, price 0.12. */
const market = () =>
  assemble(
    [supplier('good', 0.001, 0.1, 100), supplier('dear', 0, 0.15, 100), load(Float64Array.of(60, 10))],
    [{ name: 'town p', ports: [0, 1, 2].map((block) => ({ block, port: 0 })) }],
    steps_count,
  );

describe('blocks in one program', () => {
  it('clears a market of two suppliers as by hand, with positive prices per kWh whatever the step', () => {
    const assembly = market();
    const { status, x, rowDual, objective } = new InteriorPointWorkspace(assembly.program).solve({}, { tolerance_frac: 1e-11 });
    expect(status).toBe('optimal');
    const power = [0, 1, 2].map((k) => [...portValues(assembly.blocks[k], 0, partOf(assembly, x, k))]);
    for (const [k, expected] of [
      [25, 10],
      [35, 0],
      [-60, -10],
    ].entries()) {
      power[k].forEach((p, t) => {
        expect(p).toBeCloseTo(expected[t], 5);
      });
    }
    const price = priceAt(assembly, rowDual, 0, steps_count, dt_h);
    expect(price[0]).toBeCloseTo(0.15, 6);
    expect(price[1]).toBeCloseTo(0.12, 6);
    expect(objective).toBeCloseTo(dt_h * (0.1 * 25 + 0.001 * 625 + 0.15 * 35 + 0.1 * 10 + 0.001 * 100), 7);
  });

  it('the price is what one more kW of load costs over its energy', () => {
    const cost = (p0_kW: number): number => {
      const blocks = [supplier('good', 0.001, 0.1, 100), supplier('dear', 0, 0.15, 100), load(Float64Array.of(p0_kW, 10))];
      const { program } = assemble(blocks, [{ name: 'p', ports: [0, 1, 2].map((block) => ({ block, port: 0 })) }], steps_count);
      return new InteriorPointWorkspace(program).solve({}, { tolerance_frac: 1e-11 }).objective;
    };
    expect((cost(61) - cost(60)) / dt_h).toBeCloseTo(0.15, 5);
  });

  it('names its rows and columns after their owners', () => {
    const { program, balanceRow, columnStart } = market();
    expect([...columnStart]).toEqual([0, 2, 4, 4]);
    expect(program.columnName(0)).toBe('good.p_kW[0]');
    expect(program.columnName(3)).toBe('dear.p_kW[1]');
    expect([0, 1].map((t) => program.rowName(balanceRow[0] + t))).toEqual(['balance town p[0]', 'balance town p[1]']);
  });

  it('moves constants of ports to the right side and adds offsets of costs', () => {
    const { program, balanceRow } = market();
    expect([program.rowLower[balanceRow[0]], program.rowUpper[balanceRow[0] + 1]]).toEqual([60, 10]);
    expect(program.offset).toBe(0);
  });

  it('keeps whole variables at their places', () => {
    const store = buildBlock(
      'store',
      declaration(time, (m) => {
        const [a, b] = [m.input('a_kW', 0, 1), m.input('b_kW', 0, 1)];
        m.inject(a);
        m.exclusive(a, b);
      }),
      { exclusive: 'binary' },
    );
    const { program } = assemble([supplier('good', 0.001, 0.1, 9), store], [], steps_count);
    expect([...program.integer!]).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    expect(program.quadratic!.cols_count).toBe(8);
    expect(program.rowName(0)).toContain('store.a_kW or b_kW[0]');
  });
});
