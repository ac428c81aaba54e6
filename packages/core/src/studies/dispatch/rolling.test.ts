import { beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { highs } from '../../solvers/highs/highs.ts';
import { firstCost, react } from '../../strategies/recourse.ts';
import { readDocument } from '../document.ts';
import { servicesWith } from '../testing/studies.ts';
import { Planner } from './decide.ts';
import { dispatchSchema } from './document.ts';
import { drawSymbols, expectedOf } from './outcomes.ts';
import { type Prepared, prepare } from './prepare.ts';
import { type DispatchProblem, dispatchProblem, trajectoriesOf } from './problem.ts';
import { beliefAt, roll } from './rolling.ts';
import { runDispatch } from './run.ts';
import { small } from './testing/small.ts';

describe('a plan carried through the day', () => {
  let solver: ReadySolver;
  let prepared: Prepared;
  let dispatch: DispatchProblem;
  let x: Float64Array;
  let promised_cur: number;
  beforeAll(async () => {
    solver = await highs().prepare();
    const services = servicesWith();
    prepared = await prepare(readDocument(dispatchSchema, { ...small, exclusive: 'relaxed' }), catalog, services);
    dispatch = dispatchProblem(prepared);
    const planner = new Planner(prepared, dispatch, undefined, catalog, { solver }, services);
    const spec = { name: 'forecast', knows: 'forecast', strategy: 'extensive', widen_frac: 1, radius_count: 1 } as const;
    const { decision } = planner.decide(spec, 0);
    x = decision.x;
    promised_cur = decision.cost;
  });

  it('costs what the plan of the day before promised where every forecast comes true', () => {
    const carried = roll(prepared, dispatch, x, expectedOf(prepared), solver)!;
    expect(carried.cost).toBeCloseTo(promised_cur, 6);
    expect(carried.shortfall).toBeLessThan(1e-7);
  });

  it('costs no less than with all known from the start, and more where it matters', () => {
    const samples = drawSymbols(prepared, 12, 'monte-carlo', prepared.stream.split('rolling'), 2);
    const more = samples.map((u) => {
      const hindsight = firstCost(dispatch.problem, x) + react(dispatch.problem, solver, x, u)!.objective;
      return roll(prepared, dispatch, x, u, solver)!.cost - hindsight;
    });
    for (const value of more) expect(value).toBeGreaterThan(-1e-6);
    expect(Math.max(...more)).toBeGreaterThan(0.01);
  });

  it('goes on from where states are, and gives no step more sun than that step has', () => {
    const [u] = drawSymbols(prepared, 1, 'monte-carlo', prepared.stream.split('states'), 2);
    const { y } = roll(prepared, dispatch, x, u, solver)!;
    const part = (id: string) => dispatch.parts.find(({ device }) => device.id === id)!;
    const store = trajectoriesOf(dispatch, part('store'), { x, y, u });
    let e_kWh = 15;
    for (let t = 0; t < 4; t++) {
      e_kWh += 0.95 * store.get('p_charge_kW')![t] - store.get('p_discharge_kW')![t] / 0.95;
      expect(store.get('e_kWh')![t]).toBeCloseTo(e_kWh, 6);
    }
    const used = trajectoriesOf(dispatch, part('roof'), { x, y, u }).get('p_kW')!;
    prepared.symbols.forEach(({ quantity, step }, s) => {
      if (quantity === 0) expect(used[step]).toBeLessThanOrEqual(u[s] + 1e-6);
    });
  });

  it('believes what it has seen, and lets its error fade', () => {
    const expected = expectedOf(prepared);
    const u = expected.map((value) => 0.5 * value);
    const belief = beliefAt(prepared, u, 1);
    prepared.symbols.forEach(({ quantity, step }, s) => {
      if (quantity !== 0) return;
      const error_frac = step <= 1 ? -0.5 : -0.5 * 0.7 ** (step - 1);
      expect(belief[s]).toBeCloseTo(expected[s] * (1 + error_frac), 12);
    });
  });

  it('stands in the result of the study, on the samples of the replay, and in words', async () => {
    const plans = [{ name: 'forecast', knows: 'forecast', strategy: 'extensive' }];
    const replay = { samples_count: 6, errors_frac: [1], rolled_count: 4 };
    const { replays, explanation } = await runDispatch({ ...small, plans, replay }, catalog, servicesWith());
    const { rolled } = replays[0].plans[0];
    expect(rolled).toMatchObject({ samples_count: 4, infeasible_frac: 0 });
    expect(rolled!.mean_cur!).toBeGreaterThanOrEqual(rolled!.hindsight_cur! - 1e-6);
    expect(explanation.sentences.join(' ')).toContain('Carried through step by step');
  });
});
