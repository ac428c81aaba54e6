import { describe, expect, it } from 'vitest';
import { certifyInfeasible, certifyUnbounded } from '../rays.ts';
import { programOf } from '../testing/dense-program.ts';
import { elasticProgram, recessionProgram } from './diagnosis.ts';
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
