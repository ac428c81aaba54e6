import type { Program } from '../problem/program.ts';

/**
 * A file format for mathematical programmes. Text in, objects out; no disk. Members: mps, lp, cbf.
 * Each passes `conformance.ts`.
 */
export interface ProgramFormat {
  readonly name: string;
  readonly description: string;
  /** File endings, without dot, that suggest this format. */
  readonly endings: readonly string[];
  /** True when the text looks like this format, whatever its file is called. Cheap: looks at the first kilobytes. */
  detects(text: string): boolean;
  /**
   * @throws {InputError} PROGRAM_*, FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG, with file:line and cure
   * @throws {CombinationError} PROGRAM_FEATURE_NOT_YET for what the format allows and a `StatedProgram` cannot hold
   */
  read(text: string, options: ReadProgramOptions): StatedProgram;
}

export interface ReadProgramOptions {
  /** Shown in errors. */
  readonly fileName: string;
}

/** A programme as its file states it. */
export interface StatedProgram {
  /** The file's own name for it; empty when it gives none. */
  readonly name: string;
  /** Always to be minimised: what the file maximises is here with the opposite sign. */
  readonly program: Program;
  /** What the file asks for. Objective, bound and duals are reported in this sense. */
  readonly sense: 'minimise' | 'maximise';
  /** Beyond rows and bounds. The rows and columns of a cone are free in `program`. */
  readonly cones: readonly StatedCone[];
  /** What was read in a way that a reader may not expect, each with its line. */
  readonly warnings: readonly string[];
  /** Line of the file where a column or row first stands. */
  columnLine(j: number): number;
  rowLine(i: number): number;
}

/**
 * v ∈ K, where v_k = x_j + offset_k (over columns) or (A·x)_i + offset_k (over rows), with j or i = index_k.
 * @shape index, offset (dimension of the cone)
 */
export interface StatedCone {
  readonly kind: ConeKind;
  readonly over: 'columns' | 'rows';
  readonly index: Int32Array;
  readonly offset: Float64Array;
  /** Weights of a power cone, one for each of its first elements; they need not add up to 1. */
  readonly weights?: Float64Array | undefined;
  /** Where the cone stands in the file. */
  readonly line: number;
}

/**
 * - second-order              v₀ ≥ ‖v₁…‖
 * - rotated-second-order      2·v₀·v₁ ≥ ‖v₂…‖², v₀, v₁ ≥ 0
 * - exponential               v₀ ≥ v₁·exp(v₂/v₁), v₁ > 0, and its closure
 * - power                     Π v_k^(w_k/Σw) ≥ ‖rest‖ over the weighted elements
 * - geometric-mean            (Π v_k)^(1/(d−1)) ≥ |v_{d−1}|
 * - positive-semidefinite     v holds the lower triangle, column by column
 * - scaled-…                  the same, what is off the diagonal times √2
 * - dual-…                    the dual cone
 */
export type ConeKind =
  | 'second-order'
  | 'rotated-second-order'
  | 'exponential'
  | 'dual-exponential'
  | 'power'
  | 'dual-power'
  | 'geometric-mean'
  | 'dual-geometric-mean'
  | 'positive-semidefinite'
  | 'scaled-positive-semidefinite';
