import type { ScaledProgram } from './scaled-program.ts';

/**
 * A point (or a step) of the homogeneous embedding. The multipliers of rows in cones are their y.
 * @shape x (n), y (m), s, z (sides), coneS (rows in cones, cone by cone)
 */
export class Point {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
  readonly coneS: Float64Array;
  tau = 1;
  kappa = 1;

  constructor({ n, m, sidesMax_count, slab }: ScaledProgram, coneRows_count = 0) {
    this.x = slab.float64(n);
    this.y = slab.float64(m);
    this.s = slab.float64(sidesMax_count);
    this.z = slab.float64(sidesMax_count);
    this.coneS = slab.float64(coneRows_count);
  }

  copyFrom(other: Point): void {
    this.x.set(other.x);
    this.y.set(other.y);
    this.s.set(other.s);
    this.z.set(other.z);
    this.coneS.set(other.coneS);
    this.tau = other.tau;
    this.kappa = other.kappa;
  }

  /** The same point of the program at τ = 1; κ = μ. */
  divide(): void {
    const { x, y, s, z, coneS, tau } = this;
    for (let j = 0; j < x.length; j++) x[j] /= tau;
    for (let i = 0; i < y.length; i++) y[i] /= tau;
    for (let q = 0; q < s.length; q++) {
      s[q] /= tau;
      z[q] /= tau;
    }
    for (let l = 0; l < coneS.length; l++) coneS[l] /= tau;
    this.kappa /= tau;
    this.tau = 1;
  }

  /** The same point of a program whose cost is counted in other units. */
  scaleDuals(factor: number): void {
    if (factor === 1) return;
    for (let i = 0; i < this.y.length; i++) this.y[i] *= factor;
    for (let q = 0; q < this.z.length; q++) this.z[q] *= factor;
    this.kappa *= factor;
  }
}
