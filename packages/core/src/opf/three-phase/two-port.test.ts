import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { complexFrom, complexMatrix } from '../../linalg/complex-dense.ts';
import { entry, matrixTimes, minus, type Phasor, plus } from './phasor.ts';
import { twoPortOf } from './two-port.ts';

const stream = randomStream(11);
const draw = (size = 1): Phasor => [stream.between(-size, size), stream.between(-size, size)];
const distance = (a: readonly Phasor[], b: readonly Phasor[]): number => Math.max(...a.map((each, k) => Math.hypot(...minus(each, b[k]))));

describe('a two-port', () => {
  it('says what its nodal matrix says, for any reciprocal one', () => {
    for (let trial = 0; trial < 50; trial++) {
      const [nf, nt] = [1 + Math.floor(stream.between(0, 3.99)), 1 + Math.floor(stream.between(0, 3.99))];
      const n = nf + nt;
      const y = complexMatrix(n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          const [re, im] = i === j ? [10, -20] : draw(3);
          y.re[i * n + j] = y.re[j * n + i] = re;
          y.im[i * n + j] = y.im[j * n + i] = im;
        }
      }
      const { C, Z, B, Y, delivered } = twoPortOf(y, nf);
      const vf = Array.from({ length: nf }, () => draw());
      const i = Array.from({ length: nt }, () => draw());
      const drop = matrixTimes(Z, i);
      const vt = matrixTimes(C, vf).map((open, k) => minus(open, drop[k]));
      const all = matrixTimes(y, [...vf, ...vt]);
      const shunt = matrixTimes(Y, vf);
      expect(
        distance(
          all.slice(0, nf),
          matrixTimes(B, i).map((each, k) => plus(each, shunt[k])),
        ),
      ).toBeLessThan(1e-12);
      expect(
        distance(
          all.slice(nf),
          i.map(([re, im]): Phasor => [-re, -im]),
        ),
      ).toBeLessThan(1e-11);
      expect([...delivered.re]).toEqual(Array.from({ length: nt * nt }, (_, k) => (k % (nt + 1) === 0 ? 1 : 0)));
    }
  });

  it('holds nothing along the direction in which a delta floats', () => {
    // Yd by three coils of y between phase k and earth on one side, phases k and k + 1 on the other, and stray admittances to earth.
    const n = 6;
    const y = complexMatrix(n);
    const coil = (nodes: readonly (readonly [number, number])[], im: number): void => {
      for (const [i, a] of nodes) for (const [j, b] of nodes) y.im[i * n + j] += a * b * im;
    };
    for (let k = 0; k < 3; k++) {
      coil(
        [
          [k, 1],
          [3 + k, -1 / Math.sqrt(3)],
          [3 + ((k + 1) % 3), 1 / Math.sqrt(3)],
        ],
        -20,
      );
      y.im[(3 + k) * n + 3 + k] -= 1e-6;
    }
    const { C, Z, delivered } = twoPortOf(y, 3);
    expect([delivered.rows, delivered.cols]).toEqual([3, 2]);
    for (let j = 0; j < 2; j++) {
      const sum = [0, 1, 2].reduce<Phasor>((total, i) => plus(total, entry(delivered, i, j)), [0, 0]);
      expect(Math.hypot(...sum)).toBeLessThan(1e-6);
    }
    const phases: Phasor[] = [0, -120, 120].map((deg) => [Math.cos((deg * Math.PI) / 180), Math.sin((deg * Math.PI) / 180)]);
    const vt = matrixTimes(C, phases);
    expect(Math.hypot(...vt.reduce(plus))).toBeLessThan(1e-9);
    vt.forEach((v) => expect(Math.hypot(...v)).toBeCloseTo(1, 6));
    // 30 degrees behind or ahead, the same for all
    expect(Math.abs(Math.atan2(vt[0][1], vt[0][0]))).toBeCloseTo(Math.PI / 6, 6);
    expect(Math.max(...Z.re.map(Math.abs), ...Z.im.map(Math.abs))).toBeLessThan(1);
  });

  it('loses the direction only where it floats', () => {
    const y = complexFrom(4, [3, -1, -2, 0, -1, 4, 0, -3, -2, 0, 2, 0, 0, -3, 0, 3]);
    expect(twoPortOf(y, 2).delivered.cols).toBe(2);
  });
});
