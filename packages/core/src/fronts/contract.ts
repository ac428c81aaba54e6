/**
 * How the trade-off between two costs is traced. Members: adaptive-weighted-sum, epsilon-constraint, normal-boundary, weighted-sum. Each passes
 * `conformance.ts`.
 *
 *   the points (f₁(x), f₂(x)) of plans x for which no other plan is better in one cost and not worse in the other
 */
export interface FrontMethod {
  readonly name: string;
  readonly title: string;
  /** What its points are, and where it may miss some. */
  readonly theorem: string;
  /** Questions that lie between the two ends; the points that they give, one for each or fewer. */
  trace<Plan>(objectives: Objectives<Plan>, ends: Ends<Plan>, options: FrontOptions): Point<Plan>[];
}

export interface FrontOptions {
  /** How many points are wanted, both ends among them; at least 2. */
  readonly points_count: number;
  /** Told after every answer; true from `shouldStop` ends the front with what is known. */
  readonly onPoint?: ((point: Point<unknown>) => void) | undefined;
  readonly shouldStop?: (() => boolean) | undefined;
}

/** Two costs over the same plans. */
export interface Objectives<Plan> {
  readonly names: Pair<string>;
  /** The plan that answers a question best; undefined where no plan keeps its limits. */
  solve(question: Question): Point<Plan> | undefined;
}

/**
 *   min w₁·f₁ + w₂·f₂ − reach·τ    subject to    f ≤ limit,    f ≤ from − τ·along
 *
 * Without `ray` there is no τ. Weights are ≥ 0 and not both zero, or there is a ray.
 */
export interface Question {
  readonly weights: Pair<number>;
  readonly limits?: Pair<number> | undefined;
  readonly ray?: { readonly from: Pair<number>; readonly along: Pair<number>; readonly reach: number } | undefined;
}

export interface Point<Plan> {
  /** The costs of the plan, as they are and not as the solver of the question weighed them. */
  readonly costs: Pair<number>;
  readonly plan: Plan;
}

/** The best plan for the first cost, and for the second; each the best in the other cost among equals. */
export type Ends<Plan> = Pair<Point<Plan>>;

export type Pair<T> = readonly [T, T];

export interface Front<Plan> {
  readonly method: string;
  /** In order of the first cost; none is dominated. */
  readonly points: readonly Point<Plan>[];
  /** Answers that another point beats, or equals; they are left out. */
  readonly dominated_count: number;
  /** How many programmes were solved. */
  readonly questions_count: number;
  /** Where in `points` giving up a share of one cost buys most of the other. */
  readonly knee: number;
  /** The share of the rectangle between the ends' costs that the points dominate: 0 to 1. */
  readonly hypervolume_frac: number;
  /** Standard deviation of the gaps between neighbours over their mean, gaps measured in shares of the ends' ranges; 0 is even. */
  readonly unevenness_frac: number;
  readonly stopped: boolean;
}
