import { cohortDefaults, negotiateCohorts, ownMemory, randomNetwork } from '@gridflock/core';
import { describe, expect, it } from 'vitest';

// The compiled host, because a thread starts from a compiled script.
const { negotiateInThreads, sharedMemory }: typeof import('../../packages/host/src/cohorts/threads.ts') = await import(
  new URL('../../packages/host/dist/cohorts/threads.js', import.meta.url).href
);

describe('negotiateInThreads', () => {
  const options = { nets_count: 700, seed: 3 };
  const alone = negotiateCohorts(randomNetwork(options));

  it.each([1, 2, 3])('gives with %i threads the bits of one', async (threads_count) => {
    const result = await negotiateInThreads(randomNetwork(options, sharedMemory()), cohortDefaults, threads_count);
    expect(result.status).toBe('agreed');
    expect(result.iterations_count).toBe(alone.iterations_count);
    expect([...result.checkpoint.power_kW]).toEqual([...alone.checkpoint.power_kW]);
    expect([...result.price_cur_per_kWh]).toEqual([...alone.price_cur_per_kWh]);
    expect(result.bound_cur).toBe(alone.bound_cur);
  });

  it('ends its threads when it is stopped, and goes on from there with any other number of them', async () => {
    let count = 0;
    const problem = randomNetwork(options, sharedMemory());
    const stopped = await negotiateInThreads(problem, cohortDefaults, 2, { shouldStop: () => ++count === 20 });
    expect(stopped.status).toBe('stopped');
    const resumed = await negotiateInThreads(problem, cohortDefaults, 3, { resume: stopped.checkpoint });
    expect([...resumed.checkpoint.power_kW]).toEqual([...alone.checkpoint.power_kW]);
  });

  it('refuses what threads cannot share', async () => {
    await expect(negotiateInThreads(randomNetwork(options, ownMemory), cohortDefaults, 2)).rejects.toThrow('[COHORT_MEMORY]');
    const problem = randomNetwork(options, sharedMemory());
    const foreign = { ...problem, cohorts: problem.cohorts.map((cohort) => ({ ...cohort, form: { ...cohort.form } })) };
    await expect(negotiateInThreads(foreign, cohortDefaults, 2)).rejects.toThrow('[COHORT_FORM]');
  });
});
