import type { VoltageProducts } from './ac/voltages.ts';
import type { LiveBranch } from './model.ts';

/**
 * Powers into both ends of a branch, with their derivatives, in any coordinates: linear in the products of the voltages.
 *
 *   P_i = G·|V_i|² + g·c + b·s,   Q_i = −B·|V_i|² + g·s − b·c,   V_i·V̄_j = c + j·s
 *
 * and the same from the other end with −s. Coordinates turned by an angle δ across the branch turn (c, s) by δ, which is put into
 * the coefficients.
 *
 * | symbol | meaning |
 * |---|---|
 * | G, B; g, b | self and mutual admittance of an end, per unit |
 * | flow | P and Q at the from end, P and Q at the to end |
 * | gradient | 4 × 4: a row per flow, a column per coordinate (first_from, first_to, second_from, second_to) |
 * @source Zimmerman, AC Power Flows, Generalized OPF Costs and their Derivatives (MATPOWER Technical Notes 2 and 4, 2010 and 2018)
 */
export class BranchFlows {
  readonly flow = new Float64Array(4);
  readonly gradient = new Float64Array(16);
  private readonly products: VoltageProducts;
  /** Per branch 4 × 4: a row per flow, a column per product. */
  private readonly coefficients: Float64Array;
  private readonly weight = new Float64Array(4);
  private offset = 0;

  constructor(branches: readonly LiveBranch[], products: VoltageProducts, turn_rad: Float64Array) {
    this.products = products;
    this.coefficients = new Float64Array(16 * branches.length);
    branches.forEach(({ from, to, port }, l) => {
      const delta = turn_rad[from] - turn_rad[to];
      const set = (row: number, self: number, ofC: number, ofS: number): void => {
        const at = 16 * l + 4 * row;
        this.coefficients[at + (row < 2 ? 0 : 1)] = self;
        this.coefficients[at + 2] = ofC * Math.cos(delta) + ofS * Math.sin(delta);
        this.coefficients[at + 3] = ofS * Math.cos(delta) - ofC * Math.sin(delta);
      };
      set(0, port.g_ff, port.g_ft, port.b_ft);
      set(1, -port.b_ff, -port.b_ft, port.g_ft);
      set(2, port.g_tt, port.g_tf, -port.b_tf);
      set(3, -port.b_tt, -port.b_tf, -port.g_tf);
    });
  }

  evaluate(l: number, firstI: number, firstJ: number, secondI: number, secondJ: number): void {
    const { products, coefficients: a, flow } = this;
    products.evaluate(firstI, firstJ, secondI, secondJ);
    const w_i = products.values[0];
    const w_j = products.values[1];
    const c = products.values[2];
    const s = products.values[3];
    const o = 16 * l;
    this.offset = o;
    flow[0] = a[o] * w_i + a[o + 2] * c + a[o + 3] * s;
    flow[1] = a[o + 4] * w_i + a[o + 6] * c + a[o + 7] * s;
    flow[2] = a[o + 9] * w_j + a[o + 10] * c + a[o + 11] * s;
    flow[3] = a[o + 13] * w_j + a[o + 14] * c + a[o + 15] * s;
  }

  /** After `evaluate`. */
  differentiate(): void {
    const { products, coefficients: a, gradient, offset } = this;
    products.differentiate();
    const d = products.gradient;
    for (let row = 0; row < 4; row++) {
      const o = offset + 4 * row;
      const end = row < 2 ? 0 : 1;
      for (let k = 0; k < 4; k++) gradient[4 * row + k] = a[o + end] * d[4 * end + k] + a[o + 2] * d[8 + k] + a[o + 3] * d[12 + k];
    }
  }

  /** After `evaluate`: adds Σ by_r·∇²flow_r to the packed upper triangle of `packedPairs`. */
  addCurvature(byP: number, byQ: number, byPTo: number, byQTo: number, out: Float64Array): void {
    const { coefficients: a, offset: o, weight } = this;
    weight[0] = byP * a[o] + byQ * a[o + 4];
    weight[1] = byPTo * a[o + 9] + byQTo * a[o + 13];
    weight[2] = byP * a[o + 2] + byQ * a[o + 6] + byPTo * a[o + 10] + byQTo * a[o + 14];
    weight[3] = byP * a[o + 3] + byQ * a[o + 7] + byPTo * a[o + 11] + byQTo * a[o + 15];
    this.products.addCurvature(weight, out);
  }

  /** After `differentiate`: adds w·(∇P·∇Pᵀ + ∇Q·∇Qᵀ) of one end. */
  addOuter(end: 'from' | 'to', w: number, out: Float64Array): void {
    const d = this.gradient;
    const p = end === 'from' ? 0 : 8;
    const q = p + 4;
    let at = 0;
    for (let r = 0; r < 4; r++) for (let c = r; c < 4; c++) out[at++] += w * (d[p + r] * d[p + c] + d[q + r] * d[q + c]);
  }
}

/** (row, column) of the packed upper triangle, in order. */
export const packedPairs: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 2],
  [2, 3],
  [3, 3],
];
