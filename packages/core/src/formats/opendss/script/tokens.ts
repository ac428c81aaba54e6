/** One parameter of a line: `name=text`, or only `text`. */
export interface Token {
  /** As written; empty for a positional parameter. */
  readonly name: string;
  /** Without its quotes. */
  readonly text: string;
  /** The opening quote or bracket, or empty. What stands in one may be an expression. */
  readonly quote: string;
  /** False when the closing quote is missing on the line. */
  readonly closed: boolean;
  /** True for a bare number right behind a number and a comma, without a blank: `1,5` may have been meant as one. */
  readonly afterComma?: boolean;
}

/** What `Var @name=value` defined, by lower-case name with its @. */
export type Variables = ReadonlyMap<string, Token>;

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '"': '"', "'": "'" };
const isBlank = (c: string): boolean => c === ' ' || c === '\t' || c === ',' || c === '\r' || c === '\f' || c === '\v' || c === '\u00a0';

/**
 * Takes the parameters of one line apart. Blanks and commas separate; `!` and `//` begin a comment outside quotes; a quoted
 * text ends at the first closing mark of its kind, whatever stands inside. Words that begin with `@` are replaced by their variable.
 */
export class LineScanner {
  readonly text: string;
  private readonly variables: Variables | undefined;
  private at: number;

  constructor(text: string, at = 0, variables?: Variables) {
    this.text = text;
    this.at = at;
    this.variables = variables;
  }

  /** The next parameter, or undefined at the end of the line or at a comment. */
  next(): Token | undefined {
    if (!this.skipBlanks()) return undefined;
    const from = this.at;
    const first = this.word();
    const afterComma = /\d,$/.test(this.text.slice(Math.max(0, from - 2), from)) && /^\d+$/.test(first.text);
    if (!this.skipBlanks() || this.text[this.at] !== '=')
      return this.substituted({ name: '', ...first, ...(afterComma ? { afterComma } : {}) });
    this.at++;
    const value = this.skipBlanks() ? this.word() : { text: '', quote: '', closed: true };
    return this.substituted({ name: first.text, ...value });
  }

  /** Everything up to the end of the line or a comment, blanks trimmed. */
  rest(): string {
    const from = this.at;
    while (this.next() !== undefined);
    return this.text.slice(from, this.at).trim();
  }

  /** False at the end or at a comment. */
  private skipBlanks(): boolean {
    while (this.at < this.text.length && isBlank(this.text[this.at])) this.at++;
    return this.at < this.text.length && !this.atComment();
  }

  private atComment(): boolean {
    const c = this.text[this.at];
    return c === '!' || (c === '/' && this.text[this.at + 1] === '/');
  }

  private word(): { readonly text: string; readonly quote: string; readonly closed: boolean } {
    const { text } = this;
    const quote = text[this.at];
    const close = closing[quote];
    if (close !== undefined) {
      const from = this.at + 1;
      const end = text.indexOf(close, from);
      this.at = end < 0 ? text.length : end + 1;
      return { text: text.slice(from, end < 0 ? text.length : end).trim(), quote, closed: end >= 0 };
    }
    const from = this.at;
    if (text[this.at] === '=') return { text: '', quote: '', closed: true };
    while (this.at < text.length && !isBlank(text[this.at]) && text[this.at] !== '=' && !this.atComment()) this.at++;
    return { text: text.slice(from, this.at), quote: '', closed: true };
  }

  private substituted(token: Token): Token {
    if (this.variables === undefined || this.variables.size === 0 || !token.text.includes('@')) return token;
    if (token.quote === '"' || token.quote === "'") return token;
    if (token.quote !== '') {
      const text = token.text.replace(/@[^\s,.^|()[\]{}]+/g, (word) => this.variables!.get(word.toLowerCase())?.text ?? word);
      return { ...token, text };
    }
    // the name of a variable ends at a dot, which stays, or at a caret, which only separates
    const [, word, tail] = /^(@[^.^]*)(.*)$/.exec(token.text) ?? [];
    const value = word === undefined ? undefined : this.variables.get(word.toLowerCase());
    if (value === undefined) return token;
    if (tail === '') return { ...value, name: token.name };
    return { ...token, text: value.text + (tail.startsWith('^') ? tail.slice(1) : tail) };
  }
}
