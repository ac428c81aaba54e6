import type { GeneratorCost } from '../../network/network.ts';
import { costColumn } from './columns.ts';
import type { CaseFields } from './run.ts';
import type { SourceText } from './syntax.ts';
import { type CaseTable, tableOf } from './tables.ts';

/**
 * The cost of active power of each generator: MW to kW, so a coefficient of degree d is divided by 1000^d.
 * A second half of the table (reactive power) is left to `reportUnused`.
 * @throws {InputError} MATPOWER_COST_INVALID, MATPOWER_COLUMNS
 */
export function readCosts(source: SourceText, content: CaseFields, generators_count: number): (GeneratorCost | undefined)[] {
  const table = tableOf(source, content, 'gencost');
  if (table === undefined) return [];
  if (table.rows_count !== generators_count && table.rows_count !== 2 * generators_count) {
    throw table.error(
      'MATPOWER_COST_INVALID',
      `"gencost" must have ${generators_count} or ${2 * generators_count} rows, one or two per generator, got ${table.rows_count}`,
      0,
      'Give each row of gen its cost, in the same order.',
    );
  }
  return Array.from({ length: generators_count }, (_, g) => readCost(table, g));
}

function readCost(table: CaseTable, g: number): GeneratorCost {
  const model = table.cell(g, costColumn.model);
  const n = table.cell(g, costColumn.count);
  const fault = (message: string, hint: string) => table.error('MATPOWER_COST_INVALID', message, g, hint);
  if (model !== 1 && model !== 2) {
    throw fault(`The cost model of gen${g + 1} must be 1 (piecewise linear) or 2 (polynomial), got ${model}`, 'Correct the first column.');
  }
  const width_count = model === 1 ? 2 * n : n;
  const least = model === 1 ? 2 : 1;
  if (!Number.isInteger(n) || n < least || costColumn.first + width_count > table.cols_count) {
    throw fault(
      `The cost of gen${g + 1} says ${n} ${model === 1 ? 'points' : 'coefficients'}, but the table has ${table.cols_count} columns`,
      `Correct the fourth column (at least ${least}), or add the missing numbers.`,
    );
  }
  const numbers = Array.from({ length: width_count }, (_, k) =>
    table.finite(g, costColumn.first + k, `Cost number ${k + 1} of gen${g + 1}`),
  );
  if (model === 2) {
    const coefficients = numbers.map((c, k) => c / 1000 ** (n - 1 - k));
    return Object.freeze({ kind: 'polynomial', coefficients: Object.freeze(coefficients) });
  }
  const p_kW = numbers.filter((_, k) => k % 2 === 0).map((p) => p * 1000);
  if (p_kW.some((p, k) => k > 0 && !(p > p_kW[k - 1]))) {
    throw fault(`The cost points of gen${g + 1} must have increasing power`, 'Sort them, and keep one of equal points.');
  }
  return Object.freeze({
    kind: 'piecewise-linear',
    p_kW: Object.freeze(p_kW),
    cost_cur_per_h: Object.freeze(numbers.filter((_, k) => k % 2 === 1)),
  });
}
