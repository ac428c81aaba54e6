import { type Coefficient, type Expression, mul, sum } from '../problem/affine.ts';
import { insideCircle } from '../problem/bridges/capability.ts';
import type { DeclarationModel } from '../problem/declare.ts';
import { kvarPerKW } from './power-factor.ts';

/** What of a device's parameters concerns its inverter. */
export interface InverterValues {
  /** 0: no reactive power and no apparent limit. */
  readonly s_max_kVA: number;
  readonly pf_min_frac?: number;
}

/**
 * Reactive power of a device behind an inverter: p² + q² ≤ s², and |q| ≤ |p|·tan(arccos pf_min) for a device that only
 * injects or only consumes. Declares `q_kvar` and injects it; does nothing when the inverter has no rating.
 *
 * @param power - active power into the network, of one sign where pf_min is used
 * @param direction - sign of that power
 * @param online - 1 on the steps when the inverter is connected, else 0
 * @source IEEE 1547-2018 clause 5.2 (capability at the connection point); power-factor form as in operation notes §6.3 (6)
 */
export function inverterReactive(
  m: DeclarationModel,
  power: Expression,
  x: InverterValues,
  direction: 1 | -1 = 1,
  online: Coefficient = 1,
): void {
  if (x.s_max_kVA <= 0) return;
  const [lower, upper] = [-x.s_max_kVA, x.s_max_kVA].map((limit) =>
    typeof online === 'number' ? limit * online : online.map((on) => limit * on),
  );
  const reactive = m.input('q_kvar', lower, upper);
  m.injectReactive(reactive);
  m.capability(power, reactive, x.s_max_kVA);
  const pf = x.pf_min_frac ?? 0;
  if (pf <= 0) return;
  const slope = direction * kvarPerKW(pf);
  m.keep('power factor, giving', sum(reactive, mul(-slope, power)), -Infinity, 0);
  m.keep('power factor, taking', sum(reactive, mul(slope, power)), 0, Infinity);
}

/** A point of active and reactive power, kW and kvar. */
export type PowerPoint = readonly [p: number, q: number];

/**
 * Corners, anticlockwise, of what `inverterReactive` allows for p_low ≤ p ≤ p_high: the region that a closed form projects on.
 * Empty when nothing is allowed.
 */
export function inverterCorners(p_low: number, p_high: number, x: InverterValues, direction: 1 | -1 = 1): PowerPoint[] {
  if (x.s_max_kVA <= 0)
    return p_low > p_high
      ? []
      : p_low === p_high
        ? [[p_low, 0]]
        : [
            [p_low, 0],
            [p_high, 0],
          ];
  const n = insideCircle(x.s_max_kVA).length;
  let corners: PowerPoint[] = Array.from({ length: n }, (_, k) => {
    const quarter = n / 4;
    if (k % quarter === 0)
      return [
        [x.s_max_kVA, 0],
        [0, x.s_max_kVA],
        [-x.s_max_kVA, 0],
        [0, -x.s_max_kVA],
      ][k / quarter] as [number, number];
    const angle = (2 * Math.PI * k) / n;
    return [x.s_max_kVA * Math.cos(angle), x.s_max_kVA * Math.sin(angle)];
  });
  corners = clip(clip(corners, -1, 0, -p_low), 1, 0, p_high);
  const pf = x.pf_min_frac ?? 0;
  if (pf > 0) {
    const slope = direction * kvarPerKW(pf);
    corners = clip(clip(corners, -slope, 1, 0), -slope, -1, 0);
  }
  return corners;
}

/** The part of a convex polygon with a·p + b·q ≤ limit (Sutherland–Hodgman). */
function clip(corners: readonly PowerPoint[], a: number, b: number, limit: number): PowerPoint[] {
  const kept: PowerPoint[] = [];
  corners.forEach((end, k) => {
    const start = corners[(k + corners.length - 1) % corners.length];
    const beyondStart = a * start[0] + b * start[1] - limit;
    const beyondEnd = a * end[0] + b * end[1] - limit;
    if (beyondStart * beyondEnd < 0) {
      const s = beyondStart / (beyondStart - beyondEnd);
      kept.push([start[0] + s * (end[0] - start[0]), start[1] + s * (end[1] - start[1])]);
    }
    if (beyondEnd <= 0) kept.push(end);
  });
  return kept;
}
