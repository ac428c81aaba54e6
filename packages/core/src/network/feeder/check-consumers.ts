import { didYouMean } from '../../base/errors.ts';
import { shown } from './check-wires.ts';
import type { Inverter, Load, PhaseGenerator, Profile, ProfileUse, Terminal, VoltageLaw } from './feeder.ts';
import type { Placed, TerminalPart } from './feeder-parts.ts';
import { fail, mustBeFinite, mustBeInOrder, mustBePositive, mustHaveLength, type Owner, type PartCheck } from './part-check.ts';

/** What loads, generators and inverters have alike. */
interface PartOfElements {
  readonly connection: 'wye' | 'delta';
  readonly terminal: TerminalPart;
  readonly v_rated_kV: number;
  readonly v_min_pu?: number | undefined;
  readonly v_max_pu?: number | undefined;
  readonly profile?: ProfileUse | undefined;
}

/** Elements between the conductors of a terminal: wye one for each phase, delta one for two conductors and else one for each. */
export const elementsCount = (connection: 'wye' | 'delta', conductors: number): number =>
  connection === 'wye' ? conductors - 1 : conductors === 2 ? 1 : conductors;

/** @throws {InputError} FEEDER_UNKNOWN_BUS, FEEDER_CONDUCTOR…, FEEDER_NUMBER_INVALID, FEEDER_VALUE_RANGE, FEEDER_MATRIX_SIZE, FEEDER_LAW_INVALID */
export function checkedLoad(part: Placed<Load>, owner: Owner, check: PartCheck, profiles: ReadonlyMap<string, Profile>): Load {
  const terminal = checkedElements(part, owner, check, profiles);
  checkPowers(part, owner);
  checkLaw(part.pLaw, 'pLaw', owner);
  checkLaw(part.qLaw, 'qLaw', owner);
  oddCurrent(Math.hypot(sumOf(part.p_kW), sumOf(part.q_kvar)), part, owner, check);
  return { ...part, terminal };
}

/** @throws {InputError} as checkedLoad */
export function checkedGenerator(
  part: Placed<PhaseGenerator>,
  owner: Owner,
  check: PartCheck,
  profiles: ReadonlyMap<string, Profile>,
): PhaseGenerator {
  const terminal = checkedElements(part, owner, check, profiles);
  checkPowers(part, owner);
  mustBePositive(part.v_set_pu, 'v_set_pu', owner);
  if (part.v_set_pu !== undefined && (part.v_set_pu < 0.5 || part.v_set_pu > 1.5))
    check.warn(owner, `holds ${shown(part.v_set_pu)} of its rated voltage; 1 is nominal`);
  mustBeInOrder(part.q_min_kvar, part.q_max_kvar, 'q_min_kvar and q_max_kvar', owner);
  if (part.pLaw !== undefined) checkLaw(part.pLaw, 'pLaw', owner);
  if (part.qLaw !== undefined) checkLaw(part.qLaw, 'qLaw', owner);
  oddCurrent(Math.hypot(sumOf(part.p_kW), sumOf(part.q_kvar)), part, owner, check);
  return { ...part, terminal };
}

/** @throws {InputError} as checkedLoad */
export function checkedInverter(part: Placed<Inverter>, owner: Owner, check: PartCheck, profiles: ReadonlyMap<string, Profile>): Inverter {
  const terminal = checkedElements(part, owner, check, profiles);
  mustBePositive(part.s_rated_kVA, 's_rated_kVA', owner);
  for (const name of ['qInject_max_kvar', 'qAbsorb_max_kvar', 'p_rated_kW'] as const) {
    if ((part[name] ?? 0) < 0)
      fail('FEEDER_VALUE_RANGE', owner, `has ${name} = ${part[name]}, expected 0 or more`, 'Give its size without a sign.');
  }
  if (Math.abs(part.powerFactor_frac ?? 1) > 1) {
    fail('FEEDER_VALUE_RANGE', owner, `has powerFactor_frac = ${part.powerFactor_frac}`, 'A power factor lies between −1 and 1.');
  }
  const { storage } = part;
  if ((part.kind === 'storage') !== (storage !== undefined)) {
    fail(
      'FEEDER_VALUE_RANGE',
      owner,
      storage === undefined ? 'is a storage and has no store' : 'is no storage and has a store',
      'Correct its kind, or its store.',
    );
  }
  if (storage !== undefined) {
    mustBePositive(storage.e_rated_kWh, 'storage.e_rated_kWh', owner);
    mustBeInOrder(0, storage.e_start_kWh, '0 and storage.e_start_kWh', owner);
    mustBeInOrder(storage.e_start_kWh, storage.e_rated_kWh, 'storage.e_start_kWh and storage.e_rated_kWh', owner);
    mustBeInOrder(storage.e_reserve_kWh, storage.e_rated_kWh, 'storage.e_reserve_kWh and storage.e_rated_kWh', owner);
    for (const name of ['eta_charge_frac', 'eta_discharge_frac'] as const) {
      mustBePositive(storage[name], `storage.${name}`, owner);
      mustBeInOrder(storage[name], 1, `storage.${name} and 1`, owner);
    }
  }
  oddCurrent(part.s_rated_kVA, part, owner, check);
  return { ...part, terminal };
}

/** @throws {InputError} FEEDER_NUMBER_INVALID, FEEDER_VALUE_RANGE, FEEDER_MATRIX_SIZE */
export function checkedProfile(part: Profile, owner: Owner): Profile {
  mustBeFinite(part, owner);
  mustBePositive(part.step_s, 'step_s', owner);
  if (part.p.length === 0) fail('FEEDER_VALUE_RANGE', owner, 'has no values', 'Give at least one.');
  mustHaveLength(part.q, part.p.length, 'q (as many as in p)', owner);
  return part;
}

function checkedElements(part: PartOfElements, owner: Owner, check: PartCheck, profiles: ReadonlyMap<string, Profile>): Terminal {
  mustBeFinite(part, owner);
  const terminal = check.terminal(part.terminal, owner);
  if (terminal.conductors.length < 2) {
    fail('FEEDER_CONDUCTORS_COUNT', owner, 'has one conductor only', 'Name where its current returns: 0 for earth, or the neutral.');
  }
  mustBePositive(part.v_rated_kV, 'v_rated_kV', owner);
  mustBeInOrder(part.v_min_pu, part.v_max_pu, 'v_min_pu and v_max_pu', owner);
  for (const id of [part.profile?.daily, part.profile?.yearly, part.profile?.duty]) {
    if (id === undefined || profiles.has(id)) continue;
    fail(
      'FEEDER_UNKNOWN_ELEMENT',
      owner,
      `follows profile "${id}", which does not exist`,
      didYouMean(id, profiles.keys()) ?? 'Add the profile.',
    );
  }
  const phases_kV = check.buses[terminal.bus].v_base_kV;
  const isNear = [phases_kV, phases_kV / Math.sqrt(3), (2 * phases_kV) / Math.sqrt(3)].some(
    (v_kV) => Math.abs(part.v_rated_kV - v_kV) <= 0.25 * v_kV,
  );
  if (!isNear) check.warn(owner, `is rated for ${shown(part.v_rated_kV)} kV at a bus of ${shown(phases_kV)} kV`);
  return terminal;
}

function checkPowers(
  part: { connection: 'wye' | 'delta'; terminal: TerminalPart; p_kW: readonly number[]; q_kvar: readonly number[] },
  owner: Owner,
): void {
  const count = elementsCount(part.connection, part.terminal.conductors.length);
  mustHaveLength(part.p_kW, count, `p_kW (one for each element of a ${part.connection})`, owner);
  mustHaveLength(part.q_kvar, count, `q_kvar (one for each element of a ${part.connection})`, owner);
}

/** @throws {InputError} FEEDER_LAW_INVALID */
function checkLaw(law: VoltageLaw, name: string, owner: Owner): void {
  if ('exponent' in law) return;
  const sum = law.z_frac + law.i_frac + law.p_frac;
  if (Math.abs(sum - 1) <= 1e-3) return;
  fail(
    'FEEDER_LAW_INVALID',
    owner,
    `has fractions of ${name} that add up to ${shown(sum)}`,
    'Constant impedance, current and power together are 1.',
  );
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** 20 kA is what the largest switchgear of a feeder carries. */
function oddCurrent(s_kVA: number, part: PartOfElements, owner: Owner, check: PartCheck): void {
  const i_A = s_kVA / (elementsCount(part.connection, part.terminal.conductors.length) * part.v_rated_kV);
  if (i_A > 2e4) check.warn(owner, `draws ${shown(i_A)} A at its rated voltage; are its units right?`);
}
