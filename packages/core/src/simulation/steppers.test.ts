import { describe, expect, it } from 'vitest';
import { describePlant } from './conformance.ts';
import { DormandPrince } from './dormand-prince.ts';
import { SparseJacobian } from './jacobian.ts';
import type { Plant } from './plant.ts';
import { Rk4 } from './rk4.ts';
import { Rodas4 } from './rodas4.ts';
import type { BuildStepper, Stepper } from './stepper.ts';
import { oscillator, plantOf, vanDerPol } from './testing/small-plants.ts';

describePlant('oscillator', () => oscillator(0.1));
describePlant('van der Pol', () => vanDerPol(3));

const builders: Record<string, { build: BuildStepper; order: number; inside: number }> = {
  rk4: { build: (plant, options) => new Rk4(plant, options), order: 4, inside: 4 },
  'dormand-prince': { build: (plant, options) => new DormandPrince(plant, options), order: 5, inside: 5 },
  rodas4: { build: (plant, options) => new Rodas4(plant, options), order: 4, inside: 4 },
};
const loose = { relative_frac: 1e9, absolute: 1e9 };
const tight = { relative_frac: 1e-10, absolute: 1e-10 };

/** Goes to `stop_s` in equal steps by asking for each of them. */
function goInSteps(stepper: Stepper, plant: Plant, stop_s: number, steps: number, look?: (stepper: Stepper) => void): void {
  plant.startInto(stepper.x);
  plant.inputsInto(stepper.u);
  stepper.restart(0);
  for (let k = 1; k <= steps; k++) {
    while (stepper.t_s < (k * stop_s) / steps) {
      expect(stepper.step((k * stop_s) / steps)).toBe('ok');
      look?.(stepper);
    }
  }
}

describe.each(Object.entries(builders))('%s', (_name, { build, order, inside }) => {
  /** A nonlinear plant with a closed form: ẋ = −x², ẏ = x·y − y², (x, y)(0) = (1, ½): x = 1/(1 + t), y = (1 + t)/(2 + t + t²/2). */
  const riccati = plantOf({
    states: ['x_count', 'y_count'],
    start: [1, 0.5],
    rate: ([x, y]) => [-x * x, x * y - y * y],
    jacobian: ([x, y]) => [
      [-2 * x, 0],
      [y, x - 2 * y],
    ],
  });
  const exact = (t: number): [number, number] => [1 / (1 + t), (1 + t) / (2 + t + (t * t) / 2)];

  it('converges with its order, and so does its interpolation', () => {
    const errors = [10, 20, 40].map((steps) => {
      // tolerances that accept everything: the adaptive methods grow into the first limit, and reach the others in one step each
      const stepper = build(riccati, { step_s: 2 / steps, tolerances: loose });
      let inner = 0;
      const x = new Float64Array(2);
      goInSteps(stepper, riccati, 2, steps, (at) => {
        for (const s of [0.3, 0.5, 0.8]) {
          const t = at.before_s + s * (at.t_s - at.before_s);
          at.stateAtInto(t, x);
          const [a, b] = exact(t);
          inner = Math.max(inner, Math.abs(x[0] - a), Math.abs(x[1] - b));
        }
      });
      const [a, b] = exact(2);
      return { end: Math.hypot(stepper.x[0] - a, stepper.x[1] - b), inner };
    });
    for (const which of ['end', 'inner'] as const) {
      const rate = Math.log2(errors[1][which] / errors[2][which]);
      expect(rate, `${which} ${rate}`).toBeGreaterThan((which === 'end' ? order : inside) - 0.65);
      expect(errors[2][which]).toBeLessThan(1e-5);
    }
  });

  it('follows the oscillator for five turns, and ends exactly where it was told to', () => {
    const plant = oscillator();
    const stepper = build(plant, { step_s: 2e-3, tolerances: tight });
    goInSteps(stepper, plant, 5 * Math.PI, 1);
    expect(stepper.t_s).toBe(5 * Math.PI);
    expect(stepper.x[0]).toBeCloseTo(1, 8);
    expect(stepper.x[1]).toBeCloseTo(0, 7);
  });

  it('interpolates to the ends of the step', () => {
    const plant = oscillator(0.3);
    const stepper = build(plant, { step_s: 0.05, tolerances: tight });
    const x = new Float64Array(2);
    let before = Float64Array.of(1, 0);
    goInSteps(stepper, plant, 1, 1, (at) => {
      at.stateAtInto(at.before_s, x);
      expect(x[0]).toBeCloseTo(before[0], 13);
      at.stateAtInto(at.t_s, x);
      expect([...x]).toEqual([...at.x]);
      before = at.x.slice();
    });
  });

  it('starts anew from a state that was changed', () => {
    const plant = oscillator();
    const stepper = build(plant, { step_s: 1e-2, tolerances: tight });
    goInSteps(stepper, plant, 1, 1);
    stepper.x.set([1, 0]);
    stepper.restart(1);
    while (stepper.t_s < 1 + Math.PI) stepper.step(1 + Math.PI);
    expect(stepper.x[0]).toBeCloseTo(1, 6);
  });
});

describe('rodas4 on stiff plants', () => {
  it('passes the relaxation of van der Pol with mu = 1e4 in few steps', () => {
    const plant = vanDerPol(1e4);
    const stepper = new Rodas4(plant, { step_s: 2e4, tolerances: { relative_frac: 1e-6, absolute: 1e-8 } });
    goInSteps(stepper, plant, 2e4, 1);
    expect(stepper.steps_count).toBeLessThan(1200);
    expect(Math.abs(stepper.x[0])).toBeLessThan(2.1);
    const finer = new Rodas4(vanDerPol(1e4), { step_s: 2e4, tolerances: { relative_frac: 1e-9, absolute: 1e-11 } });
    goInSteps(finer, vanDerPol(1e4), 2e4, 1);
    expect(stepper.x[0]).toBeCloseTo(finer.x[0], 3);
  });

  it('solves the problem of Robertson at t = 40 to published digits', () => {
    // Hairer, Wanner, Solving Ordinary Differential Equations II, eq. (IV.1.4); values at 40: Mazzia, Magherini, Test Set for IVP Solvers, problem ROBER (there at 1e11), and Gear 1971
    const robertson = plantOf({
      states: ['a_count', 'b_count', 'c_count'],
      start: [1, 0, 0],
      rate: ([a, b, c]) => [-0.04 * a + 1e4 * b * c, 0.04 * a - 1e4 * b * c - 3e7 * b * b, 3e7 * b * b],
      jacobian: ([, b, c]) => [
        [-0.04, 1e4 * c, 1e4 * b],
        [0.04, -1e4 * c - 6e7 * b, -1e4 * b],
        [0, 6e7 * b, 0],
      ],
    });
    const stepper = new Rodas4(robertson, { step_s: 40, tolerances: { relative_frac: 1e-9, absolute: 1e-14 } });
    goInSteps(stepper, robertson, 40, 1);
    expect(stepper.x[0]).toBeCloseTo(0.7158270688, 8);
    expect(stepper.x[1] * 1e5).toBeCloseTo(0.9185534765, 7);
    expect(stepper.x[2]).toBeCloseTo(0.284163746, 8);
  });
});

describe('sparse Jacobian', () => {
  it('needs as many tangents as the widest row of a chain, whatever its length', () => {
    const n = 60;
    const chain = plantOf({
      states: Array.from({ length: n }, (_, i) => `x${i}_count`),
      start: new Array(n).fill(1),
      rate: (x) => Array.from(x, (v, i) => (x[i - 1] ?? 0) - 2 * v * v + (x[i + 1] ?? 0)),
      jacobian: (x) => Array.from(x, (v, i) => Array.from(x, (_, j) => (i === j ? -4 * v : Math.abs(i - j) === 1 ? 1 : 0))),
    });
    const jacobian = new SparseJacobian(chain);
    expect(jacobian.colours_count).toBeLessThanOrEqual(4);
    jacobian.evaluate(new Float64Array(n).fill(3), new Float64Array(0));
    const { colStart, rowIndex, values } = jacobian.matrix;
    expect(colStart[n]).toBe(3 * n - 2);
    for (let p = colStart[5]; p < colStart[6]; p++) expect(values[p]).toBe(rowIndex[p] === 5 ? -12 : 1);
  });
});
