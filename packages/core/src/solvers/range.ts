import { CombinationError } from '../base/errors.ts';
import { transpose } from '../linalg/sparse.ts';
import type { Block } from '../problem/block.ts';
import type { ReadySolver } from './contract.ts';

/** What a block can do at one port, each number on its own: not all of them can be had together. */
export interface FlexibilityRange {
  /** Least and greatest value at each step, kW (kvar), + into the net. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Least and greatest sum from the start to the end of each step, kWh (kvarh). */
  readonly energyLow: Float64Array;
  readonly energyHigh: Float64Array;
}

/**
 * The range reading of a block: bounds of a port at every step, and of its energy up to every step.
 *
 * Each number is a support function, max dᵀx over what is feasible, so the true set of profiles lies inside all of them.
 * @param port - position among the block's ports; 0 is active power for a device
 * @returns undefined when nothing is feasible
 * @cost 4 × steps linear programs on one analysis
 * @throws {CombinationError} ORACLE_NEEDS_SEQUENCE when the solver cannot solve sequences
 */
export function flexibilityRange(block: Block, port: number, dt_h: number, solver: ReadySolver): FlexibilityRange | undefined {
  const steps_count = block.ports[port].offset.length;
  const support = supportOf(block, solver);
  const all = new Float64Array(block.ports.length * steps_count);
  const most = (direction: Float64Array): number | undefined => {
    all.set(direction, port * steps_count);
    return support(all);
  };
  const direction = new Float64Array(steps_count);
  const range: FlexibilityRange = {
    low: new Float64Array(steps_count),
    high: new Float64Array(steps_count),
    energyLow: new Float64Array(steps_count),
    energyHigh: new Float64Array(steps_count),
  };
  for (let t = 0; t < steps_count; t++) {
    direction.fill(0);
    direction[t] = 1;
    const high = most(direction);
    if (high === undefined) return undefined;
    range.high[t] = high;
    range.low[t] = -(most(direction.map((d) => -d)) as number);
    direction.fill(dt_h, 0, t + 1);
    range.energyHigh[t] = most(direction) as number;
    range.energyLow[t] = -(most(direction.map((d) => -d)) as number);
  }
  return range;
}

/**
 * The support function of a block: direction ↦ max Σ_i d_i·x_i over its port values, flat [port][t]. Costs play no part.
 * Infinity when there is no limit, undefined when nothing is feasible. Never below the true maximum.
 */
export function supportOf(block: Block, solver: ReadySolver): (direction: Float64Array) => number | undefined {
  if (!solver.sequence) {
    throw new CombinationError({
      code: 'ORACLE_NEEDS_SEQUENCE',
      message: 'This solver cannot be asked the same question again and again',
      where: block.name,
      hint: 'Choose the solver interior-point.',
    });
  }
  const steps_count = block.ports[0].offset.length;
  const rowsOf = block.ports.map(({ map }) => transpose(map));
  const cost = new Float64Array(block.program.cost.length);
  const sequence = solver.sequence({ ...block.program, cost, quadratic: undefined, integer: undefined, offset: 0 });
  return (direction) => {
    cost.fill(0);
    let constant = 0;
    block.ports.forEach(({ offset }, k) => {
      const rows = rowsOf[k];
      for (let t = 0; t < steps_count; t++) {
        const d = direction[k * steps_count + t];
        constant += d * offset[t];
        for (let p = rows.colStart[t]; p < rows.colStart[t + 1]; p++) cost[rows.rowIndex[p]] -= d * rows.values[p];
      }
    });
    if (cost.length === 0) return constant;
    const found = sequence.solve({ cost });
    if (found.status === 'infeasible') return undefined;
    if (found.status === 'unbounded') return Number.POSITIVE_INFINITY;
    // The dual bound, not the primal value: the true maximum is never above it.
    return constant - Math.min(found.objective, found.bound);
  };
}
