import { didYouMean, InputError } from '../../base/errors.ts';
import { type Dataset, idOf, invalid, isGiven, type Row, type Scenario } from './dataset.ts';

/**
 * The networks of a batch, one after another: the input with the values of each scenario of an update put in. Scenarios are independent of each other.
 *
 * Values that are absent or null stay as they are. Where a component's records carry no ids, there must be as many as the input has, in its order.
 * @throws {InputError} PGM_DATASET_INVALID, PGM_UNKNOWN_ID
 */
export function* updated(input: Scenario, update: Dataset): Generator<Scenario> {
  if (update.type !== 'update')
    throw invalid(`The dataset is of type "${update.type}", not an update`, 'update', 'Give the update dataset of this input.');
  for (const scenario of update.scenarios) {
    const changed = new Map(input);
    for (const [component, changes] of scenario) changed.set(component, withChanges(component, input.get(component) ?? [], changes));
    yield changed;
  }
}

function withChanges(component: string, rows: readonly Row[], changes: readonly Row[]): readonly Row[] {
  if (changes.length === 0) return rows;
  const result = [...rows];
  const withIds = changes.filter((change) => isGiven('id', change.values['id']));
  if (withIds.length === 0) {
    if (changes.length !== rows.length) {
      throw invalid(
        `${changes.length} updates of "${component}" have no ids, and the input has ${rows.length}`,
        changes[0]?.where ?? component,
        'Give ids, or one update for each component in its order.',
      );
    }
    changes.forEach((change, k) => {
      result[k] = merged(rows[k], change);
    });
    return result;
  }
  const indexOf = new Map(rows.map((row, k) => [idOf(row), k]));
  for (const change of changes) {
    const id = idOf(change);
    const k = indexOf.get(id);
    if (k === undefined) {
      throw new InputError({
        code: 'PGM_UNKNOWN_ID',
        message: `An update of "${component}" names ${id}, which the input does not have`,
        where: change.where,
        hint: didYouMean(id, indexOf.keys()) ?? 'Correct the id.',
      });
    }
    result[k] = merged(result[k], change);
  }
  return result;
}

function merged(row: Row, change: Row): Row {
  const given = Object.entries(change.values).filter(([name, value]) => name !== 'id' && isGiven(name, value));
  const values: Record<string, unknown> = { ...row.values };
  for (const [name, value] of given) values[name] = Array.isArray(value) ? perPhase(values[name], value) : value;
  return { where: change.where, values };
}

/** Phases that an update leaves null stay as they are: 0 where the input says nothing. */
export function perPhase(before: unknown, value: readonly unknown[]): readonly unknown[] {
  return value.map((each, k) => (each === null ? (Array.isArray(before) ? before[k] : 0) : each));
}
