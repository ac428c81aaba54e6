import type { RegulatorControl } from '../../network/feeder/controls.ts';
import type { Inverter, Load, PhaseGenerator, VoltageLaw } from '../../network/feeder/feeder.ts';
import { nominalOverRated, type PhasePowers, phasePowers, type Shares, sharesOf } from '../phase-powers.ts';
import type { Component, Writing } from './writing.ts';

/** `LoadGenType` of each law. */
const types = { p: 0, z: 1, i: 2 } as const;
type Law = keyof typeof types;

export function writeConsumers(writing: Writing): void {
  const { feeder, losses } = writing;
  for (const load of feeder.loads) writeLoad(writing, load);
  for (const generator of feeder.generators) writeGenerator(writing, generator);
  for (const inverter of feeder.inverters) writeInverter(writing, inverter);
  for (const regulator of feeder.regulators) writeRegulator(writing, regulator);
  for (const { id } of feeder.capacitorControls)
    losses.add('capacitor control', id, 'there is no such component: the capacitor stands still');
  for (const { id } of feeder.inverterControls)
    losses.add('inverter control', id, 'there is no such component: inverters give what they are set to');
  for (const { id } of feeder.profiles) losses.add('profile', id, 'a dataset has no time series: write an update batch');
}

function writeLoad(writing: Writing, load: Load): void {
  const { losses, feeder } = writing;
  const { id, terminal } = load;
  if (load.v_min_pu !== undefined || load.v_max_pu !== undefined) {
    losses.add('load', id, 'it keeps its law at any voltage: v_min_pu, v_max_pu and v_low_pu are left out');
  }
  if (load.profile !== undefined) losses.add('load', id, 'it follows no profile');
  const powers = changed(writing, 'load', id, phasePowers(load, load.p_kW, load.q_kvar));
  const v = nominalOverRated(load, feeder.buses[terminal.bus]);
  writeLaws(writing, 'load', load, powers, sharesOf(load.pLaw, v), sharesOf(load.qLaw, v));
}

/** A component has one law for p and q: a load of several becomes one component for each. */
function writeLaws(
  writing: Writing,
  kind: 'load' | 'gen',
  element: Load | PhaseGenerator,
  powers: PhasePowers,
  p: Shares,
  q: Shares,
): void {
  const { id, inService, terminal } = element;
  const noun = kind === 'load' ? 'load' : 'generator';
  if (p.isApproximate || q.isApproximate) writing.losses.add(noun, id, 'another exponent than 0, 1 and 2 becomes constant power');
  const used = (['p', 'z', 'i'] as const).filter((law) => p[law] !== 0 || q[law] !== 0);
  const laws = used.length === 0 ? (['p'] as const) : used;
  if (laws.length > 1) writing.losses.add(noun, id, 'it becomes one component for each of its laws');
  laws.forEach((law, k) => {
    const name = k === 0 ? id : `${id}#${law}`;
    writing.add(
      ...component(
        kind,
        { ...writing.identity(noun, name), node: writing.node(terminal), status: inService ? 1 : 0 },
        law,
        powers,
        p[law],
        q[law],
      ),
    );
  });
}

/** Symmetric where all phases take the same. */
function component(
  kind: 'load' | 'gen',
  record: Component,
  law: Law,
  { p_kW, q_kvar }: PhasePowers,
  p: number,
  q: number,
): [string, Component] {
  const isEven = [p_kW, q_kvar].every((values) => values[1] === values[0] && values[2] === values[0]);
  const type = types[law];
  if (isEven) return [`sym_${kind}`, { ...record, type, p_specified: p_kW[0] * 3000 * p, q_specified: q_kvar[0] * 3000 * q }];
  return [
    `asym_${kind}`,
    { ...record, type, p_specified: p_kW.map((each) => each * 1000 * p), q_specified: q_kvar.map((each) => each * 1000 * q) },
  ];
}

function changed({ losses }: Writing, noun: string, id: string, powers: PhasePowers): PhasePowers {
  if (powers.changed !== undefined) losses.add(noun, id, powers.changed);
  return powers;
}

const constantPower: VoltageLaw = { z_frac: 0, i_frac: 0, p_frac: 1 };

function writeGenerator(writing: Writing, generator: PhaseGenerator): void {
  const { losses, feeder } = writing;
  const { id, terminal, v_set_pu, q_min_kvar, q_max_kvar, pLaw = constantPower, qLaw = constantPower } = generator;
  if (generator.profile !== undefined) losses.add('generator', id, 'it follows no profile');
  if (generator.v_min_pu !== undefined || generator.v_max_pu !== undefined)
    losses.add('generator', id, 'v_min_pu and v_max_pu are left out');
  const powers = changed(writing, 'generator', id, phasePowers(generator, generator.p_kW, generator.q_kvar));
  const v = nominalOverRated(generator, feeder.buses[terminal.bus]);
  writeLaws(writing, 'gen', generator, powers, sharesOf(pLaw, v), sharesOf(qLaw, v));
  if (v_set_pu === undefined) return;
  writing.add('voltage_regulator', {
    ...writing.identity('voltage regulator', id),
    regulated_object: writing.identity('generator', id)['id'],
    status: 1,
    u_ref: v_set_pu / v,
    ...(q_min_kvar === undefined ? {} : { q_min: q_min_kvar * 1000 }),
    ...(q_max_kvar === undefined ? {} : { q_max: q_max_kvar * 1000 }),
  });
}

/** What it gives without controls, within its rating. */
function writeInverter(writing: Writing, inverter: Inverter): void {
  const { losses } = writing;
  const { id, s_rated_kVA, powerFactor_frac: factor, terminal } = inverter;
  losses.add(
    'inverter',
    id,
    `it becomes a generator: its rating${inverter.storage === undefined ? '' : ', its store'} and its priority are left out`,
  );
  if (inverter.profile !== undefined) losses.add('inverter', id, 'it follows no profile');
  const p_kW = Math.max(-s_rated_kVA, Math.min(s_rated_kVA, inverter.p_kW));
  const q_kvar = factor === undefined || factor === 0 ? inverter.q_kvar : Math.sign(factor) * p_kW * Math.tan(Math.acos(Math.abs(factor)));
  const count =
    inverter.connection === 'wye' ? terminal.conductors.length - 1 : terminal.conductors.length === 2 ? 1 : terminal.conductors.length;
  const each = (total: number): readonly number[] => new Array<number>(count).fill(total / count);
  const powers = changed(writing, 'inverter', id, phasePowers(inverter, each(p_kW), each(q_kvar)));
  const record = { ...writing.identity('inverter', id), node: writing.node(terminal), status: inverter.inService ? 1 : 0 };
  writing.add(...component('gen', record, 'p', powers, 1, 1));
}

function writeRegulator(writing: Writing, regulator: RegulatorControl): void {
  const { losses, feeder } = writing;
  const { id, ptRatio, ctRating_A } = regulator;
  const transformer = feeder.transformers.find((each) => each.id === regulator.transformer);
  const isWritten = ['transformer', 'three_winding_transformer'].some((table) =>
    (writing.data[table] ?? []).some((record) => record['id'] === writing.identity('transformer', regulator.transformer)['id']),
  );
  if (transformer === undefined || !isWritten || regulator.remote !== undefined) {
    losses.add('regulator', id, regulator.remote === undefined ? 'its transformer is left out' : 'it measures another place: left out');
    return;
  }
  if (regulator.phase !== undefined) losses.add('regulator', id, 'it sees the mean of the phases');
  if (regulator.v_limit_V !== undefined) losses.add('regulator', id, 'its voltage limit is left out');
  if (regulator.reversible) losses.add('regulator', id, 'its settings for power flowing backwards are left out');
  // between the phases of a delta the relay sees √3 times the voltage, 30° ahead, of what it sees at a star
  const isDelta = transformer.windings[regulator.windingMeasured].connection === 'delta';
  const toLine = ptRatio * (isDelta ? 1 : Math.sqrt(3));
  const perAmpere = ptRatio / ctRating_A / (isDelta ? Math.sqrt(3) : 1);
  const [r, x] = [regulator.r_V * perAmpere, regulator.x_V * perAmpere];
  const h = Math.sqrt(3) / 2;
  writing.add('transformer_tap_regulator', {
    ...writing.identity('regulator', id),
    regulated_object: writing.identity('transformer', regulator.transformer)['id'],
    status: regulator.enabled ? 1 : 0,
    control_side: regulator.windingMeasured,
    u_set: regulator.v_set_V * toLine,
    u_band: regulator.band_V * toLine,
    line_drop_compensation_r: isDelta ? h * r + x / 2 : r,
    line_drop_compensation_x: isDelta ? h * x - r / 2 : x,
  });
}
