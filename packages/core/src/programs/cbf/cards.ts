import { InputError } from '../../base/errors.ts';
import { type ProgramText, shown } from '../source.ts';

/** The lines of a CBF file without remarks and blanks, taken one at a time. */
export class CbfCards {
  readonly source: ProgramText;
  line = 1;
  private readonly lines: Generator<{ readonly line: number; readonly content: string }>;

  constructor(source: ProgramText) {
    this.source = source;
    this.lines = source.lines();
  }

  /** Words of the next line; undefined at the end. */
  words(): string[] | undefined {
    for (;;) {
      const found = this.lines.next();
      if (found.done) return undefined;
      const content = found.value.content.trim();
      if (content === '' || content.startsWith('#')) continue;
      this.line = found.value.line;
      return content.split(/\s+/);
    }
  }

  /** Words of the next line, so many of them. @throws {InputError} PROGRAM_CUT_OFF, PROGRAM_SYNTAX */
  take(count: number, what: string): string[] {
    const words = this.words();
    if (words === undefined) {
      const hint = 'The file seems to be cut off: fetch it again, or correct the count that the block announces.';
      throw new InputError(this.source.fault('PROGRAM_CUT_OFF', this.line, `The file ends where ${what} is expected`, hint));
    }
    if (words.length === count) return words;
    const message = `Expected ${what}: ${count} ${count === 1 ? 'word' : 'words'}, got ${words.length} (${shown(words.join(' '))})`;
    throw this.syntax(message, 'Compare the count that the block announces with its lines.');
  }

  whole(word: string, what: string, min: number, max: number): number {
    return this.source.whole(word, this.line, what, min, max);
  }

  number(word: string, what: string): number {
    return this.source.number(word, this.line, what);
  }

  syntax(message: string, hint: string): InputError {
    return new InputError(this.source.fault('PROGRAM_SYNTAX', this.line, message, hint));
  }

  twice(line: number, message: string): InputError {
    return new InputError(this.source.fault('PROGRAM_TWICE', line, message, 'Remove one of the two, or put them together.'));
  }
}
