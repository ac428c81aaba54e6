import { describe, expect, it } from 'vitest';
import type { ConeKind } from '../../problem/program.ts';
import { elasticProgram } from '../elastic-program.ts';
import { certifyInfeasible, certifyUnbounded } from '../rays.ts';
import { randomConicProgram } from '../testing/conic-program.ts';
import { programOf } from '../testing/dense-program.ts';
import { recessionProgram } from './diagnosis.ts';
import { InteriorPointWorkspace } from './workspace.ts';

describe('programs that tell why another has no solution', () => {
  it('the elastic program costs what the rows lack, and its duals are a Farkas ray', () => {
    const stuck = programOf({
      cost: [1, 1],
      rows: [
        [1, 1],
        [1, 1],
      ],
      rowLower: [5, -Infinity],
      rowUpper: [Infinity, 2],
    });
    const found = new InteriorPointWorkspace(elasticProgram(stuck)).solve();
    expect(found.objective).toBeCloseTo(3, 6);
    const proof = certifyInfeasible(stuck, found.rowDual);
    expect(proof.proved).toBe(true);
    expect([...proof.conflict].sort()).toEqual(['row0', 'row1']);
    const fine = programOf({ cost: [1], rows: [[1]], rowLower: [5] });
    expect(new InteriorPointWorkspace(elasticProgram(fine)).solve().objective).toBeCloseTo(0, 6);
  });

  it.each<ConeKind[]>([['second-order'], ['exponential'], ['power'], ['positive-semidefinite']])(
    'they do so with cones, too: %s',
    (kind) => {
      for (let seed = 1; seed <= 8; seed++) {
        const stuck = randomConicProgram(seed, 'infeasible', [kind]).program;
        const elastic = new InteriorPointWorkspace(elasticProgram(stuck)).solve();
        expect(elastic.objective).toBeGreaterThan(1e-6);
        expect(certifyInfeasible(stuck, elastic.rowDual).proved).toBe(true);
        const fine = randomConicProgram(seed, 'optimal', [kind]).program;
        expect(new InteriorPointWorkspace(elasticProgram(fine)).solve().objective).toBeCloseTo(0, 5);
        const open = randomConicProgram(seed, 'unbounded', [kind]).program;
        const recession = new InteriorPointWorkspace(recessionProgram(open)).solve();
        expect(recession.objective).toBeLessThan(-1e-3);
        expect(certifyUnbounded(open, recession.x)).toBe(true);
      }
    },
  );

  it('the recession program finds a direction of unbounded descent, and none along a square', () => {
    const open = { cost: [-1, 0], rows: [[1, -1]], rowUpper: [3] };
    const found = new InteriorPointWorkspace(recessionProgram(programOf(open))).solve();
    expect(found.objective).toBeCloseTo(-1, 6);
    expect(certifyUnbounded(programOf(open), found.x)).toBe(true);
    const held = programOf({
      ...open,
      quadratic: [
        [0, 0],
        [0, 1],
      ],
    });
    expect(new InteriorPointWorkspace(recessionProgram(held)).solve().objective).toBeCloseTo(0, 6);
  });
});
