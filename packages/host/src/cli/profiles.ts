import { type Case, didYouMean, InputError, type OperatingPoint, readProfiles } from '@gridflock/core';

/** Injections over time for a power flow. */
export interface InjectionProfiles {
  readonly steps: readonly string[];
  /** The operating point of step t. It is filled anew for each step: use it before asking for the next. */
  pointAt(t: number): OperatingPoint;
}

interface Replacement {
  readonly quantity: 'p_kW' | 'q_kvar';
  readonly bus: number;
  readonly values: ArrayLike<number>;
}

/**
 * A CSV with a `time` column and, besides it, either
 *
 * - `load_frac`: scales the injection of every bus (not of generators), or
 * - `<bus id>_p_kW`, `<bus id>_q_kvar`: replace the injection of that bus, + into the network, so a load is negative.
 *
 * @throws {InputError} PROFILE_UNKNOWN_BUS, PROFILE_UNKNOWN_COLUMN, PROFILE_MIXED, PROFILE_EMPTY, and those of readProfiles
 */
export function readInjectionProfiles(text: string, fileName: string, { network, operatingPoint }: Case): InjectionProfiles {
  const profiles = readProfiles(text, { fileName });
  const fault = (code: string, message: string, hint?: string): InputError =>
    new InputError({ code, message, where: `${fileName}:1`, hint });
  if (profiles.columns.length === 0 || profiles.times.length === 0) {
    throw fault('PROFILE_EMPTY', `"${fileName}" holds no ${profiles.columns.length === 0 ? 'column besides time' : 'steps'}`);
  }
  const busOf = new Map(network.buses.map((bus, b) => [bus.id, b]));
  const scale = profiles.columns.find((column) => column.name === 'load_frac')?.values;
  const replacements: Replacement[] = [];
  for (const { name, values } of profiles.columns) {
    if (name === 'load_frac') continue;
    const parts = /^(.*)_(p_kW|q_kvar)$/s.exec(name);
    if (parts === null) {
      throw fault(
        'PROFILE_UNKNOWN_COLUMN',
        `Column "${name.slice(0, 80)}" is not known`,
        'Name the columns time and load_frac, or time and <bus id>_p_kW, <bus id>_q_kvar (+ into the network).',
      );
    }
    const id = parts[1] ?? '';
    const bus = busOf.get(id);
    if (bus === undefined) {
      throw fault(
        'PROFILE_UNKNOWN_BUS',
        `Column "${name.slice(0, 80)}" names bus "${id.slice(0, 60)}", which does not exist in "${network.name}"`,
        didYouMean(id, busOf.keys()),
      );
    }
    replacements.push({ quantity: parts[2] === 'p_kW' ? 'p_kW' : 'q_kvar', bus, values });
  }
  if (scale !== undefined && replacements.length > 0) {
    throw fault(
      'PROFILE_MIXED',
      'load_frac and columns of single buses cannot stand together',
      'Write every load as <bus id>_p_kW and <bus id>_q_kvar, or only load_frac.',
    );
  }
  const p_kW = operatingPoint.p_kW.slice();
  const q_kvar = operatingPoint.q_kvar.slice();
  const point: OperatingPoint = { ...operatingPoint, p_kW, q_kvar };
  return {
    steps: profiles.times,
    pointAt(t) {
      if (scale !== undefined) {
        const share = scale[t] ?? Number.NaN;
        for (let b = 0; b < p_kW.length; b++) {
          p_kW[b] = (operatingPoint.p_kW[b] ?? 0) * share;
          q_kvar[b] = (operatingPoint.q_kvar[b] ?? 0) * share;
        }
      }
      for (const { quantity, bus, values } of replacements) point[quantity][bus] = values[t] ?? Number.NaN;
      return point;
    },
  };
}
