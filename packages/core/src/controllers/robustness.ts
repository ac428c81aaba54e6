import type { Graph } from './graph.ts';

/** Beyond this many agents all pairs of sets are too many to look at: 3ⁿ. */
const AGENTS_MAX = 13;

/**
 * The largest r for which a graph is r-robust: of any two disjoint sets of agents, one has an agent that hears at least r agents outside of its set. Consensus by
 * mean subsequences bears F liars among the neighbours of every agent where r ≥ 2F + 1.
 *
 * Looks at all pairs of sets; the problem is coNP-complete.
 * @returns undefined for more than 13 agents
 * @source LeBlanc, Zhang, Koutsoukos, Sundaram, Resilient asymptotic consensus in robust networks, IEEE J. Selected Areas Commun. 31 (2013), definition 6 and theorem 2
 */
export function robustnessOf({ agents, adjacency }: Graph): number | undefined {
  const n = agents.length;
  if (n > AGENTS_MAX) return undefined;
  const hears = agents.map((_, i) => {
    let mask = 0;
    for (let j = 0; j < n; j++) if (adjacency[i * n + j] > 0) mask |= 1 << j;
    return mask;
  });
  const all = (1 << n) - 1;
  // how many agents outside of each set its best-informed agent hears
  const reach = new Uint8Array(all + 1);
  for (let set = 1; set <= all; set++) {
    let most = 0;
    for (let i = 0; i < n; i++) if ((set >> i) & 1) most = Math.max(most, bits(hears[i] & ~set));
    reach[set] = most;
  }
  let robustness = Math.ceil(n / 2);
  for (let one = 1; one <= all; one++) {
    if (reach[one] >= robustness) continue;
    const rest = all & ~one;
    for (let other = rest; other > 0; other = (other - 1) & rest) robustness = Math.min(robustness, Math.max(reach[one], reach[other]));
  }
  return robustness;
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left > 0; left &= left - 1) count++;
  return count;
}
