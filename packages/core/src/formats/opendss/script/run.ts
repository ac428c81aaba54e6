import { didYouMean } from '../../../base/errors.ts';
import type { ReadOptions } from '../../contract.ts';
import { canonicalProperty, classNames, classTable, otherClasses, propertyIndex, silentClasses } from './classes.ts';
import { commandNames, commandOf, optionOf } from './commands.ts';
import { ScriptFiles, type SourceFile } from './files.ts';
import type { Circuit, DssObject, Position, ReportedElement, Script } from './objects.ts';
import { type Place, quoted, refusal, whereOf } from './place.ts';
import { readPositions } from './positions.ts';
import { LineScanner, type Token } from './tokens.ts';
import { type Assignment, numberOf, positiveOf, wordOf } from './values.ts';

const redirectsMax_count = 10_000;
/** Of these only the first of a circuit is reported: they record, and there are many. */
const recorders: ReadonlySet<string> = new Set(['monitor', 'energymeter', 'fmonitor']);
/** Properties that copy another object as it then stands. */
const copied: Readonly<Record<string, string>> = { linecode: 'linecode', xfmrcode: 'xfmrcode' };

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
  private objects = new Map<string, DssObject>();
  private positions = new Map<string, Position>();
  private options = new Map<string, Assignment>();
  private dropped: ReportedElement[] = [];
  private warnings: string[] = [];
  private shown = new Map<string, { count: number; at: Place }>();
  private recorded = new Map<string, { count: number; at: Place }>();
  private active: DssObject | undefined;
  /** Property after the last one that was set, of the active object. */
  private nextProperty = 0;
  private baseFrequency_Hz = 60;
  private earthModel = 'deri';
  private redirects_count = 0;

  constructor(options: ReadOptions) {
    this.files = new ScriptFiles(options);
  }

  finish(at: Place): Script {
    if (this.circuit === undefined) {
      throw refusal('OPENDSS_CIRCUIT_MISSING', 'The script makes no circuit', at, 'Begin it with New Circuit.<name>, or read the file that does.');
    }
    const warnings = [...this.warnings];
    for (const [name, { count, at: first }] of this.recorded) {
      this.dropped.push({ element: `${name} (${count})`, at: first, reason: otherClasses[name] });
    }
    if (this.shown.size > 0) {
      const list = [...this.shown].map(([name, { count, at: first }]) => `${name}${count > 1 ? ` (${count} times)` : ''} at ${whereOf(first)}`);
      warnings.push(`Commands that show, save or measure are passed over: ${list.join(', ')}`);
    }
    const circuit: Circuit = { ...this.circuit, objects: this.objects, positions: this.positions };
    return {
      circuit,
      options: this.options,
      dropped: this.dropped,
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
    for (const text of file.text.split(/\r\n|\n|\r/)) {
      line++;
      if (!commented && /^\s*\/\*/.test(text)) commented = true;
      if (commented) {
        if (text.includes('*/')) commented = false;
        continue;
      }
      this.runLine(line === 1 ? text.replace(/^\ufeff/, '') : text, { file: file.name, line }, within);
    }
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
    else if (command.kind === 'changes') this.report(command.name, at, 'this command changes the circuit in a way that is not carried out');
    else if (command.kind === 'run') this.runCommand(command.name, scanner, at, chain);
  }

  private runCommand(name: string, scanner: LineScanner, at: Place, chain: readonly string[]): void {
    if (name === 'new') this.make(scanner, at);
    else if (name === 'edit') this.edit(scanner, at);
    else if (name === 'more' || name === 'm') this.editActive(scanner, at);
    else if (name === 'select') this.select(this.words(scanner)[0] ?? '', at);
    else if (name === 'set' || name === 'solve') this.setOptions(scanner, at);
    else if (name === 'enable' || name === 'disable') this.switchOn(this.words(scanner)[0] ?? '', name === 'enable' ? 'yes' : 'no', at);
    else if (name === 'open' || name === 'close') this.openOrClose(name, this.words(scanner), at);
    else if (name === 'compile' || name === 'redirect') this.runOther(name, scanner, at, chain);
    else if (name === 'clear' || name === 'clearall') this.clear();
    else if (name === 'buscoords' || name === 'latlongcoords') this.place(name, scanner, at);
    else if (name === 'batchedit') this.editBatch(scanner, at);
    else if (name === 'var') this.define(scanner);
    else if (name === 'setbusxy') this.placeOne(scanner, at);
    else if (name === 'setkvbase') this.report('setkvbase', at, 'nominal voltages come from the ratings and Set voltagebases');
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

  private report(element: string, at: Place, reason: string): void {
    this.dropped.push({ element, at, reason });
  }

  private clear(): void {
    this.circuit = undefined;
    this.objects = new Map();
    this.positions = new Map();
    this.options = new Map();
    this.dropped = [];
    this.warnings = [];
    this.shown = new Map();
    this.recorded = new Map();
    this.active = undefined;
    this.earthModel = 'deri';
  }

  private make(scanner: LineScanner, at: Place): void {
    const token = scanner.next();
    const { className, name } = this.splitName(token?.text ?? '', at);
    if (className === 'circuit') {
      this.makeCircuit(name, at);
    } else if (silentClasses.has(className)) {
      this.active = undefined;
      return;
    } else if (Object.hasOwn(otherClasses, className)) {
      if (recorders.has(className)) this.count(this.recorded, className, at);
      else this.report(`${className}.${name}`, at, otherClasses[className]);
      this.active = undefined;
      return;
    } else {
      const existing = this.objects.get(`${className}.${name}`);
      if (existing !== undefined) {
        this.warnings.push(`${className}.${name} is made twice; the second time counts as Edit, and its number may not be what is meant (${whereOf(at)})`);
      }
      this.active = existing ?? this.add(className, name, at);
    }
    this.nextProperty = 0;
    this.editActive(scanner, at);
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
    this.active = this.add('vsource', 'source', at);
  }

  private add(className: string, name: string, at: Place): DssObject {
    const made: DssObject = { className, name, at, assignments: [], baseFrequency_Hz: this.baseFrequency_Hz, earthModel: this.earthModel };
    this.objects.set(`${className}.${name}`, made);
    return made;
  }

  /** `class.name` in lower case. @throws {InputError} OPENDSS_UNKNOWN_CLASS, OPENDSS_NAME_MISSING */
  private splitName(text: string, at: Place): { className: string; name: string } {
    const lower = text.toLowerCase();
    const dot = lower.indexOf('.');
    const className = dot < 0 ? lower : lower.slice(0, dot);
    const name = dot < 0 ? '' : lower.slice(dot + 1);
    const known = className === 'circuit' || classTable(className) !== undefined || Object.hasOwn(otherClasses, className) || silentClasses.has(className);
    if (!known) {
      throw refusal(
        'OPENDSS_UNKNOWN_CLASS',
        `${quoted(className)} is no class of elements that is known`,
        at,
        didYouMean(className, classNames()) ?? 'Correct it, or put ! before the line.',
      );
    }
    if (name === '') throw refusal('OPENDSS_NAME_MISSING', `The ${className} has no name`, at, `Write ${className}.<name>.`);
    return { className, name };
  }

  /** The element that `class.name` means, or undefined when its class is not carried. @throws {InputError} OPENDSS_UNKNOWN_NAME */
  private find(text: string, at: Place): DssObject | undefined {
    const { className, name } = this.splitName(text, at);
    if (className === 'circuit') return this.objects.get('vsource.source');
    if (classTable(className) === undefined) return undefined;
    const found = this.objects.get(`${className}.${name}`);
    if (found !== undefined) return found;
    throw refusal(
      'OPENDSS_UNKNOWN_NAME',
      `There is no ${className} ${quoted(name)}`,
      at,
      didYouMean(
        name,
        [...this.objects.values()].filter((object) => object.className === className).map((object) => object.name),
      ) ?? `Make it with New ${className}.${name.slice(0, 40)} first.`,
    );
  }

  private select(text: string, at: Place): void {
    this.active = this.find(text, at);
    this.nextProperty = 0;
  }

  private edit(scanner: LineScanner, at: Place): void {
    this.select(scanner.next()?.text ?? '', at);
    this.editActive(scanner, at);
  }

  /** `Transformer.reg1.wdg=2 tap=1.05`: the last dot separates the property. */
  private editNamed(first: Token, scanner: LineScanner, at: Place): void {
    const dot = first.name.lastIndexOf('.');
    if (dot >= 0) this.select(first.name.slice(0, dot), at);
    this.assign({ ...first, name: first.name.slice(dot + 1) }, at);
    this.editActive(scanner, at);
  }

  private editActive(scanner: LineScanner, at: Place): void {
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) this.assign(token, at);
  }

  private assign(token: Token, at: Place): void {
    const object = this.active;
    if (object === undefined) return;
    const table = classTable(object.className)!;
    const index = token.name === '' ? this.nextProperty : propertyIndex(table, token.name);
    const name = table.properties[index];
    if (name === undefined) {
      const reason = token.name === '' ? 'there are more values than properties' : `the class ${table.name} has no such property`;
      const near = token.name === '' ? undefined : didYouMean(token.name, table.properties);
      this.report(`${object.className}.${object.name} ${token.name || token.text}`.slice(0, 160), at, near?.startsWith('Did') ? `${reason}. ${near}` : reason);
      return;
    }
    this.nextProperty = index + 1;
    const property = canonicalProperty(object.className, name);
    if (property === 'like') this.copy(object, { property, value: token, at });
    else {
      const source = Object.hasOwn(copied, property) ? this.objects.get(`${copied[property]}.${token.text.toLowerCase()}`) : undefined;
      object.assignments.push({ property, value: token, at, ...(source === undefined ? {} : { copied_count: source.assignments.length }) });
    }
  }

  /** `like=`: takes over what the other element has at this moment. */
  private copy(object: DssObject, assignment: Assignment): void {
    const other = this.find(`${object.className}.${wordOf(assignment)}`, assignment.at);
    if (other === undefined || other === object) return;
    object.assignments.push(...other.assignments);
  }

  private setOptions(scanner: LineScanner, at: Place): void {
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
      const name = optionOf(token.name);
      if (name === undefined) continue;
      const assignment: Assignment = { property: name, value: { ...token, name }, at };
      this.options.set(name, assignment);
      if (name === 'defaultbasefrequency') this.setFrequency(positiveOf(assignment), at);
      else if (name === 'earthmodel') this.earthModel = wordOf(assignment);
      else if (name === 'allocationfactors') this.allocate(assignment);
    }
  }

  /** OpenDSS keeps this option from one run to the next; a script that sets it after its circuit means its next run. */
  private setFrequency(frequency_Hz: number, at: Place): void {
    this.baseFrequency_Hz = frequency_Hz;
    if (this.circuit === undefined || this.objects.get('vsource.source')?.baseFrequency_Hz === frequency_Hz) return;
    for (const object of this.objects.values()) object.baseFrequency_Hz = frequency_Hz;
    this.warnings.push(`The default frequency is set to ${frequency_Hz} Hz after the circuit is made; it is taken to hold from the beginning (${whereOf(at)})`);
  }

  private allocate(assignment: Assignment): void {
    for (const load of this.objects.values()) {
      if (load.className !== 'load' || !load.assignments.some(({ property }) => property === 'xfkva')) continue;
      load.assignments.push({ ...assignment, property: 'allocationfactor' });
    }
  }

  private switchOn(text: string, value: string, at: Place): void {
    const token: Token = { name: 'enabled', text: value, quote: '', closed: true };
    if (text.endsWith('.*')) {
      const { className } = this.splitName(text, at);
      for (const object of this.objects.values()) {
        if (object.className === className) object.assignments.push({ property: 'enabled', value: token, at });
      }
      return;
    }
    this.find(text, at)?.assignments.push({ property: 'enabled', value: token, at });
  }

  /** Recorded as a property of its own, `open` or `close`, with terminal and conductor. */
  private openOrClose(property: string, [text = '', ...ends]: readonly string[], at: Place): void {
    this.find(text, at)?.assignments.push({ property, value: { name: property, text: ends.join(' ') || '1', quote: '[', closed: true }, at });
  }

  private editBatch(scanner: LineScanner, at: Place): void {
    const pattern = scanner.next()?.text ?? '';
    const { className, name } = this.splitName(pattern, at);
    let matches: (name: string) => boolean;
    try {
      const expression = new RegExp(name.slice(0, 200), 'i');
      matches = (candidate) => expression.test(candidate);
    } catch {
      throw refusal('OPENDSS_VALUE', `${quoted(name)} is no regular expression`, at, 'Write BatchEdit class.pattern property=value.');
    }
    const tokens: Token[] = [];
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) tokens.push(token);
    for (const object of [...this.objects.values()]) {
      if (object.className !== className || !matches(object.name)) continue;
      this.active = object;
      this.nextProperty = 0;
      for (const token of tokens) this.assign(token, at);
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
      throw refusal('OPENDSS_FILE_CYCLE', `The files call each other in a circle: ${circle}`, at, `Take the ${command} out of one of them.`);
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
    if (file === undefined) this.warnings.push(`The file of coordinates ${quoted(path)} is not there; buses stay without a position (${whereOf(at)})`);
    else readPositions(file, command === 'latlongcoords', this.positions, (text) => this.warnings.push(text));
  }

  private placeOne(scanner: LineScanner, at: Place): void {
    const values = new Map<string, Token>();
    const order = ['bus', 'x', 'y'];
    let k = 0;
    for (let token = scanner.next(); token !== undefined; token = scanner.next()) values.set(token.name.toLowerCase() || order[k++] || '', token);
    const number = (name: string) => numberOf({ property: name, value: values.get(name) ?? { name, text: '', quote: '', closed: true }, at });
    this.positions.set((values.get('bus')?.text ?? '').toLowerCase(), { x: number('x'), y: number('y') });
  }
}
