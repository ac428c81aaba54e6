import { CombinationError, GridflockError, InputError } from '../../base/errors.ts';

/** What a reader of a study can do about it, in the keys of the study; others keep their own cure. */
const cures: Readonly<Record<string, string>> = {
  PARTITION_TOO_FEW_RESOURCES: 'Add resources there, or lower clusters.resources_min_count.',
  PARTITION_NOT_RADIAL: 'Take clusters.method: sampled, or open the ties.',
  PARTITION_TOO_MANY: 'Take clusters.method: sampled, or raise clusters.resources_min_count.',
  PARTITION_OUTSIDE: 'Leave it out: the bus of the grid above, and what hangs on it without any resource, belong to no cluster.',
};

/** Says where in the study file that is what a shared room complains about. */
export function inStudy<Value>(where: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof GridflockError)) throw error;
    const facts = { code: error.code, message: error.what, where: error.where ?? where, hint: cures[error.code] ?? error.hint };
    if (error instanceof CombinationError) throw new CombinationError(facts);
    if (error instanceof InputError) throw new InputError(facts);
    throw error;
  }
}
