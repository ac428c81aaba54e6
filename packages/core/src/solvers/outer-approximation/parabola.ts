import type { AffineRow } from '../../problem/program.ts';
import { type Master, valueAt } from './master.ts';

/** Slopes beyond this make cuts that a simplex method cannot hold. */
const SLOPE_MAX = 1e4;
/** A point is cut off when it breaks a cut by more than this, relative to its size. */
const VIOLATION_MIN = 1e-7;
const WHOLE = 1e-6;

/**
 * 2·height·base ≥ width², base ≥ 0: what second-order cones and squares of the cost are made of, each in three dimensions, so
 * that a cut has three terms and few cuts together make many of the whole. With ρ = width/base its tangents are
 *
 *   height − ρ·width + ½·ρ²·base ≥ 0        for every ρ
 *
 * Where the base is a number and the width is that of a whole variable, nothing lies between two neighbouring values, and the
 * chord through them, height − ½(ρ₁ + ρ₂)·width + ½·ρ₁·ρ₂·base ≥ 0, is valid and cuts deeper.
 * @source Vielma, Dunning, Huchette, Lubin, Extended formulations in mixed integer conic quadratic programming, Math. Prog.
 *   Comput. 9 (2017); Coey, Lubin, Vielma, Outer approximation with conic certificates, Math. Prog. Comput. 12 (2020), section 4
 */
export class Parabola {
  private readonly master: Master;
  private readonly height: AffineRow;
  private readonly base: AffineRow;
  private readonly width: AffineRow;
  private readonly owner: number;
  /** Chords instead of tangents. */
  private readonly isStepped: boolean;

  constructor(master: Master, height: AffineRow, base: AffineRow, width: AffineRow, owner: number) {
    this.master = master;
    this.height = height;
    this.base = base;
    this.width = width;
    this.owner = owner;
    this.isStepped = base.columns.length === 0 && width.columns.length === 1 && master.isWhole(width.columns[0]);
  }

  /** The first cuts: along the bounds of a square, at 45 degrees in a cone. */
  begin(): void {
    if (this.base.columns.length > 0 || this.width.columns.length !== 1) {
      this.addTangent(1);
      this.addTangent(-1);
      return;
    }
    const [low, high] = this.master.boundsOf(this.width.columns[0]);
    const point = new Float64Array(this.master.columns_count);
    for (const value of [low, 0.5 * (low + high), high]) {
      if (!Number.isFinite(value)) continue;
      point[this.width.columns[0]] = value;
      this.touch(point);
    }
  }

  /** The cuts that hold with equality on the surface above a point, whatever is there already. */
  touch(x: Float64Array): void {
    for (const [first, second] of this.slopesAt(x)) this.add(first, second);
  }

  addTangent(slope: number): void {
    if (this.base.columns.length === 0 || Math.abs(slope) <= SLOPE_MAX) this.add(slope, slope);
  }

  /** Cuts a point off that lies outside. */
  separate(x: Float64Array): boolean {
    const height = valueAt(this.height, x);
    const base = valueAt(this.base, x);
    const width = valueAt(this.width, x);
    let isCut = false;
    for (const [first, second] of this.slopesAt(x)) {
      const mean = 0.5 * (first + second);
      const product = 0.5 * first * second;
      const value = height - mean * width + product * base;
      const size = Math.max(1, Math.abs(mean), Math.abs(product)) * (1 + Math.max(Math.abs(height), Math.abs(base), Math.abs(width)));
      if (value >= -VIOLATION_MIN * size) continue;
      this.add(first, second);
      isCut = true;
    }
    return isCut;
  }

  private slopesAt(x: Float64Array): readonly (readonly [number, number])[] {
    const base = valueAt(this.base, x);
    if (!this.isStepped) {
      const width = valueAt(this.width, x);
      const slope = base > 0 ? width / base : width === 0 ? 0 : Math.sign(width) * SLOPE_MAX;
      const held = Math.max(-SLOPE_MAX, Math.min(SLOPE_MAX, slope));
      return Math.abs(slope) <= SLOPE_MAX || this.base.columns.length > 0 ? [[held, held]] : [[slope, slope]];
    }
    const column = this.width.columns[0];
    const at = x[column];
    const near = Math.round(at);
    const slope = (value: number): number => (this.width.values[0] * value + this.width.constant) / base;
    const chord = (from: number): readonly [number, number] => [slope(from), slope(from + 1)];
    if (Math.abs(at - near) > WHOLE) return [chord(Math.floor(at))];
    const [low, high] = this.master.boundsOf(column);
    return [...(near > low ? [chord(near - 1)] : []), ...(near < high ? [chord(near)] : [])];
  }

  private add(first: number, second: number): void {
    const { height, base, width } = this;
    this.master.addCut(
      [
        [height, 1],
        [width, -0.5 * (first + second)],
        [base, 0.5 * first * second],
      ],
      this.owner,
    );
  }
}
