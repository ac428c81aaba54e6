import { CombinationError, InputError } from '../../base/errors.ts';
import { NamedAssembly } from '../assembly.ts';
import type { StatedProgram } from '../contract.ts';
import { type ProgramText, shown } from '../source.ts';
import { type Expression, isInfinity, readExpression } from './expression.ts';
import { LpTokens, type Section, sectionAt, type Token } from './tokens.ts';

const relations: ReadonlyMap<string, '<' | '>' | '='> = new Map([
  ...['<', '<=', '=<'].map((sign) => [sign, '<'] as const),
  ...['>', '>=', '=>'].map((sign) => [sign, '>'] as const),
  ['=', '='],
]);
/** What `5 >= x` says of x. */
const opposite = { '<': '>', '>': '<', '=': '=' } as const;

/** Reads an LP file from top to bottom. */
export class LpReading {
  private readonly source: ProgramText;
  private readonly tokens: LpTokens;
  private readonly model: NamedAssembly;
  private readonly rows = new Set<string>();

  constructor(source: ProgramText) {
    this.source = source;
    this.tokens = new LpTokens(source);
    this.model = new NamedAssembly(source);
  }

  read(): StatedProgram {
    const { model, tokens } = this;
    const first = tokens.peek();
    const sense = this.sectionHere();
    if (sense !== 'minimise' && sense !== 'maximise') {
      throw this.syntax(first, `An LP file begins with Minimize or Maximize, got ${shown(first.text)}`, this.dialectHint());
    }
    model.maximise = sense === 'maximise';
    this.readObjective();
    for (;;) {
      const at = tokens.peek();
      const section = this.sectionHere();
      if (section === undefined) throw this.syntax(at, `Expected a section such as Subject To, Bounds or End, got ${shown(at.text)}`);
      if (section === 'minimise' || section === 'maximise') throw this.syntax(at, 'There are two objectives');
      if (section === 'rows') this.eachLine(() => this.readRow());
      else if (section === 'bounds') this.eachLine(() => this.readBound());
      else if (section === 'whole' || section === 'binary') this.eachLine(() => this.readWhole(section));
      else if (at.type === 'end') {
        const hint = 'The file seems to be cut off: fetch it again. A complete one ends with End.';
        throw new InputError(this.source.fault('PROGRAM_CUT_OFF', at.line, 'The file ends without End', hint));
      } else break;
    }
    const rest = tokens.peek();
    if (rest.type !== 'end') throw this.syntax(rest, `${shown(rest.text)} stands after End`, 'One file holds one model.');
    return model.finish();
  }

  /** Passes over the heading of a section, if one stands here. */
  private sectionHere(): Section | undefined {
    const { tokens } = this;
    const found = sectionAt(tokens);
    if (found === undefined) return undefined;
    if ('feature' in found) throw this.foreign(tokens.peek(), found.feature);
    for (let k = 0; k < found.words; k++) tokens.next();
    return found.section;
  }

  private eachLine(read: () => void): void {
    while (sectionAt(this.tokens) === undefined) read();
  }

  private readObjective(): void {
    const { model, tokens } = this;
    this.takeLabel();
    const { terms, constant, quadratic } = this.expression();
    if (!Number.isFinite(constant)) throw this.syntax(tokens.peek(), 'Infinity may not be added to the objective');
    model.offset = constant;
    for (const { name, value, line } of terms) model.cost[this.columnFor(name, line)] += value;
    for (const { first, second, value, line } of quadratic) {
      const [i, j] = [this.columnFor(first, line), this.columnFor(second, line)];
      // ½·xᵀPx: a square has twice its coefficient on the diagonal, a product its own on either side
      model.quadratic.add(Math.min(i, j), Math.max(i, j), i === j ? 2 * value : value);
    }
    const next = this.tokens.peek();
    if (sectionAt(this.tokens) === undefined) throw this.syntax(next, `The objective cannot go on with ${shown(next.text)}`);
  }

  private readRow(): void {
    const { model, tokens, source } = this;
    const start = tokens.peek();
    const label = this.takeLabel();
    const name = label ?? `row ${model.rowNames.length + 1}`;
    if (this.rows.has(name)) {
      const message = `Row ${shown(name)} stands twice`;
      throw new InputError(source.fault('PROGRAM_TWICE', start.line, message, 'Give each row a name of its own.'));
    }
    this.rows.add(name);
    // HiGHS writes a row without variables as `name: = 0`
    const isBare = label !== undefined && relations.has(tokens.peek().text);
    let left: Expression = isBare ? { terms: [], constant: 0, quadratic: [], isEmpty: true } : this.linear(name);
    let lower = Number.NEGATIVE_INFINITY;
    let upper = Number.POSITIVE_INFINITY;
    const limit = (relation: '<' | '>' | '=', value: number, line: number): void => {
      if (relation !== '>') upper = Math.min(upper, source.usable(value, 'upper', line, name));
      if (relation !== '<') lower = Math.max(lower, source.usable(value, 'lower', line, name));
    };
    if (left.terms.length === 0 && !isBare) {
      // limit ≤ expression, and perhaps ≤ another limit
      const relation = this.relation(name);
      const value = left.constant;
      left = this.linear(name);
      limit(opposite[relation], value, start.line);
      if (left.terms.length === 0) throw this.syntax(start, `Row ${shown(name)} has no variable`);
      if (relations.has(tokens.peek().text)) limit(this.relation(name), this.limitValue(name), start.line);
    } else {
      limit(this.relation(name), this.limitValue(name), start.line);
    }
    if (tokens.peek().text === '->') throw this.foreign(tokens.peek(), 'indicator constraints');
    this.mustEnd(name);
    const row = model.addRow(name, start.line, lower - left.constant, upper - left.constant);
    for (const { name: column, value, line } of left.terms) model.entries.add(row, this.columnFor(column, line), value);
  }

  /** On the right of a row there is one number and nothing else. */
  private mustEnd(name: string): void {
    const next = this.tokens.peek();
    const after = this.tokens.peek(1);
    if (next.type === 'end' || next.isFirst || (next.type === 'name' && after.text === ':')) return;
    const message = `On the right of row ${shown(name)} there may be one number only, got also ${shown(next.text)}`;
    throw this.syntax(next, message, 'Bring the variables to the left, and begin each row on a line of its own.');
  }

  private readBound(): void {
    const { model, tokens } = this;
    const start = tokens.peek();
    const state = (j: number, relation: '<' | '>' | '=', value: number): void => {
      if (relation !== '>') model.bound(j, 'upper', value, start.line);
      if (relation !== '<') model.bound(j, 'lower', value, start.line);
    };
    if (start.type !== 'name' || isInfinity(start.text)) {
      const value = this.limitValue('a bound');
      const relation = this.relation('a bound');
      const j = model.column(this.nameNext(), start.line);
      state(j, opposite[relation], value);
      if (relations.has(tokens.peek().text)) state(j, this.relation('a bound'), this.limitValue('a bound'));
      return;
    }
    const name = this.nameNext();
    const j = model.column(name, start.line);
    if (tokens.peek().type === 'name' && tokens.peek().text.toLowerCase() === 'free') {
      tokens.next();
      model.unbound(j, 'lower');
      model.unbound(j, 'upper');
      return;
    }
    const relation = this.relation(name);
    const value = this.limitValue(name);
    if (relation === '<' && value < 0 && model.lower[j] === 0 && !model.hasLower(j)) {
      model.warnings.push(`"${name}" has a negative upper bound, and 0 as lower bound, as every variable without one (line ${start.line})`);
    }
    state(j, relation, value);
  }

  private readWhole(section: 'whole' | 'binary'): void {
    const { model } = this;
    const { line } = this.tokens.peek();
    const j = model.column(this.nameNext(), line);
    model.whole[j] = 1;
    if (section === 'whole') return;
    model.lower[j] = Math.max(0, model.lower[j]);
    model.upper[j] = Math.min(1, model.upper[j]);
  }

  private linear(name: string): Expression {
    const at = this.tokens.peek();
    const found = this.expression();
    if (found.isEmpty) throw this.syntax(at, `Expected an expression in row ${shown(name)}, got ${shown(at.text)}`);
    if (found.terms.length > 0 && !Number.isFinite(found.constant))
      throw this.syntax(at, `Infinity may not be added in row ${shown(name)}`);
    if (found.quadratic.length > 0) throw this.foreign(at, `quadratic constraints (${shown(name)})`);
    return found;
  }

  private expression(): Expression {
    return readExpression(this.tokens, this.source);
  }

  private relation(name: string): '<' | '>' | '=' {
    const token = this.tokens.next();
    const relation = token.type === 'sign' ? relations.get(token.text) : undefined;
    if (relation === undefined) throw this.syntax(token, `Expected <=, >= or = in ${shown(name)}, got ${shown(token.text)}`);
    return relation;
  }

  /** A number with its signs, or an infinity. */
  private limitValue(name: string): number {
    const { tokens } = this;
    let sign = 1;
    while (tokens.peek().text === '-' || tokens.peek().text === '+') if (tokens.next().text === '-') sign = -sign;
    const { text, line } = tokens.next();
    return sign * this.source.limit(text === '' ? undefined : text, line, `limit of ${shown(name)}`);
  }

  private takeLabel(): string | undefined {
    const { tokens } = this;
    if (tokens.peek().type !== 'name' || tokens.peek(1).text !== ':') return undefined;
    const { text } = tokens.next();
    tokens.next();
    return text;
  }

  private nameNext(): string {
    const token = this.tokens.next();
    if (token.type !== 'name') throw this.syntax(token, `Expected the name of a variable, got ${shown(token.text)}`);
    return token.text;
  }

  private columnFor(name: string, line: number): number {
    return this.model.columns.get(name) ?? this.model.addColumn(name, line);
  }

  private dialectHint(): string | undefined {
    const { tokens } = this;
    const looksLikeLpSolve = /^(max|min)/i.test(tokens.peek().text) && tokens.peek(1).text === ':';
    return looksLikeLpSolve ? 'It looks like the format of lp_solve: write it out as MPS.' : undefined;
  }

  private syntax(at: Token, message: string, hint = 'Compare the line with its neighbours, and the line before.'): InputError {
    return new InputError(this.source.fault('PROGRAM_SYNTAX', at.line, message, hint));
  }

  private foreign(at: Token, feature: string): CombinationError {
    const message = `The model has ${feature}, which are not read yet`;
    return new CombinationError(this.source.fault('PROGRAM_FEATURE_NOT_YET', at.line, message, `Write the model without ${feature}.`));
  }
}
