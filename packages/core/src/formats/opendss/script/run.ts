import { didYouMean } from '../../../base/errors.ts';
import type { ReadOptions } from '../../contract.ts';
import { otherClasses, silentClasses } from './classes.ts';
import { commandNames, commandOf, optionNames, optionOf, passedOptionOf } from './commands.ts';
import { ScriptFiles, type SourceFile } from './files.ts';
import { nameMatcher } from './name-matcher.ts';
import { ObjectStore } from './object-store.ts';
import type { Circuit, Position, Script } from './objects.ts';
import { type Place, quoted, refusal, whereOf } from './place.ts';
import { readPositions } from './positions.ts';
import { LineScanner, type Token } from './tokens.ts';
import { type Assignment, numberOf, positiveOf, wordOf } from './values.ts';

const redirectsMax_count = 10_000;
/** Files within files: each takes its part of the stack. */
const depthMax_count = 100;
/** Of these only the first of a circuit is reported: they record, and there are many. */
const recorders: ReadonlySet<string> = new Set(['monitor', 'energymeter', 'fmonitor']);

/**
 * Runs a script to its end: every `New` and `Edit` is recorded, nothing is solved.
 *
 * What a property means depends on what was set before it, so each object keeps its assignments in order and the makers of elements
 * replay them. `Clear` forgets everything; the last circuit counts.
 * @throws {InputError} the codes of the script: OPENDSS_COMMAND, OPENDSS_CIRCUIT_MISSING, OPENDSS_CIRCUIT_TWICE, OPENDSS_UNKNOWN_CLASS,
 *   OPENDSS_UNKNOWN_NAME, OPENDSS_NAME_MISSING, OPENDSS_FILE_MISSING, OPENDSS_FILE_CYCLE, OPENDSS_FILE_TOO_MANY, OPENDSS_VALUE, OPENDSS_QUOTE
 */
export function runScript(file: SourceFile, options: ReadOptions): Script {
  const interpreter = new Interpreter(options);
  interpreter.runFile(file, []);
  return interpreter.finish({ file: file.name, line: 1 });
}

class Interpreter {
  private readonly files: ScriptFiles;
  private readonly variables = new Map<string, Token>();
  private circuit: { name: string; at: Place } | undefined;
  private store = new ObjectStore(60);
  private positions = new Map<string, Position>();
  private bases_kV = new Map<string, number>();
  private options = new Map<string, Assignment>();
  private shown = new Map<string, { count: number; at: Place }>();
  private recorded = new Map<string, { count: number; at: Place }>();
  private redirects_count = 0;
  /** An element was made or chosen, so that a line may go on with it. */
  private hasBegun = false;

  constructor(options: ReadOptions) {
    this.files = new ScriptFiles(options);
  }

  finish(at: Place): Script {
    if (this.circuit === undefined) {
      throw refusal(
        'OPENDSS_CIRCUIT_MISSING',
        'The script makes no circuit',
        at,
        'Begin it with New Circuit.<name>, or read the file that does.',
      );
    }
    const warnings = [...this.store.warnings];
    for (const [name, { count, at: first }] of this.recorded) {
      this.store.dropped.push({ element: `${name} (${count})`, at: first, reason: otherClasses[name] });
    }
    if (this.shown.size > 0) {
      const list = [...this.shown].map(
        ([name, { count, at: first }]) => `${name}${count > 1 ? ` (${count} times)` : ''} at ${whereOf(first)}`,
      );
      warnings.push(`Commands that show, save or measure are passed over: ${list.join(', ')}`);
    }
    const circuit: Circuit = { ...this.circuit, objects: this.store.objects, positions: this.positions, bases_kV: this.bases_kV };
    return {
      circuit,
      options: this.options,
      dropped: this.store.dropped,
      warnings,
      readNumbers: (path, from) => this.readBeside(path, from),
    };
  }

  private readBeside(path: string, at: Place): string {
    const before = this.files.base;
    this.files.base = at.file;
    try {
      return this.files.read(path, at).text;
    } finally {
      this.files.base = before;
    }
  }

  runFile(file: SourceFile, chain: readonly string[]): void {
    const within = [...chain, file.name];
    let line = 0;
    let commented = false;
    let comment: Place | undefined;
    for (const text of file.text.split(/\r\n|\n|\r/)) {
      line++;
      if (!commented && /^\s*\/\*/.test(text)) {
        commented = true;
        comment = { file: file.name, line };
      }
      if (commented) {
        if (text.includes('*/')) commented = false;
        continue;
      }
      this.runLine(line === 1 ? text.replace(/^\ufeff/, '') : text, { file: file.name, line }, within);
    }
    if (commented && comment !== undefined)
      this.store.warnings.push(`The comment that begins at ${whereOf(comment)} is not closed: everything after it is passed over`);
  }

  private runLine(text: string, at: Place, chain: readonly string[]): void {
    const more = /^\s*~/.exec(text);
    if (more !== null) {
      this.editActive(new LineScanner(text, more[0].length, this.variables), at);
      return;
    }
    const scanner = new LineScanner(text, 0, this.variables);
    const first = scanner.next();
    if (first === undefined) return;
    if (first.name !== '') {
      this.editNamed(first, scanner, at);
      return;
    }
    const command = commandOf(first.text);
    if (command === undefined) {
      throw refusal(
        'OPENDSS_COMMAND',
        `${quoted(first.text)} is no command of OpenDSS`,
        at,
        didYouMean(first.text, commandNames()) ?? 'Correct the line, or put ! before it. A line that goes on begins with ~.',
      );
    }
    if (command.kind === 'shown') this.count(this.shown, command.name, at);
    else if (command.kind === 'changes')
      this.store.report(command.name, at, 'this command changes the circuit in a way that is not carried out');
    else if (command.kind === 'run') this.runCommand(command.name, scanner, at, chain);
  }

  private runCommand(name: string, scanner: LineScanner, at: Place, chain: readonly string[]): void {
    if (name === 'new') this.make(scanner, at);
    else if (name === 'edit') this.edit(scanner, at);
    else if (name === 'more' || name === 'm') this.editActive(scanner, at);
    else if (name === 'select') this.store.select(this.words(scanner)[0] ?? '', at);
    else if (name === 'set' || name === 'solve') this.setOptions(scanner, at);
    else if (name === 'enable' || name === 'disable') this.switchOn(this.words(scanner)[0] ?? '', name === 'enable' ? 'yes' : 'no', at);
    else if (name === 'open' || name === 'close') this.openOrClose(name, this.words(scanner), at);
    else if (name === 'compile' || name === 'redirect') this.runOther(name, scanner, at, chain);
    else if (name === 'clear' || name === 'clearall') this.clear();
    else if (name === 'buscoords' || name === 'latlongcoords') this.place(name, scanner, at);
    else if (name === 'batchedit') this.editBatch(scanner, at);
    else if (name === 'var') this.define(scanner);
    else if (name === 'setbusxy') this.placeOne(scanner, at);
    else if (name === 'setkvbase') this.setBase(scanner, at);
  }

  private words(scanner: LineScanner): string[] {
    const words: string[] = [];
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) words.push(token.text);
    return words;
  }

  private count(map: Map<string, { count: number; at: Place }>, name: string, at: Place): void {
    const entry = map.get(name);
    if (entry === undefined) map.set(name, { count: 1, at });
    else entry.count++;
  }

  /** All but the variables, and the frequency, which OpenDSS keeps. */
  private clear(): void {
    this.circuit = undefined;
    this.store = new ObjectStore(this.store.baseFrequency_Hz);
    this.positions = new Map();
    this.bases_kV = new Map();
    this.options = new Map();
    this.shown = new Map();
    this.recorded = new Map();
  }

  private make(scanner: LineScanner, at: Place): void {
    const token = scanner.next();
    if (token?.closed === false) {
      throw refusal(
        'OPENDSS_QUOTE',
        `The ${token.quote} before ${quoted(token.text)} is not closed on its line`,
        at,
        'Close it behind the name.',
      );
    }
    const { className, name } = this.store.splitName(token?.text ?? '', at);
    this.hasBegun = true;
    if (className === 'circuit') {
      this.makeCircuit(name, at);
    } else if (silentClasses.has(className) || Object.hasOwn(otherClasses, className)) {
      this.leaveOut(className, name, at);
      return;
    } else {
      const existing = this.store.objects.get(`${className}.${name}`);
      if (existing !== undefined) {
        this.store.warnings.push(`${className}.${name} is made twice; the second time counts as Edit (${whereOf(at)})`);
      }
      this.store.activate(existing ?? this.store.add(className, name, at));
    }
    this.editActive(scanner, at);
  }

  /** Nothing is kept of it, and what continues its line goes nowhere. */
  private leaveOut(className: string, name: string, at: Place): void {
    this.store.activate(undefined);
    if (silentClasses.has(className)) return;
    if (recorders.has(className)) this.count(this.recorded, className, at);
    else this.store.report(`${className}.${name}`, at, otherClasses[className]);
  }

  private makeCircuit(name: string, at: Place): void {
    if (this.circuit !== undefined) {
      throw refusal(
        'OPENDSS_CIRCUIT_TWICE',
        `The circuit ${quoted(this.circuit.name)} stands already, made at ${whereOf(this.circuit.at)}`,
        at,
        'Write Clear before the second New Circuit; one circuit at a time is read.',
      );
    }
    this.circuit = { name, at };
    this.store.activate(this.store.add('vsource', 'source', at));
  }

  private edit(scanner: LineScanner, at: Place): void {
    this.hasBegun = true;
    this.store.select(scanner.next()?.text ?? '', at);
    this.editActive(scanner, at);
  }

  /** `Transformer.reg1.wdg=2 tap=1.05`: the last dot separates the property. */
  private editNamed(first: Token, scanner: LineScanner, at: Place): void {
    const dot = first.name.lastIndexOf('.');
    if (dot >= 0) this.store.select(first.name.slice(0, dot), at);
    this.hasBegun ||= dot >= 0;
    this.store.assign({ ...first, name: first.name.slice(dot + 1) }, at);
    this.editActive(scanner, at);
  }

  private editActive(scanner: LineScanner, at: Place): void {
    if (!this.hasBegun)
      throw refusal('OPENDSS_COMMAND', 'There is no element yet that this line could go on with', at, 'Make one with New before it.');
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) this.store.assign(token, at);
  }

  private setOptions(scanner: LineScanner, at: Place): void {
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
      const name = optionOf(token.name);
      if (name === undefined) {
        this.passOver(token, at);
        continue;
      }
      const assignment: Assignment = { property: name, value: { ...token, name }, at };
      this.options.set(name, assignment);
      if (name === 'defaultbasefrequency') this.store.setFrequency(positiveOf(assignment), at);
      else if (name === 'earthmodel') this.store.earthModel = wordOf(assignment);
      else if (name === 'allocationfactors') this.store.allocate(assignment);
    }
  }

  /** An option that is about the program says nothing here; one that is unknown, or that would change what is read, is reported. */
  private passOver({ name, text }: Token, at: Place): void {
    const known = passedOptionOf(name);
    if (known === 'about the program' || name === '') return;
    const near = known === undefined ? didYouMean(name, optionNames) : undefined;
    const hint = near?.startsWith('Did') ? ` ${near}` : '';
    this.store.report(`set ${name}=${text}`.slice(0, 160), at, known ?? `OpenDSS has no such option.${hint}`);
  }

  private switchOn(text: string, value: string, at: Place): void {
    const token: Token = { name: 'enabled', text: value, quote: '', closed: true };
    if (text.endsWith('.*')) {
      const { className } = this.store.splitName(text, at);
      for (const object of this.store.objects.values()) {
        if (object.className === className) object.assignments.push({ property: 'enabled', value: token, at });
      }
      return;
    }
    this.store.find(text, at)?.assignments.push({ property: 'enabled', value: token, at });
  }

  /** Recorded as a property of its own, `open` or `close`, with terminal and conductor. */
  private openOrClose(property: string, [text = '', ...ends]: readonly string[], at: Place): void {
    this.store.find(text, at)?.assignments.push({
      property,
      value: { name: property, text: ends.join(' ') || '1', quote: '[', closed: true },
      at,
    });
  }

  private editBatch(scanner: LineScanner, at: Place): void {
    const pattern = scanner.next()?.text ?? '';
    const { className, name } = this.store.splitName(pattern, at);
    const matches = nameMatcher(name, at);
    const tokens: Token[] = [];
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) tokens.push(token);
    for (const object of [...this.store.objects.values()]) {
      if (object.className !== className || !matches(object.name)) continue;
      this.store.activate(object);
      for (const token of tokens) this.store.assign(token, at);
    }
  }

  private define(scanner: LineScanner): void {
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
      if (token.name.startsWith('@')) this.variables.set(token.name.toLowerCase(), { ...token, name: '' });
    }
  }

  private runOther(command: string, scanner: LineScanner, at: Place, chain: readonly string[]): void {
    const path = scanner.next()?.text ?? '';
    const file = this.files.read(path, at);
    if (chain.includes(file.name)) {
      const circle = [...chain.slice(chain.indexOf(file.name)), file.name].slice(-8).join(' → ');
      throw refusal(
        'OPENDSS_FILE_CYCLE',
        `The files call each other in a circle: ${circle}`,
        at,
        `Take the ${command} out of one of them.`,
      );
    }
    if (chain.length >= depthMax_count) {
      throw refusal(
        'OPENDSS_FILE_TOO_MANY',
        `Files call each other ${depthMax_count} deep`,
        at,
        'Name them in one file, one after the other.',
      );
    }
    if (++this.redirects_count > redirectsMax_count) {
      throw refusal('OPENDSS_FILE_TOO_MANY', `More than ${redirectsMax_count} files are read`, at, 'Join them.');
    }
    const before = this.files.base;
    this.files.base = file.name;
    this.runFile(file, chain);
    // Compile stays in the folder of its file, Redirect comes back
    if (command === 'redirect') this.files.base = before;
  }

  private place(command: string, scanner: LineScanner, at: Place): void {
    const path = scanner.next()?.text ?? '';
    const file = this.files.find(path);
    if (file === undefined)
      this.store.warnings.push(`The file of coordinates ${quoted(path)} is not there; buses stay without a position (${whereOf(at)})`);
    else readPositions(file, command === 'latlongcoords', this.positions, (text) => this.store.warnings.push(text));
  }

  private placeOne(scanner: LineScanner, at: Place): void {
    const values = this.namedValues(scanner, ['bus', 'x', 'y'], at);
    this.positions.set(values.text('bus').toLowerCase(), { x: values.number('x'), y: values.number('y') });
  }

  private setBase(scanner: LineScanner, at: Place): void {
    const values = this.namedValues(scanner, ['bus', 'kvll', 'kvln'], at);
    const base_kV = values.has('kvln') ? values.number('kvln') * Math.sqrt(3) : values.number('kvll');
    if (base_kV > 0) this.bases_kV.set(values.text('bus').toLowerCase(), base_kV);
  }

  /** The parameters of a command that has its own, in their order where they have no name. */
  private namedValues(scanner: LineScanner, order: readonly string[], at: Place) {
    const values = new Map<string, Token>();
    let k = 0;
    for (let token = scanner.next(); token !== undefined; token = scanner.next())
      values.set(token.name.toLowerCase() || order[k++] || '', token);
    const missing: Token = { name: '', text: '', quote: '', closed: true };
    return {
      has: (name: string): boolean => values.has(name),
      text: (name: string): string => values.get(name)?.text ?? '',
      number: (name: string): number => numberOf({ property: name, value: values.get(name) ?? missing, at }),
    };
  }
}
