import { CombinationError, NumericalError } from '../base/errors.ts';
import { SparseBuilder, type SparseMatrix, transpose } from '../linalg/sparse.ts';
import { type Block, largestOverlap } from '../problem/block.ts';
import type { Oracle } from '../problem/oracle.ts';
import { objectiveOf, type Program } from '../problem/program.ts';
import type { ReadySolver, Solution, SolveSequence } from './contract.ts';

export interface BlockOracleOptions {
  /** Relative tolerance of each answer. Default 1e-9. */
  readonly tolerance_frac?: number;
}

/** An oracle that can also say what its rows are worth. */
export interface BlockOracle extends Oracle {
  /** Duals of the block's rows at the last answer. */
  rowDual(): Float64Array;
}

/**
 * The generic oracle of any convex block, by a solver of convex quadratic programs. The matrices are analysed once per ρ.
 *
 * A part with whole variables is asked through its relaxation.
 * @param dt_h - length of a step; prices are per kWh, ports are kW
 * @throws {CombinationError} ORACLE_NEEDS_SEQUENCE when the solver cannot solve sequences
 */
export function blockOracle(block: Block, dt_h: number, solver: ReadySolver, options: BlockOracleOptions = {}): BlockOracle {
  // Callers without types forget the solver.
  const sequence = (solver as ReadySolver | undefined)?.sequence;
  if (!sequence) {
    throw new CombinationError({
      code: 'ORACLE_NEEDS_SEQUENCE',
      message: 'This solver cannot be asked the same question again and again',
      where: block.name,
      hint: 'Choose the solver interior-point.',
    });
  }
  const tolerance_frac = options.tolerance_frac ?? 1e-9;
  const { program, ports } = block;
  const steps_count = ports[0].offset.length;
  const width_count = ports.length * steps_count;
  const n = program.cost.length;
  const rowsOf = ports.map((port) => transpose(port.map));
  const offset = new Float64Array(width_count);
  ports.forEach((port, k) => offset.set(port.offset, k * steps_count));
  const relaxed: Program = program.integer ? { ...program, integer: undefined } : program;

  const cost = new Float64Array(n);
  let proximal: SolveSequence | undefined;
  let proximalRho: Float64Array | undefined;
  let free: SolveSequence | undefined;
  let last: Solution | undefined;

  /** cost += Σ_i w_i·S_i */
  const addPorts = (weights: Float64Array): void => {
    for (let k = 0; k < rowsOf.length; k++) {
      const rows = rowsOf[k];
      for (let t = 0; t < steps_count; t++) {
        const w = weights[k * steps_count + t];
        for (let p = rows.colStart[t]; p < rows.colStart[t + 1]; p++) cost[rows.rowIndex[p]] += w * rows.values[p];
      }
    }
  };
  const readPorts = (x: Float64Array, out: Float64Array): void => {
    for (let k = 0; k < rowsOf.length; k++) {
      const rows = rowsOf[k];
      for (let t = 0; t < steps_count; t++) {
        let sum = offset[k * steps_count + t];
        for (let p = rows.colStart[t]; p < rows.colStart[t + 1]; p++) sum += rows.values[p] * x[rows.rowIndex[p]];
        out[k * steps_count + t] = sum;
      }
    }
  };
  const weights = new Float64Array(width_count);

  return {
    width_count,
    prox(v, rho, out) {
      if (n === 0) {
        out.set(offset);
        return true;
      }
      if (!proximal || !sameValues(proximalRho, rho)) {
        proximal = sequence({ ...relaxed, quadratic: withProximalTerm(relaxed, rowsOf, rho, steps_count) });
        proximalRho = Float64Array.from(rho);
      }
      cost.set(program.cost);
      for (let i = 0; i < width_count; i++) weights[i] = rho[i] * (offset[i] - v[i]);
      addPorts(weights);
      let solution = proximal.solve({ cost }, { tolerance_frac });
      if (solution.status === 'failed') {
        // Prices that run away, as in a problem without a solution: begin afresh, and be content with less.
        proximal = sequence({ ...relaxed, cost, quadratic: withProximalTerm(relaxed, rowsOf, rho, steps_count) });
        solution = proximal.solve({}, { tolerance_frac: Math.max(tolerance_frac, 1e-6) });
      }
      last = solution;
      readPorts(solution.x, out);
      return isUsable(solution, block.name);
    },
    response(price, out) {
      cost.set(program.cost);
      let constant = 0;
      for (let i = 0; i < width_count; i++) {
        weights[i] = -dt_h * price[i];
        constant += weights[i] * offset[i];
      }
      if (n === 0) {
        out.set(offset);
        return program.offset + constant;
      }
      free ??= sequence(relaxed);
      addPorts(weights);
      const solution = free.solve({ cost }, { tolerance_frac });
      last = solution;
      readPorts(solution.x, out);
      if (solution.status === 'unbounded') return -Infinity;
      return Math.min(solution.objective, solution.bound) + constant;
    },
    cost() {
      return last ? objectiveOf(program, last.x) : program.offset;
    },
    rowDual: () => last?.rowDual ?? new Float64Array(program.rowLower.length),
    schedule() {
      const x = last?.x ?? new Float64Array(n);
      return new Map(block.trajectories.map(({ name, columns }) => [name, Float64Array.from(columns, (j) => x[j])]));
    },
    relaxation: () => last && overlapInWords(block, last.x),
  };
}

/** Relaxed intentions that overlap at x; undefined when none do. */
export function overlapInWords(block: Block, x: Float64Array): string | undefined {
  const worst = largestOverlap(block, x);
  return worst && worst.amount > 1e-6
    ? `${worst.names[0]} and ${worst.names[1]} overlap by up to ${worst.amount.toPrecision(3)}`
    : undefined;
}

/**
 * False when the part has no feasible plan. An answer that the solver would not call optimal still counts when its
 * residuals, recomputed, are small.
 * @throws {NumericalError} ORACLE_FAILED
 */
function isUsable({ status, certificate }: Solution, name: string): boolean {
  if (status === 'infeasible') return false;
  if (status === 'optimal' || status === 'almost-optimal') return true;
  const { primalResidual, dualResidual, gap } = certificate;
  if (Math.max(primalResidual, dualResidual, gap) < 1e-5) return true;
  throw new NumericalError({
    code: 'ORACLE_FAILED',
    message: `The best answer of "${name}" could not be computed: status ${status}, residuals ${primalResidual.toExponential(1)} and ${dualResidual.toExponential(1)}`,
    where: name,
    hint: 'Look for parameters of very different size in this device.',
  });
}

/** P + Σ ρ_i·S_iᵀS_i, upper triangle. */
function withProximalTerm(program: Program, rowsOf: readonly SparseMatrix[], rho: Float64Array, steps_count: number): SparseMatrix {
  const n = program.cost.length;
  const sum = new SparseBuilder();
  const p = program.quadratic;
  if (p) for (let j = 0; j < n; j++) for (let k = p.colStart[j]; k < p.colStart[j + 1]; k++) sum.add(p.rowIndex[k], j, p.values[k]);
  rowsOf.forEach((rows, port) => {
    for (let t = 0; t < steps_count; t++) {
      const weight = rho[port * steps_count + t];
      for (let a = rows.colStart[t]; a < rows.colStart[t + 1]; a++) {
        for (let b = a; b < rows.colStart[t + 1]; b++) {
          sum.add(rows.rowIndex[a], rows.rowIndex[b], weight * rows.values[a] * rows.values[b]);
        }
      }
    }
  });
  return sum.build(n, n);
}

function sameValues(a: Float64Array | undefined, b: Float64Array): boolean {
  if (!a || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
