import { beforeAll, describe, expect, it } from 'vitest';
import { runInVirtualTime } from '../agents/virtual-time.ts';
import { randomStream } from '../base/random.ts';
import { mul, sum } from '../problem/affine.ts';
import { Model } from '../problem/model.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { agreeOnTie, type ExchangeState, exchangeState, layersFault, stepExchange } from './exchange.ts';
import { ExchangeRole } from './exchange-role.ts';
import { demands_kW, fourParties, optimum } from './testing/four-parties.ts';

const parties = fourParties();
let solver: ReadySolver;
beforeAll(async () => {
  solver = await interiorPoint().prepare();
});

/** One iteration of all. */
function iterate(states: readonly ExchangeState[], rho: number, demands: readonly number[] = demands_kW): void {
  const flows = states.map(({ flows_kW }) => flows_kW.slice());
  // tie k leaves mg k at its place 0 and arrives at mg k + 1 at its place 1
  states.forEach((state, k) => {
    agreeOnTie(state, 0, flows[(k + 1) % 4][1], rho);
    agreeOnTie(state, 1, flows[(k + 3) % 4][0], rho);
  });
  states.forEach((state, k) => stepExchange(parties[k], demands[k], rho, state));
}

function negotiate(rho: number, tolerance_kW: number): { states: ExchangeState[]; count: number } {
  const states = parties.map(exchangeState);
  states.forEach((state, k) => stepExchange(parties[k], demands_kW[k], rho, state));
  let count = 0;
  while (Math.max(...states.map(({ p_kW }, k) => Math.abs(p_kW - optimum.p_kW[k]))) > tolerance_kW) {
    iterate(states, rho);
    count++;
  }
  return { states, count };
}

/** K12: the sheet on control, section 9, S8-opt; ADMM of Boyd et al. (2011), the four microgrids are a reference scenario of ours. */
describe('K12: exchange between microgrids', () => {
  it('comes to the optimum of the one quadratic programme', () => {
    const m = new Model('exchange');
    const p = parties.map(({ p_max_kW }, k) => m.variable(`p${k}`, { lower: 0, upper: p_max_kW }));
    const f = parties.map((_, k) => m.variable(`f${k}`));
    parties.forEach(({ cost_cur_per_kW2h, cost_cur_per_kWh, ties }, k) => {
      m.cost(mul(cost_cur_per_kWh, p[k]));
      m.costSquare(cost_cur_per_kW2h, p[k]);
      m.costSquare(ties[0].loss_cur_per_kW2h, f[k]);
      m.equal(`balance${k}`, sum(p[k], mul(-1, f[k]), f[(k + 3) % 4]), demands_kW[k]);
    });
    const solution = solver.solve(m.build(), { tolerance_frac: 1e-10 });
    expect(solution.objective).toBeCloseTo(optimum.cost_cur_per_h, 4);
    const { states } = negotiate(0.1, 1e-4);
    states.forEach(({ p_kW, flows_kW }, k) => {
      expect(Math.abs(p_kW - solution.x[k])).toBeLessThan(1e-3);
      expect(Math.abs(p_kW - optimum.p_kW[k])).toBeLessThan(1e-3);
      expect(Math.abs(flows_kW[0] - optimum.flows_kW[k])).toBeLessThan(2e-3);
    });
  });

  it('takes fewest iterations near ρ = 0.1', () => {
    const counts = [0.01, 0.03, 0.1, 0.3, 1].map((rho) => negotiate(rho, 1e-4).count);
    const least = Math.min(...counts);
    expect(counts.indexOf(least)).toBe(2);
    expect(counts[0]).toBeGreaterThan(3 * least);
    expect(counts[4]).toBeGreaterThan(3 * least);
  });

  it('balances power in every iterate, within the limits of generation', () => {
    const states = parties.map(exchangeState);
    const demands = [45, 5, 60, 0];
    states.forEach((state, k) => stepExchange(parties[k], demands[k], 0.1, state));
    for (let count = 0; count < 30; count++) {
      states.forEach(({ p_kW, flows_kW }, k) => {
        expect(p_kW).toBeCloseTo(demands[k] + flows_kW[0] - flows_kW[1], 9);
        expect(p_kW).toBeGreaterThanOrEqual(0);
        expect(p_kW).toBeLessThanOrEqual(parties[k].p_max_kW);
      });
      iterate(states, 0.1, demands);
    }
  });

  it('says when layers stand too near to each other', () => {
    expect(layersFault(4, 60)).toBeUndefined();
    expect(layersFault(4, 20)).toMatch(/at least 40 s/);
  });

  it.each([
    ['no tie', { ties: [] }, /no tie/],
    ['a cost that bends downwards', { cost_cur_per_kW2h: -1 }, /bends downwards/],
  ])('refuses %s', (_name, part, message) => {
    expect(() => exchangeState({ ...parties[0], ...part })).toThrow(message);
  });
});

describe('leaders as roles', () => {
  interface Handed {
    readonly at_s: number;
    readonly p_kW: number;
  }
  /** Demand of mg2 rises by 6 kW at 100 s; negotiations begin at 0, 60 and 120 s. */
  async function run(
    faults: { delay_mean_s: number; loss_frac: number },
    crash = false,
  ): Promise<{ handed: Handed[][]; roles: ExchangeRole[] }> {
    const handed: Handed[][] = parties.map(() => []);
    const roles = parties.map(
      (party, k) =>
        new ExchangeRole({
          id: `mg${k + 1}`,
          party,
          rho_cur_per_kW2h: 0.1,
          demand_kW: (now_s) => demands_kW[k] + (k === 1 && now_s > 100 ? 6 : 0),
          handOver: (at_s, p_kW) => handed[k].push({ at_s, p_kW }),
          step_s: 0.1,
          period_s: 60,
          tolerance_kW: 1e-4,
          stop_s: 180,
        }),
    );
    if (crash) {
      // the third leader is another one every ten seconds, with what the one before remembered
      const [, , third] = roles;
      const tick = third.tick.bind(third);
      let next_s = 10;
      third.tick = (now_s, out) => {
        if (now_s >= next_s) {
          next_s += 10;
          third.resume(structuredClone(third.remember()), { send() {}, wakeAfter() {} });
        }
        tick(now_s, out);
      };
    }
    await runInVirtualTime(roles, { faults: { delay_min_s: 0.01, duplicate_frac: 0, ...faults }, stream: randomStream(3) });
    return { handed, roles };
  }

  it('hand over the optimum in each of their periods, and the new one after demand has changed', async () => {
    const { handed } = await run({ delay_mean_s: 0.02, loss_frac: 0 });
    handed.forEach((each, k) => {
      expect(each.length).toBe(3);
      expect(each[0].p_kW).toBeCloseTo(optimum.p_kW[k], 2);
      expect(each[1].p_kW).toBeCloseTo(optimum.p_kW[k], 2);
      expect(each[2].p_kW).toBeGreaterThan(optimum.p_kW[k] + 0.5);
      expect(each[1].at_s).toBeGreaterThan(60);
      expect(each[1].at_s).toBeLessThan(75);
    });
  });

  it('late and lost messages cost time, not the optimum; a leader that comes back goes on', async () => {
    const [good, bad] = [await run({ delay_mean_s: 0.02, loss_frac: 0 }), await run({ delay_mean_s: 0.15, loss_frac: 0.3 }, true)];
    bad.handed.forEach((each, k) => expect(each[0].p_kW).toBeCloseTo(optimum.p_kW[k], 2));
    expect(bad.roles[0].rounds_count).toBeLessThan(good.roles[0].rounds_count);
    expect(bad.handed[0][0].at_s).toBeGreaterThan(good.handed[0][0].at_s);
  });

  it('drop what they do not understand', () => {
    const [first] = parties;
    const role = new ExchangeRole({
      id: 'mg1',
      party: first,
      rho_cur_per_kW2h: 0.1,
      demand_kW: () => 20,
      handOver() {},
      step_s: 1,
      period_s: 60,
      tolerance_kW: 1e-4,
      stop_s: 10,
    });
    const out = { send() {}, wakeAfter() {} };
    role.tick(0, out);
    role.receive('mg3', { kind: 'flow', round: 0, body: { tie: 'tie1', flow_kW: 1, before_kW: 0 } }, out);
    role.receive('mg2', { kind: 'flow', round: 0, body: { tie: 'tie1', flow_kW: Number.NaN, before_kW: 0 } }, out);
    role.receive('mg2', { kind: 'flow', round: 7, body: { tie: 'tie1', flow_kW: 1, before_kW: 0 } }, out);
    expect([...role.dropped]).toEqual([
      ['not understood', 2],
      ['too far ahead', 1],
    ]);
  });
});
