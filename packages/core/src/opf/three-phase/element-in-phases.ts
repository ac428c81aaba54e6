import { type ComplexMatrix, complexMatrix } from '../../linalg/complex-dense.ts';
import type { ElementAdmittance } from '../../network/feeder/element-admittance.ts';

/** Where a phase conductor meets a bus. */
export interface Place {
  readonly bus: number;
  readonly conductor: number;
}

export const keyOf = ({ bus, conductor }: Place): number => bus * 4 + conductor;

/** Conductors that have a voltage in these formulations; neutrals are taken to be at earth potential. */
export const isPhase = (conductor: number): boolean => conductor >= 1 && conductor <= 3;

/**
 * An element seen from its phase conductors: i = Y·v with earth and neutrals at no voltage, which is Kron reduction for a neutral that is earthed
 * everywhere.
 * @unit per unit of the bus's voltage to earth and of s_base_kVA per phase
 */
export interface ElementInPhases {
  readonly id: string;
  readonly places: readonly Place[];
  readonly y: ComplexMatrix;
  /** Ratings of the wires at an end: row of the element's own matrix, by what stands at the places. */
  readonly ratings: readonly Rating[];
  readonly hasNeutral: boolean;
}

/** |Σ y·v| ≤ i_max at one conductor of one element. */
export interface Rating {
  readonly element: string;
  readonly at: Place;
  readonly i_max_pu: number;
  /** Over the places of the element. @shape [1 · places] */
  readonly y: ComplexMatrix;
}

/** Powers and voltages of a bus, to go between per unit and what is outside. */
export interface Bases {
  readonly s_base_kVA: number;
  /** Voltage to earth. */
  v_base_V(bus: number): number;
}

/** @param i_max_A - of every conductor; none when absent */
export function elementInPhases(id: string, given: ElementAdmittance, bases: Bases, i_max_A?: number): ElementInPhases {
  const { ends, n } = given;
  const rows: Place[] = ends.flatMap(({ bus, conductors }) => conductors.map((conductor) => ({ bus, conductor })));
  const places: Place[] = [];
  const placeOf = new Map<number, number>();
  const positions = rows.map((row) => {
    if (!isPhase(row.conductor)) return -1;
    const key = keyOf(row);
    const known = placeOf.get(key);
    if (known !== undefined) return known;
    placeOf.set(key, places.length);
    return places.push(row) - 1;
  });
  const s_VA = bases.s_base_kVA * 1000;
  const size = places.length;
  const y = complexMatrix(size);
  const ratings: Rating[] = [];
  for (let i = 0; i < n; i++) {
    if (positions[i] < 0) continue;
    const own = complexMatrix(1, size);
    for (let j = 0; j < n; j++) {
      if (positions[j] < 0) continue;
      const scale = (bases.v_base_V(rows[i].bus) * bases.v_base_V(rows[j].bus)) / s_VA;
      own.re[positions[j]] += scale * given.g_S[i * n + j];
      own.im[positions[j]] += scale * given.b_S[i * n + j];
    }
    for (let k = 0; k < size; k++) {
      y.re[positions[i] * size + k] += own.re[k];
      y.im[positions[i] * size + k] += own.im[k];
    }
    if (i_max_A === undefined) continue;
    ratings.push({ element: id, at: rows[i], i_max_pu: (i_max_A * bases.v_base_V(rows[i].bus)) / s_VA, y: own });
  }
  return { id, places, y, ratings, hasNeutral: rows.some(({ conductor }) => conductor > 3) };
}
