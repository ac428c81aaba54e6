import type { DssObject } from '../script/objects.ts';
import { refusal } from '../script/place.ts';
import { type Assignment, flagOf, integerOf, matrixOf, numberOf, numbersOf, positiveOf, wordOf } from '../script/values.ts';
import { conductorsOf, phasesUpTo } from './bus-name.ts';
import { type ComplexMatrix, diagonalMatrix, inverseMatrix, matrixFrom } from './complex-matrix.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { type Complex, complex, inverse, matrixOfSequence, sum } from './sequence.ts';
import { deltaAdmittance, putBranch, putShunt } from './two-terminals.ts';

interface ReactorValues {
  phases_count: number;
  isDelta: boolean;
  v_kV: number;
  q_kvar: number;
  said: 'kvar' | 'impedance' | 'matrix' | 'sequence';
  r_ohm: number;
  x_ohm: number;
  rParallel_ohm: number;
  isParallel: boolean;
  z1: Complex;
  z0: Complex | undefined;
  r: number[] | undefined;
  x: number[] | undefined;
  baseFrequency_Hz: number;
}

/**
 * Reactor → `PhaseShunt`, or `Line` where `bus2` is another bus.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_MATRIX, OPENDSS_BUS, OPENDSS_IMPEDANCE
 */
export function makeReactor(draft: FeederDraft, object: DssObject): void {
  if (!isEnabled(object)) return;
  const values = replay(draft, object);
  const n = values.phases_count;
  const y = admittanceOf(values, draft, object);
  if (values.isDelta) {
    const name = draft.busNameOf(object, 'bus1');
    const ends = n === 3 ? 3 : n + 1;
    putShunt(draft, object, name.bus, conductorsOf(name, [...phasesUpTo(n), 0].slice(0, ends)), deltaAdmittance(n, y[0]), {});
    return;
  }
  putBranch(draft, object, y, n);
}

/** Fault → resistance between its two ends. @throws {InputError} OPENDSS_VALUE, OPENDSS_BUS */
export function makeFault(draft: FeederDraft, object: DssObject): void {
  if (!isEnabled(object)) return;
  let n = 1;
  let r_ohm = 1e-4;
  for (const assignment of object.assignments) {
    if (assignment.property === 'phases') n = integerOf(assignment, 1, 12);
    else if (assignment.property === 'r') r_ohm = positiveOf(assignment);
  }
  putBranch(draft, object, diagonalMatrix(n, complex(1 / r_ohm, 0)), n);
}

/** Between the ends, per phase. @shape [n · n] */
function admittanceOf(values: ReactorValues, draft: FeederDraft, object: DssObject): ComplexMatrix {
  const n = values.phases_count;
  const ratio = draft.frequency_Hz / values.baseFrequency_Hz;
  const parallel = values.rParallel_ohm > 0 ? 1 / values.rParallel_ohm : 0;
  const inverted = (matrix: ComplexMatrix): ComplexMatrix => {
    const y = inverseMatrix(matrix, n);
    if (y !== undefined) return y;
    throw refusal(
      'OPENDSS_IMPEDANCE',
      `The impedance of reactor "${object.name}" cannot be inverted`,
      object.at,
      'Give each phase a resistance or reactance.',
    );
  };
  if (values.said === 'matrix') {
    const r = values.r ?? new Array<number>(n * n).fill(0);
    const x = (values.x ?? new Array<number>(n * n).fill(0)).map((v) => v * ratio);
    const none = r.map(() => 0);
    const y = values.isParallel
      ? inverted(matrixFrom(r, none)).map((g, k) => sum(g, inverted(matrixFrom(none, x))[k]))
      : inverted(matrixFrom(r, x));
    return y.map((v, k) => (k % (n + 1) === 0 ? sum(v, complex(parallel, 0)) : v));
  }
  if (values.said === 'sequence') {
    const { z1 } = values;
    const z0 = values.z0 ?? z1;
    const of = (v1: number, v0: number) => (n === 1 ? [v1] : matrixOfSequence(n, v1, v0));
    return inverted(matrixFrom(of(z1.re, z0.re), of(z1.im * ratio, z0.im * ratio)));
  }
  const x_ohm = (values.said === 'kvar' ? reactanceOfKvar(values) : values.x_ohm) * ratio;
  const { r_ohm } = values;
  if (r_ohm === 0 && x_ohm === 0) inverted(diagonalMatrix(n, complex(0, 0)));
  const own = values.isParallel
    ? sum(r_ohm > 0 ? complex(1 / r_ohm, 0) : complex(0, 0), x_ohm === 0 ? complex(0, 0) : complex(0, -1 / x_ohm))
    : inverse(complex(r_ohm, x_ohm));
  return diagonalMatrix(n, sum(own, complex(parallel, 0)));
}

function reactanceOfKvar({ q_kvar, v_kV, phases_count: n, isDelta }: ReactorValues): number {
  const v = n > 1 && !isDelta ? v_kV / Math.sqrt(3) : v_kV;
  return (v * v * 1000) / (q_kvar / n);
}

function replay(draft: FeederDraft, object: DssObject): ReactorValues {
  const values: ReactorValues = {
    phases_count: 3,
    isDelta: false,
    v_kV: 12.47,
    q_kvar: 100,
    said: 'kvar',
    r_ohm: 0,
    x_ohm: 1555.009,
    rParallel_ohm: 0,
    isParallel: false,
    z1: complex(0, 0),
    z0: undefined,
    r: undefined,
    x: undefined,
    baseFrequency_Hz: object.baseFrequency_Hz,
  };
  for (const assignment of object.assignments) apply(values, assignment, draft, object);
  return values;
}

function apply(values: ReactorValues, assignment: Assignment, draft: FeederDraft, object: DssObject): void {
  const pair = (): Complex => {
    const [re = 0, im = 0] = numbersOf(assignment, draft.script.readNumbers);
    return complex(re, im);
  };
  const matrix = () => matrixOf(assignment, values.phases_count, (text) => draft.warn(object, text));
  switch (assignment.property) {
    case 'phases':
      values.phases_count = integerOf(assignment, 1, 12);
      break;
    case 'conn':
      values.isDelta = /^(d|ll)/.test(wordOf(assignment));
      break;
    case 'kv':
      values.v_kV = positiveOf(assignment);
      break;
    case 'kvar':
      values.q_kvar = positiveOf(assignment);
      values.said = 'kvar';
      break;
    case 'r':
      values.r_ohm = numberOf(assignment);
      break;
    case 'x':
      values.x_ohm = numberOf(assignment);
      values.said = 'impedance';
      break;
    case 'lmh':
      values.x_ohm = numberOf(assignment) * 1e-3 * 2 * Math.PI * values.baseFrequency_Hz;
      values.said = 'impedance';
      break;
    case 'z': {
      const z = pair();
      values.r_ohm = z.re;
      values.x_ohm = z.im;
      values.said = 'impedance';
      break;
    }
    case 'rp':
      values.rParallel_ohm = numberOf(assignment);
      break;
    case 'parallel':
      values.isParallel = flagOf(assignment);
      break;
    case 'rmatrix':
      values.r = matrix();
      values.said = 'matrix';
      break;
    case 'xmatrix':
      values.x = matrix();
      values.said = 'matrix';
      break;
    case 'z1':
      values.z1 = pair();
      values.said = 'sequence';
      break;
    case 'z0':
      values.z0 = pair();
      values.said = 'sequence';
      break;
    case 'z2':
      draft.warn(object, 'its negative-sequence impedance is taken equal to the positive');
      values.said = 'sequence';
      break;
    case 'rcurve':
    case 'lcurve':
      draft.drop(object, `"${assignment.property}" changes it with the frequency; the value at the base frequency is used`, assignment.at);
      break;
    case 'basefreq':
      values.baseFrequency_Hz = positiveOf(assignment);
      break;
    default:
  }
}
