import { didYouMean, InputError } from '../base/errors.ts';

/** Looks a member up by its name. @throws {InputError} STUDY_UNKNOWN_MEMBER */
export function memberOf<K extends string, M extends Readonly<Record<K, string>>>(
  members: readonly M[],
  name: string,
  key: K,
  where: string,
): M {
  const found = members.find((member) => member[key] === name);
  if (found) return found;
  throw new InputError({
    code: 'STUDY_UNKNOWN_MEMBER',
    message: `"${name.slice(0, 60)}" is not in the catalogue`,
    where,
    hint: didYouMean(
      name,
      members.map((member) => member[key]),
    ),
  });
}
