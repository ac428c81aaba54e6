import { dirname } from 'node:path';
import { catalog, didYouMean, InputError } from '@gridflock/core';
import { readInputFile } from '../files/input-file.ts';
import type { StudyFile } from '../files/study-file.ts';

export interface StudySource {
  /** For errors: as the user wrote it. */
  readonly path: string;
  /** For provenance: without the folder, so that the same study gives the same bytes wherever it lies. */
  readonly name: string;
  readonly text: string;
  readonly folder: string;
}

export async function studySource(path: string | undefined, byDefault: boolean): Promise<StudySource> {
  if ((path === undefined) !== byDefault) {
    throw new InputError({
      code: byDefault ? 'CLI_TOO_MANY_ARGUMENTS' : 'CLI_MISSING_ARGUMENT',
      message: byDefault ? '--default runs the built-in study: no file is expected' : 'STUDY is missing',
      where: 'gridflock run',
      hint: byDefault ? 'Leave out the file, or --default.' : 'Name a study file, or run the built-in one: gridflock run --default.',
    });
  }
  if (path === undefined) {
    const text = catalog.studies[0]?.template ?? '';
    return { path: 'the default study', name: 'default', text, folder: process.cwd() };
  }
  const { text } = await readInputFile(path);
  return { path, name: path.split(/[/\\]/).at(-1) ?? path, text, folder: dirname(path) };
}

export function kindOf({ document, lineAt }: StudyFile, path: string): string {
  const kinds = catalog.studies.map((study) => study.kind);
  const kind = document['study'];
  if (typeof kind === 'string' && kinds.includes(kind)) return kind;
  const line = lineAt('study');
  throw new InputError({
    code: 'STUDY_KIND_UNKNOWN',
    message:
      kind === undefined
        ? 'The study does not say its kind: expected a key "study"'
        : `The study kind ${JSON.stringify(kind).slice(0, 60)} is not known`,
    where: line === undefined ? path : `${path}:${line} study`,
    hint:
      (typeof kind === 'string' ? didYouMean(kind, kinds) : undefined) ??
      `Write for example "study: ${kinds[0] ?? ''}". Kinds: ${kinds.join(', ')}.`,
  });
}

/** Puts file and line before a JSON path: `devices[2].p_max_kW` → `my.yaml:31 devices[2].p_max_kW`. */
export function placed(error: InputError, { lineAt }: StudyFile, path: string): InputError {
  const { code, what, where, hint } = error;
  // a place in another file, such as feeder.m:48, stays
  if (where !== undefined && /:\d+|[/\\]|\.(?:m|csv|ya?ml|json)$/i.test(where)) return error;
  const line = where === undefined ? undefined : lineAt(where);
  const better = `${path}${line === undefined ? '' : `:${line}`}${where === undefined ? '' : ` ${where}`}`;
  const restored = new InputError({ code, message: what, where: better, hint });
  if (error.stack !== undefined) restored.stack = error.stack;
  return restored;
}
