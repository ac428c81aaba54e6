import { billOf } from './alone.ts';
import type { Ingredients } from './ingredients.ts';

export interface Party {
  readonly owner: string;
  readonly devices: readonly string[];
  readonly alone_cur: number;
  readonly negotiated_cur: number;
}

export interface Settlement {
  readonly parties: readonly Party[];
  /** Per net. */
  readonly netSum_cur: readonly number[];
  readonly netSumMax_cur: number;
  readonly imbalanceMax_kW: readonly number[];
  /** |Σ gains − cost saved by the formulation's count|. */
  readonly sumError_cur: number;
}

/**
 * Who is paid what. At every net everybody exchanges at one price, p + what is left over shared equally, so payments
 * there cancel. Alone, owners and customers face the tariff, and the retailer keeps the margin.
 *
 * Parties: the owners, the feeder's operator with its customers (loads and losses), and the retailer upstream. Their
 * results add up to minus the cost of the plan.
 */
export function settle({ prepared, problem, sitePlans, plans, outcome }: Ingredients): Settlement {
  const { devices, buy_cur_per_kWh } = prepared;
  const { parts, nets, steps_count: nT, dt_h } = problem.coordination;
  const width = 2 * nT;
  const netIndex = new Map(nets.map((net, k) => [net.id, k]));
  const left = nets.map(() => new Float64Array(width));
  const terminals_count = new Int32Array(nets.length);
  parts.forEach((part, k) =>
    part.terminals.forEach((id, terminal) => {
      const n = netIndex.get(id)!;
      terminals_count[n]++;
      for (let i = 0; i < width; i++) left[n][i] += outcome.ports[k][terminal * width + i];
    }),
  );
  const netSum_cur = nets.map(() => 0);
  const paid_cur = parts.map((part, k) => {
    let total = 0;
    part.terminals.forEach((id, terminal) => {
      const n = netIndex.get(id)!;
      const price = outcome.prices.get(id)!;
      let here = 0;
      for (let i = 0; i < width; i++) {
        here += dt_h * price[i] * (outcome.ports[k][terminal * width + i] - left[n][i] / terminals_count[n]);
      }
      netSum_cur[n] += here;
      total += here;
    });
    return total;
  });

  const alone = plans.uncoordinated.result;
  const loads_cur = Array.from({ length: nT }, (_, t) => {
    const nB = prepared.network.buses.length;
    const load_kW = -prepared.p_fixed_kW.subarray(t * nB, (t + 1) * nB).reduce((sum, p) => sum + p, 0);
    return dt_h * buy_cur_per_kWh[t] * (load_kW + alone.ac.loss_kW[t]);
  }).reduce((sum, cost) => sum + cost, 0);
  const ownAlone = plans.uncoordinated.own_cur.reduce((sum, cost) => sum + cost, 0);
  const upstreamAlone = alone.cost_cur - ownAlone;
  const tariffs = sitePlans.reduce(
    (sum, plan) =>
      sum +
      billOf(
        plan.p_kW.map((p) => -p),
        prepared,
      ),
    0,
  );

  const owners = [...new Set(devices.map((device) => device.owner))];
  const wires = parts.length - 1;
  const parties: Party[] = owners.map((owner) => {
    const mine = devices.flatMap((device, k) => (device.owner === owner ? [k] : []));
    return {
      owner,
      devices: mine.map((k) => devices[k].id),
      alone_cur: -sitePlans.filter((plan) => plan.site.owner === owner).reduce((sum, plan) => sum + plan.bill_cur, 0),
      negotiated_cur: mine.reduce((sum, k) => sum + paid_cur[1 + k] - outcome.cost_cur[1 + k], 0),
    };
  });
  parties.push({
    owner: 'feeder operator and its customers',
    devices: [],
    alone_cur: -loads_cur,
    negotiated_cur: paid_cur[wires] - problem.formulated.cost(outcome.ports[wires]),
  });
  parties.push({
    owner: prepared.upstream.owner,
    devices: [],
    alone_cur: loads_cur + tariffs - upstreamAlone,
    negotiated_cur: paid_cur[0] - outcome.cost_cur[0],
  });
  const gains = parties.reduce((sum, party) => sum + party.negotiated_cur - party.alone_cur, 0);
  const saved = alone.cost_cur - plans.negotiated.result.objective_cur;
  return {
    parties,
    netSum_cur,
    netSumMax_cur: Math.max(...netSum_cur.map(Math.abs)),
    imbalanceMax_kW: left.map((values) => values.subarray(0, nT).reduce((worst, value) => Math.max(worst, Math.abs(value)), 0)),
    sumError_cur: Math.abs(gains - saved),
  };
}
