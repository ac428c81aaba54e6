import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sharedReference } from '../matpower/shared-cases.ts';

/** One conformance case of power-grid-model as its folder holds it. */
export interface PgmCase {
  readonly name: string;
  readonly methods: readonly string[];
  readonly rtol: number;
  readonly atol: number | Readonly<Record<string, number>>;
  readonly strategy: string | undefined;
  /** The error that power-grid-model itself is expected to raise. */
  readonly raises: string | undefined;
  readonly input: string;
  readonly update: string | undefined;
  /** Expected results by kind of calculation; several for a batch. */
  readonly outputs: readonly { readonly isAsymmetric: boolean; readonly isBatch: boolean; readonly text: string }[];
}

const root = sharedReference === undefined ? undefined : `${sharedReference}/power_grid_model/power_flow`;

/** Names of the cases, by folder; empty where the reference data is not mounted. */
export const pgmCaseNames: readonly string[] = root !== undefined && existsSync(root) ? foldersWithInput(root, '').sort() : [];

function foldersWithInput(folder: string, name: string): string[] {
  return readdirSync(join(folder, name)).flatMap((entry) => {
    const path = name === '' ? entry : `${name}/${entry}`;
    if (!statSync(join(folder, path)).isDirectory()) return [];
    return existsSync(join(folder, path, 'input.json')) ? [path] : foldersWithInput(folder, path);
  });
}

export function readPgmCase(name: string): PgmCase {
  const file = (each: string): string | undefined => {
    const path = `${root}/${name}/${each}`;
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const params = JSON.parse(file('params.json') ?? '{}');
  const outputs = [false, true].flatMap((isAsymmetric) =>
    [false, true].flatMap((isBatch) => {
      const text = file(`${isAsymmetric ? 'asym' : 'sym'}_output${isBatch ? '_batch' : ''}.json`);
      return text === undefined ? [] : [{ isAsymmetric, isBatch, text }];
    }),
  );
  return {
    name,
    methods: [params.calculation_method].flat(),
    rtol: params.rtol,
    atol: params.atol,
    strategy: params.tap_changing_strategy,
    raises: params.raises?.raises ?? params.xfail?.raises,
    input: file('input.json') ?? '',
    update: file('update_batch.json'),
    outputs,
  };
}
