import type { ProgramText } from '../source.ts';

/** One line of an MPS file: the header of a section, or the fields of a data line. */
export interface Card {
  readonly line: number;
  /** The keyword of the section, upper case; absent on data lines. */
  readonly section?: string;
  readonly fields: readonly string[];
}

/** Sections by what is done with them. Of the last group the meaning is known, and cannot be held in a programme of ours. */
export const readSections = new Set([
  ...['NAME', 'OBJSENSE', 'OBJSENSE_MAX', 'OBJNAME', 'ROWS', 'COLUMNS', 'RHS', 'RANGES', 'BOUNDS'],
  ...['QUADOBJ', 'QMATRIX', 'QSECTION', 'ENDATA'],
]);
export const foreignSections: ReadonlyMap<string, string> = new Map([
  ['SOS', 'special ordered sets'],
  ['SOS1', 'special ordered sets'],
  ['SOS2', 'special ordered sets'],
  ['SETS', 'special ordered sets'],
  ['QCMATRIX', 'quadratic constraints'],
  ['CSECTION', 'conic constraints'],
  ['INDICATORS', 'indicator constraints'],
  ['GENCONS', 'general constraints'],
  ['PWLOBJ', 'piecewise-linear objectives'],
  ['LAZYCONS', 'lazy constraints'],
  ['USERCUTS', 'user cuts'],
]);
const isKeyword = (word: string): boolean => readSections.has(word) || foreignSections.has(word);

/** Where the six fields of a fixed card stand; between them there are blanks. */
const places = [
  [1, 3],
  [4, 12],
  [14, 22],
  [24, 36],
  [39, 47],
  [49, 61],
] as const;
const gaps = [0, 3, 12, 13, 22, 23, 36, 37, 38, 47, 48] as const;

/**
 * Splits an MPS file into cards. Fields are separated by blanks; only where names hold blanks are they taken by position.
 */
export function* cardsOf(source: ProgramText): Generator<Card> {
  const fixed = hasFixedLayout(source);
  let section = '';
  for (const { line, content } of source.lines()) {
    if (isRemark(content)) continue;
    const words = wordsOf(content);
    if (startsSection(content, words[0], section)) {
      section = words[0].toUpperCase();
      yield { line, section, fields: section === 'NAME' ? [content.slice(4).trim()] : words.slice(1) };
      if (section === 'ENDATA') return;
    } else {
      yield { line, fields: fixed ? fixedFields(content) : words };
    }
  }
}

/** A dollar before the third word or a later one begins a remark. */
function wordsOf(content: string): string[] {
  const words = content.trim().split(/\s+/);
  const remark = words.findIndex((word, k) => k >= 2 && word.startsWith('$'));
  return remark < 0 ? words : words.slice(0, remark);
}

const isRemark = (content: string): boolean => content.startsWith('*') || !/\S/.test(content);
const isIndented = (content: string): boolean => content[0] === ' ' || content[0] === '\t';

/** A header starts in the first column. Some writers do not indent the name of a set either: `RHS  c1  4`. */
function startsSection(content: string, word: string, section: string): boolean {
  if (isIndented(content)) return false;
  const name = word.toUpperCase();
  if (name === section && name !== 'ROWS') return /^\S+\s*$/.test(content);
  return isKeyword(name) || section === '';
}

/** Fixed when some line cannot be read by blanks, and every line keeps the places of the fixed layout. */
function hasFixedLayout(source: ProgramText): boolean {
  let section = '';
  let needed = false;
  for (const { content } of source.lines()) {
    if (isRemark(content)) continue;
    if (!isIndented(content)) {
      section = /^\S+/.exec(content)?.[0].toUpperCase() ?? '';
      if (section === 'ENDATA') break;
      continue;
    }
    if (section !== 'ROWS' && section !== 'COLUMNS') continue;
    if (content.includes('\t') || content.length > 80 || gaps.some((at) => content.length > at && content[at] !== ' ')) return false;
    if (needed) continue;
    const count = wordsOf(content).length;
    needed = section === 'ROWS' ? count !== 2 : count !== 3 && count !== 5;
  }
  return needed;
}

/** The fields by position, without the empty ones at the end; the first (a type) is left out where it is blank. */
function fixedFields(content: string): string[] {
  const fields = places.map(([from, to]) => content.slice(from, to).trim());
  while (fields.length > 0 && fields.at(-1) === '') fields.pop();
  return fields[0] === '' ? fields.slice(1) : fields;
}
