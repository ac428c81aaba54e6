import type { Generator } from '../network.ts';
import { addShunt, approximate, type BalancedDraft } from './balanced-branches.ts';
import { elementsCount } from './check-consumers.ts';
import { unfedElements } from './check-supply.ts';
import type { Inverter, Load, PhaseGenerator, Terminal, VoltageLaw } from './feeder.ts';
import type { FeederTopology } from './feeder-topology.ts';

/** Injections of the balanced operating point, in the order of the feeder's buses. */
export interface BalancedInjections {
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
  readonly generators: Generator[];
}

/** The constant-impedance part of a load becomes a shunt; its constant-current part, and every exponent but 0 and 2, the power it takes at nominal voltage. */
export function addLoad(draft: BalancedDraft, into: BalancedInjections, topology: FeederTopology, load: Load): void {
  if (!load.inService) return;
  const { bus } = load.terminal;
  const fed = fedElements(load, topology);
  if (isUneven(load.p_kW) || isUneven(load.q_kvar) || fed.length < 3) {
    approximate(draft, 'Loads on one or two phases, or unequal on three, count as three-phase loads of the same total', load.id);
  }
  let [g_kW, b_kvar] = [0, 0];
  for (const k of fed) {
    const v = nominalOf(draft, load, k);
    const p = split(load.p_kW[k], load.pLaw, v);
    const q = split(load.q_kvar[k], load.qLaw, v);
    if (p.isApproximate || q.isApproximate)
      approximate(draft, 'Loads of constant current or of another exponent count as the power that they take at nominal voltage', load.id);
    into.p_kW[bus] -= p.constant;
    into.q_kvar[bus] -= q.constant;
    g_kW += p.square;
    b_kvar -= q.square;
  }
  addShunt(draft, bus, g_kW / draft.s_base_kVA, b_kvar / draft.s_base_kVA);
}

export function addGenerator(draft: BalancedDraft, into: BalancedInjections, topology: FeederTopology, generator: PhaseGenerator): void {
  const fed = fedElements(generator, topology);
  const p_kW = fed.reduce((sum, k) => sum + generator.p_kW[k], 0);
  const q_kvar = fed.reduce((sum, k) => sum + generator.q_kvar[k], 0);
  if (fed.length < 3 || isUneven(generator.p_kW)) {
    approximate(
      draft,
      'Generators on one or two phases, or unequal on three, count as three-phase generators of the same total',
      generator.id,
    );
  }
  const { v_set_pu, q_min_kvar, q_max_kvar, inService } = generator;
  into.generators.push({
    id: generator.id,
    bus: generator.terminal.bus,
    p_kW,
    q_kvar,
    p_min_kW: Math.min(0, p_kW),
    p_max_kW: Math.max(0, p_kW),
    q_min_kvar: q_min_kvar ?? (v_set_pu === undefined ? q_kvar : Number.NEGATIVE_INFINITY),
    q_max_kvar: q_max_kvar ?? (v_set_pu === undefined ? q_kvar : Number.POSITIVE_INFINITY),
    v_set_pu: v_set_pu === undefined ? 1 : v_set_pu / nominalOf(draft, generator, 0),
    holdsVoltage: v_set_pu !== undefined,
    inService: inService && fed.length > 0,
  });
}

/** What it gives without its controls: its power factor or stated reactive power, within its rating. */
export function addInverter(draft: BalancedDraft, into: BalancedInjections, topology: FeederTopology, inverter: Inverter): void {
  const { s_rated_kVA, storage } = inverter;
  const p_kW = Math.max(-s_rated_kVA, Math.min(s_rated_kVA, inverter.p_kW));
  const factor = inverter.powerFactor_frac;
  const wanted = factor === undefined || factor === 0 ? inverter.q_kvar : Math.sign(factor) * p_kW * Math.tan(Math.acos(Math.abs(factor)));
  const room = Math.sqrt(Math.max(0, s_rated_kVA ** 2 - p_kW ** 2));
  const q_max_kvar = Math.min(inverter.qInject_max_kvar ?? s_rated_kVA, s_rated_kVA);
  const q_min_kvar = -Math.min(inverter.qAbsorb_max_kvar ?? s_rated_kVA, s_rated_kVA);
  const count = elementsCount(inverter.connection, inverter.terminal.conductors.length);
  if (count < 3) approximate(draft, 'Inverters on one or two phases count as three-phase inverters of the same power', inverter.id);
  into.generators.push({
    id: inverter.id,
    bus: inverter.terminal.bus,
    p_kW,
    q_kvar: Math.max(Math.max(q_min_kvar, -room), Math.min(Math.min(q_max_kvar, room), wanted)),
    p_min_kW: storage === undefined ? 0 : -storage.p_charge_max_kW,
    p_max_kW: storage === undefined ? Math.max(0, p_kW) : storage.p_discharge_max_kW,
    q_min_kvar,
    q_max_kvar,
    v_set_pu: 1,
    holdsVoltage: false,
    inService: inverter.inService && fedElements(inverter, topology).length > 0,
  });
}

type Elements = { readonly connection: 'wye' | 'delta'; readonly terminal: Terminal; readonly v_rated_kV: number };

function fedElements({ connection, terminal }: Elements, topology: FeederTopology): number[] {
  const unfed = new Set(unfedElements(connection, terminal, topology));
  return Array.from({ length: elementsCount(connection, terminal.conductors.length) }, (_, k) => k).filter((k) => !unfed.has(k));
}

/** Voltage across element k at nominal voltage of its bus, over its rated voltage. */
function nominalOf(draft: BalancedDraft, { connection, terminal, v_rated_kV }: Elements, k: number): number {
  const u = draft.nominal.at(terminal);
  const other = connection === 'wye' ? u[u.length - 1] : u[(k + 1) % u.length];
  const v_kV = (Math.hypot(u[k].re - other.re, u[k].im - other.im) * draft.feeder.buses[terminal.bus].v_base_kV) / Math.sqrt(3);
  return v_kV > 0 ? v_kV / v_rated_kV : 1;
}

/** @param v - nominal over rated voltage */
function split(power: number, law: VoltageLaw, v: number): { constant: number; square: number; isApproximate: boolean } {
  if ('exponent' in law) {
    const { exponent: n } = law;
    return n === 2
      ? { constant: 0, square: power * v * v, isApproximate: false }
      : { constant: power * v ** n, square: 0, isApproximate: n !== 0 && power !== 0 };
  }
  return {
    constant: power * (law.p_frac + law.i_frac * v),
    square: power * law.z_frac * v * v,
    isApproximate: law.i_frac !== 0 && power !== 0,
  };
}

const isUneven = (values: readonly number[]): boolean =>
  Math.max(...values) - Math.min(...values) > 1e-9 * Math.max(...values.map(Math.abs));
