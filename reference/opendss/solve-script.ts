import { readFileSync } from 'node:fs';
import type { FileSource } from '../../packages/core/src/formats/contract.ts';
import { opendssFormat } from '../../packages/core/src/formats/opendss/format.ts';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import type { Case } from '../../packages/core/src/network/network.ts';
import type { PreparedThreePhase, ThreePhaseOptions, ThreePhaseResult } from '../../packages/core/src/powerflows/three-phase/contract.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { diskFiles } from '../../packages/host/src/files/disk-files.ts';

/** A feeder that was read and solved, with its voltages by the names of the script. */
export interface Solved {
  readonly read: Case;
  readonly feeder: Feeder;
  readonly prepared: PreparedThreePhase;
  readonly result: ThreePhaseResult;
  /** To earth; undefined where the feeder has no such place. */
  volts(bus: string, conductor: number): Phasor | undefined;
}

export interface Phasor {
  readonly size_V: number;
  readonly angle_deg: number;
  readonly re_V: number;
  readonly im_V: number;
}

export interface ReadScriptOptions {
  /** Put before and after the text of the script, as a user would type it. */
  readonly before?: string;
  readonly after?: string;
  readonly files?: FileSource;
}

export function readScript(
  path: string,
  { before = '', after = '', files = diskFiles() }: ReadScriptOptions = {},
): Case & { readonly feeder: Feeder } {
  const text = `${before}${before === '' ? '' : '\n'}${readFileSync(path, 'utf8')}\n${after}`;
  return withFeeder(opendssFormat.read(text, { fileName: path, files }));
}

export function withFeeder(read: Case): Case & { readonly feeder: Feeder } {
  if (read.feeder === undefined) throw new Error('no feeder was read');
  return { ...read, feeder: read.feeder };
}

export function solveFeeder(read: Case & { readonly feeder: Feeder }, options: ThreePhaseOptions = {}): Solved {
  const { feeder } = read;
  const prepared = prepareThreePhase(feeder, options);
  const result = prepared.solve();
  const indexOf = new Map(feeder.buses.map(({ id }, b) => [id, b]));
  return {
    read,
    feeder,
    prepared,
    result,
    volts(bus, conductor) {
      const b = indexOf.get(bus.toLowerCase());
      const place = b === undefined ? -1 : prepared.places.indexOf(b, conductor);
      return place < 0 ? undefined : phasor(result.v_re_V[place], result.v_im_V[place]);
    },
  };
}

export const phasor = (re_V: number, im_V: number): Phasor => ({
  re_V,
  im_V,
  size_V: Math.hypot(re_V, im_V),
  angle_deg: (Math.atan2(im_V, re_V) * 180) / Math.PI,
});

/** Smallest turn between two angles. */
export const turn_deg = (a: number, b: number): number => Math.abs(a - b - 360 * Math.round((a - b) / 360));

/** Rows of a comma-separated table by the names of its header. */
export function tableOf(text: string): Record<string, string>[] {
  const [header, ...rows] = text.trim().split(/\r?\n/);
  const names = header.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, k) => [names[k], cell.trim()])));
}
