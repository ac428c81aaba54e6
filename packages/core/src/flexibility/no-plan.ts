import { InputError } from '../base/errors.ts';

/** The error of a law that cannot be kept from a step on. */
export function noPlan(id: string, step: number): InputError {
  return new InputError({
    code: 'FLEXIBILITY_NO_PLAN',
    message: `From step ${step} on no plan keeps all limits of "${id}"`,
    where: id,
    hint: 'Look for an energy or temperature at an end that cannot be reached, or for limits that exclude each other.',
  });
}
