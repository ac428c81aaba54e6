import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { mul, sum } from '../problem/affine.ts';
import { buildBlock } from '../problem/block.ts';
import { type Declaration, declaration } from '../problem/declare.ts';
import { highs } from '../solvers/highs/highs.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { follow } from './follow.ts';
import { NotPlain, plainLaw } from './law.ts';
import { followProgram } from './program-follower.ts';
import type { PowerPoint } from './region.ts';
import { excessOf, supportOf, supportPoint } from './shape.ts';
import { directions, lawOf, laws, withoutClosedForm } from './testing/laws.ts';

const solver = await interiorPoint().prepare();
const milp = await highs().prepare();

/** Largest p (sign 1) or smallest (−1) of step t after these powers, with exclusive inputs whole: an oracle of its own. */
function extremeByProgram(declared: Declaration, past: readonly number[], sign: 1 | -1): number {
  const t = past.length;
  const { program, ports } = buildBlock('it', declared, { exclusive: 'binary', capability: { sides_count: 256 } });
  const [p] = ports;
  const { colStart, rowIndex, values } = p.map;
  const cost = new Float64Array(program.cost.length);
  const terms: [number, number][][] = Array.from({ length: declared.steps_count }, () => []);
  for (let j = 0; j < cost.length; j++) for (let k = colStart[j]; k < colStart[j + 1]; k++) terms[rowIndex[k]].push([j, values[k]]);
  for (const [j, v] of terms[t]) cost[j] -= sign * v;
  const lower = program.lower.slice();
  const upper = program.upper.slice();
  past.forEach((power, s) => {
    // One input above zero carries the power.
    for (const [j, v] of terms[s])
      lower[j] = upper[j] = Math.max(
        program.lower[j],
        v === 0 ? 0 : terms[s].length > 1 ? Math.max(0, (power - p.offset[s]) / v) : (power - p.offset[s]) / v,
      );
  });
  const { status, x } = milp.solve({ ...program, cost, lower, upper });
  expect(status).toBe('optimal');
  return terms[t].reduce((sum, [j, v]) => sum + v * x[j], p.offset[t]);
}

describe('a law that is followed', () => {
  it('has a closed form for every kind but those named, which are followed by programs or refused', () => {
    for (const [name, declared] of laws) {
      const law = plainLaw(declared);
      expect(law instanceof NotPlain ? `${name}: ${law.because}` : name).toBe(name);
    }
    for (const [name, fact] of withoutClosedForm) {
      const declared = lawOf(name);
      if (declared === undefined) continue;
      if ('refused' in fact) expect(() => follow(name, declared, { solver })).toThrow(fact.refused);
      else {
        expect(plainLaw(declared)).toMatchObject(fact);
        expect(follow(name, declared, { solver }).region().p_max_kW).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    }
  });

  it('promises exactly what programs over the rest of the horizon find, step after step', () => {
    const stream = randomStream(5);
    for (const [name, declared] of laws) {
      // Kinds behind an inverter ask for many corners of its circle: follow.slow.test.ts.
      if (declared.exclusives.length > 0 || declared.circles.length > 0) continue;
      const closed = follow(name, declared);
      const program = followProgram(name, declared, 'the test asks', solver);
      for (let t = 0; t < 4; t++) {
        const asked = { p_kW: stream.between(-250, 250), q_kvar: stream.between(-150, 150) };
        if (t % 3 === 0) {
          const [mine, theirs] = [closed.region(), program.region()];
          for (const [c, s] of directions) {
            const h = supportOf(mine, c, s);
            const size = 1 + Math.abs(h);
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

  it('never burns energy: with exclusive inputs whole, the range of power is the same', () => {
    const stream = randomStream(8);
    for (const [name, declared] of laws) {
      if (declared.exclusives.length === 0) continue;
      const follower = follow(name, declared);
      const past: number[] = [];
      for (let t = 0; t < 24; t++) {
        const { p_min_kW, p_max_kW } = follower.region();
        if (t === 11 || t === 18 || t === 22) {
          expect(p_max_kW, `${name} at ${t}`).toBeCloseTo(extremeByProgram(declared, past, 1), 4);
          expect(p_min_kW, `${name} at ${t}`).toBeCloseTo(extremeByProgram(declared, past, -1), 4);
        }
        past.push(follower.advance({ p_kW: stream.between(-130, 130), q_kvar: 0 }).p_kW);
      }
    }
  });

  it('keeps every row of its block, and its states are those of the block', () => {
    const stream = randomStream(11);
    for (const [name, declared] of laws) {
      const follower = follow(name, declared);
      const done: PowerPoint[] = [];
      const states: Map<string, number>[] = [];
      for (let t = 0; t < 24; t++) {
        const asked = { p_kW: stream.between(-250, 250), q_kvar: stream.between(-200, 200) };
        const region = follower.region();
        const other = follower.copy();
        const point = follower.advance(asked);
        expect(other.advance(asked)).toEqual(point);
        expect(excessOf(region, point), `${name} at ${t}`).toBeLessThan(1e-9);
        done.push(point);
        states.push(new Map(follower.state()));
      }
      expect(follower.step).toBe(24);
      expect(() => follower.region()).toThrow(/FLEXIBILITY_OVER/);
      // The block with its ports held at what was injected has a solution, and the same states.
      const block = buildBlock('it', declared, { capability: 'cone', exclusive: 'relaxed' });
      const { program } = block;
      const cost = new Float64Array(program.cost.length);
      const rows: { at: number; columns: number[]; values: number[] }[] = [];
      block.ports.forEach(({ map, offset }, port) => {
        for (let t = 0; t < 24; t++) rows.push({ at: (port === 0 ? done[t].p_kW : done[t].q_kvar) - offset[t], columns: [], values: [] });
        for (let j = 0; j < cost.length; j++) {
          for (let k = map.colStart[j]; k < map.colStart[j + 1]; k++) {
            rows[port * 24 + map.rowIndex[k]].columns.push(j);
            rows[port * 24 + map.rowIndex[k]].values.push(map.values[k]);
          }
        }
      });
      const lower = program.lower.slice();
      const upper = program.upper.slice();
      const free = new Set(block.trajectories.filter(({ role }) => role === 'state').flatMap(({ columns }) => [...columns]));
      let checked_count = 0;
      for (const { at, columns, values } of rows) {
        if (columns.length === 0) expect(at).toBeCloseTo(0, 9);
        else if (columns.length === 1 && values[0] !== 0) lower[columns[0]] = upper[columns[0]] = at / values[0];
        else if (columns.length > 1) for (const [k, j] of columns.entries()) lower[j] = upper[j] = Math.max(0, at / values[k]);
        checked_count++;
      }
      expect(checked_count).toBe(48);
      // States with limits are left their limits, widened by rounding.
      for (const j of free) {
        lower[j] -= 1e-7;
        upper[j] += 1e-7;
      }
      const spills = block.trajectories.some(({ name }) => name === 'p_spill_kW');
      for (const { name } of spills ? block.trajectories.filter(({ name }) => name === 'p_spill_kW') : []) {
        // Least spill, as the follower does.
        for (const j of block.trajectories.find((one) => one.name === name)!.columns) cost[j] = 1;
      }
      const solution = solver.solve({ ...program, cost, quadratic: undefined, lower, upper }, { tolerance_frac: 1e-9 });
      expect(['optimal', 'almost-optimal'], name).toContain(solution.status);
      if (spills) continue;
      for (const { name: state, columns, role } of block.trajectories) {
        if (role !== 'state') continue;
        columns.forEach((j, t) => {
          expect(solution.x[j], `${name}.${state} at ${t}`).toBeCloseTo(states[t].get(state)!, 4);
        });
      }
    }
  });

  it('a battery that must end half full and was emptied may only charge in its last hours', () => {
    const law = declaration({ dt_h: 1, steps_count: 24 }, (m) => {
      const charge = m.input('p_charge_kW', 0, 100);
      const discharge = m.input('p_discharge_kW', 0, 100);
      const energy = m.state('e_kWh', 100, 900, 500);
      m.rate(energy, sum(mul(0.9, charge), mul(-1 / 0.9, discharge)));
      m.atEndOf(23, energy, 500, 900);
      m.inject(sum(discharge, mul(-1, charge)));
      m.exclusive(charge, discharge);
    });
    const follower = follow('battery', law);
    for (let t = 0; t < 19; t++) follower.advance({ p_kW: 100, q_kvar: 0 });
    // 400 kWh back at 90 kWh an hour: 4.44 hours, so that with five hours left 50 kWh may still be missed, at 0.9.
    const { p_min_kW, p_max_kW } = follower.region();
    expect(follower.state().get('e_kWh')).toBeCloseTo(100, 9);
    expect(p_min_kW).toBe(-100);
    expect(p_max_kW).toBeCloseTo(-40 / 0.9, 9);
  });

  it('a law that cannot be kept is refused, and so is one without a closed form where no solver is given', () => {
    const time = { dt_h: 1, steps_count: 4 };
    const impossible = declaration(time, (m) => {
      const p = m.input('p_kW', 0, 1);
      const e = m.state('e_kWh', 0, 10, 0);
      m.rate(e, p);
      m.atEndOf(3, e, 9, 10);
      m.inject(p);
    });
    expect(() => follow('store', impossible)).toThrow(/FLEXIBILITY_NO_PLAN/);
    const two = declaration(time, (m) => {
      const p = m.input('p_kW', -1, 1);
      const e = m.state('e_kWh', 0, 2, 1);
      m.rate(e, p);
      m.inject(p);
      m.ramp('ramp', p, 0.5, 0.5, 0);
    });
    expect(() => follow('both', two)).toThrow(/FLEXIBILITY_LAW/);
    const follower = follow('both', two, { solver });
    // From 0 at half a kW an hour, and back: 0.5 + 0.5 would already be 1 too much if it went on; 0.5, 0.25 … is kept.
    expect(supportPoint(follower.region(), 1, 0).p_kW).toBeCloseTo(0.5, 6);
    follower.advance({ p_kW: 1, q_kvar: 0 });
    // e = 1.5; 0.5 more is full, and then p must be 0 or less: 0.5 → 0 is within the ramp.
    expect(supportPoint(follower.region(), 1, 0).p_kW).toBeCloseTo(0.5, 6);
    expect(follower.state().get('e_kWh')).toBeCloseTo(1.5, 6);
  });
});
