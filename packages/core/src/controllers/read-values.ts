import { didYouMean, InputError } from '../base/errors.ts';
import { unitOfName, withoutUnit } from '../base/units.ts';
import type { ParamTable, ValuesOf } from '../devices/contract.ts';
import type { Controller } from './contract.ts';

/**
 * Reads the parameters of a controller against its table; what is left out takes its default.
 * @param where - path in the document, for errors
 * @throws {InputError} CONTROL_PARAM
 */
export function readControllerValues<T extends ParamTable>(
  controller: Controller<T>,
  raw: Readonly<Record<string, unknown>>,
  where: string,
): ValuesOf<T> {
  const names = Object.keys(controller.params);
  for (const name of Object.keys(raw)) {
    if (names.includes(name)) continue;
    const sameStem = names.find((known) => withoutUnit(known) === withoutUnit(name));
    throw wrong(
      sameStem === undefined
        ? `Controller ${controller.name} has no parameter "${name}"`
        : `"${name}" has the wrong unit: expected "${sameStem}"`,
      `${where}.${name}`,
      sameStem === undefined ? (didYouMean(name, names) ?? 'Leave it out.') : `Convert the value to ${unitOfName(sameStem)}.`,
    );
  }
  const values: Record<string, number> = {};
  for (const [name, spec] of Object.entries(controller.params)) {
    if (spec.type !== 'number') continue;
    const given = raw[name] ?? spec.default;
    if (given === undefined) throw wrong(`Controller ${controller.name} needs "${name}" (${spec.about})`, where, `Add ${name}: … to it.`);
    const { min = -Infinity, max = Infinity } = spec;
    if (typeof given !== 'number' || !Number.isFinite(given) || given < min || given > max) {
      const range = min > -Infinity ? ` of at least ${min}` : '';
      throw wrong(
        `"${name}" must be a finite number${range}${max < Infinity ? ` and at most ${max}` : ''}, got ${String(given)}`,
        `${where}.${name}`,
        `It is: ${spec.about}.`,
      );
    }
    values[name] = given;
  }
  const typed = Object.freeze(values) as ValuesOf<T>;
  const faults = controller.check?.(typed) ?? [];
  if (faults.length > 0)
    throw wrong(`Controller ${controller.name} cannot work: ${faults.join('; ')}`, where, 'Change the parameters named.');
  return typed;
}

const wrong = (message: string, where: string, hint: string): InputError => new InputError({ code: 'CONTROL_PARAM', message, where, hint });
