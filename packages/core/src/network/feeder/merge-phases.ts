import type { BranchPart } from '../build.ts';
import { approximate, type BalancedBranch, type BalancedDraft } from './balanced-branches.ts';

/**
 * Branches between the same two buses that carry different phases are one branch of a network that stands for all phases: regulators of single phases, wires phase
 * by phase, the legs of a split-phase winding. Each is in there with as much as it carries, so that they add up like parallel ones.
 *
 *   1/z = Σ 1/z_k,   1/t = Σ (1/t_k)/|z_k| / Σ 1/|z_k|,   b = Σ b_k,   s_max = Σ s_max,k
 *
 * | symbol | meaning | unit |
 * |---|---|---|
 * | z, z_k | series impedance at the far end, of all and of one | per unit |
 * | t, t_k | turns of the near end over those of the far end, taps included | – |
 * | b, b_k | charging | per unit |
 *
 * Unequal taps give the mean voltage. Left apart, phases of unequal taps would drive a current around that no conductor carries, and the network would count as meshed.
 * What carries a phase twice is a second branch, and stays one; so does what is out of service.
 */
export function mergePhases(draft: BalancedDraft): readonly BranchPart[] {
  const merged: BalancedBranch[][] = [];
  const between = new Map<string, BalancedBranch[][]>();
  for (const branch of draft.branches) {
    const { from, to, shift_deg = 0, inService = true } = branch.part;
    const key = JSON.stringify([...[from, to].sort(), shift_deg === 0 ? 0 : `${from} ${shift_deg}`, inService]);
    const groups = between.get(key) ?? [];
    between.set(key, groups);
    const fitting = inService && branch.phases.length > 0 ? groups.find((group) => !sharePhase(group, branch)) : undefined;
    if (fitting !== undefined) {
      fitting.push(branch);
      continue;
    }
    const own = [branch];
    merged.push(own);
    groups.push(own);
  }
  return merged.map((group) => (group.length === 1 ? group[0].part : asOne(draft, group)));
}

function sharePhase(group: readonly BalancedBranch[], { phases }: BalancedBranch): boolean {
  return group.some((other) => other.phases.length === 0 || other.phases.some((phase) => phases.includes(phase)));
}

function asOne(draft: BalancedDraft, group: readonly BalancedBranch[]): BranchPart {
  const { from, to, shift_deg, inService } = group[0].part;
  const parts = group.map(({ part }) => (part.from === from ? part : turned(part)));
  let [g, b, b_pu, s_max_kVA, weight, perTurn] = [0, 0, 0, 0, 0, 0];
  for (const part of parts) {
    const { r_pu, x_pu, ratio = 1 } = part;
    const size = Math.hypot(r_pu, x_pu);
    g += r_pu / size / size;
    b -= x_pu / size / size;
    perTurn += 1 / ratio / size;
    weight += 1 / size;
    b_pu += part.b_pu ?? 0;
    s_max_kVA += part.s_max_kVA ?? Number.NaN;
  }
  const elements = new Set(group.map(({ element }) => element));
  const ratio = weight / perTurn;
  const isUneven = parts.some((part) => Math.abs((part.ratio ?? 1) - ratio) > 1e-9);
  if (isUneven) {
    const how = 'Transformers of single phases between the same buses stand as one, with the mean of their taps';
    for (const element of elements) approximate(draft, how, element);
  }
  return {
    id: elements.size === 1 ? group[0].element : parts.map(({ id }) => id).join(' + '),
    from,
    to,
    r_pu: g / (g * g + b * b),
    x_pu: -b / (g * g + b * b),
    b_pu,
    ratio: isUneven ? ratio : parts[0].ratio,
    ...(shift_deg === undefined ? {} : { shift_deg }),
    ...(Number.isNaN(s_max_kVA) ? {} : { s_max_kVA }),
    inService,
  };
}

/** The same branch seen from its other end; one without shift. */
function turned(part: BranchPart): BranchPart {
  const { ratio = 1, r_pu, x_pu } = part;
  return { ...part, from: part.to, to: part.from, ratio: 1 / ratio, r_pu: r_pu * ratio * ratio, x_pu: x_pu * ratio * ratio };
}
