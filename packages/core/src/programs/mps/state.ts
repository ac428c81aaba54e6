import { CombinationError, InputError } from '../../base/errors.ts';
import { NamedAssembly } from '../assembly.ts';
import type { ProgramText } from '../source.ts';

/** An entry of the quadratic sections, as the file gives it. */
export interface QuadraticEntry {
  readonly value: number;
  readonly line: number;
}

/** What the readers of the sections share: the model so far, and the words for what is wrong. */
export class MpsState {
  readonly source: ProgramText;
  readonly model: NamedAssembly;
  section = '';
  /** By the positions of the two columns: `3 5`. QUADOBJ gives one triangle, QMATRIX both. */
  readonly quadratic = new Map<string, QuadraticEntry>();
  quadraticIsFull: boolean | undefined;
  /** The first set of each section; further ones are left out. */
  private readonly sets = new Map<string, string>();

  constructor(source: ProgramText) {
    this.source = source;
    this.model = new NamedAssembly(source);
  }

  /** False for the second set of a section, which is said once. */
  isFirstSet(set: string, line: number): boolean {
    const first = this.sets.get(this.section);
    if (first === undefined) this.sets.set(this.section, set);
    if (first === undefined || first === set) return true;
    const said = `${this.section} set`;
    if (!this.sets.has(`${said} ${set}`)) {
      this.sets.set(`${said} ${set}`, '');
      this.model.warnings.push(`The ${said} "${set}" is left out: only the first, "${first}", counts (line ${line})`);
    }
    return false;
  }

  syntax(line: number, message: string): InputError {
    const hint = 'Compare the line with its neighbours; names may hold blanks only in the fixed layout.';
    return new InputError(this.source.fault('PROGRAM_SYNTAX', line, message, hint));
  }

  twice(line: number, message: string): InputError {
    return new InputError(this.source.fault('PROGRAM_TWICE', line, message, 'Remove one of the two, or put them together.'));
  }

  foreign(line: number, feature: string): CombinationError {
    const hint = `Write the model without ${feature}.`;
    return new CombinationError(
      this.source.fault('PROGRAM_FEATURE_NOT_YET', line, `The model has ${feature}, which are not read yet`, hint),
    );
  }
}
