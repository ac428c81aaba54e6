import type { BlockBuilder } from '../../problem/block-builder.ts';
import type { AffineRow, Cone } from '../../problem/program.ts';
import { addCone, addRow, constant, terms } from '../affine.ts';
import { addCosts } from '../generation.ts';
import type { FeederModel } from './model.ts';
import type { FeederQuestion } from './settings.ts';

/** Columns of active and reactive power by unit. */
export interface UnitColumns {
  readonly p: readonly number[];
  readonly q: readonly number[];
}

/** p and q of every unit within its limits. */
export function addUnits(build: BlockBuilder, { units }: FeederModel): UnitColumns {
  const p = units.map((unit) => build.column(unit.p_min_pu, unit.p_max_pu, () => `power limits of ${unit.kind} ${unit.id}`));
  const q = units.map((unit) => build.column(unit.q_min_pu, unit.q_max_pu, () => `reactive limits of ${unit.kind} ${unit.id}`));
  return { p, q };
}

/** p² + q² ≤ s². */
export function addUnitRatings(build: BlockBuilder, cones: Cone[], { units }: FeederModel, { p, q }: UnitColumns): void {
  units.forEach(({ s_max_pu, kind, id }, d) => {
    if (s_max_pu === Number.POSITIVE_INFINITY) return;
    addCone(build, cones, [constant(s_max_pu), terms([p[d], 1]), terms([q[d], 1])], () => `rating of ${kind} ${id}`);
  });
}

export interface ObjectiveParts {
  /** All that the source gives, losses of the wires included. */
  readonly imported: AffineRow;
  /** Active power of all loads. */
  readonly served: AffineRow;
  readonly units: UnitColumns;
}

/**
 * Limits of what the source gives, and the objective. Cost in cur/h: what source and units are paid. Loss in kW: what source and units give and no
 * load gets; capacitors and magnetising count as lost.
 * @throws {CombinationError} OPF_COST_NOT_CONVEX, OPF_COST_DEGREE
 */
export function addSourceAndObjective(
  build: BlockBuilder,
  model: FeederModel,
  question: FeederQuestion,
  { imported, served, units }: ObjectiveParts,
): void {
  const { formulation, objective, sourcePrice_cur_per_kWh, sourceP_min_kW, sourceP_max_kW } = question;
  const base = model.bases.s_base_kVA;
  if (Number.isFinite(sourceP_min_kW) || Number.isFinite(sourceP_max_kW)) {
    addRow(build, imported, sourceP_min_kW / base, sourceP_max_kW / base, () => 'limits of the power of the source');
  }
  const add = (factor: number, { columns, values, constant: c }: AffineRow): void => {
    columns.forEach((column, k) => (build.cost[column] += factor * values[k]));
    build.offset += factor * c;
  };
  add(objective === 'cost' ? base * sourcePrice_cur_per_kWh : base, imported);
  if (objective === 'cost') {
    const costed = model.units.map(({ id, cost }) => ({ cost, generator: { id } }));
    addCosts(build, costed, units.p, formulation);
  } else for (const column of units.p) add(base, terms([column, 1]));
  if (objective === 'loss') add(-base, served);
}
