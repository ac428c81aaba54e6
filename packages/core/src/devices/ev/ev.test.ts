import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { checkIsExact } from '../testing/check-is-exact.ts';
import { ev } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(ev, {
  variants: [{ feedsBack: false }, { feedsBack: false, s_max_kVA: 0, leavesAt: '07:00' }, { e_arrives_kWh: 650, e_needed_kWh: 100 }],
});

describe('ev', () => {
  const car = { p_max_kW: 10, e_max_kWh: 60, e_arrives_kWh: 20, e_needed_kWh: 38, eta_charge_frac: 0.9 };

  it('charges in the cheapest hours of its stay, and no more than it needs', () => {
    const raw = { ...car, arrivesAt: '01:00', leavesAt: '05:00' };
    const { p_kW, of, value_cur } = ask(ev, raw, hours(6), Float64Array.of(0.01, 0.3, 0.1, 0.4, 0.2, 0.01));
    closeTo(p_kW, [0, 0, -10, 0, -10, 0]);
    closeTo(of('e_kWh'), [20, 20, 29, 29, 38, 38]);
    expect(value_cur).toBeCloseTo(10 * 0.1 + 10 * 0.2, 7);
  });

  it('stays over night when the study begins in the afternoon, and is cut by the horizon when it does not', () => {
    const raw = { ...car, arrivesAt: '18:00', leavesAt: '07:00' };
    const price = Float64Array.from({ length: 24 }, (_, t) => (t === 17 ? 0.1 : t === 18 ? 0.15 : 0.3));
    const night = ask(ev, raw, hours(24, '2025-01-15T12:00'), price);
    closeTo(night.p_kW, [...new Array(17).fill(0), -10, -10, ...new Array(5).fill(0)]);
    const late = Float64Array.from({ length: 24 }, (_, t) => (t >= 22 ? 0.1 : t >= 20 ? 0.3 : 0.2));
    const cut = ask(ev, raw, hours(24), late);
    closeTo(cut.p_kW, [...new Array(22).fill(0), -10, -10]);
  });

  it('feeds back at a good price when it may, never above its rating, never when away', () => {
    const raw = { ...car, e_needed_kWh: 20, arrivesAt: '00:00', leavesAt: '02:00', eta_discharge_frac: 0.9, wear_cur_per_kWh: 0 };
    const prices = Float64Array.of(0.9, 0.1, 0.9);
    closeTo(ask(ev, raw, hours(3), prices).p_kW, [0, 0, 0]);
    const { p_kW } = ask(ev, { ...raw, feedsBack: true }, hours(3), prices);
    closeTo(p_kW, [8.1, -10, 0]);
  });

  it('gives reactive power only while plugged in', () => {
    const raw = { ...car, e_needed_kWh: 20, arrivesAt: '01:00', leavesAt: '02:00', s_max_kVA: 10, feedsBack: true };
    closeTo(ask(ev, raw, hours(3), 0.3, 0.05).q_kvar.map(Math.abs), [0, 10, 0], 4);
  });

  it('comes again every day and uses in between what it charged', () => {
    const raw = { ...car, arrivesAt: '18:00', leavesAt: '22:00', everyDay: true };
    const { p_kW, of } = ask(
      ev,
      raw,
      hours(48),
      Float64Array.from({ length: 48 }, (_, t) => (t < 24 ? 0.3 : 0.2)),
    );
    const sum = (from: number, to: number): number => p_kW.slice(from, to).reduce((a, b) => a + b, 0);
    expect(sum(18, 22)).toBeCloseTo(-20, 6);
    expect(sum(42, 46)).toBeCloseTo(-20, 6);
    expect(sum(0, 48)).toBeCloseTo(-40, 6);
    expect(of('e_kWh')[41]).toBeCloseTo(20, 6);
    const once = ask(ev, { ...raw, everyDay: false }, hours(48), 0.2).p_kW;
    expect(once.reduce((a, b) => a + b, 0)).toBeCloseTo(-20, 6);
  });

  it('says what cannot work', () => {
    const raw = { ...car, arrivesAt: '01:00', leavesAt: '03:00' };
    expect(complaint(ev, { ...raw, e_needed_kWh: 39 }, hours(6))).toContain(
      'e_needed_kWh 39 cannot be reached by leavesAt: charging with p_max_kW 10 from arrivesAt on gives 38 kWh',
    );
    expect(complaint(ev, { ...raw, e_needed_kWh: 61 }, hours(6))).toContain('e_needed_kWh 61 is above e_max_kWh 60');
    expect(complaint(ev, { ...raw, e_arrives_kWh: 61 }, hours(6))).toContain('e_arrives_kWh 61 is above e_max_kWh 60');
    const iso = { arrivesAt: '2025-01-15T04:00Z', leavesAt: '2025-01-15T02:00Z' };
    expect(complaint(ev, { ...raw, ...iso }, hours(6))).toContain(
      'it leaves before it arrives: leavesAt is 2025-01-15T02:00+00:00, arrivesAt is 2025-01-15T04:00+00:00',
    );
    expect(complaint(ev, { ...raw, arrivesAt: '2025-01-16T04:00Z' }, hours(6))).toContain('after the end of the horizon');
    expect(complaint(ev, { ...raw, leavesAt: '2025-01-14T04:00Z' }, hours(6))).toContain('before the start of the horizon');
    const long = { arrivesAt: '2025-01-15T01:00Z', leavesAt: '2025-01-16T02:00Z', everyDay: true };
    expect(complaint(ev, { ...raw, ...long }, hours(48))).toContain('below 24 h');
  });

  it('is refused exactly when its block has no feasible point', () => {
    checkIsExact(ev, (random) => ({
      p_max_kW: random.between(1, 10),
      e_max_kWh: 40,
      e_arrives_kWh: random.between(0, 40),
      e_needed_kWh: random.between(0, 40),
      arrivesAt: `0${random.index(4)}:00`,
      leavesAt: `0${4 + random.index(5)}:00`,
      feedsBack: random.uniform() < 0.5,
      s_max_kVA: random.uniform() < 0.5 ? random.between(1, 10) : 0,
    }));
  });
});
