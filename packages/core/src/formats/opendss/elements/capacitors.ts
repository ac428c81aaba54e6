import type { DssObject } from '../script/objects.ts';
import { type Assignment, integerOf, matrixOf, numberOf, numbersOf, positiveOf } from '../script/values.ts';
import { conductorsOf, phasesUpTo } from './bus-name.ts';
import { diagonalMatrix, matrixFrom } from './complex-matrix.ts';
import { isDeltaWord } from './consumers.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { type Complex, complex, inverse, sum } from './sequence.ts';
import { deltaAdmittance, putBranch, putShunt, type ShuntFacts } from './two-terminals.ts';

interface CapacitorValues {
  phases_count: number;
  isDelta: boolean;
  v_kV: number;
  said: 'kvar' | 'cuf' | 'matrix';
  /** Of each step, all phases. */
  q_kvar: number[];
  c_uF: number[];
  matrix_uF: number[];
  r_ohm: number[];
  xl_ohm: number[];
  harmonic: number[];
  steps_count: number;
  states: number[];
}

/**
 * Capacitor → `PhaseShunt`, or a line of negative reactance where `bus2` is another bus. Each step is a capacitance with its own R and XL in series.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_MATRIX, OPENDSS_BUS
 */
export function makeCapacitor(draft: FeederDraft, object: DssObject): void {
  if (!isEnabled(object)) return;
  const values = replay(draft, object);
  const n = values.phases_count;
  const steps = phasesUpTo(values.steps_count).map((k) => k - 1);
  for (const [name, list] of [
    ['kvar', values.q_kvar],
    ['cuf', values.c_uF],
    ['states', values.states],
  ] as const) {
    if (list.length > 1 && list.length !== values.steps_count)
      draft.warn(
        object,
        `has ${list.length} values of ${name} for ${values.steps_count} steps; what is missing is taken as the first, what is too much is left out`,
      );
  }
  const isClosed = (step: number): boolean => (values.states[step] ?? 1) !== 0;
  const closed_count = steps.filter(isClosed).length;
  const perStep = steps.map((step) => admittanceOf(values, step, draft.frequency_Hz));
  const equal = perStep.every((y) => Math.abs(y.im - perStep[0].im) <= 1e-12 * Math.abs(y.im) && Math.abs(y.re - perStep[0].re) <= 1e-12);
  if (!equal) draft.warn(object, 'has unequal steps; those that are closed are taken as one, and a control switches all of them');
  // unequal steps: what is closed, as one step
  const all = perStep.reduce((total, y, step) => (equal || closed_count === 0 || isClosed(step) ? sum(total, y) : total), complex(0, 0));
  const rated = ratedKvar(values);
  const facts: ShuntFacts = {
    ...(equal ? { steps_count: values.steps_count, closed_count } : { steps_count: 1, closed_count: closed_count > 0 ? 1 : 0 }),
    ...(rated === undefined ? {} : { q_rated_kvar: rated }),
  };
  if (values.isDelta) {
    const name = draft.busNameOf(object, 'bus1');
    const ends = n === 3 ? 3 : n + 1;
    const conductors = conductorsOf(name, [...phasesUpTo(n), 0].slice(0, ends));
    putShunt(draft, object, name.bus, conductors, deltaAdmittance(n, all), facts);
    return;
  }
  if (values.said === 'matrix') {
    const omega = 2 * Math.PI * draft.frequency_Hz * 1e-6;
    const b = values.matrix_uF.map((c) => c * omega);
    putBranch(
      draft,
      object,
      matrixFrom(
        b.map(() => 0),
        b,
      ),
      n,
      facts,
    );
    return;
  }
  putBranch(draft, object, diagonalMatrix(n, all), n, facts);
}

/** Of one phase of a step (one side of a delta). */
function admittanceOf(values: CapacitorValues, step: number, frequency_Hz: number): Complex {
  const omega = 2 * Math.PI * frequency_Hz * 1e-6;
  const n = values.phases_count;
  const v_kV = n > 1 && !values.isDelta ? values.v_kV / Math.sqrt(3) : values.v_kV;
  const b =
    values.said === 'cuf'
      ? (values.c_uF[step] ?? values.c_uF[0] ?? 0) * omega
      : (values.q_kvar[step] ?? values.q_kvar[0] ?? 0) / n / 1000 / (v_kV * v_kV);
  if (b === 0) return complex(0, 0);
  // R and XL are those of a wye
  const perSide = values.isDelta ? 3 : 1;
  const harmonic = values.harmonic[step] ?? values.harmonic[0] ?? 0;
  const xl = harmonic > 0 ? 1 / b / (harmonic * harmonic) : (values.xl_ohm[step] ?? values.xl_ohm[0] ?? 0) * perSide;
  const said = (values.r_ohm[step] ?? values.r_ohm[0] ?? 0) * perSide;
  // a choke without a resistance has a thousandth of its reactance
  const r = said === 0 ? xl / 1000 : said;
  return r === 0 && xl === 0 ? complex(0, b) : inverse(complex(r, xl - 1 / b));
}

function ratedKvar({ said, q_kvar, steps_count }: CapacitorValues): number | undefined {
  if (said !== 'kvar') return undefined;
  return phasesUpTo(steps_count).reduce((total, k) => total + (q_kvar[k - 1] ?? q_kvar[0] ?? 0), 0);
}

function replay(draft: FeederDraft, object: DssObject): CapacitorValues {
  const values: CapacitorValues = {
    phases_count: 3,
    isDelta: false,
    v_kV: 12.47,
    said: 'kvar',
    q_kvar: [1200],
    c_uF: [],
    matrix_uF: [],
    r_ohm: [],
    xl_ohm: [],
    harmonic: [],
    steps_count: 1,
    states: [],
  };
  for (const assignment of object.assignments) apply(values, assignment, draft, object);
  return values;
}

function apply(values: CapacitorValues, assignment: Assignment, draft: FeederDraft, object: DssObject): void {
  const numbers = () => numbersOf(assignment, draft.script.readNumbers);
  switch (assignment.property) {
    case 'phases':
      values.phases_count = integerOf(assignment, 1, 12);
      break;
    case 'conn':
      values.isDelta = isDeltaWord(assignment);
      break;
    case 'kv':
      values.v_kV = positiveOf(assignment);
      break;
    case 'kvar':
      values.q_kvar = numbers();
      values.said = 'kvar';
      break;
    case 'cuf':
      values.c_uF = numbers();
      values.said = 'cuf';
      break;
    case 'cmatrix':
      values.matrix_uF = matrixOf(assignment, values.phases_count, (text) => draft.warn(object, text));
      values.said = 'matrix';
      break;
    case 'r':
      values.r_ohm = numbers();
      break;
    case 'xl':
      values.xl_ohm = numbers();
      break;
    case 'harm':
      values.harmonic = [numberOf({ ...assignment, value: { ...assignment.value, text: String(numbers()[0] ?? 0), quote: '' } })];
      break;
    case 'numsteps': {
      const count = integerOf(assignment, 1, 100);
      // what stood for one step is shared among the new ones
      if (values.steps_count === 1 && count > 1) {
        values.q_kvar = [(values.q_kvar[0] ?? 0) / count];
        values.c_uF = values.c_uF.length > 0 ? [values.c_uF[0] / count] : [];
        values.r_ohm = values.r_ohm.slice(0, 1).map((r) => r * count);
        values.xl_ohm = values.xl_ohm.slice(0, 1).map((x) => x * count);
      }
      values.steps_count = count;
      break;
    }
    case 'states':
      values.states = numbers();
      break;
    default:
  }
}
