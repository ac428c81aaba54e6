import { transpose } from '../linalg/sparse.ts';
import type { Block } from '../problem/block.ts';
import type { Oracle } from '../problem/oracle.ts';
import { objectiveOf, type Program } from '../problem/program.ts';
import { type ActiveSetAnswer, DenseActiveSet } from './active-set.ts';
import type { ReadySolver } from './contract.ts';
import { blockOracle, overlapInWords } from './oracle.ts';
import { type Component, componentsOf, denseRows, type Reduction, reduce } from './reduction.ts';

/** A limit that no free column moves may be missed by this much, relative to its size, before the block counts as infeasible. */
const feasibility_frac = 1e-9;
/** Largest number of free columns of a component that the dense kernel is meant for. */
const freeMax_count = 64;

/**
 * The oracle of a block that falls apart into small pieces which its ports determine, such as the wires of a feeder
 * (one piece per step): equality rows are eliminated once, and each proximal step is a small dense projection by a dual
 * active-set method that starts from the rows active last time. Exact, like the generic oracle, and much faster.
 *
 * @returns undefined when the block is not of that kind; take `blockOracle` then
 */
export function reducedOracle(block: Block, dt_h: number, solver: ReadySolver): Oracle | undefined {
  const pieces = piecesOf(block);
  if (!pieces) return undefined;
  const constantPorts = constantPortsOf(block);
  const steps_count = block.ports[0].offset.length;
  const width_count = block.ports.length * steps_count;
  const generic = blockOracle(block, dt_h, solver);
  const x = new Float64Array(block.program.cost.length);
  let lastWasGeneric = true;
  let rhoSeen: Float64Array | undefined;
  const kernels: (DenseActiveSet | undefined)[] = pieces.map(() => undefined);
  let failed = false;

  const prepare = (rho: Float64Array): void => {
    rhoSeen = Float64Array.from(rho);
    const made: { hessian: Float64Array; piece: Piece; kernel: DenseActiveSet }[] = [];
    pieces.forEach((piece, k) => {
      const hessian = hessianOf(piece, rho);
      const same = made.find((m) => sameNumbers(m.hessian, hessian) && sameNumbers(m.piece.limits, piece.limits));
      const kernel = same?.kernel ?? new DenseActiveSet(piece.free_count, hessian, piece.limits);
      if (!same) made.push({ hessian, piece, kernel });
      kernels[k] = kernel;
      piece.warm = undefined;
    });
  };

  const askGeneric = (v: Float64Array, rho: Float64Array, out: Float64Array): boolean => {
    lastWasGeneric = true;
    return generic.prox(v, rho, out);
  };

  return {
    width_count,
    prox(v, rho, out) {
      if (failed) return askGeneric(v, rho, out);
      if (!sameNumbers(rhoSeen, rho)) {
        try {
          prepare(rho);
        } catch {
          // Not strictly convex in the free columns: the generic oracle takes over for good.
          failed = true;
          return askGeneric(v, rho, out);
        }
      }
      lastWasGeneric = false;
      let ok = true;
      for (const { index, value } of constantPorts) out[index] = value;
      for (let k = 0; k < pieces.length; k++) {
        const status = stepOf(pieces[k], kernels[k]!, v, rho, x, out);
        // Not decided is not infeasible: this once the generic oracle answers.
        if (status === 'iteration-limit') return askGeneric(v, rho, out);
        if (status === 'infeasible') ok = false;
      }
      return ok;
    },
    response(price, out) {
      lastWasGeneric = true;
      return generic.response(price, out);
    },
    cost: () => (lastWasGeneric ? generic.cost() : objectiveOf(block.program, x)),
    schedule() {
      if (lastWasGeneric) return generic.schedule();
      return new Map(block.trajectories.map(({ name, columns }) => [name, Float64Array.from(columns, (j) => x[j])]));
    },
    relaxation: () => (lastWasGeneric ? generic.relaxation?.() : overlapInWords(block, x)),
  };
}

/** The best oracle for a block: reduced where it applies, generic otherwise. */
export const oracleFor = (block: Block, dt_h: number, solver: ReadySolver): Oracle =>
  reducedOracle(block, dt_h, solver) ?? blockOracle(block, dt_h, solver);

/** One component in its free columns z: ports S·x + s₀ = portMap·z + portStart, limits l ≤ limits·z ≤ u. */
interface Piece {
  readonly columns: readonly number[];
  readonly reduction: Reduction;
  readonly free_count: number;
  /** Positions in the oracle's vectors of the port values that this piece determines. */
  readonly portIndex: Int32Array;
  /** @shape ports × free */
  readonly portMap: Float64Array;
  readonly portStart: Float64Array;
  /** @shape limits × free */
  readonly limits: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Zᵀ·P·Z and Zᵀ(P·x₀ + c). */
  readonly ownHessian: Float64Array;
  readonly ownGradient: Float64Array;
  readonly gradient: Float64Array;
  warm: Int32Array | undefined;
}

function piecesOf(block: Block): Piece[] | undefined {
  const { program, ports } = block;
  // Cones are curved, and the kernel is for flat limits: the generic oracle takes them.
  if (program.integer || (program.cones && program.cones.length > 0)) return undefined;
  const steps_count = ports[0].offset.length;
  const portOf = new Map<number, { index: number; weight: number }[]>();
  const isPort = new Uint8Array(program.cost.length);
  for (let k = 0; k < ports.length; k++) {
    const rows = transpose(ports[k].map);
    for (let t = 0; t < steps_count; t++) {
      const entries_count = rows.colStart[t + 1] - rows.colStart[t];
      if (entries_count > 1) return undefined;
      if (entries_count === 0) continue;
      const p = rows.colStart[t];
      const j = rows.rowIndex[p];
      isPort[j] = 1;
      portOf.set(j, [...(portOf.get(j) ?? []), { index: k * steps_count + t, weight: rows.values[p] }]);
    }
  }
  if (hasBrokenEmptyRow(program)) return undefined;
  const pieces: Piece[] = [];
  for (const component of componentsOf(program)) {
    const reduction = reduce(program, component, (j) => isPort[j] === 1);
    if (!reduction || reduction.free_count > freeMax_count) return undefined;
    if (reduction.free.some((k) => isPort[component.columns[k]] === 0)) return undefined;
    const piece = pieceOf(block, component, reduction, portOf);
    if (!piece) return undefined;
    pieces.push(piece);
  }
  return pieces;
}

/** Is there a row without entries that 0 does not satisfy? */
function hasBrokenEmptyRow({ rows, rowLower, rowUpper }: Program): boolean {
  const used = new Uint8Array(rows.rows_count);
  for (let k = 0; k < rows.rowIndex.length; k++) if (rows.values[k] !== 0) used[rows.rowIndex[k]] = 1;
  return used.some((flag, i) => flag === 0 && (rowLower[i] > feasibility_frac || rowUpper[i] < -feasibility_frac));
}

/** Port values that no column reaches. */
function constantPortsOf({ ports }: Block): { readonly index: number; readonly value: number }[] {
  return ports.flatMap((port, k) => {
    const rows = transpose(port.map);
    return Array.from(port.offset, (value, t) => ({ index: k * port.offset.length + t, value, t })).filter(
      ({ t }) => rows.colStart[t + 1] === rows.colStart[t],
    );
  });
}

/** @returns undefined when a limit that nothing moves is broken: the generic oracle says so, and can say which */
function pieceOf(
  block: Block,
  component: Component,
  reduction: Reduction,
  portOf: ReadonlyMap<number, readonly { readonly index: number; readonly weight: number }[]>,
): Piece | undefined {
  const { program, ports } = block;
  const { columns } = component;
  const { z, start, free_count: nZ } = reduction;
  const steps_count = ports[0].offset.length;
  const along = (row: Float64Array): Float64Array => timesZ(row, z, nZ);

  const limits: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  let broken = false;
  const limit = (row: Float64Array, l: number, u: number): void => {
    if (l === -Infinity && u === Infinity) return;
    const reduced = along(row);
    const size = Math.sqrt(reduced.reduce((sum, v) => sum + v * v, 0));
    const constant = row.reduce((sum, v, k) => sum + v * start[k], 0);
    let scale = 0;
    for (let k = 0; k < row.length; k++)
      if (row[k] !== 0) for (let c = 0; c < nZ; c++) scale = Math.max(scale, Math.abs(row[k] * z[k * nZ + c]));
    // What cancels to rounding is a constant: it holds or it does not, whatever the ports do.
    if (size <= 1e-12 * scale) {
      const slack = feasibility_frac * (1 + Math.abs(constant));
      if (constant < l - slack || constant > u + slack) broken = true;
      return;
    }
    // Rows of length one: voltages and kilowatts weigh alike in the feasibility test.
    for (const v of reduced) limits.push(v / size);
    lower.push((l - constant) / size);
    upper.push((u - constant) / size);
  };
  const open = component.rows.filter((i) => program.rowLower[i] !== program.rowUpper[i]);
  const rows = denseRows(program.rows, open, columns);
  open.forEach((i, r) => limit(rows.subarray(r * columns.length, (r + 1) * columns.length), program.rowLower[i], program.rowUpper[i]));
  columns.forEach((j, k) => {
    const unit = new Float64Array(columns.length);
    unit[k] = 1;
    limit(unit, program.lower[j], program.upper[j]);
  });

  if (broken) return undefined;

  const touched = columns.flatMap((j, k) => (portOf.get(j) ?? []).map(({ index, weight }) => ({ index, weight, k })));
  const portMap = new Float64Array(touched.length * nZ);
  const portStart = new Float64Array(touched.length);
  touched.forEach(({ index, weight, k }, r) => {
    for (let c = 0; c < nZ; c++) portMap[r * nZ + c] = weight * z[k * nZ + c];
    portStart[r] = weight * start[k] + ports[Math.floor(index / steps_count)].offset[index % steps_count];
  });
  const { ownHessian, ownGradient } = ownTerms(program, columns, z, start, nZ);
  return {
    columns,
    reduction,
    free_count: nZ,
    portIndex: Int32Array.from(touched, ({ index }) => index),
    portMap,
    portStart,
    limits: Float64Array.from(limits),
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    ownHessian,
    ownGradient,
    gradient: new Float64Array(nZ),
    warm: undefined,
  };
}

const timesZ = (row: Float64Array, z: Float64Array, nZ: number): Float64Array => {
  const out = new Float64Array(nZ);
  for (let k = 0; k < row.length; k++) if (row[k] !== 0) for (let c = 0; c < nZ; c++) out[c] += row[k] * z[k * nZ + c];
  return out;
};

function ownTerms(
  program: Program,
  columns: readonly number[],
  z: Float64Array,
  start: Float64Array,
  nZ: number,
): { ownHessian: Float64Array; ownGradient: Float64Array } {
  const nC = columns.length;
  const p = new Float64Array(nC * nC);
  if (program.quadratic) {
    const upperTriangle = denseRows(program.quadratic, columns, columns);
    for (let i = 0; i < nC; i++) for (let j = i; j < nC; j++) p[i * nC + j] = p[j * nC + i] = upperTriangle[i * nC + j];
  }
  const ownHessian = new Float64Array(nZ * nZ);
  const gradient = Float64Array.from(columns, (j) => program.cost[j]);
  for (let i = 0; i < nC; i++) {
    const row = p.subarray(i * nC, (i + 1) * nC);
    const pz = timesZ(row, z, nZ);
    for (let k = 0; k < nC; k++) gradient[i] += row[k] * start[k];
    for (let a = 0; a < nZ; a++) if (z[i * nZ + a] !== 0) for (let b = 0; b < nZ; b++) ownHessian[a * nZ + b] += z[i * nZ + a] * pz[b];
  }
  return { ownHessian, ownGradient: timesZ(gradient, z, nZ) };
}

function hessianOf(piece: Piece, rho: Float64Array): Float64Array {
  const nZ = piece.free_count;
  const hessian = Float64Array.from(piece.ownHessian);
  for (let r = 0; r < piece.portIndex.length; r++) {
    const weight = rho[piece.portIndex[r]];
    for (let a = 0; a < nZ; a++) {
      const wa = weight * piece.portMap[r * nZ + a];
      if (wa !== 0) for (let b = 0; b < nZ; b++) hessian[a * nZ + b] += wa * piece.portMap[r * nZ + b];
    }
  }
  return hessian;
}

function stepOf(
  piece: Piece,
  kernel: DenseActiveSet,
  v: Float64Array,
  rho: Float64Array,
  x: Float64Array,
  out: Float64Array,
): ActiveSetAnswer['status'] {
  const { free_count: nZ, portIndex, portMap, portStart, gradient, reduction, columns } = piece;
  gradient.set(piece.ownGradient);
  for (let r = 0; r < portIndex.length; r++) {
    const i = portIndex[r];
    const pull = rho[i] * (portStart[r] - v[i]);
    for (let c = 0; c < nZ; c++) gradient[c] += pull * portMap[r * nZ + c];
  }
  const answer = kernel.solve(gradient, piece.lower, piece.upper, piece.warm);
  piece.warm = answer.status === 'optimal' && answer.active.length > 0 ? Int32Array.from(answer.active) : undefined;
  for (let r = 0; r < portIndex.length; r++) {
    let value = portStart[r];
    for (let c = 0; c < nZ; c++) value += portMap[r * nZ + c] * answer.x[c];
    out[portIndex[r]] = value;
  }
  for (let k = 0; k < columns.length; k++) {
    let value = reduction.start[k];
    for (let c = 0; c < nZ; c++) value += reduction.z[k * nZ + c] * answer.x[c];
    x[columns[k]] = value;
  }
  return answer.status;
}

function sameNumbers(a: Float64Array | undefined, b: Float64Array): boolean {
  if (!a || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
