import { InputError } from '../base/errors.ts';
import { balancedCase } from '../network/feeder/balanced.ts';
import { type BuiltFeeder, buildFeeder, type FeederBuildOptions } from '../network/feeder/build.ts';
import type { Feeder } from '../network/feeder/feeder.ts';
import type { BusName, FeederParts } from '../network/feeder/feeder-parts.ts';
import type { Case, Dropped } from '../network/network.ts';

export interface FeederCaseOptions extends FeederBuildOptions {
  /** What looked odd to the reader. */
  readonly warnings?: readonly string[] | undefined;
}

/**
 * What a reader of feeders returns: the feeder that its parts make, with its balanced equivalent, what was dropped, and what looks odd.
 * Errors of the build that know no place get the name of the file.
 *
 * @throws {InputError} the codes of `buildFeeder` and of `balancedCase`
 */
export function feederCase(parts: FeederParts, dropped: readonly Dropped[], fileName: string, options: FeederCaseOptions = {}): Case {
  const { connected, unconnected } = withoutUnconnected(parts, fileName);
  return withPlace(fileName, () => {
    const { feeder, warnings } = buildFeeder(connected, options);
    return builtFeederCase({ feeder, warnings: [...(options.warnings ?? []), ...warnings] }, [...dropped, ...unconnected]);
  });
}

/** The feeder alone, without its balanced equivalent. @throws {InputError} the codes of `buildFeeder` */
export function feederOfParts(parts: FeederParts, fileName: string, options: FeederBuildOptions = {}): Feeder {
  return withPlace(fileName, () => buildFeeder(withoutUnconnected(parts, fileName).connected, options).feeder);
}

/** Consumers at a bus that no wire and no source touches: other tools let them stand there, without voltage. */
function withoutUnconnected(
  parts: FeederParts,
  fileName: string,
): { readonly connected: FeederParts; readonly unconnected: readonly Dropped[] } {
  const touched = new Set<BusName>();
  for (const { terminal } of parts.sources ?? []) touched.add(terminal.bus);
  for (const { from, to } of [...(parts.lines ?? []), ...(parts.switches ?? [])]) touched.add(from.bus).add(to.bus);
  for (const { windings } of parts.transformers ?? []) for (const { terminal } of windings) touched.add(terminal.bus);
  const unconnected: Dropped[] = [];
  const kept = <T extends { readonly id: string; readonly terminal: { readonly bus: BusName } }>(
    noun: string,
    list: readonly T[] = [],
  ): readonly T[] =>
    list.filter(({ id, terminal }) => {
      if (touched.has(terminal.bus)) return true;
      unconnected.push({ element: `${noun} "${id}"`, where: fileName, reason: `no wire leads to its bus "${terminal.bus}"` });
      return false;
    });
  const connected = {
    ...parts,
    loads: kept('load', parts.loads),
    generators: kept('generator', parts.generators),
    inverters: kept('inverter', parts.inverters),
  };
  return unconnected.length === 0 ? { connected: parts, unconnected } : { connected, unconnected };
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
