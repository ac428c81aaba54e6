import { expect, it } from 'vitest';
import { Balance } from './balance.ts';
import { buildJacobian, fillJacobian } from './jacobian.ts';
import { busRole } from './setpoints.ts';
import { line, networkOf } from './testing/random-networks.ts';
import { buildWires } from './wires.ts';

it('equals central differences of the injections, whatever the roles', () => {
  const network = networkOf(
    5,
    [
      line('a', 0, 1, 0.01, 0.03, { b_pu: 0.1 }),
      line('b', 1, 2, 0.02, 0.05, { ratio: 0.97, shift_deg: 7 }),
      line('c', 3, 2, 0.02, 0.04),
      line('c2', 2, 3, 0.03, 0.02, { ratio: 1.02 }),
      line('d', 3, 0, 0.01, 0.06),
    ],
    [{ bus: 2, g_pu: 0.02, b_pu: 0.3 }],
  );
  const balance = new Balance(buildWires(network, [4]));
  const role = Uint8Array.of(busRole.slack, busRole.pq, busRole.pv, busRole.pq, busRole.isolated);
  const jacobian = buildJacobian(balance, role);
  expect(jacobian.size).toBe(5);
  const v = Float64Array.of(1.02, 0.95, 1.01, 0.9, 0);
  const theta = Float64Array.of(0, -0.1, 0.2, -0.3, 0);
  balance.evaluate(v, theta);
  fillJacobian(jacobian, balance, v);

  const { pattern, values, thetaAt, vAt } = jacobian;
  const dense = Array.from({ length: 5 }, () => new Float64Array(5));
  for (let j = 0; j < 5; j++) {
    for (let p = pattern.colStart[j]; p < pattern.colStart[j + 1]; p++) dense[pattern.rowIndex[p]][j] = values[p];
  }
  const h = 1e-6;
  const injections = (move: (sign: number) => void): Float64Array[] =>
    [1, -1].map((sign) => {
      move(sign);
      balance.evaluate(v, theta);
      const found = Float64Array.of(...balance.p, ...balance.q);
      move(-sign);
      return found;
    });
  for (let b = 0; b < 5; b++) {
    const columns: [number, (sign: number) => void][] = [
      [
        thetaAt[b],
        (sign) => {
          theta[b] += sign * h;
        },
      ],
      [
        vAt[b],
        (sign) => {
          v[b] *= sign > 0 ? 1 + h : 1 / (1 + h);
        },
      ],
    ];
    for (const [column, move] of columns) {
      if (column < 0) continue;
      const [up, down] = injections(move);
      for (let i = 0; i < 5; i++) {
        if (thetaAt[i] >= 0) expect(dense[thetaAt[i]][column]).toBeCloseTo((up[i] - down[i]) / (2 * h), 4);
        if (vAt[i] >= 0) expect(dense[vAt[i]][column]).toBeCloseTo((up[5 + i] - down[5 + i]) / (2 * h), 4);
      }
    }
  }
});
