import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { follow } from './follow.ts';
import { followProgram } from './program-follower.ts';
import { supportOf } from './shape.ts';
import { directions, laws } from './testing/laws.ts';

const solver = await interiorPoint().prepare();

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
