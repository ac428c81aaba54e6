import { didYouMean, InputError } from '../base/errors.ts';
import { generalEigenInto, generalEigenWork_count } from '../linalg/general-eigen.ts';

/** Who hears whom: `to` hears `from`, with a weight that counts what it hears. */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** Default 1. */
  readonly weight_frac?: number | undefined;
}

/** A communication graph over agents in a fixed order. @shape adjacency (n·n, row-major): row i what agent i hears */
export interface Graph {
  readonly agents: readonly string[];
  readonly adjacency: Float64Array;
}

/**
 * Checks links and puts them into a matrix; parallel links add up.
 * @throws {InputError} CONTROL_GRAPH
 */
export function buildGraph(agents: readonly string[], links: readonly Link[]): Graph {
  const n = agents.length;
  const place = new Map(agents.map((agent, k) => [agent, k]));
  if (place.size !== n) throw badGraph('An agent is there twice', 'Give each its own id.');
  const adjacency = new Float64Array(n * n);
  const at = (agent: string): number => {
    const k = place.get(agent);
    if (k === undefined)
      throw badGraph(`A link names agent "${agent}", which does not exist`, didYouMean(agent, agents) ?? 'Correct the name.');
    return k;
  };
  for (const { from, to, weight_frac = 1 } of links) {
    if (from === to) throw badGraph(`A link leads from agent "${from}" to itself`, 'Leave it out: an agent knows itself.');
    if (!(weight_frac > 0 && weight_frac < Infinity)) {
      throw badGraph(
        `The link from "${from}" to "${to}" has weight ${weight_frac}`,
        'Weights are positive numbers; leave out a link that is not there.',
      );
    }
    adjacency[at(to) * n + at(from)] += weight_frac;
  }
  return { agents, adjacency };
}

/** Both directions of a pair. */
export const bothWays = (a: string, b: string): Link[] => [
  { from: a, to: b },
  { from: b, to: a },
];

/** Every agent hears the one before and the one after it, and the first the last. */
export const ringOf = (agents: readonly string[]): Graph =>
  buildGraph(
    agents,
    agents.length === 2 ? bothWays(agents[0], agents[1]) : agents.flatMap((agent, k) => bothWays(agent, agents[(k + 1) % agents.length])),
  );

/** L + G: row i has Σ_j a_ij + g_i on its diagonal and −a_ij beside it. */
export function laplacian({ agents, adjacency }: Graph, pins?: ArrayLike<number>): Float64Array {
  const n = agents.length;
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      l[i * n + i] += adjacency[i * n + j];
      l[i * n + j] -= adjacency[i * n + j];
    }
    l[i * n + i] += pins?.[i] ?? 0;
  }
  return l;
}

/** Real parts of the eigenvalues of L + G, ascending; what limits come from. */
export function laplacianSpectrum(graph: Graph, pins?: ArrayLike<number>): Float64Array {
  const n = graph.agents.length;
  const re = new Float64Array(n);
  generalEigenInto(
    laplacian(graph, pins),
    n,
    re,
    new Float64Array(n),
    new Float64Array(n * n),
    new Float64Array(generalEigenWork_count(n)),
    'values',
  );
  return re.sort();
}

/**
 * Why consensus cannot be reached on this graph, before anything runs: agents that hear no leader, even over others; without leaders, agents without a
 * common root.
 * @param pins - above 0 for leaders; absent or all zero: consensus without a leader
 * @returns undefined when it can
 */
export function consensusFault({ agents, adjacency }: Graph, pins?: ArrayLike<number>): string | undefined {
  const n = agents.length;
  const leaders = agents.map((_, i) => i).filter((i) => (pins?.[i] ?? 0) > 0);
  const reachedFrom = (starts: readonly number[]): Set<number> => {
    const reached = new Set(starts);
    for (const from of reached) for (let to = 0; to < n; to++) if (adjacency[to * n + from] > 0) reached.add(to);
    return reached;
  };
  if (leaders.length > 0) {
    const reached = reachedFrom(leaders);
    const lost = agents.filter((_, i) => !reached.has(i));
    return lost.length === 0 ? undefined : `no leader is heard by ${lost.map((agent) => `"${agent}"`).join(', ')}, not even over others`;
  }
  if (agents.some((_, i) => reachedFrom([i]).size === n)) return undefined;
  const seen = reachedFrom([0]);
  const apart = agents.find((_, i) => !seen.has(i)) ?? agents[0];
  return `the communication graph is not connected: nothing that "${agents[0]}" says reaches "${apart}", and no agent reaches all`;
}

function badGraph(message: string, hint: string): InputError {
  return new InputError({ code: 'CONTROL_GRAPH', message, hint });
}
