/** Three laws of secondary control, each a controller of the catalogue. `meanVoltage` is the one to take. */
export { dapi } from './dapi.ts';
export { leaderFollower } from './leader-follower.ts';
export { meanVoltage } from './mean-voltage.ts';
