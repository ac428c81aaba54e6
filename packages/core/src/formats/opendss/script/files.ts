import { InputError } from '../../../base/errors.ts';
import type { ReadOptions } from '../../contract.ts';
import { mustBeText, mustHaveLines } from '../../text-checks.ts';
import { type Place, quoted, refusal, whereOf } from './place.ts';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** The files of one reading: what `Redirect`, `Compile`, `Buscoords` and arrays point at. */
export class ScriptFiles {
  private readonly options: ReadOptions;
  /** The file whose folder relative paths start from; `Compile` moves it. */
  base: string;

  constructor(options: ReadOptions) {
    this.options = options;
    this.base = options.fileName;
  }

  /** @throws {InputError} OPENDSS_FILE_MISSING, FORMAT_BINARY, FORMAT_TOO_LONG */
  read(path: string, at: Place): SourceFile {
    const found = this.findFrom(path, at);
    if (found === undefined) {
      const known = this.options.files !== undefined;
      throw refusal(
        'OPENDSS_FILE_MISSING',
        `The file ${quoted(path)} ${known ? 'is not there' : 'is needed, and only one file was given'}`,
        at,
        known
          ? `Looked from ${this.base.slice(-100)}. Put it there, or correct the path.`
          : 'Read the script from its folder, with the files that it names beside it.',
      );
    }
    return found;
  }

  /** What cannot be read is said with the line that names it. */
  private findFrom(path: string, at: Place): SourceFile | undefined {
    try {
      return this.find(path);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError({
        code: error.code,
        message: `${error.what}; ${whereOf(at)} names it`,
        where: error.where ?? whereOf(at),
        hint: error.hint ?? 'Correct the path, or the file.',
      });
    }
  }

  find(path: string): SourceFile | undefined {
    if (path.trim() === '') return undefined;
    const found = this.options.files?.read(path, this.base);
    if (found === undefined) return undefined;
    if (/\S/.test(found.text)) mustBeText(found.text, found.name);
    mustHaveLines(found.text, found.name);
    return found;
  }
}
