import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@gridflock/core';
import { readInputFile } from '../../files/input-file.ts';
import type { Action } from '../command.ts';
import { jsonText } from '../json-text.ts';
import { shownNumber, table } from '../text.ts';

interface Compared {
  readonly path: string;
  readonly status: string;
  readonly study: string;
  readonly network: string;
  readonly seed: number | null;
  readonly kpis: Readonly<Record<string, number>>;
}

/** Two or more results side by side. */
export const compare: Action = async ({ style }, paths) => {
  if (paths.length < 2) {
    throw new InputError({
      code: 'COMPARE_TOO_FEW',
      message: 'There is nothing to compare with: expected two results or more, got one',
      hint: 'Name result.json files, or the folders that hold them.',
    });
  }
  const results: Compared[] = [];
  for (const path of paths) results.push(await readResult(path));
  const names = [...new Set(results.flatMap((result) => Object.keys(result.kpis)))];
  const document = {
    results: results.map(({ kpis: _, ...rest }) => rest),
    kpis: names.map((name) => {
      const values = results.map((result) => result.kpis[name] ?? null);
      const first = values[0];
      return {
        name,
        values,
        difference: values.map((value) => (value === null || first === null || first === undefined ? null : value - first)),
      };
    }),
  };
  const columns = [{ title: '' }, ...results.map((_, k) => ({ title: String(k + 1), right: true }))];
  const rows = document.kpis.map((kpi) => [kpi.name, ...kpi.values.map((value) => shownNumber(value))]);
  const text = [
    ...results.map((each, k) => `${style.bold(String(k + 1))}  ${each.path}: ${each.study} on ${each.network}, ${each.status}`),
    '',
    table(columns, rows, style, (cell, row, column) => {
      const kpi = document.kpis[row];
      return column > 1 && kpi?.difference[column - 1] !== 0 ? style.yellow(cell) : cell;
    }),
  ].join('\n');
  return { document, text, files: [{ name: 'compare.json', content: jsonText(document) }] };
};

async function readResult(path: string): Promise<Compared> {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const inside = ['result.json', 'powerflow.json'].find((name) => isFolder && existsSync(join(path, name)));
  if (isFolder && inside === undefined) {
    throw notResult(path, `Folder "${path}" holds no result.json`);
  }
  const { text } = await readInputFile(inside === undefined ? path : join(path, inside));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notResult(path, `"${path}" is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (typeof value !== 'object' || value === null || !('status' in value) || typeof value.status !== 'string') {
    throw notResult(path, `"${path}" is JSON, but no result: it has no status`);
  }
  const facts: Readonly<Record<string, unknown>> = { ...value };
  const textAt = (name: string, fallback: string): string => (typeof facts[name] === 'string' ? facts[name] : fallback);
  const provenance = (facts['provenance'] ?? {}) as Readonly<Record<string, unknown>>;
  return {
    path,
    status: value.status,
    study: textAt('study', textAt('method', 'power flow')),
    network: textAt('network', '–'),
    seed: typeof provenance['seed'] === 'number' ? provenance['seed'] : null,
    // a power flow has its figures at the top
    kpis: numbersOf(typeof facts['kpis'] === 'object' && facts['kpis'] !== null ? facts['kpis'] : value),
  };
}

const numbersOf = (value: object): Record<string, number> =>
  Object.fromEntries(Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

const notResult = (path: string, message: string): InputError =>
  new InputError({
    code: 'RESULT_INVALID',
    message,
    where: path,
    hint: 'Name a result.json that `gridflock run --out` wrote, or its folder.',
  });
