import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { FileSource } from '../../packages/core/src/formats/contract.ts';
import { readFeederScript } from '../../packages/core/src/formats/opendss/read.ts';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import type { Places, ThreePhaseResult } from '../../packages/core/src/powerflows/three-phase/contract.ts';
import { sharedReference } from '../matpower/shared-cases.ts';

/** Files of a folder, found whatever the case of their letters. */
const onDisk: FileSource = {
  read(path, from) {
    const wanted = resolve(dirname(from), path.replaceAll('\\', '/'));
    const folder = dirname(wanted);
    if (!existsSync(folder)) return undefined;
    const name = readdirSync(folder).find((entry) => join(folder, entry).toLowerCase() === wanted.toLowerCase());
    return name === undefined ? undefined : { name: join(folder, name), text: readFileSync(join(folder, name), 'latin1') };
  },
};

/** The feeder of an OpenDSS script of the shared reference data. @param before - commands that are run first */
export function readShared(path: string, before = ''): Feeder {
  const file = join(sharedReference!, path);
  return readFeederScript(before + readFileSync(file, 'latin1'), { fileName: file, files: onDisk }).feeder;
}

/** Names in a folder of the shared reference data that end so; empty where it is not mounted. */
export function sharedNames(folder: string, ending: string): string[] {
  if (sharedReference === undefined) return [];
  return readdirSync(join(sharedReference, folder)).filter((name) => name.endsWith(ending));
}

export const sharedText = (path: string): string => readFileSync(join(sharedReference!, path), 'utf8');

/** Rows of a table with a header, cells by column name. */
export function sharedTable(path: string): Record<string, string>[] {
  const [head, ...rows] = sharedText(path).trim().split(/\r?\n/);
  const names = splitCells(head!);
  return rows.map((row) => Object.fromEntries(splitCells(row).map((cell, k) => [names[k]!, cell])));
}

function splitCells(row: string): string[] {
  return [...row.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)]
    .map(([, cell]) => cell!.replaceAll('"', ''))
    .slice(0, -1 + Number(row.endsWith(',')) || undefined);
}

/** Volts to earth of a conductor of a bus, by the bus's id in any letters; undefined where there is none. */
export function voltsOf(feeder: Feeder, places: Places, result: Pick<ThreePhaseResult, 'v_re_V' | 'v_im_V'>) {
  const byId = new Map(feeder.buses.map(({ id }, b) => [id.toLowerCase(), b]));
  return (bus: string, conductor: number): { re: number; im: number; size: number; v_base_V: number } | undefined => {
    const b = byId.get(bus.toLowerCase());
    const place = b === undefined ? -1 : places.indexOf(b, conductor);
    if (place < 0) return undefined;
    const [re, im] = [result.v_re_V[place]!, result.v_im_V[place]!];
    return { re, im, size: Math.hypot(re, im), v_base_V: places.v_base_V[place]! };
  };
}
