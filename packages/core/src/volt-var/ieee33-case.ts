import type { Network, OperatingPoint } from '../network/network.ts';
import type { VoltVarCase } from './case.ts';

/** Six inverters and two banks; the ids of the buses of Baran and Wu's feeder. */
const inverters = [
  ['8', 700],
  ['14', 500],
  ['18', 400],
  ['22', 400],
  ['25', 600],
  ['33', 600],
] as const;
const banks = ['10', '30'] as const;
/** The trunk and its end; the two laterals near the substation; the lateral with the largest reactive load. */
const zoneOf = (id: number): number => (id <= 18 ? 0 : id <= 25 ? 1 : 2);

/**
 * A reference scenario on the 33-bus feeder, not a published one: the papers of the talk give no data. Ratings, places and zones are chosen
 * here so that every device matters at noon and in the evening; inverters are 1.1 times their modules. Taps of 0.625 %, four steps of 150 kvar per bank.
 * @param network - ieee33
 * @param factors - forecasts [period][zone]
 */
export function ieee33VoltVarCase(
  { network, operatingPoint }: { readonly network: Network; readonly operatingPoint: OperatingPoint },
  factors: Pick<VoltVarCase, 'hours_count' | 'periodsPerHour_count' | 'load_frac' | 'sun_frac'>,
): VoltVarCase {
  const bus = (id: string): number => network.buses.findIndex((each) => each.id === id);
  return {
    ...factors,
    network,
    slack: operatingPoint.slacks[0],
    p_load_kW: operatingPoint.p_kW.map((p) => -p),
    q_load_kvar: operatingPoint.q_kvar.map((q) => -q),
    zone: Int32Array.from(network.buses, ({ id }) => zoneOf(Number(id))),
    zones_count: 3,
    inverters: inverters.map(([id, p_max_kW]) => ({ bus: bus(id), p_max_kW, s_max_kVA: 1.1 * p_max_kW })),
    banks: banks.map((id) => ({ bus: bus(id), step_kvar: 150, steps_count: 4 })),
    taps_pu: Array.from({ length: 17 }, (_, k) => 0.95 + 0.00625 * k),
    tapMoves_max_count: 12,
    bankMoves_max_count: 8,
    v_min_pu: 0.95,
    v_max_pu: 1.05,
    tangents_count: 9,
  };
}
