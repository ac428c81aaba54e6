import { SparseBuilder } from '../linalg/sparse.ts';
import type { Block } from './block.ts';
import type { Cone, Program } from './program.ts';

/** A place where ports meet: at every step the port values sum to zero. */
export interface Net {
  readonly name: string;
  /** Positions of block and port. */
  readonly ports: readonly { readonly block: number; readonly port: number }[];
}

/** Blocks side by side in one program, with a balance row per net and step. */
export interface Assembly {
  readonly program: Program;
  readonly blocks: readonly Block[];
  /** First column of each block. */
  readonly columnStart: Int32Array;
  /** Row of net n at step t is balanceRow[n] + t. */
  readonly balanceRow: Int32Array;
}

/**
 * Puts blocks into one program and ties their ports at nets.
 *
 * The dual of a balance row over dt is the price at that net (see `priceAt`).
 */
export function assemble(blocks: readonly Block[], nets: readonly Net[], steps_count: number): Assembly {
  const columnStart = new Int32Array(blocks.length + 1);
  const rowStart = new Int32Array(blocks.length + 1);
  blocks.forEach((block, k) => {
    columnStart[k + 1] = columnStart[k] + block.program.cost.length;
    rowStart[k + 1] = rowStart[k] + block.program.rowLower.length;
  });
  const n = columnStart[blocks.length];
  const m = rowStart[blocks.length] + nets.length * steps_count;
  const rows = new SparseBuilder();
  const squares = new SparseBuilder();
  const cost = new Float64Array(n);
  const lower = new Float64Array(n);
  const upper = new Float64Array(n);
  const integer = new Uint8Array(n);
  const rowLower = new Float64Array(m);
  const rowUpper = new Float64Array(m);
  const cones: Cone[] = [];
  let offset = 0;
  let hasSquares = false;

  blocks.forEach(({ program }, k) => {
    const c0 = columnStart[k];
    const r0 = rowStart[k];
    cost.set(program.cost, c0);
    lower.set(program.lower, c0);
    upper.set(program.upper, c0);
    if (program.integer) integer.set(program.integer, c0);
    rowLower.set(program.rowLower, r0);
    rowUpper.set(program.rowUpper, r0);
    offset += program.offset;
    for (const cone of program.cones ?? []) cones.push({ ...cone, rows: cone.rows.map((i) => r0 + i) });
    rows.place(program.rows, r0, c0);
    if (!program.quadratic) return;
    hasSquares = true;
    squares.place(program.quadratic, c0, c0);
  });

  const balanceRow = new Int32Array(nets.length);
  nets.forEach((net, k) => {
    const r0 = rowStart[blocks.length] + k * steps_count;
    balanceRow[k] = r0;
    for (const { block, port } of net.ports) {
      const { map, offset: constant } = blocks[block].ports[port];
      rows.place(map, r0, columnStart[block]);
      for (let t = 0; t < steps_count; t++) {
        rowLower[r0 + t] -= constant[t];
        rowUpper[r0 + t] -= constant[t];
      }
    }
  });

  const blockOf = (start: Int32Array, index: number): number => {
    let k = 0;
    while (k + 1 < start.length && start[k + 1] <= index) k++;
    return k;
  };
  const program: Program = {
    cost,
    offset,
    quadratic: hasSquares ? squares.build(n, n) : undefined,
    lower,
    upper,
    integer: integer.includes(1) ? integer : undefined,
    rows: rows.build(m, n),
    rowLower,
    rowUpper,
    cones: cones.length > 0 ? cones : undefined,
    columnName(j) {
      const k = blockOf(columnStart, j);
      return blocks[k].program.columnName(j - columnStart[k]);
    },
    rowName(i) {
      const first = rowStart[blocks.length];
      if (i >= first) return `balance ${nets[Math.floor((i - first) / steps_count)].name}[${(i - first) % steps_count}]`;
      const k = blockOf(rowStart, i);
      return blocks[k].program.rowName(i - rowStart[k]);
    },
  };
  return { program, blocks, columnStart, balanceRow };
}

/** The part of a solution that belongs to block k, as a view. */
export const partOf = (assembly: Assembly, x: Float64Array, k: number): Float64Array =>
  x.subarray(assembly.columnStart[k], assembly.columnStart[k + 1]);

/** Values of a port on all steps for a solution of its block. */
export function portValues(block: Block, port: number, x: Float64Array): Float64Array {
  const { map, offset } = block.ports[port];
  const values = Float64Array.from(offset);
  for (let j = 0; j < map.cols_count; j++) {
    for (let p = map.colStart[j]; p < map.colStart[j + 1]; p++) values[map.rowIndex[p]] += map.values[p] * x[j];
  }
  return values;
}

/**
 * Price at net k on each step, in currency per kWh: the balance dual over dt.
 *
 * Balance says Σ ports = 0. Raising its right side by one kW forces one more kW to be injected, which costs the dual.
 */
export function priceAt(assembly: Assembly, rowDual: Float64Array, k: number, steps_count: number, dt_h: number): Float64Array {
  return Float64Array.from({ length: steps_count }, (_, t) => rowDual[assembly.balanceRow[k] + t] / dt_h);
}
