import { expect } from 'vitest';
import { CombinationError } from '../../base/errors.ts';
import { catalog } from '../../catalog.ts';
import { type Document, run } from './studies.ts';

/** Four buses with room for every device's example: 10 MVA base, 20 kV. */
const feeder = `gridflock: network/1
name: roomy
s_base_kVA: 10000
slacks: { columns: [bus, v_set_pu], rows: [[a, 1.0]] }
buses:
  all: { v_base_kV: 20, v_min_pu: 0.9, v_max_pu: 1.1 }
  columns: [id, p_load_kW, q_load_kvar]
  rows: [[a, 0, 0], [b, 100, 20], [c, 150, 40], [d, 80, 10]]
branches:
  columns: [id, from, to, r_pu, x_pu, s_max_kVA]
  rows: [[ab, a, b, 0.02, 0.03, 5000], [bc, b, c, 0.03, 0.03, 2000], [bd, d, b, 0.03, 0.03, 2000]]
`;

/** A day with the example of a device at the end of the feeder. */
const dayWith = (kind: string, example: object, { formulation, scheme, solver, capability }: Combination): Document => ({
  study: 'negotiate',
  network: 'feeder.yaml',
  time: { start: '2025-01-15T00:00', step_min: 60, days_count: 1 },
  tariff: { buy_cur_per_kWh: { profile: 'price' }, sell_cur_per_kWh: 0.08 },
  profiles: { define: { price: Array.from({ length: 24 }, (_, t) => 0.2 + 0.01 * ((t * 7) % 24)) } },
  upstream: {
    buy_cur_per_kWh: 'price',
    sell_cur_per_kWh: 0.08,
    p_import_max_kW: 3000,
    p_export_max_kW: 3000,
    q_max_kvar: 2000,
  },
  devices: [{ id: 'it', kind, bus: 'c', owner: 'owner', ...example }],
  formulation,
  scheme: { kind: scheme },
  ...(solver === undefined ? {} : { solver, losses: 'ignored' }),
  ...(capability === undefined ? {} : { capability }),
});

/** What a device is combined with. A solver other than the default is asked without priced losses, which are quadratic. */
export interface Combination {
  readonly formulation: string;
  readonly scheme: string;
  readonly solver?: string;
  readonly capability?: 'polygon' | 'cone';
}

/** Runs a combination, or sees it refused with a cure. */
export async function runsOrRefuses(kind: string, combination: Combination): Promise<'ran' | 'refused'> {
  const { example } = catalog.devices.find((device) => device.kind === kind)!;
  try {
    const result = await run(dayWith(kind, example, combination), { 'feeder.yaml': feeder });
    expect(result.status).toBe('ok');
    expect(result.checks.filter((check) => !check.passed)).toEqual([]);
    return 'ran';
  } catch (error) {
    if (!(error instanceof CombinationError)) throw error;
    expect(error.hint, error.message).toBeTruthy();
    return 'refused';
  }
}
