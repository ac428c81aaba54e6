import { InputError } from '../../base/errors.ts';
import { mustBeText } from '../text-checks.ts';
import type { ReadOptions } from '../contract.ts';
import { parseTable, type Row } from './tables.ts';

/** The tables of a folder by name, each read when it is asked for. */
export interface Folder {
  /** Rows of `<name>.csv`; none where there is no such file. */
  readonly rows: (name: string) => readonly Row[];
  /** Text of `<name>.csv` with its own name, for tables that are read column by column. */
  readonly text: (name: string) => { readonly name: string; readonly text: string } | undefined;
}

/**
 * The folder around `Node.csv`.
 * @throws {InputError} SIMBENCH_FILES_MISSING when no other file is handed in, SIMBENCH_ROW_LENGTH
 */
export function openFolder(nodes: string, { fileName, files }: ReadOptions): Folder {
  mustBeText(nodes, fileName);
  if (files === undefined) {
    throw new InputError({
      code: 'SIMBENCH_FILES_MISSING',
      message: 'A SimBench grid is a folder of tables, and only Node.csv is here',
      where: fileName,
      hint: 'Give the folder, or the files beside it (`files`).',
    });
  }
  const text = (name: string) => files.read(`${name}.csv`, fileName);
  const tables = new Map<string, readonly Row[]>([['Node', parseTable(nodes, fileName).rows]]);
  return {
    text,
    rows(name) {
      let rows = tables.get(name);
      if (rows === undefined) {
        const file = text(name);
        rows = file === undefined ? [] : parseTable(file.text, file.name).rows;
        tables.set(name, rows);
      }
      return rows;
    },
  };
}
