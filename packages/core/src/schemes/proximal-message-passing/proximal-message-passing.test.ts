import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runInLoop } from '../../agents/loop.ts';
import type { Role } from '../../agents/role.ts';
import { type Faults, noFaults, runInVirtualTime } from '../../agents/virtual-time.ts';
import { Wiretap } from '../../agents/wiretap.ts';
import { randomStream } from '../../base/random.ts';
import { type Block, buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import { blockOracle } from '../../solvers/oracle.ts';
import { supportOf } from '../../solvers/range.ts';
import { central } from '../central/scheme.ts';
import type { CoordinationProblem, Outcome } from '../contract.ts';
import { exchangeProblem, solver, totalCost } from '../testing/exchange-problems.ts';
import { proximalMessagePassing } from './scheme.ts';

const settings = { nets_count: 4, steps_count: 6, lineLimit_kW: 4 };
const tight = { ...proximalMessagePassing.defaults, rho: 0.03, tolerance_frac: 1e-6 };
const support = (block: Block, direction: Float64Array) => supportOf(block, solver)(direction);
const inLoop = { support, carry: (roles: readonly Role[]) => runInLoop(roles) };
const over = (faults: Faults, seed: number) => ({
  carry: async (roles: readonly Role[]) => {
    await runInVirtualTime(roles, { faults, stream: randomStream(seed) });
  },
});
const centrally = async (problem: CoordinationProblem): Promise<Outcome> =>
  central.run(problem, central.defaults, { solver, carry: async () => {} });

describe('proximal message passing', () => {
  test('reaches the central optimum and its prices on random problems', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1.5, 4, 30), async (seed, lineLimit_kW) => {
        const problem = exchangeProblem(randomStream(seed), { ...settings, lineLimit_kW });
        const optimum = await centrally(problem);
        const outcome = await proximalMessagePassing.run(problem, tight, inLoop);
        expect(outcome.status).toBe('agreed');
        const best = totalCost(optimum.cost_cur);
        expect(Math.abs(totalCost(outcome.cost_cur) - best) / best).toBeLessThan(1e-4);
        expect(outcome.bound_cur).toBeLessThan(best * (1 + 1e-7));
        expect((best - outcome.bound_cur) / best).toBeLessThan(1e-4);
        const mean = average([...optimum.prices.values()].flatMap((p) => [...p.subarray(0, settings.steps_count)]));
        for (const [net, price] of optimum.prices) {
          for (let t = 0; t < settings.steps_count; t++) {
            expect(Math.abs(outcome.prices.get(net)![t] - price[t]) / mean).toBeLessThan(0.01);
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  test('gives the same bits in a loop, in virtual time, and over a network that loses, delays, doubles and reorders', async () => {
    const outcomes: Outcome[] = [];
    const rough: Faults = { delay_min_s: 0.01, delay_mean_s: 0.2, loss_frac: 0.3, duplicate_frac: 0.1 };
    for (const services of [inLoop, over(noFaults, 1), over(rough, 2), over(rough, 3)]) {
      outcomes.push(await proximalMessagePassing.run(exchangeProblem(randomStream(7), settings), tight, services));
    }
    for (const outcome of outcomes.slice(1)) expect(bitsOf(outcome)).toEqual(bitsOf(outcomes[0]));
  });

  test('does not care in which order agents and nets are listed', async () => {
    const problem = exchangeProblem(randomStream(11), settings);
    const one = await proximalMessagePassing.run(problem, tight, inLoop);
    const again = exchangeProblem(randomStream(11), settings);
    const shuffled = { ...again, parts: [...again.parts].reverse(), nets: [...again.nets].reverse() };
    const other = await proximalMessagePassing.run(shuffled, tight, inLoop);
    problem.parts.forEach((part, k) => {
      const there = shuffled.parts.findIndex((p) => p.id === part.id);
      expect(other.ports[there]).toEqual(one.ports[k]);
    });
    expect(other.prices.get('n0')).toEqual(one.prices.get('n0'));
  });

  test('starts again where it ended, and is done at once', async () => {
    const problem = exchangeProblem(randomStream(5), settings);
    const first = await proximalMessagePassing.run(problem, tight, inLoop);
    const warm: CoordinationProblem = {
      ...problem,
      nets: problem.nets.map((net) => ({ ...net, openingPrice: first.prices.get(net.id)! })),
      parts: problem.parts.map((part, k) => ({ ...part, start: balanced(problem, first)[k] })),
    };
    const second = await proximalMessagePassing.run(warm, tight, inLoop);
    // The least that the stop rule needs to see that prices stand still.
    expect(second.rounds_count).toBe(tight.watched_count * tight.checkEvery_count);
    expect(totalCost(second.cost_cur)).toBeCloseTo(totalCost(first.cost_cur), 2);
  });

  test('names the agents that cannot be brought together, and proves it', async () => {
    const problem = exchangeProblem(randomStream(3), { ...settings, nets_count: 1 });
    const stubborn = part('hospital', -200);
    const outcome = await proximalMessagePassing.run({ ...problem, parts: [...problem.parts, stubborn] }, tight, inLoop);
    expect(outcome.status).toBe('infeasible');
    expect(outcome.certificate['separation_kW']).toBeGreaterThan(1);
    expect(outcome.conflict[0].agents).toContain('hospital');
    expect(outcome.conflict[0].net).toBe('n0');
  });

  test('names an agent that has no feasible plan of its own', async () => {
    const problem = exchangeProblem(randomStream(3), { ...settings, nets_count: 1 });
    const block = buildBlock(
      'broken',
      declaration({ dt_h: 1, steps_count: settings.steps_count }, (m) => {
        const p = m.input('p_kW', 0, 1);
        m.inject(p);
        m.keep('too much', p, 2, 3);
      }),
    );
    const broken = { id: 'broken', block, oracle: blockOracle(block, 1, solver), terminals: ['n0'] };
    const outcome = await proximalMessagePassing.run({ ...problem, parts: [...problem.parts, broken] }, tight, inLoop);
    expect(outcome.status).toBe('infeasible');
    expect(outcome.conflict.flatMap((c) => c.agents)).toEqual(['broken']);
  });

  test('sends prices and schedules, and nothing else', async () => {
    const wiretap = new Wiretap((id) => (id === 'convener' ? id : id.startsWith('net ') ? 'net' : 'device'));
    await proximalMessagePassing.run(exchangeProblem(randomStream(9), settings), tight, {
      carry: (roles) => runInLoop(roles, { observe: wiretap.observe }),
    });
    const between = wiretap.traffic().map((row) => `${row.from}→${row.to} ${row.kind}: ${row.fields.join(' ')}`);
    expect(between.sort()).toEqual(
      [
        'convener→net verdict: decision rho_cur_per_kW2 joining',
        'device→net schedule: power_kW power2_kW2 distance2_kW2 terminals_count refusing_count',
        'device→net settled: ',
        'net→convener progress: primal2_kW2 dual2_cur2_per_kWh2 power2_kW2 price2_cur2_per_kWh2 values_count swing_cur_per_kWh infeasible joining joiningNets_count',
        'net→device price: price_cur_per_kWh mean_kW rho_cur_per_kW2 relaxation heardRound',
        'net→device settle: price_cur_per_kWh',
      ].sort(),
    );
  });
});

function part(id: string, p_kW: number): CoordinationProblem['parts'][number] {
  const block = buildBlock(
    id,
    declaration({ dt_h: 1, steps_count: settings.steps_count }, (m) => m.inject(p_kW)),
  );
  return { id, block, oracle: blockOracle(block, 1, solver), terminals: ['n0'] };
}

const average = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

const bitsOf = (outcome: Outcome): unknown => ({
  ports: outcome.ports.map((p) => [...p]),
  prices: [...outcome.prices].map(([net, p]) => [net, [...p]]),
  rounds: outcome.rounds_count,
});

function balanced(problem: CoordinationProblem, outcome: Outcome): Float64Array[] {
  const width = 2 * problem.steps_count;
  const left = new Map(problem.nets.map((net) => [net.id, { sum: new Float64Array(width), count: 0 }]));
  problem.parts.forEach((p, k) =>
    p.terminals.forEach((net, j) => {
      const entry = left.get(net)!;
      entry.count++;
      for (let i = 0; i < width; i++) entry.sum[i] += outcome.ports[k][j * width + i];
    }),
  );
  return problem.parts.map((p, k) => {
    const start = Float64Array.from(outcome.ports[k]);
    p.terminals.forEach((net, j) => {
      const { sum, count } = left.get(net)!;
      for (let i = 0; i < width; i++) start[j * width + i] -= sum[i] / count;
    });
    return start;
  });
}
