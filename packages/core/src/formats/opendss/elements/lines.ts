import type { DssObject } from '../script/objects.ts';
import { type Assignment, flagOf, numberOf } from '../script/values.ts';
import { phasesUpTo } from './bus-name.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { geometryOfLine, spacingOfLine } from './geometry.ts';
import { type EarthModel, earthModelOf, earthModels, LineImpedance } from './line-impedance.ts';
import { openConductors } from './open.ts';

/** Charging of a switch below this is left out, so that it is a switch and not a line; 1 var at 10 kV. */
const chargingMin_S = 1e-8;

/**
 * Line → `Line`, or `Switch` where the impedance couples no conductors and charges nothing and `switch=yes` was said.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_MATRIX, OPENDSS_UNKNOWN_NAME, OPENDSS_GEOMETRY
 */
export function makeLine(draft: FeederDraft, object: DssObject): void {
  if (!isEnabled(object)) return;
  const line = replay(draft, object);
  const { r_ohm, x_ohm, b_S, n, iNormal_A } = matricesOf(draft, line);
  const usual = phasesUpTo(n);
  const from = draft.terminal(draft.busNameOf(object, 'bus1'), usual);
  const to = draft.terminal(draft.busNameOf(object, 'bus2'), usual);
  const iSaid_A = line.impedance.iNormal_A ?? iNormal_A ?? 400;
  const i_max_A = iSaid_A > 0 ? iSaid_A : undefined;
  const charged = b_S.some((b) => Math.abs(b) > chargingMin_S);
  const id = draft.made(object);
  const opened = openConductors(draft, object, [from, to]);
  const [fromOpened, toOpened] = opened.terminals;
  if (
    line.isSwitch &&
    !charged &&
    isDiagonal(r_ohm, n) &&
    isDiagonal(x_ohm, n) &&
    opened.whole.every((w) => w || opened.partial_count === 0)
  ) {
    const zero = r_ohm[0] === 0 && x_ohm[0] === 0;
    if (zero) draft.warn(object, 'has no impedance; a tenth of a milliohm is used');
    if (isUniform(r_ohm, n) && isUniform(x_ohm, n)) {
      draft.switches.push({
        id,
        from,
        to,
        closed: !opened.whole.some(Boolean),
        ...(zero ? {} : { r_ohm: r_ohm[0], x_ohm: x_ohm[0] }),
        ...(i_max_A === undefined ? {} : { i_max_A }),
      });
      return;
    }
  }
  // a length without a unit counts in the unit of the values
  const unit_m = line.impedance.length_m ?? (line.from === 'values' ? line.impedance.value_m : 1);
  draft.lines.push({
    id,
    from: fromOpened,
    to: toOpened,
    ...withImpedance(draft, object, r_ohm, x_ohm, n),
    ...(b_S.some((b) => b !== 0) ? { b_S } : {}),
    ...(unit_m === undefined ? {} : { length_km: (line.length * unit_m) / 1000 }),
    ...(i_max_A === undefined ? {} : { i_max_A }),
    closedFrom: !opened.whole[0],
    closedTo: !opened.whole[1],
  });
}

const isImpedance: ReadonlySet<string> = new Set('r1 x1 r0 x0 c1 c0 b1 b0 rmatrix xmatrix cmatrix linecode'.split(' '));

interface MatricesOfLine {
  readonly r_ohm: number[];
  readonly x_ohm: number[];
  readonly b_S: number[];
  readonly n: number;
  readonly iNormal_A: number | undefined;
}

/** Of the whole length. A length without a unit is in metres where the impedance comes from a geometry. */
function matricesOf(draft: FeederDraft, line: ReplayedLine): MatricesOfLine {
  const { impedance } = line;
  const earth = { rho_ohm_m: impedance.rho_ohm_m, earthModel: line.earthModel, frequency_Hz: draft.frequency_Hz };
  if (line.from === 'values' || (line.from === 'spacing' && line.wires.length === 0)) {
    return { ...impedance.ofLength(line.length, draft.frequency_Hz), n: impedance.phases_count, iNormal_A: impedance.iNormalCode_A };
  }
  const { constants, iNormal_A } =
    line.from === 'geometry'
      ? geometryOfLine(draft.script, line.geometry!, earth)
      : spacingOfLine(draft.script, line.spacing!, line.wires, earth);
  const length_km = (line.length * (impedance.length_m ?? 1)) / 1000;
  const times = (matrix: readonly number[]): number[] => matrix.map((v) => v * length_km);
  const { n } = constants;
  return { r_ohm: times(constants.r_ohm_per_km), x_ohm: times(constants.x_ohm_per_km), b_S: times(constants.b_S_per_km), n, iNormal_A };
}

interface ReplayedLine {
  readonly impedance: LineImpedance;
  length: number;
  isSwitch: boolean;
  earthModel: EarthModel;
  /** Where the impedance comes from: what was said last. */
  from: 'values' | 'geometry' | 'spacing';
  geometry: Assignment | undefined;
  spacing: Assignment | undefined;
  wires: Assignment[];
}

function replay(draft: FeederDraft, object: DssObject): ReplayedLine {
  const impedance = new LineImpedance(object.baseFrequency_Hz);
  const known = earthModels.find((name) => name.startsWith(object.earthModel));
  const line: ReplayedLine = {
    impedance,
    length: 1,
    isSwitch: false,
    earthModel: known ?? 'deri',
    from: 'values',
    geometry: undefined,
    spacing: undefined,
    wires: [],
  };
  for (const assignment of object.assignments) {
    const { property } = assignment;
    if (impedance.apply(assignment, draft.script, object)) {
      if (isImpedance.has(property)) line.from = 'values';
    } else if (property === 'length') line.length = numberOf(assignment);
    else if (property === 'earthmodel') line.earthModel = earthModelOf(assignment);
    else if (property === 'geometry') {
      line.geometry = assignment;
      line.from = 'geometry';
    } else if (property === 'spacing') {
      line.spacing = assignment;
      line.from = 'spacing';
    } else if (property === 'wires' || property === 'cncables' || property === 'tscables') {
      line.wires.push(assignment);
      if (line.spacing !== undefined) line.from = 'spacing';
    } else if (property === 'switch') {
      line.isSwitch = flagOf(assignment);
      if (line.isSwitch) {
        impedance.becomeSwitch();
        line.length = 0.001;
        line.from = 'values';
      }
    }
  }
  return line;
}

/** Less is lost in the rounding of the equations. */
const negligible_ohm = 1e-9;

/** A line without any impedance would be no equation; it is taken as a tenth of a milliohm, with a warning. */
function withImpedance(
  draft: FeederDraft,
  object: DssObject,
  r_ohm: number[],
  x_ohm: number[],
  n: number,
): { r_ohm: number[]; x_ohm: number[] } {
  const isBare = (at: number): boolean => Math.hypot(r_ohm[at], x_ohm[at]) < negligible_ohm;
  const bare = phasesUpTo(n).some((k) => isBare((k - 1) * (n + 1)));
  if (!bare) return { r_ohm, x_ohm };
  draft.warn(object, 'has a conductor without impedance; a tenth of a milliohm is used');
  return { r_ohm: r_ohm.map((r, k) => (k % (n + 1) === 0 && isBare(k) ? 1e-4 : r)), x_ohm };
}

const isDiagonal = (matrix: readonly number[], n: number): boolean => matrix.every((v, k) => k % (n + 1) === 0 || Math.abs(v) <= 1e-12);
const isUniform = (matrix: readonly number[], n: number): boolean => phasesUpTo(n).every((k) => matrix[(k - 1) * (n + 1)] === matrix[0]);
