import { didYouMean, InputError } from '../base/errors.ts';
import type { Branch, Bus, Network, Shunt } from './network.ts';

/** A network as a reader or a program lists it: buses named by id, nothing checked yet. `where` is shown in errors. */
export interface NetworkParts {
  readonly name: string;
  readonly s_base_kVA: number;
  readonly buses: readonly BusPart[];
  readonly branches: readonly BranchPart[];
  readonly shunts?: readonly ShuntPart[] | undefined;
  readonly source?: string | undefined;
}

export interface BusPart extends Bus {
  readonly where?: string | undefined;
}

export interface BranchPart {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly r_pu: number;
  readonly x_pu: number;
  /** 0 when left out. */
  readonly b_pu?: number | undefined;
  /** 1 when left out. */
  readonly ratio?: number | undefined;
  /** 0 when left out. */
  readonly shift_deg?: number | undefined;
  /** Infinity when left out. */
  readonly s_max_kVA?: number | undefined;
  /** None when left out. */
  readonly angle_min_deg?: number | undefined;
  readonly angle_max_deg?: number | undefined;
  /** True when left out. */
  readonly inService?: boolean | undefined;
  readonly where?: string | undefined;
}

export interface ShuntPart {
  readonly bus: string;
  readonly g_pu: number;
  readonly b_pu: number;
  readonly where?: string | undefined;
}

export interface BuildOptions {
  /**
   * What a negative r or x is: an error (default), or a warning. Series capacitors and the star equivalents of
   * three-winding transformers in transmission data have them.
   */
  readonly negativeImpedance?: 'error' | 'warning' | undefined;
  /** Receives what looks odd but was kept. */
  readonly warn?: ((text: string) => void) | undefined;
}

/**
 * Checks the parts of a network, turns ids into indices and freezes the result. Order is kept.
 *
 * @unit powers kVA, voltages kV and per unit, impedances per unit on s_base_kVA and the bases of the buses
 * @cost O(buses + branches)
 * @throws {InputError} NETWORK_EMPTY, NETWORK_DUPLICATE_ID, NETWORK_UNKNOWN_BUS, NETWORK_NUMBER_INVALID,
 *   NETWORK_BASE_INVALID, NETWORK_VOLTAGE_LIMITS, NETWORK_SELF_LOOP, NETWORK_IMPEDANCE_INVALID, NETWORK_RATIO_INVALID,
 *   NETWORK_RATING_INVALID, NETWORK_ANGLE_LIMITS
 */
export function buildNetwork(parts: NetworkParts, options: BuildOptions = {}): Network {
  if (parts.buses.length === 0) {
    throw new InputError({
      code: 'NETWORK_EMPTY',
      message: `Network "${parts.name}" has no buses`,
      hint: 'Add at least one bus.',
    });
  }
  if (!(parts.s_base_kVA > 0) || !Number.isFinite(parts.s_base_kVA)) {
    throw new InputError({
      code: 'NETWORK_BASE_INVALID',
      message: `The power base of network "${parts.name}" must be a positive number, got ${parts.s_base_kVA} kVA`,
      where: 's_base_kVA',
      hint: 'Any positive base will do; 1000 kVA is usual for a distribution feeder.',
    });
  }
  const indexOfBus = new Map<string, number>();
  const whereOfBus: (string | undefined)[] = [];
  const buses = parts.buses.map((part, b): Bus => {
    const first = indexOfBus.get(part.id);
    if (first !== undefined) throw duplicate('Bus', part.id, part.where, whereOfBus[first]);
    indexOfBus.set(part.id, b);
    whereOfBus.push(part.where);
    return checkedBus(part);
  });
  const busAt = (id: string, what: string, where: string | undefined): number => {
    const index = indexOfBus.get(id);
    if (index !== undefined) return index;
    throw new InputError({
      code: 'NETWORK_UNKNOWN_BUS',
      message: `${what} bus "${id}", which does not exist`,
      where,
      hint: didYouMean(id, indexOfBus.keys()) ?? 'Add the bus, or correct the name.',
    });
  };
  const whereOfBranch = new Map<string, string | undefined>();
  const branches = parts.branches.map((part): Branch => {
    if (whereOfBranch.has(part.id)) throw duplicate('Branch', part.id, part.where, whereOfBranch.get(part.id));
    whereOfBranch.set(part.id, part.where);
    const from = busAt(part.from, `Branch "${part.id}" starts at`, part.where);
    const to = busAt(part.to, `Branch "${part.id}" ends at`, part.where);
    return checkedBranch(part, from, to, options);
  });
  const shunts = (parts.shunts ?? []).map((part): Shunt => {
    const bus = busAt(part.bus, 'A shunt stands at', part.where);
    mustBeFinite(part.g_pu, 'g_pu', `the shunt at bus "${part.bus}"`, part.where);
    mustBeFinite(part.b_pu, 'b_pu', `the shunt at bus "${part.bus}"`, part.where);
    return Object.freeze({ bus, g_pu: part.g_pu, b_pu: part.b_pu });
  });
  return Object.freeze({
    name: parts.name,
    s_base_kVA: parts.s_base_kVA,
    buses: Object.freeze(buses),
    branches: Object.freeze(branches),
    shunts: Object.freeze(shunts),
    ...(parts.source === undefined ? {} : { source: parts.source }),
  });
}

function checkedBus(part: BusPart): Bus {
  const { id, v_base_kV, v_min_pu, v_max_pu, where } = part;
  const owner = `bus "${id}"`;
  if (!(v_base_kV > 0) || !Number.isFinite(v_base_kV)) {
    throw new InputError({
      code: 'NETWORK_BASE_INVALID',
      message: `The voltage base of ${owner} must be a positive number, got ${v_base_kV} kV`,
      where,
      hint: 'Give the nominal line-to-line voltage in kV.',
    });
  }
  mustBeFinite(v_min_pu, 'v_min_pu', owner, where);
  mustBeNumber(v_max_pu, 'v_max_pu', owner, where);
  if (v_min_pu > v_max_pu || v_min_pu < 0) {
    throw new InputError({
      code: 'NETWORK_VOLTAGE_LIMITS',
      message: `The voltage limits of ${owner} must satisfy 0 <= v_min_pu <= v_max_pu, got ${v_min_pu} and ${v_max_pu}`,
      where,
      hint: v_min_pu > v_max_pu ? 'Exchange the two.' : 'Limits are magnitudes in per unit, usually 0.9 and 1.1.',
    });
  }
  if (part.x !== undefined) mustBeFinite(part.x, 'x', owner, where);
  if (part.y !== undefined) mustBeFinite(part.y, 'y', owner, where);
  return Object.freeze({
    id,
    v_base_kV,
    v_min_pu,
    v_max_pu,
    ...(part.x === undefined ? {} : { x: part.x }),
    ...(part.y === undefined ? {} : { y: part.y }),
  });
}

function checkedBranch(part: BranchPart, from: number, to: number, options: BuildOptions): Branch {
  const { id, r_pu, x_pu, b_pu = 0, ratio = 1, shift_deg = 0, s_max_kVA = Infinity, inService = true, where } = part;
  const owner = `branch "${id}"`;
  if (from === to) {
    throw new InputError({
      code: 'NETWORK_SELF_LOOP',
      message: `Branch "${id}" starts and ends at the same bus "${part.from}"`,
      where,
      hint: 'Correct one end, or model it as a shunt.',
    });
  }
  mustBeFinite(r_pu, 'r_pu', owner, where);
  mustBeFinite(x_pu, 'x_pu', owner, where);
  mustBeFinite(b_pu, 'b_pu', owner, where);
  mustBeFinite(shift_deg, 'shift_deg', owner, where);
  const z2 = r_pu * r_pu + x_pu * x_pu;
  if (!(z2 > 0) || !Number.isFinite(1 / z2)) {
    throw new InputError({
      code: 'NETWORK_IMPEDANCE_INVALID',
      message: `Branch "${id}" has no impedance: r and x are both zero`,
      where,
      hint: 'Join its two buses, or give it a small reactance such as 1e-5 per unit.',
    });
  }
  if (r_pu < 0 || x_pu < 0) {
    const what = `Branch "${id}" has a negative ${r_pu < 0 ? 'resistance' : 'reactance'} (${r_pu < 0 ? r_pu : x_pu} per unit)`;
    if (options.negativeImpedance !== 'warning') {
      throw new InputError({
        code: 'NETWORK_IMPEDANCE_INVALID',
        message: what,
        where,
        hint: 'Correct the sign; if it is meant (series capacitor, star equivalent), say `negative_impedance: allowed` at the top of the file.',
      });
    }
    options.warn?.(where === undefined ? what : `${what} (${where})`);
  }
  if (!(ratio > 0) || !Number.isFinite(ratio)) {
    throw new InputError({
      code: 'NETWORK_RATIO_INVALID',
      message: `The ratio of ${owner} must be a positive number, got ${ratio}`,
      where,
      hint: 'A line, or a transformer at its nominal tap, has ratio 1.',
    });
  }
  if (!(s_max_kVA > 0)) {
    throw new InputError({
      code: 'NETWORK_RATING_INVALID',
      message: `The rating of ${owner} must be positive, got ${s_max_kVA} kVA`,
      where,
      hint: 'Leave the rating out when there is none.',
    });
  }
  const { angle_min_deg, angle_max_deg } = part;
  if (angle_min_deg !== undefined) mustBeFinite(angle_min_deg, 'angle_min_deg', owner, where);
  if (angle_max_deg !== undefined) mustBeFinite(angle_max_deg, 'angle_max_deg', owner, where);
  if (angle_min_deg !== undefined && angle_max_deg !== undefined && angle_min_deg > angle_max_deg) {
    throw new InputError({
      code: 'NETWORK_ANGLE_LIMITS',
      message: `The angle limits of ${owner} must satisfy angle_min_deg <= angle_max_deg, got ${angle_min_deg} and ${angle_max_deg}`,
      where,
      hint: 'Exchange the two, or leave them out.',
    });
  }
  const limits = { ...(angle_min_deg === undefined ? {} : { angle_min_deg }), ...(angle_max_deg === undefined ? {} : { angle_max_deg }) };
  return Object.freeze({ id, from, to, r_pu, x_pu, b_pu, ratio, shift_deg, s_max_kVA, ...limits, inService });
}

function duplicate(kind: string, id: string, where: string | undefined, first: string | undefined): InputError {
  return new InputError({
    code: 'NETWORK_DUPLICATE_ID',
    message: `${kind} "${id}" is there twice`,
    where,
    hint: first === undefined ? 'Give each its own id.' : `The first is at ${first}; give each its own id.`,
  });
}

function mustBeNumber(value: number, name: string, owner: string, where: string | undefined): void {
  if (!Number.isNaN(value)) return;
  throw notFinite(value, name, owner, where);
}

function mustBeFinite(value: number, name: string, owner: string, where: string | undefined): void {
  if (!Number.isFinite(value)) throw notFinite(value, name, owner, where);
}

function notFinite(value: number, name: string, owner: string, where: string | undefined): InputError {
  return new InputError({
    code: 'NETWORK_NUMBER_INVALID',
    message: `${name} of ${owner} must be a finite number, got ${value}`,
    where,
    hint: 'Replace it by a number.',
  });
}
