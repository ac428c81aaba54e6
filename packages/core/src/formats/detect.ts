import { CombinationError, didYouMean, InputError } from '../base/errors.ts';
import type { Case } from '../network/network.ts';
import type { FileSource, NetworkFormat } from './contract.ts';
import { mustBeText } from './text-checks.ts';

export interface ReadNetworkOptions {
  /** Shown in errors; its ending decides when the content does not. */
  readonly fileName: string;
  /** Name of a format; nothing is guessed then. */
  readonly format?: string | undefined;
  /** The files that the text may point at. */
  readonly files?: FileSource | undefined;
  /** Name of a study case, for formats that have some. */
  readonly studyCase?: string | undefined;
}

/**
 * Reads a network in whichever of the formats it is written: by content first, then by the ending of the file's name.
 * @throws {InputError} FORMAT_UNKNOWN, FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG and the codes of the format
 * @throws {CombinationError} FORMAT_NO_STUDY_CASES
 */
export function readNetwork(text: string, options: ReadNetworkOptions, formats: readonly NetworkFormat[]): Case {
  const { fileName, files, studyCase } = options;
  const format = detectFormat(text, options, formats);
  if (studyCase !== undefined && format.hasStudyCases !== true) {
    throw new CombinationError({
      code: 'FORMAT_NO_STUDY_CASES',
      message: `The study case "${studyCase.slice(0, 60)}" was asked for, but a network in the format ${format.name} has none`,
      where: fileName,
      hint: `Leave it out; ${formats.flatMap((each) => (each.hasStudyCases === true ? [each.name] : [])).join(', ')} has study cases.`,
    });
  }
  return format.read(text, { fileName, files, studyCase });
}

/** The format that `readNetwork` would use. @throws {InputError} as `readNetwork`, before anything is read */
export function detectFormat(text: string, { fileName, format }: ReadNetworkOptions, formats: readonly NetworkFormat[]): NetworkFormat {
  if (format !== undefined) {
    const named = formats.find(({ name }) => name === format);
    if (named !== undefined) return named;
    throw new InputError({
      code: 'FORMAT_UNKNOWN',
      message: `There is no format "${format.slice(0, 60)}"`,
      where: 'format',
      hint: didYouMean(
        format,
        formats.map(({ name }) => name),
      ),
    });
  }
  mustBeText(text, fileName);
  const byContent = formats.find((candidate) => candidate.detects(text));
  if (byContent !== undefined) return byContent;
  const ending = /\.([^./\\]+)$/.exec(fileName)?.[1].toLowerCase();
  const byEnding = formats.filter(({ endings }) => ending !== undefined && endings.includes(ending));
  if (byEnding.length === 1) return byEnding[0];
  const looked = formats.map(({ name, endings }) => `${name} (.${endings.join(', .')})`).join('; ');
  throw new InputError({
    code: 'FORMAT_UNKNOWN',
    message: 'The file looks like no network format that is known',
    where: fileName,
    hint: `Looked for ${looked}. Name the format with --format if it is one of them.`,
  });
}
