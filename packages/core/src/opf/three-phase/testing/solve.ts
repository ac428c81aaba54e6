import type { Feeder } from '../../../network/feeder/feeder.ts';
import { prepareThreePhase } from '../../../powerflows/three-phase/three-phase.ts';
import { interiorPoint } from '../../../solvers/interior-point/interior-point.ts';
import type { FeederOpfPlace, FeederOpfResult } from '../result.ts';
import type { FeederOpfOptions, FeederOpfServices } from '../settings.ts';
import { solveFeederOpf } from '../solve.ts';

export const services: FeederOpfServices = {
  solver: interiorPoint(),
  powerFlow: (feeder) => prepareThreePhase(feeder, { controls: false, tolerance_frac: 1e-11 }),
};

export const solve = (feeder: Feeder, options: FeederOpfOptions = {}): Promise<FeederOpfResult> =>
  solveFeederOpf(feeder, services, options);

/** The feeder with that much more constant power taken from a phase to earth. */
export function withDemand(feeder: Feeder, bus: number, conductor: number, p_kW: number, q_kvar = 0): Feeder {
  const power = { z_frac: 0, i_frac: 0, p_frac: 1 };
  const more = {
    id: 'more',
    connection: 'wye' as const,
    terminal: { bus, conductors: [conductor, 0] },
    v_rated_kV: feeder.buses[bus].v_base_kV / Math.sqrt(3),
    p_kW: [p_kW],
    q_kvar: [q_kvar],
    pLaw: power,
    qLaw: power,
    inService: true,
  };
  return { ...feeder, loads: [...feeder.loads, more] };
}

export function placeOf(feeder: Feeder, result: FeederOpfResult, bus: string, conductor: number): FeederOpfPlace {
  const found = result.places.find((place) => feeder.buses[place.bus].id === bus && place.conductor === conductor);
  if (found === undefined) throw new Error(`no ${bus}.${conductor}`);
  return found;
}

/** Sum of the parts of a price. */
export const partsOf = (place: FeederOpfPlace): number =>
  place.energy_cur_per_kWh + place.loss_cur_per_kWh + place.congestion_cur_per_kWh + place.voltage_cur_per_kWh;

/** Price of active power at each bus, the mean of its phases. */
export function meanPrices(result: FeederOpfResult): number[] {
  const byBus: number[][] = [];
  for (const { bus, price_cur_per_kWh } of result.places) byBus[bus] = [...(byBus[bus] ?? []), price_cur_per_kWh];
  return byBus.map((prices) => prices.reduce((sum, price) => sum + price, 0) / prices.length);
}
