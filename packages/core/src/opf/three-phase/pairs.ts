import { minus, over, type Phasor } from './phasor.ts';

/** Two nodes, or a node and earth (−1). */
export interface Pair {
  readonly a: number;
  readonly b: number;
}

/** v_a − v_b. */
export const across = (v: readonly Phasor[], { a, b }: Pair): Phasor => (b < 0 ? v[a] : minus(v[a], v[b]));

/** What a unit of power through the pair is at either end: v_a/(v_a − v_b) and −v_b/(v_a − v_b). */
export function endShares(v: readonly Phasor[], pair: Pair): { readonly node: number; readonly share: Phasor }[] {
  if (pair.b < 0) return [{ node: pair.a, share: [1, 0] }];
  const u = across(v, pair);
  const [re, im] = over(v[pair.b], u);
  return [
    { node: pair.a, share: over(v[pair.a], u) },
    { node: pair.b, share: [-re, -im] },
  ];
}
