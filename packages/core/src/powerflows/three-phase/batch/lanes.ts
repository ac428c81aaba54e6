import { ComplexLu, lanes_count } from '../../../linalg/complex-lu.ts';
import { arenaBytes, type Kernel, type KernelExports } from '../../../linalg/kernels.ts';
import { factorAt, type Injection } from '../injections.ts';
import { type LawTable, segments_count } from '../voltage-law.ts';
import type { WireSolver } from '../wire-solver.ts';
import { AnchoredPower } from './anchored-power.ts';
import { type InjectionLanesArrays, injectionLanes, lawWidth } from './injection-lanes-kernel.ts';

/** Iterations before a lane is given up to the solver for single points. */
const ITERATIONS_MAX_COUNT = 60;

/**
 * The fixed point of fixed-point.ts for four operating points side by side, on the factors of the solver for single points: each index and each entry of L
 * and U is read once for four.
 *
 * u ← Y⁻¹·(i₀ − Σ i(u)) until no current of an element changes any more; then the mismatch is computed once from Y itself.
 *
 * | symbol | array |
 * |---|---|
 * | u | `u` (rows of nodal.ts: re × 4, im × 4) |
 * | P, Q of the elements | `power` (P × 4, Q × 4), in the order of `elements` |
 */
export class Lanes {
  /** Index among the solver's injections of each element here: those with a power of v as their law come last. */
  readonly elements: Int32Array;
  readonly power: Float64Array;
  readonly u: Float64Array;
  /** After `solve`. @shape [4] */
  readonly mismatch_kVA = new Float64Array(lanes_count);
  readonly taken_kW = new Float64Array(lanes_count);
  readonly balanced = new Uint8Array(lanes_count);
  iterations_count = 0;
  private readonly solver: WireSolver;
  private readonly lu: ComplexLu;
  private readonly f: InjectionLanesArrays;
  private readonly kernels: KernelExports | undefined;
  private readonly descriptor: number;
  private readonly plain_count: number;
  private readonly pPower: AnchoredPower;
  private readonly qPower: AnchoredPower;
  private readonly rows_count: number;

  constructor(solver: WireSolver, kernel: Kernel = 'wasm') {
    this.solver = solver;
    const { nodal, injections } = solver;
    const { free_count, earth } = nodal.rows;
    const list = injections.list;
    const isPlain = (e: number) => Number.isNaN(list[e].pLaw.exponent) && Number.isNaN(list[e].qLaw.exponent);
    const all = Array.from(list, (_, e) => e);
    const order = [...all.filter(isPlain), ...all.filter((e) => !isPlain(e))];
    const count = list.length;
    this.rows_count = earth + 1;
    this.elements = Int32Array.from(order);
    this.plain_count = all.filter(isPlain).length;
    this.pPower = new AnchoredPower(lanes_count * (count - this.plain_count));
    this.qPower = new AnchoredPower(lanes_count * (count - this.plain_count));
    const doubles = 8 * this.rows_count + (4 + lawWidth + 2 + 8 + 8) * count + 16;
    this.lu = new ComplexLu(nodal.lu.symbolic, {
      kernel,
      extraRows_count: this.rows_count - free_count,
      extraBytes: arenaBytes(doubles, 3 * count + 13, 11),
    });
    const { arena } = this.lu;
    this.f = {
      base: arena.float64(8 * this.rows_count),
      from: arena.int32(count),
      to: arena.int32(count),
      hasCurrent: arena.int32(count),
      bounds: arena.float64(4 * count),
      law: arena.float64(lawWidth * count),
      yRated: arena.float64(2 * count),
      power: arena.float64(8 * count),
      current: arena.float64(8 * count),
      report: arena.float64(16),
      x: this.lu.lanesX,
      rhs: this.lu.lanesRhs,
    };
    // The order of the constants at the top of packages/core/kernels/injection-lanes.ts.
    this.descriptor = arena.describe(count, Object.values(this.f));
    this.kernels = this.lu.kernels;
    this.power = this.f.power;
    this.u = this.f.x;
    order.forEach((e, k) => {
      this.takeLaw(list[e], k);
    });
  }

  /** Takes the wires, and the share of the loads in them, as the solver has them now. @param factors - of just these wires, where somebody has them */
  adopt(factors?: ComplexLu): void {
    const { nodal, injections, system } = this.solver;
    const { free_count, fixed_count } = nodal.rows;
    if (factors === undefined) this.lu.factor(nodal.matrix.values);
    else this.lu.take(factors);
    for (let i = 0; i < 2 * free_count; i++) this.spread(this.f.base, i, system.source_frac * nodal.sourceCurrent[i]);
    for (let i = 0; i < 2 * fixed_count; i++) this.spread(this.u, 2 * free_count + i, system.source_frac * nodal.fixedVoltage[i]);
    for (let k = 0; k < this.elements.length; k++) {
      this.f.from[k] = injections.from[this.elements[k]];
      this.f.to[k] = injections.to[this.elements[k]];
    }
    for (let k = 0; k < 2 * this.elements.length; k++) this.f.yRated[k] = injections.yRated[2 * this.elements[k >> 1] + (k & 1)];
  }

  /** Powers that the solver has now, into one lane. */
  takePowers(lane: number): void {
    const { power, elements } = this;
    const { p_kW, q_kvar } = this.solver.injections;
    for (let k = 0; k < elements.length; k++) {
      power[8 * k + lane] = p_kW[elements[k]];
      power[8 * k + 4 + lane] = q_kvar[elements[k]];
    }
  }

  /** Voltages of lane `count` and those after it to the front; the last is repeated. */
  moveForward(count: number): void {
    const { u } = this;
    for (let at = 0; at < u.length; at += lanes_count) {
      for (let lane = 0; lane < lanes_count; lane++) u[at + lane] = u[at + Math.min(lane + count, lanes_count - 1)];
    }
  }

  /** Number i of (re, im) rows into all four lanes. */
  spread(target: Float64Array, i: number, value: number): void {
    const at = 8 * (i >> 1) + 4 * (i & 1);
    for (let lane = 0; lane < lanes_count; lane++) target[at + lane] = value;
  }

  /** Iterates from the present u until the four points balance to `tolerance_kVA`. */
  solve(tolerance_kVA: Float64Array): void {
    const { f, lu } = this;
    f.current.fill(0);
    this.pPower.reset();
    this.qPower.reset();
    for (let iteration = 0; ; iteration++) {
      this.inject();
      this.iterations_count = iteration;
      const isLast = iteration >= ITERATIONS_MAX_COUNT;
      if (iteration > 0 && (isLast || this.isStill(tolerance_kVA))) {
        this.measure(tolerance_kVA);
        if (isLast || this.areBalanced()) return;
        this.inject();
      }
      lu.solveLanes();
    }
  }

  private inject(): void {
    if (this.kernels) this.kernels.injectionLanes(this.descriptor, this.rows_count, this.plain_count);
    else injectionLanes(this.f, this.rows_count, this.plain_count);
    this.injectPowers();
  }

  /** Not a number counts as still, so that a lane without a solution does not keep the others. */
  private isStill(tolerance_kVA: Float64Array): boolean {
    const { report } = this.f;
    for (let lane = 0; lane < lanes_count; lane++) if (report[lane] > tolerance_kVA[lane] * tolerance_kVA[lane]) return false;
    return true;
  }

  private areBalanced(): boolean {
    for (let lane = 0; lane < lanes_count; lane++) if (this.balanced[lane] === 0 && Number.isFinite(this.mismatch_kVA[lane])) return false;
    return true;
  }

  /** Mismatch of each lane from Y itself; leaves the residual in rhs. */
  private measure(tolerance_kVA: Float64Array): void {
    const { nodal } = this.solver;
    const { rhs, report } = this.f;
    this.lu.residualLanes();
    for (let lane = 0; lane < lanes_count; lane++) {
      let largest = 0;
      let beyond = false;
      for (let i = 0; i < nodal.rows.free_count; i++) {
        const re = rhs[8 * i + lane];
        const im = rhs[8 * i + lane + 4];
        const square = re * re + im * im;
        if (!(square <= largest)) largest = square;
        const most = tolerance_kVA[lane] + this.solver.system.rounding_kVA(i);
        if (!(square <= most * most)) beyond = true;
      }
      this.mismatch_kVA[lane] = Math.sqrt(largest);
      this.balanced[lane] = beyond ? 0 : 1;
      this.taken_kW[lane] = report[4 + lane];
    }
  }

  /** Elements whose law is a power of v. */
  private injectPowers(): void {
    const { from, to, power, yRated, current, report, x, rhs } = this.f;
    const { list } = this.solver.injections;
    for (let k = this.plain_count; k < this.elements.length; k++) {
      const { pLaw, qLaw, v_rated_pu } = list[this.elements[k]];
      const scale = 1 / (v_rated_pu * v_rated_pu);
      for (let lane = 0; lane < lanes_count; lane++) {
        const i = 8 * from[k] + lane;
        const j = 8 * to[k] + lane;
        const re = x[i] - x[j];
        const im = x[i + 4] - x[j + 4];
        const v = Math.sqrt(re * re + im * im) / v_rated_pu;
        const s = 8 * k + lane;
        const place = lanes_count * (k - this.plain_count) + lane;
        const cP = powerFactor(pLaw, v, this.pPower, place);
        const cQ = pLaw === qLaw || pLaw.exponent === qLaw.exponent ? cP : powerFactor(qLaw, v, this.qPower, place);
        const g = power[s] * cP * scale;
        const yr = g - yRated[2 * k];
        const yi = -power[s + 4] * cQ * scale - yRated[2 * k + 1];
        const iRe = yr * re - yi * im;
        const iIm = yr * im + yi * re;
        const dRe = iRe - current[s];
        const dIm = iIm - current[s + 4];
        report[lane] = Math.max(report[lane], dRe * dRe + dIm * dIm);
        report[4 + lane] += g * (re * re + im * im);
        current[s] = iRe;
        current[s + 4] = iIm;
        rhs[i] -= iRe;
        rhs[i + 4] -= iIm;
        rhs[j] += iRe;
        rhs[j + 4] += iIm;
      }
    }
  }

  private takeLaw({ pLaw, qLaw, v_rated_pu }: Injection, k: number): void {
    const { bounds, law, hasCurrent } = this.f;
    const scale = 1 / (v_rated_pu * v_rated_pu);
    const [low, min, max] = pLaw.bounds;
    bounds.set([low * low, min * min, max * max, scale], 4 * k);
    for (let s = 0; s < segments_count; s++) {
      const numbers = [pLaw.z[s], pLaw.i[s], pLaw.p[s], qLaw.z[s], qLaw.i[s], qLaw.p[s]];
      law.set(
        numbers.map((value) => value * scale),
        lawWidth * k + 6 * s,
      );
    }
    hasCurrent[k] = pLaw.i[2] !== 0 || qLaw.i[2] !== 0 ? 1 : 0;
  }
}

/** c(v) as `factorAt`, with the power of v from its anchor. */
function powerFactor(law: LawTable, v: number, power: AnchoredPower, place: number): number {
  if (Number.isNaN(law.exponent) || !(v >= law.bounds[1] && v <= law.bounds[2])) return factorAt(law, v);
  return power.at(place, v, law.exponent - 2);
}
