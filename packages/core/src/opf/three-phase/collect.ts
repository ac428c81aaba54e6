import { costAt } from '../model.ts';
import type { SplitPrices } from '../price-split.ts';
import { isSolved, type OpfStatus } from '../result.ts';
import type { FeederModel } from './model.ts';
import { endShares } from './pairs.ts';
import { type Phasor, times } from './phasor.ts';
import type { FeederOpfCertificate, FeederOpfPlace, FeederOpfResult, FeederOpfUnit, PhasePower } from './result.ts';
import type { FeederOpfFormulation } from './settings.ts';
import type { Dispatch } from './tree-flow.ts';
import { behindSource } from './wires.ts';

/** An answer by nodes and units, per unit. @shape v, price, priceQ, parts (nodes); source (roots), in the order of its phase conductors */
export interface FeederFound {
  readonly status: OpfStatus;
  readonly formulation: FeederOpfFormulation;
  readonly objective: 'cost' | 'loss';
  readonly sourcePrice_cur_per_kWh: number;
  readonly loss_pu: number;
  readonly iterations_count: number;
  readonly refinements_count: number;
  readonly certificate: FeederOpfCertificate;
  readonly v_pu: ArrayLike<number>;
  /** Voltages that say what the angles are. */
  readonly angles: readonly Phasor[];
  /** Duals of the balances: objective per per unit of demand. */
  readonly price: ArrayLike<number>;
  readonly priceQ: ArrayLike<number>;
  readonly parts: SplitPrices;
  readonly source: readonly Phasor[];
  readonly dispatch: Dispatch;
  readonly conflict: readonly string[];
  readonly notes: readonly string[];
}

/** To buses, phases, kW. */
export function collectFeeder(model: FeederModel, found: FeederFound): FeederOpfResult {
  const { wires, feeder, bases } = model;
  const base = bases.s_base_kVA;
  const hasPrices = isSolved(found.status);
  const price = (value: number): number => (hasPrices ? value / base : Number.NaN);
  const { parts } = found;
  const places: FeederOpfPlace[] = wires.nodes.flatMap(({ bus, conductor }, node) => {
    if (bus === behindSource) return [];
    return [
      {
        bus,
        conductor,
        v_pu: found.v_pu[node],
        angle_rad: Math.atan2(found.angles[node][1], found.angles[node][0]),
        price_cur_per_kWh: price(found.price[node]),
        price_cur_per_kvarh: price(found.priceQ[node]),
        energy_cur_per_kWh: price(parts.energy[node]),
        loss_cur_per_kWh: price(parts.loss[node]),
        congestion_cur_per_kWh: price(parts.congestion[node]),
        voltage_cur_per_kWh: price(parts.voltage[node] + parts.reactive[node]),
      },
    ];
  });
  const units = model.units.map((unit, d): FeederOpfUnit => {
    const power: Phasor = [found.dispatch.p[d] * base, found.dispatch.q[d] * base];
    const byConductor = new Map<number, Phasor>();
    unit.pairs.forEach((pair, k) => {
      for (const { node, share } of endShares(found.angles, pair)) {
        const { conductor } = wires.nodes[node];
        const [p, q] = times([unit.shares[k] * share[0], unit.shares[k] * share[1]], power);
        const [pKnown, qKnown] = byConductor.get(conductor) ?? [0, 0];
        byConductor.set(conductor, [pKnown + p, qKnown + q]);
      }
    });
    return {
      id: unit.id,
      kind: unit.kind,
      bus: unit.bus,
      p_kW: power[0],
      q_kvar: power[1],
      cost_cur_per_h: costAt(unit.cost, found.dispatch.p[d]),
      powers: [...byConductor].sort(([a], [b]) => a - b).map(([conductor, [p_kW, q_kvar]]) => ({ conductor, p_kW, q_kvar })),
    };
  });
  const powers = found.source.map(
    ([p, q], root): PhasePower => ({ conductor: wires.nodes[root].conductor, p_kW: p * base, q_kvar: q * base }),
  );
  const imported_kW = powers.reduce((sum, { p_kW }) => sum + p_kW, 0);
  return {
    status: found.status,
    formulation: found.formulation,
    objective: found.objective,
    objective_cur_per_h: found.sourcePrice_cur_per_kWh * imported_kW + units.reduce((sum, { cost_cur_per_h }) => sum + cost_cur_per_h, 0),
    loss_kW: found.loss_pu * base,
    iterations_count: found.iterations_count,
    refinements_count: found.refinements_count,
    certificate: found.certificate,
    places: places.sort((a, b) => a.bus - b.bus || a.conductor - b.conductor),
    source: { id: feeder.sources.find(({ inService }) => inService)?.id ?? '', powers },
    units,
    conflict: [...new Set(found.conflict)],
    notes: found.notes,
  };
}
