import { lineAdmittance, sourceAdmittance } from './element-admittance.ts';
import type { Line, PhaseShunt, Switch, Transformer, VoltageSource, Winding } from './feeder.ts';
import type { Placed, TransformerPart } from './feeder-parts.ts';
import {
  fail,
  mustBeFinite,
  mustBeInOrder,
  mustBePositive,
  mustBeSymmetric,
  mustHaveLength,
  type Owner,
  type PartCheck,
} from './part-check.ts';
import { transformerAdmittance } from './transformer-admittance.ts';

/** @throws {InputError} FEEDER_UNKNOWN_BUS, FEEDER_CONDUCTOR…, FEEDER_MATRIX_SIZE, FEEDER_NUMBER_INVALID, FEEDER_IMPEDANCE_SINGULAR */
export function checkedSource(part: Placed<VoltageSource>, owner: Owner, check: PartCheck): VoltageSource {
  mustBeFinite(part, owner);
  const n = part.terminal.conductors.length;
  const source = { ...part, terminal: check.terminal(part.terminal, owner) };
  mustHaveLength(part.e_kV, n, 'e_kV', owner);
  mustHaveLength(part.angle_deg, n, 'angle_deg', owner);
  mustHaveLength(part.r_ohm, n * n, 'r_ohm', owner);
  mustHaveLength(part.x_ohm, n * n, 'x_ohm', owner);
  sourceAdmittance(source);
  if (part.terminal.conductors.includes(0) || new Set(part.terminal.conductors).size < n) {
    fail(
      'FEEDER_CONDUCTORS_COUNT',
      owner,
      `stands at conductors ${part.terminal.conductors.join(', ')} of bus "${check.buses[source.terminal.bus].id}"`,
      'A source gives each phase its voltage to earth: name each once, and not 0.',
    );
  }
  const nominal_kV = check.buses[source.terminal.bus].v_base_kV / Math.sqrt(3);
  const highest_kV = part.e_kV.reduce((most, e) => Math.max(most, Math.abs(e)), 0);
  if (highest_kV > 1.5 * nominal_kV || highest_kV < 0.5 * nominal_kV) {
    check.warn(owner, `gives ${shown(highest_kV)} kV to earth at a bus with ${shown(nominal_kV)} kV`);
  }
  return source;
}

/** @throws {InputError} as checkedSource, FEEDER_MATRIX_ASYMMETRIC, FEEDER_VALUE_RANGE, FEEDER_LENGTH_INVALID, FEEDER_SELF_LOOP */
export function checkedLine(part: Placed<Line>, owner: Owner, check: PartCheck): Line {
  mustBeFinite(part, owner);
  const n = part.from.conductors.length;
  const line = { ...part, from: check.terminal(part.from, owner), to: check.terminal(part.to, owner, [n]) };
  if (line.from.bus === line.to.bus && line.from.conductors.some((conductor, k) => conductor === line.to.conductors[k])) {
    fail(
      'FEEDER_SELF_LOOP',
      owner,
      `joins a conductor of bus "${check.buses[line.from.bus].id}" to itself`,
      'Correct one end, or model it as a shunt.',
    );
  }
  for (const name of ['r_ohm', 'x_ohm', 'g_S', 'b_S'] as const) {
    mustHaveLength(part[name], n * n, name, owner);
    mustBeSymmetric(part[name], n, name, owner);
  }
  if (part.length_km !== undefined && !(part.length_km > 0)) {
    fail(
      'FEEDER_LENGTH_INVALID',
      owner,
      `has a length of ${part.length_km} km`,
      'Use a switch where there is no line, or give its length.',
    );
  }
  mustBePositive(part.i_max_A, 'i_max_A', owner);
  for (let k = 0; k < n; k++) {
    const [r, x] = [part.r_ohm[k * n + k], part.x_ohm[k * n + k]];
    check.negative(r, `r_ohm in row ${k + 1}`, owner);
    if (x < 0) check.warn(owner, `has a reactance of ${x} ohm in row ${k + 1}; kept, as a series capacitor has it`);
  }
  lineAdmittance({ ...line, closedFrom: true, closedTo: true });
  oddLine(line, owner, check);
  return line;
}

/** Longest line and largest impedance that are no slip of units, by voltage: below 1 kV a feeder does not reach 20 km. */
const longest_km = (v_base_kV: number): number => (v_base_kV < 1 ? 20 : v_base_kV < 50 ? 200 : 1000);
const mostImpedance_ohm = 1e4;
/** Less is lost in the rounding of the equations: 1e-9 ohm beside 1 ohm leaves six digits of a current. */
const leastImpedance_ohm = 1e-9;
/** A line that carries less into a short circuit feeds no consumer. */
const leastShort_kVA = 10;

function oddLine(line: Line, owner: Owner, check: PartCheck): void {
  const from_kV = check.buses[line.from.bus].v_base_kV;
  const to_kV = check.buses[line.to.bus].v_base_kV;
  if (Math.abs(from_kV - to_kV) > 0.05 * Math.max(from_kV, to_kV)) {
    check.warn(owner, `joins buses of ${shown(from_kV)} kV and ${shown(to_kV)} kV`);
  }
  if (line.length_km !== undefined && line.length_km > longest_km(from_kV)) {
    check.warn(owner, `is ${shown(line.length_km)} km long at ${shown(from_kV)} kV; are its units right?`);
  }
  const n = line.from.conductors.length;
  for (let k = 0; k < n * n; k += n + 1) {
    const size = Math.hypot(line.r_ohm[k], line.x_ohm[k]);
    const isTooMuch = size > mostImpedance_ohm || (from_kV * from_kV * 1000) / size < leastShort_kVA;
    if (isTooMuch) check.warn(owner, `has an impedance of ${shown(size)} ohm at ${shown(from_kV)} kV; are its units right?`);
    else if (size < leastImpedance_ohm)
      check.warn(owner, `has an impedance of ${shown(size)} ohm, which rounding swallows: voltages behind it lose digits; use a switch`);
    if (isTooMuch || size < leastImpedance_ohm) break;
  }
  const charging_kvar = (line.b_S?.[0] ?? 0) * from_kV * from_kV * 1000;
  const short_kVA = (from_kV * from_kV * 1000) / Math.hypot(line.r_ohm[0], line.x_ohm[0]);
  if (charging_kvar > 0.5 * short_kVA)
    check.warn(owner, `charges with ${shown(charging_kvar)} kvar, near resonance with its own impedance; are its units right?`);
}

/** @throws {InputError} FEEDER_UNKNOWN_BUS, FEEDER_CONDUCTOR…, FEEDER_NUMBER_INVALID, FEEDER_VALUE_RANGE, FEEDER_IMPEDANCE_SINGULAR, FEEDER_SELF_LOOP */
export function checkedSwitch(part: Placed<Switch>, owner: Owner, check: PartCheck): Switch {
  mustBeFinite(part, owner);
  const element = { ...part, from: check.terminal(part.from, owner), to: check.terminal(part.to, owner, [part.from.conductors.length]) };
  if (element.from.bus === element.to.bus && element.from.conductors.some((conductor, k) => conductor === element.to.conductors[k])) {
    fail('FEEDER_SELF_LOOP', owner, `joins a conductor of bus "${check.buses[element.from.bus].id}" to itself`, 'Correct one end.');
  }
  if ((part.r_ohm ?? 0) < 0) fail('FEEDER_VALUE_RANGE', owner, `has a resistance of ${part.r_ohm} ohm`, 'Correct the sign.');
  if ((part.r_ohm !== undefined || part.x_ohm !== undefined) && !(Math.hypot(part.r_ohm ?? 0, part.x_ohm ?? 0) > 0)) {
    fail('FEEDER_IMPEDANCE_SINGULAR', owner, 'has no impedance at all', 'Leave r_ohm and x_ohm out for a switch of 1e-4 ohm.');
  }
  mustBePositive(part.i_max_A, 'i_max_A', owner);
  return element;
}

/** @throws {InputError} as checkedLine, FEEDER_TRANSFORMER_IMPEDANCE, FEEDER_TRANSFORMER_CLOCK */
export function checkedTransformer(part: TransformerPart, owner: Owner, check: PartCheck): Transformer {
  mustBeFinite(part, owner);
  const count = part.windings.length;
  if (count < 2)
    fail('FEEDER_TRANSFORMER_IMPEDANCE', owner, `has ${count} winding${count === 1 ? '' : 's'}`, 'A transformer has at least two.');
  mustHaveLength(part.x_frac, (count * (count - 1)) / 2, 'x_frac (one for each pair of windings)', owner);
  mustHaveLength(part.zeroSequence?.g_frac, count * count, 'zeroSequence.g_frac', owner);
  mustHaveLength(part.zeroSequence?.b_frac, count * count, 'zeroSequence.b_frac', owner);
  mustBeSymmetric(part.zeroSequence?.g_frac, count, 'zeroSequence.g_frac', owner);
  mustBeSymmetric(part.zeroSequence?.b_frac, count, 'zeroSequence.b_frac', owner);
  if (part.zeroSequence !== undefined && part.cores_count < 3) {
    fail('FEEDER_VALUE_RANGE', owner, `states its zero sequence but has ${part.cores_count} of three cores`, 'Leave zeroSequence out.');
  }
  const windings = part.windings.map((winding, w) => {
    const name = `winding ${w + 1}`;
    mustBePositive(winding.v_rated_kV, `v_rated_kV of ${name}`, owner);
    mustBePositive(winding.s_rated_kVA, `s_rated_kVA of ${name}`, owner);
    mustBePositive(winding.tap_pu, `tap_pu of ${name}`, owner);
    mustBeInOrder(winding.tapMin_pu, winding.tapMax_pu, `tapMin_pu and tapMax_pu of ${name}`, owner);
    return { ...winding, terminal: check.terminal(winding.terminal, owner) };
  });
  mustDissipate(windings, owner, check);
  for (const name of ['noLoadLoss_frac', 'antifloat_frac'] as const) {
    if ((part[name] ?? 0) < 0) fail('FEEDER_VALUE_RANGE', owner, `has ${name} = ${part[name]}`, 'Correct the sign.');
  }
  const transformer = { ...part, windings };
  transformerAdmittance(transformer);
  oddTransformer(transformer, owner, check);
  return transformer;
}

/** A pair has what its short-circuit test lost; the share of one winding of three may come out below zero. */
function mustDissipate(windings: readonly Winding[], owner: Owner, check: PartCheck): void {
  if (windings.length === 2) for (const [w, { r_frac }] of windings.entries()) check.negative(r_frac, `r_frac of winding ${w + 1}`, owner);
  windings.forEach((winding, w) => {
    for (let k = 0; k < w; k++) {
      const pair = winding.r_frac + windings[k].r_frac;
      if (windings.length > 2) check.negative(pair, `r_frac of windings ${k + 1} and ${w + 1} together`, owner);
    }
  });
}

/** Beyond the largest generator transformers. */
const mostRated_A = 1e5;

function oddTransformer(transformer: Transformer, owner: Owner, check: PartCheck): void {
  transformer.windings.forEach((winding, w) => {
    const base_kV = check.buses[winding.terminal.bus].v_base_kV;
    const isAcrossPhases = transformer.cores_count > 1 && winding.connection !== 'coils';
    const expected = isAcrossPhases ? [base_kV] : [base_kV, base_kV / Math.sqrt(3), (2 * base_kV) / Math.sqrt(3)];
    // a series winding of an autotransformer has any voltage
    if (winding.connection !== 'coils' && !expected.some((v_kV) => Math.abs(winding.v_rated_kV - v_kV) <= 0.25 * v_kV)) {
      check.warn(owner, `has a winding ${w + 1} for ${shown(winding.v_rated_kV)} kV at a bus of ${shown(base_kV)} kV`);
    }
    const i_A = winding.s_rated_kVA / ((isAcrossPhases ? Math.sqrt(3) : transformer.cores_count) * winding.v_rated_kV);
    if (i_A > mostRated_A) check.warn(owner, `has a winding ${w + 1} rated for ${shown(i_A)} A; are its units right?`);
    if (winding.tap_pu < 0.5 || winding.tap_pu > 1.5) check.warn(owner, `has winding ${w + 1} at tap ${winding.tap_pu}; 1 is nominal`);
    if (winding.r_frac > 0.5) check.warn(owner, `has r_frac = ${winding.r_frac} in winding ${w + 1}; was it meant in percent?`);
  });
  for (const name of ['noLoadLoss_frac', 'magnetising_frac'] as const) {
    const part = transformer[name] ?? 0;
    if (part > 0.3) check.warn(owner, `has ${name} = ${shown(part)}; was it meant in percent?`);
  }
  if (transformer.x_frac.some((x) => x > 1)) check.warn(owner, `has x_frac = ${transformer.x_frac.join(', ')}; was it meant in percent?`);
  if (transformer.x_frac.some((x) => x < 0))
    check.warn(owner, `has a negative leakage reactance: x_frac = ${transformer.x_frac.join(', ')}`);
}

/** @throws {InputError} as checkedLine */
export function checkedShunt(part: Placed<PhaseShunt>, owner: Owner, check: PartCheck): PhaseShunt {
  mustBeFinite(part, owner);
  const n = part.terminal.conductors.length;
  for (const name of ['g_S', 'b_S'] as const) {
    mustHaveLength(part[name], n * n, name, owner);
    mustBeSymmetric(part[name], n, name, owner);
  }
  const { steps_count = 1 } = part;
  const { closed_count = steps_count } = part;
  if (!Number.isInteger(steps_count) || steps_count < 1 || closed_count < 0 || closed_count > steps_count) {
    fail(
      'FEEDER_VALUE_RANGE',
      owner,
      `has ${closed_count} of ${steps_count} steps closed`,
      'Whole steps, at least one, and not more closed than there are.',
    );
  }
  for (let k = 0; k < n * n; k += n + 1) {
    check.negative(part.g_S[k], `g_S in row ${k / (n + 1) + 1}`, owner);
  }
  return { ...part, terminal: check.terminal(part.terminal, owner) };
}

/** Four digits are enough in a message. */
export const shown = (value: number): string => `${Number(value.toPrecision(4))}`;
