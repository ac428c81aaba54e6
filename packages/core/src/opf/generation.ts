import { CombinationError } from '../base/errors.ts';
import type { BlockBuilder } from '../problem/block-builder.ts';
import type { LiveGenerator, UnitCost } from './model.ts';

/** Formulations that are convex programs. */
export type ConvexFormulation = 'dc' | 'soc' | 'lindistflow';

/**
 * Columns of active power within their limits, in the order of the generators.
 * @unit per unit
 */
export function addActivePower(build: BlockBuilder, generators: readonly LiveGenerator[]): number[] {
  return generators.map(({ p_min_pu, p_max_pu, generator }) =>
    build.column(p_min_pu, p_max_pu, () => `power of generator ${generator.id}`),
  );
}

/** What has a cost, and a name for messages. */
export interface Costed {
  readonly cost: UnitCost;
  readonly generator: { readonly id: string };
}

/**
 * Costs of active power: c₀ + c₁·p + c₂·p², or a column t above the lines of a piecewise-linear cost, in units of its steepest slope.
 * @throws {CombinationError} OPF_COST_NOT_CONVEX, OPF_COST_DEGREE
 */
export function addCosts(build: BlockBuilder, generators: readonly Costed[], p: readonly number[], formulation: string): void {
  generators.forEach(({ cost, generator }, d) => {
    if (cost.kind === 'polynomial') {
      const [c0 = 0, c1 = 0, c2 = 0, ...higher] = cost.coefficients;
      if (higher.some((c) => c !== 0)) throw degreeError(generator.id, cost.coefficients.length - 1, formulation);
      if (c2 < 0) throw concaveError(generator.id, formulation);
      build.offset += c0;
      build.cost[p[d]] += c1;
      build.square(c2, [p[d]], [1], 0);
      return;
    }
    const unit = Math.max(...cost.slope.map(Math.abs));
    const t = build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, () => `cost of generator ${generator.id}`);
    build.cost[t] = unit;
    cost.slope.forEach((slope, k) => {
      const row = build.row(Number.NEGATIVE_INFINITY, -cost.offset[k] / unit, () => `cost of generator ${generator.id}`);
      build.entry(row, p[d], slope / unit);
      build.entry(row, t, -1);
    });
  });
}

const degreeError = (id: string, degree: number, formulation: string): CombinationError =>
  new CombinationError({
    code: 'OPF_COST_DEGREE',
    message: `The formulation ${formulation} takes costs of at most degree 2, but that of generator "${id}" has degree ${degree}`,
    where: `generator ${id}`,
    hint: 'Use --formulation ac, or a piecewise-linear cost.',
  });

const concaveError = (id: string, formulation: string): CombinationError =>
  new CombinationError({
    code: 'OPF_COST_NOT_CONVEX',
    message: `The quadratic cost of generator "${id}" must be convex for the formulation ${formulation}, but its leading coefficient is negative`,
    where: `generator ${id}`,
    hint: 'Use --formulation ac, which looks for a local optimum, or correct the cost.',
  });
