import type { PowerPoint, PowerRegion, PowerWeights } from './region.ts';

/**
 * A declared law that is followed through the horizon, step by step: what it can inject now, given its state, and what becomes of
 * the state. It stands on the resource's own side; nobody else sees its limits. `follow` (follow.ts) makes one of any declaration:
 *
 *   follow(id: string, declared: Declaration, options?: { solver?: ReadySolver }): Follower
 */
export interface Follower {
  readonly id: string;
  readonly steps_count: number;
  /** The step that comes next, 0 … steps_count. */
  readonly step: number;
  /**
   * What can be injected on the next step such that every later step and every end condition can still be kept. A battery that must
   * end full, a car that must leave charged: their regions shrink as the hour draws near.
   * @throws {InputError} FLEXIBILITY_NO_PLAN when no plan keeps the law from here
   * @throws {BugError} FLEXIBILITY_OVER after the last step
   */
  region(): PowerRegion;
  /** Injects the point of the region nearest to what is asked, moves the state on, and says what it was. */
  advance(asked: PowerPoint, weights?: PowerWeights): PowerPoint;
  /** Values of the states now, by name. */
  state(): ReadonlyMap<string, number>;
  /** Another follower of the same law from the same state: to ask what would be. */
  copy(): Follower;
}
