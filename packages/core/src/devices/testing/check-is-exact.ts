import { expect } from 'vitest';
import { type RandomStream, randomStream } from '../../base/random.ts';
import { buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import { InteriorPointWorkspace } from '../../solvers/interior-point/workspace.ts';
import type { DeviceKind, ParamTable } from '../contract.ts';
import { readParams } from '../params.ts';
import { hours } from './ask.ts';

/**
 * Holds `check` to the block: parameters drawn at random are refused exactly when the block has no feasible point.
 * Expects that both happen.
 */
export function checkIsExact<T extends ParamTable>(
  given: DeviceKind<T>,
  draw: (stream: RandomStream) => Readonly<Record<string, unknown>>,
  draws_count = 60,
): void {
  const grid = hours(8);
  const stream = randomStream(31);
  const { check, ...lawOnly } = given;
  let refused_count = 0;
  for (let k = 0; k < draws_count; k++) {
    const raw = draw(stream);
    const values = readParams(lawOnly as DeviceKind<T>, raw, { grid, profiles: new Map(), where: 'it' });
    const faults = check?.(values, grid) ?? [];
    const block = buildBlock(
      'it',
      declaration(grid, (m) => given.declare(m, values)),
    );
    const { status } = new InteriorPointWorkspace(block.program).solve();
    expect(['optimal', 'almost-optimal', 'infeasible'], JSON.stringify(raw)).toContain(status);
    expect(faults.length > 0, `${faults.join('; ')} but ${status}: ${JSON.stringify(raw)}`).toBe(status === 'infeasible');
    if (faults.length > 0) refused_count++;
  }
  expect(refused_count).toBeGreaterThan(0);
  expect(refused_count).toBeLessThan(draws_count);
}
