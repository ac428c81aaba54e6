import { InputError } from '../../base/errors.ts';
import { type ProgramText, shown } from '../source.ts';

export interface Token {
  readonly type: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly line: number;
  /** First of its line: only there can a section begin. */
  readonly isFirst: boolean;
}

/** blank, end of line, remark, number, sign, name: in this order */
const pattern =
  /([ \t\r\v\f]+)|(\n)|(\\[^\n]*)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(->|<=|=<|>=|=>|[<>=+\-*^/:[\]])|([^\s+\-*^/:<>=[\]\\\d.][^\s+\-*^/:<>=[\]\\]*)/y;
const nameMax_count = 1000;

/** Words of an LP file, with as much looking ahead as its grammar asks. */
export class LpTokens {
  private readonly source: ProgramText;
  private readonly ahead: Token[] = [];
  private at = 0;
  private line = 1;
  private isFirst = true;

  constructor(source: ProgramText) {
    this.source = source;
  }

  /** The next token but `k`, which stays. */
  peek(k = 0): Token {
    while (this.ahead.length <= k) this.ahead.push(this.scan());
    return this.ahead[k];
  }

  next(): Token {
    const token = this.peek();
    if (token.type !== 'end') this.ahead.shift();
    return token;
  }

  /** True, and passed over, when the next token is this sign. */
  takes(sign: string): boolean {
    const { type, text } = this.peek();
    if (type !== 'sign' || text !== sign) return false;
    this.next();
    return true;
  }

  private scan(): Token {
    const { text } = this.source;
    while (this.at < text.length) {
      pattern.lastIndex = this.at;
      const found = pattern.exec(text);
      if (found === null) {
        const character = String.fromCodePoint(text.codePointAt(this.at) ?? 0);
        const hint = 'Names begin with a letter and hold no blanks or operators.';
        throw new InputError(this.source.fault('PROGRAM_SYNTAX', this.line, `The character ${shown(character)} may not stand here`, hint));
      }
      this.at = pattern.lastIndex;
      const [word, , end, , number, sign, name] = found;
      if (end !== undefined) {
        this.line++;
        this.isFirst = true;
      } else if (number !== undefined || sign !== undefined || name !== undefined) {
        const { isFirst, line } = this;
        this.isFirst = false;
        if (word.length > nameMax_count) {
          const message = `The word ${shown(word)} has ${word.length} characters, at most ${nameMax_count} are read`;
          throw new InputError(this.source.fault('PROGRAM_SYNTAX', line, message, 'Look for a missing blank.'));
        }
        return { type: number !== undefined ? 'number' : sign !== undefined ? 'sign' : 'name', text: word, line, isFirst };
      }
    }
    return { type: 'end', text: '', line: this.line, isFirst: true };
  }
}

export type Section = 'minimise' | 'maximise' | 'rows' | 'bounds' | 'whole' | 'binary' | 'end';

const sections: ReadonlyMap<string, Section> = new Map<string, Section>([
  ...['min', 'minimum', 'minimize', 'minimise'].map((word) => [word, 'minimise'] as const),
  ...['max', 'maximum', 'maximize', 'maximise'].map((word) => [word, 'maximise'] as const),
  ...['st', 's.t.', 'st.'].map((word) => [word, 'rows'] as const),
  ...['bound', 'bounds'].map((word) => [word, 'bounds'] as const),
  ...['gen', 'general', 'generals', 'int', 'integer', 'integers'].map((word) => [word, 'whole'] as const),
  ...['bin', 'binary', 'binaries'].map((word) => [word, 'binary'] as const),
  ['end', 'end'],
]);
/** Sections that cannot be held in a programme of ours. */
const foreign: ReadonlyMap<string, string> = new Map([
  ['semi', 'semi-continuous variables'],
  ['semis', 'semi-continuous variables'],
  ['sos', 'special ordered sets'],
  ['sos1', 'special ordered sets'],
  ['sos2', 'special ordered sets'],
  ['pwlobj', 'piecewise-linear objectives'],
]);
const pairs: ReadonlyMap<string, string> = new Map([
  ['subject', 'to'],
  ['such', 'that'],
  ['lazy', 'constraints'],
  ['user', 'cuts'],
  ['general', 'constraints'],
]);

/** What begins here: a section with the number of its words, a feature that is not taken, or nothing. */
export function sectionAt(
  tokens: LpTokens,
): { readonly section: Section; readonly words: number } | { readonly feature: string } | undefined {
  const first = tokens.peek();
  if (first.type === 'end') return { section: 'end', words: 0 };
  if (first.type !== 'name' || !first.isFirst) return undefined;
  const word = first.text.toLowerCase();
  if (!sections.has(word) && !foreign.has(word) && !pairs.has(word)) return undefined;
  const second = tokens.peek(1);
  if (second.type === 'sign' && second.text === ':' && !foreign.has(word)) return undefined;
  const isPair = pairs.get(word) === second.text.toLowerCase() && !second.isFirst;
  if (isPair && (word === 'subject' || word === 'such')) return { section: 'rows', words: 2 };
  if (isPair) return { feature: `${word} ${second.text.toLowerCase()}` };
  const feature = foreign.get(word);
  // a variable may well be called "sos": a section has its name alone on the line, or is semi-continuous
  if (feature !== undefined && (second.isFirst || (second.text === '-' && tokens.peek(2).text.toLowerCase() === 'continuous')))
    return { feature };
  const section = sections.get(word);
  return section === undefined ? undefined : { section, words: 1 };
}
