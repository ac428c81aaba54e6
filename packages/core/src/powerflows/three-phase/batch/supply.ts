import { factorAt } from '../injections.ts';
import type { WireSolver } from '../wire-solver.ts';

/**
 * Active power that the sources give, from the few rows of the network at their places:
 * behind an impedance Re(u·conj(Y·(e − u))), ideal Re(u·conj(Σ y·u + currents of the elements there)).
 *
 * | symbol | array |
 * |---|---|
 * | row i, column j, entry | `row`, `col`, `y` (re, im), powers at nominal voltage |
 * | constant current at a row | `constant` (re, im) |
 */
export class Supply {
  private readonly solver: WireSolver;
  private readonly row: Int32Array;
  private readonly col: Int32Array;
  private readonly y: Float64Array;
  private readonly constantRow: Int32Array;
  private readonly constant: Float64Array;
  /** Positions in `elements` of those that hang at the place of an ideal source. */
  private readonly atSource: readonly number[];
  private readonly elements: Int32Array;

  constructor(solver: WireSolver, elements: Int32Array) {
    this.solver = solver;
    const { feeder, wires, places, nodal } = solver;
    const { rowOf, free_count, earth } = nodal.rows;
    const rowAt = (place: number) => (place < 0 || rowOf[place] < 0 ? earth : rowOf[place]);
    const entries: [number, number, number, number][] = [];
    const constants: [number, number, number][] = [];
    for (const { kind, index, admittance, places: at } of wires) {
      if (admittance === undefined || (kind !== 'sources' && nodal.rows.fixed_count === 0)) continue;
      const { n, g_S, b_S } = admittance;
      for (let i = 0; i < n; i++) {
        const row = rowAt(at[i]);
        const isFixed = row >= free_count && row < earth;
        for (let j = 0; j < n; j++) {
          if (at[i] < 0 || at[j] < 0 || (kind !== 'sources' && !isFixed)) continue;
          const scale = (places.v_base_V[at[i]] * places.v_base_V[at[j]]) / 1000;
          const g = g_S[i * n + j] * scale;
          const b = b_S[i * n + j] * scale;
          const sign = kind === 'sources' && !isFixed ? -1 : 1;
          entries.push([row, rowAt(at[j]), sign * g, sign * b]);
          if (kind !== 'sources' || isFixed) continue;
          const source = feeder.sources[index];
          const size = (source.e_kV[j] * 1000) / places.v_base_V[at[j]];
          const angle = (source.angle_deg[j] * Math.PI) / 180;
          constants.push([row, size * (g * Math.cos(angle) - b * Math.sin(angle)), size * (g * Math.sin(angle) + b * Math.cos(angle))]);
        }
      }
    }
    const isSource = (row: number) => row >= free_count && row < earth;
    this.elements = elements;
    this.atSource = Array.from(elements, (_, k) => k).filter((k) => {
      const e = elements[k];
      return isSource(solver.injections.from[e]) || isSource(solver.injections.to[e]);
    });
    this.row = Int32Array.from(entries, ([i]) => i);
    this.col = Int32Array.from(entries, ([, j]) => j);
    this.y = Float64Array.from(entries.flatMap(([, , g, b]) => [g, b]));
    this.constantRow = Int32Array.from(constants, ([i]) => i);
    this.constant = Float64Array.from(constants.flatMap(([, re, im]) => [re, im]));
  }

  /** @shape u by row (re × 4, im × 4); power by element (P × 4, Q × 4) */
  given_kW(u: Float64Array, power: Float64Array, lane: number): number {
    const { row, col, y, constantRow, constant } = this;
    let sum = 0;
    for (let k = 0; k < row.length; k++) {
      const i = 8 * row[k] + lane;
      const j = 8 * col[k] + lane;
      const re = y[2 * k] * u[j] - y[2 * k + 1] * u[j + 4];
      const im = y[2 * k] * u[j + 4] + y[2 * k + 1] * u[j];
      sum += u[i] * re + u[i + 4] * im;
    }
    for (let k = 0; k < constantRow.length; k++) {
      const i = 8 * constantRow[k] + lane;
      sum += u[i] * constant[2 * k] + u[i + 4] * constant[2 * k + 1];
    }
    return sum + this.takenAtSources(u, power, lane);
  }

  /** Re(u_fixed·conj(i)) of elements that hang at the place of an ideal source itself. */
  private takenAtSources(u: Float64Array, power: Float64Array, lane: number): number {
    const { injections, nodal } = this.solver;
    const { free_count, earth } = nodal.rows;
    let sum = 0;
    for (const k of this.atSource) {
      const e = this.elements[k];
      const ends = [injections.from[e], injections.to[e]];
      const { pLaw, qLaw, v_rated_pu } = injections.list[e];
      const i = 8 * ends[0] + lane;
      const j = 8 * ends[1] + lane;
      const re = u[i] - u[j];
      const im = u[i + 4] - u[j + 4];
      const v = Math.hypot(re, im) / v_rated_pu;
      const g = (power[8 * k + lane] * factorAt(pLaw, v)) / (v_rated_pu * v_rated_pu);
      const b = (-power[8 * k + 4 + lane] * factorAt(qLaw, v)) / (v_rated_pu * v_rated_pu);
      const iRe = g * re - b * im;
      const iIm = g * im + b * re;
      ends.forEach((end, side) => {
        if (end < free_count || end >= earth) return;
        const sign = side === 0 ? 1 : -1;
        sum += sign * (u[8 * end + lane] * iRe + u[8 * end + lane + 4] * iIm);
      });
    }
    return sum;
  }
}
