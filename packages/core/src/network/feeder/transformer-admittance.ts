import { InputError } from '../../base/errors.ts';
import { type ComplexMatrix, complexInverse, complexMatrix, complexReordered, kronReduced } from '../../linalg/complex-dense.ts';
import type { ElementAdmittance } from './element-admittance.ts';
import type { Transformer } from './feeder.ts';
import { type Combination, type TransformerWiring, wireTransformer } from './transformer-wiring.ts';

/** Impedance that zero-sequence current meets in a zigzag, as a part of its short-circuit impedance, when nothing else is said. */
export const zigzagShare_frac = 0.1;

/**
 * Nodal admittance of a transformer with any number of windings: the coils of a core as one admittance matrix, on each core, joined as they are wired.
 *
 * With the impedances z_wk between windings (per unit of a core's share of winding 1's rating), Z_ij = (z_1i + z_1j − z_ij)/2 for i, j > 1 and
 * A = [1 −I], the coils of a core carry i = D·(Aᵀ·Z⁻¹·A + magnetising)·D·u with D = diag(1/(v_w·t_w)) and u the voltages across them. Star points behind an
 * impedance are eliminated exactly.
 *
 * Zero-sequence current in a zigzag makes no flux and meets only what its two half coils leak against each other: `zeroSequence` of the winding with itself,
 * or `zigzagShare_frac` of its short-circuit impedance.
 * @param taps_pu - instead of the `tap_pu` of the windings
 * @throws {InputError} FEEDER_TRANSFORMER_CLOCK, FEEDER_TRANSFORMER_IMPEDANCE, FEEDER_CONDUCTORS_COUNT
 * @source Dugan, Santoso, An example of 3-phase transformer modeling for distribution system analysis, IEEE PES T&D (2003); Chen et al., Distribution system power
 *   flow analysis: a rigid approach, IEEE Trans. Power Delivery 6 (1991)
 */
export function transformerAdmittance(transformer: Transformer, taps_pu?: readonly number[]): ElementAdmittance {
  const { windings, cores_count: cores } = transformer;
  const ends = windings.map(({ terminal }) => terminal);
  const wiring = wireTransformer(transformer);
  const n = wiring.terminals_count;
  if (!transformer.inService) return { ends, n, g_S: new Float64Array(n * n), b_S: new Float64Array(n * n) };

  const sCore_VA = (windings[0].s_rated_kVA * 1000) / cores;
  const perVolt = windings.map((winding, w) => 1 / (wiring.vCoil_V[w] * (taps_pu?.[w] ?? winding.tap_pu)));
  const coil = inSiemens(coilsOfCore(transformer), sCore_VA, perVolt);
  const zero = transformer.zeroSequence === undefined ? undefined : inSiemens(zeroSequenceOfCore(transformer), sCore_VA, perVolt);
  const y = complexMatrix(wiring.nodes_count);
  stampCoils(y, wiring, coil, zero);
  windings.forEach((_, w) => {
    const leads = wiring.leads[w];
    if (leads === undefined) return;
    const [re, im] = zigzagAdmittance(transformer, w);
    const scale = sCore_VA * perVolt[w] * perVolt[w];
    stampAlike(y, leads, leads, re * scale, im * scale);
  });
  for (const { winding, between } of wiring.neutrals) {
    const { rNeutral_ohm = 0, xNeutral_ohm = 0 } = windings[winding];
    stamp(y, between, between, ...reciprocal(rNeutral_ohm, xNeutral_ohm));
  }
  const antifloat = transformer.antifloat_frac ?? 5e-7;
  for (const { winding, from, to } of wiring.coilEnds) {
    const share = (antifloat * sCore_VA) / wiring.vCoil_V[winding] ** 2;
    y.im[from * y.rows + from] -= share;
    y.im[to * y.rows + to] -= share;
  }
  const { re, im } = wiring.openNodes.length === 0 ? kronReduced(y, n) : withoutNodes(y, n, new Set(wiring.openNodes));
  return { ends, n, g_S: re, b_S: im };
}

/** Eliminates what is inside and the open nodes, whose rows and columns of the result are zero. */
function withoutNodes(y: ComplexMatrix, n: number, open: ReadonlySet<number>): ComplexMatrix {
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => !open.has(i));
  const order = [...kept, ...Array.from({ length: y.rows }, (_, i) => i).filter((i) => i >= n || open.has(i))];
  const small = kronReduced(complexReordered(y, order), kept.length);
  const whole = complexMatrix(n);
  kept.forEach((row, i) => {
    kept.forEach((col, j) => {
      whole.re[row * n + col] = small.re[i * kept.length + j];
      whole.im[row * n + col] = small.im[i * kept.length + j];
    });
  });
  return whole;
}

/** Short-circuit impedance of a pair of windings, per unit. */
export function pairImpedance({ windings, x_frac }: Transformer, w: number, k: number): [r: number, x: number] {
  if (w === k) return [0, 0];
  const [low, high] = w < k ? [w, k] : [k, w];
  const at = low * windings.length - (low * (low + 1)) / 2 + (high - low - 1);
  return [windings[w].r_frac + windings[k].r_frac, x_frac[at]];
}

/** Zero-sequence admittance between the phases of a zigzag and its star point, per unit; measured against winding 1, or 2 if it is winding 1. */
function zigzagAdmittance(transformer: Transformer, w: number): [g: number, b: number] {
  const { windings, zeroSequence } = transformer;
  const at = w * windings.length + w;
  if (zeroSequence !== undefined) return [zeroSequence.g_frac[at], zeroSequence.b_frac[at]];
  const [r, x] = pairImpedance(transformer, w, w === 0 ? 1 : 0);
  return reciprocal(zigzagShare_frac * r, zigzagShare_frac * x);
}

/** Admittance of the coils of one core, per unit at nominal taps. @shape [w · w] */
export function coilsOfCore(transformer: Transformer): ComplexMatrix {
  const { windings } = transformer;
  const count = windings.length;
  const pair: Pair = (w, k) => pairImpedance(transformer, w, k);
  const magnetising = [transformer.noLoadLoss_frac ?? 0, -(transformer.magnetising_frac ?? 0)] as const;
  const at = transformer.magnetisingAt ?? 'last';
  const isInside = at === 'star' || (at === 'split' && count > 2);
  const y = isInside ? starOfCore(transformer, pair, at === 'star' ? magnetising : halfOf(magnetising)) : meshOfCore(transformer, pair);
  const add = (w: number, [g, b]: readonly [number, number]): void => {
    y.re[w * count + w] += g;
    y.im[w * count + w] += b;
  };
  if (at === 'first') add(0, magnetising);
  else if (at === 'second') add(1, magnetising);
  else if (at === 'last') add(count - 1, magnetising);
  else if (at === 'split') {
    add(0, halfOf(magnetising));
    if (count === 2) add(1, halfOf(magnetising));
  }
  return y;
}

type Pair = (w: number, k: number) => [r: number, x: number];

const halfOf = ([g, b]: readonly [number, number]): [number, number] => [g / 2, b / 2];

/** Aᵀ·Z⁻¹·A. @throws {InputError} FEEDER_TRANSFORMER_IMPEDANCE */
function meshOfCore(transformer: Transformer, pair: Pair): ComplexMatrix {
  const count = transformer.windings.length;
  const z = complexMatrix(count - 1);
  for (let i = 1; i < count; i++) {
    for (let j = 1; j < count; j++) {
      const place = (i - 1) * (count - 1) + j - 1;
      z.re[place] = (pair(0, i)[0] + pair(0, j)[0] - pair(i, j)[0]) / 2;
      z.im[place] = (pair(0, i)[1] + pair(0, j)[1] - pair(i, j)[1]) / 2;
    }
  }
  const inner = complexInverse(z);
  if (inner === undefined) throw withoutImpedance(transformer);
  const y = complexMatrix(count);
  for (let i = 1; i < count; i++) {
    for (let j = 1; j < count; j++) {
      const re = inner.re[(i - 1) * (count - 1) + j - 1];
      const im = inner.im[(i - 1) * (count - 1) + j - 1];
      for (const [row, col, sign] of [
        [0, 0, 1],
        [0, j, -1],
        [i, 0, -1],
        [i, j, 1],
      ]) {
        y.re[row * count + col] += sign * re;
        y.im[row * count + col] += sign * im;
      }
    }
  }
  return y;
}

/** The T of two or three windings with `magnetising` at its middle. A leg without impedance has the middle at its own end. */
function starOfCore(transformer: Transformer, pair: Pair, magnetising: readonly [number, number]): ComplexMatrix {
  const count = transformer.windings.length;
  if (count > 3) {
    throw new InputError({
      code: 'FEEDER_TRANSFORMER_IMPEDANCE',
      message: `Transformer "${transformer.id}" has ${count} windings and its magnetising branch in the middle of a star, which ${count} windings do not have`,
      hint: 'Put the branch at the first or the last winding.',
    });
  }
  const leg = (w: number): [number, number] => {
    if (count === 2) {
      const total = pair(0, 1)[0];
      const own = transformer.windings[w].r_frac;
      const sum = transformer.windings[0].r_frac + transformer.windings[1].r_frac;
      return [sum === 0 ? total / 2 : (total * own) / sum, pair(0, 1)[1] / 2];
    }
    const [k, m] = [(w + 1) % 3, (w + 2) % 3];
    return [0, 1].map((part) => (pair(w, k)[part] + pair(w, m)[part] - pair(k, m)[part]) / 2) as [number, number];
  };
  const legs = transformer.windings.map((_, w) => leg(w));
  const longest = Math.max(...legs.map(([r, x]) => Math.hypot(r, x)));
  const bare = legs.findIndex(([r, x]) => Math.hypot(r, x) <= 1e-12 * longest);
  if (bare >= 0) {
    const y = meshOfCore(transformer, pair);
    y.re[bare * count + bare] += magnetising[0];
    y.im[bare * count + bare] += magnetising[1];
    return y;
  }
  const y = complexMatrix(count + 1);
  const middle = [{ node: count, factor: 1 }];
  stamp(y, middle, middle, ...magnetising);
  legs.forEach(([r, x], w) => {
    const leads: Combination = [
      { node: w, factor: 1 },
      { node: count, factor: -1 },
    ];
    stamp(y, leads, leads, ...reciprocal(r, x));
  });
  return kronReduced(y, count);
}

/** The stated zero-sequence matrix where coils take part in it: those of a delta or zigzag do not. */
function zeroSequenceOfCore({ windings, zeroSequence }: Transformer): ComplexMatrix {
  const count = windings.length;
  const y = complexMatrix(count);
  const isShut = windings.map(({ connection }) => connection === 'delta' || connection === 'zigzag');
  for (let w = 0; w < count; w++) {
    for (let k = 0; k < count; k++) {
      if (isShut[w] || isShut[k]) continue;
      y.re[w * count + k] = zeroSequence?.g_frac[w * count + k] ?? 0;
      y.im[w * count + k] = zeroSequence?.b_frac[w * count + k] ?? 0;
    }
  }
  return y;
}

/** D·Y·D·s: per unit to siemens. */
function inSiemens(y: ComplexMatrix, s_VA: number, perVolt: readonly number[]): ComplexMatrix {
  const scaled = complexMatrix(y.rows);
  for (let w = 0; w < y.rows; w++) {
    for (let k = 0; k < y.rows; k++) {
      const scale = s_VA * perVolt[w] * perVolt[k];
      scaled.re[w * y.rows + k] = scale * y.re[w * y.rows + k];
      scaled.im[w * y.rows + k] = scale * y.im[w * y.rows + k];
    }
  }
  return scaled;
}

/** Puts the coils on every core. Where zero sequence is stated, it replaces what the coils of all cores do alike: a·1 + (a₀ − a)·J/3 with J all ones. */
function stampCoils(y: ComplexMatrix, { coils }: TransformerWiring, coil: ComplexMatrix, zero: ComplexMatrix | undefined): void {
  for (let w = 0; w < coil.rows; w++) {
    for (let k = 0; k < coil.rows; k++) {
      const at = w * coil.rows + k;
      for (let core = 0; core < coils[w].length; core++) stamp(y, coils[w][core], coils[k][core], coil.re[at], coil.im[at]);
      if (zero !== undefined) stampAlike(y, coils[w], coils[k], zero.re[at] - coil.re[at], zero.im[at] - coil.im[at]);
    }
  }
}

/** a·J/3: what equal branches do when the same happens in all three. */
function stampAlike(y: ComplexMatrix, rows: readonly Combination[], cols: readonly Combination[], re: number, im: number): void {
  for (const row of rows) for (const col of cols) stamp(y, row, col, re / 3, im / 3);
}

function stamp(y: ComplexMatrix, rows: Combination, cols: Combination, re: number, im: number): void {
  for (const row of rows) {
    for (const col of cols) {
      const factor = row.factor * col.factor;
      y.re[row.node * y.cols + col.node] += factor * re;
      y.im[row.node * y.cols + col.node] += factor * im;
    }
  }
}

function reciprocal(r: number, x: number): [g: number, b: number] {
  const z2 = r * r + x * x;
  return [r / z2, -x / z2];
}

function withoutImpedance(transformer: Transformer): InputError {
  return new InputError({
    code: 'FEEDER_TRANSFORMER_IMPEDANCE',
    message: `The short-circuit impedances of transformer "${transformer.id}" cannot be inverted: some windings would be coupled without any impedance`,
    hint: 'Give every pair of windings a leakage reactance; 1e-4 is small enough to count for nothing.',
  });
}
