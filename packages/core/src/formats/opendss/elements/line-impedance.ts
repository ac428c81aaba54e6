import type { Circuit, DssObject, Script } from '../script/objects.ts';
import { referenced } from '../script/objects.ts';
import { whereOf } from '../script/place.ts';
import { type Assignment, choiceOf, flagOf, integerOf, matrixOf, numberOf, positiveOf, wordOf } from '../script/values.ts';
import { reducedMatrices } from './kron.ts';
import { matrixOfSequence } from './sequence.ts';
import { metresOf, perLength } from './units.ts';

export const conductorsMax_count = 60;

/**
 * Impedance of a line or of a line code per unit of length, while its assignments are replayed.
 *
 * Sequence values and matrices overwrite each other; a matrix that is not given keeps what the sequence values say. Values of a line
 * code count in its own unit of length, values of the line itself in the first unit that the line names.
 */
export class LineImpedance {
  phases_count = 3;
  private r1 = 0.058;
  private x1 = 0.1206;
  private r0 = 0.1784;
  private x0 = 0.4047;
  private c1_nF = 3.4;
  private c0_nF = 1.6;
  private r: readonly number[] | undefined;
  private x: readonly number[] | undefined;
  private c: readonly number[] | undefined;
  rg = 0.01805;
  xg = 0.155081;
  rho_ohm_m = 100;
  baseFrequency_Hz: number;
  /** Metres in the unit that the values are per; undefined: none. */
  value_m: number | undefined;
  /** Metres in the unit of the length. */
  length_m: number | undefined;
  fromCode = false;
  /** Sequence values were said that a matrix line code then replaces. */
  private hasOwnValues = false;
  iNormal_A: number | undefined;
  iNormalCode_A: number | undefined;
  /** Set by `kron=yes` of a line code. */
  private neutral: number | undefined;
  private neutralLast: number | undefined;

  constructor(baseFrequency_Hz: number) {
    this.baseFrequency_Hz = baseFrequency_Hz;
  }

  /** True when the property belongs to the impedance. @throws {InputError} OPENDSS_VALUE, OPENDSS_MATRIX, OPENDSS_UNKNOWN_NAME */
  apply(assignment: Assignment, script: Script, owner: DssObject): boolean {
    const { property } = assignment;
    switch (property) {
      case 'phases':
      case 'nphases':
        this.resize(integerOf(assignment, 1, conductorsMax_count));
        return true;
      case 'r1':
        this.ofSequence();
        this.r1 = numberOf(assignment);
        return true;
      case 'x1':
        this.ofSequence();
        this.x1 = numberOf(assignment);
        return true;
      case 'r0':
        this.ofSequence();
        this.r0 = numberOf(assignment);
        return true;
      case 'x0':
        this.ofSequence();
        this.x0 = numberOf(assignment);
        return true;
      case 'c1':
        this.ofSequence();
        this.c1_nF = numberOf(assignment);
        return true;
      case 'c0':
        this.ofSequence();
        this.c0_nF = numberOf(assignment);
        return true;
      case 'b1':
        this.ofSequence();
        this.c1_nF = (numberOf(assignment) * 1000) / (2 * Math.PI * this.baseFrequency_Hz);
        return true;
      case 'b0':
        this.ofSequence();
        this.c0_nF = (numberOf(assignment) * 1000) / (2 * Math.PI * this.baseFrequency_Hz);
        return true;
      case 'rmatrix':
        this.ofMatrix();
        this.r = this.readMatrix(assignment, script, owner);
        return true;
      case 'xmatrix':
        this.ofMatrix();
        this.x = this.readMatrix(assignment, script, owner);
        return true;
      case 'cmatrix':
        this.ofMatrix();
        this.c = this.readMatrix(assignment, script, owner);
        return true;
      case 'rg':
        this.rg = numberOf(assignment);
        return true;
      case 'xg':
        this.xg = numberOf(assignment);
        return true;
      case 'rho':
        this.rho_ohm_m = positiveOf(assignment);
        return true;
      case 'basefreq':
        this.baseFrequency_Hz = positiveOf(assignment);
        return true;
      case 'normamps':
        this.iNormal_A = numberOf(assignment);
        return true;
      case 'units':
        this.measureIn(metresOf(assignment));
        return true;
      case 'linecode':
        this.copyCode(assignment, script, owner);
        return true;
      case 'neutral':
        this.neutralLast = integerOf(assignment, 0, conductorsMax_count);
        return true;
      case 'kron':
        if (flagOf(assignment)) this.neutral = this.neutralLast ?? this.phases_count;
        return true;
      default:
        return false;
    }
  }

  /** `switch=yes`: a thousandth of 1 + j ohm, whatever was said before. */
  becomeSwitch(): void {
    this.ofSequence();
    this.r = this.x = this.c = undefined;
    this.r1 = this.x1 = this.r0 = this.x0 = 1;
    this.c1_nF = 1.1;
    this.c0_nF = 1;
    this.value_m = this.length_m = undefined;
  }

  private resize(count: number): void {
    if (count !== this.phases_count) this.r = this.x = this.c = undefined;
    this.phases_count = count;
  }

  /** What follows are values of the line itself, per its present unit of length. */
  private leaveCode(): void {
    if (this.fromCode) this.length_m = undefined;
    this.fromCode = false;
    this.value_m = this.length_m;
  }

  private ofSequence(): void {
    this.leaveCode();
    this.hasOwnValues = true;
    this.r = this.x = this.c = undefined;
  }

  private ofMatrix(): void {
    this.leaveCode();
    const { r, x, c } = this.matrices();
    this.r = r;
    this.x = x;
    this.c = c;
  }

  private readMatrix(assignment: Assignment, script: Script, owner: DssObject): number[] {
    return matrixOf(assignment, this.phases_count, (text) => script.warnings.push(`${owner.className}.${owner.name}: ${text}`));
  }

  private measureIn(unit_m: number | undefined): void {
    if (!this.fromCode && this.value_m === undefined) this.value_m = unit_m;
    this.length_m = unit_m;
  }

  private copyCode(assignment: Assignment, script: Script, owner: DssObject): void {
    const code = lineCodeOf(script.circuit, assignment, script);
    if (this.hasOwnValues && code.r !== undefined) {
      const place = whereOf(assignment.at);
      script.warnings.push(
        `${owner.className}.${owner.name}: its line code replaces the values before it; OpenDSS 9.7 keeps those (${place})`,
      );
    }
    const { length_m } = this;
    this.phases_count = code.phases_count;
    if (code.r === undefined) {
      this.r1 = code.r1;
      this.x1 = code.x1;
      this.r0 = code.r0;
      this.x0 = code.x0;
      this.c1_nF = code.c1_nF;
      this.c0_nF = code.c0_nF;
    }
    this.r = code.r;
    this.x = code.x;
    this.c = code.c;
    this.rg = code.rg;
    this.xg = code.xg;
    this.rho_ohm_m = code.rho_ohm_m;
    this.baseFrequency_Hz = code.baseFrequency_Hz;
    this.iNormalCode_A = code.iNormal_A;
    this.value_m = code.value_m;
    this.length_m = length_m;
    this.fromCode = true;
  }

  /** Per unit of the values, as the line or code has them. @shape [n · n] */
  private matrices(): { readonly r: readonly number[]; readonly x: readonly number[]; readonly c: readonly number[] } {
    const n = this.phases_count;
    // one wire: the positive sequence counts
    const of = (v1: number, v0: number) => (n === 1 ? [v1] : matrixOfSequence(n, v1, v0));
    return {
      r: this.r ?? of(this.r1, this.r0),
      x: this.x ?? of(this.x1, this.x0),
      c: this.c ?? of(this.c1_nF, this.c0_nF),
    };
  }

  /** `kron=yes`: the neutral is taken out, for good. */
  reduceNeutral(): void {
    const { neutral } = this;
    if (neutral === undefined || neutral < 1 || neutral > this.phases_count || this.phases_count < 2) return;
    const reduced = reducedMatrices(this.matrices(), this.phases_count, neutral - 1);
    this.phases_count--;
    this.r = reduced.r;
    this.x = reduced.x;
    this.c = reduced.c;
    this.neutral = undefined;
  }

  /**
   * Of a length given in the unit of the line, at the frequency of the circuit.
   *
   *     R(f) = R + Rg·(f/f₀ − 1)      X(f) = f/f₀·(X − ½·kXg·ln(f/f₀))      kXg = Xg / ln(658.5·√(ρ/f₀))
   *
   * The correction is that of the earth return path; it vanishes at the base frequency f₀.
   * @source OpenDSS documentation, properties Rg, Xg and Rho of LineCode
   */
  ofLength(length: number, frequency_Hz: number): { r_ohm: number[]; x_ohm: number[]; b_S: number[] } {
    const { r, x, c } = this.matrices();
    const scale = length * perLength(this.value_m, this.length_m);
    const ratio = frequency_Hz / this.baseFrequency_Hz;
    const kXg = this.xg / Math.log(658.5 * Math.sqrt(this.rho_ohm_m / this.baseFrequency_Hz));
    const rEarth = this.rg * (ratio - 1);
    const xEarth = 0.5 * kXg * Math.log(ratio);
    return {
      r_ohm: r.map((v) => (v + rEarth) * scale),
      x_ohm: x.map((v) => ratio * (v - xEarth) * scale),
      b_S: c.map((v) => 2 * Math.PI * frequency_Hz * v * 1e-9 * scale),
    };
  }
}

/** The line code that `linecode=` names, as it stood then. */
function lineCodeOf(circuit: Circuit, assignment: Assignment, script: Script): LineImpedance {
  const object = referenced(circuit, 'linecode', assignment, wordOf(assignment));
  const known = codes.get(script)?.get(object);
  const count = assignment.copied_count ?? object.assignments.length;
  if (known !== undefined && known.count === count) return known.code;
  const code = new LineImpedance(object.baseFrequency_Hz);
  for (const part of object.assignments.slice(0, count)) code.apply(part, script, object);
  code.reduceNeutral();
  if (!codes.has(script)) codes.set(script, new Map());
  codes.get(script)!.set(object, { count, code });
  return code;
}

/** A line code serves many lines; it is worked out once. */
const codes = new WeakMap<Script, Map<DssObject, { readonly count: number; readonly code: LineImpedance }>>();

export const earthModels = ['carson', 'fullcarson', 'deri'] as const;
export type EarthModel = (typeof earthModels)[number];
export const earthModelOf = (assignment: Assignment): EarthModel => choiceOf(assignment, earthModels);
