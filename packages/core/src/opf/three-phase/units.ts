import { InputError } from '../../base/errors.ts';
import type { Feeder, Inverter, Load, PhaseGenerator } from '../../network/feeder/feeder.ts';
import type { GeneratorCost } from '../../network/network.ts';
import { type UnitCost, unitCost } from '../model.ts';
import type { Pair } from './pairs.ts';
import type { FeederOpfOptions, UnitLimits } from './settings.ts';

/**
 * What is decided: a generator or an inverter. Its power is split over its elements in fixed shares.
 * @unit per unit on s_base_kVA; costs cur/h with power in per unit
 */
export interface Unit {
  readonly id: string;
  readonly kind: 'generator' | 'inverter';
  /** Place in feeder.generators or feeder.inverters. */
  readonly index: number;
  readonly bus: number;
  readonly pairs: readonly Pair[];
  readonly shares: readonly number[];
  readonly p_min_pu: number;
  readonly p_max_pu: number;
  readonly q_min_pu: number;
  readonly q_max_pu: number;
  /** p² + q² ≤ s². */
  readonly s_max_pu: number;
  readonly cost: UnitCost;
}

type PairsOf = (what: string, elements: Pick<Load, 'connection' | 'terminal'>) => Pair[];

/**
 * - generator: p between 0 and what the feeder says it gives; q within its reactive range, or as it stands where it has none.
 * - PV inverter: p from 0 to what the sun offers, q within the rating and its own limits; neither has priority.
 * - storage inverter: p as charge and discharge power and the energy in store allow for `storageStep_h`.
 * @throws {InputError} OPF_UNIT_UNKNOWN @throws {CombinationError} OPF_COST_NOT_CONVEX
 */
export function unitsOf(feeder: Feeder, options: FeederOpfOptions, s_base_kVA: number, pairsOf: PairsOf): Unit[] {
  const { units: given = {} } = options;
  const known = new Set([...feeder.generators, ...feeder.inverters].map(({ id }) => id));
  for (const id of Object.keys(given)) {
    if (known.has(id)) continue;
    throw new InputError({
      code: 'OPF_UNIT_UNKNOWN',
      message: `The feeder "${feeder.name}" has no generator or inverter "${id}", for which limits or a price are given`,
      where: 'units',
      hint: known.size > 0 ? `It has ${[...known].slice(0, 8).join(', ')}.` : 'It has none at all.',
    });
  }
  const unit = (kind: Unit['kind'], index: number, each: PhaseGenerator | Inverter, shares: number[], limits: Limits): Unit => {
    const {
      price_cur_per_kWh = 0,
      cost = linear(price_cur_per_kWh),
      p_min_kW = limits.p_min_kW,
      p_max_kW = limits.p_max_kW,
      ...q
    } = given[each.id] ?? {};
    return {
      id: each.id,
      kind,
      index,
      bus: each.terminal.bus,
      pairs: pairsOf(`${kind} "${each.id}"`, each),
      shares,
      p_min_pu: p_min_kW / s_base_kVA,
      p_max_pu: p_max_kW / s_base_kVA,
      q_min_pu: (q.q_min_kvar ?? limits.q_min_kvar) / s_base_kVA,
      q_max_pu: (q.q_max_kvar ?? limits.q_max_kvar) / s_base_kVA,
      s_max_pu: limits.s_max_kVA / s_base_kVA,
      cost: unitCost({ id: each.id, cost }, s_base_kVA),
    };
  };
  return [
    ...feeder.generators.flatMap((each, index) =>
      each.inService ? [unit('generator', index, each, sharesOf(each.p_kW), generatorLimits(each))] : [],
    ),
    ...feeder.inverters.flatMap((each, index) => {
      if (!each.inService) return [];
      const elements = pairsOf(`inverter "${each.id}"`, each).length;
      return [
        unit('inverter', index, each, new Array<number>(elements).fill(1 / elements), inverterLimits(each, options.storageStep_h ?? 1)),
      ];
    }),
  ];
}

const linear = (price: number): GeneratorCost => ({ kind: 'polynomial', coefficients: [price, 0] });

interface Limits extends Required<Omit<UnitLimits, 'price_cur_per_kWh' | 'cost'>> {
  readonly s_max_kVA: number;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);

function sharesOf(p_kW: readonly number[]): number[] {
  const total = sumOf(p_kW);
  return p_kW.map((p) => (total === 0 ? 1 / p_kW.length : p / total));
}

function generatorLimits({ p_kW, q_kvar, q_min_kvar, q_max_kvar }: PhaseGenerator): Limits {
  const p = sumOf(p_kW);
  const q = sumOf(q_kvar);
  return {
    p_min_kW: Math.min(0, p),
    p_max_kW: Math.max(0, p),
    q_min_kvar: q_min_kvar ?? q,
    q_max_kvar: q_max_kvar ?? q,
    s_max_kVA: Number.POSITIVE_INFINITY,
  };
}

function inverterLimits(inverter: Inverter, step_h: number): Limits {
  const { s_rated_kVA: s_max_kVA, storage } = inverter;
  const q = { q_min_kvar: -(inverter.qAbsorb_max_kvar ?? s_max_kVA), q_max_kvar: inverter.qInject_max_kvar ?? s_max_kVA };
  if (storage === undefined) return { p_min_kW: 0, p_max_kW: Math.max(0, Math.min(inverter.p_kW, s_max_kVA)), ...q, s_max_kVA };
  const stored_kWh = Math.max(0, storage.e_start_kWh - storage.e_reserve_kWh);
  const room_kWh = Math.max(0, storage.e_rated_kWh - storage.e_start_kWh);
  return {
    p_min_kW: -Math.min(storage.p_charge_max_kW, room_kWh / (storage.eta_charge_frac * step_h)),
    p_max_kW: Math.min(storage.p_discharge_max_kW, (stored_kWh * storage.eta_discharge_frac) / step_h),
    ...q,
    s_max_kVA,
  };
}
