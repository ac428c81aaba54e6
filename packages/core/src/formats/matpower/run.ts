import { didYouMean } from '../../base/errors.ts';
import type { Dropped } from '../../network/network.ts';
import { indexFunctions } from './columns.ts';
import { Evaluator } from './evaluate.ts';
import { parseStatements } from './parse.ts';
import type { Expression, Offset, SourceText, Statement } from './syntax.ts';
import { scalar, type Value } from './values.ts';

/** A field of the case as it stands after the last statement. */
export interface Field {
  readonly value: Value;
  /** Where it was first set. */
  readonly at: Offset;
}

/** What a case file says, with all its statements carried out. */
export interface CaseFields {
  readonly functionName: string | undefined;
  readonly fields: ReadonlyMap<string, Field>;
  readonly dropped: readonly Dropped[];
}

/** Calls that only talk to the person at the screen. */
const harmlessCalls = new Set(['disp', 'display', 'fprintf', 'printf', 'warning', 'clc', 'close', 'format', 'tic', 'toc', 'more']);

/**
 * Carries out the statements of a case file.
 * @throws {InputError} MATPOWER_SYNTAX, MATPOWER_STATEMENT, MATPOWER_VERSION and the codes of `Evaluator`
 */
export function runStatements(source: SourceText): CaseFields {
  const run = new Run(source);
  let at: Offset = 0;
  try {
    for (const statement of parseStatements(source)) {
      at = statement.at;
      run.step(statement);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // the stack is full: an expression with tens of thousands of operators
    throw source.error('MATPOWER_SYNTAX', 'An expression here or below is too long to be worked out', at, 'Split it.');
  }
  return { functionName: run.functionName, fields: run.fields, dropped: run.dropped };
}

class Run {
  readonly fields = new Map<string, Field>();
  readonly dropped: Dropped[] = [];
  functionName: string | undefined;
  private caseName = 'mpc';
  private readonly variables = new Map<string, Value>();
  private readonly source: SourceText;
  private readonly evaluator: Evaluator;

  constructor(source: SourceText) {
    this.source = source;
    this.evaluator = new Evaluator(source, {
      variable: (name) => this.variables.get(name),
      field: (owner, name) => (owner === this.caseName ? this.fields.get(name)?.value : undefined),
      known: () => [...this.variables.keys(), ...[...this.fields.keys()].map((name) => `${this.caseName}.${name}`)],
    });
  }

  step(statement: Statement): void {
    if (statement.kind === 'function') this.start(statement.returns, statement.name, statement.at);
    else if (statement.kind === 'names') this.nameAll(statement.targets, statement.value, statement.at);
    else if (statement.kind === 'assign') this.assign(statement.target, statement.value, statement.at);
    else if (statement.kind === 'call') this.call(statement.value, statement.at);
  }

  private start(returns: readonly string[], name: string, at: Offset): void {
    if (this.functionName !== undefined || this.fields.size > 0) {
      throw this.source.error(
        'MATPOWER_STATEMENT',
        `A second function "${name}" starts here`,
        at,
        'A case file holds one function; remove the others.',
      );
    }
    if (returns.length !== 1) {
      throw this.source.error(
        'MATPOWER_VERSION',
        `"${name}" is a case of version 1: it returns ${returns.length} tables instead of one case`,
        at,
        'Convert it in MATPOWER: savecase(name, loadcase(name)).',
      );
    }
    this.functionName = name;
    this.caseName = returns[0];
  }

  /** `[PQ, PV, …] = idx_bus` gives the names the column numbers, in order. */
  private nameAll(targets: readonly string[], value: Expression, at: Offset): void {
    const list = value.kind === 'name' && Object.hasOwn(indexFunctions, value.name) ? indexFunctions[value.name] : undefined;
    if (list === undefined) {
      throw this.source.error(
        'MATPOWER_STATEMENT',
        `Several names can only be set from ${Object.keys(indexFunctions).join(', ')}, got ${this.source.excerpt(value.at)}`,
        at,
        'Load the case in MATPOWER and write it out with savecase.',
      );
    }
    if (targets.length > list.length) {
      throw this.source.error(
        'MATPOWER_STATEMENT',
        `${targets.length} names are set, but there are only ${list.length} numbers to give`,
        at,
        'Remove the names at the end of the list.',
      );
    }
    targets.forEach((name, k) => {
      if (name !== '~') this.variables.set(name, scalar(list[k][1]));
    });
  }

  private assign(target: Expression, value: Expression, at: Offset): void {
    const place = target.kind === 'apply' ? target.of : target;
    const name = this.placeName(place);
    if (name === undefined) throw this.source.syntax(`a name or ${this.caseName}.field before "="`, at);
    if (name.kind === 'variable' && name.name === this.caseName) {
      throw this.source.error(
        'MATPOWER_STATEMENT',
        'A case that is made by a call cannot be read: its data are not in this file',
        at,
        'Load the case in MATPOWER and write it out with savecase.',
      );
    }
    const store = (result: Value): void => {
      if (name.kind === 'variable') this.variables.set(name.name, result);
      else this.fields.set(name.name, { value: result, at: this.fields.get(name.name)?.at ?? at });
    };
    if (target.kind === 'apply') {
      const before = this.evaluator.matrix(place);
      store(this.evaluator.replaced(before, target.args, this.evaluator.matrix(value), at));
    } else store(this.evaluator.value(value));
  }

  private placeName(x: Expression): { kind: 'variable' | 'field'; name: string } | undefined {
    if (x.kind === 'name') return { kind: 'variable', name: x.name };
    if (x.kind !== 'field') return undefined;
    if (x.of.kind === 'name') return x.of.name === this.caseName ? { kind: 'field', name: x.name } : undefined;
    const outer = this.placeName(x.of);
    return outer?.kind === 'field' ? { kind: 'field', name: `${outer.name}.${x.name}` } : undefined;
  }

  private call(value: Expression, at: Offset): void {
    const called = value.kind === 'apply' ? value.of : value;
    const name = called.kind === 'name' ? called.name : undefined;
    if (name === 'define_constants') {
      for (const list of Object.values(indexFunctions)) for (const [key, x] of list) this.variables.set(key, scalar(x));
      return;
    }
    if (name !== undefined && harmlessCalls.has(name)) {
      this.dropped.push({ element: name, where: this.source.where(at), reason: 'prints or formats only; not carried out' });
      return;
    }
    if (value.kind === 'number') return;
    throw this.source.error(
      'MATPOWER_STATEMENT',
      `This statement cannot be carried out: ${this.source.excerpt(at)}`,
      at,
      (name === undefined ? undefined : didYouMean(name, ['define_constants', 'function'])) ??
        'A case file must be data with simple assignments; load it in MATPOWER and write it out with savecase.',
    );
  }
}
