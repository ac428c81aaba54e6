import { costAt, type OpfModel } from './model.ts';
import type { SplitPrices } from './price-split.ts';
import { isSolved, type OpfResult } from './result.ts';

/** An answer at live positions, per unit. */
export interface Found
  extends Pick<OpfResult, 'status' | 'formulation' | 'objective' | 'iterations_count' | 'certificate' | 'conflict' | 'notes'> {
  angle(b: number): number;
  v(b: number): number;
  /** Duals of the balances: objective per per unit of demand. */
  price(b: number): number;
  priceQ(b: number): number;
  readonly parts: SplitPrices;
  p(d: number): number;
  q(d: number): number;
  /** Where the balances have no losses; otherwise they follow from the balance. */
  readonly loss_pu?: number;
}

/** Live per-unit positions to the network's own order and units. Multipliers that belong to no optimum are no prices: NaN. */
export function collect(model: OpfModel, found: Found): OpfResult {
  const { network, operatingPoint } = model.case;
  const base = model.s_base_kVA;
  const perBus = (fill: number, value: (k: number) => number): Float64Array => {
    const all = new Float64Array(network.buses.length).fill(fill);
    model.busOf.forEach((b, k) => {
      all[b] = value(k);
    });
    return all;
  };
  const hasPrices = isSolved(found.status);
  const price = (value: (k: number) => number): Float64Array => perBus(Number.NaN, (k) => (hasPrices ? value(k) / base : Number.NaN));
  const nD = operatingPoint.generators.length;
  const [p_kW, q_kvar, cost_cur_per_h] = [new Float64Array(nD), new Float64Array(nD), new Float64Array(nD)];
  let loss = 0;
  model.busOf.forEach((_, k) => {
    loss += model.p[k] - model.g[k] * found.v(k) ** 2;
  });
  let objective_cur_per_h = 0;
  model.generators.forEach(({ index, cost }, d) => {
    p_kW[index] = found.p(d) * base;
    q_kvar[index] = found.q(d) * base;
    cost_cur_per_h[index] = costAt(cost, found.p(d));
    objective_cur_per_h += cost_cur_per_h[index];
    loss += found.p(d);
  });
  const { status, formulation, objective, iterations_count, certificate, conflict, notes, parts } = found;
  return {
    status,
    formulation,
    objective,
    objective_cur_per_h,
    loss_kW: (found.loss_pu ?? loss) * base,
    iterations_count,
    certificate,
    v_pu: perBus(0, found.v),
    angle_rad: perBus(0, found.angle),
    price_cur_per_kWh: price(found.price),
    price_cur_per_kvarh: price(found.priceQ),
    priceParts: {
      energy_cur_per_kWh: price((k) => parts.energy[k]),
      loss_cur_per_kWh: price((k) => parts.loss[k]),
      congestion_cur_per_kWh: price((k) => parts.congestion[k]),
      voltage_cur_per_kWh: price((k) => parts.voltage[k]),
      reactive_cur_per_kWh: price((k) => parts.reactive[k]),
    },
    p_kW,
    q_kvar,
    cost_cur_per_h,
    conflict: [...new Set(conflict)],
    notes,
  };
}
