import { beforeAll, describe, expect, it } from 'vitest';
import type { ConeKind, Program } from '../../problem/program.ts';
import type { ReadySolver, Solution, Solver } from '../contract.ts';
import { certifyInfeasible, certifyUnbounded } from '../rays.ts';
import { type PeerAnswer, solveByClarabel } from './clarabel.ts';
import { type Planted, randomConicProgram, wildConicProgram } from './conic-program.ts';

const sorts: readonly (readonly ConeKind[])[] = [['second-order'], ['exponential'], ['power'], ['second-order', 'exponential', 'power']];
const cases: readonly (Planted | 'wild')[] = ['optimal', 'infeasible', 'unbounded', 'wild'];
const differenceOf = (a: number, b: number): number => Math.abs(a - b) / (1 + Math.max(Math.abs(a), Math.abs(b)));

/**
 * A solver's answers beside those of Clarabel 0.9 (WebAssembly), which has no positive-semidefinite cones. They have to
 * agree in status and to 1e-7 in objective; where they do not, what is proved on the program's own data decides. A program
 * that is neither feasible nor bounded, for one, Clarabel calls unbounded, and a Farkas ray proves infeasible.
 */
export function besideClarabel(solver: Solver, programs_count: number): void {
  let ready: ReadySolver;
  beforeAll(async () => {
    ready = await solver.prepare();
  });

  /** `agree`, or how a difference is decided; `undecided` where nothing is proved. */
  function verdictOf(program: Program, ours: Solution, peer: PeerAnswer): 'agree' | 'ours proved' | 'undecided' {
    if (ours.status === peer.status && (ours.status !== 'optimal' || differenceOf(ours.objective, peer.objective) < 1e-7)) return 'agree';
    switch (ours.status) {
      case 'infeasible':
        return certifyInfeasible(program, ours.rowDual).proved ? 'ours proved' : 'undecided';
      case 'unbounded':
        return certifyUnbounded(program, ours.x) ? 'ours proved' : 'undecided';
      case 'optimal': {
        const strict = ready.solve(program, { tolerance_frac: 1e-9 });
        const isProved = strict.status === 'optimal' && differenceOf(strict.objective, ours.objective) < 1e-7;
        return isProved ? 'ours proved' : 'undecided';
      }
      default:
        return 'undecided';
    }
  }

  describe.each(sorts.map((kinds) => ({ kinds })))(`${solver.name} beside Clarabel: $kinds`, ({ kinds }) => {
    it.each(cases)(`${programs_count} random programs: %s`, async (status) => {
      const undecided: number[] = [];
      let agreed_count = 0;
      for (let seed = 1; seed <= programs_count; seed++) {
        const program = status === 'wild' ? wildConicProgram(seed, kinds) : randomConicProgram(seed, status, kinds).program;
        const ours = ready.solve(program);
        const verdict = verdictOf(program, ours, await solveByClarabel(program));
        if (verdict === 'agree') agreed_count++;
        if (verdict === 'undecided') undecided.push(seed);
        else if (status !== 'wild') expect([seed, ours.status]).toEqual([seed, status]);
      }
      expect(undecided).toEqual([]);
      expect(agreed_count).toBeGreaterThanOrEqual(0.9 * programs_count - 2);
    });
  });
}
