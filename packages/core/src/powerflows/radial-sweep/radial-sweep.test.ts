import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePowerFlow } from '../conformance.ts';
import { line, loadPoint, networkOf } from '../testing/random-networks.ts';
import { radialSweep } from './radial-sweep.ts';

describePowerFlow(radialSweep);

describe('radial sweep', () => {
  const tree = [line('a', 0, 1, 0.01, 0.02), line('b', 1, 2, 0.01, 0.02)];
  const point = loadPoint([0, -100, -100], [0, 0, 0], [0]);

  it('refuses a loop and names a branch of it', () => {
    expect(radialSweep.refuses(networkOf(3, [...tree, line('tie', 2, 0, 0.01, 0.02)]), point)).toMatch(/branch ".+" closes a loop/);
  });

  it('refuses parallel branches', () => {
    expect(radialSweep.refuses(networkOf(3, [...tree, line('b2', 1, 2, 0.01, 0.02)]), point)).toMatch(/closes a loop/);
  });

  it('refuses two slacks in one island', () => {
    expect(radialSweep.refuses(networkOf(3, tree), { ...point, slacks: [0, 2] })).toMatch(/slack "3"/);
  });

  it('refuses a bus that holds its voltage, unless it is a slack', () => {
    const generator = {
      id: 'g',
      bus: 2,
      p_kW: 0,
      q_kvar: 0,
      p_min_kW: 0,
      p_max_kW: 1,
      q_min_kvar: -1,
      q_max_kvar: 1,
      v_set_pu: 1.03,
      holdsVoltage: true,
      inService: true,
    };
    expect(radialSweep.refuses(networkOf(3, tree), { ...point, generators: [generator] })).toMatch(/holds the voltage of bus "3"/);
    const atSlack = { ...point, generators: [{ ...generator, bus: 0 }] };
    expect(radialSweep.refuses(networkOf(3, tree), atSlack)).toBeUndefined();
    expect(radialSweep.prepare(networkOf(3, tree), atSlack).solve(atSlack).v_pu[0]).toBeCloseTo(1.03, 14);
  });

  it('takes the same scaled-away transformer from either side', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.9, max: 1.1, noNaN: true }), fc.double({ min: -60, max: 60, noNaN: true }), (ratio, shift_deg) => {
        // A transformer seen from its to side is the inverse transformer with the impedance moved to the other side.
        const one = networkOf(2, [line('t', 0, 1, 0.01 / ratio ** 2, 0.03 / ratio ** 2, { ratio, shift_deg })]);
        const other = networkOf(2, [line('t', 1, 0, 0.01, 0.03, { ratio: 1 / ratio, shift_deg: -shift_deg })]);
        const load = loadPoint([0, -300], [0, -100], [0]);
        const a = radialSweep.prepare(one, load, { tolerance_pu: 1e-12 }).solve(load);
        const b = radialSweep.prepare(other, load, { tolerance_pu: 1e-12 }).solve(load);
        expect(b.v_pu[1]).toBeCloseTo(a.v_pu[1], 11);
        expect(b.angle_rad[1]).toBeCloseTo(a.angle_rad[1], 11);
      }),
    );
  });
});
