import { readNetworkDocument } from '../../network/read-document.ts';
import { ieee33 } from '../../networks/ieee33/network.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import type { VoltVarCase } from '../case.ts';
import { ieee33VoltVarCase } from '../ieee33-case.ts';
import type { VoltVarProblem } from '../volt-var-problem.ts';

export const base = readNetworkDocument(ieee33.document);

/** Evening, noon and night: one period per hour, all zones alike. */
export function hoursOf(load: readonly number[], sun: readonly number[]): VoltVarCase {
  const thrice = (values: readonly number[]): Float64Array => Float64Array.from(values.flatMap((value) => [value, value, value]));
  return ieee33VoltVarCase(base, { hours_count: load.length, periodsPerHour_count: 1, load_frac: thrice(load), sun_frac: thrice(sun) });
}

/** Loss alone as the cost. */
export function lossOnly({ problem, loss }: VoltVarProblem): TwoStage {
  return { ...problem, cost: problem.cost.map((value, j) => value + loss.recourse[j]) };
}
