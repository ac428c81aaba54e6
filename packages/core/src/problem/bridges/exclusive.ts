import { InputError } from '../../base/errors.ts';
import type { Variable } from '../affine.ts';
import type { BlockBuilder } from '../block-builder.ts';

/**
 * How `exclusive(a, b)` is written.
 *
 * - `binary`: a ≤ a_max·z, b ≤ b_max·(1 − z), z ∈ {0, 1}. Exact; needs a mixed-integer solver.
 * - `relaxed`: the same rows with z ∈ [0, 1], i.e. a/a_max + b/b_max ≤ 1, the convex hull. Overlap is reported, never hidden.
 */
export type ExclusiveBridge = 'binary' | 'relaxed';

/**
 * An intention, with the columns to look at after solving. `exclusive` is missed by the largest min(a_t, b_t), in the unit of a; `whole` by the
 * largest distance of a_t from a whole number.
 */
export type RelaxedIntention =
  | { readonly kind: 'exclusive'; readonly a: Int32Array; readonly b: Int32Array; readonly names: readonly [string, string] }
  | { readonly kind: 'whole'; readonly a: Int32Array; readonly names: readonly [string] };

export interface ExclusivePair {
  readonly a: Variable;
  readonly b: Variable;
  readonly aColumns: Int32Array;
  readonly bColumns: Int32Array;
}

/** @throws {InputError} EXCLUSIVE_UNBOUNDED when an input has no finite upper limit, so that no hull exists */
export function bridgeExclusive(
  build: BlockBuilder,
  name: string,
  pair: ExclusivePair,
  bridge: ExclusiveBridge = 'relaxed',
): RelaxedIntention[] {
  const { a, b, aColumns, bColumns } = pair;
  for (let t = 0; t < aColumns.length; t++) {
    const aMax = build.upper[aColumns[t]];
    const bMax = build.upper[bColumns[t]];
    if (!Number.isFinite(aMax) || !Number.isFinite(bMax)) {
      throw new InputError({
        code: 'EXCLUSIVE_UNBOUNDED',
        message: `"${a.name}" and "${b.name}" exclude each other, so both need a finite upper limit`,
        where: name,
        hint: 'Give the device a finite power rating.',
      });
    }
    if (aMax <= 0 || bMax <= 0) continue;
    const label = `${name}.${a.name} or ${b.name}[${t}]`;
    if (bridge === 'binary') {
      const z = build.column(0, 1, () => `${label} choice`, true);
      const first = build.row(-Infinity, 0, () => label);
      build.entry(first, aColumns[t], 1);
      build.entry(first, z, -aMax);
      const second = build.row(-Infinity, bMax, () => label);
      build.entry(second, bColumns[t], 1);
      build.entry(second, z, bMax);
    } else {
      const row = build.row(-Infinity, 1, () => label);
      build.entry(row, aColumns[t], 1 / aMax);
      build.entry(row, bColumns[t], 1 / bMax);
    }
  }
  // Of whole variables, too: whoever is asked through their relaxation (an agent's oracle) must be able to say so.
  return [{ kind: 'exclusive', a: aColumns, b: bColumns, names: [a.name, b.name] }];
}
