import { InputError } from '../base/errors.ts';
import { balancedCase } from '../network/feeder/balanced.ts';
import { type BuiltFeeder, buildFeeder, type FeederBuildOptions } from '../network/feeder/build.ts';
import type { FeederParts } from '../network/feeder/feeder-parts.ts';
import type { Case, Dropped } from '../network/network.ts';

/**
 * What a reader of feeders returns: the feeder that its parts make, with its balanced equivalent, what was dropped, and what looks odd.
 * Errors of the build that know no place get the name of the file.
 *
 * @throws {InputError} the codes of `buildFeeder` and of `balancedCase`
 */
export function feederCase(parts: FeederParts, dropped: readonly Dropped[], fileName: string, options: FeederBuildOptions = {}): Case {
  return withPlace(fileName, () => builtFeederCase(buildFeeder(parts, options), dropped));
}

/** The same for a feeder that is built already. */
export function builtFeederCase({ feeder, warnings }: BuiltFeeder, dropped: readonly Dropped[]): Case {
  const balanced = balancedCase(feeder);
  return Object.freeze({
    ...balanced,
    dropped: Object.freeze([...dropped, ...balanced.dropped]),
    warnings: Object.freeze([...warnings, ...balanced.warnings]),
  });
}

/** Runs `make`; an error that says nowhere where it is says that it is in this file, and what can be done is never left out. */
export function withPlace<T>(fileName: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InputError) || (error.where !== undefined && error.hint !== undefined)) throw error;
    throw new InputError({
      code: error.code,
      message: error.what,
      where: error.where ?? fileName,
      hint: error.hint ?? 'Correct it in the file.',
    });
  }
}
