import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EarthModel } from './earth-return.ts';
import { type Cable, type LineConstants, type LineGeometry, type LineWire, lineConstants, reduceLineConstants } from './line-constants.ts';
import { phaseMatrixFromSequence, sequenceFromPhaseMatrix } from './sequence-matrices.ts';

const [foot, inch, mile] = [0.3048, 0.0254, 1.609344];

/** Ω per mile, GMR in feet, diameter in inches. @source Kersting, Distribution System Modeling and Analysis (4th ed.), appendix A */
const wire = (r_ohm_per_mile: number, gmr_ft: number, diameter_in: number): Omit<LineWire, 'x_m' | 'y_m'> => ({
  r_ac_ohm_per_km: r_ohm_per_mile / mile,
  gmr_m: gmr_ft * foot,
  radius_m: (diameter_in / 2) * inch,
});
const acsr556 = wire(0.1859, 0.0313, 0.927);
const acsr336 = wire(0.306, 0.0244, 0.721);
const acsr40 = wire(0.592, 0.00814, 0.563);
const acsr10 = wire(1.12, 0.00446, 0.398);
const acsr2 = wire(1.69, 0.00418, 0.316);
const acsr4 = wire(2.57, 0.00437, 0.257);

const at = (x_ft: number, y_ft: number, kind: Omit<LineWire, 'x_m' | 'y_m'>): LineWire => ({ x_m: x_ft * foot, y_m: y_ft * foot, ...kind });

/** Spacing 500: places b a c in the order of the poles; columns of the published matrices are a b c. */
const spacing500 = (phase: Omit<LineWire, 'x_m' | 'y_m'>, neutral: Omit<LineWire, 'x_m' | 'y_m'>, order = 'bac'): LineWire[] => [
  ...['a', 'b', 'c'].map((p) => at([-4, -1.5, 3][order.indexOf(p)], 28, phase)),
  at(0, 24, neutral),
];

/** 250 kcmil with thirteen #14 strands: 14.8722 Ω per mile, 0.0641 in each, 1.29 in over all. */
const concentric: Cable = {
  insulation: { outer_m: 1.06 * inch, thickness_m: 0.22 * inch, permittivity_frac: 2.3 },
  shield: {
    kind: 'concentric',
    strands_count: 13,
    circle_m: (1.29 - 0.0641) * inch,
    rStrand_ohm_per_km: 14.8722 / mile,
    gmrStrand_m: 0.00208 * foot,
  },
};
const tapeOf = (thickness_m: number): Cable => ({
  insulation: { outer_m: 0.82 * inch, thickness_m: 0.22 * inch, permittivity_frac: 2.3 },
  shield: { kind: 'tape', outer_m: 0.88 * inch, thickness_m, overlap_frac: 0.2 },
});
const tape = tapeOf(0.005 * inch);

/** Per mile as printed: R + jX of the lower triangle by rows, B in µS. @source IEEE PES Distribution Test Feeders: 13-, 34- and 123-node, phase impedance matrices */
const published: readonly [
  name: string,
  wires: readonly LineWire[],
  kept: number,
  z: readonly [number, number][],
  b?: readonly number[],
][] = [
  [
    '601',
    spacing500(acsr556, acsr40),
    3,
    [
      [0.3465, 1.0179],
      [0.156, 0.5017],
      [0.3375, 1.0478],
      [0.158, 0.4236],
      [0.1535, 0.3849],
      [0.3414, 1.0348],
    ],
    [6.2998, -1.9958, 5.9597, -1.2595, -0.7417, 5.6386],
  ],
  [
    '602',
    spacing500(acsr40, acsr40, 'cab'),
    3,
    [
      [0.7526, 1.1814],
      [0.158, 0.4236],
      [0.7475, 1.1983],
      [0.156, 0.5017],
      [0.1535, 0.3849],
      [0.7436, 1.2112],
    ],
    [5.699, -1.0817, 5.1795, -1.6905, -0.6588, 5.4246],
  ],
  [
    '300',
    spacing500(acsr10, acsr10),
    3,
    [
      [1.3368, 1.3343],
      [0.2101, 0.5779],
      [1.3238, 1.3569],
      [0.213, 0.5015],
      [0.2066, 0.4591],
      [1.3294, 1.3471],
    ],
    [5.335, -1.5313, 5.0979, -0.9943, -0.6212, 4.888],
  ],
  [
    '301',
    spacing500(acsr2, acsr2),
    3,
    [
      [1.93, 1.4115],
      [0.2327, 0.6442],
      [1.9157, 1.4281],
      [0.2359, 0.5691],
      [0.2288, 0.5238],
      [1.9219, 1.4209],
    ],
    [5.1207, -1.4364, 4.9055, -0.9402, -0.5951, 4.7154],
  ],
  // its susceptance is printed as 4.2251, 0.65 % below what a wire of 0.257 in has
  ['302', [at(-0.5, 29, acsr4), at(0, 24, acsr4)], 1, [[2.7995, 1.4855]]],
  [
    '1 of the 123-node feeder',
    spacing500(acsr336, acsr40, 'abc'),
    3,
    [
      [0.4576, 1.078],
      [0.156, 0.5017],
      [0.4666, 1.0482],
      [0.1535, 0.3849],
      [0.158, 0.4236],
      [0.4615, 1.0651],
    ],
    [5.6765, -1.8319, 5.9809, -0.6982, -1.1645, 5.3971],
  ],
  [
    '606',
    [-0.5, 0, 0.5].map((x_ft) => at(x_ft, -4, { ...wire(0.41, 0.0171, 0.567), cable: concentric })),
    3,
    [
      [0.7982, 0.4463],
      [0.3192, 0.0328],
      [0.7891, 0.4041],
      [0.2849, -0.0143],
      [0.3192, 0.0328],
      [0.7982, 0.4463],
    ],
  ],
];

describe('lineConstants', () => {
  it.each(published)('gives configuration %s as published', (_, wires, kept, z, b) => {
    const line = reduceLineConstants(lineConstants({ wires, earthModel: 'carson' }, 60), kept);
    const rows = Array.from({ length: kept }, (_, i) => Array.from({ length: i + 1 }, (_, j) => i * kept + j)).flat();
    rows.forEach((k, n) => {
      expect(line.r_ohm_per_km[k] * mile).toBeCloseTo(z[n][0], 3);
      expect(line.x_ohm_per_km[k] * mile).toBeCloseTo(z[n][1], 3);
      // printed with 8.85e-12 F/m and 1.424e-2 µF per mile, rounded constants
      if (b !== undefined) expect(Math.abs(line.b_S_per_km[k] * mile * 1e6 - b[n])).toBeLessThan(2e-3 * b[0]);
    });
  });

  // Ω per km and nF per km of OpenDSS (DSS C-API 0.14.5), computed for this test
  it.each<[EarthModel, number, number, number, number]>([
    ['carson', 0.2843035, 0.6802776, 0.0968972, 0.3117169],
    ['fullCarson', 0.2840661, 0.6809273, 0.0966772, 0.3123545],
    ['deri', 0.2807024, 0.6817891, 0.0963695, 0.3131119],
  ])('agrees with OpenDSS: %s', (earthModel, r11, x11, r12, x12) => {
    const phase = { ...wire(0.306, 0.255 / 12, 0.741) };
    const line = reduceLineConstants(lineConstants({ wires: spacing500(phase, acsr40, 'abc'), earthModel }, 60), 3);
    expect(line.r_ohm_per_km[0]).toBeCloseTo(r11, 6);
    expect(line.x_ohm_per_km[0]).toBeCloseTo(x11, 6);
    expect(line.r_ohm_per_km[1]).toBeCloseTo(r12, 6);
    expect(line.x_ohm_per_km[1]).toBeCloseTo(x12, 6);
    const capacitance = line.b_S_per_km.slice(0, 3).map((b) => (b / (2 * Math.PI * 60)) * 1e9);
    [9.4110327, -3.0491261, -1.1590995].forEach((c, k) => expect(capacitance[k] / c).toBeCloseTo(1, 4));
  });

  it.each<[EarthModel, number, number]>([
    ['carson', 0.8161867, 0.4304244],
    ['fullCarson', 0.8162139, 0.4304559],
    ['deri', 0.8029039, 0.4292745],
  ])('agrees with OpenDSS on a cable with tape and a neutral beside it: %s', (earthModel, r_ohm_per_km, x_ohm_per_km) => {
    const cable = { ...wire(0.97, 0.0111, 0.368), cable: tape };
    const wires = [at(0, -40 / 12, cable), at(0.25, -40 / 12, wire(0.607, 0.01113, 0.368))];
    const line = reduceLineConstants(lineConstants({ wires, earthModel }, 60), 1);
    expect(line.r_ohm_per_km[0]).toBeCloseTo(r_ohm_per_km, 5);
    expect(line.x_ohm_per_km[0]).toBeCloseTo(x_ohm_per_km, 5);
    expect((line.b_S_per_km[0] / (2 * Math.PI * 60)) * 1e9).toBeCloseTo(166.3588, 1);
  });

  it('adds 3·R_earth to the zero sequence of a transposed line without neutral', () => {
    // Carson: R₀ − R₁ = 3·ωμ₀/8
    const wires = spacing500(acsr336, acsr40).slice(0, 3);
    const line = lineConstants({ wires, earthModel: 'carson' }, 50);
    const [r1, r0] = sequenceFromPhaseMatrix(line.r_ohm_per_km);
    expect(r1).toBeCloseTo(0.306 / mile, 12);
    expect(r0 - r1).toBeCloseTo(((3 * 2 * Math.PI * 50 * 4e-7 * Math.PI) / 8) * 1000, 12);
  });

  it('is reciprocal, and positive, wherever the wires are', () => {
    const place = fc.record({ x: fc.integer({ min: -8, max: 8 }), y: fc.integer({ min: 6, max: 15 }) });
    fc.assert(
      fc.property(
        fc.uniqueArray(place, { minLength: 2, maxLength: 5, selector: ({ x, y }) => `${x},${y}` }),
        fc.constantFrom<EarthModel>('carson', 'fullCarson', 'deri'),
        fc.constantFrom(50, 60, 400),
        (places, earthModel, frequency_Hz) => {
          const geometry: LineGeometry = { wires: places.map(({ x, y }) => ({ x_m: x, y_m: y, ...acsr336 })), earthModel };
          const line = lineConstants(geometry, frequency_Hz);
          const smaller = reduceLineConstants(line, line.n - 1);
          for (const each of [line, smaller]) {
            for (let i = 0; i < each.n; i++) {
              expect(each.r_ohm_per_km[i * (each.n + 1)]).toBeGreaterThan(0);
              expect(each.b_S_per_km[i * (each.n + 1)]).toBeGreaterThan(0);
              for (let j = 0; j < i; j++) {
                expect(across(each, 'x_ohm_per_km', i, j)).toBeLessThan(1e-12);
                expect(each.b_S_per_km[i * each.n + j]).toBeLessThanOrEqual(0);
              }
            }
          }
        },
      ),
    );
  });

  it('gives the skin effect with deri: at low frequency the direct-current resistance', () => {
    const wires = [{ ...at(0, 30, acsr556), r_dc_ohm_per_km: 0.1 }];
    const [low, high] = [0.01, 900].map((f) => lineConstants({ wires }, f).r_ohm_per_km[0]);
    expect(low).toBeCloseTo(0.1, 4);
    expect(high).toBeGreaterThan(0.25);
  });

  it.each<[string, LineGeometry]>([
    ['has no wires', { wires: [] }],
    ['same place', { wires: [at(0, 30, acsr556), at(0, 30, acsr40)] }],
    ['above or below the ground', { wires: [at(0, 0, acsr556)] }],
    ['radius', { wires: [at(0, 30, { ...acsr556, gmr_m: 0 })] }],
    ['resistivity', { wires: [at(0, 30, acsr556)], earth_ohm_m: -1 }],
    [
      'insulation',
      {
        wires: [
          at(0, -3, { ...acsr556, cable: { ...tapeOf(0.001), insulation: { outer_m: 0.01, thickness_m: 0.01, permittivity_frac: 2.3 } } }),
        ],
      },
    ],
  ])('refuses a geometry that %s', (text, geometry) => {
    expect(() => lineConstants(geometry, 50)).toThrow(text);
    expect(() => lineConstants(geometry, 50)).toThrow('[LINE_GEOMETRY_INVALID]');
  });
});

describe('phaseMatrixFromSequence', () => {
  it('comes back', () => {
    expect(sequenceFromPhaseMatrix(phaseMatrixFromSequence(0.3, 1.2)).map((z) => Number(z.toFixed(12)))).toEqual([0.3, 1.2]);
    expect(
      phaseMatrixFromSequence(0.3, 1.2)
        .slice(0, 2)
        .map((z) => Number(z.toFixed(12))),
    ).toEqual([0.6, 0.3]);
  });
});

const across = (line: LineConstants, key: 'x_ohm_per_km' | 'r_ohm_per_km', i: number, j: number): number =>
  Math.abs(line[key][i * line.n + j] - line[key][j * line.n + i]);
