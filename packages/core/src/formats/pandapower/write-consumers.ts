import type { Inverter, Load, PhaseGenerator } from '../../network/feeder/feeder.ts';
import {
  isThreePhase,
  isThreePhaseToEarth,
  nominalOverRated,
  type PhasePowers,
  phasePowers,
  type Shares,
  sharesOf,
} from '../phase-powers.ts';
import type { Values, Writing } from './writing.ts';

export function writeConsumers(writing: Writing): void {
  const { feeder, losses } = writing;
  for (const load of feeder.loads) writeLoad(writing, load);
  for (const generator of feeder.generators) writeGenerator(writing, generator);
  for (const inverter of feeder.inverters) writeInverter(writing, inverter);
  for (const { id } of feeder.regulators) losses.add('regulator', id, 'controllers are programs of pandapower: the tap stands still');
  for (const { id } of feeder.capacitorControls)
    losses.add('capacitor control', id, 'controllers are programs of pandapower: the capacitor stands still');
  for (const { id } of feeder.inverterControls)
    losses.add('inverter control', id, 'controllers are programs of pandapower: inverters give what they are set to');
  for (const { id } of feeder.profiles) losses.add('profile', id, 'time series are programs of pandapower');
}

const isEven = ({ p_kW, q_kvar }: { readonly p_kW: readonly number[]; readonly q_kvar: readonly number[] }): boolean =>
  [p_kW, q_kvar].every((values) => values.length === 3 && values[1] === values[0] && values[2] === values[0]);

/** Delta on all three phases has a place; anything else counts between phases and earth. */
function isDelta({ connection, terminal }: Load | PhaseGenerator): boolean {
  return connection === 'delta' && isThreePhase(terminal);
}

/** Powers in MW and Mvar, of all phases or of each. */
function powersOf(writing: Writing, noun: string, element: Load | PhaseGenerator, isWhole: boolean): Values {
  const { id, connection, terminal } = element;
  if (isWhole) return { p_mw: (element.p_kW[0] * 3) / 1000, q_mvar: (element.q_kvar[0] * 3) / 1000 };
  const own: PhasePowers =
    isDelta(element) || (connection === 'wye' && isThreePhaseToEarth(terminal))
      ? { p_kW: element.p_kW as unknown as PhasePowers['p_kW'], q_kvar: element.q_kvar as unknown as PhasePowers['q_kvar'] }
      : phasePowers(element, element.p_kW, element.q_kvar);
  if (own.changed !== undefined) writing.losses.add(noun, id, own.changed);
  return asPhases(own);
}

const asPhases = ({ p_kW, q_kvar }: PhasePowers): Values => ({
  ...{ p_a_mw: p_kW[0] / 1000, p_b_mw: p_kW[1] / 1000, p_c_mw: p_kW[2] / 1000 },
  ...{ q_a_mvar: q_kvar[0] / 1000, q_b_mvar: q_kvar[1] / 1000, q_c_mvar: q_kvar[2] / 1000 },
});

function writeLoad(writing: Writing, load: Load): void {
  const { losses, feeder } = writing;
  const { id, terminal, inService } = load;
  if (load.v_min_pu !== undefined || load.v_max_pu !== undefined)
    losses.add('load', id, 'it keeps its law at any voltage: v_min_pu, v_max_pu and v_low_pu are left out');
  if (load.profile !== undefined) losses.add('load', id, 'it follows no profile');
  const v = nominalOverRated(load, feeder.buses[terminal.bus]);
  const [p, q] = [sharesOf(load.pLaw, v), sharesOf(load.qLaw, v)];
  if (p.isApproximate || q.isApproximate) losses.add('load', id, 'another exponent than 0, 1 and 2 becomes constant power');
  const isWhole = isEven(load) && (isDelta(load) || (load.connection === 'wye' && isThreePhaseToEarth(terminal)));
  const record = { bus: terminal.bus, scaling: 1, in_service: inService, type: isDelta(load) ? 'delta' : 'wye' };
  const powers = powersOf(writing, 'load', load, isWhole);
  if (isWhole) {
    const total = (shares: Shares): number => shares.z + shares.i + shares.p;
    writing.add('load', id, {
      ...record,
      p_mw: (powers['p_mw'] as number) * total(p),
      q_mvar: (powers['q_mvar'] as number) * total(q),
      ...{ const_z_p_percent: (100 * p.z) / total(p), const_i_p_percent: (100 * p.i) / total(p) },
      ...{ const_z_q_percent: (100 * q.z) / total(q), const_i_q_percent: (100 * q.i) / total(q) },
    });
    return;
  }
  if (p.p !== 1 || q.p !== 1) losses.add('load', id, 'an asymmetric load has constant power: what it takes at nominal voltage');
  writing.add('asymmetric_load', id, { ...record, ...powers });
}

function writeGenerator(writing: Writing, generator: PhaseGenerator): void {
  const { losses, feeder } = writing;
  const { id, terminal, inService, v_set_pu, q_min_kvar, q_max_kvar } = generator;
  if (generator.profile !== undefined) losses.add('generator', id, 'it follows no profile');
  const isOther = (law: PhaseGenerator['pLaw']): boolean =>
    law !== undefined && ('exponent' in law ? law.exponent !== 0 : law.p_frac !== 1);
  if (isOther(generator.pLaw) || isOther(generator.qLaw)) losses.add('generator', id, 'it gives constant power');
  if (generator.v_min_pu !== undefined || generator.v_max_pu !== undefined)
    losses.add('generator', id, 'v_min_pu and v_max_pu are left out');
  const record = { bus: terminal.bus, scaling: 1, in_service: inService };
  if (v_set_pu !== undefined) {
    if (!isEven(generator)) losses.add('generator', id, 'holding a voltage, it gives the same on all phases');
    writing.add('gen', id, {
      ...record,
      ...{
        p_mw: generator.p_kW.reduce((sum, p) => sum + p, 0) / 1000,
        vm_pu: v_set_pu / nominalOverRated(generator, feeder.buses[terminal.bus]),
        slack: false,
      },
      ...{
        min_q_mvar: q_min_kvar === undefined ? null : q_min_kvar / 1000,
        max_q_mvar: q_max_kvar === undefined ? null : q_max_kvar / 1000,
        slack_weight: 0,
      },
    });
    return;
  }
  const isWhole = isEven(generator) && (isDelta(generator) || (generator.connection === 'wye' && isThreePhaseToEarth(terminal)));
  const powers = powersOf(writing, 'generator', generator, isWhole);
  writing.add(isWhole ? 'sgen' : 'asymmetric_sgen', id, {
    ...record,
    ...powers,
    type: isDelta(generator) ? 'delta' : 'wye',
    current_source: true,
  });
}

/** A store is a store; what the sun offers is a static generator without controls. */
function writeInverter(writing: Writing, inverter: Inverter): void {
  const { losses } = writing;
  const { id, terminal, s_rated_kVA, powerFactor_frac: factor, inService, storage, kind } = inverter;
  if (inverter.profile !== undefined) losses.add('inverter', id, 'it follows no profile');
  const p_kW = Math.max(-s_rated_kVA, Math.min(s_rated_kVA, inverter.p_kW));
  const q_kvar = factor === undefined || factor === 0 ? inverter.q_kvar : Math.sign(factor) * p_kW * Math.tan(Math.acos(Math.abs(factor)));
  const record = { bus: terminal.bus, sn_mva: s_rated_kVA / 1000, scaling: 1, in_service: inService };
  const isWhole = inverter.connection === 'wye' && isThreePhaseToEarth(terminal);
  if (kind === 'storage' && storage !== undefined && isWhole) {
    const { e_rated_kWh, e_start_kWh, e_reserve_kWh } = storage;
    const isPlain =
      storage.eta_charge_frac === 1 &&
      storage.eta_discharge_frac === 1 &&
      storage.idle_kW === 0 &&
      storage.p_charge_max_kW === s_rated_kVA &&
      storage.p_discharge_max_kW === s_rated_kVA &&
      factor === undefined &&
      inverter.priority === 'watt';
    if (!isPlain) losses.add('storage', id, 'its efficiencies, limits of power and priority are left out');
    writing.add('storage', id, {
      ...record,
      ...{ p_mw: 0 - p_kW / 1000, q_mvar: 0 - q_kvar / 1000, max_e_mwh: e_rated_kWh / 1000, min_e_mwh: e_reserve_kWh / 1000 },
      soc_percent: e_rated_kWh > 0 ? (100 * e_start_kWh) / e_rated_kWh : 100,
    });
    return;
  }
  losses.add(
    'inverter',
    id,
    `it becomes a static generator: its ${storage === undefined ? '' : 'store, '}limits and priority are left out`,
  );
  const count =
    inverter.connection === 'wye' ? terminal.conductors.length - 1 : terminal.conductors.length === 2 ? 1 : terminal.conductors.length;
  const each = (total: number): readonly number[] => new Array<number>(count).fill(total / count);
  const powers = phasePowers(inverter, each(p_kW), each(q_kvar));
  if (powers.changed !== undefined) losses.add('inverter', id, powers.changed);
  if (isEven(powers)) writing.add('sgen', id, { ...record, p_mw: p_kW / 1000, q_mvar: q_kvar / 1000, type: 'wye', current_source: true });
  else writing.add('asymmetric_sgen', id, { ...record, ...asPhases(powers), type: 'wye', current_source: true });
}
