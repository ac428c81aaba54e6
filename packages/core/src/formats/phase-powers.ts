import type { Conductor, FeederBus, Matrix, Terminal, VoltageLaw } from '../network/feeder/feeder.ts';

/** True for the three phases in order, and nothing else. */
export const isThreePhase = ({ conductors }: Terminal): boolean => conductors.length === 3 && conductors.every((each, k) => each === k + 1);

/** True for the three phases in order and earth. */
export const isThreePhaseToEarth = ({ conductors }: Terminal): boolean =>
  conductors.length === 4 && conductors.every((each, k) => each === (k + 1) % 4);

/** True when conductors are alike: one value on the diagonal, one beside it, within 1e-9 of the largest. */
export function areAlike(matrix: Matrix): boolean {
  const n = Math.round(Math.sqrt(matrix.length));
  const scale = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * 1e-9;
  return matrix.every((value, k) => Math.abs(value - (k % (n + 1) === 0 ? matrix[0] : matrix[1])) <= scale);
}

/** The part of a nodal matrix that stands between phases 1, 2, 3 and earth; undefined when other conductors take part. */
export function matrixOfPhases(matrix: Matrix, { conductors }: Terminal): Matrix | undefined {
  const n = conductors.length;
  const place = [1, 2, 3].map((phase) => conductors.indexOf(phase));
  const isOther = (c: Conductor): boolean => c > 3;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (isOther(conductors[i]) && matrix[i * n + j] !== 0) return undefined;
  return Array.from({ length: 9 }, (_, k) => {
    const [i, j] = [place[Math.floor(k / 3)], place[k % 3]];
    return i < 0 || j < 0 ? 0 : matrix[i * n + j];
  });
}

/** What an element takes, or gives, between each phase and earth at the nominal voltage of its bus. */
export interface PhasePowers {
  readonly p_kW: readonly [number, number, number];
  readonly q_kvar: readonly [number, number, number];
  /** What was changed on the way, for the report; undefined when this is exactly the element. */
  readonly changed?: string | undefined;
}

interface Elements {
  readonly connection: 'wye' | 'delta';
  readonly terminal: Terminal;
}

/**
 * Powers per element as powers between phases and earth. Wye to earth stays as it is; a neutral counts as earth; elements between two phases draw the current of
 * nominal voltages from each of them, which keeps their total.
 */
export function phasePowers({ connection, terminal: { conductors } }: Elements, p: readonly number[], q: readonly number[]): PhasePowers {
  const p_kW: [number, number, number] = [0, 0, 0];
  const q_kvar: [number, number, number] = [0, 0, 0];
  const changed = new Set<string>();
  const n = conductors.length;
  const pairs: [Conductor, Conductor][] =
    connection === 'wye' ? p.map((_, k) => [conductors[k], conductors[n - 1]]) : p.map((_, k) => [conductors[k], conductors[(k + 1) % n]]);
  pairs.forEach(([from, to], k) => {
    if (to > 3) changed.add('its neutral is taken as earth');
    const [a, b] = [phaseOf(from), phaseOf(to)];
    if (a >= 0 && b < 0) {
      p_kW[a] += p[k];
      q_kvar[a] += q[k];
    } else if (a >= 0 && b >= 0 && a !== b) {
      changed.add('what it takes between phases is taken from each phase to earth, at nominal voltage');
      // s_a = v_a·conj(i), i = conj(s/(v_a − v_b)): v_a/(v_a − v_b) is ½ ± j/(2√3)
      const turn = (b - a + 3) % 3 === 1 ? -1 : 1;
      for (const [phase, sign] of [
        [a, turn],
        [b, -turn],
      ]) {
        p_kW[phase] += p[k] / 2 - (sign * q[k]) / (2 * Math.sqrt(3));
        q_kvar[phase] += q[k] / 2 + (sign * p[k]) / (2 * Math.sqrt(3));
      }
    } else changed.add('it joins no phase to earth or to another phase and is left out');
  });
  return { p_kW, q_kvar, ...(changed.size === 0 ? {} : { changed: [...changed].join('; ') }) };
}

const phaseOf = (conductor: Conductor): number => (conductor >= 1 && conductor <= 3 ? conductor - 1 : -1);

/** Share of a power that follows v², v and 1 at the nominal voltage of the bus: laws are stated at the rated voltage of the element. */
export interface Shares {
  readonly z: number;
  readonly i: number;
  readonly p: number;
  /** An exponent that is none of 0, 1, 2. */
  readonly isApproximate: boolean;
}

/** @param v - nominal over rated voltage of the element */
export function sharesOf(law: VoltageLaw, v: number): Shares {
  if ('exponent' in law) {
    const factor = v ** law.exponent;
    const own = (exponent: number): number => (law.exponent === exponent ? factor : 0);
    const isApproximate = ![0, 1, 2].includes(law.exponent);
    return { z: own(2), i: own(1), p: isApproximate ? factor : own(0), isApproximate };
  }
  return { z: law.z_frac * v * v, i: law.i_frac * v, p: law.p_frac, isApproximate: false };
}

/** Nominal voltage of a bus across an element over its rated voltage; 1 where they agree to rounding. */
export function nominalOverRated(
  { connection, v_rated_kV }: { readonly connection: 'wye' | 'delta'; readonly v_rated_kV: number },
  bus: FeederBus,
): number {
  const v = (connection === 'wye' ? bus.v_base_kV / Math.sqrt(3) : bus.v_base_kV) / v_rated_kV;
  return Math.abs(v - 1) < 1e-12 ? 1 : v;
}
