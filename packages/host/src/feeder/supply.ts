import type { Case, Generator } from '@gridflock/core';

/** What a kilowatt-hour from a source costs where the file names no price, so that least cost means least supply. */
export const supplyPrice_cur_per_kWh = 1;

/**
 * The balanced equivalent of a feeder with a machine at each of its sources, so that it can be optimised: feeder files name voltages of the supply, and
 * no machine or price. Left as it is where something stands at the slack already.
 */
export function withSupply(value: Case): Case {
  const { network, operatingPoint: point } = value;
  const served = new Set(point.generators.filter(({ inService }) => inService).map(({ bus }) => bus));
  const missing = point.slacks.filter((bus) => !served.has(bus));
  if (value.feeder === undefined || missing.length === 0) return value;
  const supplies = missing.map(
    (bus): Generator => ({
      id: `supply at ${network.buses[bus]?.id ?? ''}`,
      bus,
      p_kW: 0,
      q_kvar: 0,
      p_min_kW: Number.NEGATIVE_INFINITY,
      p_max_kW: Number.POSITIVE_INFINITY,
      q_min_kvar: Number.NEGATIVE_INFINITY,
      q_max_kvar: Number.POSITIVE_INFINITY,
      v_set_pu: point.v_start_pu[bus] ?? 1,
      holdsVoltage: true,
      inService: true,
      cost: { kind: 'polynomial', coefficients: [supplyPrice_cur_per_kWh, 0] },
    }),
  );
  const held = new Map(missing.map((bus) => [bus as number, point.v_start_pu[bus] ?? 1]));
  const buses = network.buses.map((bus, b) => {
    const v_pu = held.get(b);
    return v_pu === undefined ? bus : { ...bus, v_min_pu: v_pu, v_max_pu: v_pu };
  });
  return { ...value, network: { ...network, buses }, operatingPoint: { ...point, generators: [...point.generators, ...supplies] } };
}
