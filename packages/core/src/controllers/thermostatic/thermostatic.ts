/** Clusters of air conditioners that support frequency together, and return to comfort together. */
export { coolingFollower } from './cooling-follower.ts';
export { coolingLeader } from './cooling-leader.ts';
