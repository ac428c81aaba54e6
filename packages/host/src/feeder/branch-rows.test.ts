import { type Feeder, prepareThreePhase, type Transformer } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { branchRows, lineCurrent_A, phaseName } from './branch-rows.ts';

const bus = (id: string, v_base_kV: number) => ({ id, v_base_kV });
const at = (index: number, ...conductors: number[]) => ({ bus: index as Feeder['lines'][number]['from']['bus'], conductors });
const winding = (connection: 'wye' | 'delta' | 'coils', terminal: ReturnType<typeof at>, v_rated_kV: number, s_rated_kVA: number) => ({
  ...{ connection, terminal, v_rated_kV, s_rated_kVA, r_frac: 0.005, tap_pu: 1 },
});

/** Split phase: 7.2 kV to twice 120 V, with a load on each half. */
const transformer: Transformer = {
  ...{ id: 'T', cores_count: 1, x_frac: [0.02, 0.02, 0.01], inService: true },
  windings: [winding('wye', at(0, 1, 0), 7.2, 25), winding('coils', at(1, 1, 0), 0.12, 25), winding('coils', at(1, 0, 2), 0.12, 25)],
};
const load = (id: string, conductor: number, kW: number): Feeder['loads'][number] => ({
  ...{ id, connection: 'wye', terminal: at(1, conductor, 0), v_rated_kV: 0.12, inService: true, p_kW: [kW], q_kvar: [0] },
  ...{ pLaw: { exponent: 0 }, qLaw: { exponent: 0 } },
});
const feeder: Feeder = {
  ...{ name: 'house', frequency_Hz: 60, lines: [], switches: [], shunts: [], generators: [], inverters: [], regulators: [] },
  ...{ capacitorControls: [], inverterControls: [], profiles: [], transformers: [transformer] },
  buses: [bus('street', 12.47), bus('house', 0.208)],
  sources: [{ id: 's', terminal: at(0, 1), e_kV: [7.2], angle_deg: [0], inService: true }],
  loads: [load('left', 1, 6), load('right', 2, 3)],
};

describe('rows of branches', () => {
  it('windings at one bus count together, and the first winding once', () => {
    const result = prepareThreePhase(feeder).solve();
    expect(result.status).toBe('converged');
    const rows = [...branchRows(feeder, result)];
    expect(rows.map(({ from, to, conductor }) => [from, to, conductor])).toEqual([
      [0, 1, 1],
      [0, 1, 2],
    ]);
    const [one, two] = rows;
    expect(one!.head!.p_kW).toBeGreaterThan(9);
    expect(two!.head).toBeUndefined();
    expect(one!.tail!.p_kW).toBeCloseTo(-6, 6);
    expect(two!.tail!.p_kW).toBeCloseTo(-3, 6);
    const through = rows.reduce((sum, { head, tail }) => sum + (head?.p_kW ?? 0) + (tail?.p_kW ?? 0), 0);
    expect(through).toBeCloseTo(result.loss_kW, 8);
    // 9 kW of 25 kVA on the high side; 6 kW of 25 kVA in the half
    expect(one!.loading_frac).toBeCloseTo(9 / 25, 1);
    expect(two!.loading_frac).toBeCloseTo(3 / 25, 2);
  });

  it.each([
    [winding('wye', at(0, 1, 2, 3, 0), 0.4, 100), 3, 100 / (Math.sqrt(3) * 0.4)],
    [winding('delta', at(0, 1, 2, 3), 0.4, 100), 3, 100 / (Math.sqrt(3) * 0.4)],
    [winding('wye', at(0, 1, 0), 7.2, 25), 1, 25 / 7.2],
    [winding('delta', at(0, 1, 2), 12.47, 25), 1, 25 / 12.47],
  ])('rated current of a conductor %#', (each, cores, expected_A) => {
    expect(lineCurrent_A(each, cores)).toBeCloseTo(expected_A, 9);
  });

  it('names conductors', () => {
    expect([1, 2, 3, 4, 5, 12].map(phaseName)).toEqual(['a', 'b', 'c', 'n', '5', '12']);
  });
});
