import { InputError } from '../base/errors.ts';
import { checkScenarios, reduceScenarios, type Scenarios } from './scenarios.ts';

/** Where a tree may branch, and into how many. */
export interface TreeStage {
  /** First symbols of a stage: it knows all places from here to the next stage. */
  readonly places: readonly number[];
  /** At most so many children of every node of the stage before. */
  readonly children_max_count: number;
}

export interface TreeNode {
  /** Index of the node before; −1 for those of the first stage. */
  readonly parent: number;
  readonly stage: number;
  readonly probability: number;
  /** Values of the places of its stage: the mean of the scenarios that pass through it. */
  readonly values: Float64Array;
  /** The scenarios that pass through it. */
  readonly scenarios: readonly number[];
}

export interface ScenarioTree {
  readonly nodes: readonly TreeNode[];
  /** Node of every stage and scenario: two scenarios with the same node may not be told apart there (non-anticipativity). @shape [stage][scenario] */
  readonly nodeOf: readonly Int32Array[];
  /** Mean distance of a scenario from the path that stands for it, Euclidean, in the unit of the symbols. */
  readonly distance: number;
}

/**
 * A tree in place of a fan: stage by stage, what passes through a node is grouped around the scenarios that represent it best
 * (fast forward selection on the values of the stage). As nodes take means, the tree has the fan's mean at every place.
 * @throws {InputError} SCENARIOS_INVALID where stages leave a place out or name it twice
 * @source Heitsch, Römisch, Scenario tree modeling for multistage stochastic programs, Math. Program. 118 (2009), forward construction
 */
export function scenarioTree(fan: Scenarios, stages: readonly TreeStage[]): ScenarioTree {
  checkScenarios(fan);
  checkStages(fan, stages);
  const { outcomes, probabilities } = fan;
  const nodes: TreeNode[] = [];
  const nodeOf: Int32Array[] = [];
  let before: { node: number; scenarios: readonly number[] }[] = [{ node: -1, scenarios: outcomes.map((_, k) => k) }];
  let squares = new Float64Array(outcomes.length);
  stages.forEach(({ places, children_max_count }, stage) => {
    const at = new Int32Array(outcomes.length);
    const next: typeof before = [];
    for (const { node: parent, scenarios } of before) {
      const weight = scenarios.reduce((sum, k) => sum + probabilities[k], 0);
      const part = {
        outcomes: scenarios.map((k) => Float64Array.from(places, (i) => outcomes[k][i])),
        probabilities: Float64Array.from(scenarios, (k) => (weight > 0 ? probabilities[k] / weight : 1 / scenarios.length)),
      };
      const { standsFor, kept } = reduceScenarios(part, children_max_count, 'fast-forward');
      kept.forEach((_, child) => {
        const own = scenarios.filter((__, s) => standsFor[s] === child);
        if (own.length === 0) return;
        const values = meanOf(fan, own, places);
        for (const k of own) at[k] = nodes.length;
        next.push({ node: nodes.length, scenarios: own });
        nodes.push({ parent, stage, probability: own.reduce((sum, k) => sum + probabilities[k], 0), values, scenarios: own });
      });
    }
    squares = squares.map((sum, k) => sum + places.reduce((s, i, p) => s + (outcomes[k][i] - nodes[at[k]].values[p]) ** 2, 0));
    nodeOf.push(at);
    before = next;
  });
  return { nodes, nodeOf, distance: squares.reduce((sum, square, k) => sum + probabilities[k] * Math.sqrt(square), 0) };
}

function meanOf({ outcomes, probabilities }: Scenarios, own: readonly number[], places: readonly number[]): Float64Array {
  const weight = own.reduce((sum, k) => sum + probabilities[k], 0);
  return Float64Array.from(places, (i) =>
    own.reduce((sum, k) => sum + (weight > 0 ? probabilities[k] / weight : 1 / own.length) * outcomes[k][i], 0),
  );
}

function checkStages({ outcomes }: Scenarios, stages: readonly TreeStage[]): void {
  const named = stages.flatMap(({ places }) => [...places]).sort((a, b) => a - b);
  if (named.length === outcomes[0].length && named.every((place, k) => place === k)) return;
  throw new InputError({
    code: 'SCENARIOS_INVALID',
    message: `The stages of a tree name ${named.length} places, the scenarios have ${outcomes[0].length}`,
    hint: 'Name every place in one stage.',
  });
}
