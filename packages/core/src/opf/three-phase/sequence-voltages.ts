import { type Phasor, plus, times, zero } from './phasor.ts';
import { behindSource, type Wires } from './wires.ts';

const turn = (k: number): Phasor => [Math.cos((k * 2 * Math.PI) / 3) / 3, Math.sin((k * 2 * Math.PI) / 3) / 3];

/** v₁ = (v_a + α·v_b + α²·v_c)/3 and v₂ = (v_a + α²·v_b + α·v_c)/3 with α = 1∠120°. */
export const sequenceRows = {
  positive: [turn(0), turn(1), turn(2)],
  negative: [turn(0), turn(2), turn(1)],
} as const;

/** Buses with all three phases, and the nodes of these in the order a, b, c. */
export function sequenceGroups({ groups, nodes }: Wires): { readonly bus: number; readonly nodes: readonly number[] }[] {
  return groups.flatMap((group) => {
    const { bus } = nodes[group[0]];
    if (bus === behindSource || group.length < 3) return [];
    return [{ bus, nodes: [...group].sort((a, b) => nodes[a].conductor - nodes[b].conductor) }];
  });
}

export const sequenceOf = (row: readonly Phasor[], v: readonly Phasor[]): Phasor =>
  row.reduce((sum, a, k) => plus(sum, times(a, v[k])), zero);

/** Largest |v₂|/|v₁| of a bus with three phases; 0 where there is none. */
export function largestUnbalance(wires: Wires, v: readonly Phasor[]): number {
  let largest = 0;
  for (const { nodes } of sequenceGroups(wires)) {
    const own = nodes.map((node) => v[node]);
    largest = Math.max(
      largest,
      Math.hypot(...sequenceOf(sequenceRows.negative, own)) / Math.hypot(...sequenceOf(sequenceRows.positive, own)),
    );
  }
  return largest;
}
