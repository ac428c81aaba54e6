import { expect, it } from 'vitest';
import { negotiateCohorts } from './negotiate.ts';
import { randomNetwork } from './random-network.ts';

it('takes as many iterations, ± 30 %, for eight times the size, twice over; the bound stays within 1 %', { timeout: 600_000 }, () => {
  const [small, middle, large] = [500, 4_000, 32_000].map((nets_count) => negotiateCohorts(randomNetwork({ nets_count, seed: 6 })));
  for (const result of [small, middle, large]) {
    expect(result.status).toBe('agreed');
    expect(result.balanced?.imbalance_max_kW).toBeLessThan(1e-9);
    expect(result.balanced?.gap_frac).toBeGreaterThan(-1e-8);
    expect(result.balanced?.gap_frac).toBeLessThan(1e-3);
  }
  expect(Math.abs(middle.iterations_count / small.iterations_count - 1)).toBeLessThan(0.3);
  expect(Math.abs(large.iterations_count / middle.iterations_count - 1)).toBeLessThan(0.3);
});
