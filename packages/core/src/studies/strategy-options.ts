import { didYouMean, InputError } from '../base/errors.ts';
import type { Strategy } from '../strategies/contract.ts';

/** @throws {InputError} STUDY_UNKNOWN_KEY for an option that the strategy does not have */
export function checkStrategyOptions<Options extends object>(
  { name, defaults }: Pick<Strategy<Options>, 'name' | 'defaults'>,
  options: Readonly<Record<string, unknown>>,
  where: string,
): void {
  const unknown = Object.keys(options).find((key) => !(key in defaults));
  if (unknown === undefined) return;
  const known = Object.keys(defaults);
  throw new InputError({
    code: 'STUDY_UNKNOWN_KEY',
    message: `The strategy ${name} has no option "${unknown.slice(0, 60)}"`,
    where: `${where}.${unknown}`,
    hint: didYouMean(unknown, known) ?? (known.length > 0 ? `It has ${known.join(', ')}.` : 'It has none.'),
  });
}
