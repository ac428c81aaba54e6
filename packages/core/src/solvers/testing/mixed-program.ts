import { SparseBuilder } from '../../linalg/sparse.ts';
import { type AffineRow, type Cone, type Program, rotatedCone } from '../../problem/program.ts';
import type { ReadySolver } from '../contract.ts';
import { numbersFrom, programOf } from './dense-program.ts';

/** What kinds of trouble a random mixed program has. */
export interface MixedSketch {
  readonly binaries_count: number;
  /** Whole variables between −2 and 2. */
  readonly integers_count: number;
  readonly continuous_count: number;
  readonly cones_count: number;
  readonly quadratic: 'none' | 'diagonal' | 'dense';
  /** Room in the cones; small or negative values make programs infeasible. */
  readonly room: number;
}

/** Random whole and continuous variables under rows, norms and products; bounded, feasible or not as it happens. */
export function randomMixedProgram(seed: number, sketch: MixedSketch): Program {
  const next = numbersFrom(seed * 6151 + 3);
  const normal = () => 2 * (next() + next() + next()) - 3;
  const { binaries_count, integers_count, continuous_count, cones_count, quadratic, room } = sketch;
  const n = binaries_count + integers_count + continuous_count;
  const isWhole = (j: number) => j < binaries_count + integers_count;
  const affine = (constant: number, share: number): AffineRow => {
    const columns = Array.from({ length: n }, (_, j) => j).filter(() => next() < share);
    return { columns, values: columns.map(normal), constant };
  };
  const linear = Array.from({ length: 3 }, () => affine(1.5 + next(), 0.5));
  const cones: AffineRow[][] = Array.from({ length: cones_count }, () => {
    const vector = Array.from({ length: 1 + Math.floor(next() * 4) }, () => affine(0.5 * normal(), 0.4));
    if (next() < 0.5) return [affine(room + next(), 0.3), ...vector];
    return rotatedCone(affine(room + 0.5, 0.2), affine(room + 0.5 + next(), 0.2), vector);
  });
  const all = [...linear, ...cones.flat()];
  const a = new SparseBuilder();
  all.forEach(({ columns, values }, i) => {
    columns.forEach((j, k) => {
      a.add(i, j, values[k]!);
    });
  });
  const factors = Array.from({ length: Math.ceil(n / 2) }, () => Array.from({ length: n }, () => (next() < 0.6 ? normal() : 0)));
  const dense = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) =>
      quadratic === 'diagonal' ? (i === j ? Math.floor(next() * 3) : 0) : factors.reduce((sum, f) => sum + f[i]! * f[j]!, 0),
    ),
  );
  const free = programOf({
    cost: Array.from({ length: n }, () => 3 * normal()),
    offset: normal(),
    lower: Array.from({ length: n }, (_, j) => (j < binaries_count ? 0 : isWhole(j) ? -2 : -4)),
    upper: Array.from({ length: n }, (_, j) => (j < binaries_count ? 1 : isWhole(j) ? 2 : 4)),
    integer: Array.from({ length: n }, (_, j) => (isWhole(j) ? 1 : 0)),
    ...(quadratic === 'none' ? {} : { quadratic: dense }),
  });
  const right = Float64Array.from(all, ({ constant }) => -constant);
  let first = linear.length;
  return {
    ...free,
    rows: a.build(all.length, n),
    rowLower: right,
    rowUpper: right.map((value, i) => (i < linear.length ? Number.POSITIVE_INFINITY : value)),
    cones: cones.map(({ length }): Cone => ({ kind: 'second-order', rows: Int32Array.from({ length }, () => first++) })),
  };
}

/** The optimum by trying every plan; Infinity where none has a point. */
export function enumerated(program: Program, conic: ReadySolver): number {
  const whole = Array.from(program.cost, (_, j) => j).filter((j) => program.integer?.[j] === 1);
  const lower = program.lower.slice();
  const upper = program.upper.slice();
  let best = Number.POSITIVE_INFINITY;
  const visit = (k: number): void => {
    const j = whole[k];
    if (j === undefined) {
      const { status, objective } = conic.solve({ ...program, integer: undefined, lower, upper });
      if (status === 'optimal' || status === 'almost-optimal') best = Math.min(best, objective);
      return;
    }
    for (let value = program.lower[j]!; value <= program.upper[j]!; value++) {
      lower[j] = value;
      upper[j] = value;
      visit(k + 1);
    }
  };
  visit(0);
  return best;
}
