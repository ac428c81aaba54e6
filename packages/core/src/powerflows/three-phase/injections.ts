import type { Feeder, Inverter, Load, PhaseGenerator } from '../../network/feeder/feeder.ts';
import type { Places } from './contract.ts';
import { placesOf } from './places.ts';
import { constantImpedance, constantPower, type LawRange, type LawTable, lawTable, segments_count } from './voltage-law.ts';

export type InjectionKind = 'loads' | 'generators' | 'inverters';

/** One single-phase element of a load, generator or inverter. */
export interface Injection {
  readonly kind: InjectionKind;
  /** In the feeder's list of that kind, and which of its elements. */
  readonly owner: number;
  readonly element: number;
  /** Among the single-phase elements of everything of that kind, in service or not. */
  readonly position: number;
  /** Positions of its two ends among the conductors of the terminal. */
  readonly fromAt: number;
  readonly toAt: number;
  /** Places, −1 for earth. */
  readonly from: number;
  readonly to: number;
  /** Rated voltage over the nominal voltage of the bus. */
  readonly v_rated_pu: number;
  readonly pLaw: LawTable;
  readonly qLaw: LawTable;
}

/** Pairs of positions that a connection makes of the conductors of a terminal. */
export function elementEnds(connection: 'wye' | 'delta', conductors_count: number): [number, number][] {
  if (connection === 'wye') return Array.from({ length: conductors_count - 1 }, (_, k) => [k, conductors_count - 1]);
  if (conductors_count === 2) return [[0, 1]];
  return Array.from({ length: conductors_count }, (_, k) => [k, (k + 1) % conductors_count]);
}

export function injectionsOf(feeder: Feeder, places: Places, linear: boolean): Injection[] {
  const found: Injection[] = [];
  const take = (kind: InjectionKind, owner: number, item: Load | PhaseGenerator | Inverter, first: number) => {
    const at = placesOf(places, item.terminal);
    const v_base_kV = feeder.buses[item.terminal.bus].v_base_kV / Math.sqrt(3);
    const range: LawRange = linear ? {} : item;
    const { beyond } = range;
    const law = (which: 'pLaw' | 'qLaw') =>
      linear ? constantImpedance : which in item ? ((item as Load)[which] ?? constantPower) : constantPower;
    const pLaw = lawTable(law('pLaw'), range, beyond?.pExponent);
    const qLaw = lawTable(law('qLaw'), range, beyond?.qExponent);
    elementEnds(item.connection, at.length).forEach(([fromAt, toAt], element) => {
      const v_rated_pu = item.v_rated_kV / v_base_kV;
      const position = first + element;
      found.push({ kind, owner, element, position, fromAt, toAt, from: at[fromAt], to: at[toAt], v_rated_pu, pLaw, qLaw });
    });
  };
  for (const kind of ['loads', 'generators', 'inverters'] as const) {
    let first = 0;
    feeder[kind].forEach((item, k) => {
      if (item.inService) take(kind, k, item, first);
      first += elementsOf(item);
    });
  }
  return found;
}

/** How many single-phase elements a connection makes of a terminal. */
export function elementsOf({ connection, terminal }: Load | PhaseGenerator | Inverter): number {
  const count = terminal.conductors.length;
  return connection === 'wye' ? count - 1 : count === 2 ? 1 : count;
}

/**
 * Currents of all single-phase elements, as powers at nominal voltage:
 *
 *   v = |U|/u_r,  U = u_from − u_to,   i = conj(P₀·c_P(v) + jQ₀·c_Q(v))·U/u_r²   (c: see voltage-law.ts)
 *   di = A·dU + B·conj(dU),  A = y + ½·v·y′,  B = ½·v·y′·U/conj(U)
 *
 * with y = conj(P₀c_P + jQ₀c_Q)/u_r² and y′ = dy/dv. The part A at rated voltage stands in the nodal matrix (`yRated`), because what then remains to
 * be iterated, B alone, is the least that any fixed admittance leaves: nothing for impedances, half of the power for currents, all of it for
 * constant power.
 *
 * | symbol | array |
 * |---|---|
 * | from, to | `from`, `to`: rows of u |
 * | P₀ + jQ₀ (taken from the network) | `p_kW`, `q_kvar` |
 * | A at v = 1 and the powers of `rate` | `yRated` (re, im) |
 * | y, v·y′ of the last `evaluate` | `y`, `vdy` (re, im) |
 * @shape arrays [element]; u by row (re, im), of which the last is earth
 */
export class Injections {
  readonly list: readonly Injection[];
  readonly count: number;
  /** Single-phase elements of a kind, in service or not. */
  readonly elements_count: Readonly<Record<InjectionKind, number>>;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
  readonly yRated: Float64Array;
  readonly y: Float64Array;
  readonly vdy: Float64Array;
  /** Segment of the law that an element keeps whatever its voltage, −1: the one that its voltage says. */
  readonly heldSegment: Int8Array;
  private readonly vr2Inv: Float64Array;
  private readonly vrInv: Float64Array;

  constructor(feeder: Feeder, list: readonly Injection[]) {
    this.list = list;
    const total = (items: readonly (Load | PhaseGenerator | Inverter)[]) => items.reduce((sum, item) => sum + elementsOf(item), 0);
    this.elements_count = { loads: total(feeder.loads), generators: total(feeder.generators), inverters: total(feeder.inverters) };
    this.count = list.length;
    this.from = new Int32Array(list.length);
    this.to = new Int32Array(list.length);
    this.vrInv = Float64Array.from(list, (e) => 1 / e.v_rated_pu);
    this.vr2Inv = Float64Array.from(list, (e) => 1 / (e.v_rated_pu * e.v_rated_pu));
    this.p_kW = new Float64Array(list.length);
    this.q_kvar = new Float64Array(list.length);
    this.yRated = new Float64Array(2 * list.length);
    this.y = new Float64Array(2 * list.length);
    this.vdy = new Float64Array(2 * list.length);
    this.heldSegment = new Int8Array(list.length).fill(-1);
  }

  /** @param rowOf - row of u of each place; @param earth - row of earth, also for places that nothing feeds */
  place(rowOf: Int32Array, earth: number): void {
    for (let e = 0; e < this.count; e++) {
      const { from, to } = this.list[e];
      this.from[e] = from < 0 || rowOf[from] < 0 ? earth : rowOf[from];
      this.to[e] = to < 0 || rowOf[to] < 0 ? earth : rowOf[to];
    }
  }

  /** Fixes what stands in the nodal matrix: A at rated voltage, or the whole rated admittance where `wholly` says so. */
  rate(wholly: Uint8Array): void {
    for (let e = 0; e < this.count; e++) {
      const { pLaw, qLaw } = this.list[e];
      const share = (law: LawTable) => (wholly[e] ? 1 : ratedShare(law));
      this.yRated[2 * e] = this.p_kW[e] * share(pLaw) * this.vr2Inv[e];
      this.yRated[2 * e + 1] = -this.q_kvar[e] * share(qLaw) * this.vr2Inv[e];
    }
  }

  /** −Im y per kvar taken by element e at the voltages u. */
  reactivePerKvar(e: number, u: Float64Array): number {
    return factorAt(this.list[e].qLaw, this.voltageOf(e, u)) * this.vr2Inv[e];
  }

  /** |U|/u_r of element e. */
  voltageOf(e: number, u: Float64Array): number {
    const re = u[2 * this.from[e]] - u[2 * this.to[e]];
    const im = u[2 * this.from[e] + 1] - u[2 * this.to[e] + 1];
    return Math.sqrt(re * re + im * im) * this.vrInv[e];
  }

  /** y and v·y′ of every element at the voltages u. */
  evaluate(u: Float64Array): void {
    for (let e = 0; e < this.count; e++) {
      const v = this.voltageOf(e, u);
      const { pLaw, qLaw } = this.list[e];
      const s = this.heldSegment[e] >= 0 ? this.heldSegment[e] : segmentOf(pLaw, v);
      const p = this.p_kW[e] * this.vr2Inv[e];
      const q = -this.q_kvar[e] * this.vr2Inv[e];
      this.y[2 * e] = p * factorIn(pLaw, s, v);
      this.y[2 * e + 1] = q * factorIn(qLaw, s, v);
      this.vdy[2 * e] = p * slopeIn(pLaw, s, v);
      this.vdy[2 * e + 1] = q * slopeIn(qLaw, s, v);
    }
  }

  /** out −= the currents of the elements at the voltages u, with y of the last `evaluate`. */
  subtractCurrents(u: Float64Array, out: Float64Array): void {
    for (let e = 0; e < this.count; e++) {
      const from = 2 * this.from[e];
      const to = 2 * this.to[e];
      const re = u[from] - u[to];
      const im = u[from + 1] - u[to + 1];
      const g = this.y[2 * e];
      const b = this.y[2 * e + 1];
      const i_re = g * re - b * im;
      const i_im = g * im + b * re;
      out[from] -= i_re;
      out[from + 1] -= i_im;
      out[to] += i_re;
      out[to + 1] += i_im;
    }
  }
}

/** A/y at rated voltage: c + ½·v·c′ at v = 1, for the law inside its limits. */
export function ratedShare(law: LawTable): number {
  return Number.isNaN(law.exponent) ? law.z[2] + law.i[2] / 2 : law.exponent / 2;
}

/** Segment of a law at v: below low, up to min, inside, above max. Both laws of an element have the same bounds. */
export function segmentOf(law: LawTable, v: number): number {
  const [low, min, max] = law.bounds;
  if (v >= min) return v <= max ? 2 : segments_count - 1;
  return v < low ? 0 : 1;
}

/** c(v). */
export const factorAt = (law: LawTable, v: number): number => factorIn(law, segmentOf(law, v), v);

/** c(v) of segment s, also where v is not in it. */
export function factorIn(law: LawTable, s: number, v: number): number {
  if (s === 2 && !Number.isNaN(law.exponent)) return v ** (law.exponent - 2);
  return law.p[s] === 0 && law.i[s] === 0 ? law.z[s] : law.z[s] + (law.i[s] + law.p[s] / v) / v;
}

/** v·c′(v) of segment s. */
function slopeIn(law: LawTable, s: number, v: number): number {
  if (s === 2 && !Number.isNaN(law.exponent)) return (law.exponent - 2) * v ** (law.exponent - 2);
  return law.p[s] === 0 && law.i[s] === 0 ? 0 : -(law.i[s] + (2 * law.p[s]) / v) / v;
}
