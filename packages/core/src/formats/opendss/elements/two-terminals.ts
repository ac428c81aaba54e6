import type { PhaseShunt } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { refusal } from '../script/place.ts';
import { wordOf } from '../script/values.ts';
import { type BusName, busNameOf, conductorsOf, phasesUpTo } from './bus-name.ts';
import { type ComplexMatrix, inverseMatrix } from './complex-matrix.ts';
import type { FeederDraft } from './draft.ts';
import { openConductors } from './open.ts';

/** What is said beside the admittance of a shunt. */
export type ShuntFacts = Pick<PhaseShunt, 'steps_count' | 'closed_count' | 'q_rated_kvar'>;

/**
 * Puts a branch between `bus1` and `bus2` into the feeder: a shunt where `bus2` is earth or stands at the same bus, a line without charging
 * where it is another bus.
 * @param y_S - admittance between the n conductors of the two ends, S
 * @throws {InputError} OPENDSS_BUS, OPENDSS_IMPEDANCE
 */
export function putBranch(draft: FeederDraft, object: DssObject, y_S: ComplexMatrix, n: number, facts: ShuntFacts = {}): void {
  const near = draft.busNameOf(object, 'bus1');
  const far = farEnd(object, n);
  const [from, to] = [conductorsOf(near, phasesUpTo(n)), far === undefined ? phasesUpTo(n).map(() => 0) : conductorsOf(far, phasesUpTo(n))];
  if (to.every((c) => c === 0) || far === undefined || far.bus === near.bus) {
    putShunt(draft, object, near.bus, [...from, ...to], between(y_S, n), facts);
    return;
  }
  const z = inverseMatrix(y_S, n);
  if (z === undefined) {
    throw refusal(
      'OPENDSS_IMPEDANCE',
      `The ${object.className} "${object.name}" joins two buses without an admittance on every phase`,
      object.at,
      'Give each phase an impedance.',
    );
  }
  const opened = openConductors(draft, object, [
    { bus: draft.bus(near.bus), conductors: from },
    { bus: draft.bus(far.bus), conductors: to },
  ]);
  draft.lines.push({
    id: draft.made(object),
    from: opened.terminals[0],
    to: opened.terminals[1],
    r_ohm: z.map(({ re }) => re),
    x_ohm: z.map(({ im }) => im),
    closedFrom: !opened.whole[0],
    closedTo: !opened.whole[1],
  });
}

/** `bus2`, or undefined where the element ends at earth. */
function farEnd(object: DssObject, n: number): BusName | undefined {
  const assignment = object.assignments.findLast(({ property }) => property === 'bus2');
  // a bus1 that is set later takes its bus2 along only where none was said
  if (assignment === undefined) return undefined;
  const name = busNameOf(wordOf(assignment), assignment.at);
  return conductorsOf(name, phasesUpTo(n)).every((c) => c === 0) ? undefined : name;
}

/** [Y −Y; −Y Y]. @shape [2n · 2n] */
function between(y_S: ComplexMatrix, n: number): { g: number[]; b: number[] } {
  const size = 2 * n;
  const g = new Array<number>(size * size).fill(0);
  const b = new Array<number>(size * size).fill(0);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const { re, im } = y_S[(i % n) * n + (j % n)];
      const sign = i < n === j < n ? 1 : -1;
      g[i * size + j] = sign * re;
      b[i * size + j] = sign * im;
    }
  }
  return { g, b };
}

/** A shunt on the conductors named, of which earth falls away and the same are added up. @shape g, b [k · k] */
export function putShunt(
  draft: FeederDraft,
  object: DssObject,
  bus: string,
  conductors: readonly number[],
  { g, b }: { readonly g: readonly number[]; readonly b: readonly number[] },
  facts: ShuntFacts,
): void {
  const opened = openConductors(draft, object, [{ bus: draft.bus(bus), conductors }]);
  const ends = opened.terminals[0].conductors;
  const own = [...new Set(ends.filter((c) => c !== 0))];
  const size = own.length;
  const g_S = new Array<number>(size * size).fill(0);
  const b_S = new Array<number>(size * size).fill(0);
  ends.forEach((from, i) => {
    ends.forEach((to, j) => {
      if (from === 0 || to === 0) return;
      const at = own.indexOf(from) * size + own.indexOf(to);
      g_S[at] += g[i * ends.length + j];
      b_S[at] += b[i * ends.length + j];
    });
  });
  if (size === 0) {
    draft.drop(object, 'it begins and ends at earth');
    return;
  }
  draft.shunts.push({
    id: draft.made(object),
    terminal: { bus: draft.bus(bus), conductors: own },
    g_S,
    b_S,
    ...facts,
    inService: !opened.whole[0],
  });
}

/** Coils of a delta: one between two conductors, two in a row between three, three all around three. @shape [k · k]; k = 2, 3, 3 */
export function deltaAdmittance(phases_count: number, y: { readonly re: number; readonly im: number }): { g: number[]; b: number[] } {
  const k = phases_count === 3 ? 3 : phases_count + 1;
  const g = new Array<number>(k * k).fill(0);
  const b = new Array<number>(k * k).fill(0);
  for (let c = 0; c < phases_count; c++) {
    const [i, j] = [c, (c + 1) % k];
    for (const [row, col, sign] of [
      [i, i, 1],
      [j, j, 1],
      [i, j, -1],
      [j, i, -1],
    ]) {
      g[row * k + col] += sign * y.re;
      b[row * k + col] += sign * y.im;
    }
  }
  return { g, b };
}
