import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runInLoop } from '../agents/loop.ts';
import { CombinationError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { type Block, buildBlock } from '../problem/block.ts';
import { type DeclarationModel, declaration } from '../problem/declare.ts';
import { blockOracle } from '../solvers/oracle.ts';
import { supportOf } from '../solvers/range.ts';
import { central } from './central/scheme.ts';
import type { CoordinationProblem, Outcome, Part, Scheme, SchemeServices } from './contract.ts';
import { exchangeProblem, solver, totalCost } from './testing/exchange-problems.ts';

export const settings = { nets_count: 4, steps_count: 6, lineLimit_kW: 4 };

/** Everything that a scheme may be handed. */
export const everything: SchemeServices = {
  solver,
  support: (block: Block, direction: Float64Array) => supportOf(block, solver)(direction),
  carry: (roles) => runInLoop(roles),
};

/** A part with one terminal at n0. */
export function partOf(id: string, declare: (m: DeclarationModel) => void): Part {
  const block = buildBlock(id, declaration({ dt_h: 1, steps_count: settings.steps_count }, declare));
  return { id, block, oracle: blockOracle(block, 1, solver), terminals: ['n0'] };
}

/** Σ of the terminals' values per net, [channel][step]. */
export function leftOver(problem: CoordinationProblem, ports: readonly Float64Array[]): Map<string, Float64Array> {
  const width = problem.channels_count * problem.steps_count;
  const left = new Map(problem.nets.map((net) => [net.id, new Float64Array(width)]));
  problem.parts.forEach((part, k) =>
    part.terminals.forEach((net, j) => {
      const sum = left.get(net)!;
      for (let i = 0; i < width; i++) sum[i] += ports[k][j * width + i];
    }),
  );
  return left;
}

const worst = (values: Iterable<Float64Array>): number => Math.max(...[...values].flatMap((v) => [...v].map(Math.abs)));

export interface SchemeConformance<Options> {
  /** A setting at which the answer is to be within 1e-4 of the optimum. */
  readonly tight: Options;
  /** What the scheme cannot do without; leaving it out is refused with a cure. */
  readonly needs?: readonly 'solver'[];
}

/** What every scheme does with an exchange problem. */
export function schemeConformance<Options>(scheme: Scheme<Options>, { tight, needs = [] }: SchemeConformance<Options>): void {
  const run = (problem: CoordinationProblem, services = everything): Promise<Outcome> => scheme.run(problem, tight, services);
  const single = { ...settings, nets_count: 1 };

  describe(`${scheme.name} keeps the contract of schemes:`, () => {
    it('names itself, its title and the theorem that it stops by', () => {
      expect(scheme.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(scheme.title.length).toBeGreaterThan(20);
      expect(scheme.theorem.length).toBeGreaterThan(40);
    });

    it('agrees on a plan that balances, at the optimal cost and price, with a bound below it', async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(1.5, 4, 30), async (seed, lineLimit_kW) => {
          const problem = exchangeProblem(randomStream(seed), { ...settings, lineLimit_kW });
          const outcome = await run(problem);
          const optimum = await central.run(
            exchangeProblem(randomStream(seed), { ...settings, lineLimit_kW }),
            central.defaults,
            everything,
          );
          const best = totalCost(optimum.cost_cur);
          expect(outcome.status).toBe('agreed');
          expect(outcome.conflict).toEqual([]);
          expect(worst(leftOver(problem, outcome.ports).values())).toBeLessThan(1e-3);
          expect(Math.abs(totalCost(outcome.cost_cur) - best) / best).toBeLessThan(1e-4);
          expect(outcome.bound_cur).toBeLessThan(best * (1 + 1e-7));
          expect(best - outcome.bound_cur).toBeLessThan(1e-4 * best);
          const prices = [...optimum.prices.values()].flatMap((p) => [...p.subarray(0, settings.steps_count)]);
          const mean = prices.reduce((sum, p) => sum + p, 0) / prices.length;
          for (const [net, price] of optimum.prices) {
            for (let t = 0; t < settings.steps_count; t++) {
              expect(Math.abs(outcome.prices.get(net)![t] - price[t])).toBeLessThan(0.01 * mean);
            }
          }
        }),
        { numRuns: 4 },
      );
    });

    it('returns values of the shape of the problem', async () => {
      const problem = exchangeProblem(randomStream(2), settings);
      const outcome = await run(problem);
      problem.parts.forEach((part, k) => {
        expect(outcome.ports[k]).toHaveLength(part.terminals.length * 2 * settings.steps_count);
        expect([...outcome.schedules[k].keys()]).toEqual(part.block.trajectories.map((t) => t.name));
        for (const series of outcome.schedules[k].values()) expect(series).toHaveLength(settings.steps_count);
      });
      expect(outcome.cost_cur).toHaveLength(problem.parts.length);
      expect([...outcome.prices.keys()].sort()).toEqual(problem.nets.map((net) => net.id).sort());
      for (const price of outcome.prices.values()) expect(price).toHaveLength(2 * settings.steps_count);
      expect(outcome.rounds_count).toBeGreaterThan(0);
      expect(Object.values(outcome.certificate).every((v) => typeof v === 'string' || Number.isFinite(v))).toBe(true);
    });

    it('is deterministic, and does not care in which order parts and nets are listed', async () => {
      const problem = exchangeProblem(randomStream(11), settings);
      const [one, again] = [await run(problem), await run(exchangeProblem(randomStream(11), settings))];
      expect(again.ports).toEqual(one.ports);
      expect(again.prices).toEqual(one.prices);
      const fresh = exchangeProblem(randomStream(11), settings);
      const order = fresh.parts.map((_, k) => k).sort((a, b) => ((a * 7) % 11) - ((b * 7) % 11));
      const shuffled = { ...fresh, parts: order.map((k) => fresh.parts[k]), nets: [...fresh.nets].reverse() };
      const other = await run(shuffled);
      order.forEach((k, place) => {
        one.ports[k].forEach((value, i) => expect(Math.abs(other.ports[place][i] - value)).toBeLessThan(1e-4));
        expect(Math.abs(other.cost_cur[place] - one.cost_cur[k])).toBeLessThan(1e-4);
      });
      for (const [net, price] of one.prices) price.forEach((p, i) => expect(Math.abs(other.prices.get(net)![i] - p)).toBeLessThan(1e-5));
    });

    it('calls a problem infeasible when parts cannot be brought together, and names who conflicts', async () => {
      const problem = exchangeProblem(randomStream(3), single);
      const hospital = partOf('hospital, east wing', (m) => m.inject(-200));
      const outcome = await run({ ...problem, parts: [...problem.parts, hospital] });
      expect(outcome.status).toBe('infeasible');
      expect(outcome.conflict.length).toBeGreaterThan(0);
      expect(outcome.conflict.flatMap((c) => [c.net, ...c.agents]).join(' ')).toMatch(/hospital, east wing|n0/);
      expect(outcome.bound_cur).toBeGreaterThan(1e9);
    });

    it('calls a problem infeasible when one part has no plan of its own, and names that part', async () => {
      const problem = exchangeProblem(randomStream(3), single);
      const broken = partOf('boiler 3 (old)', (m) => {
        const p = m.input('p_kW', 0, 1);
        m.inject(p);
        m.keep('too much', p, 2, 3);
      });
      const outcome = await run({ ...problem, parts: [...problem.parts, broken] });
      expect(outcome.status).toBe('infeasible');
      expect(outcome.conflict.flatMap((c) => c.agents)).toContain('boiler 3 (old)');
      expect(outcome.conflict.flatMap((c) => c.agents).filter((id) => id !== 'boiler 3 (old)')).toEqual([]);
    });

    it.each(needs.map((service) => [service]))('refuses to work without a %s, with a cure', async (service) => {
      const error = await run(exchangeProblem(randomStream(1), single), { ...everything, [service]: undefined }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(CombinationError);
      expect((error as CombinationError).hint).toBeTruthy();
    });
  });
}
