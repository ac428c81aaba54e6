import { type ComplexMatrix, complexMatrix } from '../../../linalg/complex-dense.ts';
import type { AffineRow } from '../../../problem/program.ts';
import { terms } from '../../affine.ts';
import type { Pair } from '../pairs.ts';
import { conjugate, entry, type Phasor, square, times, zero } from '../phasor.ts';
import type { NodeShunt } from '../wires.ts';

/**
 * |Σ a·v|² as a straight function of the squared voltages |v|², angles kept: Σ Re(u*·a·v)/|v|²·w with u = Σ a·v. Exact at v.
 * @param node - column of the squared voltage of each
 */
export function squaredVoltage(nodes: readonly number[], a: readonly Phasor[], v: readonly Phasor[]): AffineRow {
  const parts = a.map((each, k) => times(each, v[k]));
  const sum = parts.reduce((total, part) => [total[0] + part[0], total[1] + part[1]], zero);
  return terms(...nodes.map((node, k) => [node, times(conjugate(sum), parts[k])[0] / square(v[k])] as const));
}

/** |v_a − v_b|², or |v_a|² to earth, in the squared voltages of the ends. */
export function squaredAcross({ a, b }: Pair, v: readonly Phasor[]): AffineRow {
  if (b < 0) return terms([a, 1]);
  const signs: Phasor[] = [
    [1, 0],
    [-1, 0],
  ];
  return squaredVoltage([a, b], signs, [v[a], v[b]]);
}

/** What a shunt takes at each of its nodes: Σ y*·v·v'* with |v|·|v'| straightened to the mean of the two squares. */
export function shuntPower({ nodes, y }: NodeShunt, v: readonly Phasor[]): { readonly p: AffineRow; readonly q: AffineRow }[] {
  return nodes.map((node, row) => {
    const [p, q]: [[number, number][], [number, number][]] = [[], []];
    nodes.forEach((other, col) => {
      const [re, im] = times(times(conjugate(entry(y, row, col)), v[node]), conjugate(v[other]));
      for (const each of [node, other]) {
        p.push([each, (0.5 * re) / square(v[each])]);
        q.push([each, (0.5 * im) / square(v[each])]);
      }
    });
    return { p: terms(...p), q: terms(...q) };
  });
}

/** Negative squares up to this part of the largest diagonal are rounding. */
const ROUNDING_FRAC = 1e-9;

/**
 * G with GᴴG = (Z + Zᴴ)/2: losses are |G·i|². Rows that vanish are left out; undefined where some current would lose less than nothing.
 * @source Golub, Van Loan, Matrix Computations (4th ed.), section 4.2 (Cholesky, complex)
 */
export function lossFactor(z: ComplexMatrix): ComplexMatrix | undefined {
  const n = z.rows;
  const a: Phasor[][] = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j): Phasor => {
      const [zij, zji] = [entry(z, i, j), entry(z, j, i)];
      return [(zij[0] + zji[0]) / 2, (zij[1] - zji[1]) / 2];
    }),
  );
  const size = Math.max(...a.map((row, i) => Math.abs(row[i][0])));
  const rows: Phasor[][] = [];
  for (let k = 0; k < n; k++) {
    const pivot = a[k][k][0];
    if (pivot < -ROUNDING_FRAC * size) return undefined;
    if (pivot <= ROUNDING_FRAC * size) continue;
    const row: Phasor[] = a[k].map(([re, im], j) => (j < k ? zero : [re / Math.sqrt(pivot), im / Math.sqrt(pivot)]));
    for (let i = k + 1; i < n; i++) {
      for (let j = k; j < n; j++) {
        const [re, im] = times(conjugate(row[i]), row[j]);
        a[i][j] = [a[i][j][0] - re, a[i][j][1] - im];
      }
    }
    rows.push(row);
  }
  const factor = complexMatrix(rows.length, n);
  rows.forEach((row, i) =>
    row.forEach(([re, im], j) => {
      factor.re[i * n + j] = re;
      factor.im[i * n + j] = im;
    }),
  );
  return factor;
}
