import { InputError } from '../base/errors.ts';
import { type Affine, type Expression, mul, sum, type Term, type Variable } from './affine.ts';
import type { Block } from './block.ts';
import type { TwoStageModel } from './two-stage.ts';
import type { BlockSlopes, EntrySlope, Slope } from './uncertain-block.ts';

/** When the columns of a block are decided: before anything is known, afterwards, or what is whole before and the rest afterwards. */
export type Decided = 'ahead' | 'later' | 'whole parts ahead';

/** Symbols of a two-stage model, with what is expected of them, in the order in which slopes count them. */
export interface PlacedSymbols {
  readonly variables: readonly Variable[];
  readonly expected: ArrayLike<number>;
}

export interface PlacedBlock {
  readonly columns: readonly Variable[];
  /** What each port gives. [port][step] */
  readonly ports: readonly (readonly Affine[])[];
}

/**
 * Writes a block into a two-stage model, its uncertain numbers with it: a bound that follows a symbol becomes a row, an entry that does becomes a
 * product of a decision and the symbol.
 * @throws {InputError} RECOURSE_WHOLE, RECOURSE_UNCERTAIN, AHEAD_UNCERTAIN
 */
export function placeBlock(
  model: TwoStageModel,
  block: Block,
  decided: Decided,
  uncertain: { readonly slopes: BlockSlopes; readonly symbols: PlacedSymbols } | undefined,
  where: string,
): PlacedBlock {
  const { program, ports } = block;
  if (program.quadratic || program.cones) {
    throw new InputError({
      code: 'RECOURSE_NOT_LINEAR',
      message: `"${block.name}" has ${program.cones ? 'cones' : 'a cost with squares'}, and reactions must be linear`,
      where,
      hint: program.cones ? 'Write inverters as polygons and wires by lindistflow.' : 'Set the quadratic part of the cost to 0.',
    });
  }
  const isAhead = (j: number): boolean => decided === 'ahead' || program.integer?.[j] === 1;
  if (decided === 'later' && program.integer) {
    throw new InputError({
      code: 'RECOURSE_WHOLE',
      message: `"${block.name}" has whole decisions, and what reacts may have none`,
      where,
      hint: 'Let its whole parts be decided ahead, or relax them (exclusive: relaxed).',
    });
  }
  const slopes = uncertain?.slopes;
  const deviation = (list: readonly Slope[]): Affine => deviationOf(list, uncertain?.symbols);
  const lowerOf = grouped(slopes?.lower);
  const upperOf = grouped(slopes?.upper);
  const columns = Array.from(program.cost, (_, j) => {
    const [low, high] = [lowerOf.get(j), upperOf.get(j)];
    const options = {
      lower: low ? Number.NEGATIVE_INFINITY : program.lower[j],
      upper: high ? Number.POSITIVE_INFINITY : program.upper[j],
    };
    const name = program.columnName(j);
    const variable = isAhead(j) ? model.decide(name, { ...options, whole: program.integer?.[j] === 1 }) : model.react(name, options);
    if ((low || high) && isAhead(j)) aheadUncertain(name, where);
    if (low) model.between(`${name} at least`, sum(variable, mul(-1, deviation(low))), program.lower[j], Number.POSITIVE_INFINITY);
    if (high) model.between(`${name} at most`, sum(variable, mul(-1, deviation(high))), Number.NEGATIVE_INFINITY, program.upper[j]);
    return variable;
  });

  /** Terms of a matrix by rows, its uncertain entries as products. */
  const rowsOf = (matrix: Block['program']['rows'], entries: readonly EntrySlope[] | undefined): Term[][] => {
    const byRow: Term[][] = Array.from({ length: matrix.rows_count }, () => []);
    for (let j = 0; j < matrix.cols_count; j++) {
      for (let p = matrix.colStart[j]; p < matrix.colStart[j + 1]; p++) {
        if (matrix.values[p] !== 0) byRow[matrix.rowIndex[p]].push({ variable: columns[j], coefficient: matrix.values[p] });
      }
    }
    for (const { row, column, symbol, value } of entries ?? []) {
      const { variables, expected } = uncertain!.symbols;
      if (!isAhead(column)) recourseUncertain(program.columnName(column), where);
      byRow[row].push({ variable: columns[column], coefficient: -value * expected[symbol] });
      byRow[row].push({ variable: model.times(columns[column], variables[symbol]), coefficient: value });
    }
    return byRow;
  };

  const [rowLowerOf, rowUpperOf] = [grouped(slopes?.rowLower), grouped(slopes?.rowUpper)];
  rowsOf(program.rows, slopes?.rows).forEach((terms, i) => {
    const [lower, upper] = [program.rowLower[i], program.rowUpper[i]];
    const name = (): string => program.rowName(i);
    const [low, high] = [rowLowerOf.get(i) ?? [], rowUpperOf.get(i) ?? []];
    const of: Affine = { terms, constant: 0 };
    if (sameSlopes(low, high)) {
      model.between(name, low.length > 0 ? sum(of, mul(-1, deviation(low))) : merged(of), lower, upper);
      return;
    }
    if (lower > Number.NEGATIVE_INFINITY) model.between(name, sum(of, mul(-1, deviation(low))), lower, Number.POSITIVE_INFINITY);
    if (upper < Number.POSITIVE_INFINITY) model.between(name, sum(of, mul(-1, deviation(high))), Number.NEGATIVE_INFINITY, upper);
  });

  const priced: Term[] = [];
  program.cost.forEach((cost, j) => {
    if (cost !== 0) priced.push({ variable: columns[j], coefficient: cost });
  });
  for (const { at: j, symbol, value } of slopes?.cost ?? []) {
    if (!isAhead(j)) recourseUncertain(program.columnName(j), where);
    priced.push({ variable: columns[j], coefficient: -value * uncertain!.symbols.expected[symbol] });
    priced.push({ variable: model.times(columns[j], uncertain!.symbols.variables[symbol]), coefficient: value });
  }
  model.cost(sum({ terms: priced, constant: program.offset }, deviation(slopes?.offset ?? [])));

  return {
    columns,
    ports: ports.map(({ map, offset }, k) => {
      const moved = grouped(slopes?.portOffset[k]);
      return rowsOf(map, slopes?.portMap[k]).map((terms, t) => sum({ terms, constant: offset[t] }, deviation(moved.get(t) ?? [])));
    }),
  };
}

/** Σ slope·(u − û) */
function deviationOf(list: readonly Slope[], symbols: PlacedSymbols | undefined): Affine {
  const parts: Expression[] = list.map(({ symbol, value }) =>
    sum(mul(value, symbols!.variables[symbol]), -value * symbols!.expected[symbol]),
  );
  return sum(...parts);
}

/** Terms of one variable together. */
const merged = (of: Affine): Affine => sum(of);

function grouped(list: readonly Slope[] | undefined): ReadonlyMap<number, readonly Slope[]> {
  const groups = new Map<number, Slope[]>();
  for (const slope of list ?? []) {
    const group = groups.get(slope.at);
    if (group) group.push(slope);
    else groups.set(slope.at, [slope]);
  }
  return groups;
}

const sameSlopes = (a: readonly Slope[], b: readonly Slope[]): boolean =>
  a.length === b.length &&
  a.every(({ symbol, value }, k) => b[k].symbol === symbol && Math.abs(b[k].value - value) <= 1e-12 * Math.abs(value));

function aheadUncertain(column: string, where: string): never {
  throw new InputError({
    code: 'AHEAD_UNCERTAIN',
    message: `"${column}" is decided ahead, and its limit is not known then`,
    where,
    hint: 'Let the device react (decided: later), or make another parameter uncertain.',
  });
}

function recourseUncertain(column: string, where: string): never {
  throw new InputError({
    code: 'RECOURSE_UNCERTAIN',
    message: `An uncertain number multiplies "${column}", which reacts: recourse would not be fixed`,
    where,
    hint: 'Decide it ahead, or make another parameter uncertain.',
  });
}
