import { SparseBuilder, type SparseMatrix } from '../linalg/sparse.ts';
import { type Affine, at, type Variable } from './affine.ts';
import { BlockBuilder } from './block-builder.ts';
import { bridgeCapability, type CapabilityBridge } from './bridges/capability.ts';
import { bridgeExclusive, type ExclusiveBridge, type RelaxedIntention } from './bridges/exclusive.ts';
import type { Declaration } from './declare.ts';
import { holds } from './discretise.ts';
import type { AffineRow, Program } from './program.ts';

export type { RelaxedIntention } from './bridges/exclusive.ts';

/**
 * A part of an optimisation problem: a program and the ports through which it meets others.
 *
 * A port's value on its steps is `map·x + offset`, in kW or kvar, + into the net that it is attached to.
 */
export interface Block {
  readonly name: string;
  readonly program: Program;
  readonly ports: readonly Port[];
  /** Where the columns of each named trajectory stand, to read a solution by name. */
  readonly trajectories: readonly Trajectory[];
  /** Intentions that were relaxed, or will be by who relaxes whole variables: to be looked at after solving. */
  readonly relaxed: readonly RelaxedIntention[];
}

export interface Port {
  readonly name: string;
  readonly unit: 'kW' | 'kvar';
  /** steps × columns */
  readonly map: SparseMatrix;
  readonly offset: Float64Array;
}

export interface Trajectory {
  readonly name: string;
  readonly role: Variable['role'];
  /** Column of this trajectory at each step. */
  readonly columns: Int32Array;
}

export interface BlockOptions {
  /** How `exclusive` and `whole` are written; default `relaxed`. */
  readonly exclusive?: ExclusiveBridge;
  /** Default a polygon of 16 sides inscribed in the circle. */
  readonly capability?: CapabilityBridge;
}

/**
 * The reading of a declaration that an optimiser takes: exact zero-order hold of the rates on every step.
 *
 * Columns are time-major, so that the matrices are banded.
 * @param name - put before the names of rows and columns
 */
export function buildBlock(name: string, declared: Declaration, options: BlockOptions = {}): Block {
  const { steps_count: nT, dt_h, variables, inputs, states } = declared;
  const build = new BlockBuilder();
  const columns = variables.map(() => new Int32Array(nT));
  const inputOf = new Map(inputs.map((law) => [law.variable.index, law]));
  const stateOf = new Map(states.map((law) => [law.variable.index, law]));
  for (let t = 0; t < nT; t++) {
    for (const variable of variables) {
      const law = inputOf.get(variable.index) ?? stateOf.get(variable.index)!;
      columns[variable.index][t] = build.column(at(law.lower, t), at(law.upper, t), () => `${name}.${variable.name}[${t}]`);
    }
  }

  /** Puts `scale·expression(t)` into a row; returns the constant part. */
  const put = (row: number, expression: Affine, t: number, scale: number): number => {
    for (const { variable, coefficient } of expression.terms) {
      build.entry(row, columns[variable.index][t], scale * at(coefficient, t));
    }
    return scale * at(expression.constant, t);
  };
  const between = (label: string, lower: number, upper: number, fill: (row: number) => number): void => {
    const row = build.row(0, 0, () => `${name}.${label}`);
    const constant = fill(row);
    build.rowLower[row] = lower - constant;
    build.rowUpper[row] = upper - constant;
  };

  // States: x(t) − Φ·x(t−1) − Γ·B·u(t) = Γ·w(t)
  const steps = holds(declared);
  const nX = states.length;
  for (let t = 0; t < nT; t++) {
    const { phi, gamma } = steps[t];
    for (let i = 0; i < nX; i++) {
      const row = build.row(0, 0, () => `${name}.${states[i].variable.name} law[${t}]`);
      let right = 0;
      build.entry(row, columns[states[i].variable.index][t], 1);
      for (let j = 0; j < nX; j++) {
        const previous = phi[i * nX + j];
        if (t === 0) right += previous * states[j].start;
        else build.entry(row, columns[states[j].variable.index][t - 1], -previous);
        const g = gamma[i * nX + j];
        if (g === 0) continue;
        right += g * at(states[j].rate.constant, t);
        for (const { variable, coefficient } of states[j].rate.terms) {
          if (variable.role === 'input') build.entry(row, columns[variable.index][t], -g * at(coefficient, t));
        }
      }
      build.rowLower[row] = right;
      build.rowUpper[row] = right;
    }
  }

  for (const { name: label, of, lower, upper } of declared.rows) {
    for (let t = 0; t < nT; t++) between(`${label}[${t}]`, at(lower, t), at(upper, t), (row) => put(row, of, t, 1));
  }
  for (const { name: label, of, lower, upper, from, to } of declared.totals) {
    between(label, lower, upper, (row) => {
      let constant = 0;
      for (let t = from; t < to; t++) constant += put(row, of, t, dt_h);
      return constant;
    });
  }
  for (const { name: label, of, down_per_h, up_per_h, before } of declared.ramps) {
    for (let t = before === undefined ? 1 : 0; t < nT; t++) {
      between(`${label}[${t}]`, -down_per_h * dt_h, up_per_h * dt_h, (row) => {
        const now = put(row, of, t, 1);
        return t === 0 ? now - before! : now + put(row, of, t - 1, -1);
      });
    }
  }
  const rowAt = ({ terms, constant }: Affine, t: number): AffineRow => ({
    columns: terms.map(({ variable }) => columns[variable.index][t]),
    values: terms.map(({ coefficient }) => at(coefficient, t)),
    constant: at(constant, t),
  });
  for (const { p, q, s_max_kVA } of declared.circles) {
    for (let t = 0; t < nT; t++) {
      bridgeCapability(build, () => `${name}.capability[${t}]`, rowAt(p, t), rowAt(q, t), s_max_kVA, options.capability);
    }
  }

  for (const of of declared.costs) {
    for (let t = 0; t < nT; t++) {
      for (const { variable, coefficient } of of.terms) build.cost[columns[variable.index][t]] += dt_h * at(coefficient, t);
      build.offset += dt_h * at(of.constant, t);
    }
  }
  for (const { weight, of } of declared.squares) {
    for (let t = 0; t < nT; t++) {
      const at_t = (v: Variable) => columns[v.index][t];
      build.square(
        dt_h * at(weight, t),
        of.terms.map((term) => at_t(term.variable)),
        of.terms.map((term) => at(term.coefficient, t)),
        at(of.constant, t),
      );
    }
  }

  const relaxed: RelaxedIntention[] = declared.exclusives.flatMap(([a, b]) =>
    bridgeExclusive(build, name, { a, b, aColumns: columns[a.index], bColumns: columns[b.index] }, options.exclusive),
  );
  for (const { index, name: input } of declared.wholes) {
    if (options.exclusive === 'binary') for (const column of columns[index]) build.integer[column] = 1;
    relaxed.push({ kind: 'whole', a: columns[index], names: [input] });
  }
  const width = build.lower.length;
  return {
    name,
    program: build.program(),
    ports: [portOf('p', 'kW', declared.p_kW, columns, nT, width), portOf('q', 'kvar', declared.q_kvar, columns, nT, width)],
    trajectories: variables.map((v) => ({ name: v.name, role: v.role, columns: columns[v.index] })),
    relaxed,
  };
}

function portOf(
  name: string,
  unit: Port['unit'],
  parts: readonly Affine[],
  columns: readonly Int32Array[],
  nT: number,
  width: number,
): Port {
  const map = new SparseBuilder();
  const offset = new Float64Array(nT);
  for (const part of parts) {
    for (let t = 0; t < nT; t++) {
      for (const { variable, coefficient } of part.terms) map.add(t, columns[variable.index][t], at(coefficient, t));
      offset[t] += at(part.constant, t);
    }
  }
  return { name, unit, map: map.build(nT, width), offset };
}

/** How far the worst of the intentions that may have been relaxed is from holding, and whose it is; undefined when all hold. */
export function largestOverlap(block: Block, x: Float64Array): { readonly names: readonly string[]; readonly amount: number } | undefined {
  let worst: { names: readonly string[]; amount: number } | undefined;
  for (const intention of block.relaxed) {
    for (let t = 0; t < intention.a.length; t++) {
      const value = x[intention.a[t]];
      const amount = intention.kind === 'whole' ? Math.abs(value - Math.round(value)) : Math.min(value, x[intention.b[t]]);
      if (amount > (worst?.amount ?? 0)) worst = { names: intention.names, amount };
    }
  }
  return worst;
}
