import { describe, expect, it } from 'vitest';
import type { Plant } from './plant.ts';
import { simulate } from './simulate.ts';
import { plantOf } from './testing/small-plants.ts';

/** ẋ = −c·x(t − τ) */
function delayedDecay(c: number, delay_s: number): Plant {
  const open = plantOf({
    states: ['x_count'],
    start: [1],
    inputs: ['past_count'],
    rate: (_x, [past]) => [-c * past],
    jacobian: () => [[0, -c]],
  });
  return { ...open, delays: [{ output: 0, input: 0, delay_s }] };
}

/** By the method of steps: on [kτ, (k + 1)τ] a polynomial of degree k + 1. */
function stepsSolution(c: number, tau: number, t: number): number {
  let sum = 0;
  let factorial = 1;
  for (let k = 0; k <= Math.floor(t / tau) + 1; k++) {
    if (k > 0) factorial *= k;
    sum += ((-c) ** k * (t - (k - 1) * tau) ** k) / factorial;
  }
  return sum;
}

describe('delayed inputs', () => {
  it('follow the polynomials of the method of steps', () => {
    const run = simulate(delayedDecay(1, 0.8), { method: 'rk4', step_s: 0.8 / 64, stop_s: 6, record_s: 0.25 });
    run.time_s.forEach((t, k) => expect(run.values[k]).toBeCloseTo(stepsSolution(1, 0.8, t), 7));
  });

  it('converge with order 4 when steps fall on the delays', () => {
    const errors = [16, 32].map((steps) => {
      const run = simulate(delayedDecay(1.3, 0.8), { method: 'rk4', step_s: 0.8 / steps, stop_s: 5.6 });
      return Math.abs(run.x[0] - stepsSolution(1.3, 0.8, 5.6));
    });
    expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(3.5);
  });

  it('are stable below c·τ = π/2 and not above', () => {
    const sizes = [1.5, 1.64].map((product) => {
      const run = simulate(delayedDecay(product, 1), { method: 'rk4', step_s: 0.02, stop_s: 120, record_s: 0.1 });
      return Math.max(...run.values.slice(-80).map(Math.abs));
    });
    expect(sizes[0]).toBeLessThan(0.1);
    expect(sizes[1]).toBeGreaterThan(10);
  });

  it('do not smear a jump: the past is cut where an event was', () => {
    const plant = plantOf({
      states: ['x_count'],
      start: [0],
      inputs: ['push_count', 'past_count'],
      rate: (_x, [, past]) => [past],
      jacobian: () => [[0, 0, 1]],
    });
    // the push itself comes back half a second later
    const echo: Plant = {
      ...plant,
      outputs: ['echo_count'],
      outputsInto: (_x, u, y) => void (y[0] = u[0]),
      tangentInto(x, u, dx, du, dRate, dOutputs) {
        plant.tangentInto(x, u, dx, du, dRate, new Float64Array(1));
        dOutputs[0] = du[0];
      },
      delays: [{ output: 0, input: 1, delay_s: 0.5 }],
    };
    const run = simulate(echo, { method: 'rk4', step_s: 0.1, stop_s: 2, events: [{ at_s: 1, name: 'push_count', value: 1 }] });
    expect(run.x[0]).toBeCloseTo(0.5, 9);
  });

  it('are refused by methods that cannot look back', () => {
    expect(() => simulate(delayedDecay(1, 1), { stop_s: 1, method: 'dormand-prince' })).toThrow(/delayed inputs.*SIMULATION_METHOD/);
  });
});
