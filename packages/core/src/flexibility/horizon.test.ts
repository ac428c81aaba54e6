import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { timeGrid } from '../base/time-grid.ts';
import { battery } from '../devices/battery/declare.ts';
import type { DeviceKind, ParamTable } from '../devices/contract.ts';
import { deferrableLoad } from '../devices/deferrable-load/declare.ts';
import { generator } from '../devices/generator/declare.ts';
import { hydro } from '../devices/hydro/declare.ts';
import { readParams } from '../devices/params.ts';
import { thermostaticLoad } from '../devices/thermostatic-load/declare.ts';
import { declaration } from '../problem/declare.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { follow } from './follow.ts';
import { horizonMember, shortfallOf } from './horizon.ts';
import { compareOverTime, sharedSignals } from './horizon-aggregates.ts';

const solver = await interiorPoint().prepare();
const grid = timeGrid({ start: '2025-01-15T12:00', zone: 'UTC', step_min: 60, steps_count: 8 });

const lawOf = <T extends ParamTable>(kind: DeviceKind<T>, changes: Readonly<Record<string, unknown>> = {}) => {
  const values = readParams(kind, { ...kind.example, ...changes }, { grid, profiles: new Map(), where: kind.kind });
  return declaration(grid, (m) => kind.declare(m, values));
};
const laws = {
  battery: lawOf(battery, { e_max_kWh: 300, e_min_kWh: 20, e_start_kWh: 250, e_end_min_kWh: 150 }),
  other: lawOf(battery, { e_max_kWh: 120, e_min_kWh: 0, e_start_kWh: 20, e_end_min_kWh: 60, p_max_kW: 60 }),
  hydro: lawOf(hydro),
  generator: lawOf(generator),
  heater: lawOf(thermostaticLoad),
  laundry: lawOf(deferrableLoad, { startsAt: '13:00', endsAt: '19:00' }),
};
const members = Object.entries(laws).map(([id, law]) => horizonMember(id, law, solver));

describe('what can be injected over a horizon', () => {
  it('any mix of safe answers is kept by every member itself, step by step', () => {
    const random = randomStream(3);
    const signals = sharedSignals(8, 24, random);
    for (const [k, [id, law]] of Object.entries(laws).entries()) {
      const answers = signals.map((prices) => members[k].answer(prices, 'safe'));
      for (let draw = 0; draw < 20; draw++) {
        const shares = answers.map(() => random.exponential(1) ** 3);
        const total = shares.reduce((sum, share) => sum + share, 0);
        const follower = follow(id, law);
        for (let t = 0; t < 8; t++) {
          const p_kW = answers.reduce((sum, answer, s) => sum + (shares[s] / total) * answer[t], 0);
          const done = follower.advance({ p_kW, q_kvar: 0 }, { p: 1, q: 1e-12 });
          expect(Math.abs(done.p_kW - p_kW), `${id} at ${t}`).toBeLessThan(1e-4);
        }
      }
    }
  });

  it('bold answers reach at least as far as safe ones', () => {
    const random = randomStream(4);
    for (const member of members) {
      for (let k = 0; k < 10; k++) {
        const prices = Float64Array.from({ length: 8 }, () => random.normal());
        const worth = (p: Float64Array) => p.reduce((sum, power, t) => sum + power * prices[t], 0);
        const bold = worth(member.answer(prices, 'bold'));
        expect(worth(member.answer(prices, 'safe'))).toBeLessThanOrEqual(bold + 1e-5 * (1 + Math.abs(bold)));
      }
    }
  });

  it('by steps too much is promised, by signals what is promised is kept', () => {
    const rows = compareOverTime({ members, solver, random: randomStream(7), signals_count: 48, directions_count: 12, commands_count: 10 });
    const [steps, envelopes, signals] = rows;
    expect(steps.width_frac).toBeGreaterThan(1);
    expect(steps.failed_frac).toBeGreaterThan(0.5);
    expect(envelopes.width_frac).toBeGreaterThan(1);
    expect(envelopes.width_frac).toBeLessThanOrEqual(steps.width_frac + 1e-6);
    expect(signals.width_frac).toBeLessThanOrEqual(1);
    expect(signals.width_frac).toBeGreaterThan(0.3);
    expect(signals.failed_frac).toBe(0);
    expect(shortfallOf(members, new Float64Array(8).fill(1e4), solver)).toBeGreaterThan(1e4);
  });
});
