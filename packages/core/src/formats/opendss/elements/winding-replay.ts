import { type DssObject, referenced, type Script } from '../script/objects.ts';
import { type Place, quoted, refusal, whereOf } from '../script/place.ts';
import { type Assignment, integerOf, numberOf, numbersOf, positiveOf, wordOf, wordsOf } from '../script/values.ts';
import { type BusName, busNameOf } from './bus-name.ts';

/** A winding while its transformer's assignments are replayed. */
export interface WindingDraft {
  bus: BusName | undefined;
  connection: 'wye' | 'delta' | 'series';
  v_kV: number;
  s_kVA: number;
  r_pct: number;
  tap_pu: number;
  tapMin_pu: number;
  tapMax_pu: number;
  taps_count: number;
  rNeutral_ohm: number;
  xNeutral_ohm: number;
}

export const windingsMax_count = 12;

/**
 * Replays what was assigned to a transformer, an autotransformer or a transformer code.
 *
 * `wdg=` chooses the winding that the next properties mean; an array leaves its last winding chosen. `windings=` begins anew. A rating
 * given to winding 1, or to either of two windings, is given to all.
 */
export class WindingReplay {
  phases_count = 3;
  windings: WindingDraft[];
  /** In percent, by pair: 12, 13, …, 23, …; the first, second and third of the pairs of three windings have names. */
  x_pct: number[];
  noLoadLoss_pct = 0;
  magnetising_pct = 0;
  antifloat_ppm = 1;
  isLead = false;
  bank = '';
  iNormal_A: number | undefined;
  private active = 0;
  private readonly isAuto: boolean;
  private readonly xhlUsual: number;
  /** One of the pairs was said by its name. */
  private isNamed = false;
  private readonly named: { xhl: number; xht: number; xlt: number };

  constructor(isAuto: boolean) {
    this.isAuto = isAuto;
    this.xhlUsual = isAuto ? 10 : 7;
    this.named = { xhl: this.xhlUsual, xht: 35, xlt: 30 };
    this.windings = this.newWindings(2);
    this.x_pct = this.pairs();
  }

  private newWindings(count: number): WindingDraft[] {
    return Array.from({ length: count }, (_, w) => ({
      bus: undefined,
      connection: this.isAuto && w === 0 ? 'series' : 'wye',
      v_kV: this.isAuto && w === 0 ? 115 : 12.47,
      s_kVA: 1000,
      r_pct: 0.2,
      tap_pu: 1,
      tapMin_pu: 0.9,
      tapMax_pu: 1.1,
      taps_count: 32,
      rNeutral_ohm: -1,
      xNeutral_ohm: 0,
    }));
  }

  private pairs(): number[] {
    const { xhl, xht, xlt } = this.named;
    const count = this.windings.length;
    if (count === 2) return [xhl];
    if (count === 3 && this.isNamed) return [xhl, xht, xlt];
    return Array.from({ length: (count * (count - 1)) / 2 }, (_, pair) => (pair === 0 ? this.xhlUsual : 30));
  }

  /** A pair of two or three windings by its name; the first that is named brings the usual values of the others with it. */
  private sayPair(name: 'xhl' | 'xht' | 'xlt', pair: number, assignment: Assignment, script: Script): void {
    this.named[name] = numberOf(assignment);
    const { property, at } = assignment;
    if (this.windings.length > 3)
      script.warnings.push(
        `"${property}" counts for two or three windings, and there are ${this.windings.length}: say xscarray (${whereOf(at)})`,
      );
    else if (!this.isNamed) {
      this.isNamed = true;
      this.x_pct = this.pairs();
    } else if (pair < this.x_pct.length) this.x_pct[pair] = this.named[name];
  }

  /** @throws {InputError} OPENDSS_VALUE, OPENDSS_UNKNOWN_NAME, OPENDSS_BUS, OPENDSS_QUOTE */
  replay(object: DssObject, script: Script, count = object.assignments.length): void {
    for (let k = 0; k < count; k++) this.apply(object.assignments[k], script);
  }

  private apply(assignment: Assignment, script: Script): void {
    const { property, at } = assignment;
    const winding = this.windings[this.active];
    switch (property) {
      case 'phases':
        this.phases_count = integerOf(assignment, 1, 3);
        break;
      case 'windings':
        this.windings = this.newWindings(integerOf(assignment, 1, windingsMax_count));
        this.x_pct = this.pairs();
        this.active = 0;
        break;
      case 'wdg': {
        const wanted = integerOf(assignment, 0, windingsMax_count);
        if (wanted >= 1 && wanted <= this.windings.length) this.active = wanted - 1;
        else if (wanted > 0) {
          throw refusal(
            'OPENDSS_VALUE',
            `There is no winding ${wanted}: it has ${this.windings.length}`,
            at,
            'Say windings= before wdg=, or correct the number.',
          );
        }
        break;
      }
      case 'bus':
        winding.bus = busNameOf(wordOf(assignment), at);
        break;
      case 'conn':
        winding.connection = this.connectionOf(wordOf(assignment), at);
        break;
      case 'kv':
        winding.v_kV = positiveOf(assignment);
        break;
      case 'kva':
        winding.s_kVA = positiveOf(assignment);
        if (this.active === 0 || this.windings.length === 2) for (const other of this.windings) other.s_kVA = winding.s_kVA;
        break;
      case 'tap':
        winding.tap_pu = positiveOf(assignment);
        break;
      case '%r':
        winding.r_pct = numberOf(assignment);
        break;
      case 'rdcohms':
      case 'core':
        break;
      case 'rneut':
        winding.rNeutral_ohm = numberOf(assignment);
        break;
      case 'xneut':
        winding.xNeutral_ohm = numberOf(assignment);
        break;
      case 'buses':
        this.eachWord(assignment, script, (w, word) => {
          w.bus = busNameOf(word, at);
        });
        break;
      case 'conns':
        this.eachWord(assignment, script, (w, word) => {
          w.connection = this.connectionOf(word, at);
        });
        break;
      case 'kvs':
        this.eachNumber(assignment, script, (w, v) => {
          w.v_kV = this.positive(v, assignment);
        });
        break;
      case 'kvas':
        this.eachNumber(assignment, script, (w, v) => {
          w.s_kVA = this.positive(v, assignment);
        });
        break;
      case 'taps':
        this.eachNumber(assignment, script, (w, v) => {
          w.tap_pu = this.positive(v, assignment);
        });
        break;
      case '%rs':
        this.eachNumber(assignment, script, (w, v) => {
          w.r_pct = v;
        });
        break;
      case 'xhl':
      case 'xhx':
        this.sayPair('xhl', 0, assignment, script);
        break;
      case 'xht':
        this.sayPair('xht', 1, assignment, script);
        break;
      case 'xlt':
      case 'xxt':
        this.sayPair('xlt', 2, assignment, script);
        break;
      case 'xscarray':
        this.x_pct = this.pairsOf(numbersOf(assignment, script.readNumbers), at);
        break;
      case '%loadloss':
        for (const w of this.windings.slice(0, 2)) w.r_pct = numberOf(assignment) / 2;
        break;
      case '%noloadloss':
        this.noLoadLoss_pct = numberOf(assignment);
        break;
      case '%imag':
        this.magnetising_pct = numberOf(assignment);
        break;
      case 'ppm_antifloat':
        this.antifloat_ppm = Math.abs(numberOf(assignment));
        break;
      case 'maxtap':
        winding.tapMax_pu = positiveOf(assignment);
        break;
      case 'mintap':
        winding.tapMin_pu = positiveOf(assignment);
        break;
      case 'numtaps':
        winding.taps_count = integerOf(assignment, 0, 10_000);
        break;
      case 'bank':
        this.bank = wordOf(assignment);
        break;
      case 'leadlag':
        this.isLead = /^(le|eu)/.test(wordOf(assignment));
        break;
      case 'normamps':
        this.iNormal_A = numberOf(assignment);
        break;
      case 'xfmrcode':
        this.copyCode(assignment, script);
        break;
      default:
    }
  }

  private copyCode(assignment: Assignment, script: Script): void {
    const code = referenced(script.circuit, 'xfmrcode', assignment, wordOf(assignment));
    const buses = this.windings.map(({ bus }) => bus);
    const copy = new WindingReplay(this.isAuto);
    copy.replay(code, script, assignment.copied_count);
    this.phases_count = copy.phases_count;
    this.windings = copy.windings.map((winding, w) => ({ ...winding, bus: buses[w] }));
    this.x_pct = copy.x_pct;
    Object.assign(this.named, copy.named);
    this.isNamed ||= copy.isNamed;
    this.noLoadLoss_pct = copy.noLoadLoss_pct;
    this.magnetising_pct = copy.magnetising_pct;
    this.antifloat_ppm = copy.antifloat_ppm;
    this.active = Math.min(this.active, this.windings.length - 1);
  }

  /** One for each pair of windings. @throws {InputError} OPENDSS_VALUE */
  private pairsOf(values: number[], at: Place): number[] {
    if (values.length === this.x_pct.length) return values;
    throw refusal(
      'OPENDSS_VALUE',
      `"xscarray" must have ${this.x_pct.length} numbers, one for each pair of ${this.windings.length} windings, got ${values.length}`,
      at,
      'Give the reactances of windings 12, 13, 14, …, 23, 24, …',
    );
  }

  private eachWord(assignment: Assignment, script: Script, use: (winding: WindingDraft, word: string) => void): void {
    const words = wordsOf(assignment);
    this.warnOfTooMany(words.length, assignment, script);
    words.forEach((word, w) => {
      if (w < this.windings.length) use(this.windings[(this.active = w)], word);
    });
  }

  private eachNumber(assignment: Assignment, script: Script, use: (winding: WindingDraft, value: number) => void): void {
    const values = numbersOf(assignment, script.readNumbers);
    this.warnOfTooMany(values.length, assignment, script);
    values.forEach((value, w) => {
      if (w < this.windings.length) use(this.windings[(this.active = w)], value);
    });
  }

  private warnOfTooMany(count: number, { property, at }: Assignment, script: Script): void {
    if (count > this.windings.length)
      script.warnings.push(
        `"${property}" has ${count} values for ${this.windings.length} windings; the last are left out (${whereOf(at)})`,
      );
  }

  private positive(value: number, { property, at }: Assignment): number {
    if (value > 0) return value;
    throw refusal('OPENDSS_VALUE', `"${property}" must be greater than 0, got ${value}`, at, 'Correct the value.');
  }

  /** @throws {InputError} OPENDSS_VALUE */
  private connectionOf(word: string, at: Place): WindingDraft['connection'] {
    if (/^(w|y|ln)/.test(word)) return 'wye';
    if (/^(d|ll)/.test(word)) return 'delta';
    if (/^s/.test(word) && this.isAuto) return 'series';
    throw refusal('OPENDSS_VALUE', `A winding must be wye or delta, got ${quoted(word)}`, at, 'Write conn=wye or conn=delta.');
  }
}
