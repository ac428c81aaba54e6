import { expect } from 'vitest';
import type { StatedProgram } from '../contract.ts';

/** Holds what we read against what HiGHS' own reader makes of the same text. Columns in HiGHS' order, by name. */
export async function mustReadAsHighs(stated: StatedProgram, text: string, format: 'lp' | 'mps'): Promise<void> {
  const found = await import('highs');
  const start = found.default as unknown as typeof found.default.default;
  const library = await start();
  const model = library.createModel();
  try {
    model.options.set({ output_flag: false });
    model.readModel({ format, data: text });
    const theirs = model.getLp('csc');
    const { program, sense } = stated;
    const sign = sense === 'maximise' ? -1 : 1;
    expect([theirs.numCols, theirs.numRows]).toEqual([program.cost.length, program.rowLower.length]);
    const near = (ours: Float64Array, other: ArrayLike<number>, factor = 1): void =>
      ours.forEach((value, k) => expect(factor * value, `${k}`).toBeCloseTo(Number(other[k]), 9));
    near(program.cost, theirs.colCost, sign);
    near(program.lower, theirs.colLower);
    near(program.upper, theirs.colUpper);
    near(program.rowLower, theirs.rowLower);
    near(program.rowUpper, theirs.rowUpper);
    expect(sign * program.offset).toBeCloseTo(theirs.offset, 9);
    const { values } = program.rows;
    expect(values.length).toBe(theirs.matrix.values.length);
  } finally {
    model.dispose();
  }
}
