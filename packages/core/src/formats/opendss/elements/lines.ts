import type { Terminal } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { type Assignment, flagOf, numberOf } from '../script/values.ts';
import { phasesUpTo } from './bus-name.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
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
  const { r_ohm, x_ohm, b_S } = line.impedance.ofLength(line.length, draft.frequency_Hz);
  const n = line.impedance.phases_count;
  const usual = phasesUpTo(n);
  const from = draft.terminal(draft.busNameOf(object, 'bus1'), usual);
  const to = draft.terminal(draft.busNameOf(object, 'bus2'), usual);
  const i_max_A = line.impedance.iNormal_A ?? line.impedance.iNormalCode_A ?? 400;
  const charged = b_S.some((b) => Math.abs(b) > chargingMin_S);
  const id = draft.made(object);
  const opened = openConductors(draft, object, [from, to]);
  const [fromOpened, toOpened] = opened.terminals;
  if (line.isSwitch && !charged && isDiagonal(r_ohm, n) && isDiagonal(x_ohm, n) && opened.whole.every((w) => w || opened.partial_count === 0)) {
    const zero = r_ohm[0] === 0 && x_ohm[0] === 0;
    if (zero) draft.warn(object, 'has no impedance; a tenth of a milliohm is used');
    if (isUniform(r_ohm, n) && isUniform(x_ohm, n)) {
      draft.switches.push({
        id,
        from,
        to,
        closed: !opened.whole.some(Boolean),
        ...(zero ? {} : { r_ohm: r_ohm[0], x_ohm: x_ohm[0] }),
        i_max_A,
      });
      return;
    }
  }
  draft.lines.push({
    id,
    from: fromOpened,
    to: toOpened,
    ...withImpedance(draft, object, r_ohm, x_ohm, n),
    ...(b_S.some((b) => b !== 0) ? { b_S } : {}),
    ...(line.impedance.length_m === undefined ? {} : { length_km: (line.length * line.impedance.length_m) / 1000 }),
    i_max_A,
    closedFrom: !opened.whole[0],
    closedTo: !opened.whole[1],
  });
}

interface ReplayedLine {
  readonly impedance: LineImpedance;
  length: number;
  isSwitch: boolean;
  earthModel: EarthModel;
  /** The last of geometry, spacing and the wires, when the impedance comes from them. */
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
    geometry: undefined,
    spacing: undefined,
    wires: [],
  };
  for (const assignment of object.assignments) {
    if (impedance.apply(assignment, draft.script, object)) continue;
    const { property } = assignment;
    if (property === 'length') line.length = numberOf(assignment);
    else if (property === 'earthmodel') line.earthModel = earthModelOf(assignment);
    else if (property === 'geometry') line.geometry = assignment;
    else if (property === 'spacing') line.spacing = assignment;
    else if (property === 'wires' || property === 'cncables' || property === 'tscables') line.wires.push(assignment);
    else if (property === 'switch') {
      line.isSwitch = flagOf(assignment);
      if (line.isSwitch) {
        impedance.becomeSwitch();
        line.length = 0.001;
      }
    }
  }
  return line;
}

/** A line without any impedance would be no equation; it is taken as a tenth of a milliohm, with a warning. */
function withImpedance(draft: FeederDraft, object: DssObject, r_ohm: number[], x_ohm: number[], n: number): { r_ohm: number[]; x_ohm: number[] } {
  const bare = phasesUpTo(n).some((k) => r_ohm[(k - 1) * (n + 1)] === 0 && x_ohm[(k - 1) * (n + 1)] === 0);
  if (!bare) return { r_ohm, x_ohm };
  draft.warn(object, 'has a conductor without impedance; a tenth of a milliohm is used');
  return { r_ohm: r_ohm.map((r, k) => (k % (n + 1) === 0 && r === 0 && x_ohm[k] === 0 ? 1e-4 : r)), x_ohm };
}

const isDiagonal = (matrix: readonly number[], n: number): boolean => matrix.every((v, k) => k % (n + 1) === 0 || Math.abs(v) <= 1e-12);
const isUniform = (matrix: readonly number[], n: number): boolean => phasesUpTo(n).every((k) => matrix[(k - 1) * (n + 1)] === matrix[0]);

export type LineEnds = readonly [Terminal, Terminal];
