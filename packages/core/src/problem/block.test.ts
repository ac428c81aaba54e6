import { describe, expect, it } from 'vitest';
import { BugError } from '../base/errors.ts';
import { InteriorPointWorkspace } from '../solvers/interior-point/workspace.ts';
import { mul, sum } from './affine.ts';
import { portValues } from './assemble.ts';
import { type Block, buildBlock } from './block.ts';
import { type DeclarationModel, declaration } from './declare.ts';

const block = (steps_count: number, declare: (m: DeclarationModel) => void, dt_h = 0.5): Block =>
  buildBlock('it', declaration({ dt_h, steps_count }, declare));

/** Rows whose name begins so, as { lower, upper, entries by column name }. */
function rowsOf({ program }: Block, label: string) {
  const found = [];
  for (let i = 0; i < program.rowLower.length; i++) {
    if (!program.rowName(i).startsWith(`it.${label}`)) continue;
    const entries: Record<string, number> = {};
    for (let j = 0; j < program.rows.cols_count; j++) {
      for (let k = program.rows.colStart[j]; k < program.rows.colStart[j + 1]; k++) {
        if (program.rows.rowIndex[k] === i) entries[program.columnName(j).slice(3)] = program.rows.values[k];
      }
    }
    found.push({ name: program.rowName(i), lower: program.rowLower[i], upper: program.rowUpper[i], entries });
  }
  return found;
}

function optimum(b: Block) {
  const { status, x, objective } = new InteriorPointWorkspace(b.program).solve({}, { tolerance_frac: 1e-11 });
  expect(status).toBe('optimal');
  return { objective, of: (name: string) => Array.from(b.trajectories.find((it) => it.name === name)!.columns, (j) => x[j]), x };
}

describe('block of a declaration', () => {
  it('keep: limits less the constant part, per step, with names that can be read', () => {
    const b = block(2, (m) => {
      const u = m.input('u_kW', 0, 9);
      m.keep('band', sum(mul(Float64Array.of(2, 3), u), 10), Float64Array.of(0, 1), 20);
    });
    expect(rowsOf(b, 'band')).toEqual([
      { name: 'it.band[0]', lower: -10, upper: 10, entries: { 'u_kW[0]': 2 } },
      { name: 'it.band[1]', lower: -9, upper: 10, entries: { 'u_kW[1]': 3 } },
    ]);
    expect(b.program.columnName(1)).toBe('it.u_kW[1]');
  });

  it('total: an integral over its window, in unit-hours', () => {
    const b = block(4, (m) => {
      const u = m.input('u_kW', 0, 9);
      m.total('energy', sum(u, 1), 3, 5, { from: 1, to: 3 });
    });
    expect(rowsOf(b, 'energy')).toEqual([{ name: 'it.energy', lower: 2, upper: 4, entries: { 'u_kW[1]': 0.5, 'u_kW[2]': 0.5 } }]);
  });

  it('ramp: between steps, and from what was before when that is known', () => {
    const declare = (before?: number) => (m: DeclarationModel) => m.ramp('ramp', m.input('u_kW', 0, 9), 4, 6, before);
    expect(rowsOf(block(3, declare()), 'ramp')).toEqual([
      { name: 'it.ramp[1]', lower: -2, upper: 3, entries: { 'u_kW[0]': -1, 'u_kW[1]': 1 } },
      { name: 'it.ramp[2]', lower: -2, upper: 3, entries: { 'u_kW[1]': -1, 'u_kW[2]': 1 } },
    ]);
    expect(rowsOf(block(1, declare(5)), 'ramp')).toEqual([{ name: 'it.ramp[0]', lower: 3, upper: 8, entries: { 'u_kW[0]': 1 } }]);
  });

  it('capability: a 16-gon inside the circle with corners on both axes', () => {
    const b = block(1, (m) => {
      const p = m.input('p_kW', -99, 99);
      const q = m.input('q_kvar', -99, 99);
      m.inject(p);
      m.injectReactive(q);
      m.capability(p, q, 10);
      m.cost(mul(-3, p));
      m.cost(mul(-1, q));
    });
    const rows = rowsOf(b, 'capability');
    expect(rows).toHaveLength(16);
    const inside = (p: number, q: number): boolean =>
      rows.every(({ upper, entries }) => (entries['p_kW[0]'] ?? 0) * p + (entries['q_kvar[0]'] ?? 0) * q <= upper + 1e-12);
    for (const [p, q] of [
      [10, 0],
      [0, 10],
      [-10, 0],
      [0, -10],
    ])
      expect(inside(p, q)).toBe(true);
    for (let k = 0; k < 360; k++) {
      const [c, s] = [Math.cos((k * Math.PI) / 180), Math.sin((k * Math.PI) / 180)];
      expect(inside(10.001 * c, 10.001 * s)).toBe(false);
      expect(inside(9.8 * c, 9.8 * s)).toBe(true);
    }
    const { x } = optimum(b);
    expect(portValues(b, 0, x)[0]).toBeCloseTo(10 * Math.cos(Math.PI / 8), 7);
    expect(portValues(b, 1, x)[0]).toBeCloseTo(10 * Math.sin(Math.PI / 8), 7);
  });

  it('states: exact law from the start, limits at the end of each step, tightened where said', () => {
    const b = block(3, (m) => {
      const u = m.input('u_kW', 0, 4);
      const e = m.state('e_kWh', 0, 9, 2);
      m.rate(e, sum(u, mul(-0.2, e), Float64Array.of(0, 1, 0)));
      m.atEndOf(2, e, 3, 99);
      m.cost(u);
    });
    const phi = Math.exp(-0.1);
    const gamma = (1 - phi) / 0.2;
    const law = rowsOf(b, 'e_kWh law');
    expect(law.map(({ name }) => name)).toEqual(['it.e_kWh law[0]', 'it.e_kWh law[1]', 'it.e_kWh law[2]']);
    expect(law[0].lower).toBeCloseTo(2 * phi, 14);
    expect(law[1].lower).toBeCloseTo(gamma, 14);
    expect(law[2].entries['e_kWh[1]']).toBeCloseTo(-phi, 14);
    expect(law[2].entries['u_kW[2]']).toBeCloseTo(-gamma, 14);
    const last = b.trajectories[1].columns[2];
    expect([b.program.lower[last], b.program.upper[last]]).toEqual([3, 9]);
    const { of } = optimum(b);
    expect(of('e_kWh')[2]).toBeCloseTo(3, 6);
    expect(of('u_kW')[0]).toBeCloseTo(0, 5);
  });

  it('cost: dt times the rate, squares with their constant, ports add up over calls', () => {
    const b = block(1, (m) => {
      const u = m.input('u_kW', -9, 9);
      const w = m.input('w_kW', -9, 9);
      m.inject(u);
      m.inject(sum(w, 5));
      m.cost(sum(mul(2, u), 7));
      m.costSquare(3, sum(u, mul(-1, w), 1));
      m.costSquare(1, w);
    });
    const { of, objective } = optimum(b);
    // min ½·(2u + 7 + 3(u − w + 1)² + w²): ∂u: 2 + 6r = 0, ∂w: −6r + 2w = 0 with r = u − w + 1
    expect(of('w_kW')[0]).toBeCloseTo(-1, 6);
    expect(of('u_kW')[0]).toBeCloseTo(-1 / 3 - 1 - 1, 6);
    expect(objective).toBeCloseTo(0.5 * (2 * (-7 / 3) + 7 + 3 / 9 + 1), 8);
    expect(portValues(b, 0, Float64Array.of(2, 3))).toEqual(Float64Array.of(10));
  });

  it('a declaration that contradicts itself is a bug of its author', () => {
    const say = (declare: (m: DeclarationModel) => void) => () => declaration({ dt_h: 1, steps_count: 1 }, declare);
    const wrong: ((m: DeclarationModel) => void)[] = [
      (m) => void m.input('power' as 'p_kW', 0, 1),
      (m) => {
        m.input('p_kW', 0, 1);
        m.input('p_kW', 0, 1);
      },
      (m) => m.rate(m.input('p_kW', 0, 1), 1),
    ];
    for (const declare of wrong) {
      expect(say(declare)).toThrow(BugError);
      expect(say(declare)).toThrow('DECLARATION_INVALID');
    }
  });
});
