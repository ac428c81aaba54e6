import { InputError } from '../../base/errors.ts';
import { lineOf } from '../text-checks.ts';

/**
 * JSON as Python writes it: NaN, Infinity and −Infinity may stand for numbers and become null.
 * @throws {InputError} PANDAPOWER_SYNTAX
 */
export function parsePythonJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const plain = withoutNaN(text);
    try {
      return JSON.parse(plain);
    } catch (error) {
      const message = error instanceof Error ? error.message : 'cannot be read';
      const position = /position (\d+)/.exec(message);
      throw new InputError({
        code: 'PANDAPOWER_SYNTAX',
        message: `The file is not JSON: ${message.split('\n')[0].slice(0, 150)}`,
        where: position === null ? fileName : `${fileName}:${lineOf(plain, Number(position[1]))}`,
        hint: 'Check brackets, quotes and commas there; the file may be cut off.',
      });
    }
  }
}

/** Replaces the words outside of strings; each by as many characters, so that positions stay. */
function withoutNaN(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : 'null'.padEnd(token.length),
  );
}
