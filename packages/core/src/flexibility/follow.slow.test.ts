import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { timeGrid } from '../base/time-grid.ts';
import { catalog } from '../catalog.ts';
import { readParams } from '../devices/params.ts';
import { type Declaration, declaration } from '../problem/declare.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { follow } from './follow.ts';
import { followProgram } from './program-follower.ts';
import { supportOf } from './shape.ts';

const solver = await interiorPoint().prepare();
const grid = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60, steps_count: 24 });

const lawOf = (name: string, changes: Readonly<Record<string, unknown>> = {}): Declaration | undefined => {
  const kind = catalog.devices.find((one) => one.kind === name);
  if (!kind) return undefined;
  const values = readParams(kind, { ...kind.example, ...changes }, { grid, profiles: new Map(), where: name });
  return declaration(grid, (m) => kind.declare(m, values));
};

const chiller = { cools: true, t_min_degC: 2, t_max_degC: 8, t_start_degC: 5, t_ambient_degC: 22, loss_kW_per_K: 0.02, p_draw_kW: 0 };
const commuter = { feedsBack: false, everyDay: true, arrivesAt: '06:00', leavesAt: '12:00', e_needed_kWh: 500 };

/** Every kind by its example, and where that leaves a branch of a law out, a variant; of kinds that the catalogue has. */
const laws = new Map<string, Declaration>(
  [
    ...catalog.devices.map(({ kind }) => [kind, lawOf(kind)] as const),
    ['ev that only charges', lawOf('ev', { feedsBack: false })] as const,
    ['ev every day', lawOf('ev', commuter)] as const,
    ['run of river', lawOf('hydro', { e_max_kWh: 0, e_start_kWh: 0, e_end_min_kWh: 0 })] as const,
    ['fridge', lawOf('thermostatic-load', chiller)] as const,
  ].flatMap(([name, declared]) => (declared ? [[name, declared] as const] : [])),
);

const directions = [0, 0.4, 1.2, Math.PI / 2, 2, Math.PI, 4, 5].map((angle) => [Math.cos(angle), Math.sin(angle)] as const);

describe('a law that is followed, every kind', () => {
  it('promises exactly what programs over the rest of the horizon find, step after step', () => {
    const stream = randomStream(5);
    for (const [name, declared] of laws) {
      if (declared.exclusives.length > 0) continue;
      const closed = follow(name, declared);
      const program = followProgram(name, declared, 'the test asks', solver);
      for (let t = 0; t < 24; t++) {
        const asked = { p_kW: stream.between(-250, 250), q_kvar: stream.between(-150, 150) };
        if (t % 3 === 0) {
          const [mine, theirs] = [closed.region(), program.region()];
          for (const [c, s] of directions) {
            const h = supportOf(mine, c, s);
            const size = 1 + (mine.s_max_kVA < Infinity ? mine.s_max_kVA : Math.abs(h));
            // Circles of the program are polygons of 64 sides: it may fall short by 0.13 %.
            expect(supportOf(theirs, c, s), `${name} at ${t} in ${c}, ${s}`).toBeLessThan(h + 1e-4 * size);
            expect(supportOf(theirs, c, s), `${name} at ${t} in ${c}, ${s}`).toBeGreaterThan(h - 1.4e-3 * size - 1e-4 * size);
          }
        }
        const done = closed.advance(asked);
        const near = program.advance(done);
        expect(
          Math.hypot(near.p_kW - done.p_kW, near.q_kvar - done.q_kvar),
          `${name} at ${t}: ${JSON.stringify([near, done, asked])}`,
        ).toBeLessThan(0.3);
      }
    }
  });
});
