import { InputError } from '../../base/errors.ts';
import { jsonPath, type Places } from '../../network/document-table.ts';
import { isFeederDocument, readFeederDocument } from '../../network/feeder/read-document.ts';
import type { Case } from '../../network/network.ts';
import { readNetworkDocument } from '../../network/read-document.ts';
import { builtFeederCase, withPlace } from '../feeder-case.ts';
import { mustBeText } from '../text-checks.ts';
import { readYaml } from '../yaml-text.ts';

/**
 * Reads the text of a network or feeder document. Errors name file and line.
 * @throws {InputError} FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG, FORMAT_SYNTAX, FORMAT_ALIAS and the codes of
 *   `readNetworkDocument`, `readFeederDocument`
 */
export function readDocumentText(text: string, fileName: string): Case {
  mustBeText(text, fileName);
  const plain = readJson(text);
  if (plain !== undefined) {
    try {
      return readEither(plain.value, (path) => `${fileName}: ${jsonPath(path)}`, fileName);
    } catch (error) {
      // JSON is YAML: the slower reader below finds the line of the fault
      if (!(error instanceof InputError) || text.length > 4_000_000) throw error;
    }
  }
  // without the marker nothing can come of it: say so before a parser spends time on it
  if (!text.includes('gridflock')) return readNetworkDocument({}, () => `${fileName}:1`);
  const { value, places } = readYaml(text, fileName);
  return readEither(value, places, fileName);
}

/** A feeder document says so; anything else is read, or refused, as a network document. */
const readEither = (value: unknown, places: Places, fileName: string): Case =>
  withPlace(fileName, () =>
    isFeederDocument(value) ? builtFeederCase(readFeederDocument(value, places), []) : readNetworkDocument(value, places),
  );

function readJson(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
