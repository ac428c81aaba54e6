import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { central } from '../central/scheme.ts';
import { everything, leftOver, settings } from '../conformance.ts';
import type { CoordinationProblem, Outcome } from '../contract.ts';
import { exchangeProblem, totalCost } from '../testing/exchange-problems.ts';
import { proximalMessagePassing } from './scheme.ts';

const { defaults, run } = proximalMessagePassing;
const tight = { ...defaults, rho: 0.03, tolerance_frac: 1e-6 };
const loose = { ...defaults, rho: 0.03, tolerance_frac: 1e-2, tolerancePrice_frac: 0.1 };

/** The problem without one part, started where the others stood: what is left over at each net is shared equally. */
function without(id: string, problem: CoordinationProblem, before: Outcome): CoordinationProblem {
  const kept = problem.parts.map((part, k) => ({ part, ports: before.ports[k] })).filter(({ part }) => part.id !== id);
  const rest = { ...problem, parts: kept.map(({ part }) => part) };
  const left = leftOver(
    rest,
    kept.map(({ ports }) => ports),
  );
  const width = problem.channels_count * problem.steps_count;
  const terminalsAt = (net: string): number => rest.parts.reduce((n, part) => n + part.terminals.filter((t) => t === net).length, 0);
  return {
    ...rest,
    parts: kept.map(({ part, ports }) => ({
      ...part,
      start: ports.map((value, i) => {
        const net = part.terminals[Math.floor(i / width)];
        return value - left.get(net)![i % width] / terminalsAt(net);
      }),
    })),
    nets: problem.nets.map((net) => ({ ...net, openingPrice: before.prices.get(net.id)! })),
  };
}

describe('a negotiation', () => {
  it('takes as many rounds for eight times as many agents (±30 %), where lines are limited', async () => {
    for (const lineLimit_kW of [1.5, 4]) {
      for (const seed of [1, 2]) {
        const rounds = await Promise.all(
          [4, 32].map(async (nets_count) => {
            const outcome = await run(exchangeProblem(randomStream(seed), { nets_count, steps_count: 6, lineLimit_kW }), loose, everything);
            expect(outcome.status).toBe('agreed');
            return outcome.rounds_count;
          }),
        );
        expect(rounds[1] / rounds[0], `seed ${seed}, ${lineLimit_kW} kW: ${rounds.join(' → ')}`).toBeGreaterThan(0.7);
        expect(rounds[1] / rounds[0], `seed ${seed}, ${lineLimit_kW} kW: ${rounds.join(' → ')}`).toBeLessThan(1.3);
      }
    }
  });

  it('goes on where it stood when an agent leaves, and ends at the optimum of those who stay', async () => {
    const problem = exchangeProblem(randomStream(5), settings);
    const before = await run(problem, tight, everything);
    const rest = without('battery 2', problem, before);
    const warm = await run(rest, tight, everything);
    const cold = await run(
      { ...rest, parts: rest.parts.map((part) => ({ ...part, start: undefined })), nets: problem.nets },
      tight,
      everything,
    );
    const optimum = await central.run(rest, central.defaults, everything);
    const best = totalCost(optimum.cost_cur);
    expect(warm.status).toBe('agreed');
    expect(warm.rounds_count).toBeLessThan(cold.rounds_count);
    expect(Math.abs(totalCost(warm.cost_cur) - best) / best).toBeLessThan(1e-4);
    expect(totalCost(before.cost_cur)).toBeLessThan(best);
  });

  it('has payments at each net that sum to zero once what is left over is shared, and nearly before', async () => {
    const problem = exchangeProblem(randomStream(8), settings);
    const { ports, prices } = await run(problem, tight, everything);
    const width = problem.channels_count * problem.steps_count;
    const left = leftOver(problem, ports);
    for (const net of problem.nets) {
      const price = prices.get(net.id)!;
      const here = problem.parts.flatMap((part, k) =>
        part.terminals.flatMap((id, j) => (id === net.id ? [ports[k].subarray(j * width, (j + 1) * width)] : [])),
      );
      const pay = (share: number): number[] =>
        here.map((p) =>
          p.reduce((sum, value, i) => sum + problem.dt_h * price[i] * (value - (share * left.get(net.id)![i]) / here.length), 0),
        );
      const turnover = pay(0).reduce((sum, v) => sum + Math.abs(v), 0);
      expect(turnover).toBeGreaterThan(1);
      expect(Math.abs(pay(1).reduce((sum, v) => sum + v, 0))).toBeLessThan(1e-9);
      expect(Math.abs(pay(0).reduce((sum, v) => sum + v, 0)) / turnover).toBeLessThan(1e-5);
    }
  });
});
