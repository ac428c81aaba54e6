import { at, type Coefficient } from '../problem/affine.ts';
import type { Oracle } from '../problem/oracle.ts';
import type { PowerPoint } from './inverter.ts';

/**
 * Closed forms for devices without memory: what they do on one step binds nothing on another, so a proximal step is one
 * small projection per time step.
 *
 *   box:     min over p_low ≤ p ≤ p_high, q_low ≤ q ≤ q_high           (soft threshold and two clips)
 *   polygon: min over a convex polygon with corners anticlockwise      (interior point, else edge, else corner)
 *
 * of  dt·(a·p² + c·p) + ½ρ_p(p − v_p)² + ½ρ_q(q − v_q)², where the box may have another slope below p = 0.
 * An edge is taken when the free minimiser along it lies within it and the gradient points outward: a test of sign, not a
 * comparison of costs, so that it keeps full precision far from the region.
 *
 * No allocation after construction. Cost: O(steps) for a box, O(steps·corners) for a polygon.
 * @source operation notes §6.4 E1, after Kraning, Chu, Lavaei, Boyd (2014)
 */
export interface SeparableLaw {
  readonly steps_count: number;
  readonly dt_h: number;
  readonly region: BoxRegion | PolygonRegion;
  /** c: own cost of a kWh injected. */
  readonly cost_cur_per_kWh?: Coefficient;
  /** c where p < 0; not above c. Boxes only. Default: the same. */
  readonly costBelow_cur_per_kWh?: Coefficient;
  /** a ≥ 0 */
  readonly cost_cur_per_kW2h?: Coefficient;
  /** Cost over the horizon at p = 0. */
  readonly constant_cur?: number;
  /** The device's own trajectories by name, from its ports on all steps. */
  schedule(p: Float64Array, q: Float64Array): ReadonlyMap<string, Float64Array>;
}

export interface BoxRegion {
  readonly p_low: Coefficient;
  readonly p_high: Coefficient;
  readonly q_low: Coefficient;
  readonly q_high: Coefficient;
}

export interface PolygonRegion {
  /** Per step. */
  readonly corners: readonly (readonly PowerPoint[])[];
  /** True when (p, q) allowed means (p, −q) allowed; then q = 0 where nobody pays for it. */
  readonly symmetric: boolean;
}

const expand = (value: Coefficient, n: number): Float64Array => Float64Array.from({ length: n }, (_, t) => at(value, t));

export function separableOracle(law: SeparableLaw): Oracle {
  const { steps_count: n, dt_h, region } = law;
  const slope = expand(law.cost_cur_per_kWh ?? 0, n);
  const slopeBelow = expand(law.costBelow_cur_per_kWh ?? slope, n);
  const curve = expand(law.cost_cur_per_kW2h ?? 0, n);
  const answer = new Float64Array(2 * n);
  const solve = 'corners' in region ? polygonSolver(region, slope, curve, dt_h) : boxSolver(region, slope, slopeBelow, curve, dt_h);
  const feasible = 'corners' in region ? region.corners.every((c) => c.length > 0) : boxIsFeasible(region, n);
  const zero = new Float64Array(2 * n);

  const cost = (): number => {
    let sum = law.constant_cur ?? 0;
    for (let t = 0; t < n; t++) {
      const p = answer[t];
      sum += dt_h * (curve[t] * p + (p < 0 ? slopeBelow[t] : slope[t])) * p;
    }
    return sum;
  };
  return {
    width_count: 2 * n,
    prox(v, rho, out) {
      solve(v, rho, zero, answer);
      out.set(answer);
      return feasible;
    },
    response(price, out) {
      solve(zero, zero, price, answer);
      out.set(answer);
      if (!feasible) return Infinity;
      let value = cost();
      for (let i = 0; i < answer.length; i++) if (answer[i] !== 0) value -= dt_h * price[i] * answer[i];
      return value;
    },
    cost,
    schedule: () => law.schedule(answer.slice(0, n), answer.slice(n)),
  };
}

/** out ← argmin dt·cost(p) + Σ ½ρ(x − v)² − dt·price·x. With ρ = 0 the best answer to prices. */
type SeparableSolver = (v: Float64Array, rho: Float64Array, price: Float64Array, out: Float64Array) => void;

function boxIsFeasible({ p_low, p_high, q_low, q_high }: BoxRegion, n: number): boolean {
  for (let t = 0; t < n; t++) if (at(p_low, t) > at(p_high, t) || at(q_low, t) > at(q_high, t)) return false;
  return true;
}

const clampTo = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);

/** argmin ½h·x² + g·x on [low, high]; the point nearest to zero where the objective is flat. */
const quadraticOn = (h: number, g: number, low: number, high: number): number =>
  h > 0 ? clampTo(-g / h, low, high) : g > 0 ? low : g < 0 ? high : clampTo(0, low, high);

function boxSolver(region: BoxRegion, slope: Float64Array, slopeBelow: Float64Array, curve: Float64Array, dt_h: number): SeparableSolver {
  const n = slope.length;
  const pLow = expand(region.p_low, n);
  const pHigh = expand(region.p_high, n);
  const qLow = expand(region.q_low, n);
  const qHigh = expand(region.q_high, n);
  return (v, rho, price, out) => {
    for (let t = 0; t < n; t++) {
      const h = rho[t] + 2 * dt_h * curve[t];
      const pull = rho[t] * v[t] + dt_h * price[t];
      // Above zero if the marginal value there beats the slope above, below if it falls short of the slope below, else zero.
      let p = 0;
      if (pull > dt_h * slope[t] || pLow[t] >= 0) p = quadraticOn(h, dt_h * slope[t] - pull, Math.max(0, pLow[t]), pHigh[t]);
      else if (pull < dt_h * slopeBelow[t] || pHigh[t] <= 0) {
        p = quadraticOn(h, dt_h * slopeBelow[t] - pull, pLow[t], Math.min(0, pHigh[t]));
      }
      out[t] = p;
      out[n + t] = quadraticOn(rho[n + t], -rho[n + t] * v[n + t] - dt_h * price[n + t], qLow[t], qHigh[t]);
    }
  };
}

/** A polygon without area as the segment or the point that it is; others unchanged. */
function withoutFlatCorners(corners: readonly PowerPoint[]): readonly PowerPoint[] {
  if (corners.length < 2) return corners;
  let low = corners[0];
  let high = corners[0];
  let size = 0;
  let area = 0;
  corners.forEach(([p, q], k) => {
    const [p0, q0] = corners[(k + corners.length - 1) % corners.length];
    area += p0 * q - p * q0;
    size = Math.max(size, Math.abs(p), Math.abs(q));
    if (p < low[0] || (p === low[0] && q < low[1])) low = corners[k];
    if (p > high[0] || (p === high[0] && q > high[1])) high = corners[k];
  });
  if (corners.length > 2 && Math.abs(area) > 1e-12 * size * size) return corners;
  return low[0] === high[0] && low[1] === high[1] ? [low] : [low, high];
}

function polygonSolver(region: PolygonRegion, slope: Float64Array, curve: Float64Array, dt_h: number): SeparableSolver {
  const n = slope.length;
  const regions = region.corners.map(withoutFlatCorners);
  const first = new Int32Array(n + 1);
  regions.forEach((corners, t) => {
    first[t + 1] = first[t] + corners.length;
  });
  const cornerP = Float64Array.from(regions.flatMap((corners) => corners.map(([p]) => p)));
  const cornerQ = Float64Array.from(regions.flatMap((corners) => corners.map(([, q]) => q)));
  const pLow = Float64Array.from(regions, (corners) => Math.min(...corners.map(([p]) => p)));
  const pHigh = Float64Array.from(regions, (corners) => Math.max(...corners.map(([p]) => p)));
  return (v, rho, price, out) => {
    for (let t = 0; t < n; t++) {
      // F = ½hp·p² + gp·p + ½hq·q² + gq·q
      const hp = rho[t] + 2 * dt_h * curve[t];
      const gp = dt_h * slope[t] - rho[t] * v[t] - dt_h * price[t];
      const hq = rho[n + t];
      const gq = -hq * v[n + t] - dt_h * price[n + t];
      const from = first[t];
      const to = first[t + 1];
      if (from === to) continue;
      if (hq === 0 && gq === 0 && region.symmetric) {
        out[t] = quadraticOn(hp, gp, pLow[t], pHigh[t]);
        out[n + t] = 0;
        continue;
      }
      const freeP = hp > 0 ? -gp / hp : 0;
      const freeQ = hq > 0 ? -gq / hq : 0;
      let inside = to - from > 2 && hp > 0 && hq > 0;
      let found = false;
      let bestCorner = from;
      let bestValue = Infinity;
      let p0 = cornerP[to - 1];
      let q0 = cornerQ[to - 1];
      for (let k = from; k < to; k++) {
        const p1 = cornerP[k];
        const q1 = cornerQ[k];
        const dp = p1 - p0;
        const dq = q1 - q0;
        if (inside && dq * (freeP - p0) - dp * (freeQ - q0) > 0) inside = false;
        if (!found) {
          const h = hp * dp * dp + hq * dq * dq;
          const s = h > 0 ? -((hp * p0 + gp) * dp + (hq * q0 + gq) * dq) / h : -1;
          if (s >= 0 && s <= 1) {
            const p = p0 + s * dp;
            const q = q0 + s * dq;
            // Outward normal of an anticlockwise edge is (dq, −dp).
            if ((hp * p + gp) * dq - (hq * q + gq) * dp <= 0) {
              out[t] = p;
              out[n + t] = q;
              found = true;
            }
          }
        }
        const value = (0.5 * hp * p1 + gp) * p1 + (0.5 * hq * q1 + gq) * q1;
        if (value < bestValue) {
          bestValue = value;
          bestCorner = k;
        }
        p0 = p1;
        q0 = q1;
      }
      if (inside) {
        out[t] = freeP;
        out[n + t] = freeQ;
      } else if (!found) {
        out[t] = cornerP[bestCorner];
        out[n + t] = cornerQ[bestCorner];
      }
    }
  };
}
