import { InputError } from '../../../base/errors.ts';

/** A line of a file. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export const whereOf = ({ file, line }: Place): string => `${file}:${line}`;

/** An error of the reader; long words of the file are cut so that the message stays readable. */
export function refusal(code: string, message: string, at: Place, hint: string): InputError {
  return new InputError({ code, message: message.slice(0, 600), where: whereOf(at).slice(-200), hint: hint.slice(0, 400) });
}

/** A word of the file as an error quotes it. */
export const quoted = (word: string): string => `"${word.length > 60 ? `${word.slice(0, 60)}…` : word}"`;
