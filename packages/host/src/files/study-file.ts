import { InputError } from '@gridflock/core';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A study file as plain data, and where in the file each part stands. */
export interface StudyFile {
  readonly document: Readonly<Record<string, unknown>>;
  /** Line of a path such as `devices[2].p_max_kW`, or of the nearest thing above it. */
  lineAt(path: string): number | undefined;
}

const aliasesMax_count = 100;

/**
 * Reads YAML (or JSON, which is YAML) to plain data. What the keys mean is the study's business.
 *
 * @throws {InputError} STUDY_SYNTAX with file:line, STUDY_EMPTY, STUDY_NOT_A_STUDY
 */
export function readStudyFile(text: string, fileName: string): StudyFile {
  if (/^\s*(?:%[^\n]*\n\s*)*function\s+mpc\b/.test(text.slice(0, 20_000))) throw isNetwork(fileName);
  const lines = new LineCounter();
  const placed = (offset: number | undefined): string =>
    offset === undefined ? fileName : `${fileName}:${Math.max(1, lines.linePos(offset).line)}`;
  let parsed: Document.Parsed;
  let value: unknown;
  try {
    // not `silent`: that would pass over a second document in the file
    parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', stringKeys: true });
    const fault = parsed.errors[0] ?? parsed.warnings[0];
    if (fault !== undefined) throw syntaxFault(fault.message, placed(fault.pos[0]));
    value = parsed.toJS({ maxAliasCount: aliasesMax_count });
  } catch (error) {
    if (error instanceof InputError) throw error;
    // too deeply nested, or aliases that multiply: the parser throws what it likes
    throw syntaxFault(error instanceof Error ? error.message : 'unreadable', fileName);
  }
  if (value === null || value === undefined) {
    throw new InputError({
      code: 'STUDY_EMPTY',
      message: `"${fileName}" is empty: expected a study`,
      where: fileName,
      hint: 'Start from a template: gridflock new study negotiate > study.yaml.',
    });
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InputError({
      code: 'STUDY_NOT_A_STUDY',
      message: `"${fileName}" holds ${Array.isArray(value) ? 'a list' : 'a single value'}: expected keys such as "study:" and "network:"`,
      where: `${fileName}:1`,
      hint: 'Start from a template: gridflock new study negotiate > study.yaml.',
    });
  }
  if ('gridflock' in value && String(value.gridflock).startsWith('network/')) throw isNetwork(fileName);
  return {
    document: { ...value },
    lineAt(path) {
      const offset = offsetOf(parsed, path);
      return offset === undefined ? undefined : lines.linePos(offset).line;
    },
  };
}

const isNetwork = (fileName: string): InputError =>
  new InputError({
    code: 'STUDY_NOT_A_STUDY',
    message: `"${fileName}" is a network, not a study`,
    where: fileName,
    hint: `Write a study about it: gridflock new study negotiate --network ${fileName} > study.yaml.`,
  });

const syntaxFault = (message: string, where: string): InputError =>
  new InputError({
    code: 'STUDY_SYNTAX',
    message: `The study file is not YAML: ${(message.split('\n')[0] ?? '').replace(/[.:]$/, '').slice(0, 200)}`,
    where,
    hint: 'Check the indentation, quotes and brackets of this line and the one above.',
  });

/** `devices[2] "pv1".p_max_kW` → devices, 2, p_max_kW. */
export const stepsOf = (path: string): (string | number)[] =>
  [...path.replace(/ "[^"]*"/g, '').matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) => (match[1] === undefined ? match[0] : Number(match[1])));

function offsetOf(document: Document.Parsed, path: string): number | undefined {
  let at: unknown = document.contents;
  let offset: number | undefined;
  for (const step of stepsOf(path)) {
    if (isMap(at)) {
      const pair = at.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      at = pair.value;
    } else if (isSeq(at) && typeof step === 'number') {
      at = at.items[step];
      if (isNode(at)) offset = at.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
