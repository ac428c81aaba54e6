/**
 * Follows a law that has no closed form: its block over the whole horizon, with the inputs of the steps that are over held at what they
 * were. What the ports can be on the next step is the projection of a polytope onto (p, q), found by support functions: every edge
 * between two known corners is asked whether the set reaches beyond it. Circles are polygons of 64 sides inside (`bridges/capability`),
 * so that the region promises nothing that cannot be kept and gives away 0.12 % of the radius at most.
 *
 * The program has for each port and step a row S·x − y₊ + y₋ = r with y ≥ 0; rows are free and y = 0 except on the step that is carried out: what is
 * injected is the point of the polytope with the least y.
 * @cost one linear program per corner of the region, and one per step that is carried out
 */
import { BugError, CombinationError, NumericalError } from '../base/errors.ts';
import { SparseBuilder, type SparseMatrix } from '../linalg/sparse.ts';
import { at } from '../problem/affine.ts';
import { type Block, buildBlock, type Port } from '../problem/block.ts';
import type { Declaration } from '../problem/declare.ts';
import { type Hold, holds } from '../problem/discretise.ts';
import type { Program } from '../problem/program.ts';
import type { ProgramUpdate, ReadySolver, Solution } from '../solvers/contract.ts';
import { refineDirections } from './directions.ts';
import type { Follower } from './follower.ts';
import { noPlan } from './no-plan.ts';
import { regionOfPolygon } from './polygon.ts';
import { project } from './project.ts';
import type { PowerPoint, PowerRegion, PowerWeights } from './region.ts';

const SIDES_count = 64;

export function followProgram(id: string, declared: Declaration, because: string, solver: ReadySolver | undefined): Follower {
  if (declared.exclusives.length > 0) {
    throw new CombinationError({
      code: 'FLEXIBILITY_LAW',
      message: `"${id}" cannot be followed: ${because}, and inputs that exclude each other make what it can inject neither an interval nor convex`,
      where: id,
      hint: 'Give the law one store that two inputs fill and empty, or leave the exclusion to the cost of losses.',
    });
  }
  if (!solver) {
    throw new CombinationError({
      code: 'FLEXIBILITY_LAW',
      message: `"${id}" cannot be followed in closed form: ${because}`,
      where: id,
      hint: 'Hand in a solver of linear programs.',
    });
  }
  const law = new ProgramLaw(id, declared, solver);
  const follower = new ProgramFollower(law, []);
  if (declared.steps_count > 0) follower.region();
  return follower;
}

/** The block with rows at its ports; shared by copies of a follower. */
class ProgramLaw {
  readonly id: string;
  readonly declared: Declaration;
  readonly held: readonly Hold[];
  readonly size_kVA: number;
  private readonly block: Block;
  private readonly program: Program;
  private readonly columns_count: number;
  private readonly rows_count: number;
  private readonly portRows: readonly SparseMatrix[];
  private readonly run: (update: ProgramUpdate) => Solution;

  constructor(id: string, declared: Declaration, solver: ReadySolver) {
    this.id = id;
    this.declared = declared;
    this.held = holds(declared);
    this.block = buildBlock(id, declared, { capability: { sides_count: SIDES_count } });
    this.columns_count = this.block.program.cost.length;
    this.rows_count = this.block.program.rowLower.length;
    this.portRows = this.block.ports.map(({ map }) => byStep(map));
    this.program = withPortRows(this.block, declared.steps_count);
    const sequence = solver.sequence?.(this.program);
    this.run = sequence ? (update) => sequence.solve(update, TIGHT) : (update) => solver.solve({ ...this.program, ...update }, TIGHT);
    let size = 1;
    for (const { offset } of this.block.ports) for (const v of offset) size = Math.max(size, Math.abs(v));
    for (const { lower, upper } of declared.inputs) {
      for (let t = 0; t < declared.steps_count; t++) {
        for (const limit of [at(lower, t), at(upper, t)]) if (Number.isFinite(limit)) size = Math.max(size, Math.abs(limit));
      }
    }
    this.size_kVA = size;
  }

  /** The farthest point of (p, q) on a step in a direction, after these inputs. */
  support(past: readonly Float64Array[], t: number, cos: number, sin: number): PowerPoint {
    const cost = new Float64Array(this.program.cost.length);
    [cos, sin].forEach((weight, port) => {
      const rows = this.portRows[port];
      for (let k = rows.colStart[t]; k < rows.colStart[t + 1]; k++) cost[rows.rowIndex[k]] -= weight * rows.values[k];
    });
    const { x } = this.solve({ ...this.limits(past), cost }, t);
    return { p_kW: this.portAt(0, t, x), q_kvar: this.portAt(1, t, x) };
  }

  /** Inputs of a step with which the ports come nearest to a point. */
  inputsFor(past: readonly Float64Array[], t: number, { p_kW, q_kvar }: PowerPoint): Float64Array {
    const nT = this.declared.steps_count;
    const cost = new Float64Array(this.program.cost.length);
    const update = this.limits(past);
    [p_kW, q_kvar].forEach((value, port) => {
      const row = this.rows_count + port * nT + t;
      update.rowLower[row] = update.rowUpper[row] = value - this.block.ports[port].offset[t];
      const y = this.columns_count + 2 * (port * nT + t);
      cost[y] = cost[y + 1] = 1;
      update.upper[y] = update.upper[y + 1] = 100 * this.size_kVA;
    });
    const { x } = this.solve({ ...update, cost }, t);
    return Float64Array.from(this.declared.inputs, ({ variable, lower, upper }) =>
      Math.min(Math.max(x[this.block.trajectories[variable.index].columns[t]], at(lower, t)), at(upper, t)),
    );
  }

  /** What the ports are with these inputs. */
  injected(inputs: Float64Array, t: number): PowerPoint {
    const value = (port: number): number => {
      const rows = this.portRows[port];
      let sum = this.block.ports[port].offset[t];
      this.declared.inputs.forEach(({ variable }, i) => {
        const column = this.block.trajectories[variable.index].columns[t];
        for (let k = rows.colStart[t]; k < rows.colStart[t + 1]; k++) if (rows.rowIndex[k] === column) sum += rows.values[k] * inputs[i];
      });
      return sum;
    };
    return { p_kW: value(0), q_kvar: value(1) };
  }

  /** Bounds and right sides with past inputs held; the states follow from them and need no limits any more. */
  private limits(past: readonly Float64Array[]) {
    const lower = this.program.lower.slice();
    const upper = this.program.upper.slice();
    past.forEach((inputs, t) => {
      this.declared.inputs.forEach(({ variable }, i) => {
        const column = this.block.trajectories[variable.index].columns[t];
        lower[column] = upper[column] = inputs[i];
      });
      for (const { variable } of this.declared.states) {
        const column = this.block.trajectories[variable.index].columns[t];
        lower[column] = Number.NEGATIVE_INFINITY;
        upper[column] = Number.POSITIVE_INFINITY;
      }
    });
    return { lower, upper, rowLower: this.program.rowLower.slice(), rowUpper: this.program.rowUpper.slice() };
  }

  private solve(update: ProgramUpdate, t: number): Solution {
    const solution = this.run(update);
    if (solution.status === 'infeasible') throw noPlan(this.id, t);
    if (solution.status !== 'optimal' && solution.status !== 'almost-optimal') {
      throw new NumericalError({
        code: 'ORACLE_FAILED',
        message: `What "${this.id}" can inject on step ${t} could not be computed: status ${solution.status}`,
        where: this.id,
        hint: 'Look for an input without limits that makes power, or for parameters of very different size.',
      });
    }
    return solution;
  }

  private portAt(port: number, t: number, x: Float64Array): number {
    const rows = this.portRows[port];
    let sum = this.block.ports[port].offset[t];
    for (let k = rows.colStart[t]; k < rows.colStart[t + 1]; k++) sum += rows.values[k] * x[rows.rowIndex[k]];
    return sum;
  }
}

const TIGHT = { tolerance_frac: 1e-10 };

/** Steps × columns turned around: column t lists the entries of step t. */
function byStep(map: SparseMatrix): SparseMatrix {
  const turned = new SparseBuilder();
  for (let j = 0; j < map.cols_count; j++)
    for (let k = map.colStart[j]; k < map.colStart[j + 1]; k++) turned.add(j, map.rowIndex[k], map.values[k]);
  return turned.build(map.cols_count, map.rows_count);
}

function withPortRows({ program, ports }: Block, nT: number): Program {
  const n = program.cost.length;
  const m = program.rowLower.length;
  const extra = 2 * nT;
  const rows = new SparseBuilder();
  const copy = (matrix: SparseMatrix, below: number): void => {
    for (let j = 0; j < matrix.cols_count; j++) {
      for (let k = matrix.colStart[j]; k < matrix.colStart[j + 1]; k++) rows.add(below + matrix.rowIndex[k], j, matrix.values[k]);
    }
  };
  copy(program.rows, 0);
  ports.forEach(({ map }: Port, port) => {
    copy(map, m + port * nT);
  });
  for (let i = 0; i < extra; i++) {
    rows.add(m + i, n + 2 * i, -1);
    rows.add(m + i, n + 2 * i + 1, 1);
  }
  const longer = (values: Float64Array, count: number, fill: number): Float64Array => {
    const made = new Float64Array(values.length + count).fill(fill);
    made.set(values);
    return made;
  };
  return {
    cost: new Float64Array(n + 2 * extra),
    offset: 0,
    lower: longer(program.lower, 2 * extra, 0),
    upper: longer(program.upper, 2 * extra, 0),
    rows: rows.build(m + extra, n + 2 * extra),
    rowLower: longer(program.rowLower, extra, Number.NEGATIVE_INFINITY),
    rowUpper: longer(program.rowUpper, extra, Number.POSITIVE_INFINITY),
    columnName: (j) => (j < n ? program.columnName(j) : `miss ${j - n}`),
    rowName: (i) => (i < m ? program.rowName(i) : `port ${i - m}`),
  };
}

class ProgramFollower implements Follower {
  readonly id: string;
  readonly steps_count: number;
  private readonly law: ProgramLaw;
  /** Inputs of the steps that are over. */
  private readonly past: Float64Array[];
  private x: Float64Array;
  private now: PowerRegion | undefined;

  constructor(
    law: ProgramLaw,
    past: readonly Float64Array[],
    x: Float64Array = Float64Array.from(law.declared.states, ({ start }) => start),
  ) {
    this.id = law.id;
    this.steps_count = law.declared.steps_count;
    this.law = law;
    this.past = [...past];
    this.x = x;
  }

  get step(): number {
    return this.past.length;
  }

  region(): PowerRegion {
    if (this.now) return this.now;
    const t = this.step;
    if (t >= this.steps_count) throw new BugError({ code: 'FLEXIBILITY_OVER', message: `"${this.id}" has no step after its last` });
    const corners: PowerPoint[] = [];
    refineDirections((cos, sin) => {
      corners.push(this.law.support(this.past, t, cos, sin));
      return corners[corners.length - 1];
    }, 1e-6 * this.law.size_kVA);
    // Corners of one place differ by the tolerance of the solver.
    this.now = regionOfPolygon(corners, 1e-7);
    return this.now;
  }

  advance(asked: PowerPoint, weights?: PowerWeights): PowerPoint {
    const t = this.step;
    const inputs = this.law.inputsFor(this.past, t, project(this.region(), asked, weights));
    this.x = this.stateAfter(t, inputs);
    this.past.push(inputs);
    this.now = undefined;
    return this.law.injected(inputs, t);
  }

  private stateAfter(t: number, inputs: Float64Array): Float64Array {
    const { declared, held } = this.law;
    const { phi, gamma } = held[t];
    const n = declared.states.length;
    const next = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      const { rate } = declared.states[j];
      let f = at(rate.constant, t);
      declared.inputs.forEach(({ variable }, i) => {
        const term = rate.terms.find((one) => one.variable === variable);
        if (term) f += at(term.coefficient, t) * inputs[i];
      });
      for (let i = 0; i < n; i++) next[i] += phi[i * n + j] * this.x[j] + gamma[i * n + j] * f;
    }
    return next;
  }

  state(): ReadonlyMap<string, number> {
    return new Map(this.law.declared.states.map(({ variable }, i) => [variable.name, this.x[i]]));
  }

  copy(): Follower {
    return new ProgramFollower(this.law, this.past, this.x);
  }
}
