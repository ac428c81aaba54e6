import { type Document, isAlias, isCollection, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';
import { InputError } from '../base/errors.ts';
import type { Path, Places } from '../network/document-table.ts';
import { lineOf, mustHaveLines } from './text-checks.ts';

/** YAML is read at about a megabyte per second; JSON has no such limit. */
const yamlMax_count = 12_000_000;
/** Brackets deeper than this are no document of ours; the parser would run out of stack. */
const nestingMax_count = 50;

/**
 * What a text in YAML (or JSON) says, and where in it each value stands.
 * @throws {InputError} FORMAT_TOO_LONG, FORMAT_SYNTAX, FORMAT_ALIAS, NETWORK_KEY_TWICE
 */
export function readYaml(text: string, fileName: string): { readonly value: unknown; readonly places: Places } {
  mustHaveLines(text, fileName);
  if (text.length > yamlMax_count) {
    throw new InputError({
      code: 'FORMAT_TOO_LONG',
      message: `The file has ${text.length} characters, at most ${yamlMax_count} are read as YAML`,
      where: fileName,
      hint: 'Write it as JSON.',
    });
  }
  const lines = new LineCounter();
  const at = (offset: number | undefined): string =>
    offset === undefined ? fileName : `${fileName}:${Math.max(1, lines.linePos(offset).line)}`;
  const deep = firstDeepBracket(text);
  if (deep !== undefined) {
    throw new InputError({
      code: 'FORMAT_SYNTAX',
      message: `More than ${nestingMax_count} brackets are open at once`,
      where: `${fileName}:${lineOf(text, deep)}`,
      hint: 'Our files need no more than a few; check that each row is closed with ].',
    });
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      // silent would pass over further documents in the file
      logLevel: 'error',
      uniqueKeys: false,
      stringKeys: true,
    });
  } catch (error) {
    throw syntaxError(error instanceof Error ? error.message : 'cannot be read', fileName);
  }
  const fault = document.errors[0];
  if (fault !== undefined) {
    if (fault.code === 'MULTIPLE_DOCS') throw syntaxError('it holds more than one document, set apart by ---', at(fault.pos[0]));
    const cut = fault.pos[0] >= text.trimEnd().length - 1;
    throw syntaxError(fault.message, at(fault.pos[0]), cut);
  }
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const pair of map.items) {
        const key = keyOf(pair);
        if (seen.has(key)) {
          throw new InputError({
            code: 'NETWORK_KEY_TWICE',
            message: `"${String(key).slice(0, 60)}" is there twice`,
            where: at(isNode(pair.key) ? pair.key.range?.[0] : undefined),
            hint: 'Keep one of the two.',
          });
        }
        seen.add(key);
      }
    },
    Alias: (_, node) => {
      throw new InputError({
        code: 'FORMAT_ALIAS',
        message: `"*${node.source.slice(0, 40)}" is a YAML alias, which these files do not have`,
        where: at(node.range?.[0]),
        hint: 'Write the value out; what is the same in every row of a table goes under "all".',
      });
    },
  });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    throw syntaxError(error instanceof Error ? error.message : 'cannot be read', fileName);
  }
  return { value, places: (path) => at(offsetOf(document, path)) };
}

function syntaxError(message: string, where: string, cut = false): InputError {
  const what = message.split('\n')[0].replace(/\.$/, '').slice(0, 200);
  return new InputError({
    code: 'FORMAT_SYNTAX',
    message: `The file is neither YAML nor JSON: ${what}`,
    where,
    hint: cut ? 'The file seems to be cut off here; fetch it again.' : 'Check brackets, quotes, and the indentation of this line.',
  });
}

/** Where the value at a path, or the nearest thing above it, starts. */
function offsetOf(document: Document.Parsed, path: Path): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const step of path) {
    if (isAlias(node) || !isCollection(node)) break;
    const found: unknown = typeof step === 'number' ? node.items[step] : node.items.find((item) => keyOf(item) === step);
    if (found === undefined) break;
    const start = isPair(found) ? found.key : found;
    node = isPair(found) ? found.value : found;
    if (isNode(start)) offset = start.range?.[0] ?? offset;
  }
  return offset;
}

function keyOf(item: unknown): unknown {
  if (!isPair(item)) return undefined;
  const { key } = item;
  return typeof key === 'object' && key !== null && 'value' in key ? key.value : key;
}

/** Offset of the first bracket that is nested too deep; quoted brackets count, which no honest file will notice. */
function firstDeepBracket(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) {
      if (++depth > nestingMax_count) return i;
    } else if ((c === 0x5d || c === 0x7d) && depth > 0) depth--;
  }
  return undefined;
}
