import { checkedParameter, type Plant, placeOf } from '../plant.ts';

/** A plant from functions, for tests: every state is an output, too. */
export function plantOf(
  law: {
    readonly states: readonly string[];
    readonly start: readonly number[];
    readonly inputs?: readonly string[];
    rate(x: Float64Array, u: Float64Array, p: Record<string, number>): number[];
    /** Row by row: n states, then inputs. */
    jacobian(x: Float64Array, u: Float64Array, p: Record<string, number>): number[][];
  },
  parameters: Record<string, number> = {},
): Plant {
  const { states, start, inputs = [] } = law;
  const p = { ...parameters };
  // an entry that is zero at a point without meaning is no entry
  const anywhere = states.map((_, i) => 0.7 + 0.13 * i);
  const isEntry = law
    .jacobian(
      Float64Array.from(anywhere),
      Float64Array.from(inputs, () => 0.3),
      { ...p },
    )
    .map((row) => row.map((v) => v !== 0));
  return {
    title: 'a small plant',
    states: states.map((name) => ({ name, equation: `d(${name})/dt of the small plant` })),
    inputs,
    outputs: states,
    parameters: Object.keys(p),
    startInto: (x) => x.set(start),
    inputsInto: (u) => u.fill(0),
    derivativeInto: (x, u, rate) => rate.set(law.rate(x, u, p)),
    outputsInto: (x, _u, y) => y.set(x),
    tangentInto(x, u, dx, du, dRate, dOutputs) {
      law.jacobian(x, u, p).forEach((row, i) => {
        dRate[i] = 0;
        row.forEach((entry, j) => {
          if (isEntry[i][j]) dRate[i] += entry * (j < dx.length ? dx[j] : du[j - dx.length]);
        });
      });
      dOutputs.set(dx);
    },
    readParameter: (name) => p[placeOf(name, Object.keys(p), 'parameter') >= 0 ? name : ''],
    change(name, value) {
      placeOf(name, Object.keys(p), 'parameter');
      p[name] = checkedParameter(name, value, -Infinity);
    },
  };
}

/** ẍ + 2dẋ + ω²x = u with ω = 2 rad/s and damping d: closed form known. */
export const oscillator = (damping = 0): Plant =>
  plantOf(
    {
      states: ['place_m', 'speed_m_per_s'],
      start: [1, 0],
      inputs: ['push_count'],
      rate: ([x, v], [u], { d }) => [v, -4 * x - 2 * d * v + u],
      jacobian: (_x, _u, { d }) => [
        [0, 1, 0],
        [-4, -2 * d, 1],
      ],
    },
    { d: damping },
  );

/** ẋ₁ = x₂, ẋ₂ = μ(1 − x₁²)x₂ − x₁: stiff for large μ. */
export const vanDerPol = (mu: number): Plant =>
  plantOf(
    {
      states: ['a_count', 'b_count'],
      start: [2, 0],
      rate: ([a, b], _u, p) => [b, p['mu'] * (1 - a * a) * b - a],
      jacobian: ([a, b], _u, p) => [
        [0, 1],
        [-2 * p['mu'] * a * b - 1, p['mu'] * (1 - a * a)],
      ],
    },
    { mu },
  );
