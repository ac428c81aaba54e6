import { type Expression, mul, sum } from '../problem/affine.ts';
import type { Model } from '../problem/declare.ts';

/**
 * Reactive power of a device behind an inverter: p² + q² ≤ s², and |q| ≤ |p|·tan(arccos pf_min) for a device that only
 * injects or only consumes. Declares `q_kvar` and injects it; does nothing when the inverter has no rating.
 *
 * @param power - active power into the network, of one sign
 * @source IEEE 1547-2018 clause 5.2 (capability at the connection point); power-factor form as in operation notes §6.3 (6)
 */
export function inverterReactive(
  m: Model,
  power: Expression,
  x: { readonly s_max_kVA: number; readonly pf_min_frac?: number },
  direction: 1 | -1 = 1,
): void {
  if (x.s_max_kVA <= 0) return;
  const reactive = m.input('q_kvar', -x.s_max_kVA, x.s_max_kVA);
  m.injectReactive(reactive);
  m.capability(power, reactive, x.s_max_kVA);
  const pf = x.pf_min_frac ?? 0;
  if (pf <= 0) return;
  const slope = direction * Math.tan(Math.acos(pf));
  m.keep('power factor, giving', sum(reactive, mul(-slope, power)), -Infinity, 0);
  m.keep('power factor, taking', sum(reactive, mul(slope, power)), 0, Infinity);
}
