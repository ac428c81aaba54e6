import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { unitOfName } from '../base/units.ts';
import { SparseJacobian } from './jacobian.ts';
import type { Plant } from './plant.ts';

/** What every plant promises. `near` moves the start to points where the law is smooth. */
export function describePlant(
  title: string,
  build: () => Plant,
  options: { readonly spread_frac?: number; readonly accuracy?: number } = {},
): void {
  const { spread_frac = 0.05, accuracy = 1e-6 } = options;
  const stream = randomStream(7, title);
  const pointNear = (plant: Plant): { x: Float64Array; u: Float64Array } => {
    const x = new Float64Array(plant.states.length);
    const u = new Float64Array(plant.inputs.length);
    plant.startInto(x);
    plant.inputsInto(u);
    return { x: x.map((v) => v + spread_frac * (1 + Math.abs(v)) * stream.normal()), u: u.map((v) => v * (1 + 0.01 * stream.normal())) };
  };
  const directionOf = (length: number): Float64Array => Float64Array.from({ length }, () => stream.normal());

  describe(`plant ${title} keeps the contract`, () => {
    it('has names with units, each once', () => {
      const plant = build();
      const names = [...plant.states.map(({ name }) => name), ...plant.inputs];
      for (const name of [...names, ...plant.outputs]) expect(unitOfName(name), name).toBeDefined();
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(plant.outputs).size).toBe(plant.outputs.length);
      for (const { equation } of plant.states) expect(equation.length).toBeGreaterThan(5);
    });

    it('has tangents that are the limit of differences, with fourth-order extrapolation', () => {
      const plant = build();
      const [n, m, p] = [plant.states.length, plant.inputs.length, plant.outputs.length];
      for (let k = 0; k < 4; k++) {
        const { x, u } = pointNear(plant);
        const dx = directionOf(n).map((v, i) => v * (1e-2 + Math.abs(x[i])));
        const du = directionOf(m).map((v, i) => v * (1e-2 + Math.abs(u[i])));
        const dRate = new Float64Array(n);
        const dOutputs = new Float64Array(p);
        plant.tangentInto(x, u, dx, du, dRate, dOutputs);
        const difference = (step: number): [Float64Array, Float64Array] => {
          const at = (sign: number): [Float64Array, Float64Array] => {
            const rate = new Float64Array(n);
            const y = new Float64Array(p);
            const moved = x.map((v, i) => v + sign * step * dx[i]);
            const inputs = u.map((v, i) => v + sign * step * du[i]);
            plant.derivativeInto(moved, inputs, rate);
            plant.outputsInto(moved, inputs, y);
            return [rate, y];
          };
          const [up, upY] = at(1);
          const [down, downY] = at(-1);
          return [up.map((v, i) => (v - down[i]) / (2 * step)), upY.map((v, i) => (v - downY[i]) / (2 * step))];
        };
        const [one, oneY] = difference(1e-3);
        const [two, twoY] = difference(2e-3);
        const check = (exact: Float64Array, a: Float64Array, b: Float64Array, names: readonly string[]): void => {
          const size = Math.max(...exact.map(Math.abs), 1e-6);
          exact.forEach((value, i) => {
            const near = (4 * a[i] - b[i]) / 3;
            const scale = Math.abs(value) + 1e-6 * size;
            expect(Math.abs(value - near) / scale, names[i]).toBeLessThan(accuracy);
          });
        };
        check(
          dRate,
          one,
          two,
          plant.states.map(({ name }) => name),
        );
        check(dOutputs, oneY, twoY, plant.outputs);
      }
    });

    it('has a pattern outside of which no derivative is found', () => {
      const plant = build();
      const jacobian = new SparseJacobian(plant);
      const { matrix } = jacobian;
      const n = plant.states.length;
      const { x, u } = pointNear(plant);
      jacobian.evaluate(x, u);
      const dx = new Float64Array(n);
      const dRate = new Float64Array(n);
      for (let j = 0; j < n; j++) {
        dx[j] = 1;
        plant.tangentInto(x, u, dx, new Float64Array(plant.inputs.length), dRate, new Float64Array(plant.outputs.length));
        dx[j] = 0;
        for (let p = matrix.colStart[j]; p < matrix.colStart[j + 1]; p++) {
          const i = matrix.rowIndex[p];
          expect(matrix.values[p]).toBeCloseTo(dRate[i], 9);
          dRate[i] = 0;
        }
        expect(dRate.every((value) => value === 0)).toBe(true);
      }
    });

    it('does not write to its arguments', () => {
      const plant = build();
      const { x, u } = pointNear(plant);
      const [xBefore, uBefore] = [x.slice(), u.slice()];
      plant.derivativeInto(x, u, new Float64Array(x.length));
      plant.outputsInto(x, u, new Float64Array(plant.outputs.length));
      expect([x, u]).toEqual([xBefore, uBefore]);
    });

    it('reads back what was changed, and knows no other names', () => {
      const plant = build();
      const { x } = pointNear(plant);
      for (const name of plant.parameters) {
        const value = plant.readParameter(name);
        plant.change(name, value, x);
        expect(plant.readParameter(name), name).toBe(value);
        expect(() => plant.change(name, Number.NaN, x), name).toThrow(InputError);
      }
      expect(() => plant.change('no such thing', 1, x)).toThrow(/no such thing/);
      expect(() => plant.readParameter('no such thing')).toThrow(/no such thing/);
    });
  });
}
