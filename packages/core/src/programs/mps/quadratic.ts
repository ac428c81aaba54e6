import { InputError } from '../../base/errors.ts';
import { shown } from '../source.ts';
import type { MpsState } from './state.ts';

/** One line: column, column, value. In `QSECTION` and `QUADOBJ` each pair stands once, in `QMATRIX` both ways. */
export function readQuadratic(state: MpsState, fields: readonly string[], line: number): void {
  if (fields.length !== 3 && fields.length !== 5) {
    throw state.syntax(line, `A line in ${state.section} has two columns and a value, got ${fields.length} fields`);
  }
  const full = state.section === 'QMATRIX';
  if (state.quadraticIsFull === !full) throw state.twice(line, 'The quadratic objective is given by two sections');
  state.quadraticIsFull = full;
  const i = state.model.column(fields[0], line);
  for (let k = 1; k < fields.length; k += 2) {
    const j = state.model.column(fields[k], line);
    const what = `quadratic coefficient of ${shown(fields[0])} and ${shown(fields[k])}`;
    const value = state.source.number(fields[k + 1], line, what);
    const key = full ? `${i} ${j}` : `${Math.min(i, j)} ${Math.max(i, j)}`;
    const earlier = state.quadratic.get(key);
    if (earlier !== undefined) {
      const also = full || i === j ? '' : '; QUADOBJ holds one triangle only, both stand in QMATRIX';
      throw state.twice(line, `The ${what} is given twice, first in line ${earlier.line}${also}`);
    }
    state.quadratic.set(key, { value, line });
  }
}

/** Puts the entries into the model, as the upper triangle of P. @throws {InputError} PROGRAM_NOT_SYMMETRIC */
export function settleQuadratic(state: MpsState): void {
  const { model, source, quadratic, quadraticIsFull: isFull } = state;
  for (const [key, { value, line }] of quadratic) {
    const [i, j] = key.split(' ').map(Number);
    const mirrored = isFull && i !== j ? (quadratic.get(`${j} ${i}`)?.value ?? 0) : value;
    if (Math.abs(mirrored - value) > 1e-12 * Math.max(Math.abs(value), Math.abs(mirrored))) {
      const [a, b] = [shown(model.columnNames[i]), shown(model.columnNames[j])];
      const message = `QMATRIX must be symmetric: ${a}, ${b} is ${value}, but ${b}, ${a} is ${mirrored}`;
      const hint = 'Give both entries the same value, or only one triangle in QUADOBJ.';
      throw new InputError(source.fault('PROGRAM_NOT_SYMMETRIC', line, message, hint));
    }
    if (!isFull || i <= j) model.quadratic.add(Math.min(i, j), Math.max(i, j), value);
  }
}
