import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import type { HalfPlane, PowerRegion } from '../../flexibility/region.ts';
import { derivativeErrors } from '../../solvers/nonlinear/testing/derivatives.ts';
import { FeederFlow } from './feeder-flow.ts';
import { FeederLimits } from './feeder-limits.ts';
import { pointOf } from './plan-check.ts';
import { shapeOf } from './region-shape.ts';
import { buildRegulatedModel } from './regulated-model.ts';
import { ReliefProblem } from './relief-problem.ts';
import { box, feederOfAgents, stepOfAgents } from './testing/agents.ts';
import { type Aim, TrackingProblem } from './tracking-problem.ts';

const slanted = (a: number, b: number, c_kVA: number): HalfPlane => ({ a: a / Math.hypot(a, b), b: b / Math.hypot(a, b), c_kVA });
/** A power factor on both sides, and one that is fixed. */
const cone: PowerRegion = { ...box(0, 100, 120), halfPlanes: [slanted(-0.5, 1, 0), slanted(-0.5, -1, 0)] };
const fixedFactor: PowerRegion = { ...box(0, 80, 100), halfPlanes: [slanted(-0.4, 1, 0), slanted(0.4, -1, 0), slanted(-1, 0, 0)] };

const given = stepOfAgents(12);
const step = { ...given, regions: given.regions.map((region, d) => (d === 3 ? cone : d === 5 ? fixedFactor : region)) };
const { model, feeder } = buildRegulatedModel({ ...feederOfAgents({ rating_kVA: 4000 }), limits: 'current' }, step);
const shapes = step.regions.map((region) => shapeOf(region, model.s_base_kVA, 'test'));
const command: Aim = {
  kind: 'command',
  p: 0.3,
  q: 0.2,
  alpha: 1,
  beta: 0.5,
  nearP: new Float64Array(11).fill(0.003),
  nearQ: new Float64Array(11).fill(-0.002),
  nearWeight: Float64Array.from({ length: 11 }, (_, d) => 0.1 + 0.01 * d),
};

describe('the problem of tracking', () => {
  const tracking = new TrackingProblem(model, shapes, command, 'current');
  const relief = new ReliefProblem(new TrackingProblem(model, shapes, { kind: 'direction', p: 0.6, q: -0.8 }, 'apparent'));

  it.each([
    ['a command', tracking],
    ['limits that give way', relief],
  ])('has exact derivatives: %s', (_, problem) => {
    const random = randomStream(3, 'derivatives');
    const start = tracking.wires.start();
    const x = Float64Array.from({ length: problem.variables_count }, (__, j) => (start[j] ?? 0.01) + 0.02 * random.uniform());
    const y = Float64Array.from({ length: problem.equalities_count }, () => random.between(-1, 1));
    const lambda = Float64Array.from({ length: problem.inequalities_count }, () => random.between(-1, 1));
    const errors = derivativeErrors(problem, x, y, lambda);
    expect(errors.gradient).toBeLessThan(1e-7);
    expect(errors.jacobian).toBeLessThan(1e-7);
    expect(errors.hessian).toBeLessThan(1e-5);
  });

  it('names its rows', () => {
    const { wires, commandRow } = tracking;
    expect(tracking.equalityName(0)).toBe('active power balance of bus 1');
    expect(tracking.equalityName(wires.equalities_count)).toBe('line of power of resource sun 21');
    expect(tracking.equalityName(commandRow)).toBe('command of active power');
    expect(tracking.inequalityName(0)).toBe('rating of branch br1 at its from end');
    expect(tracking.inequalityName(wires.inequalities_count)).toBe('region of power of resource sun 13');
    expect(relief.inequalityName(relief.inequalities_count - 1)).toBe('upper voltage limit of bus 33');
  });
});

describe('gradients of the power flow', () => {
  const flow = new FeederFlow(feeder.network, pointOf(feeder));
  const p = step.p_fixed_kW.map((x) => x / model.s_base_kVA);
  const q = step.q_fixed_kvar.map((x) => x / model.s_base_kVA);
  const nB = p.length;
  const h = 1e-5;
  const differences = (value: () => number, b: number): [number, number] => {
    const at = (dp: number, dq: number): number => {
      expect(
        flow.solve(
          p.map((x, k) => (k === b ? x + dp : x)),
          q.map((x, k) => (k === b ? x + dq : x)),
        ),
      ).toBe(true);
      return value();
    };
    return [(at(h, 0) - at(-h, 0)) / (2 * h), (at(0, h) - at(0, -h)) / (2 * h)];
  };

  it('are those of the import, of voltages and of ratings, by differences', () => {
    const out = [0, 1, 2, 3, 4].map(() => new Float64Array(2 * nB));
    for (const limits of ['apparent', 'current'] as const) {
      const watched = new FeederLimits(model, limits);
      flow.solve(p, q);
      flow.linearise();
      flow.slackGradientsInto(out[0], out[1]);
      const rows = [
        { kind: 'low', index: 17 },
        { kind: 'high', index: 30 },
        { kind: 'to', index: 0 },
      ] as const;
      rows.forEach((row, k) => watched.gradientInto(flow, row, out[2 + k]));
      const values = [() => flow.p_slack, () => flow.q_slack, ...rows.map((row) => () => watched.value(flow, row))];
      for (const b of [3, 17, 32]) {
        values.forEach((value, k) => {
          const [byP, byQ] = differences(value, b);
          expect(out[k][b]).toBeCloseTo(byP, 6);
          expect(out[k][nB + b]).toBeCloseTo(byQ, 6);
        });
      }
    }
  });
});
