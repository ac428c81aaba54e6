import type { Case } from '../network/network.ts';
import type { ScenarioReader } from './scenarios.ts';

/**
 * A file format for networks. Text in, objects out; no disk.
 * Profiles (csv) are a different noun and stand in `formats/csv` with their own functions.
 */
export interface NetworkFormat {
  readonly name: string;
  readonly description: string;
  /** File endings, without dot, that suggest this format. */
  readonly endings: readonly string[];
  /** True when the text looks like this format, whatever its file is called. Cheap: looks at the first kilobytes. */
  detects(text: string): boolean;
  /** Whether its files hold study cases: named states of the same grid, one of which `ReadOptions.studyCase` asks for. Absent: no. */
  readonly hasStudyCases?: boolean;
  /** @throws {InputError} with file:line */
  read(text: string, options: ReadOptions): Case;
  /** Reads many scenarios of a network from a second file. Absent: the format has none. */
  readonly scenarios?: ScenarioReader;
  /** Absent when the format is read-only. */
  write?(value: Case): Written;
  /**
   * The file to start with, when a folder with these file names is a network of this format (a folder of tables). Absent: never a folder.
   * It is read with `ReadOptions.files`, which gives the others.
   */
  folderEntry?(names: readonly string[]): string | undefined;
}

/** What a writer made of a Case. Reading `text` again gives the case, except for what `losses` lists. */
export interface Written {
  readonly text: string;
  /** Everything of the case that the format has no place for, or holds only approximately; empty when nothing was lost. */
  readonly losses: readonly Loss[];
}

export interface Loss {
  /** What lost something, in the user's words: `regulator "reg1"`, `load "671"`, or `all loads` where it is the same for many. */
  readonly element: string;
  /** What became of it, and why. */
  readonly reason: string;
}

export interface ReadOptions {
  /** Shown in errors. */
  readonly fileName: string;
  /** The files that the text may point at; absent: none, and pointing at one is an error. */
  readonly files?: FileSource | undefined;
  /** Name of a study case, for formats that have some; absent: the grid as it is written. @see NetworkFormat.hasStudyCases */
  readonly studyCase?: string | undefined;
}

/** Files beside the one that is read, handed in because core has no disk. Paths as written in the file, either slash, upper and lower case alike. */
export interface FileSource {
  /** Text of `path` seen from the file `from` (its `name`), or undefined when there is none. `name` identifies the file: cycles are found by it. */
  read(path: string, from: string): { readonly name: string; readonly text: string } | undefined;
}
