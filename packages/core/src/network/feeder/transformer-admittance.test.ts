import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComplexMatrix, complexInverse, complexMatrix, complexProduct } from '../../linalg/complex-dense.ts';
import type { ElementAdmittance } from './element-admittance.ts';
import type { Transformer, Winding } from './feeder.ts';
import { currents, expectPassive, expectReciprocal } from './testing/admittance-checks.ts';
import { transformerAdmittance } from './transformer-admittance.ts';

const connections = ['wye', 'delta', 'zigzag', 'coils'] as const;

const winding = (bus: number, connection: Winding['connection'], change: Partial<Winding> = {}, cores = 3): Winding => ({
  connection,
  terminal: { bus, conductors: conductorsOf(connection, cores) },
  v_rated_kV: 1,
  s_rated_kVA: 300,
  r_frac: 0,
  tap_pu: 1,
  ...change,
});

function conductorsOf(connection: Winding['connection'], cores: number): number[] {
  const phases = Array.from({ length: cores }, (_, k) => k + 1);
  if (connection === 'coils') return phases.flatMap((k) => [k, 0]);
  if (connection === 'delta') return cores === 3 ? phases : [...phases, cores + 1];
  return [...phases, 0];
}

const transformer = (windings: readonly Winding[], change: Partial<Transformer> = {}): Transformer => ({
  id: 't',
  cores_count: 3,
  windings,
  x_frac: new Array((windings.length * (windings.length - 1)) / 2).fill(0.05),
  antifloat_frac: 0,
  inService: true,
  ...change,
});

const isOdd = (connection: Winding['connection']): boolean => connection === 'delta' || connection === 'zigzag';

const anyTransformer: fc.Arbitrary<Transformer> = fc
  .record({
    cores: fc.constantFrom<1 | 2 | 3>(1, 2, 3),
    kinds: fc.array(fc.constantFrom(...connections), { minLength: 2, maxLength: 4 }),
    hours: fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }),
    taps: fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 4, maxLength: 4 }),
    legs: fc.array(fc.double({ min: 0.01, max: 0.08, noNaN: true }), { minLength: 4, maxLength: 4 }),
    neutral: fc.constantFrom('out', 'behind', 'none'),
    at: fc.constantFrom('first', 'second', 'last', 'split', 'star'),
    antifloat_frac: fc.constantFrom(0, 1e-6),
  })
  .map(({ cores, kinds, hours, taps, legs, neutral, at, antifloat_frac }) => {
    const usable = kinds.map((kind) => (cores < 3 && kind === 'zigzag' ? 'wye' : kind));
    const windings = usable.map((kind, w): Winding => {
      const clock = w === 0 ? 0 : cores < 3 ? 6 * (hours[w] % 2) : 2 * hours[w] + (isOdd(kind) !== isOdd(usable[0]) ? 1 : 0);
      const own = winding(w, kind, { clock, tap_pu: taps[w], v_rated_kV: 10 / (w + 1), r_frac: legs[w] / 4 }, cores);
      if (kind !== 'wye' && kind !== 'zigzag') return own;
      if (neutral === 'behind') return { ...own, rNeutral_ohm: 0.3, xNeutral_ohm: 0.2 };
      if (neutral === 'out') return own;
      return { ...own, terminal: { ...own.terminal, conductors: own.terminal.conductors.slice(0, cores) } };
    });
    const x_frac = windings.flatMap((_, w) => windings.slice(w + 1).map((_, k) => legs[w] + legs[w + 1 + k]));
    const magnetisingAt = windings.length > 3 && (at === 'star' || at === 'split') ? 'last' : (at as 'first');
    return transformer(windings, {
      cores_count: cores,
      x_frac,
      noLoadLoss_frac: 0.002,
      magnetising_frac: 0.01,
      magnetisingAt,
      antifloat_frac,
    });
  });

describe('transformerAdmittance', () => {
  it('is reciprocal and passive, whatever is wired', () => {
    fc.assert(
      fc.property(anyTransformer, (any) => {
        const y = transformerAdmittance(any);
        expectReciprocal(y);
        expectPassive(y);
      }),
    );
  });

  it('takes no current when all conductors of a winding rise together', () => {
    fc.assert(
      fc.property(anyTransformer, (any) => {
        const y = transformerAdmittance({ ...any, antifloat_frac: 0 });
        let first = 0;
        for (const { terminal } of any.windings) {
          const last = first + terminal.conductors.length;
          const v = Array.from({ length: y.n }, (_, k) => (k >= first && k < last ? 1 : 0));
          for (const [re, im] of currents(y, v)) expect(Math.hypot(re, im)).toBeLessThan(1e-9 * diagonalMax(y) + 1e-12);
          first = last;
        }
      }),
    );
  });

  const hours = Array.from({ length: 12 }, (_, clock) => clock);
  const pairs = connections.flatMap((a) => connections.map((b) => [a, b] as const));

  it.each(pairs)('%s – %s: the second winding lags by its hours, with the ratio of the rated voltages', (a, b) => {
    for (const clock of hours.filter((hour) => (hour % 2 === 1) === (isOdd(a) !== isOdd(b)))) {
      const v_kV = (connection: Winding['connection'], kV: number): number => (connection === 'coils' ? kV / Math.sqrt(3) : kV);
      const y = transformerAdmittance(
        transformer([winding(0, a, { v_rated_kV: v_kV(a, 20) }), winding(1, b, { v_rated_kV: v_kV(b, 0.4), clock })], {
          antifloat_frac: 1e-7,
        }),
      );
      const v2 = openVoltages(y, 20);
      for (let p = 0; p < 3; p++) {
        const angle_rad = (-2 * Math.PI * p) / 3 - (Math.PI * clock) / 6;
        expect(v2[p][0]).toBeCloseTo(0.4 * Math.cos(angle_rad), 6);
        expect(v2[p][1]).toBeCloseTo(0.4 * Math.sin(angle_rad), 6);
      }
    }
  });

  it('refuses hours that the connection cannot give', () => {
    const wrong = (a: Winding['connection'], b: Winding['connection'], clock: number) => () =>
      transformerAdmittance(transformer([winding(0, a), winding(1, b, { clock })]));
    expect(wrong('wye', 'wye', 11)).toThrow('[FEEDER_TRANSFORMER_CLOCK]');
    expect(wrong('delta', 'wye', 0)).toThrow('it may be 1, 3, 5, 7, 9 or 11');
    expect(wrong('delta', 'zigzag', 1)).toThrow('[FEEDER_TRANSFORMER_CLOCK]');
  });

  it('gives the numbers of a Dyn by hand', () => {
    // a core has 100/3 kVA, 2 % → 50 per unit: 50·33333/10000² = 0.016667 S, 50·33333/(400/√3)² = 31.25 S, 50·33333/(10000·400/√3) = 0.721688 S
    const y = transformerAdmittance(
      transformer(
        [winding(0, 'delta', { v_rated_kV: 10, s_rated_kVA: 100 }), winding(1, 'wye', { v_rated_kV: 0.4, s_rated_kVA: 100, clock: 1 })],
        { x_frac: [0.02] },
      ),
    );
    expect(y.b_S[0]).toBeCloseTo(-2 * 0.0166667, 6);
    expect(y.b_S[1]).toBeCloseTo(0.0166667, 6);
    expect(y.b_S[3 * y.n + 3]).toBeCloseTo(-31.25, 9);
    expect(y.b_S[6 * y.n + 6]).toBeCloseTo(-93.75, 9);
    // lagging by an hour: phase 1 stands on the core of the delta coil between 1 and 3
    expect([0, 1, 2].map((k) => Number(y.b_S[3 * y.n + k].toFixed(6)))).toEqual([0.721688, 0, -0.721688]);
  });

  it('agrees with OpenDSS on a wye–delta–wye with taps, losses and a reactor against floating', () => {
    // Yprim of OpenDSS (DSS C-API 0.14.5), computed for this test:
    // new transformer.t phases=3 windings=3 buses=[b0.1.2.3.0 b1.1.2.3 b2.1.2.3.4] conns=[wye delta wye] kvs=[20 10 0.4] kvas=[1000 800 600]
    //   taps=[1.05 0.95 1] %rs=[0.5 0.6 0.7] xhl=6 xht=8 xlt=5 %noload=0.2 %imag=1 ppm_antifloat=1
    const y = transformerAdmittance(
      transformer(
        [
          winding(0, 'wye', { v_rated_kV: 20, s_rated_kVA: 1000, tap_pu: 1.05, r_frac: 0.005 }),
          winding(1, 'delta', { v_rated_kV: 10, s_rated_kVA: 800, tap_pu: 0.95, r_frac: 0.006 }),
          winding(2, 'wye', { v_rated_kV: 0.4, s_rated_kVA: 600, r_frac: 0.007, terminal: { bus: 2, conductors: [1, 2, 3, 4] } }),
        ],
        { x_frac: [0.06, 0.08, 0.05], noLoadLoss_frac: 0.002, magnetising_frac: 0.01, magnetisingAt: 'second', antifloat_frac: 5e-7 },
      ),
    );
    for (const [row, col, re, im] of openDss) {
      const own = Math.sqrt(
        Math.hypot(y.g_S[row * (y.n + 1)], y.b_S[row * (y.n + 1)]) * Math.hypot(y.g_S[col * (y.n + 1)], y.b_S[col * (y.n + 1)]),
      );
      expect(Math.hypot(y.g_S[row * y.n + col] - re, y.b_S[row * y.n + col] - im)).toBeLessThan(1e-7 * own);
    }
  });

  it('moves taps as if the rated voltage had moved', () => {
    const with_ = (change: Partial<Winding>, taps?: number[]) =>
      transformerAdmittance(transformer([winding(0, 'wye'), winding(1, 'delta', change)]), taps);
    const moved = with_({ tap_pu: 1.05 });
    expect(with_({}, [1, 1.05])).toEqual(moved);
    const rated = with_({ v_rated_kV: 1.05 });
    for (let k = 0; k < moved.b_S.length; k++) expect(moved.b_S[k]).toBeCloseTo(rated.b_S[k], 9);
  });

  it('lets zero sequence pass as stated', () => {
    const stated = { g_frac: [0.5, -0.2, -0.2, 0.4], b_frac: [-3, 2, 2, -4] };
    // base of a coil: 100 kVA at 1/√3 kV: 0.3 S; three phases together take three times that
    const y0 = (change: Partial<Winding>, w: number, k: number) => {
      const y = transformerAdmittance(transformer([winding(0, 'wye'), winding(1, 'wye', change)], { zeroSequence: stated }));
      const v = Array.from({ length: 8 }, (_, n) => (Math.floor(n / 4) === k && n % 4 < 3 ? 1 : 0));
      return currents(y, v)[4 * w].map((value) => Number((value / 0.3).toFixed(9)));
    };
    expect(y0({}, 0, 0)).toEqual([0.5, -3]);
    expect(y0({}, 0, 1)).toEqual([-0.2, 2]);
    expect(y0({ clock: 6 }, 0, 1)).toEqual([0.2, -2]);
    expect(y0({}, 1, 1)).toEqual([0.4, -4]);
  });

  it('gives zero sequence a tenth of its impedance in a zigzag', () => {
    const y = transformerAdmittance(transformer([winding(0, 'delta'), winding(1, 'zigzag', { clock: 0 })]));
    const i = currents(y, [0, 0, 0, 1, 1, 1, 0]);
    // base 0.3 S, x = 0.05 → 0.3/(0.1 · 0.05) = 60
    expect(i[3][1]).toBeCloseTo(-60, 9);
    expect(i[6][1]).toBeCloseTo(180, 9);
    expect(Math.hypot(...i[0])).toBeLessThan(1e-9);
  });

  it('puts an impedance between star point and earth three times into the zero sequence', () => {
    const y = transformerAdmittance(transformer([winding(0, 'wye', { xNeutral_ohm: 2 }), winding(1, 'delta', { clock: 1 })]));
    const [, im] = currents(y, [1, 1, 1, 0, 0, 0, 0])[0];
    // 0.05 per unit of 10/3 ohm and three times 2 ohm
    expect(im).toBeCloseTo(-1 / (0.05 / 0.3 + 6), 9);
  });

  it('halves a voltage in a split phase, the other half turned round', () => {
    const coil = (bus: number, conductors: number[], v_rated_kV: number): Winding => ({
      ...winding(bus, 'coils', {}, 1),
      terminal: { bus, conductors },
      v_rated_kV,
    });
    const y = transformerAdmittance(
      transformer([coil(0, [1, 0], 7.2), coil(1, [1, 0], 0.12), coil(1, [0, 2], 0.12)], { cores_count: 1, x_frac: [0.02, 0.02, 0.015] }),
    );
    // no load: rows of the two live ends take no current
    const y22 = complexMatrix(2);
    const y21 = complexMatrix(2, 1);
    [2, 5].forEach((row, i) => {
      [2, 5].forEach((col, j) => void (y22.im[i * 2 + j] = y.b_S[row * y.n + col]));
      y21.im[i] = -y.b_S[row * y.n] * 7200;
    });
    const v = complexProduct(complexInverse(y22)!, y21);
    expect(v.re[0]).toBeCloseTo(120, 8);
    expect(v.re[1]).toBeCloseTo(-120, 8);
  });

  it('refuses windings that no impedance separates', () => {
    expect(() => transformerAdmittance(transformer([winding(0, 'wye'), winding(1, 'wye')], { x_frac: [0] }))).toThrow(
      '[FEEDER_TRANSFORMER_IMPEDANCE]',
    );
  });

  it('is nothing out of service', () => {
    expect(diagonalMax(transformerAdmittance(transformer([winding(0, 'wye'), winding(1, 'wye')], { inService: false })))).toBe(0);
  });
});

const diagonalMax = (y: ElementAdmittance): number =>
  Array.from({ length: y.n }, (_, k) => Math.hypot(y.g_S[k * (y.n + 1)], y.b_S[k * (y.n + 1)])).reduce((a, b) => Math.max(a, b), 0);

/** Voltages of the phases of winding 2 in kV times √3 when winding 1 has balanced voltages and nothing else is connected. */
function openVoltages(y: ElementAdmittance, phases_kV: number): [re: number, im: number][] {
  const [first, second] = y.ends;
  const rows = (end: number): number[] => {
    const offset = end === 0 ? 0 : first.conductors.length;
    return (end === 0 ? first : second).conductors.flatMap((c, k) => (c === 0 ? [] : [offset + k]));
  };
  const block = (into: number[], from: number[]): ComplexMatrix => {
    const m = complexMatrix(into.length, from.length);
    into.forEach((row, i) =>
      from.forEach((col, j) => {
        m.re[i * from.length + j] = y.g_S[row * y.n + col];
        m.im[i * from.length + j] = y.b_S[row * y.n + col];
      }),
    );
    return m;
  };
  const v1 = complexMatrix(rows(0).length, 1);
  rows(0).forEach((row, k) => {
    const angle_rad = (-2 * Math.PI * (first.conductors[row] - 1)) / 3;
    v1.re[k] = (-phases_kV / Math.sqrt(3)) * Math.cos(angle_rad);
    v1.im[k] = (-phases_kV / Math.sqrt(3)) * Math.sin(angle_rad);
  });
  const v2 = complexProduct(complexInverse(block(rows(1), rows(1)))!, complexProduct(block(rows(1), rows(0)), v1));
  return Array.from(v2.re, (re, k) => [re * Math.sqrt(3), v2.im[k] * Math.sqrt(3)]);
}

/** Row, column, conductance and susceptance; rows without the unused fourth conductor of the delta. */
const openDss: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 0.00612944594, -0.03985375761],
  [0, 3, -0.00612944594, 0.03985375636],
  [0, 4, -0.007396860825, 0.03477628597],
  [0, 5, 0.007396860825, -0.03477628597],
  [0, 7, -0.01751711617, 0.6617577219],
  [3, 3, 0.01838833782, -0.1195612741],
  [4, 4, 0.05250969082, -0.198942653],
  [4, 5, -0.02625484541, 0.09947132486],
  [4, 7, -0.6913856853, 2.264598622],
  [5, 7, 0.6913856853, -2.264598622],
  [6, 7, 0, 0],
  [7, 7, 29.36063305, -127.8992805],
  [7, 10, -29.36063305, 127.8992774],
];
