import type { DssObject } from '../script/objects.ts';
import { refusal } from '../script/place.ts';
import { type Assignment, integerOf, numberOf, numbersOf, positiveOf, wordOf } from '../script/values.ts';
import { busNameOf, conductorsOf, phasesUpTo } from './bus-name.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { isOpened } from './open.ts';
import { type Complex, complex, matrixOfSequence, scaled } from './sequence.ts';

interface SourceValues {
  v_kV: number;
  v_pu: number;
  angle_deg: number;
  phases_count: number;
  sequence: string;
  /** How the impedance was last said. */
  said: 'powers' | 'currents' | 'impedances' | 'perUnit';
  s3_MVA: number;
  s1_MVA: number;
  i3_A: number;
  i1_A: number;
  x1PerR1: number;
  x0PerR0: number;
  z1: Complex;
  z0: Complex;
  z0IsSaid: boolean;
  perUnit1: Complex;
  perUnit0: Complex;
  perUnitIdeal: Complex;
  base_MVA: number;
  isIdeal: boolean;
  baseFrequency_Hz: number;
}

/**
 * Vsource → `VoltageSource` to earth behind its short-circuit impedance.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_BUS, OPENDSS_SOURCE
 */
export function makeSource(draft: FeederDraft, object: DssObject): void {
  if (!isEnabled(object)) return;
  const values = replay(draft, object);
  const n = values.phases_count;
  const back = draft.script.circuit.objects.get(`vsource.${object.name}`)!.assignments.findLast(({ property }) => property === 'bus2');
  if (back !== undefined) {
    const name = busNameOf(wordOf(back), back.at);
    if (conductorsOf(name, phasesUpTo(n)).some((node) => node !== 0)) {
      draft.drop(object, 'a source between two buses is not modelled, only from earth');
      return;
    }
  }
  const step_deg = /^n/.test(values.sequence) ? 360 / n : /^z/.test(values.sequence) ? 0 : -360 / n;
  const e_kV = (values.v_kV * values.v_pu) / (n === 1 ? 1 : 2 * Math.sin(Math.PI / n));
  const { z1, z0 } = impedanceOf(values, object);
  const ratio = draft.frequency_Hz / values.baseFrequency_Hz;
  const isNamed = object.assignments.some(({ property }) => property === 'bus1');
  const name = isNamed ? draft.busNameOf(object, 'bus1') : { bus: 'sourcebus', nodes: [] };
  if (z1.re === 0 && z1.im === 0) {
    throw refusal('OPENDSS_SOURCE', `The source "${object.name}" has no impedance`, object.at, 'Give it a small one, as r1=0 x1=0.0001.');
  }
  const single = n === 1 && (values.said === 'impedances' || values.said === 'perUnit');
  const matrix = (v1: number, v0: number) => (single ? [v1] : matrixOfSequence(n, v1, v0));
  const id = draft.made(object);
  draft.nominal_kV.set(id, e_kV / values.v_pu);
  draft.sources.push({
    id,
    terminal: draft.terminal(name, phasesUpTo(n)),
    e_kV: phasesUpTo(n).map(() => e_kV),
    angle_deg: phasesUpTo(n).map((_, k) => values.angle_deg + k * step_deg),
    r_ohm: matrix(z1.re, z0.re),
    x_ohm: matrix(z1.im * ratio, z0.im * ratio),
    inService: !isOpened(draft, object, n),
  });
}

function replay(draft: FeederDraft, object: DssObject): SourceValues {
  const values: SourceValues = {
    v_kV: 115,
    v_pu: 1,
    angle_deg: 0,
    phases_count: 3,
    sequence: 'pos',
    said: 'powers',
    s3_MVA: 2000,
    s1_MVA: 2100,
    i3_A: 10_000,
    i1_A: 10_500,
    x1PerR1: 4,
    x0PerR0: 3,
    // what 2000 and 2100 MVA at 115 kV come to; it stays where only some of the impedances are said
    z1: complex(1.60376682055275, 6.41506728221101),
    z0: complex(1.79603583012335, 5.38810749037006),
    z0IsSaid: false,
    perUnit1: complex(0, 0),
    perUnit0: complex(0, 0),
    perUnitIdeal: complex(1e-6, 1e-3),
    base_MVA: 100,
    isIdeal: false,
    baseFrequency_Hz: object.baseFrequency_Hz,
  };
  for (const assignment of object.assignments) apply(values, assignment, draft, object);
  return values;
}

function apply(values: SourceValues, assignment: Assignment, draft: FeederDraft, object: DssObject): void {
  const pair = (): Complex => {
    const [re = 0, im = 0] = numbersOf(assignment, draft.script.readNumbers);
    return complex(re, im);
  };
  const say = (said: SourceValues['said']): void => {
    values.said = said;
  };
  switch (assignment.property) {
    case 'basekv':
      values.v_kV = positiveOf(assignment);
      break;
    case 'pu':
      values.v_pu = positiveOf(assignment);
      break;
    case 'angle':
      values.angle_deg = numberOf(assignment);
      break;
    case 'phases':
      values.phases_count = integerOf(assignment, 1, 12);
      break;
    case 'sequence':
      values.sequence = wordOf(assignment);
      break;
    case 'mvasc3':
      values.s3_MVA = positiveOf(assignment);
      say('powers');
      break;
    case 'mvasc1':
      values.s1_MVA = positiveOf(assignment);
      say('powers');
      break;
    case 'isc3':
      values.i3_A = positiveOf(assignment);
      say('currents');
      break;
    case 'isc1':
      values.i1_A = positiveOf(assignment);
      say('currents');
      break;
    case 'x1r1':
      values.x1PerR1 = positiveOf(assignment);
      break;
    case 'x0r0':
      values.x0PerR0 = positiveOf(assignment);
      break;
    case 'r1':
      values.z1 = complex(numberOf(assignment), values.z1.im);
      say('impedances');
      break;
    case 'x1':
      values.z1 = complex(values.z1.re, numberOf(assignment));
      say('impedances');
      break;
    case 'r0':
      values.z0 = complex(numberOf(assignment), values.z0.im);
      values.z0IsSaid = true;
      say('impedances');
      break;
    case 'x0':
      values.z0 = complex(values.z0.re, numberOf(assignment));
      values.z0IsSaid = true;
      say('impedances');
      break;
    case 'z1':
      values.z1 = pair();
      if (!values.z0IsSaid) values.z0 = values.z1;
      say('impedances');
      break;
    case 'z0':
      values.z0 = pair();
      values.z0IsSaid = true;
      say('impedances');
      break;
    case 'puz1':
      values.perUnit1 = pair();
      if (!values.z0IsSaid) values.perUnit0 = values.perUnit1;
      say('perUnit');
      break;
    case 'puz0':
      values.perUnit0 = pair();
      values.z0IsSaid = true;
      say('perUnit');
      break;
    case 'z2':
    case 'puz2':
      draft.script.warnings.push(
        `The source's negative-sequence impedance is taken equal to the positive (${assignment.at.file}:${assignment.at.line})`,
      );
      break;
    case 'basemva':
      values.base_MVA = positiveOf(assignment);
      break;
    case 'puzideal':
      values.perUnitIdeal = pair();
      break;
    case 'model':
      values.isIdeal = /^i/.test(wordOf(assignment));
      break;
    case 'basefreq':
      values.baseFrequency_Hz = positiveOf(assignment);
      break;
    case 'daily':
    case 'yearly':
    case 'duty':
      draft.drop(object, `its ${assignment.property} shape is not carried over; its voltage stays over time`, assignment.at);
      break;
    default:
  }
}

/**
 * From short-circuit powers: |Z1| = V²/S3 and |2·Z1 + Z0| = 3·V²/S1 at the given X/R.
 * @source OpenDSS documentation, properties MVASC3 and MVASC1 of Vsource
 * @throws {InputError} OPENDSS_SOURCE
 */
function impedanceOf(values: SourceValues, object: DssObject): { z1: Complex; z0: Complex } {
  const { v_kV, base_MVA } = values;
  const perUnit_ohm = (v_kV * v_kV) / base_MVA;
  if (values.isIdeal) return { z1: scaled(values.perUnitIdeal, perUnit_ohm), z0: scaled(values.perUnitIdeal, perUnit_ohm) };
  if (values.said === 'impedances') return values;
  if (values.said === 'perUnit') return { z1: scaled(values.perUnit1, perUnit_ohm), z0: scaled(values.perUnit0, perUnit_ohm) };
  const power = (i_A: number): number => (Math.sqrt(3) * v_kV * i_A) / 1000;
  const s3_MVA = values.said === 'currents' ? power(values.i3_A) : values.s3_MVA;
  const s1_MVA = values.said === 'currents' ? power(values.i1_A) : values.s1_MVA;
  const r1 = (v_kV * v_kV) / s3_MVA / Math.sqrt(1 + values.x1PerR1 ** 2);
  const x1 = r1 * values.x1PerR1;
  // the larger root of |2·Z1 + R0·(1 + j·X0/R0)|² = (3·V²/S1)²
  const k = values.x0PerR0;
  const a = 1 + k * k;
  const b = 4 * (r1 + x1 * k);
  const c = 4 * (r1 * r1 + x1 * x1) - ((3 * v_kV * v_kV) / s1_MVA) ** 2;
  if (c > 0) {
    throw refusal(
      'OPENDSS_SOURCE',
      `The single-phase short circuit of the source "${object.name}" is more than 1.5 times its three-phase short circuit`,
      object.at,
      'Correct mvasc1 and mvasc3, or isc1 and isc3: no zero-sequence impedance above 0 gives both.',
    );
  }
  const r0 = (-b + Math.sqrt(Math.max(0, b * b - 4 * a * c))) / (2 * a);
  return { z1: complex(r1, x1), z0: complex(r0, r0 * k) };
}
