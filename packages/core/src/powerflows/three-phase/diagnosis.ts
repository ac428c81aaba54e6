import type { Feeder } from '../../network/feeder/feeder.ts';
import type { Places } from './contract.ts';
import type { Injections } from './injections.ts';
import type { NewtonEnd } from './newton.ts';
import { placeName } from './places.ts';
import type { System } from './system.ts';

const why: Readonly<Record<NewtonEnd, string>> = {
  balanced: 'The controls moved on',
  iterations: 'The iteration limit was reached',
  stalled: 'No step lowers the mismatch any more, which is what happens beyond the largest load that the wires can carry',
  singular: 'The Jacobian is singular, which is what happens at the largest load that the wires can carry',
};

/** In the user's words: why it ended, where the balance is worst, what hangs there, and what to try. */
export function diagnose(feeder: Feeder, places: Places, system: System, end: NewtonEnd): string {
  const { nodal, injections, u } = system;
  const { rowOf } = nodal.rows;
  const sentences = [`${why[end]}.`];
  const worst = rowOf.indexOf(system.worstRow);
  if (worst >= 0 && system.worstRow >= 0) {
    sentences.push(`The balance is worst at ${placeName(feeder, places, worst)}: ${short(system.mismatch_kVA)} kVA are missing.`);
  }
  let lowest = -1;
  let lowest_pu = Number.POSITIVE_INFINITY;
  for (let place = 0; place < places.count; place++) {
    if (rowOf[place] < 0 || places.conductor[place] > 3) continue;
    const v = Math.hypot(u[2 * rowOf[place]], u[2 * rowOf[place] + 1]);
    if (v < lowest_pu) {
      lowest_pu = v;
      lowest = place;
    }
  }
  if (lowest >= 0) sentences.push(`The lowest voltage is ${short(lowest_pu)} pu at ${placeName(feeder, places, lowest)}.`);
  const element = largestNear(injections, rowOf[worst >= 0 ? worst : Math.max(lowest, 0)]);
  if (element >= 0) {
    const { kind, owner } = injections.list[element];
    const id = feeder[kind][owner].id;
    sentences.push(
      `Look at ${kind.slice(0, -1)} "${id}" there (${short(Math.hypot(injections.p_kW[element], injections.q_kvar[element]))} kVA per element).`,
    );
  }
  sentences.push(
    'Try less load, v_min_pu on constant-power loads so that they become impedances at low voltage, or check the impedances on the way.',
  );
  return sentences.join(' ');
}

/** For laws that jump: the elements that fit neither side of their jump. */
export function diagnoseJump(feeder: Feeder, injections: Injections, elements: readonly number[], u: Float64Array): string {
  const named = new Map<string, string>();
  for (const e of elements) {
    const { kind, owner, pLaw } = injections.list[e];
    const v_pu = injections.voltageOf(e, u);
    const limit_pu = pLaw.bounds.reduce((near, bound) => (Math.abs(bound - v_pu) < Math.abs(near - v_pu) ? bound : near));
    const name = `${kind.slice(0, -1)} "${feeder[kind][owner].id}"`;
    if (!named.has(name)) named.set(name, `${name} at its limit of ${short(limit_pu)} pu`);
  }
  return `The power of ${[...named.values()].join(', ')} jumps, and no voltage fits on either side of the jump. Move the limit away from the voltage there, or leave out p_beyond_exponent and q_beyond_exponent (in OpenDSS: another load model), so that its law goes on without a jump.`;
}

/** The largest element at a row, or the largest of all where none is. */
function largestNear(injections: Injections, row: number): number {
  let found = -1;
  let largest = 0;
  for (const here of [true, false]) {
    for (let e = 0; e < injections.count; e++) {
      if (here && injections.from[e] !== row && injections.to[e] !== row) continue;
      const size = Math.hypot(injections.p_kW[e], injections.q_kvar[e]);
      if (size <= largest) continue;
      largest = size;
      found = e;
    }
    if (found >= 0) break;
  }
  return found;
}

const short = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(4))) : 'not a finite number of');
