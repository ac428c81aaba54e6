import { type Place, quoted, refusal } from './place.ts';

/** Longest name that is compared, and how many `*` and `+` a pattern may have: together they bound the work of matching. */
const nameMax_count = 120;
const repeatsMax_count = 3;

/**
 * Whether a name matches the pattern of `BatchEdit`, without regard to upper and lower case.
 * @cost O(length of the name ^ repeats), bounded: a repeat of a group that repeats itself is refused
 * @throws {InputError} OPENDSS_VALUE
 */
export function nameMatcher(pattern: string, at: Place): (name: string) => boolean {
  const repeats = pattern.match(/[*+{]/g)?.length ?? 0;
  if (pattern.length > 200 || repeats > repeatsMax_count || /\)[*+{]/.test(pattern)) {
    throw refusal(
      'OPENDSS_VALUE',
      `The pattern ${quoted(pattern)} is too involved`,
      at,
      `Use at most ${repeatsMax_count} of * and +, and none behind a bracket, as in Load.house.*`,
    );
  }
  try {
    const expression = new RegExp(pattern, 'i');
    return (name) => expression.test(name.slice(0, nameMax_count));
  } catch {
    throw refusal('OPENDSS_VALUE', `${quoted(pattern)} is no regular expression`, at, 'Write BatchEdit class.pattern property=value.');
  }
}
