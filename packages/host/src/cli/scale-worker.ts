/** The thread in which `gridflock scale` negotiates; started by scale-thread.ts. */
import { type Checkpoint, type CohortProblem, type CohortResult, cohortDefaults } from '@gridflock/core';
import { readCheckpoint, writeCheckpoint } from '../cohorts/checkpoint-file.ts';
import { buildInstance, type CohortInstance, firstRho } from '../cohorts/instance.ts';
import { negotiateInThreads, sharedMemory } from '../cohorts/threads.ts';
import { serveOrder } from './order-worker.ts';
import type { PriceRange, ScaleNews, ScaleOrder, ScaleOutcome } from './scale-thread.ts';

await serveOrder(scale);

async function scale(order: ScaleOrder, tell: (news: ScaleNews) => void): Promise<ScaleOutcome> {
  const saved = order.resume === undefined ? undefined : readCheckpoint(order.resume);
  const instance = (saved?.instance ?? order.instance) as CohortInstance;
  const memory_count = order.memory_count ?? saved?.memory_count ?? cohortDefaults.memory_count;
  const begun_ms = performance.now();
  const problem = buildInstance(instance, sharedMemory());
  const build_ms = performance.now() - begun_ms;
  const size = sizeOf(problem);
  tell({ type: 'built', size });
  const stop = new Int32Array(order.stop);
  const save = (checkpoint: Omit<Checkpoint, 'power_kW'>): void => {
    if (order.checkpoint === undefined) return;
    writeCheckpoint(order.checkpoint, { instance, memory_count, checkpoint });
    tell({ type: 'saved', iterations_count: checkpoint.iterations_count });
  };
  let saved_ms = performance.now();
  let iterated_ms = 0;
  const started_ms = performance.now();
  const options = {
    ...cohortDefaults,
    rho: firstRho(instance),
    tolerance_frac: order.tolerance_frac,
    iterations_max_count: order.iterations_max_count,
    memory_count,
  };
  const result = await negotiateInThreads(problem, options, order.threads_count, {
    ...(saved ? { resume: { ...saved.checkpoint, power_kW: new Float64Array(size.values) } } : {}),
    onProgress(progress) {
      iterated_ms = performance.now() - started_ms;
      tell({ type: 'progress', progress });
    },
    onCycle(take) {
      if (order.checkpoint === undefined || performance.now() - saved_ms < 1000 * order.every_s) return;
      save(take());
      saved_ms = performance.now();
    },
    shouldStop: () => Atomics.load(stop, 0) !== 0,
  });
  save(result.checkpoint);
  const all_ms = performance.now() - started_ms;
  return {
    instance,
    size,
    ...figuresOf(problem, result),
    resumedFrom_count: saved?.checkpoint.iterations_count,
    build_ms,
    negotiate_ms: iterated_ms,
    certify_ms: all_ms - iterated_ms,
    resident_MiB: Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

function figuresOf(problem: CohortProblem, result: CohortResult) {
  const { status, iterations_count, last, cost_cur, bound_cur, imbalance_cur, relaxed_kWh, balanced } = result;
  return {
    status,
    iterations_count,
    last,
    cost_cur,
    bound_cur,
    imbalance_cur,
    relaxed_kWh,
    balanced: balanced && { cost_cur: balanced.cost_cur, gap_frac: balanced.gap_frac, imbalance_max_kW: balanced.imbalance_max_kW },
    prices: pricesOf(problem, result.price_cur_per_kWh),
  };
}

function sizeOf({ nets_count, cohorts, terminals_count, steps_count }: CohortProblem): ScaleOutcome['size'] {
  const devices = cohorts.reduce((sum, { devices_count }) => sum + devices_count, 0);
  return { nets: nets_count, devices, terminals: terminals_count, values: terminals_count * steps_count };
}

function pricesOf({ nets_count, steps_count: T }: CohortProblem, price: Float64Array): PriceRange[] {
  return Array.from({ length: T }, (_, t) => {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let k = t; k < price.length; k += T) {
      const value = price[k] as number;
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
    }
    return { least_cur_per_kWh: least, mean_cur_per_kWh: sum / nets_count, most_cur_per_kWh: most };
  });
}
