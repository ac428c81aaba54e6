import type { AtomicDirectory } from '../files/atomic-directory.ts';
import type { ProgressLine } from './progress.ts';
import type { Flags, Settings } from './settings.ts';
import type { Stop } from './stop.ts';
import type { Style } from './text.ts';

/** What a command is given: no command reaches for the terminal, the clock or the process by itself. */
export interface CommandContext {
  readonly settings: Settings;
  readonly options: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly style: Style;
  /** Columns of the terminal. */
  readonly width: number;
  readonly version: string;
  readonly progress: ProgressLine;
  readonly stop: Stop;
  /** The folder of --out while it is written, for tables that are too long to be made at once; absent without --out. */
  readonly out?: Pick<AtomicDirectory, 'append'> | undefined;
  /** A line on standard error, unless --quiet. */
  note(text: string): void;
}

export interface OutputFile {
  readonly name: string;
  readonly content: string | Iterable<string>;
}

/** What a command answers. Who called it decides what of that is written where. */
export interface Answer {
  /** For --json. */
  readonly document: object;
  /** For a person, on standard output. */
  readonly text: string;
  /** 1: finished, but the answer is "no". */
  readonly status?: 0 | 1;
  /** For --out. Same inputs and seed, same bytes. */
  readonly files: readonly OutputFile[];
}

export type Action = (context: CommandContext, operands: readonly string[]) => Promise<Answer>;

/** The main file of each command that writes one; --force replaces a folder only when it holds one of them. */
export const documentNames = [
  'result.json',
  'powerflow.json',
  'opf.json',
  'inspect.json',
  'list.json',
  'compare.json',
  'config.json',
  'convert.json',
  'solve.json',
  'scale.json',
  'study.yaml',
  'public.yaml',
  'nats-server.conf',
  'mosquitto.conf',
  'deployment.json',
] as const;
