import { InputError, nearestName } from '../../base/errors.ts';
import type { Dropped } from '../../network/network.ts';
import { attributesOf } from './attributes.ts';
import { has, idOf, type Row, type Scenario } from './dataset.ts';

/** An id belongs to one component of all. @throws {InputError} PGM_ID_TWICE */
export function mustHaveDistinctIds(scenario: Scenario): void {
  const first = new Map<string, Row>();
  for (const rows of scenario.values()) {
    for (const row of rows) {
      if (!has(row, 'id')) continue;
      const id = idOf(row);
      const earlier = first.get(id);
      if (earlier !== undefined) {
        throw new InputError({
          code: 'PGM_ID_TWICE',
          message: `The id ${id} is there twice`,
          where: row.where,
          hint: `The first is at ${earlier.where}; ids are distinct among all components.`,
        });
      }
      first.set(id, row);
    }
  }
}

/** Components that become one list of the feeder, where names must be distinct. */
const lists = [
  ['node'],
  ['source'],
  ['line', 'asym_line'],
  ['link'],
  ['transformer', 'three_winding_transformer', 'generic_branch'],
  ['shunt'],
  ['sym_load', 'asym_load', 'sym_gen', 'asym_gen'],
  ['transformer_tap_regulator'],
] as const;

/** Names mean nothing to power-grid-model: where they do not tell components apart, their ids do. */
export function withDistinctNames(scenario: Scenario): Scenario {
  const result = new Map(scenario);
  for (const list of lists) {
    const rows = list.flatMap((component) => scenario.get(component) ?? []);
    const called = rows.map(({ values }) =>
      typeof values['name'] === 'string' && values['name'] !== '' ? values['name'] : String(values['id']),
    );
    if (new Set(called).size === called.length) continue;
    for (const component of list) {
      const unnamed = scenario.get(component)?.map(({ where, values: { name: _, ...values } }): Row => ({ where, values }));
      if (unnamed !== undefined) result.set(component, unnamed);
    }
  }
  return result;
}

/** Attributes that power-grid-model does not know and that look like one that it does: a slip of the hand. Others are taken as notes of whoever wrote the file. */
export function misspelt(scenario: Scenario): readonly Dropped[] {
  const found = new Map<string, { readonly where: string; readonly reason: string; count: number }>();
  for (const [component, rows] of scenario) {
    const known = attributesOf(component);
    if (known === undefined) continue;
    for (const row of rows) {
      for (const name of Object.keys(row.values)) {
        if (name === 'name' || known.includes(name)) continue;
        const near = nearestName(name, known);
        const key = `${name.slice(0, 60)} of ${component}`;
        const entry = found.get(key);
        if (entry !== undefined) entry.count++;
        else if (near !== undefined) {
          const reason = `power-grid-model knows no such attribute. Did you mean "${near}"?`;
          found.set(key, { where: row.where, reason, count: 1 });
        }
      }
    }
  }
  return [...found].map(([key, { where, reason, count }]) => ({ element: count > 1 ? `${key} (${count} times)` : key, where, reason }));
}
