import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of the shared reference data, undefined where it is not mounted. */
export const sharedReference: string | undefined = ['../../../shared/reference', '../../../../shared/reference']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(`${path}/matpower/cases`));

/** Names of the `.m` files in a folder of the shared reference data; empty where it is not mounted. */
export function caseNames(folder: 'matpower/cases' | 'pglib_opf'): string[] {
  if (sharedReference === undefined) return [];
  return readdirSync(`${sharedReference}/${folder}`)
    .filter((name) => name.endsWith('.m'))
    .map((name) => name.slice(0, -2));
}

export const readShared = (path: string): string => readFileSync(`${sharedReference}/${path}`, 'utf8');
