import { InputError } from '../../base/errors.ts';
import type { Transformer, Winding } from './feeder.ts';

/**
 * How the coils of a transformer are joined to its conductors: the voltage across every coil as a combination of node voltages.
 *
 * Nodes: first the conductors of all windings, one after another (earth among them), then the star points that an impedance keeps from their conductor or that
 * are brought out nowhere.
 *
 * In a zigzag half of the turns of phase p stand on its own core and half, turned round, on the core before: v_p − v_star = (e_p − e_{p−1})/√3 with the voltages e of
 * whole coils. That keeps lengths, so that back again e_p = (v_p − v_{p+1})/√3: to the cores a zigzag is a delta. What it has besides is a path from
 * phases to star point for zero-sequence current, which makes no flux.
 */
export interface TransformerWiring {
  readonly nodes_count: number;
  readonly terminals_count: number;
  /** Voltage across the coil of a winding on a core: Σ factor · node voltage. @shape [winding][core] */
  readonly coils: readonly (readonly Combination[])[];
  /** Phases of a zigzag against its star point, where zero-sequence current passes. @shape [winding][phase] or none */
  readonly leads: readonly (readonly Combination[] | undefined)[];
  /** Between a star point inside and the conductor of winding w. */
  readonly neutrals: readonly { readonly winding: number; readonly between: Combination }[];
  /** Nodes at the two ends of every coil; a coil of a zigzag counts as one from its phase to the star point. */
  readonly coilEnds: readonly CoilEnds[];
  /** Rated voltage across one coil, in V. @shape [winding] */
  readonly vCoil_V: readonly number[];
}

export interface CoilEnds {
  readonly winding: number;
  readonly core: number;
  readonly from: number;
  readonly to: number;
}

export type Combination = readonly { readonly node: number; readonly factor: number }[];

/** Clock of a winding's phases against the cores: 1 for a delta from each phase to the next, even for a wye. */
const isOdd = (winding: Winding, cores: number): boolean =>
  cores === 3 && (winding.connection === 'delta' || winding.connection === 'zigzag');

/**
 * Hours by which winding w lags winding 1, as stated or by default; 0 … 11.
 * @throws {InputError} FEEDER_TRANSFORMER_CLOCK when its connection cannot give that displacement
 */
export function clockOf(transformer: Transformer, w: number): number {
  const { windings, cores_count: cores } = transformer;
  const odd = isOdd(windings[w], cores) !== isOdd(windings[0], cores);
  const stated = windings[w].clock;
  if (stated === undefined) return odd ? 1 : 0;
  const clock = ((stated % 12) + 12) % 12;
  const possible = cores === 3 ? Number.isInteger(clock) && (clock % 2 === 1) === odd : clock === 0 || clock === 6;
  if (possible && (w > 0 || clock === 0)) return clock;
  const may =
    w === 0 ? '0: it is what the others are measured by' : cores < 3 ? '0 or 6' : odd ? '1, 3, 5, 7, 9 or 11' : '0, 2, 4, 6, 8 or 10';
  throw new InputError({
    code: 'FEEDER_TRANSFORMER_CLOCK',
    message: `Winding ${w + 1} of transformer "${transformer.id}" is said to lag by ${stated} hours, which ${windings[w].connection} against ${windings[0].connection} cannot do`,
    hint: `With these connections it may be ${may}.`,
  });
}

/** @throws {InputError} FEEDER_TRANSFORMER_CLOCK, FEEDER_CONDUCTORS_COUNT */
export function wireTransformer(transformer: Transformer): TransformerWiring {
  const { windings, cores_count: cores } = transformer;
  const terminals_count = windings.reduce((sum, { terminal }) => sum + terminal.conductors.length, 0);
  let nodes_count = terminals_count;
  const coils: Combination[][] = [];
  const leads: (Combination[] | undefined)[] = [];
  const neutrals: { winding: number; between: Combination }[] = [];
  const coilEnds: CoilEnds[] = [];
  const vCoil_V: number[] = [];
  const first = isOdd(windings[0], cores) ? 1 : 0;
  let offset = 0;
  windings.forEach((winding, w) => {
    const conductors = winding.terminal.conductors.length;
    const hours = (first + clockOf(transformer, w)) % 12;
    const { isReversed, coreOf } = coilPlaces(hours, cores);
    const mine: Combination[] = Array.from({ length: cores }, () => []);
    const coilBetween = (core: number, from: number, to: number): void => {
      mine[core] = between(isReversed ? to : from, isReversed ? from : to);
      coilEnds.push({ winding: w, core, from, to });
    };
    const starPoint = (): number => {
      const isOut = conductors === cores + 1;
      if (isOut && (winding.rNeutral_ohm ?? 0) === 0 && (winding.xNeutral_ohm ?? 0) === 0) return offset + cores;
      const star = nodes_count++;
      if (isOut) neutrals.push({ winding: w, between: between(star, offset + cores) });
      return star;
    };
    let lead: Combination[] | undefined;
    if (winding.connection === 'coils') {
      mustHave(transformer, w, [2 * cores]);
      for (let k = 0; k < cores; k++) coilBetween(coreOf(k), offset + 2 * k, offset + 2 * k + 1);
    } else if (winding.connection === 'delta') {
      mustHave(transformer, w, [cores === 3 ? 3 : cores + 1]);
      for (let k = 0; k < cores; k++) coilBetween(coreOf(k), offset + k, offset + ((k + 1) % conductors));
    } else {
      mustHave(transformer, w, [cores, cores + 1]);
      const star = starPoint();
      if (winding.connection === 'wye') for (let k = 0; k < cores; k++) coilBetween(coreOf(k), offset + k, star);
      else {
        lead = [];
        for (let k = 0; k < 3; k++) {
          const factor = (isReversed ? -1 : 1) / Math.sqrt(3);
          mine[coreOf(k)] = [
            { node: offset + k, factor },
            { node: offset + ((k + 1) % 3), factor: -factor },
          ];
          lead.push(between(offset + k, star));
          coilEnds.push({ winding: w, core: coreOf(k), from: offset + k, to: star });
        }
      }
    }
    coils.push(mine);
    leads.push(lead);
    const isPhase = cores > 1 && (winding.connection === 'wye' || winding.connection === 'zigzag');
    vCoil_V.push((winding.v_rated_kV * 1000) / (isPhase ? Math.sqrt(3) : 1));
    offset += conductors;
  });
  return { nodes_count, terminals_count, coils, leads, neutrals, coilEnds, vCoil_V };
}

const between = (from: number, to: number): Combination => [
  { node: from, factor: 1 },
  { node: to, factor: -1 },
];

/**
 * Core on which the coil of phase p stands, and whether its coils are turned round. The flux of core k lags that of core 0 by 120°·k; moving all coils to the next
 * core adds 4 hours, turning them round adds 6, and a delta or zigzag starts at 1.
 */
function coilPlaces(hours: number, cores: number): { isReversed: boolean; coreOf: (phase: number) => number } {
  if (cores < 3) return { isReversed: hours === 6, coreOf: (phase) => phase };
  const own = hours % 2;
  const isReversed = (hours - own) % 4 === 2;
  const moved = ((hours - own + (isReversed ? 6 : 0)) % 12) / 4;
  return { isReversed, coreOf: (phase) => (phase + moved) % 3 };
}

function mustHave({ id, windings, cores_count }: Transformer, w: number, counts: readonly number[]): void {
  const { connection, terminal } = windings[w];
  if (counts.includes(terminal.conductors.length) && (connection !== 'zigzag' || cores_count === 3)) return;
  throw new InputError({
    code: 'FEEDER_CONDUCTORS_COUNT',
    message: `Winding ${w + 1} of transformer "${id}" is ${connection} on ${cores_count} core${cores_count > 1 ? 's' : ''} and has ${terminal.conductors.length} conductors`,
    hint:
      connection === 'zigzag' && cores_count < 3
        ? 'A zigzag needs three cores.'
        : `It needs ${counts.join(' or ')}${counts.length > 1 ? ' (with its star point)' : ''}.`,
  });
}
