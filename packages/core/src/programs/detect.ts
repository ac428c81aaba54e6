import { didYouMean, InputError } from '../base/errors.ts';
import type { ProgramFormat, StatedProgram } from './contract.ts';

export interface ReadProgramSettings {
  /** Shown in errors; its ending decides when the content does not. */
  readonly fileName: string;
  /** Name of a format; nothing is guessed then. */
  readonly format?: string | undefined;
}

/**
 * Reads a programme in whichever of the formats it is written: by content first, then by the ending of the file's name.
 * @throws {InputError} FORMAT_UNKNOWN and the codes of the format; {CombinationError} PROGRAM_FEATURE_NOT_YET
 */
export function readProgram(text: string, settings: ReadProgramSettings, formats: readonly ProgramFormat[]): StatedProgram {
  return detectProgramFormat(text, settings, formats).read(text, { fileName: settings.fileName });
}

/** The format that `readProgram` would use. @throws {InputError} FORMAT_UNKNOWN */
export function detectProgramFormat(
  text: string,
  { fileName, format }: ReadProgramSettings,
  formats: readonly ProgramFormat[],
): ProgramFormat {
  if (format !== undefined) {
    const named = formats.find(({ name }) => name === format);
    if (named !== undefined) return named;
    throw new InputError({
      code: 'FORMAT_UNKNOWN',
      message: `There is no programme format "${format.slice(0, 60)}"`,
      where: 'format',
      hint: didYouMean(
        format,
        formats.map(({ name }) => name),
      ),
    });
  }
  const ending = /\.([^./\\]+)$/.exec(fileName)?.[1].toLowerCase();
  const byEnding = formats.filter(({ endings }) => ending !== undefined && endings.includes(ending));
  const found = formats.find((candidate) => candidate.detects(text)) ?? (byEnding.length === 1 ? byEnding[0] : undefined);
  if (found !== undefined) return found;
  const looked = formats.map(({ name, endings }) => `${name} (.${endings.join(', .')})`).join('; ');
  throw new InputError({
    code: 'FORMAT_UNKNOWN',
    message: /\S/.test(text)
      ? 'The file looks like no programme format that is known'
      : 'The file is empty, and its ending names no format',
    where: fileName,
    hint: `Looked for ${looked}. Name the format with --format if it is one of them.`,
  });
}
