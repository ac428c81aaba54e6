import { shown } from '../source.ts';
import type { MpsState } from './state.ts';

const valued = new Set(['LO', 'UP', 'FX', 'LI', 'UI']);
const bare = new Set(['FR', 'MI', 'PL', 'BV']);
const semicontinuous = new Set(['SC', 'SI', 'SU']);

/** One line of BOUNDS: a type, a set, which may be missing, a column, and a value where the type needs one. */
export function applyBound(state: MpsState, fields: readonly string[], line: number): void {
  const { model, source } = state;
  const type = fields[0].toUpperCase();
  if (semicontinuous.has(type)) throw state.foreign(line, 'semi-continuous variables');
  if (!valued.has(type) && !bare.has(type)) {
    throw state.syntax(line, `The type of a bound must be ${[...valued, ...bare].join(', ')}, got ${shown(fields[0])}`);
  }
  const needsValue = valued.has(type);
  const count = fields.length - (needsValue ? 1 : 0);
  // without a value the set may be missing, and a value that means nothing may stand there
  const at = needsValue ? count - 1 : count > 2 || model.columns.has(fields[2] ?? '') ? 2 : 1;
  if (count < 2 || count > (needsValue ? 3 : 4)) {
    throw state.syntax(
      line,
      `A bound of type ${type} has ${fields.length} fields, expected type, set, column${needsValue ? ' and value' : ''}`,
    );
  }
  if (!state.isFirstSet(at === 2 ? fields[1] : '', line)) return;
  const name = fields[at];
  const j = model.column(name, line);
  const limit = (): number => source.limit(fields[at + 1], line, `bound of ${shown(name)}`);
  if (type === 'LI' || type === 'UI' || type === 'BV') model.whole[j] = 1;
  if (type === 'LO' || type === 'LI') model.bound(j, 'lower', limit(), line);
  else if (type === 'UP' || type === 'UI') {
    const value = limit();
    if (value < 0 && model.lower[j] === 0 && !model.hasLower(j)) {
      model.lower[j] = Number.NEGATIVE_INFINITY;
      model.warnings.push(`"${name}" has a negative upper bound and no lower one: it is taken as free below (line ${line})`);
    }
    model.bound(j, 'upper', value, line);
  } else if (type === 'FX' || type === 'BV') {
    const value = type === 'BV' ? 0 : source.number(fields[at + 1], line, `bound of ${shown(name)}`);
    model.bound(j, 'lower', value, line);
    model.bound(j, 'upper', type === 'BV' ? 1 : value, line);
  } else {
    if (type !== 'PL') model.unbound(j, 'lower');
    if (type !== 'MI') model.unbound(j, 'upper');
  }
}
