import { InputError } from '../../base/errors.ts';
import { type ProgramText, shown } from '../source.ts';
import { type LpTokens, sectionAt, type Token } from './tokens.ts';

export interface Expression {
  readonly terms: readonly { readonly name: string; readonly value: number; readonly line: number }[];
  /** Infinite where the file writes an infinity. */
  readonly constant: number;
  readonly quadratic: readonly Product[];
  readonly isEmpty: boolean;
}

export interface Product {
  readonly first: string;
  readonly second: string;
  readonly value: number;
  readonly line: number;
}

export const isInfinity = (text: string): boolean => /^inf(inity)?$/i.test(text);

/** `3 x - 2 * y + 4 + [ x ^2 - 2 x * y ] / 2`, up to a relation or the next section. */
export function readExpression(tokens: LpTokens, source: ProgramText): Expression {
  const terms: { name: string; value: number; line: number }[] = [];
  const quadratic: Product[] = [];
  let constant = 0;
  let isNext = false;
  for (; ; isNext = true) {
    if (sectionAt(tokens) !== undefined) break;
    const signs = readSigns(tokens);
    const token = tokens.peek();
    if (token.type === 'sign' && token.text === '[') {
      quadratic.push(...readBracket(tokens, source, signs.value));
      continue;
    }
    if (token.type !== 'number' && token.type !== 'name') {
      if (signs.count > 0) throw wrong(source, token, 'Expected a term after the sign');
      break;
    }
    // without a sign only the next row can begin here
    if (isNext && signs.count === 0 && (token.isFirst || tokens.peek(1).text === ':')) break;
    if (isNext && signs.count === 0) throw wrong(source, token, `Expected + or − before ${shown(token.text)}`);
    const factor = readFactor(tokens, source);
    const name = tokens.peek();
    if (name.type === 'name' && (factor.isGiven ? !startsAnew(tokens) : true)) {
      tokens.next();
      if (isInfinity(name.text)) {
        constant += signs.value * factor.value * Number.POSITIVE_INFINITY;
        continue;
      }
      terms.push({ name: name.text, value: signs.value * factor.value, line: name.line });
      if (tokens.peek().text === '^' || tokens.peek().text === '*') {
        throw wrong(source, tokens.peek(), 'Squares and products stand in brackets: [ x ^2 + x * y ] / 2');
      }
    } else if (factor.isGiven && !factor.isProduct) constant += signs.value * factor.value;
    else throw wrong(source, name, 'Expected the name of a variable');
  }
  return { terms, constant, quadratic, isEmpty: !isNext };
}

/** A name after a number belongs to it, unless it begins a section or is the label of the next row. */
const startsAnew = (tokens: LpTokens): boolean => sectionAt(tokens) !== undefined || tokens.peek(1).text === ':';

function readSigns(tokens: LpTokens): { readonly value: number; readonly count: number } {
  let value = 1;
  let count = 0;
  while (tokens.peek().text === '+' || tokens.peek().text === '-') {
    if (tokens.next().text === '-') value = -value;
    count++;
  }
  return { value, count };
}

/** A number before a name, 1 without one. */
function readFactor(
  tokens: LpTokens,
  source: ProgramText,
): { readonly value: number; readonly isGiven: boolean; readonly isProduct: boolean } {
  const token = tokens.peek();
  if (token.type !== 'number') return { value: 1, isGiven: false, isProduct: false };
  tokens.next();
  return { value: source.number(token.text, token.line, 'coefficient'), isGiven: true, isProduct: tokens.takes('*') };
}

/** `[ a x ^2 + b x * y … ]`, with `/ 2` behind it or not. */
function readBracket(tokens: LpTokens, source: ProgramText, sign: number): Product[] {
  const products: Product[] = [];
  tokens.next();
  while (!tokens.takes(']')) {
    const signs = readSigns(tokens);
    const start = tokens.peek();
    if (products.length > 0 && signs.count === 0) throw wrong(source, start, `Expected + or − or ] before ${shown(start.text)}`);
    const { value } = readFactor(tokens, source);
    const first = nameIn(tokens, source);
    let second = first;
    if (tokens.takes('^')) {
      const power = tokens.next();
      if (power.text !== '2') throw wrong(source, power, `The power must be 2, got ${shown(power.text)}`);
    } else if (tokens.takes('*')) second = nameIn(tokens, source);
    else throw wrong(source, tokens.peek(), `In brackets there are squares and products only, after ${shown(first)}`);
    products.push({ first, second, value: sign * signs.value * value, line: start.line });
  }
  if (!tokens.takes('/')) return products;
  const divisor = tokens.next();
  if (divisor.text !== '2') throw wrong(source, divisor, `A bracket may be divided by 2, got ${shown(divisor.text)}`);
  return products.map((product) => ({ ...product, value: product.value / 2 }));
}

function nameIn(tokens: LpTokens, source: ProgramText): string {
  const token = tokens.next();
  if (token.type === 'name') return token.text;
  throw wrong(source, token, `Expected the name of a variable, got ${shown(token.text)}`);
}

function wrong(source: ProgramText, at: Token, message: string): InputError {
  const hint = 'Compare the line with its neighbours, and the line before.';
  return new InputError(source.fault('PROGRAM_SYNTAX', at.line, message, hint));
}
