import type { z } from 'zod';
import { InputError } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import type { TimeGrid } from '../base/time-grid.ts';
import { readProfile } from '../devices/params.ts';
import { readProfiles } from '../formats/csv/profiles.ts';
import { shape, shapes } from '../uncertainty/shapes.ts';
import type { StudyServices } from './contract.ts';
import { memberOf } from './member.ts';
import type { profilesSchema } from './schema.ts';

/**
 * Every named series of a study on its grid: columns of its CSV files, then what it defines itself.
 * @throws {InputError} STUDY_DUPLICATE_ID, STUDY_UNKNOWN_MEMBER and what the readers say
 */
export async function readStudyProfiles(
  document: { readonly profiles: z.infer<typeof profilesSchema> },
  grid: TimeGrid,
  stream: RandomStream,
  services: StudyServices,
): Promise<ReadonlyMap<string, Float64Array>> {
  const profiles = new Map<string, Float64Array>();
  const take = (name: string, values: Float64Array, where: string): void => {
    if (profiles.has(name)) {
      throw new InputError({
        code: 'STUDY_DUPLICATE_ID',
        message: `The profile "${name}" is defined twice`,
        where,
        hint: 'Rename one of them.',
      });
    }
    profiles.set(name, values);
  };
  for (const file of document.profiles.files) {
    const columns = readProfiles(await services.readText(file), { fileName: file, grid });
    for (const [name, values] of columns) take(name, values, file);
  }
  for (const [name, definition] of Object.entries(document.profiles.define)) {
    const where = `profiles.define.${name}`;
    if (Array.isArray(definition)) {
      const values = readProfile(definition, where, { grid, profiles, where });
      take(name, values as Float64Array, where);
      continue;
    }
    memberOf(shapes, definition.shape, 'name', `${where}.shape`);
    const values = shape(definition.shape, grid, { stream: stream.split(`profile ${name}`), deviation_frac: definition.deviation_frac });
    take(
      name,
      values.map((v) => v * definition.scale),
      where,
    );
  }
  return profiles;
}
